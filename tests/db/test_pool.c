#include "db/migrate.h"
#include "db/migrate_core.h"
#include "embedded.h"
#include "pool_bench.h"

#include <dlfcn.h>
#include <signal.h>

static int setup(void **state)
{
	if (postgres_setup(state) != 0)
		return -1;
	postgres_run("postgres", bench_schema);
	return 0;
}

static void many_queries_come_back_each_with_its_own_rows(void **unused)
{
	char text[16];

	(void)unused;
	bench_open(3, 16, 500);
	for (int i = 0; i < 400; i++) {
		(void)snprintf(text, sizeof(text), "word %d", i);
		(void)bench_ask(&echo, text);
	}
	bench_wait(&bench.asks[399]);
	bench_until(rk_pool_counters(bench.pool).settled == 400, 10000);
	for (int i = 0; i < 400; i++) {
		(void)snprintf(text, sizeof(text), "word %d", i);
		assert_int_equal(bench.asks[i].status, RK_OK);
		assert_int_equal(rk_query_rows(bench.asks[i].query), 1);
		assert_string_equal(bench_value(&bench.asks[i], 0, "said"), text);
		assert_null(bench_value(&bench.asks[i], 0, "nothing"));
		assert_string_equal(bench_value(&bench.asks[i], 0, "empty"), "");
		assert_null(bench_value(&bench.asks[i], 0, "no such column"));
		assert_null(bench_value(&bench.asks[i], 1, "said"));
	}
	assert_int_equal(rk_pool_counters(bench.pool).in_flight, 0);
	bench_close();
}

static void arrays_arrive_element_by_element(void **unused)
{
	const struct rk_slice texts[] = {
		rk_slice_str("甲"), {NULL, 0},
                 rk_slice_str("")
        };
	const struct rk_slice bytes[] = {rk_slice_of("\0\377a", 3)};
	const struct rk_slice json[] = {rk_slice_str("{\"a\": \"埼玉\"}")};
	struct ask *ask;

	(void)unused;
	bench_open(1, 4, 4);
	ask = bench_make(&arrays, 1000);
	assert_int_equal(rk_query_text_array(ask->query, &bench.arena, texts, 3), RK_OK);
	assert_int_equal(rk_query_bytes_array(ask->query, &bench.arena, bytes, 1), RK_OK);
	assert_int_equal(rk_query_json_array(ask->query, &bench.arena, json, 1), RK_OK);
	assert_int_equal(bench_submit(ask), RK_OK);
	bench_wait(ask);
	assert_int_equal(ask->status, RK_OK);
	assert_string_equal(bench_value(ask, 0, "texts"), "3");
	assert_string_equal(bench_value(ask, 0, "gap"), "t");
	assert_string_equal(bench_value(ask, 0, "bytes"), "00ff61");
	assert_string_equal(bench_value(ask, 0, "json"), "埼玉");
	bench_close();
}

static void text_with_a_nul_is_refused_before_it_is_sent(void **unused)
{
	struct ask *ask;

	(void)unused;
	bench_open(1, 4, 4);
	ask = bench_make(&echo, 1000);
	rk_query_text(ask->query, rk_slice_of("a\0b", 3));
	assert_int_equal(bench_submit(ask), RK_INVALID_ARGUMENT);
	assert_string_equal(ask->err.reason, "NUL_IN_TEXT");
	bench_close();
}

static void a_full_queue_refuses_at_once(void **unused)
{
	struct ask *late;

	(void)unused;
	bench_open(1, 2, 3);
	for (int i = 0; i < 5; i++)
		(void)bench_ask(&nap, "0.05");
	assert_int_equal(rk_pool_counters(bench.pool).queued, 3);
	late = bench_make(&nap, 1000);
	rk_query_text(late->query, rk_slice_str("0"));
	assert_int_equal(bench_submit(late), RK_RESOURCE_EXHAUSTED);
	assert_string_equal(late->err.reason, "SERVER_BUSY");
	bench_until(rk_pool_counters(bench.pool).settled == 5, 10000);
	for (int i = 0; i < 5; i++)
		assert_int_equal(bench.asks[i].status, RK_OK);
	bench_close();
}

