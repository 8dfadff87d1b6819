/* db/pool.c: who goes first when several wait, on a real PostgreSQL. */
#include "db/query_own.h"
#include "pool_bench.h"

static int setup(void **state)
{
	if (postgres_setup(state) != 0)
		return -1;
	postgres_run("postgres", bench_schema);
	return 0;
}

static void open_pool(int connections, int reserved, int slots, int64_t wait_ms)
{
	const struct rk_pool_options options = {
		.conninfo = postgres_conninfo("postgres", "postgres"),
		.connections = connections,
		.slots = slots,
		.queue = 100,
		.reserved = reserved,
		.wait_ms = wait_ms,
		.connect_timeout_ms = 5000,
		.statements = bench_statements,
		.on_ready = bench_on_ready};

	bench_open_options(&options);
	bench_until(rk_pool_counters(bench.pool).serving == connections, 10000);
}

static struct ask *ask_as(const char *who, enum rk_cost cost, const char *seconds)
{
	static const uint8_t spki[32];
	const struct rk_query_actor actor = {
		.uri = who, .spki_sha256 = spki, .roles = "{municipality}", .timeout_ms = 10000};
	struct ask *ask = &bench.asks[bench.count++];

	ask->query = rk_query_create(&bench.arena, &nap, &actor, actor.timeout_ms);
	assert_non_null(ask->query);
	rk_query_text(ask->query, rk_slice_str(seconds));
	rk_query_cost(ask->query, cost);
	(void)bench_submit(ask);
	return ask;
}

static void slow_queries_delay_no_submission(void **unused)
{
	struct ask *submission;

	(void)unused;
	open_pool(2, 1, 2, 0);
	for (int i = 0; i < 20; i++)
		(void)ask_as("a", RK_COST_QUERY, "0.2");
	submission = ask_as("", RK_COST_SUBMISSION, "0");
	bench_wait(submission);
	assert_int_equal(submission->status, RK_OK);
	/* Not one behind the other: hardly a query has come back. */
	assert_true(rk_pool_counters(bench.pool).settled <= 2);
	for (int i = 0; i < 20; i++)
		rk_query_abandon(bench.pool, bench.asks[i].query);
	bench_close();
}

static void submissions_go_before_queries_and_queries_before_exports(void **unused)
{
	struct ask *query, *submission, *export;

	(void)unused;
	open_pool(1, 0, 1, 0);
	(void)ask_as("a", RK_COST_QUERY, "0.1");
	export = ask_as("a", RK_COST_EXPORT, "0.1");
	query = ask_as("a", RK_COST_QUERY, "0.1");
	submission = ask_as("a", RK_COST_SUBMISSION, "0.1");
	bench_wait(submission);
	assert_int_equal(query->settled, 0);
	bench_wait(query);
	assert_int_equal(export->settled, 0);
	bench_wait(export);
	bench_close();
}

static void one_export_at_a_time_and_queries_keep_away_from_it(void **unused)
{
	struct ask *exports[2], *query;

	(void)unused;
	open_pool(2, 0, 8, 0);
	exports[0] = ask_as("a", RK_COST_EXPORT, "1");
	exports[1] = ask_as("b", RK_COST_EXPORT, "0");
	assert_int_equal(rk_pool_counters(bench.pool).waiting[RK_COST_EXPORT], 1);
	for (int i = 0; i < 4; i++)
		query = ask_as("a", RK_COST_QUERY, "0.01");
	bench_wait(query);
	assert_int_equal(exports[0]->settled + exports[1]->settled, 0);
	bench_wait(exports[1]);
	assert_int_equal(exports[0]->settled, 1);
	bench_close();
}

static void queries_wait_for_a_slot_rather_than_behind_an_export(void **unused)
{
	struct ask *export, *query;

	(void)unused;
	open_pool(2, 0, 4, 0);
	export = ask_as("a", RK_COST_EXPORT, "30");
	/* More than the other connection has slots. */
	for (int i = 0; i < 8; i++)
		query = ask_as("a", RK_COST_QUERY, "0.05");
	assert_int_equal(rk_pool_counters(bench.pool).in_flight, 1 + 4);
	bench_wait(query);
	for (int i = 1; i <= 8; i++)
		assert_int_equal(bench.asks[i].settled, 1);
	assert_int_equal(export->settled, 0);
	rk_query_abandon(bench.pool, export->query);
	bench_close();
}

static void a_single_connection_serves_whatever_it_carries(void **unused)
{
	struct ask *query;

	(void)unused;
	open_pool(1, 0, 4, 0);
	(void)ask_as("a", RK_COST_EXPORT, "0.2");
	query = ask_as("a", RK_COST_QUERY, "0");
	assert_int_equal(rk_pool_counters(bench.pool).queued, 0);
	bench_wait(query);
	/* Nor is a reserved one taken for it. */
	bench_close();
	open_pool(2, 1, 4, 0);
	(void)ask_as("a", RK_COST_EXPORT, "0.2");
	query = ask_as("a", RK_COST_QUERY, "0");
	assert_int_equal(query->settled, 0);
	bench_wait(query);
	assert_int_equal(bench.asks[0].settled, 1);
	bench_close();
}

