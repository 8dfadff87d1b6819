/* Group commit without a database: a pool that says what it was given. */
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
static int items_of(const struct rk_query *query)
{
	uint32_t count;

	memcpy(&count, query->values[2] + 12, sizeof count);
	return (int)ntohl(count);
}

static bool is_in(const struct rk_query *query, const char *id)
{
	return memmem(query->values[2], (size_t)query->lengths[2], id, strlen(id)) != NULL;
}

static void answer(struct rk_query *query)
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

static void turn(struct world *w)
{
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
}

/* A query with "poison" in it fails with this status. */
static void settle_one(struct rk_query *query, enum rk_status failure)
{
	query->status = is_in(query, "poison") ? failure : RK_OK;
	if (query->status == RK_OK)
		answer(query);
	else
		rk_fail(&query->err, failure, "poisoned");
	query->settled(query, query->arg);
}

/* Settles what is out. */
static void settle(struct world *w, enum rk_status failure)
{
	struct rk_query *out[MAX];
	int count = w->pool.count;

	memcpy(out, w->pool.queries, sizeof out);
	w->pool.count = 0;
	for (int i = 0; i < count; i++)
		settle_one(out[i], failure);
	turn(w);
}

static void settle_oldest(struct world *w, enum rk_status failure)
{
	struct rk_query *oldest = w->pool.queries[0];

	w->pool.count--;
	memmove(w->pool.queries, w->pool.queries + 1,
		(size_t)w->pool.count * sizeof *w->pool.queries);
	settle_one(oldest, failure);
	turn(w);
}

