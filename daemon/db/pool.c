#include "db/pool.h"

#include "base/clock.h"
#include "base/log.h"
#include "db/conn.h"
#include "db/conn_prepare.h"
#include "db/lanes.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS_MAX = 64, TICK_S = 1, SAFETY_TIMEOUT_MS = 5000 };

struct rk_pool {
	struct rk_pool_options options;
	struct rk_conninfo conninfo;
	struct rk_conn_options conn_options;
	struct rk_conn *conns;
	int conns_made;
	struct rk_lanes lanes;
	struct event *tick;
	struct rk_pool_counters counters;
	struct rk_arena arena;  /* of the question about safety */
	struct rk_query *asked; /* it is under way */
	int64_t asked_ms;       /* monotonic: when that was */
	int64_t ask_ms;         /* monotonic: when to ask again */
	bool held;              /* rk_pool_hold */
	bool stalled;           /* a commit does not come back, or there is no room for one */
	struct rk_err unsafe;   /* the answer was bad; to be acted upon by the tick */
	char why[464];
	char reason[48]; /* of why */
	bool ready, closing;
};

static bool pool_replacing(const struct rk_pool *pool)
{
	for (int i = 0; i < pool->conns_made; i++)
		if (pool->conns[i].replacing || pool->conns[i].state == RK_CONN_DRAINING)
			return true;
	return false;
}

static int pool_serving(const struct rk_pool *pool)
{
	int serving = 0;

	for (int i = 0; i < pool->conns_made; i++)
		serving += pool->conns[i].state == RK_CONN_SERVING;
	return serving;
}

/* Connections that others have the better claim to: those kept for submissions, and the one behind whose export all would wait.
 * 0 is best. */
static int pool_distaste(const struct rk_pool *pool, const struct rk_conn *conn, enum rk_cost cost)
{
	bool kept = cost != RK_COST_SUBMISSION && conn->number < pool->options.reserved;
	bool behind = cost != RK_COST_EXPORT && rk_conn_carries(conn, RK_COST_EXPORT);

	return 2 * kept + behind;
}

static int pool_load(const struct rk_pool *pool, const struct rk_conn *conn, enum rk_cost cost)
{
	bool astray = cost == RK_COST_SUBMISSION && conn->number >= pool->options.reserved;

	return conn->count + (astray ? RK_CONN_SLOTS : 0);
}

static bool pool_exports(const struct rk_pool *pool)
{
	for (int i = 0; i < pool->conns_made; i++)
		if (pool->conns[i].state >= RK_CONN_SERVING &&
			rk_conn_carries(&pool->conns[i], RK_COST_EXPORT))
			return true;
	return false;
}

/* The least loaded with room, of the best that serve: when those are full a slot of theirs is waited for, and with one connection it
 * is that one whatever it carries. */
static struct rk_conn *pool_choose(struct rk_pool *pool, enum rk_cost cost)
{
	struct rk_conn *best = NULL;
	int least = INT_MAX;

	if (cost == RK_COST_EXPORT && pool_exports(pool))
		return NULL;
	for (int i = 0; i < pool->conns_made; i++) {
		struct rk_conn *conn = &pool->conns[i];
		int distaste = pool_distaste(pool, conn, cost);

		if (conn->state != RK_CONN_SERVING || distaste > least)
			continue;
		if (distaste < least)
			best = NULL;
		least = distaste;
		if (rk_conn_free(conn) &&
			(!best || pool_load(pool, conn, cost) < pool_load(pool, best, cost)))
			best = conn;
	}
	assert(!best || rk_conn_free(best));
	return best;
}

static void pool_dispatch(struct rk_pool *pool)
{
	static const enum rk_cost order[] = {RK_COST_SUBMISSION, RK_COST_QUERY, RK_COST_EXPORT};

	for (size_t i = 0; i < sizeof order / sizeof *order && !pool->closing;) {
		struct rk_query *query = rk_lanes_next(&pool->lanes, order[i]);
		struct rk_conn *conn = query ? pool_choose(pool, order[i]) : NULL;

		if (!conn) {
			i++;
			continue;
		}
		rk_lanes_take(&pool->lanes, query);
		rk_conn_send(conn, query);
	}
}

static void pool_refuse_queue(struct rk_pool *pool);

