/* cp932.h - CP932, which Windows in Japan calls Shift_JIS, to UTF-8 and back (iconv).
 *
 * iconv takes no notice of the locale, but a minimal system may lack its table: then RK_FAILED_PRECONDITION CP932_MISSING.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

/* What stands for a character that CP932 does not have: 〓 (geta). */
#define RK_CP932_GETA "\x81\xac"

/* rk_cp932_read appends the text as UTF-8.
 * Errors: RK_INVALID_ARGUMENT FILE_NOT_CP932 it is no CP932; CP932_MISSING; RK_RESOURCE_EXHAUSTED. */
RK_MUST_USE enum rk_status rk_cp932_read(
	struct rk_slice bytes, struct rk_buf *out, struct rk_err *err);

/* A character that CP932 does not have, at this byte of the text. */
typedef void rk_cp932_lost_fn(void *arg, size_t at, uint32_t character);

/* rk_cp932_write appends valid UTF-8 as CP932, and tells of each character that became 〓, in their order.  The wave dash and others of
 * which Unicode has two become the one that CP932 has, as Windows does it.
 * Errors: CP932_MISSING; RK_RESOURCE_EXHAUSTED. */
RK_MUST_USE enum rk_status rk_cp932_write(struct rk_slice text, rk_cp932_lost_fn *lost, void *arg,
	struct rk_buf *out, struct rk_err *err);
