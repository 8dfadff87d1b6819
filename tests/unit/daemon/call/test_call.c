/* The walk without network and database: a stream that records and a pool that settles when told. */
#include "base/clock.h"
#include "call/call.h"
#include "check.h"
#include "db/query_own.h"
#include "grpc/health/v1/health.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The stream that records. */
struct rk_h2_stream {
	char status[8], grpc_status[8], pushback[8], message[256], head[32], tail[32], ends[16];
	struct rk_buf body;
	bool ended, drained;
	uint32_t reset;
	size_t consumed;
};

static void record(struct rk_h2_stream *stream, const struct rk_h2_header *headers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct rk_h2_header *h = &headers[i];
		char *out = NULL;

		if (strcmp(h->name, ":status") == 0)
			out = stream->status;
		else if (strcmp(h->name, "grpc-status") == 0)
			out = stream->grpc_status;
		else if (strcmp(h->name, "grpc-retry-pushback-ms") == 0)
			out = stream->pushback;
		if (out)
			snprintf(out, 8, "%.*s", (int)h->value.len, (const char *)h->value.at);
		if (strcmp(h->name, "grpc-message") == 0)
			snprintf(stream->message, sizeof stream->message, "%.*s", (int)h->value.len,
				(const char *)h->value.at);
		if (strcmp(h->name, "x-head") == 0)
			snprintf(stream->head, sizeof stream->head, "%.*s", (int)h->value.len,
				(const char *)h->value.at);
		if (strcmp(h->name, "renkei-certificate-ends") == 0)
			snprintf(stream->ends, sizeof stream->ends, "%.*s", (int)h->value.len,
				(const char *)h->value.at);
		if (strcmp(h->name, "x-tail") == 0)
			snprintf(stream->tail, sizeof stream->tail, "%.*s", (int)h->value.len,
				(const char *)h->value.at);
	}
}

enum rk_status rk_h2_respond(
	struct rk_h2_stream *stream, const struct rk_h2_header *headers, size_t count, bool end)
{
	record(stream, headers, count);
	stream->ended = stream->ended || end;
	return RK_OK;
}

enum rk_status rk_h2_send(struct rk_h2_stream *stream, struct rk_slice sent)
{
	return rk_buf_add_slice(&stream->body, sent);
}

enum rk_status rk_h2_end(
	struct rk_h2_stream *stream, const struct rk_h2_header *trailers, size_t count)
{
	record(stream, trailers, count);
	stream->ended = true;
	return RK_OK;
}

void rk_h2_reset(struct rk_h2_stream *stream, uint32_t error_code)
{
	stream->reset = error_code;
}

void rk_h2_consumed(struct rk_h2_stream *stream, size_t len)
{
	stream->consumed += len;
}

struct rk_h2 *rk_h2_of(const struct rk_h2_stream *stream)
{
	(void)stream;
	return NULL;
}

static int drains;

void rk_h2_drain(struct rk_h2 *h2)
{
	(void)h2;
	drains++;
}

bool rk_h2_is_full(const struct rk_h2_stream *stream)
{
	(void)stream;
	return false;
}

/* The pool that settles when told. */
struct rk_pool {
	struct rk_query *query;
	bool away, busy;
	int abandoned;
};

enum rk_status rk_pool_submit(struct rk_pool *pool, struct rk_query *query, rk_settled_fn *settled,
	void *arg, struct rk_err *err)
{
	if (pool->away)
		return rk_fail_reason(err, RK_UNAVAILABLE, "STORE_UNAVAILABLE", "away");
	query->settled = settled;
	query->arg = arg;
	pool->query = query;
	return RK_OK;
}

enum rk_status rk_pool_admit(struct rk_pool *pool, enum rk_cost cost, const char *uri,
	int64_t left_ms, struct rk_err *err)
{
	(void)cost;
	(void)uri;
	(void)left_ms;
	if (!pool->busy)
		return RK_OK;
	(void)rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY", "busy");
	err->retry_ms = 777;
	return err->status;
}

void rk_query_abandon(struct rk_pool *pool, struct rk_query *query)
{
	assert_ptr_equal(pool->query, query);
	pool->query = NULL;
	pool->abandoned++;
}