/* Ready is who has a connection and sees commits come back on it. */
static void pool_decide(struct rk_pool *pool)
{
	bool ready = !pool->held && !pool->stalled &&
		(pool_serving(pool) > 0 || pool_replacing(pool));

	if (ready != pool->ready) {
		pool->ready = ready;
		rk_log(ready ? RK_LOG_NOTICE : RK_LOG_ERROR, "database_pool",
			RK_TEXT("ready", ready ? "yes" : "no"),
			RK_TEXT("why", ready ? "" : pool->why));
		if (pool->options.on_ready)
			pool->options.on_ready(pool->options.arg, ready);
	}
	if (ready)
		pool_dispatch(pool);
	else
		pool_refuse_queue(pool);
}

static void pool_stall(struct rk_pool *pool, const char *why)
{
	pool->stalled = true;
	pool->reason[0] = '\0';
	(void)snprintf(pool->why, sizeof(pool->why), "%s", why);
	pool_decide(pool);
}

static void pool_settle(struct rk_pool *pool, struct rk_query *query)
{
	bool full = query->status == RK_UNAVAILABLE && strcmp(query->err.reason, "STORE_FULL") == 0;

	assert(!query->slot && !query->turn.lane && query->status != RK_UNKNOWN);
	pool->counters.settled++;
	pool->counters.failed += query->status != RK_OK;
	assert(pool->counters.settled + pool->counters.abandoned <= pool->counters.submitted);
	query->settled(query, query->arg);
	if (full && !pool->closing && !pool->stalled)
		pool_stall(pool, "the disk of the database is full");
}

void rk_pool_hold(struct rk_pool *pool, const char *why)
{
	if (pool->held == (why != NULL))
		return;
	pool->held = why != NULL;
	if (why)
		(void)snprintf(pool->why, sizeof(pool->why), "%s", why);
	pool_decide(pool);
}

enum rk_status rk_pool_refusal(const struct rk_pool *pool, struct rk_err *err)
{
	if (pool->held)
		return rk_fail_reason(err, RK_UNAVAILABLE, "STORE_FULL",
			"the disk of the database is nearly full; this call did nothing");
	if (strcmp(pool->reason, "STORE_UNSAFE") == 0)
		return rk_fail_reason(err, RK_UNAVAILABLE, "STORE_UNSAFE",
			"the database could lose what it acknowledges; nothing is taken or told until its operator has set it right");
	return rk_fail_reason(err, RK_UNAVAILABLE, "STORE_UNAVAILABLE",
		"the database cannot be reached now; this call did nothing");
}

static void pool_fail_queue(
	struct rk_pool *pool, enum rk_status status, const char *reason, const char *text)
{
	struct rk_query *query;

	for (int cost = 0; cost < RK_COSTS; cost++) {
		while ((query = rk_lanes_next(&pool->lanes, (enum rk_cost)cost))) {
			rk_lanes_remove(&pool->lanes, query);
			query->status = rk_fail_reason(&query->err, status, reason, "%s", text);
			pool_settle(pool, query);
		}
	}
}

static void pool_on_answer(struct rk_pool *pool)
{
	struct rk_query *query = pool->asked;
	bool safe;

	assert(query && !query->slot);
	pool->asked = NULL;
	pool->ask_ms = rk_clock_ms() + (pool->stalled ? 0 : pool->options.safety_ms);
	if (pool->closing)
		return;
	safe = rk_safety_answer(query, &pool->unsafe) == RK_OK;
	if (!safe)
		event_active(pool->tick, EV_TIMEOUT, 0);
	if (pool->stalled && safe && query->status == RK_OK) {
		pool->stalled = false;
		pool_decide(pool);
	} else if (!pool->stalled && query->status == RK_DEADLINE_EXCEEDED) {
		pool_stall(pool, "the database does not finish a commit");
	}
}

/* The way a batch goes: that is what it proves, and what it is worth when queries wait. */
static void pool_ask(struct rk_pool *pool)
{
	struct rk_conn *conn = pool->asked ? NULL : pool_choose(pool, RK_COST_SUBMISSION);

	if (!pool->options.check_safety || pool->options.safety_ms == 0 || !conn ||
		rk_clock_ms() < pool->ask_ms)
		return;
	rk_arena_clear(&pool->arena);
	pool->asked = rk_query_create(&pool->arena, &rk_safety_statement, NULL, SAFETY_TIMEOUT_MS);
	if (!pool->asked)
		return;
	pool->asked_ms = rk_clock_ms();
	rk_conn_send(conn, pool->asked);
}