static void told(
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

static struct rk_ticket *try_for(
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

static struct rk_ticket *add_for(struct world *w, const char *id, rk_submitted_fn *fn, void *arg)
{
	struct rk_err err = {0};
	struct rk_ticket *ticket = try_for(w, id, fn, arg, &err);

	if (!ticket)
		fail_msg("%s", err.text);
	return ticket;
}

static struct rk_ticket *add(struct world *w, const char *id)
{
	return add_for(w, id, told, w);
}

static int make_slots(void **state, int slots, size_t items)
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

static int make(void **state)
{
	return make_slots(state, 1, 8);
}

static int make_two(void **state)
{
	return make_slots(state, 2, 8);
}

static int make_wide(void **state)
{
	return make_slots(state, 1, 40);
}

static int clear(void **state)
{
	struct world *w = *state;

	rk_batch_free(&w->batch);
	assert_int_equal(w->books[0].bytes, 0);
	event_base_free(w->env.base);
	free(w);
	rk_clock_set(0, 0);
	return 0;
}

static void what_comes_in_one_turn_travels_together(void **state)
{
	struct world *w = *state;

	add(w, "one");
	add(w, "two");
	assert_int_equal(w->pool.count, 0);
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	assert_int_equal(w->pool.count, 1);
	assert_int_equal(items_of(w->pool.queries[0]), 2);
	settle(w, RK_INTERNAL);
	assert_int_equal(w->good, 2);
}

static void while_the_slot_is_busy_the_next_batch_collects(void **state)
{
	struct world *w = *state;

	add(w, "first");
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	for (int i = 0; i < 10; i++)
		add(w, "later");
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	assert_int_equal(w->pool.count, 1);
	settle(w, RK_INTERNAL);
	assert_int_equal(w->good, 1);
	assert_int_equal(w->pool.count, 1);
	assert_int_equal(items_of(w->pool.queries[0]), 8);
	settle(w, RK_INTERNAL);
	assert_int_equal(items_of(w->pool.queries[0]), 2);
	settle(w, RK_INTERNAL);
	assert_int_equal(w->good, 11);
}

/* Eight take 400 ms, as it has gone: more than half of the 500 that anybody should wait. */
static void a_slow_database_gets_one_batch_at_a_time_unless_that_stands_still(void **state)
{
	struct world *w = *state;
	int64_t now = 1000;

	for (int i = 0; i < 16; i++)
		add(w, "early");
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	assert_int_equal(w->pool.count, 2);
	rk_clock_set(1, now += 400);
	settle(w, RK_INTERNAL);
	settle(w, RK_INTERNAL);
	for (int i = 0; i < 10; i++)
		add(w, "later");
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	assert_int_equal(w->pool.count, 1);
	rk_clock_set(1, now += 501);
	add(w, "last");
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	assert_int_equal(w->pool.count, 2);
	settle(w, RK_INTERNAL);
	settle(w, RK_INTERNAL);
	settle(w, RK_INTERNAL);
	assert_int_equal(w->good, 27);
}

/* Forty take a second: as many as take half of the 500 ms share the next one, and when they take a second each, eight do. */
static void a_slow_database_gets_smaller_batches(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 40; i++)
		add(w, "early");
	turn(w);
	assert_int_equal(items_of(w->pool.queries[0]), 40);
	rk_clock_set(1, 2000);
	settle(w, RK_INTERNAL);
	for (int i = 0; i < 12; i++)
		add(w, "later");
	turn(w);
	assert_int_equal(items_of(w->pool.queries[0]), 10);
	rk_clock_set(1, 12000);
	settle(w, RK_INTERNAL);
	settle(w, RK_INTERNAL);
	for (int i = 0; i < 8; i++)
		add(w, "last");
	turn(w);
	assert_int_equal(items_of(w->pool.queries[0]), 8);
	settle(w, RK_INTERNAL);
	assert_int_equal(w->good, 60);
}

static void what_follows_waits_for_the_earlier_ones_of_its_sender(void **state)
{
	struct world *w = *state;

	add(w, "first");
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	add(w, "follows one");
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	assert_int_equal(w->pool.count, 1);
	add(w, "free");
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	assert_int_equal(w->pool.count, 2);
	assert_true(is_in(w->pool.queries[1], "free"));
	settle(w, RK_INTERNAL);
	assert_int_equal(w->pool.count, 1);
	assert_true(is_in(w->pool.queries[0], "follows one"));
	settle(w, RK_INTERNAL);
	add(w, "told");
	add(w, "follows at once");
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	assert_int_equal(w->pool.count, 1);
	assert_int_equal(items_of(w->pool.queries[0]), 2);
	settle(w, RK_INTERNAL);
	assert_int_equal(w->good, 5);
}

static bool is_out(const struct world *w, const char *id)
{
	for (int i = 0; i < w->pool.count; i++)
		if (is_in(w->pool.queries[i], id))
			return true;
	return false;
}

static void what_follows_waits_for_the_half_before_its_own(void **state)
{
	struct world *w = *state;
	int met = 0;

	add(w, "first");
	add(w, "poison");
	add(w, "follows the first");
	add(w, "free");
	turn(w);
	while (w->pool.count) {
		/* As soon as it travels without the first, the first is stored. */
		if (is_out(w, "follows the first") && !met++)
			assert_int_equal(w->good, 0);
		else if (is_out(w, "follows the first"))
			assert_int_equal(w->good, 1);
		settle(w, RK_INTERNAL);
	}
	assert_int_equal(met, 2);
	assert_int_equal(w->good, 3);
	assert_int_equal(w->bad, 1);
}

/* The half with the poison in it is halved again while the other one waits. */
static void halves_of_a_half_go_before_its_sibling(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 8; i++)
		add(w, i == 0 ? "poison" : i == 4 ? "follows" : "good");
	turn(w);
	settle(w, RK_INTERNAL);
	for (; w->pool.count; settle(w, RK_INTERNAL))
		assert_true(!is_out(w, "follows") || w->good == 3);
	assert_int_equal(w->good, 7);
}

static void nothing_of_its_sender_overtakes_a_half_that_waits(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 4; i++)
		add(w, i == 1 ? "poison" : "follows");
	turn(w);
	add(w, "later");
	settle(w, RK_INTERNAL);
	assert_false(is_out(w, "later"));
	while (w->pool.count)
		settle(w, RK_INTERNAL);
	assert_int_equal(w->good, 4);
}