static void settle(struct rk_pool *pool, enum rk_status status)
{
	struct rk_query *query = pool->query;

	pool->query = NULL;
	query->status = status;
	if (status != RK_OK)
		rk_fail_reason(&query->err, status, "SOME_REASON", "some sentence");
	query->settled(query, query->arg);
}

/* A method with one question. */
static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	(void)call;
	return rk_buf_add_str(reply, "reply");
}

static const struct rk_statement statement = {"ask", "select 1", 1};
static const struct rk_method method = {
	.path = "/a.Service/Ask",
	.input = &grpc__health__v1__health_check_request__descriptor,
	.output = &grpc__health__v1__health_check_response__descriptor,
	.statement = &statement,
	.roles = "{municipality}",
	.answer = answer,
};

/* A method of many messages, which counts them and how often it was told that there is room again. */
static int counted, drained;

static enum rk_flow count(struct rk_call *call, struct rk_slice message)
{
	(void)call;
	(void)message;
	counted++;
	return RK_FLOW_WAIT;
}

static enum rk_flow counted_all(struct rk_call *call)
{
	char text[8];

	snprintf(text, sizeof text, "%d", counted);
	return rk_call_send_bytes(call, rk_slice_str(text)) == RK_OK ? RK_FLOW_NEXT : RK_FLOW_END;
}

static void room_again(struct rk_call *call)
{
	(void)call;
	drained++;
}

static const struct rk_method counting = {
	.path = "/a.Service/Count",
	.input = &grpc__health__v1__health_check_request__descriptor,
	.output = &grpc__health__v1__health_check_response__descriptor,
	.shape = RK_BIDI,
	.message = count,
	.ended = counted_all,
	.drained = room_again,
};

/* A method that refuses with a sentence of its own. */
static enum rk_status refuse(struct rk_call *call, struct rk_buf *reply)
{
	(void)reply;
	return rk_fail_reason(&call->err, RK_UNKNOWN, "SAID_SO", "said on purpose");
}

static const struct rk_method refusing = {
	.path = "/a.Service/Refuse",
	.input = &grpc__health__v1__health_check_request__descriptor,
	.output = &grpc__health__v1__health_check_response__descriptor,
	.answer = refuse,
};

/* A method of those who have no certificate yet. */
static const struct rk_method joining = {
	.path = "/a.Service/Join",
	.input = &grpc__health__v1__health_check_request__descriptor,
	.output = &grpc__health__v1__health_check_response__descriptor,
	.statement = &statement,
	.guests = true,
	.answer = answer,
};

static const struct rk_method *const methods[] = {&method, &counting, &refusing, &joining, NULL};

struct world {
	struct rk_pool pool;
	struct rk_stats stats;
	struct rk_principal principal;
	struct rk_quota_book books[2];
	struct rk_quota quota;
	struct rk_call_env env;
	struct rk_h2_stream stream;
	struct rk_call *call;
};

static int make(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	if (!w)
		return -1;
	*state = w;
	drains = counted = drained = 0;
	w->quota = (struct rk_quota){
		.all = &w->books[0], .mine = &w->books[1], .max_calls = 2, .max_bytes = 1 << 20};
	w->env = (struct rk_call_env){
		.base = event_base_new(),
		.pool = &w->pool,
		.methods = methods,
		.stats = &w->stats,
		.quota = &w->quota,
		.max_message = 64,
		.default_timeout_ms = 30000,
		.max_timeout_ms = 60000,
		.request_ms = 30000,
		.slow_after_ms = 5000,
		.slowest_bytes = 1024,
		.idle_ms = 60000,
	};
	if (!rk_principal_parse(&w->principal, "renkei://a/municipality/401005"))
		return -1;
	w->call = rk_call_open(&w->env, &w->principal, &w->stream);
	return w->call ? 0 : -1;
}

static int clear(void **state)
{
	struct world *w = *state;

	if (w->call)
		rk_call_on_close(w->call);
	rk_buf_clear(&w->stream.body);
	event_base_free(w->env.base);
	free(w);
	return 0;
}

static void header(struct world *w, const char *name, const char *value)
{
	rk_call_on_header(w->call, rk_slice_str(name), rk_slice_str(value));
}

