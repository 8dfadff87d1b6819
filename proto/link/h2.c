#include "link/h2.h"

#include "base/clock.h"
#include "base/failpoint.h"
#include "link/h2_session.h"
#include "link/tls.h"

#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	READ_PIECE = 4096,       /* between two looks at the count of frames */
	WRITE_BLOCK = 16 * 1024, /* one TLS record */
	DRAIN_WAIT_S = 1,
	FRAME_LEAST = 16 * 1024, /* that a peer may send unasked */
	LINGER_MS = 1000,        /* after a last GOAWAY, for the peer to read it */
	LINGER_MOST = 256 * 1024,
};

const struct rk_h2_limits rk_h2_limits_default = {
	.guard = &rk_h2_guard_limits_default,
	.high_water = (size_t)64 * 1024,
	.max_streams = 32,
	.max_streams_life = 10000,
	.max_frame = 16 * 1024,
	.max_settings = 32,
	.header_table = 0,
	.max_header_list = 16 * 1024,
	.max_header_fields = 64,
	.max_header_value = 4 * 1024,
	.max_path = 1024,
	.stream_window = 64 * 1024,
	.session_window = 256 * 1024,
	.settings_timeout_ms = 10000,
	.output_frames = 1000,
	.output_bytes = 128 * 1024,
	.turn_bytes = 64 * 1024,
	.turn_frames = 256,
};

static void note(struct rk_h2 *h2, const char *format, va_list args)
{
	if (h2->why[0] == '\0')
		(void)vsnprintf(h2->why, sizeof h2->why, format, args);
}

void rk_h2_note(struct rk_h2 *h2, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(h2, format, args);
	va_end(args);
}

void rk_h2_fail(struct rk_h2 *h2, uint32_t code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(h2, format, args);
	va_end(args);
	if (!h2->failed)
		h2->end_code = code;
	h2->failed = true;
}

void rk_h2_tell_limit(struct rk_h2 *h2, enum rk_h2_guard_kind kind)
{
	if (h2->role == RK_H2_SERVER && h2->events.on_limit)
		h2->events.on_limit(h2, kind, h2->arg);
}

/* "the peer sent too many PING frames" */
void rk_h2_exceed(struct rk_h2 *h2, enum rk_h2_guard_kind kind)
{
	bool late = kind == RK_H2_GUARD_PREFACE || kind == RK_H2_GUARD_BLOCK ||
		kind == RK_H2_GUARD_STALL;

	rk_h2_fail(h2, NGHTTP2_ENHANCE_YOUR_CALM,
		late ? "the peer took too many %s" : "the peer sent too many %s",
		rk_h2_guard_name(kind));
	rk_h2_tell_limit(h2, kind);
}

void rk_h2_must(struct rk_h2 *h2, int rv)
{
	if (!nghttp2_is_fatal(rv))
		return;
	rk_h2_note(h2, "HTTP/2: %s", nghttp2_strerror(rv));
	h2->closing = true;
	rk_h2_schedule(h2);
}

void rk_h2_schedule(struct rk_h2 *h2)
{
	assert(h2->turn);
	if (h2->busy)
		h2->again = true;
	else
		event_active(h2->turn, EV_TIMEOUT, 0);
}

/* The others go first: a zero timeout lets the loop look at its descriptors. */
static void next_turn(struct rk_h2 *h2)
{
	static const struct timeval now = {0, 0};

	(void)event_add(h2->turn, &now);
}

static void transport_close(struct rk_h2 *h2)
{
	SSL *ssl = bufferevent_openssl_get_ssl(h2->bev);

	rk_h2_watch_tls(h2, false);
	bufferevent_setcb(h2->bev, NULL, NULL, NULL, NULL);
	if (ssl && !h2->lost) {
		/* One try: the peer's own close_notify is not waited for. */
		(void)SSL_shutdown(ssl);
		ERR_clear_error();
	}
	bufferevent_free(h2->bev);
	h2->bev = NULL;
}

static void destroy(struct rk_h2 *h2)
{
	assert(!h2->busy);
	while (!rk_list_empty(&h2->streams))
		rk_h2_stream_free(rk_list_item(h2->streams.next, struct rk_h2_stream, link));
	nghttp2_session_del(h2->ng);
	if (h2->bev)
		transport_close(h2);
	if (h2->turn)
		event_free(h2->turn);
	if (h2->settings_timer)
		event_free(h2->settings_timer);
	if (h2->drain_timer)
		event_free(h2->drain_timer);
	if (h2->watch_timer)
		event_free(h2->watch_timer);
	free(h2);
}

