#include "remote.h"

#include "base/clock.h"
#include "base/text.h"
#include "link/h2.h"
#include "remote_again.h"
#include "remote_connect.h"
#include "wire/frame.h"
#include "wire/meta.h"
#include "wire/status.h"

#include <event2/event.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_ANSWER ((size_t)64 << 20)
/* The server knows the deadline and answers it; only if it does not, the client ends the call itself. */
#define GRACE_MS 1000

struct rk_remote {
	struct event_base *base;
	struct rk_h2 *h2;
	struct call *call; /* the one that runs */
	char authority[300];
	bool closing; /* said GOAWAY: no new call on this connection */
	bool dead;
	char why[300];
};

/* One exchange on one stream. */
struct call {
	struct rk_run *run;
	const struct rk_exchange *exchange;
	struct rk_h2_stream *stream;
	size_t sent;
	bool ended, done, overdue;
	int64_t moved_ms; /* when something was sent or came */
	struct rk_frame_reader reader;
	int http_status, grpc_status; /* 0, -1 = not yet seen */
	int64_t pushback_ms;          /* -1 = none, RK_RETRY_NEVER */
	char *message;
	struct rk_buf details;
	uint32_t h2_error;
	size_t received;
	struct rk_err err; /* a fault of the answer's form */
};

/* The next message, which made holds when the exchange makes its own; false behind the last. */
static bool call_next(const struct call *call, struct rk_buf *made, struct rk_slice *body)
{
	const struct rk_exchange *exchange = call->exchange;

	made->len = 0;
	if (exchange->next) {
		bool more = exchange->next(exchange->arg, made);

		*body = rk_buf_slice(made);
		return more;
	}
	if (call->sent == exchange->count)
		return false;
	*body = exchange->messages[call->sent];
	return true;
}

static void call_send(struct call *call)
{
	RK_AUTO(rk_buf_clear) struct rk_buf frame = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf made = {0};
	struct rk_slice body;
	bool more = true;

	while (!call->ended && !rk_h2_is_full(call->stream) &&
		(more = call_next(call, &made, &body))) {
		frame.len = 0;
		if (rk_frame_head(&frame, body.len) != RK_OK ||
			rk_buf_add_slice(&frame, body) != RK_OK ||
			rk_h2_send(call->stream, rk_buf_slice(&frame)) != RK_OK) {
			/* A server may have refused before the request was whole. */
			if (call->grpc_status < 0)
				rk_fail(&call->err, RK_UNAVAILABLE, "the request cannot be sent");
			rk_h2_reset(call->stream, 8);
			return;
		}
		call->sent++;
		call->moved_ms = rk_clock_ms();
	}
	if (!call->ended &&
		(!more || (!call->exchange->next && call->sent == call->exchange->count))) {
		call->ended = true;
		if (rk_h2_end(call->stream, NULL, 0) != RK_OK)
			rk_h2_reset(call->stream, 8);
	}
}

/* A date and nothing else: it is shown. */
static void call_take_end(struct rk_run *run, struct rk_slice value)
{
	if (value.len != sizeof run->certificate_ends - 1)
		return;
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] != '-' && (value.at[i] < '0' || value.at[i] > '9'))
			return;
	memcpy(run->certificate_ends, value.at, value.len);
	run->certificate_ends[value.len] = '\0';
}

static void call_on_header(
	struct rk_h2_stream *stream, struct rk_slice name, struct rk_slice value, void *arg)
{
	struct call *call = rk_h2_get(stream);
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	int64_t number;

	(void)arg;
	if (!call)
		return;
	if (rk_slice_equal_str(name, ":status") && rk_text_i64(value, 100, 999, &number)) {
		call->http_status = (int)number;
	} else if (rk_slice_equal_str(name, "grpc-status") && rk_text_i64(value, 0, 99, &number)) {
		call->grpc_status = (int)number;
	} else if (rk_slice_equal_str(name, "grpc-retry-pushback-ms")) {
		/* What is negative, or no number, forbids: gRFC A6. */
		if (!rk_text_i64(value, 0, INT32_MAX, &call->pushback_ms))
			call->pushback_ms = RK_RETRY_NEVER;
	} else if (rk_slice_equal_str(name, "renkei-certificate-ends")) {
		call_take_end(call->run, value);
	} else if (rk_slice_equal_str(name, "grpc-message")) {
		if (rk_text_unpercent(&text, value) == RK_OK)
			call->message = rk_run_slice(call->run, rk_buf_slice(&text));
	} else if (rk_slice_equal_str(name, "grpc-status-details-bin")) {
		call->details.len = 0;
		if (!rk_text_unbase64(&call->details, value))
			call->details.len = 0;
	}
}