static void an_abandoned_query_is_never_settled_and_its_slot_is_free_again(void **unused)
{
	struct ask *flying, *queued, *after;

	(void)unused;
	bench_open(1, 1, 3);
	flying = bench_ask(&nap, "0.1");
	queued = bench_ask(&nap, "0.1");
	after = bench_ask(&echo, "after");
	rk_query_abandon(bench.pool, flying->query);
	rk_query_abandon(bench.pool, queued->query);
	memset(flying->query, 0xAA, 8);
	bench_wait(after);
	assert_int_equal(after->status, RK_OK);
	assert_int_equal(flying->settled + queued->settled, 0);
	assert_int_equal(rk_pool_counters(bench.pool).abandoned, 2);
	bench_close();
}

static void a_refusal_of_ours_carries_sentence_reason_and_detail(void **unused)
{
	struct ask *ask;

	(void)unused;
	bench_open(1, 4, 4);
	ask = bench_ask(&refuse, "2");
	bench_wait(ask);
	assert_int_equal(ask->status, RK_ABORTED);
	assert_string_equal(ask->err.reason, "VERSION_CONFLICT");
	assert_string_equal(ask->err.text, "version 2 is not the newest");
	assert_true(
		ask->detail.len > 0 && memmem(ask->detail.at, ask->detail.len, "base_version", 12));
	bench_close();
}

static void begin_work_hears_which_worker_asks(void **unused)
{
	struct ask *ask;

	(void)unused;
	bench_open(1, 4, 4);
	ask = bench_make(&echo, 0);
	ask->query = rk_query_create(&bench.arena, &echo, NULL, 1000);
	rk_query_worker(ask->query, "comparisons");
	rk_query_text(ask->query, rk_slice_str("x"));
	assert_int_equal(bench_submit(ask), RK_OK);
	bench_wait(ask);
	assert_int_equal(ask->status, RK_OK);
	assert_string_equal(bench_value(ask, 0, "actor"), "comparisons");
	bench_close();
}

static void begin_call_sees_the_actor_and_can_refuse_it(void **unused)
{
	static const uint8_t spki[32] = {1, 2, 3};
	struct rk_query_actor actor = {.uri = "renkei://x/municipality/401005",
		.spki_sha256 = spki,
		.roles = "{municipality,secretariat}",
		.timeout_ms = 1000};
	struct ask *known, *unknown;

	(void)unused;
	bench_open(1, 4, 4);
	known = bench_make(&echo, 0);
	known->query = rk_query_create(&bench.arena, &echo, &actor, 0);
	rk_query_text(known->query, rk_slice_str("x"));
	assert_int_equal(bench_submit(known), RK_OK);
	actor.uri = "renkei://x/municipality/nobody";
	unknown = bench_make(&echo, 0);
	unknown->query = rk_query_create(&bench.arena, &echo, &actor, 0);
	rk_query_text(unknown->query, rk_slice_str("x"));
	assert_int_equal(bench_submit(unknown), RK_OK);
	bench_wait(unknown);
	assert_int_equal(known->status, RK_OK);
	assert_string_equal(bench_value(known, 0, "actor"), "renkei://x/municipality/401005");
	assert_int_equal(unknown->status, RK_UNAUTHENTICATED);
	assert_string_equal(unknown->err.reason, "IDENTITY_UNKNOWN");
	assert_true(memmem(unknown->detail.at, unknown->detail.len, "\"32\"", 4) != NULL);
	bench_close();
}

static void end_the_napping_session(void)
{
	bench_until(
		strcmp(postgres_ask("postgres",
			       "select count(*) from pg_stat_activity where query like '%pg_sleep($1%' and state = 'active'"
			       " and application_name = 'renkeid'"),
			"0") != 0,
		5000);
	postgres_run("postgres",
		"select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep($1%' and "
		"application_name = 'renkeid' and pid <> pg_backend_pid()");
}

