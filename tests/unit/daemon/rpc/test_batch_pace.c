/* Group commit where it matters how long things take: small batches for a slow database, turns over the senders, refusals of what would wait too long. */
#include "batch_world.h"

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
		cmocka_unit_test_setup_teardown(
			a_slow_database_gets_smaller_batches, make_wide, clear),
		TEST(places_are_taken_in_turns_over_the_senders),
		cmocka_unit_test_setup_teardown(
			who_poisons_again_and_again_travels_alone, make_two, clear),
		TEST(what_the_whole_database_suffers_from_makes_no_suspect),
		TEST(where_nothing_gets_through_few_are_suspected),
		cmocka_unit_test_setup_teardown(
			a_poisoned_one_of_many_costs_its_neighbours_a_few_steps, make_two, clear),
		TEST(who_would_wait_too_long_is_refused_and_told_when_to_come),
		TEST(a_database_that_stands_still_is_seen),
		TEST(the_time_after_a_batch_that_could_not_be_sent_is_no_wait),
		TEST(the_time_after_a_batch_that_all_gave_up_is_no_wait),
		TEST(one_sender_never_has_the_last_place),
		TEST(without_memory_in_the_budget_nothing_is_queued),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
