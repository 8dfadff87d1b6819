/* query_own.h - the inside of a query, for query.c, conn.c and pool.c. */
#pragma once
#include "base/fair.h"
#include "db/pool.h"

struct pg_result;
struct rk_slot;

struct rk_query {
	struct rk_fair_item turn; /* in the pool's queue */
	int64_t since_ms;         /* when it began to wait, monotonic */
	struct rk_slot *slot;     /* in flight */
	struct rk_arena *arena;
	const struct rk_statement *statement;
	const char *uri; /* NULL: no actor */
	const char *roles;
	const char *worker; /* NULL: none; static */
	const uint8_t *spki_sha256;
	int64_t timeout_ms;
	enum rk_cost cost;
	rk_settled_fn *settled;
	void *arg;

	int bound;
	struct rk_err bind_err; /* the first thing that went wrong while binding */
	const char *values[RK_QUERY_PARAMS];
	int lengths[RK_QUERY_PARAMS];
	int formats[RK_QUERY_PARAMS];
	int binary; /* 1: the form of its columns */

	enum rk_status status;
	struct rk_err err;
	struct rk_slice detail;
	int rows, columns;
	const char **names;
	struct rk_slice *cells;
};

/* Copies the rows into the query's arena; so a query owns nothing that its arena does not. */
void rk_query_take(struct rk_query *query, const struct pg_result *rows);
/* Status, sentence and detail of an error result. */
void rk_query_take_failure(struct rk_query *query, const struct pg_result *failure);