/* Every way in which a connection ends comes through here, once. */
static void die(struct rk_h2 *h2)
{
	assert(h2->busy && h2->ng && h2->bev);
	nghttp2_session_del(h2->ng);
	h2->ng = NULL;
	transport_close(h2);
	(void)event_del(h2->turn);
	(void)event_del(h2->settings_timer);
	(void)event_del(h2->drain_timer);
	(void)event_del(h2->watch_timer);
	while (!rk_list_empty(&h2->streams) && !h2->freed) {
		struct rk_h2_stream *stream = rk_list_item(
			h2->streams.next, struct rk_h2_stream, link);

		assert(h2->count > 0);
		rk_list_remove(&stream->link);
		h2->count--;
		if (h2->events.on_close)
			h2->events.on_close(stream,
				stream->unseen ? NGHTTP2_REFUSED_STREAM : RK_H2_LOST, h2->arg);
		rk_h2_stream_free(stream);
	}
	assert(h2->freed || h2->count == 0);
	if (h2->events.on_dead && !h2->freed)
		h2->events.on_dead(h2, h2->why, h2->arg);
}

static bool is_reading(const struct rk_h2 *h2)
{
	return !h2->closing && !h2->failed && nghttp2_session_want_read(h2->ng);
}

static void refused(struct rk_h2 *h2, ssize_t error)
{
	if (h2->closing || h2->failed)
		return;
	if (error == NGHTTP2_ERR_BAD_CLIENT_MAGIC)
		rk_h2_fail(h2, NGHTTP2_PROTOCOL_ERROR, "the peer does not speak HTTP/2");
	else if (error == NGHTTP2_ERR_FLOODED)
		rk_h2_exceed(h2, RK_H2_GUARD_QUEUE);
	else
		rk_h2_fail(h2, NGHTTP2_INTERNAL_ERROR, "HTTP/2: %s", nghttp2_strerror((int)error));
}

/* Clients talk to one server of their choice: only servers count. */
static bool is_tolerable(struct rk_h2 *h2, struct rk_slice bytes)
{
	enum rk_h2_guard_kind kind;

	if (h2->role != RK_H2_SERVER || rk_h2_guard_scan(&h2->guard, bytes, rk_clock_ms(), &kind))
		return true;
	rk_h2_exceed(h2, kind);
	return false;
}

/* In place of a read watermark, which stops libevent wherever it is, in the middle of a TLS record too: the decrypted rest
 * would then wait for the socket to become readable again.  Between two callbacks there is no such rest. */
static void hold_back(struct rk_h2 *h2, size_t left)
{
	bool read = left < h2->limits->turn_bytes && !h2->lost;

	if (read && !(bufferevent_get_enabled(h2->bev) & EV_READ))
		(void)bufferevent_enable(h2->bev, EV_READ);
	else if (!read)
		(void)bufferevent_disable(h2->bev, EV_READ);
}

static void feed(struct rk_h2 *h2)
{
	struct evbuffer *input = bufferevent_get_input(h2->bev);
	struct evbuffer_iovec piece;
	size_t left = h2->limits->turn_bytes;

	h2->guard.frames = 0;
	while (left > 0 && h2->guard.frames < h2->limits->turn_frames && is_reading(h2) &&
		evbuffer_get_length(input) > 0 && evbuffer_peek(input, -1, NULL, &piece, 1) > 0) {
		size_t len = piece.iov_len < READ_PIECE ? piece.iov_len : READ_PIECE;
		ssize_t taken;

		if (!is_tolerable(h2, (struct rk_slice){piece.iov_base, len}))
			break;
		taken = nghttp2_session_mem_recv(h2->ng, piece.iov_base, len);
		if (taken <= 0) {
			refused(h2, taken);
			break;
		}
		assert((size_t)taken <= len);
		(void)evbuffer_drain(input, (size_t)taken);
		left -= (size_t)taken < left ? (size_t)taken : left;
	}
	if (!h2->failed &&
		nghttp2_session_get_outbound_queue_size(h2->ng) > h2->limits->output_frames)
		rk_h2_exceed(h2, RK_H2_GUARD_QUEUE);
	if (!is_reading(h2)) {
		h2->unheard += evbuffer_get_length(input);
		(void)evbuffer_drain(input, evbuffer_get_length(input));
	} else if (evbuffer_get_length(input) > 0)
		next_turn(h2);
	hold_back(h2, evbuffer_get_length(input));
}

