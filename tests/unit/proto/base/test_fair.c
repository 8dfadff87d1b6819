/* base/fair.c: what is taken in turns. */
#include "base/fair.h"
#include "check.h"

#include <stdlib.h>

#define MANY 4000

struct thing {
	struct rk_fair_item item;
	int key, number;
	bool held;
};

static struct rk_slice key_of(const int *key)
{
	return rk_slice_of(key, sizeof *key);
}

static void put(struct rk_fair *fair, struct thing *thing, int key, int number, uint32_t cost)
{
	*thing = (struct thing){.key = key, .number = number};
	assert_true(rk_fair_add(fair, key_of(&thing->key), &thing->item, cost));
}

static struct thing *take(struct rk_fair *fair)
{
	struct rk_fair_item *item = rk_fair_next(fair, NULL, NULL);

	if (!item)
		return NULL;
	rk_fair_take(fair, item, 0);
	assert_null(item->lane);
	return rk_list_item(item, struct thing, item);
}

static void lanes_take_turns_whoever_came_first(void **unused)
{
	static const int expected[] = {1, 2, 3, 1, 2, 1, 1};
	struct rk_fair fair;
	struct thing things[7];

	(void)unused;
	rk_fair_init(&fair);
	for (int i = 0; i < 4; i++)
		put(&fair, &things[i], 1, i, 1);
	put(&fair, &things[4], 2, 0, 1);
	put(&fair, &things[5], 2, 1, 1);
	put(&fair, &things[6], 3, 0, 1);
	for (int i = 0, last = -1; i < 7; i++) {
		const struct thing *thing = take(&fair);

		assert_int_equal(thing->key, expected[i]);
		/* First come, first served inside a lane. */
		assert_true(thing->key != 1 || thing->number == ++last);
	}
	assert_null(take(&fair));
	assert_int_equal(fair.count, 0);
	assert_int_equal(fair.lane_count, 0);
}

static void who_pays_more_comes_less_often(void **unused)
{
	struct rk_fair fair;
	struct thing things[40];
	int cheap = 0;

	(void)unused;
	rk_fair_init(&fair);
	for (int i = 0; i < 40; i++)
		put(&fair, &things[i], i % 2, i, i % 2 ? 1 : 9);
	for (int i = 0; i < 20; i++)
		cheap += take(&fair)->key == 1;
	assert_in_range(cheap, 17, 19);
	while (take(&fair))
		continue;
}

/* arg: whose lane is closed by its first that is held, or NULL. */
static enum rk_fair_may is_free(struct rk_fair_item *item, void *arg)
{
	const struct thing *thing = rk_list_item(item, const struct thing, item);
	const int *closed = arg;

	if (!thing->held)
		return RK_FAIR_YES;
	return closed && *closed == thing->key ? RK_FAIR_CLOSED : RK_FAIR_LATER;
}

static void who_may_not_is_passed_over_and_keeps_its_place(void **unused)
{
	struct rk_fair fair;
	struct thing things[3];
	int first = 1;

	(void)unused;
	rk_fair_init(&fair);
	put(&fair, &things[0], 1, 0, 1);
	put(&fair, &things[1], 1, 1, 1);
	put(&fair, &things[2], 2, 0, 1);
	things[0].held = true;
	assert_ptr_equal(rk_fair_next(&fair, is_free, NULL), &things[1].item);
	assert_ptr_equal(rk_fair_next(&fair, is_free, &first), &things[2].item);
	things[1].held = true;
	assert_ptr_equal(rk_fair_next(&fair, is_free, NULL), &things[2].item);
	things[2].held = true;
	assert_null(rk_fair_next(&fair, is_free, NULL));
	things[0].held = false;
	assert_ptr_equal(rk_fair_next(&fair, is_free, NULL), &things[0].item);
	rk_fair_remove(&fair, &things[0].item);
	rk_fair_remove(&fair, &things[0].item);
	rk_fair_remove(&fair, &things[1].item);
	rk_fair_remove(&fair, &things[2].item);
	assert_int_equal(fair.count, 0);
}

static void a_lane_that_was_away_is_owed_nothing(void **unused)
{
	struct rk_fair fair;
	struct thing old[100], fresh[100];
	int mine = 0;

	(void)unused;
	rk_fair_init(&fair);
	for (int i = 0; i < 100; i++)
		put(&fair, &old[i], 1, i, 1);
	for (int i = 0; i < 50; i++)
		take(&fair);
	for (int i = 0; i < 100; i++)
		put(&fair, &fresh[i], 2, i, 1);
	for (int i = 0; i < 40; i++)
		mine += take(&fair)->key == 2;
	assert_in_range(mine, 19, 21);
	while (take(&fair))
		continue;
}