static void call_on_data(struct rk_h2_stream *stream, struct rk_slice bytes, void *arg)
{
	struct call *call = rk_h2_get(stream);
	size_t len = bytes.len;
	struct rk_slice message;

	(void)arg;
	if (call)
		call->moved_ms = rk_clock_ms();
	while (call && call->err.status == RK_OK) {
		if (rk_frame_feed(&call->reader, &bytes, &message, &call->err) != RK_OK) {
			rk_h2_reset(stream, 8);
			break;
		}
		if (!message.at)
			break;
		call->received++;
		call->exchange->on_message(call->exchange->arg, message);
	}
	rk_h2_consumed(stream, len);
}

static void call_on_close(struct rk_h2_stream *stream, uint32_t error_code, void *arg)
{
	struct call *call = rk_h2_get(stream);

	(void)arg;
	if (!call)
		return;
	call->h2_error = error_code;
	call->stream = NULL;
	call->done = true;
}

static void call_on_drained(struct rk_h2_stream *stream, void *arg)
{
	struct call *call = rk_h2_get(stream);

	(void)arg;
	if (call)
		call_send(call);
}

static void remote_on_goaway(struct rk_h2 *h2, uint32_t error_code, void *arg)
{
	struct rk_remote *remote = arg;

	(void)h2;
	(void)error_code;
	remote->closing = true;
}

static void remote_on_dead(struct rk_h2 *h2, const char *why, void *arg)
{
	struct rk_remote *remote = arg;

	(void)h2;
	remote->dead = true;
	snprintf(remote->why, sizeof remote->why, "%s", why ? why : "");
}

static void stream_nothing(struct rk_h2_stream *stream, void *arg)
{
	(void)stream;
	(void)arg;
}

static void remote_on_begin(struct rk_h2 *h2, struct rk_h2_stream *stream, void *arg)
{
	(void)h2;
	(void)stream;
	(void)arg;
}

static const struct rk_h2_events events = {
	.on_begin = remote_on_begin,
	.on_header = call_on_header,
	.on_headers_end = stream_nothing,
	.on_data = call_on_data,
	.on_end = stream_nothing,
	.on_close = call_on_close,
	.on_drained = call_on_drained,
	.on_goaway = remote_on_goaway,
	.on_dead = remote_on_dead,
};

static enum rk_status remote_open(struct rk_run *run, int64_t timeout_ms, struct rk_err *err)
{
	struct rk_remote *remote = run->remote;
	struct bufferevent *bev = NULL;

	if (remote && !remote->closing && !remote->dead)
		return RK_OK;
	rk_remote_close(&run->remote);
	if (!run->profile.server)
		return rk_fail_reason(
			err, RK_FAILED_PRECONDITION, "SERVER_MISSING", "no server named");
	remote = calloc(1, sizeof *remote);
	if (!remote || !(remote->base = event_base_new())) {
		free(remote);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "out of memory");
	}
	run->remote = remote;
	snprintf(remote->authority, sizeof remote->authority, "%s", run->profile.server);
	enum rk_status status = rk_connect(
		remote->base, &run->profile, run->met, timeout_ms, &bev, err);

	run->met = run->met || status == RK_OK;
	if (status == RK_OK)
		status = rk_h2_create(RK_H2_CLIENT, bev, &rk_h2_limits_default, &events, remote,
			&remote->h2, err);
	if (status != RK_OK)
		rk_remote_close(&run->remote);
	return status;
}

void rk_remote_close(struct rk_remote **remote)
{
	if (!*remote)
		return;
	if ((*remote)->h2)
		rk_h2_free(&(*remote)->h2);
	if ((*remote)->base)
		event_base_free((*remote)->base);
	free(*remote);
	*remote = NULL;
}

static enum rk_status call_begin(struct call *call, int64_t timeout_ms, struct rk_err *err)
{
	static const char *const languages[] = {[RK_JA] = "ja", [RK_EN] = "en", [RK_ZH] = "zh"};
	struct rk_remote *remote = call->run->remote;
	char timeout[12];

	assert(remote);
	rk_meta_format_timeout(timeout_ms * 1000, timeout);
	const struct rk_h2_header headers[] = {
		{":method",         rk_slice_str("POST")                        },
		{":scheme",         rk_slice_str("https")                       },
		{":path",           rk_slice_str(call->exchange->path)          },
		{":authority",      rk_slice_str(remote->authority)             },
		{"content-type",    rk_slice_str("application/grpc")            },
		{"te",              rk_slice_str("trailers")                    },
		{"grpc-timeout",    rk_slice_str(timeout)                       },
		{"user-agent",      rk_slice_str("renkei/" RENKEI_VERSION)      },
		{"accept-language", rk_slice_str(languages[call->run->language])},
	};