static void what_follows_waits_for_no_stranger(void **state)
{
	struct world *w = *state;
	char name[64];

	/* So many strangers that one shares whatever a sender is told by in short. */
	for (int i = 0; i < 20000; i++) {
		(void)snprintf(name, sizeof name, "renkei://a/municipality/%06d", i);
		sender = name;
		add(w, "of a stranger");
		turn(w);
		sender = "renkei://a/prefecture/40";
		add(w, "follows");
		turn(w);
		if (!is_out(w, "follows"))
			fail_msg("waits for %s", name);
		settle(w, RK_INTERNAL);
	}
}

static void what_follows_is_not_overtaken_for_ever(void **state)
{
	struct world *w = *state;
	int overtaken = 0;

	add(w, "first");
	turn(w);
	add(w, "follows");
	for (; !is_out(w, "follows") && overtaken < 100; overtaken++) {
		rk_clock_set(1, rk_clock_ms() + 50);
		add(w, "of another stream");
		turn(w);
		settle_oldest(w, RK_INTERNAL);
	}
	/* For half a second, and then for those that were out. */
	assert_in_range(overtaken, 9, 13);
	while (w->pool.count)
		settle(w, RK_INTERNAL);
	assert_int_equal(w->good, overtaken + 2);
}

static void a_bad_submission_fails_alone(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 7; i++)
		add(w, i == 4 ? "poison" : "good");
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	for (int i = 0; i < 20 && w->pool.count; i++)
		settle(w, RK_INTERNAL);
	assert_int_equal(w->good, 6);
	assert_int_equal(w->bad, 1);
	assert_true(w->stats.batch_halvings >= 2);
}

static void an_unknown_outcome_is_told_to_all(void **state)
{
	struct world *w = *state;

	add(w, "good");
	add(w, "poison");
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	settle(w, RK_UNAVAILABLE);
	assert_int_equal(w->bad, 2);
	assert_int_equal(w->last, RK_UNAVAILABLE);
	assert_int_equal(w->pool.count, 0);
}

static void who_went_away_is_not_sent_or_not_told(void **state)
{
	struct world *w = *state;
	struct rk_ticket *flying = add(w, "flying"), *waiting;

	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	waiting = add(w, "waiting");
	rk_batch_abandon(w->batch, &waiting);
	assert_null(waiting);
	rk_batch_abandon(w->batch, &flying);
	settle(w, RK_INTERNAL);
	assert_int_equal(w->good + w->bad, 0);
	assert_int_equal(w->pool.count, 0);
}

static void who_went_away_while_a_batch_failed_is_left_out_of_its_halves(void **state)
{
	struct world *w = *state;
	struct rk_ticket *gone = add(w, "gone");

	add(w, "poison");
	add(w, "good");
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	rk_batch_abandon(w->batch, &gone);
	for (int i = 0; i < 20 && w->pool.count; i++) {
		assert_true(i == 0 || !is_in(w->pool.queries[0], "gone"));
		settle(w, RK_INTERNAL);
	}
	assert_int_equal(w->good, 1);
	assert_int_equal(w->bad, 1);
}

static void who_goes_away_while_a_half_waits_is_not_told(void **state)
{
	struct world *w = *state;
	struct rk_ticket *second;

	add(w, "poison");
	second = add(w, "second");
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	settle(w, RK_INTERNAL);
	assert_int_equal(w->pool.count, 1);
	rk_batch_abandon(w->batch, &second);
	for (int i = 0; i < 20 && w->pool.count; i++)
		settle(w, RK_INTERNAL);
	assert_int_equal(w->good, 0);
	assert_int_equal(w->bad, 1);
}

/* As a stream does that ends with its first refusal. */
struct pair {
	struct world *world;
	struct rk_ticket *first, *second;
};

static void told_first(
	enum rk_status status, struct rk_slice outcome, const struct rk_err *err, void *arg)
{
	struct pair *pair = arg;

	told(status, outcome, err, pair->world);
	pair->first = NULL;
	rk_batch_abandon(pair->world->batch, &pair->second);
}

static void a_neighbour_may_be_given_up_while_one_is_told(void **state)
{
	struct world *w = *state;
	struct pair pair = {.world = w};

	pair.first = add_for(w, "first", told_first, &pair);
	pair.second = add_for(w, "second", told_first, &pair);
	event_base_loop(w->env.base, EVLOOP_NONBLOCK);
	assert_int_equal(items_of(w->pool.queries[0]), 2);
	settle(w, RK_INTERNAL);
	assert_int_equal(w->good, 1);
	assert_null(pair.second);
}