static void head(struct world *w, const char *path)
{
	header(w, ":method", "POST");
	header(w, ":path", path);
	header(w, "content-type", "application/grpc");
	header(w, "te", "trailers");
}

#define MESSAGE "\0\0\0\0\3\x0a\1x"

static void request(struct world *w)
{
	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE));
	rk_call_on_end(w->call);
}

static void expect(const struct world *w, const char *grpc_status)
{
	assert_true(w->stream.ended);
	assert_string_equal(w->stream.status, "200");
	assert_string_equal(w->stream.grpc_status, grpc_status);
}

static void ask_for(struct world *w, const char *path)
{
	head(w, path);
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE));
	rk_call_on_end(w->call);
}

static void a_guest_finds_the_methods_for_guests_and_no_other(void **state)
{
	struct world *w = *state;

	w->env.guests = true;
	w->principal = (struct rk_principal){.address = "192.0.2.1:4711"};
	ask_for(w, "/a.Service/Join");
	assert_non_null(w->pool.query);
	/* Nobody's: no begin_call goes before it. */
	assert_null(w->pool.query->uri);
	settle(&w->pool, RK_OK);
	expect(w, "0");
	rk_call_on_close(w->call);
	rk_buf_clear(&w->stream.body);
	w->stream = (struct rk_h2_stream){0};
	w->call = rk_call_open(&w->env, &w->principal, &w->stream);
	assert_non_null(w->call);
	ask_for(w, "/a.Service/Ask");
	expect(w, "12");
	assert_null(w->pool.query);
}

static void a_guest_where_certificates_are_shown_is_nobody(void **state)
{
	struct world *w = *state;

	w->principal = (struct rk_principal){.address = "192.0.2.1:4711"};
	ask_for(w, "/a.Service/Join");
	expect(w, "16");
}

static void the_last_weeks_of_a_certificate_are_told(void **state)
{
	struct world *w = *state;

	w->principal.expires = rk_clock_now_us() / 1000000 + INT64_C(22) * 86400;
	ask_for(w, "/a.Service/Refuse");
	assert_string_equal(w->stream.ends, "");
	rk_call_on_close(w->call);
	w->stream = (struct rk_h2_stream){0};
	w->principal.expires -= INT64_C(2) * 86400;
	w->call = rk_call_open(&w->env, &w->principal, &w->stream);
	assert_non_null(w->call);
	ask_for(w, "/a.Service/Refuse");
	/* The day in Japan, whatever the hour. */
	int32_t day = rk_clock_japan_date(w->principal.expires * 1000000);
	char expected[16];

	(void)snprintf(expected, sizeof expected, "%04d-%02d-%02d", day / 10000, day / 100 % 100,
		day % 100);
	assert_string_equal(w->stream.ends, expected);
}

static void a_call_over_the_quota_is_refused_and_one_that_ended_makes_room(void **state)
{
	struct world *w = *state;
	struct rk_quota_share others[2] = {0};
	struct rk_err err = {0};

	for (int i = 0; i < 2; i++)
		assert_ok(rk_quota_enter(&w->quota, w->principal.uri, &others[i], &err), err);
	request(w);
	expect(w, "8");
	assert_null(w->pool.query);
	rk_call_on_close(w->call);
	rk_quota_leave(&w->quota, &others[0]);
	w->stream = (struct rk_h2_stream){0};
	w->call = rk_call_open(&w->env, &w->principal, &w->stream);
	assert_non_null(w->call);
	request(w);
	assert_non_null(w->pool.query);
	settle(&w->pool, RK_OK);
	expect(w, "0");
	rk_quota_leave(&w->quota, &others[1]);
	/* Answered, but the answer is not taken yet: its bytes are given back, its place is not. */
	assert_int_equal(w->quota.all->bytes, 0);
	assert_ok(rk_quota_enter(&w->quota, w->principal.uri, &others[0], &err), err);
	assert_int_equal(rk_quota_enter(&w->quota, w->principal.uri, &others[1], &err),
		RK_RESOURCE_EXHAUSTED);
	rk_call_on_close(w->call);
	w->call = NULL;
	assert_ok(rk_quota_enter(&w->quota, w->principal.uri, &others[1], &err), err);
}