static void what_stands_ahead_is_told_by_turns(void **unused)
{
	struct rk_fair fair;
	struct thing things[101];
	const int nobody = 9, greedy = 1;

	(void)unused;
	rk_fair_init(&fair);
	assert_int_equal(rk_fair_ahead(&fair, 0), 0);
	for (int i = 0; i < 100; i++)
		put(&fair, &things[i], greedy, i, 1);
	put(&fair, &things[100], 2, 0, 1);
	/* Of the greedy one nearly all; a newcomer only waits for its turn. */
	assert_int_equal(rk_fair_waiting(&fair, key_of(&greedy)), 100);
	assert_int_equal(rk_fair_ahead(&fair, 100), 101);
	assert_int_equal(rk_fair_waiting(&fair, key_of(&nobody)), 0);
	assert_int_equal(rk_fair_ahead(&fair, 0), 2);
	while (take(&fair))
		continue;
}

static void who_fills_an_empty_queue_does_not_have_it_for_itself(void **unused)
{
	struct rk_fair fair;
	struct thing things[60];

	(void)unused;
	rk_fair_init(&fair);
	for (int i = 0; i < 10; i++)
		put(&fair, &things[i], i, 0, 1);
	while (take(&fair))
		continue;
	/* Ten were here a moment ago: with four waiting, the fifth would wait for them four times. */
	for (int i = 10; i < 14; i++)
		put(&fair, &things[i], 1, 0, 1);
	assert_in_range(rk_fair_ahead(&fair, 4), 20, 40);
	assert_int_equal(rk_fair_ahead(&fair, 0), 1);
	/* Two rounds later it is alone. */
	for (int i = 14; i < 54; i++) {
		put(&fair, &things[i], 1, 0, 1);
		take(&fair);
	}
	assert_int_equal(rk_fair_ahead(&fair, 4), 4);
	while (take(&fair))
		continue;
}

/* A run of chance: lanes that always have something waiting get the same, whatever things cost and come and go beside them. */
static void lanes_with_something_waiting_get_the_same(unsigned seed)
{
	enum { LANES = 8, DEAREST = 20 };
	static struct thing things[MANY];
	struct rk_fair fair;
	long had[LANES] = {0};
	int made = 0;

	srandom(seed);
	rk_fair_init(&fair);
	/* Two of each: one is taken and another put, and the lane never runs dry. */
	for (; made < 2 * LANES; made++)
		put(&fair, &things[made], made % LANES, 0, 1 + (uint32_t)(random() % DEAREST));
	while (made < MANY - 2) {
		struct thing *thing = take(&fair);
		long least = had[0], most = had[0];

		if (thing->key < LANES) {
			had[thing->key] += thing->item.cost;
			put(&fair, &things[made++], thing->key, 0,
				1 + (uint32_t)(random() % DEAREST));
		}
		if (random() % 3 == 0)
			put(&fair, &things[made++], LANES + (int)(random() % 50), 0,
				1 + (uint32_t)(random() % DEAREST));
		for (int key = 1; key < LANES; key++) {
			least = had[key] < least ? had[key] : least;
			most = had[key] > most ? had[key] : most;
		}
		if (most - least > 2L * DEAREST)
			fail_msg("seed %u: %ld and %ld", seed, least, most);
	}
	while (take(&fair))
		continue;
	assert_int_equal(fair.lane_count, 0);
}

static void in_runs_of_chance_lanes_get_the_same(void **unused)
{
	(void)unused;
	for (unsigned seed = 1; seed <= 50; seed++)
		lanes_with_something_waiting_get_the_same(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lanes_take_turns_whoever_came_first),
		cmocka_unit_test(who_pays_more_comes_less_often),
		cmocka_unit_test(who_may_not_is_passed_over_and_keeps_its_place),
		cmocka_unit_test(a_lane_that_was_away_is_owed_nothing),
		cmocka_unit_test(what_stands_ahead_is_told_by_turns),
		cmocka_unit_test(who_fills_an_empty_queue_does_not_have_it_for_itself),
		cmocka_unit_test(in_runs_of_chance_lanes_get_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
