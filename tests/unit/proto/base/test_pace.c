/* base/pace.c: how long a queue will take. */
#include "base/pace.h"
#include "check.h"

static void the_wait_is_learnt_from_what_comes_out(void **unused)
{
	struct rk_pace pace = {0};

	(void)unused;
	assert_int_equal(rk_pace_wait_ms(&pace, 100, 5000), 0);
	assert_true(rk_pace_within(&pace, 0) == SIZE_MAX);
	rk_pace_begin(&pace, 1000);
	rk_pace_begin(&pace, 1007);
	/* 64 in 32 ms, again and again: half a millisecond each. */
	for (int i = 1; i <= 10; i++)
		rk_pace_done(&pace, 64, true, 1000 + i * 32);
	assert_int_equal(rk_pace_wait_ms(&pace, 128, 1320), 64);
	assert_int_equal(rk_pace_within(&pace, 250), 500);
	assert_int_equal(rk_pace_wait_ms(&pace, 0, 1320), 0);
}

static void the_time_in_which_nobody_waited_does_not_count(void **unused)
{
	struct rk_pace pace = {0};

	(void)unused;
	rk_pace_begin(&pace, 1000);
	rk_pace_done(&pace, 10, false, 1010);
	rk_pace_done(&pace, 10, false, 9000);
	rk_pace_begin(&pace, 20000);
	rk_pace_done(&pace, 10, false, 20010);
	assert_int_equal(rk_pace_wait_ms(&pace, 10, 20010), 10);
	rk_pace_begin(&pace, 30000);
	rk_pace_done(&pace, 0, false, 30001);
	rk_pace_begin(&pace, 90000);
	assert_int_equal(rk_pace_wait_ms(&pace, 10, 90010), 10);
}

static void what_stands_still_is_seen(void **unused)
{
	struct rk_pace pace = {0};

	(void)unused;
	rk_pace_begin(&pace, 1000);
	rk_pace_done(&pace, 10, true, 1010);
	assert_int_equal(rk_pace_wait_ms(&pace, 10, 1010), 10);
	assert_int_equal(rk_pace_wait_ms(&pace, 10, 3010), 2000);
}

static void who_is_refused_comes_again_later_the_more_they_are(void **unused)
{
	struct rk_pace pace = {0};
	int64_t now = 1000;

	(void)unused;
	for (int i = 0; i < 100; i++)
		assert_in_range(rk_pace_again_ms(&pace, 400), 400, 600);
	assert_in_range(rk_pace_again_ms(&pace, 0), 200, 300);
	/* Nine refused for each that comes out: all ten fit into ten times the wait. */
	for (int round = 0; round < 60; round++) {
		rk_pace_begin(&pace, now);
		pace.refused = 90;
		rk_pace_done(&pace, 10, true, now += 10);
	}
	for (int i = 0; i < 100; i++)
		assert_in_range(rk_pace_again_ms(&pace, 400), 3900, 6000);
	for (int i = 0; i < 100; i++)
		assert_in_range(rk_pace_again_ms(&pace, 3600000), 15000, 22500);
	/* And sooner again when nobody is refused any more. */
	pace.refused = 0;
	for (int round = 0; round < 60; round++)
		rk_pace_done(&pace, 10, true, now += 10);
	assert_in_range(rk_pace_again_ms(&pace, 400), 400, 620);
}

static void they_do_not_all_come_at_once(void **unused)
{
	struct rk_pace pace = {0};
	int halves[2] = {0};

	(void)unused;
	for (int i = 0; i < 1000; i++)
		halves[rk_pace_again_ms(&pace, 1000) < 1250]++;
	assert_in_range(halves[0], 400, 600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_wait_is_learnt_from_what_comes_out),
		cmocka_unit_test(the_time_in_which_nobody_waited_does_not_count),
		cmocka_unit_test(what_stands_still_is_seen),
		cmocka_unit_test(who_is_refused_comes_again_later_the_more_they_are),
		cmocka_unit_test(they_do_not_all_come_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