static void a_backend_that_is_terminated_leaves_the_outcome_unknown_and_the_pool_recovers(
	void **unused)
{
	struct ask *ask, *again;

	(void)unused;
	bench_open(1, 4, 4);
	ask = bench_ask(&nap, "20");
	end_the_napping_session();
	bench_wait(ask);
	assert_int_equal(ask->status, RK_UNAVAILABLE);
	assert_string_equal(ask->err.reason, "OUTCOME_UNKNOWN");
	bench_until(rk_pool_ready(bench.pool), 10000);
	again = bench_ask(&echo, "again");
	bench_wait(again);
	assert_int_equal(again->status, RK_OK);
	assert_int_equal(bench.ready_changes, 3);
	bench_close();
}

static bool no_memory;

/* libevent's own, but for a timer without memory. */
int event_add(struct event *event, const struct timeval *time)
{
	static int (*real)(struct event *, const struct timeval *);

	if (no_memory && event_get_fd(event) < 0)
		return -1;
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "event_add");
	return real(event, time);
}

static void without_memory_for_a_timer_a_connection_comes_back(void **unused)
{
	struct ask *ask;

	(void)unused;
	bench_open(1, 4, 4);
	ask = bench_ask(&nap, "20");
	no_memory = true;
	end_the_napping_session();
	bench_wait(ask);
	assert_false(rk_pool_ready(bench.pool));
	no_memory = false;
	bench_until(rk_pool_ready(bench.pool), 10000);
	bench_close();
}

/* A caller whose memory goes when it is told, and who takes the one behind it along. */
struct flock {
	struct rk_arena arena;
	struct rk_query *query;
	int settled;
	bool gone;
};

static struct flock flock[160];

static void flock_leave(struct flock *one)
{
	rk_query_abandon(bench.pool, one->query);
	rk_arena_clear(&one->arena);
	one->gone = true;
}

static bool flock_join(struct flock *one, const struct rk_statement *statement, const char *text);

static void flock_on_settled(struct rk_query *query, void *arg)
{
	struct flock *one = arg, *next = one + 1;
	const char *text = rk_query_status(query, NULL, NULL) == RK_OK ? NULL : "again";

	assert_false(one->gone);
	one->settled++;
	flock_leave(one);
	if (next < flock + 128 && !next->gone && next->query)
		flock_leave(next);
	/* Who has lost tries again at once, from inside. */
	for (struct flock *spare = flock + 128; text && spare < flock + 160; spare++) {
		if (!spare->query) {
			(void)flock_join(spare, &echo, text);
			return;
		}
	}
}

static bool flock_join(struct flock *one, const struct rk_statement *statement, const char *text)
{
	struct rk_err err;

	one->arena.cap = 1 << 16;
	one->query = rk_query_create(&one->arena, statement, NULL, 30000);
	assert_non_null(one->query);
	rk_query_text(one->query, rk_slice_str(text));
	if (rk_pool_submit(bench.pool, one->query, flock_on_settled, one, &err) == RK_OK)
		return true;
	flock_leave(one);
	return false;
}

static int flock_left(void)
{
	int left = 0;

	for (size_t i = 0; i < sizeof(flock) / sizeof(*flock); i++)
		left += flock[i].query && !flock[i].gone;
	return left;
}

static void a_connection_that_dies_with_all_its_slots_full_tells_each_once(void **unused)
{
	(void)unused;
	memset(flock, 0, sizeof(flock));
	bench_open(1, 64, 64);
	for (int i = 0; i < 128; i++)
		assert_true(flock_join(&flock[i], i ? &echo : &nap, i ? "x" : "20"));
	assert_int_equal(rk_pool_counters(bench.pool).in_flight, 64);
	assert_int_equal(rk_pool_counters(bench.pool).queued, 64);
	end_the_napping_session();
	bench_until(flock_left() == 0, 10000);
	for (int i = 0; i < 128; i++)
		assert_int_equal(flock[i].settled, i % 2 == 0);
	bench_until(rk_pool_ready(bench.pool), 10000);
	assert_int_equal(rk_pool_counters(bench.pool).in_flight, 0);
	assert_int_equal(rk_pool_counters(bench.pool).queued, 0);
	bench_close();
}

