/* plain.h - the blocking way, for migrate, demo, doctor and exports only; never in a worker. */
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

/* One row of rk_plain_each: as many values as the statement has columns, as PostgreSQL writes them; at == NULL is a missing one.  Borrowed
 * until it returns; anything but RK_OK ends the reading. */
typedef enum rk_status (*rk_plain_row_fn)(
	void *arg, const struct rk_slice *values, size_t count, struct rk_err *err);

struct rk_plain_reader {
	rk_plain_row_fn row;
	void *arg;
};

/* Gives each row of a query without parameters as it comes, by COPY, which costs both ends less than rk_plain_each: for long answers. */
RK_MUST_USE enum rk_status rk_plain_copy(struct rk_plain *plain, const char *query,
	const struct rk_plain_reader *reader, struct rk_err *err);
/* Runs one statement with text parameters and gives each row as it comes, so that memory does not grow with their number. */
RK_MUST_USE enum rk_status rk_plain_each(struct rk_plain *plain, const char *sql, int count,
	const char *const *params, const struct rk_plain_reader *reader, struct rk_err *err);
