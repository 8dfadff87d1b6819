/* Group commit: what travels together, what follows what, and what becomes of a batch that fails. */
#include "batch_world.h"

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
		cmocka_unit_test_setup_teardown(
			halves_do_not_keep_the_others_from_leaving, make_two, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