static void pool_on_settled(void *arg, struct rk_query *query)
{
	struct rk_pool *pool = arg;

	if (query && query == pool->asked)
		pool_on_answer(pool);
	else if (query)
		pool_settle(pool, query);
	/* Before all who wait: else the slot is full again when the tick comes. */
	if (!pool->stalled && !pool->closing)
		pool_ask(pool);
	pool_dispatch(pool);
}

static void pool_refuse_queue(struct rk_pool *pool)
{
	struct rk_err why;

	(void)rk_pool_refusal(pool, &why);
	pool_fail_queue(pool, why.status, why.reason, why.text);
}

static void pool_on_state(void *arg, struct rk_conn *conn, const char *why)
{
	struct rk_pool *pool = arg;

	if (pool->closing)
		return;
	if (conn->state == RK_CONN_CLOSED && *why) {
		pool->counters.reconnects++;
		strncpy(pool->why, why, sizeof(pool->why) - 1);
		(void)snprintf(pool->reason, sizeof(pool->reason), "%s", conn->why.reason);
	}
	pool_decide(pool);
}

/* The outcome of what is in flight is unknown: its commit may be one of those that can be lost. */
static void pool_stop_unsafe(struct rk_pool *pool)
{
	struct rk_err why = pool->unsafe;

	pool->unsafe = (struct rk_err){0};
	for (int i = 0; i < pool->conns_made; i++)
		rk_conn_refuse(&pool->conns[i], &why);
}

/* A proof has the time of a commit when it is its turn, and thrice that behind others, which may be long reads. */
static bool pool_patience_ends(const struct rk_pool *pool)
{
	int64_t now = rk_clock_ms();

	for (int i = 0; i < pool->conns_made; i++) {
		const struct rk_conn *conn = &pool->conns[i];

		if (conn->count > 0 && conn->slots[conn->head].query == pool->asked)
			return conn->head_since_ms + SAFETY_TIMEOUT_MS < now;
	}
	return pool->asked_ms + INT64_C(3) * SAFETY_TIMEOUT_MS < now;
}

static void pool_on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct rk_pool *pool = arg;

	(void)fd;
	(void)what;
	/* One after the other: a pool that renews itself keeps serving. */
	for (int i = 0; i < pool->conns_made; i++)
		rk_conn_tick(&pool->conns[i], !pool_replacing(pool));
	if (pool->unsafe.status != RK_OK)
		pool_stop_unsafe(pool);
	if (pool->asked && !pool->stalled && pool_patience_ends(pool))
		pool_stall(pool, "the database does not finish a commit");
	pool_ask(pool);
}

static enum rk_status pool_start(struct rk_pool *pool, struct event_base *base, struct rk_err *err)
{
	const struct timeval second = {.tv_sec = TICK_S};

	RK_TRY(rk_conninfo_parse(pool->options.conninfo, &pool->conninfo, err));
	pool->conn_options = (struct rk_conn_options){
		.base = base,
		.conninfo = &pool->conninfo,
		.statements = pool->options.statements,
		.slots = pool->options.slots,
		.connect_timeout_ms = pool->options.connect_timeout_ms,
		.check_safety = pool->options.check_safety,
		.on_state = pool_on_state,
		.on_settled = pool_on_settled,
		.arg = pool,
	};
	pool->tick = event_new(base, -1, EV_PERSIST, pool_on_tick, pool);
	pool->conns = calloc((size_t)pool->options.connections, sizeof(*pool->conns));
	if (!pool->tick || !pool->conns || evtimer_add(pool->tick, &second) != 0)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the database pool");
	for (; pool->conns_made < pool->options.connections; pool->conns_made++)
		RK_TRY(rk_conn_init(&pool->conns[pool->conns_made], &pool->conn_options,
			pool->conns_made, err));
	return RK_OK;
}

enum rk_status rk_pool_open(struct event_base *base, const struct rk_pool_options *options,
	struct rk_pool **out, struct rk_err *err)
{
	struct rk_pool *pool = calloc(1, sizeof(*pool));
	enum rk_status status;