static void without_a_database_nothing_is_queued(void **state)
{
	struct world *w = *state;
	const struct rk_submission submission = {
		.uri = "", .spki_sha256 = (const uint8_t *)"", .request_id = ""};
	struct rk_ticket *ticket = NULL;
	struct rk_err err = {0};

	w->pool.away = true;
	assert_int_equal(
		rk_batch_add(w->batch, &submission, told, w, &ticket, &err), RK_UNAVAILABLE);
	assert_null(ticket);
	assert_string_equal(err.reason, "STORE_UNAVAILABLE");
}

/* Time passes, then what is out comes back. */
static void settle_after(struct world *w, int64_t ms)
{
	rk_clock_set(1, rk_clock_ms() + ms);
	settle(w, RK_INTERNAL);
}

static void places_are_taken_in_turns_over_the_senders(void **state)
{
	struct world *w = *state;

	add(w, "first");
	turn(w);
	for (int i = 0; i < 40; i++)
		add(w, "greedy");
	sender = "renkei://a/municipality/131130";
	add(w, "modest one");
	sender = "renkei://a/municipality/011002";
	add(w, "modest two");
	settle(w, RK_INTERNAL);
	assert_int_equal(items_of(w->pool.queries[0]), 8);
	assert_true(is_in(w->pool.queries[0], "modest one"));
	assert_true(is_in(w->pool.queries[0], "modest two"));
	while (w->pool.count)
		settle(w, RK_INTERNAL);
	assert_int_equal(w->good, 43);
}

static void who_poisons_again_and_again_travels_alone(void **state)
{
	struct world *w = *state;
	uint64_t halvings;

	add(w, "poison");
	add(w, "good");
	turn(w);
	while (w->pool.count)
		settle(w, RK_INTERNAL);
	halvings = w->stats.batch_halvings;
	assert_int_equal(halvings, 1);
	for (int round = 0; round < 5; round++) {
		sender = "renkei://a/municipality/401005";
		add(w, "poison again");
		add(w, "poison and again");
		sender = "renkei://a/municipality/131130";
		for (int i = 0; i < 6; i++)
			add(w, "neighbour");
		turn(w);
		for (int i = 0; i < w->pool.count; i++)
			assert_true(!is_in(w->pool.queries[i], "poison") ||
				items_of(w->pool.queries[i]) == 1);
		/* One at a time: the other slot is the neighbours'. */
		assert_int_equal(w->pool.count, 2);
		while (w->pool.count)
			settle(w, RK_INTERNAL);
	}
	assert_int_equal(w->stats.batch_halvings, halvings);
	assert_int_equal(w->good, 1 + 5 * 6);
	assert_int_equal(w->bad, 1 + 5 * 2);
	/* A minute later it is trusted again. */
	rk_clock_set(1, rk_clock_ms() + 60001);
	sender = "renkei://a/municipality/401005";
	add(w, "better");
	add(w, "better");
	turn(w);
	assert_int_equal(items_of(w->pool.queries[0]), 2);
	settle(w, RK_INTERNAL);
}

static void what_the_whole_database_suffers_from_makes_no_suspect(void **state)
{
	struct world *w = *state;

	add(w, "poison");
	turn(w);
	settle(w, RK_DEADLINE_EXCEEDED);
	add(w, "poison");
	turn(w);
	settle(w, RK_DATA_LOSS);
	add(w, "good");
	add(w, "good");
	turn(w);
	assert_int_equal(items_of(w->pool.queries[0]), 2);
	settle(w, RK_INTERNAL);
}

