/* Asking to fold without a database: a pool that keeps the question. */
#include "base/clock.h"
#include "check.h"
#include "db/query_own.h"
#include "rpc/fold.h"

#include <event2/event.h>

#include <dlfcn.h>
#include <string.h>

enum { EVERY_MS = 5 };

struct rk_pool {
	struct rk_query *query;
	int asked, abandoned;
	bool away, full;
};

bool rk_pool_ready(const struct rk_pool *pool)
{
	return !pool->away;
}

enum rk_status rk_pool_submit(struct rk_pool *pool, struct rk_query *query, rk_settled_fn *settled,
	void *arg, struct rk_err *err)
{
	pool->asked++;
	if (pool->full)
		return rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY", "full");
	assert_null(pool->query);
	query->settled = settled;
	query->arg = arg;
	pool->query = query;
	return RK_OK;
}

void rk_query_abandon(struct rk_pool *pool, struct rk_query *query)
{
	assert_ptr_equal(pool->query, query);
	pool->query = NULL;
	pool->abandoned++;
}

static bool no_memory;

/* libevent's own, but for a timer without memory. */
int event_add(struct event *event, const struct timeval *time)
{
	static int (*real)(struct event *, const struct timeval *);

	if (no_memory)
		return -1;
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "event_add");
	return real(event, time);
}

static struct rk_pool pool;
static struct rk_call_env env;
static struct rk_fold *fold;

static int set_up(void **unused)
{
	struct rk_err err;

	(void)unused;
	pool = (struct rk_pool){0};
	rk_clock_set(0, 1000);
	env = (struct rk_call_env){.base = event_base_new(), .pool = &pool};
	return rk_fold_create(&env, EVERY_MS, 168, &fold, &err) == RK_OK ? 0 : -1;
}

static int tear_down(void **unused)
{
	(void)unused;
	rk_fold_free(&fold);
	event_base_free(env.base);
	rk_clock_set(0, 0);
	return 0;
}

static void settle(enum rk_status status)
{
	struct rk_query *query = pool.query;

	pool.query = NULL;
	query->status = status;
	query->settled(query, query->arg);
}

static void one_question_is_out_at_a_time_and_the_next_follows_its_answer(void **unused)
{
	(void)unused;
	assert_int_equal(pool.asked, 0);
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_string_equal(pool.query->statement->name, "fold_rollups");
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_int_equal(pool.asked, 1);
	settle(RK_OK);
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_int_equal(pool.asked, 2);
}

static void of_sixty_rounds_one_is_about_uploads(void **unused)
{
	int uploads = 0;

	(void)unused;
	for (int i = 0; i < 181; i++) {
		event_base_loop(env.base, EVLOOP_ONCE);
		if (strcmp(pool.query->statement->name, "expire_uploads") == 0) {
			assert_int_equal(pool.query->bound, 1);
			assert_string_equal(pool.query->values[0], "168");
			uploads++;
		}
		settle(RK_OK);
	}
	assert_int_equal(uploads, 1);
}

static void answer(const char *moved)
{
	static const char *names[] = {"moved"};
	struct rk_query *query = pool.query;
	struct rk_slice cell = rk_slice_str(moved);

	query->rows = query->columns = 1;
	query->names = names;
	query->cells = &cell;
	settle(RK_OK);
}

static void what_is_searched_is_asked_for_behind_the_sums_whatever_became_of_them(void **unused)
{
	static const enum rk_status became[] = {RK_OK, RK_INTERNAL, RK_UNAVAILABLE};

	(void)unused;
	for (size_t i = 0; i < sizeof became / sizeof became[0]; i++) {
		event_base_loop(env.base, EVLOOP_ONCE);
		assert_string_equal(pool.query->statement->name, "fold_rollups");
		/* A full answer: more wait, and they come first. */
		answer("1000");
		event_base_loop(env.base, EVLOOP_ONCE);
		assert_string_equal(pool.query->statement->name, "fold_rollups");
		settle(became[i]);
		event_base_loop(env.base, EVLOOP_ONCE);
		assert_string_equal(pool.query->statement->name, "index_search");
		settle(became[i]);
		/* And behind that what is compared, of which nothing waits here. */
		event_base_loop(env.base, EVLOOP_ONCE);
		assert_string_equal(pool.query->statement->name, "next_comparison");
		assert_string_equal(pool.query->worker, "comparisons");
		settle(became[i]);
	}
}