/* Frames are gathered so that a call's answer is one record and one write. */
static void flush(struct rk_h2 *h2)
{
	struct evbuffer *output = bufferevent_get_output(h2->bev);
	uint8_t block[WRITE_BLOCK];
	size_t used = 0;
	const uint8_t *frame = NULL;
	ssize_t len = 0;

	while (evbuffer_get_length(output) < h2->limits->output_bytes) {
		len = nghttp2_session_mem_send(h2->ng, &frame);
		if (len <= 0)
			break;
		h2->sent = true;
		if ((size_t)len > sizeof block - used) {
			if (used > 0 && evbuffer_add(output, block, used))
				len = NGHTTP2_ERR_NOMEM;
			used = 0;
		}
		h2->handed += (size_t)len;
		if (len > (ssize_t)sizeof block) {
			if (evbuffer_add(output, frame, (size_t)len))
				len = NGHTTP2_ERR_NOMEM;
		} else if (len > 0) {
			memcpy(block + used, frame, (size_t)len);
			used += (size_t)len;
		}
		if (len < 0)
			break;
		assert(used <= sizeof block);
	}
	used = RK_FAILPOINT_CUT("answer", used);
	if (used > 0 && evbuffer_add(output, block, used))
		len = NGHTTP2_ERR_NOMEM;
	if (len < 0 && !h2->closing) {
		/* Bytes may be missing in the middle: nothing that follows would be understood. */
		rk_h2_note(h2, "HTTP/2: %s", nghttp2_strerror((int)len));
		h2->closing = true;
	}
}

static bool is_finished(struct rk_h2 *h2)
{
	if (h2->closing || h2->freed)
		return true;
	if (h2->lost)
		return !is_reading(h2) || evbuffer_get_length(bufferevent_get_input(h2->bev)) == 0;
	if (h2->failed && h2->unheard < LINGER_MOST && rk_clock_ms() - h2->failed_ms < LINGER_MS)
		return false;
	if (h2->failed)
		return true;
	return !nghttp2_session_want_read(h2->ng) && !nghttp2_session_want_write(h2->ng) &&
		evbuffer_get_length(bufferevent_get_output(h2->bev)) == 0;
}

/* A socket that is closed with bytes unread is reset, and the GOAWAY that says what is wrong is lost with it: a while is given to
 * read it. */
static void tell_to_go(struct rk_h2 *h2)
{
	assert(h2->failed);
	if (h2->failed_ms)
		return;
	h2->failed_ms = rk_clock_ms();
	rk_h2_must(h2, nghttp2_session_terminate_session(h2->ng, h2->end_code));
}

/* An event that is made active runs before the loop looks at its descriptors: where input is left it is the next turn's. */
void rk_h2_turn(struct rk_h2 *h2)
{
	if (h2->busy) {
		h2->again = true;
		return;
	}
	assert(!h2->ng == !h2->bev && !h2->freed);
	if (!h2->ng)
		return;
	h2->busy = true;
	h2->again = false;
	feed(h2);
	if (h2->failed)
		tell_to_go(h2);
	if (!h2->closing)
		flush(h2);
	if (!h2->closing)
		rk_h2_tell_drained(h2);
	if (is_finished(h2))
		die(h2);
	else
		rk_h2_watch(h2);
	h2->busy = false;
	if (h2->freed)
		destroy(h2);
	else if (h2->again && h2->ng && !event_pending(h2->turn, EV_TIMEOUT, NULL))
		event_active(h2->turn, EV_TIMEOUT, 0);
}

static void on_turn(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	rk_h2_turn(arg);
}

static void on_ready(struct bufferevent *bev, void *arg)
{
	(void)bev;
	rk_h2_turn(arg);
}

