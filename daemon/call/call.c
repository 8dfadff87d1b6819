#include "call/call.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "call/argument.h"
#include "call/error.h"
#include "call/reply.h"
#include "wire/meta.h"
#include "wire/pack.h"
#include "wire/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* After a refusal the peer may go on sending for so long. */
#define LINGER_MS 2000
#define H2_CANCEL 8

static enum rk_flow step_route(struct rk_call *call);
static enum rk_flow step_authorise(struct rk_call *call);
static enum rk_flow step_decode(struct rk_call *call);
static enum rk_flow step_validate(struct rk_call *call);
static enum rk_flow step_ask(struct rk_call *call);
static enum rk_flow step_answer(struct rk_call *call);

static const struct step {
	const char *name; /* logged as step= */
	enum rk_flow (*run)(struct rk_call *call);
} steps[] = {
	{"route",     step_route    }, /* path to method */
	{"authorise", step_authorise}, /* does the certificate name anybody? */
	{"decode",    step_decode   }, /* bytes to request; waits until they are whole */
	{"validate",  step_validate }, /* request obeys the rules */
	{"ask",       step_ask      }, /* into the pipeline; waits */
	{"answer",    step_answer   }, /* rows to reply */
	{NULL,        NULL          },
};

static void call_finish(struct rk_call *call);

static void call_walk(struct rk_call *call)
{
	while (!call->finished) {
		enum rk_flow flow = steps[call->step].run(call);

		if (flow == RK_FLOW_WAIT)
			return;
		if (flow == RK_FLOW_NEXT && steps[call->step + 1].name)
			call->step++;
		else
			call_finish(call);
	}
}

void rk_call_advance(struct rk_call *call)
{
	if (call->finished)
		return;
	call->step++;
	call_walk(call);
}

void rk_call_fail(struct rk_call *call)
{
	if (call->finished)
		return;
	if (call->err.status == RK_OK)
		rk_fail(&call->err, RK_INTERNAL, "a call failed without saying why");
	call_finish(call);
}

static void call_arm_in(struct rk_call *call, int64_t ms)
{
	struct timeval wait = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};

	evtimer_add(call->timer, &wait);
}

/* Arms the timer for whatever comes first: deadline, slow request, silent stream. */
static void call_arm(struct rk_call *call)
{
	int64_t now = rk_clock_ms(), at = call->deadline_ms, other = 0;
	bool stream = call->method && call->method->shape == RK_BIDI;

	if (stream)
		other = call->active_ms + call->env->idle_ms;
	else if (!call->peer_ended)
		other = call->begun_ms + call->env->request_ms;
	if (other && (!at || other < at))
		at = other;
	if (!at) {
		evtimer_del(call->timer);
		return;
	}
	call_arm_in(call, at > now ? at - now : 0);
}

/* A plain HTTP client may be confused by an answer that comes before its request has ended: it waits a little. */
static bool call_reply_late(struct rk_call *call)
{
	if (!call->http_status || call->responded)
		return false;
	rk_reply_end(call);
	call_arm_in(call, LINGER_MS);
	return true;
}

static void call_on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct rk_call *call = arg;
	int64_t now = rk_clock_ms();

	(void)fd;
	(void)what;
	if (call->finished) {
		if (call->stream && !call_reply_late(call))
			rk_h2_reset(call->stream, H2_CANCEL);
		return;
	}
	if (call->deadline_ms && now >= call->deadline_ms) {
		rk_fail_reason(&call->err, RK_DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED",
			"the deadline of the call passed after %lld ms",
			(long long)(now - call->begun_ms));
	} else if (call->method && call->method->shape == RK_BIDI) {
		if (now < call->active_ms + call->env->idle_ms) {
			call_arm(call);
			return;
		}
		rk_fail_reason(&call->err, RK_DEADLINE_EXCEEDED, "STREAM_IDLE",
			"no message for %lld ms", (long long)call->env->idle_ms);
	} else {
		rk_fail_reason(&call->err, RK_DEADLINE_EXCEEDED, "REQUEST_TOO_SLOW",
			"the request was not complete within %lld ms",
			(long long)call->env->request_ms);
	}
	call_finish(call);
}

struct rk_call *rk_call_open(const struct rk_call_env *env, const struct rk_principal *principal,
	struct rk_h2_stream *stream)
{
	struct rk_call *call = calloc(1, sizeof *call);

