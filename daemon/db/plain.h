/* plain.h - the blocking way, for migrate, demo and doctor only; never in serve. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

struct rk_plain;

RK_MUST_USE enum rk_status rk_plain_open(
	const char *conninfo, struct rk_plain **out, struct rk_err *err);
void rk_plain_close(struct rk_plain **plain);
/* Runs SQL text (many statements allowed, no parameters). */
RK_MUST_USE enum rk_status rk_plain_run(
	struct rk_plain *plain, const char *sql, struct rk_err *err);
/* Runs one statement with text parameters; *value is the first column of the first row, appended to out; RK_NOT_FOUND
 * without a row. */
RK_MUST_USE enum rk_status rk_plain_ask(struct rk_plain *plain, const char *sql, int count,
	const char *const *params, struct rk_buf *out, struct rk_err *err);
