/* call_world.h - the walk without network and database: a stream that records and a pool that settles when told */
#pragma once
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

static inline void record(
	struct rk_h2_stream *stream, const struct rk_h2_header *headers, size_t count)
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

static inline void settle(struct rk_pool *pool, enum rk_status status)
{
	struct rk_query *query = pool->query;

	pool->query = NULL;
	query->status = status;
	if (status != RK_OK)
		rk_fail_reason(&query->err, status, "SOME_REASON", "some sentence");
	query->settled(query, query->arg);
}

/* A method with one question. */
static inline enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
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

static inline enum rk_flow count(struct rk_call *call, struct rk_slice message)
{
	(void)call;
	(void)message;
	counted++;
	return RK_FLOW_WAIT;
}

static inline enum rk_flow counted_all(struct rk_call *call)
{
	char text[8];

	snprintf(text, sizeof text, "%d", counted);
	return rk_call_send_bytes(call, rk_slice_str(text)) == RK_OK ? RK_FLOW_NEXT : RK_FLOW_END;
}

static inline void room_again(struct rk_call *call)
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
static inline enum rk_status refuse(struct rk_call *call, struct rk_buf *reply)
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

static inline int make(void **state)
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

static inline int clear(void **state)
{
	struct world *w = *state;

	if (w->call)
		rk_call_on_close(w->call);
	rk_buf_clear(&w->stream.body);
	event_base_free(w->env.base);
	free(w);
	return 0;
}

static inline void header(struct world *w, const char *name, const char *value)
{
	rk_call_on_header(w->call, rk_slice_str(name), rk_slice_str(value));
}

static inline void head(struct world *w, const char *path)
{
	header(w, ":method", "POST");
	header(w, ":path", path);
	header(w, "content-type", "application/grpc");
	header(w, "te", "trailers");
}

#define MESSAGE "\0\0\0\0\3\x0a\1x"

static inline void request(struct world *w)
{
	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE));
	rk_call_on_end(w->call);
}

static inline void expect(const struct world *w, const char *grpc_status)
{
	assert_true(w->stream.ended);
	assert_string_equal(w->stream.status, "200");
	assert_string_equal(w->stream.grpc_status, grpc_status);
}

static inline void ask_for(struct world *w, const char *path)
{
	head(w, path);
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE));
	rk_call_on_end(w->call);
}