static void who_would_wait_too_long_is_refused_before_the_request_is_read(void **state)
{
	struct world *w = *state;

	w->pool.busy = true;
	head(w, method.path);
	rk_call_on_headers_end(w->call);
	expect(w, "8");
	assert_string_equal(w->stream.pushback, "777");
}

static void what_a_call_holds_is_counted_and_given_back(void **state)
{
	struct world *w = *state;

	request(w);
	assert_true(w->quota.all->bytes > 0);
	assert_int_equal(w->quota.all->bytes, w->quota.mine->bytes);
	settle(&w->pool, RK_OK);
	expect(w, "0");
	assert_int_equal(w->quota.all->bytes, 0);
}

static void a_call_over_the_bytes_of_its_principal_is_refused(void **state)
{
	struct world *w = *state;

	w->quota.max_bytes = 8;
	request(w);
	expect(w, "8");
	assert_true(atoi(w->stream.pushback) > 0);
	assert_null(w->pool.query);
	assert_int_equal(w->quota.all->bytes, 0);
}

static void a_call_over_the_bytes_of_all_is_refused_and_counted(void **state)
{
	struct world *w = *state;

	w->quota.max_all_bytes = 8;
	request(w);
	expect(w, "8");
	assert_true(atoi(w->stream.pushback) > 0);
	assert_int_equal(w->stats.refused_busy, 1);
	assert_int_equal(w->stats.refused_quota, 0);
}

static void look_at(struct world *w, int64_t ms)
{
	static const struct timeval now = {0, 0};

	rk_clock_set(0, ms);
	(void)evtimer_add(w->call->timer, &now);
	(void)event_base_loop(w->env.base, EVLOOP_NONBLOCK | EVLOOP_ONCE);
}

static void a_request_that_trickles_is_ended(void **state)
{
	struct world *w = *state;

	rk_call_on_close(w->call);
	w->stream = (struct rk_h2_stream){0};
	w->env.max_message = 9000;
	rk_clock_set(0, 1000000);
	w->call = rk_call_open(&w->env, &w->principal, &w->stream);
	assert_non_null(w->call);
	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	/* 1,024 bytes are good for one second after the first five. */
	rk_call_on_data(w->call,
		bytes("\0\0\0\x20\0"
		      "01234567890"));
	for (int i = 0; i < 63; i++)
		rk_call_on_data(w->call, bytes("0123456789abcdef"));
	look_at(w, 1005999);
	assert_false(w->stream.ended);
	look_at(w, 1006000);
	rk_clock_set(0, 0);
	expect(w, "4");
}

/* It may be open for weeks; what it asks the database at once may not take them. */
static void a_stream_of_weeks_asks_no_question_of_weeks(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Count");
	header(w, "grpc-timeout", "99999999H");
	rk_call_on_headers_end(w->call);
	assert_true(w->call->deadline_ms > rk_clock_ms() + (int64_t)w->env.max_timeout_ms * 1000);
	assert_int_equal(rk_call_left_ms(w->call), w->env.max_timeout_ms);
}

/* The loop's clock is coarser than ours: it may ring a moment before the deadline. */
static void a_timer_that_rings_early_ends_no_request_that_is_whole(void **state)
{
	struct world *w = *state;

	rk_call_on_close(w->call);
	w->stream = (struct rk_h2_stream){0};
	rk_clock_set(0, 1000000);
	w->call = rk_call_open(&w->env, &w->principal, &w->stream);
	assert_non_null(w->call);
	head(w, "/a.Service/Ask");
	header(w, "grpc-timeout", "30S");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE));
	rk_call_on_end(w->call);
	assert_non_null(w->pool.query);
	look_at(w, 1029999);
	assert_false(w->stream.ended);
	look_at(w, 1030000);
	rk_clock_set(0, 0);
	expect(w, "4");
	assert_contains(w->stream.message, "deadline");
}

static void the_answer_leaves_when_the_transaction_has_settled(void **state)
{
	struct world *w = *state;

	request(w);
	assert_non_null(w->pool.query);
	assert_false(w->stream.ended);
	settle(&w->pool, RK_OK);
	expect(w, "0");
	assert_slice_equal(rk_buf_slice(&w->stream.body), "\0\0\0\0\5reply");
	assert_int_equal(w->stream.consumed, 8);
	assert_int_equal(w->stats.calls[0][0], 1);
}

