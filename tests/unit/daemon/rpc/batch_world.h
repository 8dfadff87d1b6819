/* batch_world.h - group commit without a database: a pool that says what it was given, and submissions in their order */
#pragma once
#include "base/clock.h"
#include "check.h"
#include "db/query_own.h"
#include "rpc/batch.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX 16

struct rk_pool {
	struct rk_query *queries[MAX];
	int count;
	bool away, refuses;
};

bool rk_pool_ready(const struct rk_pool *pool)
{
	return !pool->away;
}

enum rk_status rk_pool_refusal(const struct rk_pool *pool, struct rk_err *err)
{
	(void)pool;
	return rk_fail_reason(err, RK_UNAVAILABLE, "STORE_UNAVAILABLE", "away");
}

enum rk_status rk_pool_submit(struct rk_pool *pool, struct rk_query *query, rk_settled_fn *settled,
	void *arg, struct rk_err *err)
{
	if (pool->refuses)
		return rk_pool_refusal(pool, err);
	assert_true(pool->count < MAX);
	query->settled = settled;
	query->arg = arg;
	pool->queries[pool->count++] = query;
	return RK_OK;
}

void rk_query_abandon(struct rk_pool *pool, struct rk_query *query)
{
	(void)pool;
	(void)query;
}

/* The request ids: the third parameter, an array in PostgreSQL's binary form. */
static inline int items_of(const struct rk_query *query)
{
	uint32_t count;

	memcpy(&count, query->values[2] + 12, sizeof count);
	return (int)ntohl(count);
}

static inline bool is_in(const struct rk_query *query, const char *id)
{
	return memmem(query->values[2], (size_t)query->lengths[2], id, strlen(id)) != NULL;
}

static inline void answer(struct rk_query *query)
{
	static const char *names[] = {"item", "outcome"};
	int rows = items_of(query);

	query->rows = rows;
	query->columns = 2;
	query->names = names;
	query->cells = rk_arena_alloc(query->arena, (size_t)rows * 2 * sizeof *query->cells);
	assert_non_null(query->cells);
	for (int i = 0; i < rows; i++) {
		query->cells[i * 2] = rk_slice_str(rk_arena_printf(query->arena, "%d", i + 1));
		query->cells[i * 2 + 1] = rk_slice_str("{}");
	}
}

struct world {
	struct rk_pool pool;
	struct rk_stats stats;
	struct rk_quota_book books[2];
	struct rk_quota quota;
	struct rk_call_env env;
	struct rk_batch *batch;
	int good, bad;
	enum rk_status last;
};

static inline void turn(struct world *w)
{
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
}

/* A query with "poison" in it fails with this status. */
static inline void settle_one(struct rk_query *query, enum rk_status failure)
{
	query->status = is_in(query, "poison") ? failure : RK_OK;
	if (query->status == RK_OK)
		answer(query);
	else
		rk_fail(&query->err, failure, "poisoned");
	query->settled(query, query->arg);
}

/* Settles what is out. */
static inline void settle(struct world *w, enum rk_status failure)
{
	struct rk_query *out[MAX];
	int count = w->pool.count;

	memcpy(out, w->pool.queries, sizeof out);
	w->pool.count = 0;
	for (int i = 0; i < count; i++)
		settle_one(out[i], failure);
	turn(w);
}

static inline void settle_oldest(struct world *w, enum rk_status failure)
{
	struct rk_query *oldest = w->pool.queries[0];

	w->pool.count--;
	memmove(w->pool.queries, w->pool.queries + 1,
		(size_t)w->pool.count * sizeof *w->pool.queries);
	settle_one(oldest, failure);
	turn(w);
}

static inline void told(
	enum rk_status status, struct rk_slice outcome, const struct rk_err *err, void *arg)
{
	struct world *w = arg;

	(void)outcome;
	(void)err;
	w->good += status == RK_OK;
	w->bad += status != RK_OK;
	w->last = status;
}

/* Of whom add_for's next ones are, and how long they would wait. */
static const char *sender = "renkei://a/municipality/401005";
static int64_t patience_ms = 30000;

static inline struct rk_ticket *try_for(
	struct world *w, const char *id, rk_submitted_fn *fn, void *arg, struct rk_err *err)
{
	static const char follows[] = "follows";

	static const uint8_t spki[RK_SHA256_BYTES];
	const struct rk_submission submission = {
		.uri = sender,
		.left_ms = patience_ms,
		.spki_sha256 = spki,
		.request_id = id,
		.follows = strncmp(id, follows, sizeof follows - 1) == 0,
		.report = bytes("report"),
		.document = bytes("{}"),
		.verdict = bytes("{}"),
	};
	struct rk_ticket *ticket = NULL;

	return rk_batch_add(w->batch, &submission, fn, arg, &ticket, err) == RK_OK ? ticket : NULL;
}

static inline struct rk_ticket *add_for(
	struct world *w, const char *id, rk_submitted_fn *fn, void *arg)
{
	struct rk_err err = {0};
	struct rk_ticket *ticket = try_for(w, id, fn, arg, &err);

	if (!ticket)
		fail_msg("%s", err.text);
	return ticket;
}

static inline struct rk_ticket *add(struct world *w, const char *id)
{
	return add_for(w, id, told, w);
}

static inline int make_slots(void **state, int slots, size_t items)
{
	const struct rk_batch_limits limits = {
		.items = items, .bytes = 1 << 20, .slots = slots, .wait_ms = 500};
	struct world *w = calloc(1, sizeof *w);

	sender = "renkei://a/municipality/401005";
	patience_ms = 30000;
	rk_clock_set(1, 1000);

	*state = w;
	if (!w)
		return -1;
	w->env.base = event_base_new();
	w->env.pool = &w->pool;
	w->env.stats = &w->stats;
	w->quota = (struct rk_quota){.all = &w->books[0], .mine = &w->books[1]};
	w->env.quota = &w->quota;
	return rk_batch_create(&w->env, &limits, "0123456789abcdef", &w->batch, NULL) == RK_OK ? 0
											       : -1;
}

static inline int make(void **state)
{
	return make_slots(state, 1, 8);
}

static inline int make_two(void **state)
{
	return make_slots(state, 2, 8);
}

static inline int make_wide(void **state)
{
	return make_slots(state, 1, 40);
}

static inline int clear(void **state)
{
	struct world *w = *state;

	rk_batch_free(&w->batch);
	assert_int_equal(w->books[0].bytes, 0);
	event_base_free(w->env.base);
	free(w);
	rk_clock_set(0, 0);
	return 0;
}