	if (!call)
		return NULL;
	call->timer = evtimer_new(env->base, call_on_timer, call);
	if (!call->timer || !rk_text_uuid(call->id)) {
		if (call->timer)
			event_free(call->timer);
		free(call);
		return NULL;
	}
	call->env = env;
	call->principal = principal;
	call->stream = stream;
	call->reader.max = env->max_message;
	call->language = RK_EN;
	call->asked_timeout_us = -1;
	call->method_index = -1;
	call->begun_ms = call->active_ms = rk_clock_ms();
	atomic_fetch_add_explicit(&env->stats->calls_open, 1, memory_order_relaxed);
	call_arm(call);
	return call;
}

static void copy_header(char *out, size_t size, struct rk_slice value)
{
	if (value.len < size)
		memcpy(out, value.at, value.len);
	else
		out[0] = '\0';
}

static bool ends_with(struct rk_slice name, const char *end)
{
	size_t len = strlen(end);

	return name.len >= len && memcmp(name.at + name.len - len, end, len) == 0;
}

static void check_binary(struct rk_call *call, struct rk_slice name, struct rk_slice value)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};

	if (!rk_text_unbase64(&bytes, value))
		rk_fail_reason(&call->header_err, RK_INVALID_ARGUMENT, "ARGUMENT_INVALID",
			"header %.*s is not base64", (int)name.len, (const char *)name.at);
}

void rk_call_on_header(struct rk_call *call, struct rk_slice name, struct rk_slice value)
{
	struct rk_err *err = &call->header_err;

	if (call->started) /* trailers of a request say nothing to us */
		return;
	if (rk_slice_equal_str(name, ":method")) {
		copy_header(call->http_method, sizeof call->http_method, value);
	} else if (rk_slice_equal_str(name, ":path")) {
		copy_header(call->path, sizeof call->path, value);
	} else if (rk_slice_equal_str(name, "content-type")) {
		call->is_grpc = rk_meta_is_grpc(value);
	} else if (rk_slice_equal_str(name, "te")) {
		if (!rk_slice_equal_str(value, "trailers") && err->status == RK_OK)
			rk_fail_reason(
				err, RK_INVALID_ARGUMENT, "ARGUMENT_INVALID", "te is not trailers");
	} else if (rk_slice_equal_str(name, "grpc-encoding")) {
		if (!rk_slice_equal_str(value, "identity") && err->status == RK_OK)
			rk_fail_reason(err, RK_UNIMPLEMENTED, "COMPRESSION_UNSUPPORTED",
				"grpc-encoding is other than identity");
	} else if (rk_slice_equal_str(name, "grpc-timeout")) {
		if (err->status == RK_OK &&
			rk_meta_timeout(value, &call->asked_timeout_us, err) != RK_OK)
			return;
	} else if (rk_slice_equal_str(name, "accept-language")) {
		call->language = rk_language(rk_meta_language(value));
	} else if (ends_with(name, "-bin") && err->status == RK_OK) {
		check_binary(call, name, value);
	}
}

static void call_set_deadline(struct rk_call *call)
{
	const struct rk_call_env *env = call->env;
	bool stream = call->method->shape == RK_BIDI || call->method->shape == RK_SERVER_STREAM;
	int64_t ms = env->default_timeout_ms;

	if (call->asked_timeout_us >= 0) {
		ms = (call->asked_timeout_us + 999) / 1000;
		if (!stream && ms > env->max_timeout_ms)
			ms = env->max_timeout_ms;
	} else if (stream) {
		return;
	}
	call->deadline_ms = call->begun_ms + ms;
}

void rk_call_on_headers_end(struct rk_call *call)
{
	if (call->started)
		return;
	call->started = true;
	call_walk(call);
	if (!call->finished)
		call_arm(call);
}

static enum rk_flow refuse_http(struct rk_call *call, int http, const char *text)
{
	call->http_status = http;
	rk_fail(&call->err, RK_UNKNOWN, "%s", text);
	return RK_FLOW_END;
}

static enum rk_flow route_get(struct rk_call *call)
{
	struct rk_slice path = rk_slice_of(call->path, strcspn(call->path, "?"));
	const struct rk_method *method = rk_method_find(
		call->env->methods, path, &call->method_index);

	if (!method || method->shape != RK_GET)
		return refuse_http(call, 405, "only POST is answered");
	call->method = method;
	return RK_FLOW_NEXT;
}

static enum rk_flow step_route(struct rk_call *call)
{
	const struct rk_method *method;

