#include "call/principal.h"

#include "link/tls_paper.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '.' || c == '-' || c == '_';
}

/* Copies one part up to the slash or the end; NULL when it is empty, too long or has another character. */
static const char *take(const char *at, char *out, size_t size)
{
	size_t len = 0;

	while (is_name(at[len]))
		len++;
	if (len == 0 || len >= size || (at[len] != '/' && at[len] != '\0'))
		return NULL;
	memcpy(out, at, len);
	out[len] = '\0';
	return at + len;
}

static bool parse(struct rk_principal *principal, const char *uri)
{
	static const char scheme[] = "renkei://";
	const char *at;

	if (strncmp(uri, scheme, sizeof scheme - 1) != 0 || strlen(uri) >= sizeof principal->uri)
		return false;
	at = take(uri + sizeof scheme - 1, principal->authority, sizeof principal->authority);
	if (!at || *at++ != '/')
		return false;
	at = take(at, principal->role, sizeof principal->role);
	if (!at || *at++ != '/')
		return false;
	at = take(at, principal->id, sizeof principal->id);
	return at && *at == '\0';
}

bool rk_principal_parse(struct rk_principal *principal, const char *uri)
{
	bool good = parse(principal, uri);

	if (good)
		snprintf(principal->uri, sizeof principal->uri, "%s", uri);
	else
		principal->uri[0] = principal->authority[0] = principal->role[0] =
			principal->id[0] = '\0';
	return good;
}

void rk_principal_from_peer(struct rk_principal *principal, const struct rk_tls_peer *peer)
{
	bool named = rk_principal_parse(principal, peer->uri);

	assert(named == (principal->uri[0] != '\0'));
	memcpy(principal->spki_sha256, peer->spki_sha256, sizeof principal->spki_sha256);
	snprintf(principal->serial, sizeof principal->serial, "%s", peer->serial);
	principal->expires = peer->expires;
}

enum rk_status rk_principal_from_paper(struct rk_principal *principal, struct rk_tls *tls,
	struct rk_slice certificate, struct rk_slice text, struct rk_slice signature,
	struct rk_err *err)
{
	struct rk_tls_peer peer;

	memset(principal, 0, sizeof *principal);
	RK_TRY(rk_tls_paper_check(tls, certificate, text, signature, &peer, err));
	rk_principal_from_peer(principal, &peer);
	return *principal->uri
		? RK_OK
		: rk_fail_reason(err, RK_FAILED_PRECONDITION, "SEAL_CERTIFICATE_UNKNOWN",
			  "the certificate of the seal names nobody");
}