	assert(options->connections >= 1 && options->connections <= CONNECTIONS_MAX);
	assert(options->reserved >= 0 && options->reserved < options->connections);
	assert(options->slots >= 1 && options->slots <= RK_CONN_SLOTS &&
		options->connect_timeout_ms > 0);
	if (!pool)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the database pool");
	pool->options = *options;
	rk_lanes_init(&pool->lanes, options->queue, options->slots, options->wait_ms);
	strcpy(pool->why, "not connected yet");
	status = pool_start(pool, base, err);
	if (status != RK_OK)
		rk_pool_close(&pool);
	else
		*out = pool;
	return status;
}

enum rk_status rk_pool_submit(struct rk_pool *pool, struct rk_query *query, rk_settled_fn *settled,
	void *arg, struct rk_err *err)
{
	enum rk_cost cost = query->cost;
	struct rk_conn *conn;

	if (query->bind_err.status != RK_OK)
		return rk_fail_reason(err, query->bind_err.status, query->bind_err.reason, "%s",
			query->bind_err.text);
	assert(query->bound == query->statement->params);
	assert(settled && !query->slot && !query->turn.lane);
	if (!rk_pool_ready(pool)) {
		pool->counters.refused++;
		return rk_pool_refusal(pool, err);
	}
	query->settled = settled;
	query->arg = arg;
	conn = rk_lanes_next(&pool->lanes, cost) ? NULL : pool_choose(pool, cost);
	if (!conn && rk_lanes_add(&pool->lanes, query, err) != RK_OK) {
		pool->counters.refused++;
		return err->status;
	}
	pool->counters.submitted++;
	if (conn)
		rk_conn_send(conn, query);
	return RK_OK;
}

void rk_query_abandon(struct rk_pool *pool, struct rk_query *query)
{
	assert(!query->slot || (query->slot->query == query && !query->turn.lane));
	if (query->slot) {
		query->slot->query = NULL;
		query->slot = NULL;
		pool->counters.abandoned++;
	} else if (query->turn.lane) {
		rk_lanes_remove(&pool->lanes, query);
		pool->counters.abandoned++;
	}
	rk_query_release(query);
}

enum rk_status rk_pool_admit(struct rk_pool *pool, enum rk_cost cost, const char *uri,
	int64_t left_ms, struct rk_err *err)
{
	return rk_lanes_admit(&pool->lanes, cost, uri, left_ms, err);
}

bool rk_pool_ready(const struct rk_pool *pool)
{
	return pool->ready && !pool->closing;
}

const char *rk_pool_why(const struct rk_pool *pool)
{
	return rk_pool_ready(pool) ? "" : pool->why;
}

struct rk_pool_counters rk_pool_counters(const struct rk_pool *pool)
{
	struct rk_pool_counters counters = pool->counters;

	counters.serving = pool_serving(pool);
	counters.queued = rk_lanes_waiting(&pool->lanes);
	counters.busy = pool->lanes.refused;
	for (int cost = 0; cost < RK_COSTS; cost++) {
		counters.waiting[cost] = (int)pool->lanes.queue[cost].count;
		counters.wait_ms[cost] = pool->lanes.waited_ms[cost];
	}
	for (int i = 0; i < pool->conns_made; i++)
		if (pool->conns[i].state >= RK_CONN_SERVING)
			counters.in_flight += pool->conns[i].count;
	return counters;
}

void rk_pool_close(struct rk_pool **pool)
{
	struct rk_pool *p = *pool;
	struct rk_err why;

	if (!p)
		return;
	p->closing = true;
	(void)rk_fail_reason(&why, RK_CANCELLED, "SHUTTING_DOWN",
		"the daemon stops; the outcome is unknown: send again with the same request_id");
	for (int i = 0; i < p->conns_made; i++)
		rk_conn_close(&p->conns[i], &why);
	pool_fail_queue(p, RK_CANCELLED, "SHUTTING_DOWN", "the daemon stops; nothing was stored");
	assert(!p->asked && rk_lanes_waiting(&p->lanes) == 0);
	for (int i = 0; i < p->conns_made; i++)
		rk_conn_clear(&p->conns[i]);
	if (p->tick)
		event_free(p->tick);
	free(p->conns);
	rk_arena_clear(&p->arena);
	rk_conninfo_clear(&p->conninfo);
	free(p);
	*pool = NULL;
}