	if (strcmp(call->http_method, "GET") == 0) {
		if (route_get(call) == RK_FLOW_END)
			return RK_FLOW_END;
		call_set_deadline(call);
		return RK_FLOW_NEXT;
	}
	if (strcmp(call->http_method, "POST") != 0)
		return refuse_http(call, 405, "only POST is answered");
	if (!call->is_grpc)
		return refuse_http(call, 415, "the content-type is not application/grpc");
	method = rk_method_find(call->env->methods, rk_slice_str(call->path), &call->method_index);
	if (!method || method->shape == RK_GET) {
		call->method_index = -1;
		rk_fail_reason(&call->err, RK_UNIMPLEMENTED, "METHOD_NOT_FOUND",
			"there is no such method");
		return RK_FLOW_END;
	}
	call->method = method;
	if (call->header_err.status != RK_OK) {
		call->err = call->header_err;
		return RK_FLOW_END;
	}
	call_set_deadline(call);
	if (call->asked_timeout_us != 0)
		return RK_FLOW_NEXT;
	rk_fail_reason(&call->err, RK_DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED",
		"the call came with no time left");
	return RK_FLOW_END;
}

/* What the principal may do is asked in the call's own transaction, so that a right withdrawn holds at once. */
static enum rk_flow step_authorise(struct rk_call *call)
{
	if (call->principal->uri[0])
		return rk_quota_enter(call->env->quota, call->principal->uri, &call->share,
			       &call->err) == RK_OK
			? RK_FLOW_NEXT
			: RK_FLOW_END;
	rk_fail_reason(&call->err, RK_UNAUTHENTICATED, "IDENTITY_UNKNOWN",
		"the certificate does not carry exactly one URI renkei://AUTHORITY/ROLE/ID");
	return RK_FLOW_END;
}

static enum rk_flow refuse(struct rk_call *call, const char *text)
{
	rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "MALFORMED_MESSAGE", "%s", text);
	return RK_FLOW_END;
}

static enum rk_flow step_decode(struct rk_call *call)
{
	const struct rk_method *method = call->method;

	if (!call->peer_ended || method->shape == RK_BIDI)
		return RK_FLOW_WAIT;
	if (method->shape == RK_GET)
		return RK_FLOW_NEXT;
	if (!rk_frame_at_boundary(&call->reader))
		return refuse(call, "the request ends within a message");
	if (call->messages == 0)
		return refuse(call, "the request has no message");
	if (method->decode)
		return method->decode(call) == RK_OK ? RK_FLOW_NEXT : RK_FLOW_END;
	if (rk_scan(method->input, call->request, NULL, NULL, NULL, &call->err) != RK_OK)
		return RK_FLOW_END;
	if (rk_unpack(&call->arena, method->input, call->request, &call->message, &call->err) !=
		RK_OK)
		return RK_FLOW_END;
	return RK_FLOW_NEXT;
}

static enum rk_flow step_validate(struct rk_call *call)
{
	if (call->message &&
		rk_arguments_check(&call->arena, call->message, &call->detail, &call->err) != RK_OK)
		return RK_FLOW_END;
	if (call->method->check && call->method->check(call) != RK_OK)
		return RK_FLOW_END;
	return RK_FLOW_NEXT;
}

static enum rk_flow step_ask(struct rk_call *call)
{
	if (call->method->ask)
		return call->method->ask(call);
	return call->method->statement ? rk_call_ask_json(call) : RK_FLOW_NEXT;
}

static enum rk_flow step_answer(struct rk_call *call)
{
	RK_AUTO(rk_buf_clear) struct rk_buf reply = {0};
	enum rk_status status;

	if (call->method->shape == RK_SERVER_STREAM)
		return RK_FLOW_END;
	status = call->method->answer ? call->method->answer(call, &reply)
				      : rk_call_answer_json(call, &reply);
	if (status == RK_OK && call->method->shape == RK_GET) {
		rk_reply_text(call, rk_buf_slice(&reply));
		return RK_FLOW_END;
	}
	if (status == RK_OK)
		status = rk_call_send_bytes(call, rk_buf_slice(&reply));
	if (status != RK_OK && call->err.status == RK_OK)
		rk_fail(&call->err, status, "the reply could not be made");
	return RK_FLOW_END;
}

struct rk_query *rk_call_query(struct rk_call *call)
{
	struct rk_query_actor actor = {
		.uri = call->principal->uri,
		.spki_sha256 = call->principal->spki_sha256,
		.roles = call->method->roles,
		.timeout_ms = rk_call_left_ms(call),
	};

