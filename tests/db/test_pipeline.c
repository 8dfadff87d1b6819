/* Facts about PostgreSQL and libpq that the pool rests on; each was a surprise to somebody. */
#include "pool_bench.h"

static int setup(void **state)
{
	if (postgres_setup(state) != 0)
		return -1;
	postgres_run("postgres", bench_schema);
	return 0;
}

static struct ask *add_account(const char *id, const char *twin)
{
	struct ask *ask = bench_make(&add, 10000);

	rk_query_text(ask->query, rk_slice_str(id));
	rk_query_null(ask->query);
	if (twin)
		rk_query_text(ask->query, rk_slice_str(twin));
	else
		rk_query_null(ask->query);
	assert_int_equal(bench_submit(ask), RK_OK);
	return ask;
}

static void a_failure_undoes_its_segment_and_leaves_the_next_untouched(void **unused)
{
	struct ask *first, *same, *next;

	(void)unused;
	bench_open(1, 8, 8);
	first = add_account("1", NULL);
	same = add_account("1", NULL);
	next = add_account("2", NULL);
	bench_wait(next);
	assert_int_equal(first->status, RK_OK);
	assert_int_equal(same->status, RK_ALREADY_EXISTS);
	assert_int_equal(next->status, RK_OK);
	assert_string_equal(bench_value(next, 0, "id"), "2");
	assert_string_equal(
		postgres_ask("postgres", "select count(*) from account where id in (1, 2)"), "2");
	bench_close();
}

static void a_deferred_constraint_fails_after_the_rows_and_nothing_is_stored(void **unused)
{
	struct ask *ask, *after;

	(void)unused;
	bench_open(1, 8, 8);
	ask = add_account("10", "999");
	after = add_account("11", "11");
	bench_wait(after);
	assert_int_equal(ask->status, RK_INTERNAL);
	assert_int_equal(rk_query_rows(ask->query), 0);
	assert_int_equal(after->status, RK_OK);
	assert_string_equal(
		postgres_ask("postgres", "select count(*) from account where id = 10"), "0");
	bench_close();
}

static void a_setting_of_the_prologue_ends_with_its_segment(void **unused)
{
	static const uint8_t spki[32] = {0};
	const struct rk_query_actor actor = {.uri = "renkei://x/operator/one",
		.spki_sha256 = spki,
		.roles = "{operator}",
		.timeout_ms = 5000};
	struct ask *with, *without;

	(void)unused;
	bench_open(1, 8, 8);
	with = bench_make(&echo, 0);
	with->query = rk_query_create(&bench.arena, &echo, &actor, 0);
	rk_query_text(with->query, rk_slice_str("x"));
	assert_int_equal(bench_submit(with), RK_OK);
	without = bench_ask(&echo, "x");
	bench_wait(without);
	assert_string_equal(bench_value(with, 0, "actor"), "renkei://x/operator/one");
	/* After its transaction the setting is empty, not absent. */
	assert_string_equal(bench_value(without, 0, "actor"), "");
	bench_close();
}

static void the_timeout_of_the_prologue_stops_the_statement_and_no_other(void **unused)
{
	struct ask *slow, *next;

	(void)unused;
	bench_open(1, 8, 8);
	slow = bench_make(&nap, 50);
	rk_query_text(slow->query, rk_slice_str("20"));
	assert_int_equal(bench_submit(slow), RK_OK);
	next = bench_ask(&nap, "0.2");
	bench_wait(next);
	assert_int_equal(slow->status, RK_DEADLINE_EXCEEDED);
	assert_int_equal(next->status, RK_OK);
	bench_close();
}

static void a_prepared_call_survives_a_rebuild_of_the_same_shape(void **unused)
{
	struct ask *ask;
	const char *pid;

	(void)unused;
	bench_open(1, 8, 8);
	ask = bench_ask(&nap, "0");
	bench_wait(ask);
	pid = bench_value(ask, 0, "pid");
	ask = bench_ask(&shape, NULL);
	bench_wait(ask);
	assert_string_equal(bench_value(ask, 0, "a"), "1");
	postgres_run("postgres",
		"begin; drop function renkei_api.shape();"
		"create function renkei_api.shape() returns table (a integer) language sql as $$ select 2 $$; commit");
	ask = bench_ask(&shape, NULL);
	bench_wait(ask);
	assert_int_equal(ask->status, RK_OK);
	assert_string_equal(bench_value(ask, 0, "a"), "2");
	ask = bench_ask(&nap, "0");
	bench_wait(ask);
	assert_string_equal(bench_value(ask, 0, "pid"), pid);
	bench_close();
}

