/* digest.h - SHA-256 of runs of bytes and of files (FIPS 180-4, by libcrypto). */
#pragma once
#include "base/buf.h"

#define RK_SHA256_BYTES 32
#define RK_SHA256_HEX   65 /* with the NUL */

void rk_sha256(struct rk_slice bytes, uint8_t out[RK_SHA256_BYTES]);
void rk_sha256_hex(struct rk_slice bytes, char out[RK_SHA256_HEX]);

/* The digest of bytes that come in pieces: begin, add any number of times, end.  Plain memory: nothing to free, nothing fails. */
struct rk_sha256_run {
	uint64_t state[14];
};

void rk_sha256_begin(struct rk_sha256_run *run);
void rk_sha256_add(struct rk_sha256_run *run, struct rk_slice bytes);
void rk_sha256_end(struct rk_sha256_run *run, char hex[RK_SHA256_HEX]);
/* Errors: RK_NOT_FOUND, RK_PERMISSION_DENIED, RK_UNKNOWN with errno's sentence. */
RK_MUST_USE enum rk_status rk_sha256_file(
	const char *path, uint8_t out[RK_SHA256_BYTES], struct rk_err *err);
