#include "authority.h"

#include "form/file.h"

#include <string.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END   "-----END CERTIFICATE-----"

#define FILE_MAX ((size_t)4 << 20)

/* The letters between the two lines, however they are broken: the same for the same certificate. */
static enum rk_status digest_of(struct rk_slice body, uint8_t out[RK_SHA256_BYTES])
{
	RK_AUTO(rk_buf_clear) struct rk_buf letters = {0};

	for (size_t i = 0; i < body.len; i++)
		if (body.at[i] > ' ')
			RK_TRY(rk_buf_add(&letters, body.at + i, 1));
	rk_sha256(rk_buf_slice(&letters), out);
	return RK_OK;
}

static enum rk_status add_certificates(struct rk_authorities *authorities, struct rk_slice file)
{
	const uint8_t *at = file.at, *end = file.at + file.len;

	while (authorities->count < RK_AUTHORITIES_MAX) {
		const uint8_t *begin = memmem(at, (size_t)(end - at), BEGIN, strlen(BEGIN)), *stop;

		begin = begin ? begin + strlen(BEGIN) : NULL;
		stop = begin ? memmem(begin, (size_t)(end - begin), END, strlen(END)) : NULL;
		if (!stop)
			return RK_OK;
		RK_TRY(digest_of(rk_slice_of(begin, (size_t)(stop - begin)),
			authorities->at[authorities->count]));
		authorities->count++;
		at = stop + strlen(END);
	}
	return RK_OK;
}

enum rk_status rk_authorities_read(
	const struct rk_run *run, struct rk_authorities *authorities, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf file = {.max = FILE_MAX};

	*authorities = (struct rk_authorities){.count = 0};
	if (run->profile.ca) {
		RK_TRY(rk_file_read(run->profile.ca, &file, err));
		if (add_certificates(authorities, rk_buf_slice(&file)) != RK_OK)
			return rk_fail(
				err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", run->profile.ca);
		rk_sha256(rk_buf_slice(&file), authorities->at[authorities->count]);
	}
	authorities->count++;
	return RK_OK;
}
