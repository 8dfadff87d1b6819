/* pool_bench.h - a pool on a loop that a test turns by hand. */
#pragma once
#include "base/clock.h"
#include "db/pool.h"
#include "postgres.h"

#include <event2/event.h>

#include <string.h>

/* What begin_call, begin_batch and begin_work are to the pool, without tables. */
static const char bench_schema[] =
	"create schema renkei_api;"
	"create table account (id integer primary key, note text, twin integer);"
	"alter table account add constraint account_twin foreign key (twin) references account deferrable initially deferred;"
	"create function renkei_api.begin_call(p_uri text, p_spki bytea, p_roles text[], p_timeout_ms integer)"
	" returns table (role text, municipality_code text) language plpgsql as $$ begin"
	" perform set_config('statement_timeout', p_timeout_ms::text, true), set_config('renkei.principal', p_uri, true);"
	" if p_uri = 'renkei://x/municipality/nobody' then raise exception 'unknown principal' using errcode = 'RK401',"
	" detail = '{\"reason\": \"IDENTITY_UNKNOWN\", \"field\": \"\", \"metadata\": {\"length\": \"' || length(p_spki) || '\"}}'; end if;"
	" return query select p_roles[1], null::text; end $$;"
	"create function renkei_api.begin_batch(p_timeout_ms integer) returns void language sql as"
	" $$ select set_config('statement_timeout', p_timeout_ms::text, true) $$;"
	"create function renkei_api.begin_work(p_worker text, p_timeout_ms integer) returns text language sql as"
	" $$ select set_config('statement_timeout', p_timeout_ms::text, true); select set_config('renkei.principal', p_worker, true) $$;"
	"create function renkei_api.refuse(p text) returns text language plpgsql as $$ begin"
	" raise exception 'version % is not the newest', p using errcode = 'RK410',"
	" detail = '{\"reason\":\"VERSION_CONFLICT\",\"field\":\"base_version\",\"metadata\":{\"version\":\"3\"}}'; end $$;"
	"create function renkei_api.shape() returns table (a integer) language sql as $$ select 1 $$;";

#define BENCH_STATEMENT(id, text, count) \
	static const struct rk_statement id = {.name = #id, .sql = (text), .params = (count)}
BENCH_STATEMENT(echo,
	"select $1::text as said, null::text as nothing, '' as empty, current_setting('renkei.principal', true) as actor",
	1);
BENCH_STATEMENT(nap, "select pg_sleep($1::float8), pg_backend_pid()::text as pid", 1);
BENCH_STATEMENT(add,
	"insert into account (id, note, twin) values ($1::integer, $2, $3::integer) returning id::text",
	3);
BENCH_STATEMENT(refuse, "select renkei_api.refuse($1)", 1);
BENCH_STATEMENT(shape, "select * from renkei_api.shape()", 0);
BENCH_STATEMENT(warn, "do $$ begin raise warning 'careful'; end $$", 0);
BENCH_STATEMENT(arrays,
	"select array_length($1::text[], 1)::text as texts, ($1::text[])[2] is null as gap, "
	"encode(($2::bytea[])[1], 'hex') as bytes, ($3::jsonb[])[1] ->> 'a' as json",
	3);
static const struct rk_statement *const bench_statements[] = {
	&echo, &nap, &add, &refuse, &shape, &warn, &arrays, NULL};

enum { ASKS_MAX = 512 };

struct ask {
	struct rk_query *query;
	int settled;
	enum rk_status status;
	struct rk_err err;
	struct rk_slice detail;
};

static struct {
	struct event_base *base;
	struct rk_pool *pool;
	struct rk_arena arena;
	struct ask asks[ASKS_MAX];
	int count;
	int ready_changes;
} bench;

static inline void bench_on_ready(void *arg, bool ready)
{
	(void)arg;
	(void)ready;
	bench.ready_changes++;
}

static inline void bench_on_settled(struct rk_query *query, void *arg)
{
	struct ask *ask = arg;

	assert_ptr_equal(query, ask->query);
	ask->settled++;
	ask->status = rk_query_status(query, &ask->detail, &ask->err);
}

/* Turns the loop until what holds, or a test's patience ends. */
#define bench_until(condition, patience_ms)                            \
	do {                                                           \
		int64_t until_ = rk_clock_ms() + (patience_ms);        \
		struct timeval turn_ = {.tv_usec = 20000};             \
		while (!(condition) && rk_clock_ms() < until_) {       \
			(void)event_base_loopexit(bench.base, &turn_); \
			(void)event_base_dispatch(bench.base);         \
		}                                                      \
		assert_true(condition);                                \
	} while (0)

static inline void bench_open_options(const struct rk_pool_options *options)
{
	struct rk_err err;

	memset(&bench, 0, sizeof(bench));
	bench.arena.cap = (size_t)64 << 20;
	bench.base = event_base_new();
	assert_non_null(bench.base);
	assert_int_equal(rk_pool_open(bench.base, options, &bench.pool, &err), RK_OK);
}

static inline void bench_open_as(
	const char *conninfo, int connections, int slots, int queue, bool check_safety)
{
	const struct rk_pool_options options = {.conninfo = conninfo,
		.connections = connections,
		.slots = slots,
		.queue = queue,
		.connect_timeout_ms = 5000,
		.statements = bench_statements,
		.check_safety = check_safety,
		.safety_ms = 200,
		.on_ready = bench_on_ready};

	bench_open_options(&options);
}

static inline void bench_open(int connections, int slots, int queue)
{
	bench_open_as(postgres_conninfo("postgres", "postgres"), connections, slots, queue, false);
	bench_until(rk_pool_counters(bench.pool).serving == connections, 10000);
}

static inline void bench_close(void)
{
	rk_pool_close(&bench.pool);
	event_base_free(bench.base);
	rk_arena_clear(&bench.arena);
}

static inline struct ask *bench_make(const struct rk_statement *statement, int64_t timeout_ms)
{
	struct ask *ask = &bench.asks[bench.count++];

	assert_true(bench.count <= ASKS_MAX);
	ask->query = rk_query_create(&bench.arena, statement, NULL, timeout_ms);
	assert_non_null(ask->query);
	return ask;
}

static inline enum rk_status bench_submit(struct ask *ask)
{
	return rk_pool_submit(bench.pool, ask->query, bench_on_settled, ask, &ask->err);
}

/* One text parameter, ten seconds. */
static inline struct ask *bench_ask(const struct rk_statement *statement, const char *text)
{
	struct ask *ask = bench_make(statement, 10000);

	if (text)
		rk_query_text(ask->query, rk_slice_str(text));
	assert_int_equal(bench_submit(ask), RK_OK);
	return ask;
}

static inline void bench_wait(const struct ask *ask)
{
	bench_until(ask->settled > 0, 20000);
	assert_int_equal(ask->settled, 1);
}

static inline const char *bench_value(const struct ask *ask, int row, const char *column)
{
	struct rk_slice value;

	if (!rk_query_value(ask->query, row, column, &value))
		return NULL;
	return rk_arena_slice(&bench.arena, value);
}
