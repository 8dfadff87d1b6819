/* meta.h - the gRPC headers that are read and written.  Pure functions of bytes. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

/* "application/grpc", "application/grpc+proto", either with ";..." behind. */
bool rk_meta_is_grpc(struct rk_slice content_type);
/* grpc-timeout: 1 to 8 digits and one of H M S m u n; in microseconds, rounded up.  RK_INVALID_ARGUMENT otherwise. */
RK_MUST_USE enum rk_status rk_meta_timeout(struct rk_slice value, int64_t *us, struct rk_err *err);
/* Formats us as grpc-timeout into out (at most 10 bytes with NUL). */
void rk_meta_format_timeout(int64_t us, char out[12]);
/* First of "ja", "en", "zh" that an accept-language value asks for; "en" when none. */
const char *rk_meta_language(struct rk_slice accept_language);