static void who_asks_much_does_not_delay_who_asks_little(void **unused)
{
	struct ask *little;

	(void)unused;
	open_pool(1, 0, 1, 0);
	for (int i = 0; i < 50; i++)
		(void)ask_as("greedy", RK_COST_QUERY, "0.1");
	little = ask_as("little", RK_COST_QUERY, "0");
	bench_wait(little);
	/* One was under way, and one more may have had its turn. */
	assert_true(rk_pool_counters(bench.pool).settled <= 3);
	for (int i = 0; i < 50; i++)
		rk_query_abandon(bench.pool, bench.asks[i].query);
	bench_close();
}

static void a_wait_that_would_be_too_long_is_refused_at_once(void **unused)
{
	struct ask *late, *other;
	int refused = 0;

	(void)unused;
	open_pool(1, 0, 1, 100);
	/* How long one takes is learnt first. */
	for (int i = 0; i < 6; i++)
		(void)ask_as("a", RK_COST_QUERY, "0.03");
	bench_until(rk_pool_counters(bench.pool).queued == 0, 10000);
	for (int i = 0; i < 20; i++)
		refused += ask_as("a", RK_COST_QUERY, "0.03")->err.status != RK_OK;
	assert_in_range(refused, 10, 19);
	late = ask_as("a", RK_COST_QUERY, "0");
	assert_int_equal(late->err.status, RK_RESOURCE_EXHAUSTED);
	assert_string_equal(late->err.reason, "SERVER_BUSY");
	assert_true(late->err.retry_ms >= 100);
	/* Another's turn comes sooner. */
	other = ask_as("b", RK_COST_QUERY, "0");
	assert_int_equal(other->err.status, RK_OK);
	bench_wait(other);
	assert_int_equal(rk_pool_counters(bench.pool).busy, refused + 1);
	bench_until(rk_pool_counters(bench.pool).queued == 0, 10000);
	bench_close();
}

static void a_queue_that_is_failed_teaches_no_speed(void **unused)
{
	(void)unused;
	open_pool(1, 0, 1, 100);
	for (int i = 0; i < 6; i++)
		(void)ask_as("a", RK_COST_QUERY, i ? "0" : "20");
	assert_int_equal(rk_pool_counters(bench.pool).queued, 5);
	bench_until(rk_clock_ms() > bench.asks[5].query->since_ms + 100, 10000);
	postgres_run("postgres",
		"select pg_terminate_backend(pid) from pg_stat_activity where "
		"application_name = 'renkeid' and pid <> pg_backend_pid()");
	bench_wait(&bench.asks[5]);
	assert_int_equal(bench.asks[5].status, RK_UNAVAILABLE);
	assert_int_equal(rk_pool_counters(bench.pool).wait_ms[RK_COST_QUERY], 0);
	bench_until(rk_pool_ready(bench.pool), 10000);
	/* Nothing is known of how long one takes, so nobody is refused. */
	for (int i = 0; i < 20; i++)
		assert_int_equal(ask_as("a", RK_COST_QUERY, "0")->err.status, RK_OK);
	bench_close();
}

static void without_the_others_the_reserved_ones_serve_all(void **unused)
{
	struct ask *pid, *query;
	char kill[64];

	(void)unused;
	open_pool(2, 1, 1, 0);
	/* The only connection for queries ends, and its backend was known by its pid. */
	pid = ask_as("a", RK_COST_QUERY, "0");
	bench_wait(pid);
	(void)snprintf(
		kill, sizeof kill, "select pg_terminate_backend(%s)", bench_value(pid, 0, "pid"));
	postgres_run("postgres", kill);
	bench_until(rk_pool_counters(bench.pool).serving == 1, 10000);
	query = ask_as("a", RK_COST_QUERY, "0");
	assert_int_equal(rk_pool_counters(bench.pool).queued, 0);
	bench_wait(query);
	assert_int_equal(query->status, RK_OK);
	bench_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slow_queries_delay_no_submission),
		cmocka_unit_test(submissions_go_before_queries_and_queries_before_exports),
		cmocka_unit_test(one_export_at_a_time_and_queries_keep_away_from_it),
		cmocka_unit_test(queries_wait_for_a_slot_rather_than_behind_an_export),
		cmocka_unit_test(a_single_connection_serves_whatever_it_carries),
		cmocka_unit_test(who_asks_much_does_not_delay_who_asks_little),
		cmocka_unit_test(a_wait_that_would_be_too_long_is_refused_at_once),
		cmocka_unit_test(a_queue_that_is_failed_teaches_no_speed),
		cmocka_unit_test(without_the_others_the_reserved_ones_serve_all),
	};

	return cmocka_run_group_tests(tests, setup, postgres_teardown);
}