	call->query = rk_query_create(
		&call->arena, call->method->statement, &actor, actor.timeout_ms);
	if (!call->query)
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
	return call->query;
}

/* The transaction is committed or lost: before this moment nothing was promised. */
static void call_on_settled(struct rk_query *query, void *arg)
{
	struct rk_call *call = arg;

	(void)query;
	call->query_out = false;
	if (rk_call_query_status(call) == RK_OK)
		rk_call_advance(call);
	else
		rk_call_fail(call);
}

enum rk_flow rk_call_ask(struct rk_call *call)
{
	if (rk_pool_submit(call->env->pool, call->query, call_on_settled, call, &call->err) !=
		RK_OK)
		return RK_FLOW_END;
	call->query_out = true;
	return RK_FLOW_WAIT;
}

enum rk_status rk_call_query_status(struct rk_call *call)
{
	return rk_query_status(call->query, &call->detail, &call->err);
}

int64_t rk_call_left_ms(const struct rk_call *call)
{
	int64_t left = call->env->max_timeout_ms;

	if (call->deadline_ms)
		left = call->deadline_ms - rk_clock_ms();
	return left < 1 ? 1 : left;
}

/* A message over the limit: true when the stream goes on behind it. */
static bool call_pass_over(struct rk_call *call)
{
	size_t size = rk_frame_announced(&call->reader);

	if (strcmp(call->err.reason, "MESSAGE_TOO_LARGE") != 0)
		return false;
	call->detail = rk_error_size(&call->arena, size, call->reader.max);
	if (!call->method->oversize || !rk_frame_skip(&call->reader))
		return false;
	call->messages++;
	call->active_ms = rk_clock_ms();
	return call->method->oversize(call, size) != RK_FLOW_END;
}

/* Feeds frames while the method takes messages; what it does not take yet stays in *in. */
static void call_feed(struct rk_call *call, struct rk_slice *in)
{
	const struct rk_method *method = call->method;

	while (in->len && !call->finished) {
		struct rk_slice msg = {0};

		if (method->busy && method->busy(call))
			return;
		if (method->shape == RK_GET || (method->shape != RK_BIDI && call->messages)) {
			refuse(call, "the request has more than one message");
			call_finish(call);
			return;
		}
		if (rk_frame_feed(&call->reader, in, &msg, &call->err) != RK_OK) {
			if (call_pass_over(call))
				continue;
			call_finish(call);
			return;
		}
		if (!msg.at)
			return;
		call->messages++;
		call->request = msg;
		call->active_ms = rk_clock_ms();
		if (method->shape == RK_BIDI && method->message(call, msg) == RK_FLOW_END)
			call_finish(call);
	}
}

void rk_call_on_data(struct rk_call *call, struct rk_slice bytes)
{
	size_t given = bytes.len;

	call->bytes_in += bytes.len;
	if (call->finished || !call->method) {
		rk_h2_consumed(call->stream, given);
		return;
	}
	if (call->held.len == 0)
		call_feed(call, &bytes);
	if (!call->finished && bytes.len) {
		if (rk_buf_add_slice(&call->held, bytes) == RK_OK) {
			given -= bytes.len;
		} else {
			rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for the request");
			call_finish(call);
		}
	}
	rk_h2_consumed(call->stream, given);
}

static void call_tell_end(struct rk_call *call)
{
	if (call->method->shape != RK_BIDI) {
		call_walk(call);
	} else if (!rk_frame_at_boundary(&call->reader)) {
		refuse(call, "the request ends within a message");
		call_finish(call);
	} else if (call->method->ended(call) != RK_FLOW_WAIT) {
		call_finish(call);
	}
}

void rk_call_on_end(struct rk_call *call)
{
	call->peer_ended = true;
	if (call->finished) {
		if (call->stream)
			(void)call_reply_late(call);
		evtimer_del(call->timer);
		return;
	}
	if (!call->method)
		return;
	if (call->held.len == 0)
		call_tell_end(call);
	if (!call->finished)
		call_arm(call);
}

void rk_call_resume(struct rk_call *call)
{
	struct rk_slice rest = rk_buf_slice(&call->held);
	size_t before = rest.len;

	if (call->finished || before == 0)
		return;
	call_feed(call, &rest);
	if (call->finished)
		return;
	rk_buf_consume(&call->held, before - rest.len);
	if (call->stream)
		rk_h2_consumed(call->stream, before - rest.len);
	if (call->held.len == 0 && call->peer_ended)
		call_tell_end(call);
}