static void a_rebuild_of_another_shape_replaces_the_connection(void **unused)
{
	struct ask *ask;
	const char *pid;

	(void)unused;
	bench_open(1, 8, 8);
	ask = bench_ask(&shape, NULL);
	bench_wait(ask);
	ask = bench_ask(&nap, "0");
	bench_wait(ask);
	pid = bench_value(ask, 0, "pid");
	postgres_run("postgres",
		"begin; drop function renkei_api.shape();"
		"create function renkei_api.shape() returns table (a integer, b text) language sql as $$ select 3, 'new' $$; commit");
	ask = bench_ask(&shape, NULL);
	bench_wait(ask);
	assert_int_equal(ask->status, RK_UNAVAILABLE);
	assert_string_equal(ask->err.reason, "STORE_CHANGED");
	ask = bench_ask(&shape, NULL);
	bench_wait(ask);
	assert_int_equal(ask->status, RK_OK);
	assert_string_equal(bench_value(ask, 0, "b"), "new");
	ask = bench_ask(&nap, "0");
	bench_wait(ask);
	assert_string_not_equal(bench_value(ask, 0, "pid"), pid);
	assert_int_equal(bench.ready_changes, 1);
	bench_close();
	postgres_run("postgres",
		"drop function renkei_api.shape();"
		"create function renkei_api.shape() returns table (a integer) language sql as $$ select 1 $$");
}

static void a_warning_on_commit_is_no_acknowledgement(void **unused)
{
	static const char *const waiting =
		"select count(*) from pg_stat_activity where wait_event = 'SyncRep'";
	struct ask *ask;

	(void)unused;
	bench_open(1, 8, 8);
	postgres_run("postgres", "alter system set synchronous_standby_names = 'nobody'");
	postgres_run("postgres", "select pg_reload_conf()");
	bench_until(
		strcmp(postgres_ask("postgres", "show synchronous_standby_names"), "nobody") == 0,
		5000);
	ask = add_account("20", NULL);
	bench_until(strcmp(postgres_ask("postgres", waiting), "1") == 0, 5000);
	assert_int_equal(ask->settled, 0);
	postgres_run("postgres",
		"select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'");
	bench_wait(ask);
	assert_int_equal(ask->status, RK_UNAVAILABLE);
	assert_string_equal(ask->err.reason, "OUTCOME_UNKNOWN");
	postgres_run("postgres", "alter system reset synchronous_standby_names");
	postgres_run("postgres", "select pg_reload_conf()");
	/* It is there all the same: this is what unknown means. */
	assert_string_equal(
		postgres_ask("postgres", "select count(*) from account where id = 20"), "1");
	bench_until(rk_pool_ready(bench.pool), 10000);
	bench_close();
}

static void a_warning_that_a_function_raises_is_only_logged(void **unused)
{
	struct ask *ask;

	(void)unused;
	postgres_run("postgres",
		"create or replace function renkei_api.refuse(p text) returns text language plpgsql as $$ begin"
		" raise warning 'careful'; return p; end $$");
	bench_open(1, 8, 8);
	ask = bench_ask(&refuse, "fine");
	bench_wait(ask);
	assert_int_equal(ask->status, RK_OK);
	assert_string_equal(bench_value(ask, 0, "refuse"), "fine");
	bench_close();
}

static void results_are_matched_in_order_across_failures_of_every_kind(void **unused)
{
	char text[16];

	(void)unused;
	bench_open(2, 32, 500);
	for (int i = 0; i < 300; i++) {
		struct ask *ask;

		(void)snprintf(text, sizeof(text), "%d", i);
		if (i % 3 == 0) {
			(void)bench_ask(&echo, text);
		} else if (i % 3 == 1) {
			(void)add_account("1", NULL);
		} else {
			ask = bench_make(&nap, 10000);
			rk_query_text(ask->query, rk_slice_str("not a number"));
			assert_int_equal(bench_submit(ask), RK_OK);
		}
	}
	bench_until(rk_pool_counters(bench.pool).settled == 300, 20000);
	for (int i = 0; i < 300; i++) {
		const struct ask *ask = &bench.asks[i];

		(void)snprintf(text, sizeof(text), "%d", i);
		assert_int_equal(ask->settled, 1);
		assert_int_equal(ask->status,
			i % 3 == 0           ? RK_OK
				: i % 3 == 1 ? RK_ALREADY_EXISTS
					     : RK_INTERNAL);
		if (i % 3 == 0)
			assert_string_equal(bench_value(ask, 0, "said"), text);
	}
	assert_int_equal(rk_pool_counters(bench.pool).failed, 200);
	bench_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_undoes_its_segment_and_leaves_the_next_untouched),
		cmocka_unit_test(a_deferred_constraint_fails_after_the_rows_and_nothing_is_stored),
		cmocka_unit_test(a_setting_of_the_prologue_ends_with_its_segment),
		cmocka_unit_test(the_timeout_of_the_prologue_stops_the_statement_and_no_other),
		cmocka_unit_test(a_prepared_call_survives_a_rebuild_of_the_same_shape),
		cmocka_unit_test(a_rebuild_of_another_shape_replaces_the_connection),
		cmocka_unit_test(a_warning_on_commit_is_no_acknowledgement),
		cmocka_unit_test(a_warning_that_a_function_raises_is_only_logged),
		cmocka_unit_test(results_are_matched_in_order_across_failures_of_every_kind),
	};

	return cmocka_run_group_tests(tests, setup, postgres_teardown);
}
