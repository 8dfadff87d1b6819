#include "call/call.h"

#include "base/clock.h"
#include "base/text.h"
#include "call/call_own.h"
#include "call/error.h"
#include "call/reply.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* After a refusal the peer may go on sending for so long. */
#define LINGER_MS 2000
#define H2_CANCEL 8

void rk_call_fail(struct rk_call *call)
{
	if (call->finished)
		return;
	if (call->err.status == RK_OK)
		rk_fail(&call->err, RK_INTERNAL, "a call failed without saying why");
	rk_call_finish(call);
}

static void call_arm_in(struct rk_call *call, int64_t ms)
{
	struct timeval wait = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};

	assert(ms >= 0);
	evtimer_add(call->timer, &wait);
}

/* When what has come of a request is too little, or the request as a whole too late. */
static int64_t call_late_at(const struct rk_call *call)
{
	const struct rk_call_env *env = call->env;
	int64_t slow = env->request_ms;

	if (env->slowest_bytes)
		slow = env->slow_after_ms + (int64_t)call->bytes_in * 1000 / env->slowest_bytes;
	return call->begun_ms + (slow < env->request_ms ? slow : env->request_ms);
}

/* Arms the timer for whatever comes first: deadline, slow request, silent stream. */
static void call_arm(struct rk_call *call)
{
	int64_t now = rk_clock_ms(), at = call->deadline_ms, other = 0;
	bool stream = call->method && call->method->shape == RK_BIDI;

	assert(!call->finished);
	if (stream)
		other = call->active_ms + call->env->idle_ms;
	else if (!call->peer_ended)
		other = call_late_at(call);
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
		/* A peer that is made to wait is not one that has nothing to say. */
		if (call->method->busy && call->method->busy(call))
			call->active_ms = now;
		if (now < call->active_ms + call->env->idle_ms) {
			call_arm(call);
			return;
		}
		rk_fail_reason(&call->err, RK_DEADLINE_EXCEEDED, "STREAM_IDLE",
			"no message for %lld ms", (long long)call->env->idle_ms);
	} else if (call->peer_ended || now < call_late_at(call)) {
		/* Rang a moment early: a request that is whole waits for nothing but its answer. */
		call_arm(call);
		return;
	} else {
		rk_fail_reason(&call->err, RK_DEADLINE_EXCEEDED, "REQUEST_TOO_SLOW",
			"the request was not complete within %lld ms",
			(long long)(now - call->begun_ms));
		atomic_fetch_add_explicit(
			&call->env->stats->limits[RK_LIMIT_SLOW_REQUEST], 1, memory_order_relaxed);
	}
	rk_call_finish(call);
}

struct rk_call *rk_call_open(const struct rk_call_env *env, const struct rk_principal *principal,
	struct rk_h2_stream *stream)
{
	struct rk_call *call = calloc(1, sizeof *call);

	assert(principal && stream);
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

void rk_call_on_headers_end(struct rk_call *call)
{
	if (call->started)
		return;
	assert(call->step == 0 && !call->method);
	call->started = true;
	rk_call_walk(call);
	if (!call->finished)
		call_arm(call);
}

/* A message over the limit: true when the stream goes on behind it. */
static bool call_pass_over(struct rk_call *call)
{
	size_t size = rk_frame_announced(&call->reader);

	assert(call->err.status != RK_OK);
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

	assert(method);
	while (in->len && !call->finished) {
		struct rk_slice msg = {0};

		if (method->busy && method->busy(call))
			return;
		if (method->shape == RK_GET || (method->shape != RK_BIDI && call->messages)) {
			rk_call_malformed(call, "the request has more than one message");
			rk_call_finish(call);
			return;
		}
		if (rk_frame_feed(&call->reader, in, &msg, &call->err) != RK_OK) {
			if (call_pass_over(call))
				continue;
			rk_call_finish(call);
			return;
		}
		if (!msg.at)
			return;
		call->messages++;
		call->request = msg;
		call->active_ms = rk_clock_ms();
		if (method->shape == RK_BIDI && method->message(call, msg) == RK_FLOW_END)
			rk_call_finish(call);
	}
}

int64_t rk_call_holds(size_t message)
{
	int64_t bytes = (int64_t)message, times = 18 * bytes, most = 2 * bytes + (8 << 20);

	return (times < most ? times : most) + (256 << 10);
}

enum rk_status rk_call_hold(struct rk_call *call)
{
	enum rk_status status = rk_quota_hold(call->env->quota, &call->share,
		call->reader.body.cap + call->held.cap + call->arena.used + call->kept, &call->err);