static void where_nothing_gets_through_few_are_suspected(void **state)
{
	struct world *w = *state;
	char name[64];
	int together = 0;

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 8; i++) {
			(void)snprintf(name, sizeof name, "renkei://a/municipality/%06d", i);
			sender = name;
			add(w, round ? "good" : "poison");
		}
		turn(w);
		for (; w->pool.count; settle(w, RK_INTERNAL))
			if (round && items_of(w->pool.queries[0]) > together)
				together = items_of(w->pool.queries[0]);
	}
	assert_int_equal(w->bad, 8);
	assert_int_equal(w->good, 8);
	assert_int_equal(together, 5);
}

static void a_poisoned_one_of_many_costs_its_neighbours_a_few_steps(void **state)
{
	struct world *w = *state;
	int steps = 0;

	for (int i = 0; i < 8; i++)
		add(w, i == 5 ? "poison" : "good");
	turn(w);
	for (; w->pool.count; steps++)
		settle(w, RK_INTERNAL);
	assert_int_equal(w->good, 7);
	/* Two at a time: log2 of eight, and the batch itself. */
	assert_true(steps <= 4);
}

static void halves_do_not_keep_the_others_from_leaving(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 8; i++)
		add(w, "poison all of them");
	turn(w);
	sender = "renkei://a/municipality/131130";
	add(w, "neighbour one");
	turn(w);
	add(w, "neighbour two");
	settle(w, RK_INTERNAL);
	/* Two halves wait; one of the two slots is for who had no part in it. */
	assert_int_equal(w->pool.count, 2);
	assert_true(is_in(w->pool.queries[0], "neighbour two") ||
		is_in(w->pool.queries[1], "neighbour two"));
	while (w->pool.count)
		settle(w, RK_INTERNAL);
	assert_int_equal(w->good, 2);
	assert_int_equal(w->bad, 8);
}

static void who_would_wait_too_long_is_refused_and_told_when_to_come(void **state)
{
	struct world *w = *state;
	struct rk_err err = {0};
	int taken = 0;

	/* Eight in 40 ms: five each. */
	add(w, "first");
	turn(w);
	for (int i = 0; i < 100; i++) {
		sender = i % 2 ? "renkei://a/municipality/401005"
			       : "renkei://a/municipality/011002";
		add(w, "later");
	}
	while (w->pool.count)
		settle_after(w, 40);
	add(w, "first");
	turn(w);
	while (try_for(w, "more", told, w, &err))
		taken++;
	assert_int_equal(err.status, RK_RESOURCE_EXHAUSTED);
	assert_string_equal(err.reason, "SERVER_BUSY");
	assert_true(err.retry_ms >= 400);
	assert_in_range(taken, 60, 110);
	/* Of another one: its turn comes soon. */
	sender = "renkei://a/municipality/131130";
	add(w, "of another");
	patience_ms = 5;
	for (int i = 0; i < 4; i++)
		(void)try_for(w, "impatient", told, w, &err);
	assert_null(try_for(w, "impatient", told, w, &err));
	while (w->pool.count)
		settle_after(w, 40);
	assert_int_equal(w->bad, 0);
}

static void a_database_that_stands_still_is_seen(void **state)
{
	struct world *w = *state;
	struct rk_err err = {0};

	add(w, "first");
	turn(w);
	for (int i = 0; i < 8; i++)
		add(w, "later");
	rk_clock_set(1, rk_clock_ms() + 2000);
	assert_null(try_for(w, "too late", told, w, &err));
	assert_in_range(err.retry_ms, 2000, 3000);
	/* Who would leave with the next batch may still hope. */
	sender = "renkei://a/municipality/131130";
	add(w, "of another");
	while (w->pool.count)
		settle(w, RK_INTERNAL);
}

/* Ten minutes later a batch takes ten milliseconds, and more than one batch may wait for that. */
static void assert_the_pause_was_no_wait(struct world *w)
{
	struct rk_err err = {0};

	rk_clock_set(1, rk_clock_ms() + 600000);
	add(w, "first");
	turn(w);
	settle_after(w, 10);
	add(w, "second");
	turn(w);
	for (int i = 0; i < 20; i++)
		assert_non_null(try_for(w, "later", told, w, &err));
	while (w->pool.count)
		settle(w, RK_INTERNAL);
}