	RK_TRY(rk_h2_request(
		remote->h2, headers, sizeof headers / sizeof headers[0], call, &call->stream, err));
	call_send(call);
	return RK_OK;
}

static void call_on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct call *call = arg;

	(void)fd;
	(void)what;
	call->overdue = true;
}

static bool call_arm(struct call *call, struct event *timer, int64_t until)
{
	int64_t stall = call->exchange->stall_ms, left;

	if (stall && call->moved_ms + stall < until)
		until = call->moved_ms + stall;
	left = until - rk_clock_ms();
	struct timeval limit = {.tv_sec = left / 1000, .tv_usec = (left % 1000) * 1000};

	return left > 0 && evtimer_add(timer, &limit) == 0;
}

static void call_wait(struct call *call, int64_t until)
{
	struct rk_remote *remote = call->run->remote;
	struct event *timer = evtimer_new(remote->base, call_on_timer, call);

	call->overdue = !timer || !call_arm(call, timer, until);
	while (!call->done && !remote->dead && !call->overdue) {
		event_base_loop(remote->base, EVLOOP_ONCE);
		/* What has moved since gives it more time. */
		if (call->overdue)
			call->overdue = !call_arm(call, timer, until);
	}
	if (timer)
		event_free(timer);
	if (call->stream) {
		/* Nobody listens any more; on_close must not find this call. */
		rk_h2_set(call->stream, NULL);
		rk_h2_reset(call->stream, 8);
		remote->closing = true;
	}
}

/* What a server without a word of gRPC means, and what a broken line means. */
static enum rk_status call_line_failure(struct call *call, struct rk_err *err)
{
	struct rk_remote *remote = call->run->remote;

	if (call->err.status != RK_OK) {
		*err = call->err;
		return err->status;
	}
	if (call->overdue)
		return rk_fail_reason(err, RK_DEADLINE_EXCEEDED, "SERVER_TOO_SLOW",
			"no answer within the time allowed");
	if (remote->dead && strstr(remote->why, "certificate"))
		return rk_fail_reason(
			err, RK_UNAUTHENTICATED, "TLS_CLIENT_REFUSED", "%s", remote->why);
	if (call->http_status && call->http_status != 200)
		return rk_err_values(err,
			rk_fail_reason(err, rk_status_from_http(call->http_status),
				"SERVER_NOT_GRPC", "HTTP status %d", call->http_status),
			"http=%d", call->http_status);
	if (remote->dead || call->h2_error == 0)
		return rk_fail_reason(err, RK_UNAVAILABLE, "CONNECTION_LOST", "%s",
			remote->why[0] ? remote->why : "the connection ended before the answer");
	return rk_fail_reason(err, rk_status_from_h2(call->h2_error), "CONNECTION_LOST",
		"the server reset the call (HTTP/2 error %u)", call->h2_error);
}

enum rk_status rk_remote_exchange(
	struct rk_run *run, const struct rk_exchange *exchange, struct rk_failure *failure)
{
	int64_t timeout_ms = exchange->timeout_ms ? exchange->timeout_ms : rk_patience_ms(run);
	int64_t until = rk_clock_ms() + timeout_ms;
	struct call call = {.run = run,
		.exchange = exchange,
		.grpc_status = -1,
		.pushback_ms = -1,
		.moved_ms = rk_clock_ms(),
		.reader = {.max = LARGEST_ANSWER}};

	*failure = (struct rk_failure){.retry_ms = -1};
	enum rk_status status = remote_open(run, timeout_ms, &failure->err);

	if (status == RK_OK)
		status = call_begin(&call, until - rk_clock_ms() > 1 ? until - rk_clock_ms() : 1,
			&failure->err);
	if (status == RK_OK) {
		call_wait(&call, until + GRACE_MS);
		if (call.grpc_status >= 0 && call.err.status == RK_OK) {
			run->answered = call.grpc_status != RK_UNAUTHENTICATED;
			status = call.grpc_status <= RK_UNAUTHENTICATED
				? (enum rk_status)call.grpc_status
				: RK_UNKNOWN;
			if (status != RK_OK)
				rk_failure_read(run, (int)status, call.message ? call.message : "",
					rk_buf_slice(&call.details), failure);
			if (call.pushback_ms != -1)
				failure->retry_ms = call.pushback_ms;
		} else {
			status = call_line_failure(&call, &failure->err);
		}
	}
	if (status != RK_OK && failure->err.status == RK_OK)
		failure->err.status = status;
	rk_frame_clear(&call.reader);
	rk_buf_clear(&call.details);
	return status;
}