static void on_transport(struct bufferevent *bev, short what, void *arg)
{
	struct rk_h2 *h2 = arg;
	char text[200];

	if (what & BEV_EVENT_CONNECTED)
		return;
	if (h2->count == 0 && (h2->draining || h2->peer_goaway)) {
		/* Both knew that this was the end; who closed first does not matter. */
	} else if (what & BEV_EVENT_TIMEOUT) {
		rk_h2_note(h2, "the peer has read nothing for %u s",
			h2->limits->guard->stall_ms / 1000);
	} else if (what & BEV_EVENT_ERROR) {
		rk_tls_failure(bev, text, sizeof text);
		rk_h2_note(h2, "%s", text);
	} else if (h2->count > 0) {
		rk_h2_note(h2, "the peer closed the connection with %zu streams open", h2->count);
	}
	h2->lost = true;
	rk_h2_turn(h2);
}

static void on_settings_timeout(evutil_socket_t fd, short what, void *arg)
{
	struct rk_h2 *h2 = arg;

	(void)fd;
	(void)what;
	rk_h2_fail(h2, NGHTTP2_SETTINGS_TIMEOUT,
		"the peer did not acknowledge SETTINGS within %u ms",
		h2->limits->settings_timeout_ms);
	rk_h2_tell_limit(h2, RK_H2_GUARD_SETTINGS_ACK);
	rk_h2_turn(h2);
}

static void on_drain_wait(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	rk_h2_last_goaway(arg);
	rk_h2_turn(arg);
}

static enum rk_status session_create(struct rk_h2 *h2)
{
	nghttp2_session_callbacks *callbacks = NULL;
	nghttp2_option *option = NULL;
	int failed;

	if (!rk_h2_callbacks(&callbacks))
		return RK_RESOURCE_EXHAUSTED;
	if (nghttp2_option_new(&option)) {
		nghttp2_session_callbacks_del(callbacks);
		return RK_RESOURCE_EXHAUSTED;
	}
	nghttp2_option_set_no_auto_window_update(option, 1);
	nghttp2_option_set_no_closed_streams(option, 1);
	nghttp2_option_set_max_outbound_ack(option, h2->limits->output_frames);
	nghttp2_option_set_max_settings(option, h2->limits->max_settings);
	failed = h2->role == RK_H2_SERVER
		? nghttp2_session_server_new3(&h2->ng, callbacks, h2, option, &h2->memory.mem)
		: nghttp2_session_client_new3(&h2->ng, callbacks, h2, option, &h2->memory.mem);
	nghttp2_option_del(option);
	nghttp2_session_callbacks_del(callbacks);
	return failed ? RK_RESOURCE_EXHAUSTED : RK_OK;
}

/* Without a dynamic table on a server a peer cannot make references to long entries (the "HPACK bomb").  The least size of a frame
 * needs no saying. */
static int submit_preface(struct rk_h2 *h2)
{
	bool server = h2->role == RK_H2_SERVER;
	const nghttp2_settings_entry entries[] = {
		{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,                                            h2->limits->stream_window  },
		{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,                                           h2->limits->max_header_list},
		{server ? NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS : NGHTTP2_SETTINGS_ENABLE_PUSH,
                 server ? h2->limits->max_streams : 0									},
		{NGHTTP2_SETTINGS_HEADER_TABLE_SIZE,                                              h2->limits->header_table   },
		{NGHTTP2_SETTINGS_MAX_FRAME_SIZE,                                                 h2->limits->max_frame      },
	};
	size_t count = server ? 4 + (h2->limits->max_frame > FRAME_LEAST) : 3;
	int rv = nghttp2_submit_settings(h2->ng, NGHTTP2_FLAG_NONE, entries, count);

	if (rv == 0)
		rv = nghttp2_session_set_local_window_size(
			h2->ng, NGHTTP2_FLAG_NONE, 0, (int32_t)h2->limits->session_window);
	return rv;
}

static bool timers_create(struct rk_h2 *h2, struct event_base *base)
{
	h2->turn = event_new(base, -1, 0, on_turn, h2);
	h2->settings_timer = event_new(base, -1, 0, on_settings_timeout, h2);
	h2->drain_timer = event_new(base, -1, 0, on_drain_wait, h2);
	return h2->turn && h2->settings_timer && h2->drain_timer && rk_h2_watch_create(h2, base);
}

static struct timeval time_of(uint32_t ms)
{
	return (struct timeval){ms / 1000, (suseconds_t)(ms % 1000) * 1000};
}