static void a_refusal_by_the_database_is_the_answer(void **state)
{
	struct world *w = *state;

	request(w);
	settle(&w->pool, RK_ABORTED);
	expect(w, "10");
	assert_string_equal(w->stream.message, "some sentence");
}

/* Sending a read again does no harm, whatever became of it. */
static void a_read_whose_connection_broke_has_no_unknown_outcome(void **state)
{
	struct world *w = *state;
	struct rk_query *query;

	request(w);
	query = w->pool.query;
	w->pool.query = NULL;
	query->status = rk_fail_reason(
		&query->err, RK_UNAVAILABLE, "OUTCOME_UNKNOWN", "send the same request_id");
	query->settled(query, query->arg);
	expect(w, "14");
	assert_string_equal(
		w->stream.message, "the connection to the database was lost before the answer");
}

static void what_nobody_foresaw_stays_in_the_log(void **state)
{
	struct world *w = *state;

	request(w);
	settle(&w->pool, RK_INTERNAL);
	expect(w, "13");
	assert_null(strstr(w->stream.message, "some sentence"));
}

static void a_wrong_flag_is_the_clients_own_fault(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes("\1\0\0\0\3\x0a\1x"));
	expect(w, "13");
	assert_contains(w->stream.message, "compressed message");
}

static void a_client_that_vanishes_abandons_its_question(void **state)
{
	struct world *w = *state;

	request(w);
	rk_call_on_close(w->call);
	w->call = NULL;
	assert_int_equal(w->pool.abandoned, 1);
	assert_false(w->stream.ended);
	assert_int_equal(w->stats.calls[0][RK_CANCELLED], 1);
}

static void a_database_that_is_away_is_told_at_once(void **state)
{
	struct world *w = *state;

	w->pool.away = true;
	request(w);
	expect(w, "14");
}

static void nobody_asks_without_an_identity(void **state)
{
	struct world *w = *state;

	w->principal.uri[0] = '\0';
	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	expect(w, "16");
	assert_int_equal(drains, 1);
	assert_null(w->pool.query);
}

static void an_unknown_path_is_unimplemented(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/ask");
	rk_call_on_headers_end(w->call);
	expect(w, "12");
}

static void only_post_is_answered(void **state)
{
	struct world *w = *state;

	header(w, ":method", "PUT");
	header(w, ":path", "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_end(w->call);
	assert_string_equal(w->stream.status, "405");
}

static void another_content_type_is_415(void **state)
{
	struct world *w = *state;

	header(w, ":method", "POST");
	header(w, ":path", "/a.Service/Ask");
	header(w, "content-type", "application/json");
	rk_call_on_headers_end(w->call);
	rk_call_on_end(w->call);
	assert_string_equal(w->stream.status, "415");
}

static void a_compressed_request_is_unimplemented(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	header(w, "grpc-encoding", "gzip");
	rk_call_on_headers_end(w->call);
	expect(w, "12");
}

static void no_time_left_is_deadline_exceeded(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	header(w, "grpc-timeout", "0n");
	rk_call_on_headers_end(w->call);
	expect(w, "4");
}

static void a_malformed_timeout_is_refused(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	header(w, "grpc-timeout", "-1S");
	rk_call_on_headers_end(w->call);
	expect(w, "3");
}

static void a_binary_header_that_is_no_base64_is_refused(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	header(w, "x-bin", "!!");
	rk_call_on_headers_end(w->call);
	expect(w, "3");
}

static void a_request_without_a_message_is_refused(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_end(w->call);
	expect(w, "3");
}

static void two_messages_are_refused(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE MESSAGE));
	expect(w, "3");
}

static void a_message_that_is_cut_is_refused(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes("\0\0\0\0\3\x0a"));
	rk_call_on_end(w->call);
	expect(w, "3");
}

static void a_message_over_the_limit_is_refused_on_its_five_bytes(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes("\0\0\0\0\x41"));
	expect(w, "8");
}

static void a_malformed_message_is_refused(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes("\0\0\0\0\3\x0a\5x"));
	rk_call_on_end(w->call);
	expect(w, "3");
	assert_null(w->pool.query);
}