static void a_server_that_stops_refuses_at_once_and_one_that_returns_is_found(void **unused)
{
	struct ask *ask;
	struct rk_err err;

	(void)unused;
	bench_open(2, 4, 4);
	rk_cluster_stop(postgres, SIGQUIT);
	bench_until(!rk_pool_ready(bench.pool), 10000);
	assert_true(strlen(rk_pool_why(bench.pool)) > 0);
	ask = bench_make(&echo, 1000);
	rk_query_text(ask->query, rk_slice_str("x"));
	assert_int_equal(bench_submit(ask), RK_UNAVAILABLE);
	assert_string_equal(ask->err.reason, "STORE_UNAVAILABLE");
	assert_int_equal(rk_cluster_start(postgres, &err), RK_OK);
	bench_until(rk_pool_counters(bench.pool).serving == 2, 15000);
	assert_string_equal(rk_pool_why(bench.pool), "");
	assert_int_equal(bench_submit(ask), RK_OK);
	bench_wait(ask);
	assert_int_equal(ask->status, RK_OK);
	bench_close();
}

static void closing_settles_what_is_out(void **unused)
{
	struct ask *flying, *queued;

	(void)unused;
	bench_open(1, 1, 4);
	flying = bench_ask(&nap, "5");
	queued = bench_ask(&echo, "x");
	rk_pool_close(&bench.pool);
	assert_int_equal(flying->settled + queued->settled, 2);
	assert_int_equal(flying->status, RK_CANCELLED);
	assert_int_equal(queued->status, RK_CANCELLED);
	bench_close();
}

static void an_unsafe_database_is_not_served_and_the_reason_is_told(void **unused)
{
	(void)unused;
	postgres_run("postgres", "create database unsafe");
	postgres_run("unsafe", bench_schema);
	bench_open_as(postgres_conninfo("postgres", "unsafe"), 1, 4, 4, true);
	bench_until(strstr(rk_pool_why(bench.pool), "run renkeid migrate") != NULL, 10000);
	bench_close();
	postgres_run("unsafe",
		"create function renkei_api.schema_state() returns table (number integer, sha256 text) language sql as $$ select 9999, 'aa' $$;"
		"create function renkei_api.built_from() returns text language sql as $$ select ''::text $$;"
		"create function renkei_api.check_safety() returns table (problem text) language sql as $$ values ('fsync is off'), ('login is superuser') $$");
	bench_open_as(postgres_conninfo("postgres", "unsafe"), 1, 4, 4, true);
	bench_until(strstr(rk_pool_why(bench.pool), "the database is newer") != NULL, 10000);
	assert_false(rk_pool_ready(bench.pool));
	bench_close();
}

/* A database that says which program it belongs to, and is safe as long as nothing stands in hazard. */
static void make_a_database_of_ours(const char *name)
{
	RK_AUTO(rk_buf_clear) struct rk_buf sql = {0}, more = {0};
	char digest[RK_SHA256_HEX];
	struct rk_err err;

	assert_int_equal(rk_migrate_digest(rk_sql_files, digest, &err), RK_OK);
	assert_int_equal(rk_buf_addf(&sql, "create database %s", name), RK_OK);
	postgres_run("postgres", rk_buf_cstr(&sql));
	postgres_run(name, bench_schema);
	rk_buf_clear(&sql);
	for (const struct rk_sql_file *file = rk_sql_files; file->name; file++)
		if (rk_migrate_number(file))
			assert_int_equal(
				rk_buf_addf(&sql, "%s(%d, '%s')", sql.len ? ", " : "values ",
					rk_migrate_number(file), file->sha256),
				RK_OK);
	const char *migrations = rk_buf_cstr(&sql);

	assert_int_equal(
		rk_buf_addf(&more,
			"create table hazard (problem text); create table slowness (seconds integer); insert into slowness values (0);"
			"create function renkei_api.schema_state() returns table (number integer, sha256 text) language sql as $$ %s $$;"
			"create function renkei_api.built_from() returns text language sql as $$ select '%s'::text $$;"
			"create function renkei_api.check_safety() returns table (problem text) language sql as $$ select problem from public.hazard $$;"
			"create function renkei_api.prove_commit() returns table (problem text) language sql as $$ select pg_sleep(seconds) from public.slowness; select problem from public.hazard $$",
			migrations, digest),
		RK_OK);
	postgres_run(name, rk_buf_cstr(&more));
}