void rk_call_on_drained(struct rk_call *call)
{
	rk_call_resume(call);
}

void rk_call_end(struct rk_call *call)
{
	if (call->finished)
		return;
	call->err.status = RK_OK;
	call_finish(call);
}

#define LOG_FIELDS 14

static void log_text(struct rk_log_field *fields, int *count, const char *key, const char *text)
{
	if (*text)
		fields[(*count)++] = RK_TEXT(key, text);
}

static void log_number(struct rk_log_field *fields, int *count, const char *key, int64_t number)
{
	fields[(*count)++] = RK_NUMBER(key, number);
}

static void call_log(const struct rk_call *call)
{
	bool grave = !call->http_status &&
		(rk_error_is_ours(&call->err) || call->err.status == RK_DATA_LOSS);
	struct rk_log_field fields[LOG_FIELDS + 1] = {{0}};
	int n = 0;

	log_text(fields, &n, "method", call->method ? strrchr(call->method->path, '/') + 1 : "-");
	log_text(fields, &n, "principal", call->principal->uri);
	log_text(fields, &n, "peer", call->principal->address);
	log_text(fields, &n, "status", rk_status_name((int)call->err.status));
	log_text(fields, &n, "reason", call->err.reason);
	log_text(fields, &n, "step", steps[call->step].name);
	log_number(fields, &n, "ms", rk_clock_ms() - call->begun_ms);
	log_number(fields, &n, "bytes_in", (int64_t)call->bytes_in);
	log_number(fields, &n, "bytes_out", (int64_t)call->bytes_out);
	if (call->messages > 1)
		log_number(fields, &n, "messages", call->messages);
	if (call->replayed)
		log_number(fields, &n, "replayed", 1);
	if (call->http_status)
		log_number(fields, &n, "http", call->http_status);
	log_text(fields, &n, "id", call->id);
	log_text(fields, &n, "text", grave ? call->err.text : "");
	rk_log_fields(grave ? RK_LOG_ERROR : RK_LOG_INFO, "call", fields);
}

static void call_count(const struct rk_call *call)
{
	struct rk_stats *stats = call->env->stats;

	rk_stats_call(stats, call->method_index, (int)call->err.status,
		(rk_clock_ms() - call->begun_ms) * 1000);
	atomic_fetch_add_explicit(&stats->bytes_in, call->bytes_in, memory_order_relaxed);
	atomic_fetch_add_explicit(&stats->bytes_out, call->bytes_out, memory_order_relaxed);
	atomic_fetch_sub_explicit(&stats->calls_open, 1, memory_order_relaxed);
}

/* Nobody foresaw it: the sentence stays in the log, the peer gets what to ask for. */
static void call_hide(struct rk_call *call)
{
	if (call->http_status || !rk_error_is_ours(&call->err))
		return;
	call->detail = (struct rk_slice){0};
	rk_fail_reason(&call->err, RK_INTERNAL, "INTERNAL_ERROR",
		"an error nobody foresaw; the operator finds it in the log as %s", call->id);
}

/* The end of every call, exactly once. */
static void call_finish(struct rk_call *call)
{
	call->finished = true;
	evtimer_del(call->timer);
	if (call->query_out)
		rk_query_abandon(call->env->pool, call->query);
	call->query_out = false;
	rk_quota_leave(&call->share);
	call_count(call);
	call_log(call);
	if (call->stream) {
		call_hide(call);
		if (call->peer_ended || !call->http_status)
			rk_reply_end(call);
		if (call->err.status == RK_UNAUTHENTICATED)
			rk_h2_drain(rk_h2_of(call->stream));
		if (!call->peer_ended)
			call_arm_in(call, LINGER_MS);
		if (call->held.len)
			rk_h2_consumed(call->stream, call->held.len);
	}
	if (call->method && call->method->closed)
		call->method->closed(call);
	if (call->query)
		rk_query_release(call->query);
	call->query = NULL;
	rk_buf_clear(&call->held);
	rk_frame_clear(&call->reader);
	rk_arena_clear(&call->arena);
}

void rk_call_on_close(struct rk_call *call)
{
	call->stream = NULL;
	if (!call->finished) {
		rk_fail(&call->err, RK_CANCELLED, "the stream was closed");
		call_finish(call);
	}
	event_free(call->timer);
	free(call);
}