static void the_time_after_a_batch_that_could_not_be_sent_is_no_wait(void **state)
{
	struct world *w = *state;

	w->pool.refuses = true;
	add(w, "vain");
	turn(w);
	assert_int_equal(w->bad, 1);
	w->pool.refuses = false;
	assert_the_pause_was_no_wait(w);
}

static void the_time_after_a_batch_that_all_gave_up_is_no_wait(void **state)
{
	struct world *w = *state;
	struct rk_ticket *one = add(w, "poison"), *two = add(w, "poison");

	turn(w);
	rk_batch_abandon(w->batch, &one);
	rk_batch_abandon(w->batch, &two);
	settle(w, RK_INTERNAL);
	assert_int_equal(w->pool.count, 0);
	assert_the_pause_was_no_wait(w);
}

static void one_sender_never_has_the_last_place(void **state)
{
	struct world *w = *state;
	struct rk_err err = {0};
	int taken = 0;

	add(w, "first");
	turn(w);
	while (try_for(w, "greedy", told, w, &err))
		taken++;
	assert_int_equal(taken, 80);
	sender = "renkei://a/municipality/131130";
	add(w, "of another");
	while (w->pool.count)
		settle(w, RK_INTERNAL);
}

static void without_memory_in_the_budget_nothing_is_queued(void **state)
{
	struct world *w = *state;
	struct rk_err err = {0};

	w->quota.max_all_bytes = 9;
	assert_null(try_for(w, "one", told, w, &err));
	assert_string_equal(err.reason, "SERVER_BUSY");
	w->quota.max_all_bytes = 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, clear)
	const struct CMUnitTest tests[] = {
		TEST(what_comes_in_one_turn_travels_together),
		TEST(while_the_slot_is_busy_the_next_batch_collects),
		cmocka_unit_test_setup_teardown(
			a_slow_database_gets_one_batch_at_a_time_unless_that_stands_still, make_two,
			clear),
		cmocka_unit_test_setup_teardown(
			a_slow_database_gets_smaller_batches, make_wide, clear),
		cmocka_unit_test_setup_teardown(
			what_follows_waits_for_the_earlier_ones_of_its_sender, make_two, clear),
		cmocka_unit_test_setup_teardown(
			what_follows_waits_for_the_half_before_its_own, make_two, clear),
		cmocka_unit_test_setup_teardown(
			halves_of_a_half_go_before_its_sibling, make_two, clear),
		cmocka_unit_test_setup_teardown(
			nothing_of_its_sender_overtakes_a_half_that_waits, make_two, clear),
		cmocka_unit_test_setup_teardown(
			what_follows_waits_for_no_stranger, make_two, clear),
		cmocka_unit_test_setup_teardown(
			what_follows_is_not_overtaken_for_ever, make_two, clear),
		TEST(a_bad_submission_fails_alone),
		TEST(an_unknown_outcome_is_told_to_all),
		TEST(who_went_away_is_not_sent_or_not_told),
		TEST(who_went_away_while_a_batch_failed_is_left_out_of_its_halves),
		TEST(who_goes_away_while_a_half_waits_is_not_told),
		TEST(a_neighbour_may_be_given_up_while_one_is_told),
		TEST(without_a_database_nothing_is_queued),
		TEST(places_are_taken_in_turns_over_the_senders),
		cmocka_unit_test_setup_teardown(
			who_poisons_again_and_again_travels_alone, make_two, clear),
		TEST(what_the_whole_database_suffers_from_makes_no_suspect),
		TEST(where_nothing_gets_through_few_are_suspected),
		cmocka_unit_test_setup_teardown(
			a_poisoned_one_of_many_costs_its_neighbours_a_few_steps, make_two, clear),
		cmocka_unit_test_setup_teardown(
			halves_do_not_keep_the_others_from_leaving, make_two, clear),
		TEST(who_would_wait_too_long_is_refused_and_told_when_to_come),
		TEST(a_database_that_stands_still_is_seen),
		TEST(the_time_after_a_batch_that_could_not_be_sent_is_no_wait),
		TEST(the_time_after_a_batch_that_all_gave_up_is_no_wait),
		TEST(one_sender_never_has_the_last_place),
		TEST(without_memory_in_the_budget_nothing_is_queued),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