static void a_database_that_becomes_unsafe_is_not_served_until_it_is_safe_again(void **unused)
{
	struct ask *ask;

	(void)unused;
	make_a_database_of_ours("turning");
	bench_open_as(postgres_conninfo("postgres", "turning"), 2, 4, 4, true);
	bench_until(rk_pool_counters(bench.pool).serving == 2, 10000);
	postgres_run("turning", "insert into hazard values ('fsync is off')");
	bench_until(!rk_pool_ready(bench.pool), 5000);
	assert_non_null(strstr(rk_pool_why(bench.pool), "fsync is off"));
	ask = bench_make(&nap, 1000);
	rk_query_text(ask->query, rk_slice_str("0"));
	assert_int_equal(bench_submit(ask), RK_UNAVAILABLE);
	assert_string_equal(ask->err.reason, "STORE_UNSAFE");
	postgres_run("turning", "delete from hazard");
	bench_until(rk_pool_counters(bench.pool).serving == 2, 15000);
	assert_int_equal(bench.ready_changes, 3);
	bench_close();
}

static void a_database_that_finishes_no_commit_is_not_served_until_it_does(void **unused)
{
	struct ask *ask;

	(void)unused;
	make_a_database_of_ours("slow");
	bench_open_as(postgres_conninfo("postgres", "slow"), 2, 4, 4, true);
	bench_until(rk_pool_counters(bench.pool).serving == 2, 10000);
	postgres_run("slow", "update slowness set seconds = 60");
	bench_until(!rk_pool_ready(bench.pool), 20000);
	assert_string_equal(rk_pool_why(bench.pool), "the database does not finish a commit");
	ask = bench_make(&nap, 1000);
	rk_query_text(ask->query, rk_slice_str("0"));
	assert_int_equal(bench_submit(ask), RK_UNAVAILABLE);
	assert_string_equal(ask->err.reason, "STORE_UNAVAILABLE");
	/* An answer, but no good one: it is not ready for a moment either. */
	postgres_run("slow",
		"insert into hazard values ('fsync is off'); update slowness set seconds = 0");
	bench_until(strstr(rk_pool_why(bench.pool), "fsync is off") != NULL, 20000);
	assert_int_equal(bench.ready_changes, 2);
	postgres_run("slow", "delete from hazard");
	bench_until(rk_pool_ready(bench.pool), 20000);
	assert_int_equal(bench.ready_changes, 3);
	bench_close();
}

static void open_ours(const char *database, int connections, int reserved)
{
	const struct rk_pool_options options = {
		.conninfo = postgres_conninfo("postgres", database),
		.connections = connections,
		.slots = 2,
		.queue = 200,
		.reserved = reserved,
		.connect_timeout_ms = 5000,
		.statements = bench_statements,
		.check_safety = true,
		.safety_ms = 200,
		.on_ready = bench_on_ready,
	};

	bench_open_options(&options);
	bench_until(rk_pool_counters(bench.pool).serving == connections, 10000);
}

static void the_proof_does_not_wait_behind_an_export(void **unused)
{
	struct ask *export;

	(void)unused;
	make_a_database_of_ours("exporting");
	open_ours("exporting", 2, 1);
	export = bench_make(&nap, 30000);
	rk_query_text(export->query, rk_slice_str("30"));
	rk_query_cost(export->query, RK_COST_EXPORT);
	assert_int_equal(bench_submit(export), RK_OK);
	postgres_run("exporting", "insert into hazard values ('fsync is off')");
	bench_until(!rk_pool_ready(bench.pool), 10000);
	assert_non_null(strstr(rk_pool_why(bench.pool), "fsync is off"));
	bench_close();
}

