/* pool.h - the connections, the queue, back-off, deadlines, refusal when full.
 *
 * One event loop, no blocking call.  States of a connection: CLOSED, CONNECTING, PREPARING, SERVING, DRAINING.
 */
#pragma once
#include "db/query.h"

#include <event2/event.h>

#include <stdbool.h>

struct rk_pool;

struct rk_pool_options {
	const char *
		conninfo; /* several hosts allowed; target_session_attrs=read-write is added when absent */
	int connections; /* 1 to 64 */
	int slots;       /* segments in flight on one connection, 1 to 64 */
	int queue;       /* waiting queries before refusal */
	/* The first so many connections are for submissions alone, as long as others serve: a queue of slow queries delays none.
	 * Less than connections. */
	int reserved;
	/* Who would wait longer is refused at once, unless fewer wait before it than one connection has slots; 0: nobody is.  An
	 * export may wait as long as its call may. */
	int64_t wait_ms;
	int64_t connect_timeout_ms;
	const struct rk_statement *const *statements; /* ended by NULL; must outlive the pool */
	/* Asked on each connection before it serves: refuses unsafe settings, a privileged login, another schema version.  The
	 * sentence of a refusal is logged and the connection is tried again with back-off. */
	bool check_safety;
	/* With check_safety: how often a connection that serves has to prove that a commit is durable and the server safe; 0: never.
	 * When the answer is bad all connections are closed, and come back when it is good.  While none comes the pool is not ready,
	 * nor after a full disk until the next good one. */
	int64_t safety_ms;
	/* Told when the pool becomes able to serve, and when it no longer is. */
	void (*on_ready)(void *arg, bool ready);
	void *arg;
};

/* Called from the loop, never inside rk_pool_submit, once, unless the query was abandoned. */
typedef void rk_settled_fn(struct rk_query *query, void *arg);

RK_MUST_USE enum rk_status rk_pool_open(struct event_base *base,
	const struct rk_pool_options *options, struct rk_pool **out, struct rk_err *err);
/* Hands the query to a connection or the queue, which is taken by cost, and within one cost in turns over the principals.
 * Refused at once: as rk_pool_refusal says when no connection serves, RK_RESOURCE_EXHAUSTED SERVER_BUSY, with err->retry_ms, when the
 * queue is full or the wait would be longer than its limit or than the query's own time. */
RK_MUST_USE enum rk_status rk_pool_submit(struct rk_pool *pool, struct rk_query *query,
	rk_settled_fn *settled, void *arg, struct rk_err *err);
/* Would a query of this cost and principal ("" = none) with so much time left be taken now?  Asked before the work of reading a
 * request; says nothing of whether a connection serves.  Errors: RK_RESOURCE_EXHAUSTED SERVER_BUSY. */
RK_MUST_USE enum rk_status rk_pool_admit(struct rk_pool *pool, enum rk_cost cost, const char *uri,
	int64_t left_ms, struct rk_err *err);
/* Cuts a query from the pool: settled is not called any more, its memory may die.  If it was sent, its results are read and
 * dropped and the transaction takes its course (statement_timeout ends it). */
void rk_query_abandon(struct rk_pool *pool, struct rk_query *query);
bool rk_pool_ready(const struct rk_pool *pool);
/* Holds the pool back, as why says to the operator: it is not ready, and refuses with STORE_FULL; NULL lets it go on. */
void rk_pool_hold(struct rk_pool *pool, const char *why);
/* What callers are told while it is not ready: RK_UNAVAILABLE STORE_UNAVAILABLE, STORE_FULL or STORE_UNSAFE. */
enum rk_status rk_pool_refusal(const struct rk_pool *pool, struct rk_err *err);
/* Why it is not ready, or "". */
const char *rk_pool_why(const struct rk_pool *pool);

struct rk_pool_counters {
	uint64_t submitted, settled, failed, refused, abandoned, reconnects;
	uint64_t busy,
		wait_ms[RK_COSTS]; /* refused for want of room; waited in the queue, all together */
	int serving, in_flight, queued, waiting[RK_COSTS];
};
struct rk_pool_counters rk_pool_counters(const struct rk_pool *pool);
/* Frees everything; queries still out are settled with RK_CANCELLED first. */
void rk_pool_close(struct rk_pool **pool);
