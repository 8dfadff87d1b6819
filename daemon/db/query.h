/* query.h - a statement, its parameters, its rows.
 *
 * A query lives in the arena of whoever asks and is handed to the pool.  It is one segment of the pipeline, which is one
 * transaction: a prologue (begin_call for a principal, begin_batch for a batch, begin_work for a worker of the house), the statement, the sync.  It is settled
 * when the sync has come back: only then is anything committed.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define RK_QUERY_PARAMS 12

/* A statement of the daemon: prepared once on every connection, before the connection serves. */
struct rk_statement {
	const char *name;
	const char *sql;
	int params;
};

/* What a query costs the database, and so who goes first when several wait: submissions, then queries, then exports. */
enum rk_cost {
	RK_COST_QUERY,      /* a few rows by an index */
	RK_COST_SUBMISSION, /* a batch of reports: what the platform is for */
	RK_COST_EXPORT,     /* reads whole tables; one at a time in a worker */
	RK_COSTS
};

struct rk_query;

/* Who asks: checked by renkei_api.begin_call in the same transaction, so that a right withdrawn holds at the next call. */
struct rk_query_actor {
	const char *uri;            /* SAN URI of the certificate */
	const uint8_t *spki_sha256; /* 32 bytes */
	const char *roles;  /* roles that may make this call: "{municipality,secretariat}" */
	int64_t timeout_ms; /* becomes statement_timeout */
};

/* rk_query_create returns a query for a statement of the pool's table, with everything copied into the arena, or NULL when
 * the arena is full.  actor NULL: no begin_call; then timeout_ms alone is set by renkei_api.begin_batch. */
RK_MUST_USE struct rk_query *rk_query_create(struct rk_arena *arena,
	const struct rk_statement *statement, const struct rk_query_actor *actor,
	int64_t timeout_ms);

/* Nobody calls, but a worker of the house asks for what is somebody's: renkei_api.begin_work in the place of begin_batch.  Its name is static;
 * a query with an actor has none. */
void rk_query_worker(struct rk_query *query, const char *worker);

/* RK_COST_QUERY when nobody says. */
void rk_query_cost(struct rk_query *query, enum rk_cost cost);

/* Bind the next parameter; the bytes are borrowed until the query is settled.  More than the statement's is a bug. */
void rk_query_text(struct rk_query *query, struct rk_slice value);
void rk_query_null(struct rk_query *query);
/* A bytea, not copied. */
void rk_query_bytes(struct rk_query *query, struct rk_slice value);
/* Its columns come in the database's binary form: of text and bytea the bytes themselves. */
void rk_query_binary(struct rk_query *query);

/* Arrays, binary: element type by the function; elements are borrowed.  at == NULL in an element is SQL NULL. */
RK_MUST_USE enum rk_status rk_query_text_array(
	struct rk_query *query, struct rk_arena *arena, const struct rk_slice *items, size_t count);
RK_MUST_USE enum rk_status rk_query_bytes_array(
	struct rk_query *query, struct rk_arena *arena, const struct rk_slice *items, size_t count);
RK_MUST_USE enum rk_status rk_query_json_array(struct rk_query *query, struct rk_arena *arena,
	const struct rk_slice *items, size_t count); /* jsonb[] */

/* After settlement. RK_OK = committed.  Otherwise err has status, reason and sentence; refusals of the SQL functions
 * (SQLSTATE class RK) carry their DETAIL, a JSON object {"reason": ..., "field": ..., "metadata": {...}}, in *detail (at ==
 * NULL when there is none). */
enum rk_status rk_query_status(
	const struct rk_query *query, struct rk_slice *detail, struct rk_err *err);
int rk_query_rows(const struct rk_query *query);
/* Column of a row by name; false when NULL.  Borrowed until the query's arena is cleared or rk_query_release. */
RK_MUST_USE bool rk_query_value(
	const struct rk_query *query, int row, const char *column, struct rk_slice *value);
/* Frees the results early; also called by the abandon. */
void rk_query_release(struct rk_query *query);