static void what_is_searched_takes_a_tenth_of_the_time(void **unused)
{
	(void)unused;
	event_base_loop(env.base, EVLOOP_ONCE);
	settle(RK_OK);
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_string_equal(pool.query->statement->name, "index_search");
	rk_clock_set(0, 1050);
	answer("40");
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_string_equal(pool.query->statement->name, "next_comparison");
	settle(RK_OK);
	for (int at = 1050; at < 1500; at += 50) {
		rk_clock_set(0, at);
		event_base_loop(env.base, EVLOOP_ONCE);
		assert_string_equal(pool.query->statement->name, "fold_rollups");
		settle(RK_OK);
	}
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_string_equal(pool.query->statement->name, "fold_rollups");
	rk_clock_set(0, 1500);
	settle(RK_OK);
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_string_equal(pool.query->statement->name, "index_search");
}

static void ask_until_uploads(void)
{
	event_base_loop(env.base, EVLOOP_ONCE);
	while (strcmp(pool.query->statement->name, "expire_uploads") != 0) {
		settle(RK_OK);
		event_base_loop(env.base, EVLOOP_ONCE);
	}
}

static void uploads_are_dropped_a_few_at_a_time_until_none_is_left(void **unused)
{
	int asked;

	(void)unused;
	ask_until_uploads();
	for (int i = 0; i < 3; i++) {
		answer("10");
		event_base_loop(env.base, EVLOOP_ONCE);
		assert_string_equal(pool.query->statement->name, "expire_uploads");
	}
	answer("9");
	asked = pool.asked;
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_string_equal(pool.query->statement->name, "fold_rollups");
	settle(RK_OK);
	/* As rarely as before. */
	ask_until_uploads();
	assert_int_equal(pool.asked - asked, 181);
	/* What failed has its turn again with the others. */
	settle(RK_UNAVAILABLE);
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_string_equal(pool.query->statement->name, "fold_rollups");
}

static void a_pool_that_is_away_or_full_is_asked_later(void **unused)
{
	(void)unused;
	pool.away = true;
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_int_equal(pool.asked, 0);
	pool.away = false;
	pool.full = true;
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_int_equal(pool.asked, 1);
	pool.full = false;
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_int_equal(pool.asked, 2);
	assert_non_null(pool.query);
}

static void a_failure_is_no_end(void **unused)
{
	(void)unused;
	event_base_loop(env.base, EVLOOP_ONCE);
	settle(RK_UNAVAILABLE);
	event_base_loop(env.base, EVLOOP_ONCE);
	settle(RK_INTERNAL);
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_int_equal(pool.asked, 3);
}

static void without_memory_for_a_timer_it_goes_on(void **unused)
{
	(void)unused;
	event_base_loop(env.base, EVLOOP_ONCE);
	no_memory = true;
	settle(RK_OK);
	pool.away = true;
	event_base_loop(env.base, EVLOOP_ONCE);
	pool.away = false;
	no_memory = false;
	event_base_loop(env.base, EVLOOP_ONCE);
	assert_int_equal(pool.asked, 2);
}

static void a_worker_that_ends_abandons_its_question(void **unused)
{
	(void)unused;
	event_base_loop(env.base, EVLOOP_ONCE);
	rk_fold_free(&fold);
	assert_int_equal(pool.abandoned, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			one_question_is_out_at_a_time_and_the_next_follows_its_answer, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			of_sixty_rounds_one_is_about_uploads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_searched_is_asked_for_behind_the_sums_whatever_became_of_them,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_searched_takes_a_tenth_of_the_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			uploads_are_dropped_a_few_at_a_time_until_none_is_left, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_pool_that_is_away_or_full_is_asked_later, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			without_memory_for_a_timer_it_goes_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_failure_is_no_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_worker_that_ends_abandons_its_question, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