static void transport_take(struct rk_h2 *h2, struct bufferevent *bev)
{
	const struct rk_h2_limits *limits = h2->limits;
	struct timeval stall = time_of(limits->guard->stall_ms),
		       wait = time_of(limits->settings_timeout_ms);

	h2->bev = bev;
	bufferevent_setcb(bev, on_ready, on_ready, on_transport, h2);
	bufferevent_setwatermark(bev, EV_READ, 0, 0);
	bufferevent_setwatermark(bev, EV_WRITE, limits->output_bytes / 4, 0);
	(void)bufferevent_set_max_single_read(bev, limits->turn_bytes);
	(void)bufferevent_set_max_single_write(bev, limits->output_bytes);
	(void)bufferevent_set_timeouts(bev, NULL, &stall);
	(void)bufferevent_enable(bev, EV_READ | EV_WRITE);
	(void)event_add(h2->settings_timer, &wait);
	rk_h2_watch_tls(h2, true);
	rk_h2_watch(h2);
	rk_h2_schedule(h2);
}

/* NOLINTNEXTLINE(readability-function-size): a session needs them all */
enum rk_status rk_h2_create(enum rk_h2_role role, struct bufferevent *bev,
	const struct rk_h2_limits *limits, const struct rk_h2_events *events, void *arg,
	struct rk_h2 **out, struct rk_err *err)
{
	struct rk_h2 *h2 = calloc(1, sizeof *h2);

	assert(limits->session_window <= INT32_MAX && limits->stream_window <= INT32_MAX);
	assert(limits->turn_bytes > 0 && limits->turn_frames > 0 && limits->output_bytes > 0);
	assert(limits->max_frame >= FRAME_LEAST);
	if (!h2)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for an HTTP/2 session");
	h2->role = role;
	h2->limits = limits;
	h2->events = *events;
	h2->arg = arg;
	rk_h2_memory_init(&h2->memory);
	rk_list_init(&h2->streams);
	rk_h2_guard_init(&h2->guard, limits->guard, NGHTTP2_CLIENT_MAGIC_LEN, rk_clock_ms());
	if (session_create(h2) != RK_OK || submit_preface(h2) ||
		!timers_create(h2, bufferevent_get_base(bev))) {
		destroy(h2);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for an HTTP/2 session");
	}
	transport_take(h2, bev);
	*out = h2;
	return RK_OK;
}

void rk_h2_free(struct rk_h2 **h2)
{
	struct rk_h2 *gone = *h2;

	*h2 = NULL;
	if (!gone)
		return;
	assert(!gone->freed);
	if (!gone->busy) {
		destroy(gone);
		return;
	}
	gone->freed = true;
	gone->closing = true;
}

void rk_h2_close(struct rk_h2 *h2)
{
	if (!h2->ng)
		return;
	h2->closing = true;
	rk_h2_schedule(h2);
}

void rk_h2_refuse(struct rk_h2 *h2, uint32_t code, const char *why)
{
	if (!h2->ng)
		return;
	rk_h2_fail(h2, code, "%s", why);
	rk_h2_schedule(h2);
}

void rk_h2_last_goaway(struct rk_h2 *h2)
{
	(void)event_del(h2->drain_timer);
	if (h2->ng)
		(void)nghttp2_submit_goaway(h2->ng, NGHTTP2_FLAG_NONE,
			nghttp2_session_get_last_proc_stream_id(h2->ng), NGHTTP2_NO_ERROR, NULL, 0);
}

void rk_h2_drain(struct rk_h2 *h2)
{
	static const struct timeval wait = {DRAIN_WAIT_S, 0};

	if (!h2->ng || h2->draining)
		return;
	h2->draining = true;
	if (h2->role == RK_H2_CLIENT) {
		rk_h2_last_goaway(h2);
	} else {
		(void)nghttp2_submit_shutdown_notice(h2->ng);
		(void)nghttp2_submit_ping(h2->ng, NGHTTP2_FLAG_NONE, NULL);
		(void)event_add(h2->drain_timer, &wait);
	}
	rk_h2_schedule(h2);
}

void rk_h2_rest(struct rk_h2 *h2)
{
	if (!h2->sent || !h2->ng || h2->count > 0 || nghttp2_session_want_write(h2->ng))
		return;
	h2->sent = false;
	rk_h2_memory_rest(&h2->memory);
}

size_t rk_h2_streams(const struct rk_h2 *h2)
{
	return h2->count;
}

void *rk_h2_arg(struct rk_h2 *h2)
{
	return h2->arg;
}
