#include "outbox_key.h"

#include "authority.h"
#include "base/digest.h"
#include "link/tls.h"

#include <string.h>
#include <unistd.h>

/* The principal of the own certificate; of one that names nobody the digest of its file. */
static enum rk_status add_sender(
	const struct rk_run *run, struct rk_sha256_run *digest, struct rk_err *err)
{
	uint8_t certificate[RK_SHA256_BYTES];
	char principal[256] = "";

	if (!run->profile.cert)
		return RK_OK;
	rk_tls_file_uri(run->profile.cert, principal);
	rk_sha256_add(digest, rk_slice_str(principal));
	if (*principal)
		return RK_OK;
	RK_TRY(rk_sha256_file(run->profile.cert, certificate, err));
	rk_sha256_add(digest, rk_slice_of(certificate, sizeof certificate));
	return RK_OK;
}

static enum rk_status key_of(const struct rk_run *run, const struct rk_outbox_wish *wish,
	const uint8_t authority[RK_SHA256_BYTES], char key[RK_SHA256_HEX], struct rk_err *err)
{
	struct rk_sha256_run digest;
	uint8_t bytes[RK_SHA256_BYTES];

	rk_sha256(wish->bytes, bytes);
	rk_sha256_begin(&digest);
	if (strcmp(wish->kind, RK_OUTBOX_REPORT) != 0) {
		rk_sha256_add(&digest, rk_slice_str(wish->kind));
		rk_sha256_add(&digest, rk_slice_str("\n"));
	}
	rk_sha256_add(&digest, rk_slice_of(bytes, sizeof bytes));
	rk_sha256_add(&digest, rk_slice_of(authority, RK_SHA256_BYTES));
	RK_TRY(add_sender(run, &digest, err));
	rk_sha256_end(&digest, key);
	return RK_OK;
}

bool rk_outbox_is_own(struct rk_run *run, struct rk_outbox_wish wish, const char *key)
{
	struct rk_authorities authorities;
	struct rk_err err;
	char own[RK_SHA256_HEX];

	if (rk_authorities_read(run, &authorities, &err) != RK_OK)
		return false;
	for (size_t i = 0; i < authorities.count; i++)
		if (key_of(run, &wish, authorities.at[i], own, &err) == RK_OK &&
			strcmp(own, key) == 0)
			return true;
	return false;
}

static bool is_kept(struct rk_run *run, const char *key)
{
	const char *request = rk_outbox_path(run, "sent", key, ".request");

	return request && access(request, F_OK) == 0;
}

enum rk_status rk_outbox_key(struct rk_run *run, const struct rk_outbox_wish *wish,
	char key[RK_SHA256_HEX], struct rk_err *err)
{
	struct rk_authorities authorities;

	RK_TRY(rk_authorities_read(run, &authorities, err));
	for (size_t i = 0; i < authorities.count; i++) {
		RK_TRY(key_of(run, wish, authorities.at[i], key, err));
		if (is_kept(run, key))
			return RK_OK;
	}
	return key_of(run, wish, authorities.at[0], key, err);
}
