#include "base/clock.h"
#include "link/h2_session.h"

#include <assert.h>
#include <string.h>

/* Every callback ends with this: nghttp2 stops where the owner closed or the guard refused. */
static int go_on(const struct rk_h2 *h2)
{
	return h2->closing || h2->failed ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

static struct rk_h2_stream *find(nghttp2_session *ng, int32_t id)
{
	struct rk_h2_stream *stream = nghttp2_session_get_stream_user_data(ng, id);

	assert(!stream || (stream->id == id && stream->h2->ng == ng));
	return stream;
}

/* Clients talk to one server of their choice: only servers count. */
static void count(struct rk_h2 *h2, enum rk_h2_guard_kind kind)
{
	if (h2->role != RK_H2_SERVER || rk_h2_guard_take(&h2->guard, kind, rk_clock_ms()))
		return;
	rk_h2_exceed(h2, kind);
}

static int on_invalid_frame(nghttp2_session *ng, const nghttp2_frame *frame, int error, void *arg)
{
	struct rk_h2 *h2 = arg;

	(void)ng;
	(void)frame;
	(void)error;
	count(h2, RK_H2_GUARD_GLITCH);
	return go_on(h2);
}

static int on_begin_headers(nghttp2_session *ng, const nghttp2_frame *frame, void *arg)
{
	struct rk_h2 *h2 = arg;
	struct rk_h2_stream *stream = find(ng, frame->hd.stream_id);

	if (stream) {
		stream->header_bytes = stream->header_fields = 0;
		stream->interim = false;
		return go_on(h2);
	}
	if (h2->role != RK_H2_SERVER)
		return go_on(h2);
	stream = rk_h2_stream_create(h2, frame->hd.stream_id);
	if (!stream)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	(void)nghttp2_session_set_stream_user_data(ng, stream->id, stream);
	if (h2->events.on_begin)
		h2->events.on_begin(h2, stream, h2->arg);
	if (++h2->opened == h2->limits->max_streams_life) {
		rk_h2_tell_limit(h2, RK_H2_GUARD_LIFE);
		rk_h2_drain(h2);
	}
	return go_on(h2);
}

/* One field alone can be too long, for a server. */
static bool is_long(const struct rk_h2 *h2, struct rk_slice name, size_t value_len)
{
	if (h2->role != RK_H2_SERVER)
		return false;
	return value_len > (rk_slice_equal_str(name, ":path") ? h2->limits->max_path
							      : h2->limits->max_header_value);
}

/* A block over the limit costs its stream; one that goes on to twice the limit costs the connection, since even a refused
 * block must be decoded to its end. */
static bool is_within(struct rk_h2_stream *stream, struct rk_slice name, size_t value_len)
{
	struct rk_h2 *h2 = stream->h2;
	const struct rk_h2_limits *limits = h2->limits;

	stream->header_bytes += name.len + value_len + 32;
	stream->header_fields++;
	if (stream->header_bytes > 2 * (size_t)limits->max_header_list ||
		stream->header_fields > 2 * (size_t)limits->max_header_fields) {
		rk_h2_fail(h2, NGHTTP2_ENHANCE_YOUR_CALM,
			"a header list of over %zu bytes or %zu fields",
			2 * (size_t)limits->max_header_list, 2 * (size_t)limits->max_header_fields);
		rk_h2_tell_limit(h2, RK_H2_GUARD_HEADER_LIST);
		return false;
	}
	if (stream->header_bytes <= limits->max_header_list &&
		stream->header_fields <= limits->max_header_fields && !is_long(h2, name, value_len))
		return true;
	if (!stream->reset) {
		rk_h2_tell_limit(h2, RK_H2_GUARD_HEADER_LIST);
		count(h2, RK_H2_GUARD_GLITCH);
		rk_h2_reset(stream, NGHTTP2_ENHANCE_YOUR_CALM);
	}
	return false;
}

/* NOLINTNEXTLINE(readability-function-size): nghttp2's signature */
static int on_header(nghttp2_session *ng, const nghttp2_frame *frame, const uint8_t *name,
	size_t name_len, const uint8_t *value, size_t value_len, uint8_t flags, void *arg)
{
	struct rk_h2 *h2 = arg;
	struct rk_h2_stream *stream = find(ng, frame->hd.stream_id);

	(void)flags;
	if (!stream || !is_within(stream, (struct rk_slice){name, name_len}, value_len) ||
		stream->reset)
		return go_on(h2);
	if (h2->role == RK_H2_CLIENT && name_len == 7 && memcmp(name, ":status", 7) == 0)
		stream->interim = value_len == 3 && value[0] == '1';
	if (!stream->interim && h2->events.on_header)
		h2->events.on_header(stream, (struct rk_slice){name, name_len},
			(struct rk_slice){value, value_len}, h2->arg);
	return go_on(h2);
}

static int on_data_chunk(
	nghttp2_session *ng, uint8_t flags, int32_t id, const uint8_t *data, size_t len, void *arg)
{
	struct rk_h2 *h2 = arg;
	struct rk_h2_stream *stream = find(ng, id);

	(void)flags;
	if (!stream || stream->reset || !h2->events.on_data) {
		rk_h2_must(h2, nghttp2_session_consume(ng, id, len));
		return go_on(h2);
	}
	stream->unconsumed += len;
	h2->events.on_data(stream, (struct rk_slice){data, len}, h2->arg);
	return go_on(h2);
}

static void received_headers(struct rk_h2 *h2, struct rk_h2_stream *stream)
{
	if (!stream->reset && !stream->interim && h2->events.on_headers_end)
		h2->events.on_headers_end(stream, h2->arg);
}

static void received_end(struct rk_h2 *h2, struct rk_h2_stream *stream)
{
	stream->peer_ended = true;
	if (!stream->reset && !h2->closing && h2->events.on_end)
		h2->events.on_end(stream, h2->arg);
}

static void received_goaway(struct rk_h2 *h2, const nghttp2_goaway *goaway)
{
	/* Debug data is the peer's: only what can be printed. */
	char text[64] = "";
	size_t len = 0;

	for (; len < goaway->opaque_data_len && len < sizeof text - 1; len++) {
		uint8_t c = goaway->opaque_data[len];

		text[len] = '?';
		if (c >= ' ' && c < 0x7f)
			text[len] = (char)c;
	}
	h2->peer_goaway = true;
	if (goaway->error_code != NGHTTP2_NO_ERROR)
		rk_h2_note(h2, "the peer ended the connection: %s%s%s",
			nghttp2_http2_strerror(goaway->error_code), len ? ", " : "", text);
	if (h2->events.on_goaway)
		h2->events.on_goaway(h2, goaway->error_code, h2->arg);
}

static int on_frame_recv(nghttp2_session *ng, const nghttp2_frame *frame, void *arg)
{
	struct rk_h2 *h2 = arg;
	struct rk_h2_stream *stream = find(ng, frame->hd.stream_id);
	bool ack = frame->hd.flags & NGHTTP2_FLAG_ACK;

	switch (frame->hd.type) {
	case NGHTTP2_HEADERS:
		if (stream)
			received_headers(h2, stream);
		/* fallthrough */
	case NGHTTP2_DATA:
		if (stream && frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
			received_end(h2, stream);
		break;
	case NGHTTP2_SETTINGS:
		if (ack)
			(void)event_del(h2->settings_timer);
		break;
	case NGHTTP2_PING:
		if (ack && event_pending(h2->drain_timer, EV_TIMEOUT, NULL))
			rk_h2_last_goaway(h2);
		break;
	case NGHTTP2_GOAWAY:
		received_goaway(h2, &frame->goaway);
		break;
	default:
		break;
	}
	return go_on(h2);
}

static void sent_end(struct rk_h2 *h2, const nghttp2_frame_hd *hd)
{
	struct rk_h2_stream *stream = find(h2->ng, hd->stream_id);

	if (h2->role != RK_H2_SERVER || !stream || stream->peer_ended || stream->reset)
		return;
	stream->reset = true;
	rk_h2_must(h2,
		nghttp2_submit_rst_stream(
			h2->ng, NGHTTP2_FLAG_NONE, hd->stream_id, NGHTTP2_NO_ERROR));
}

static int on_frame_send(nghttp2_session *ng, const nghttp2_frame *frame, void *arg)
{
	struct rk_h2 *h2 = arg;
	struct rk_h2_stream *stream = find(ng, frame->hd.stream_id);

	if (frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS) {
		rk_h2_guard_give(&h2->guard, RK_H2_GUARD_PING, 1);
		rk_h2_guard_give(
			&h2->guard, RK_H2_GUARD_WINDOW, h2->limits->guard->window_per_frame);
		if (stream)
			stream->unseen = false;
		if (frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
			sent_end(h2, &frame->hd);
	} else if (frame->hd.type == NGHTTP2_RST_STREAM) {
		if (!stream || !stream->reset)
			count(h2, RK_H2_GUARD_RESET_OUT);
	} else if (frame->hd.type == NGHTTP2_GOAWAY &&
		frame->goaway.error_code != NGHTTP2_NO_ERROR) {
		rk_h2_note(h2, "the connection was ended for %s",
			nghttp2_http2_strerror(frame->goaway.error_code));
		if (!h2->failed)
			rk_h2_tell_limit(h2, RK_H2_GUARD_PROTOCOL);
	}
	return h2->closing ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

static int on_frame_not_send(nghttp2_session *ng, const nghttp2_frame *frame, int error, void *arg)
{
	struct rk_h2_stream *stream = find(ng, frame->hd.stream_id);

	(void)error;
	(void)arg;
	if (!stream || frame->hd.type != NGHTTP2_HEADERS)
		return 0;
	/* nghttp2 closes a stream whose request could not be sent, and leaves one whose answer could not to itself. */
	if (frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		rk_h2_reset(stream, NGHTTP2_INTERNAL_ERROR);
	return 0;
}

static int on_stream_close(nghttp2_session *ng, int32_t id, uint32_t code, void *arg)
{
	struct rk_h2 *h2 = arg;
	struct rk_h2_stream *stream = find(ng, id);

	if (!stream)
		return 0;
	assert(h2->count > 0);
	rk_list_remove(&stream->link);
	(void)nghttp2_session_set_stream_user_data(ng, id, NULL);
	if (stream->unconsumed > 0)
		rk_h2_must(h2, nghttp2_session_consume_connection(ng, stream->unconsumed));
	stream->unconsumed = 0;
	h2->count--;
	if (h2->events.on_close)
		h2->events.on_close(
			stream, stream->unseen ? NGHTTP2_REFUSED_STREAM : code, h2->arg);
	rk_h2_stream_free(stream);
	return h2->closing ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

bool rk_h2_callbacks(nghttp2_session_callbacks **out)
{
	nghttp2_session_callbacks *c = NULL;

	if (nghttp2_session_callbacks_new(&c))
		return false;
	nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(c, on_invalid_frame);
	nghttp2_session_callbacks_set_on_begin_headers_callback(c, on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(c, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(c, on_data_chunk);
	nghttp2_session_callbacks_set_on_frame_recv_callback(c, on_frame_recv);
	nghttp2_session_callbacks_set_on_frame_send_callback(c, on_frame_send);
	nghttp2_session_callbacks_set_on_frame_not_send_callback(c, on_frame_not_send);
	nghttp2_session_callbacks_set_on_stream_close_callback(c, on_stream_close);
	*out = c;
	return true;
}
