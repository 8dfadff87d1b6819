/* authority.h - which server it is, by the authorities that its certificates come from: what a rotation leaves standing. */
#pragma once
#include "base/digest.h"
#include "run.h"

#define RK_AUTHORITIES_MAX 16

/* SHA-256 values that each stand for the server: of the certificates in the CA file, the present one first, and of the file as a whole, as older versions
 * took it.  A server is the same one when any of them is. */
struct rk_authorities {
	uint8_t at[RK_AUTHORITIES_MAX + 1][RK_SHA256_BYTES];
	size_t count; /* at least 1 */
};

/* Without a CA file: one that is all zeroes.  Errors: those of rk_file_read. */
RK_MUST_USE enum rk_status rk_authorities_read(
	const struct rk_run *run, struct rk_authorities *authorities, struct rk_err *err);