	/* The other queues count their refusals themselves, those of a quota are seen at the end of the call. */
	if (status != RK_OK && strcmp(call->err.reason, "SERVER_BUSY") == 0)
		atomic_fetch_add_explicit(&call->env->stats->refused_busy, 1, memory_order_relaxed);
	return status;
}

void rk_call_on_data(struct rk_call *call, struct rk_slice bytes)
{
	size_t given = bytes.len;

	assert(call->stream && !call->peer_ended);
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
			rk_call_finish(call);
		}
	}
	if (!call->finished && rk_call_hold(call) != RK_OK)
		rk_call_finish(call);
	rk_h2_consumed(call->stream, given);
}

static void call_tell_end(struct rk_call *call)
{
	if (call->method->shape != RK_BIDI) {
		rk_call_walk(call);
	} else if (!rk_frame_at_boundary(&call->reader)) {
		rk_call_malformed(call, "the request ends within a message");
		rk_call_finish(call);
	} else if (call->method->ended(call) != RK_FLOW_WAIT) {
		rk_call_finish(call);
	}
}

void rk_call_on_end(struct rk_call *call)
{
	assert(!call->peer_ended);
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

static void call_feed_held(struct rk_call *call)
{
	struct rk_slice rest = rk_buf_slice(&call->held);
	size_t before = rest.len;

	call_feed(call, &rest);
	if (call->finished)
		return;
	assert(rest.len <= before && before == call->held.len);
	rk_buf_consume(&call->held, before - rest.len);
	if (call->stream)
		rk_h2_consumed(call->stream, before - rest.len);
}

void rk_call_resume(struct rk_call *call)
{
	bool fed = call->held.len > 0;

	if (!call->finished && fed)
		call_feed_held(call);
	if (call->finished)
		return;
	/* What the method has let go of would stay counted until more data comes, which may be never. */
	if (rk_call_hold(call) != RK_OK)
		rk_call_finish(call);
	else if (fed && call->held.len == 0 && call->peer_ended)
		call_tell_end(call);
}

void rk_call_on_drained(struct rk_call *call)
{
	if (!call->finished && call->method && call->method->drained)
		call->method->drained(call);
	if (call->held.len)
		rk_call_resume(call);
}

void rk_call_end(struct rk_call *call)
{
	if (call->finished)
		return;
	call->err.status = RK_OK;
	rk_call_finish(call);
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

void rk_call_finish(struct rk_call *call)
{
	assert(!call->finished);
	assert(!call->query_out || call->query);
	call->finished = true;
	evtimer_del(call->timer);
	if (call->query_out)
		rk_query_abandon(call->env->pool, call->query);
	call->query_out = false;
	rk_call_count(call);
	rk_call_log(call);
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
	rk_quota_drop(call->env->quota, &call->share);
}

void rk_call_on_close(struct rk_call *call)
{
	call->stream = NULL;
	if (!call->finished) {
		rk_fail(&call->err, RK_CANCELLED, "the stream was closed");
		rk_call_finish(call);
	}
	assert(!call->query && !call->arena.blocks && call->share.bytes == 0);
	/* Not before: an answer that is not taken is a call under way. */
	rk_quota_leave(call->env->quota, &call->share);
	event_free(call->timer);
	free(call);
}