/* More queries than the pool does in the time that a proof may take. */
static void queries_that_wait_keep_no_proof_from(
	const char *database, int connections, int reserved)
{
	make_a_database_of_ours(database);
	open_ours(database, connections, reserved);
	for (int i = 0; i < 200; i++)
		(void)bench_ask(&nap, "0.2");
	postgres_run(database, "insert into hazard values ('fsync is off')");
	bench_until(!rk_pool_ready(bench.pool), 10000);
	assert_non_null(strstr(rk_pool_why(bench.pool), "fsync is off"));
	bench_close();
}

static void queries_that_wait_keep_no_proof_from_being_asked(void **unused)
{
	(void)unused;
	queries_that_wait_keep_no_proof_from("crowded", 2, 1);
	queries_that_wait_keep_no_proof_from("narrow", 1, 0);
}

static void a_statement_that_cannot_be_prepared_keeps_the_pool_from_serving(void **unused)
{
	(void)unused;
	postgres_run("postgres", "alter table account rename to account_away");
	bench_open_as(postgres_conninfo("postgres", "postgres"), 1, 4, 4, false);
	bench_until(strstr(rk_pool_why(bench.pool), "cannot be prepared") != NULL, 10000);
	assert_false(rk_pool_ready(bench.pool));
	postgres_run("postgres", "alter table account_away rename to account");
	bench_until(rk_pool_ready(bench.pool), 15000);
	bench_close();
}

static void the_second_of_two_hosts_is_tried_when_the_first_is_not_there(void **unused)
{
	char conninfo[512];

	(void)unused;
	(void)snprintf(conninfo, sizeof(conninfo),
		"host=/nowhere,%s port=5432,5432 user=postgres dbname=postgres",
		rk_cluster_socket(postgres));
	bench_open_as(conninfo, 1, 4, 4, false);
	bench_until(rk_pool_ready(bench.pool), 10000);
	bench_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_queries_come_back_each_with_its_own_rows),
		cmocka_unit_test(arrays_arrive_element_by_element),
		cmocka_unit_test(text_with_a_nul_is_refused_before_it_is_sent),
		cmocka_unit_test(a_full_queue_refuses_at_once),
		cmocka_unit_test(an_abandoned_query_is_never_settled_and_its_slot_is_free_again),
		cmocka_unit_test(a_refusal_of_ours_carries_sentence_reason_and_detail),
		cmocka_unit_test(begin_work_hears_which_worker_asks),
		cmocka_unit_test(begin_call_sees_the_actor_and_can_refuse_it),
		cmocka_unit_test(
			a_backend_that_is_terminated_leaves_the_outcome_unknown_and_the_pool_recovers),
		cmocka_unit_test(without_memory_for_a_timer_a_connection_comes_back),
		cmocka_unit_test(a_connection_that_dies_with_all_its_slots_full_tells_each_once),
		cmocka_unit_test(a_server_that_stops_refuses_at_once_and_one_that_returns_is_found),
		cmocka_unit_test(closing_settles_what_is_out),
		cmocka_unit_test(an_unsafe_database_is_not_served_and_the_reason_is_told),
		cmocka_unit_test(
			a_database_that_becomes_unsafe_is_not_served_until_it_is_safe_again),
		cmocka_unit_test(a_database_that_finishes_no_commit_is_not_served_until_it_does),
		cmocka_unit_test(the_proof_does_not_wait_behind_an_export),
		cmocka_unit_test(queries_that_wait_keep_no_proof_from_being_asked),
		cmocka_unit_test(a_statement_that_cannot_be_prepared_keeps_the_pool_from_serving),
		cmocka_unit_test(the_second_of_two_hosts_is_tried_when_the_first_is_not_there),
	};

	return cmocka_run_group_tests(tests, setup, postgres_teardown);
}