static void many_messages_are_answered_once_at_their_end(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Count");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE MESSAGE));
	assert_false(w->stream.ended);
	rk_call_on_end(w->call);
	expect(w, "0");
	assert_slice_equal(rk_buf_slice(&w->stream.body),
		"\0\0\0\0\1"
		"2");
}

static void a_method_is_told_when_there_is_room_again_until_its_call_is_over(void **state)
{
	struct world *w = *state;

	rk_call_on_drained(w->call);
	head(w, "/a.Service/Count");
	rk_call_on_headers_end(w->call);
	rk_call_on_drained(w->call);
	assert_int_equal(drained, 1);
	rk_call_on_end(w->call);
	rk_call_on_drained(w->call);
	assert_int_equal(drained, 1);
}

static void what_is_refused_with_a_reason_is_no_surprise(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Refuse");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE));
	rk_call_on_end(w->call);
	expect(w, "2");
	assert_string_equal(w->stream.message, "said on purpose");
}

static void take_header(struct rk_call *call, struct rk_slice name, struct rk_slice value)
{
	assert_true(rk_slice_equal_str(name, "x-echo"));
	call->state = rk_arena_slice(&call->arena, value);
}

static size_t give_fields(struct rk_call *call, bool trailers, struct rk_h2_header *list)
{
	list[0] = (struct rk_h2_header){trailers ? "x-tail" : "x-head", rk_slice_str(call->state)};
	return 1;
}

static void metadata_goes_to_who_serves_and_back(void **state)
{
	struct world *w = *state;

	w->env.on_header = take_header;
	w->env.on_answer = give_fields;
	head(w, "/a.Service/Ask");
	header(w, "x-echo", "hello");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE));
	rk_call_on_end(w->call);
	assert_string_equal(w->stream.head, "");
	settle(&w->pool, RK_OK);
	expect(w, "0");
	assert_string_equal(w->stream.head, "hello");
	assert_string_equal(w->stream.tail, "hello");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, clear)
	const struct CMUnitTest tests[] = {
		TEST(the_answer_leaves_when_the_transaction_has_settled),
		TEST(a_refusal_by_the_database_is_the_answer),
		TEST(a_read_whose_connection_broke_has_no_unknown_outcome),
		TEST(what_nobody_foresaw_stays_in_the_log),
		TEST(a_wrong_flag_is_the_clients_own_fault),
		TEST(a_client_that_vanishes_abandons_its_question),
		TEST(a_database_that_is_away_is_told_at_once),
		TEST(nobody_asks_without_an_identity),
		TEST(a_guest_finds_the_methods_for_guests_and_no_other),
		TEST(a_guest_where_certificates_are_shown_is_nobody),
		TEST(the_last_weeks_of_a_certificate_are_told),
		TEST(a_call_over_the_quota_is_refused_and_one_that_ended_makes_room),
		TEST(a_request_that_trickles_is_ended),
		TEST(who_would_wait_too_long_is_refused_before_the_request_is_read),
		TEST(what_a_call_holds_is_counted_and_given_back),
		TEST(a_call_over_the_bytes_of_its_principal_is_refused),
		TEST(a_call_over_the_bytes_of_all_is_refused_and_counted),
		TEST(an_unknown_path_is_unimplemented),
		TEST(only_post_is_answered),
		TEST(another_content_type_is_415),
		TEST(a_compressed_request_is_unimplemented),
		TEST(a_stream_of_weeks_asks_no_question_of_weeks),
		TEST(no_time_left_is_deadline_exceeded),
		TEST(a_timer_that_rings_early_ends_no_request_that_is_whole),
		TEST(a_malformed_timeout_is_refused),
		TEST(a_binary_header_that_is_no_base64_is_refused),
		TEST(a_request_without_a_message_is_refused),
		TEST(two_messages_are_refused),
		TEST(a_message_that_is_cut_is_refused),
		TEST(a_message_over_the_limit_is_refused_on_its_five_bytes),
		TEST(a_malformed_message_is_refused),
		TEST(many_messages_are_answered_once_at_their_end),
		TEST(a_method_is_told_when_there_is_room_again_until_its_call_is_over),
		TEST(what_is_refused_with_a_reason_is_no_surprise),
		TEST(metadata_goes_to_who_serves_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
