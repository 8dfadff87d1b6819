#include "link/h2_session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 64 };

struct rk_h2_stream *rk_h2_stream_create(struct rk_h2 *h2, int32_t id)
{
	struct rk_h2_stream *stream = calloc(1, sizeof *stream);

	assert(h2->ng && !h2->freed);
	if (!stream)
		return NULL;
	stream->out = evbuffer_new();
	if (!stream->out) {
		free(stream);
		return NULL;
	}
	stream->h2 = h2;
	stream->id = id;
	rk_list_append(&h2->streams, &stream->link);
	h2->count++;
	return stream;
}

void rk_h2_stream_free(struct rk_h2_stream *stream)
{
	rk_list_remove(&stream->link);
	evbuffer_free(stream->out);
	free(stream->trailers);
	free(stream);
}

/* nghttp2 copies what it is given; its structure only forgot to say const. */
static uint8_t *unconst(const void *at)
{
	union {
		const void *in;
		uint8_t *out;
	} pointer = {.in = at};

	return pointer.out;
}

static void fill(nghttp2_nv out[FIELDS_MAX], const struct rk_h2_header *headers, size_t count)
{
	assert(count <= FIELDS_MAX);
	for (size_t i = 0; i < count; i++)
		out[i] = (nghttp2_nv){.name = unconst(headers[i].name),
			.namelen = strlen(headers[i].name),
			.value = unconst(
				headers[i].value.len ? headers[i].value.at : (const uint8_t *)""),
			.valuelen = headers[i].value.len};
}

static enum rk_status status_of(int rv)
{
	if (rv >= 0)
		return RK_OK;
	return rv == NGHTTP2_ERR_NOMEM ? RK_RESOURCE_EXHAUSTED : RK_UNAVAILABLE;
}

static int submit_trailers(struct rk_h2_stream *stream)
{
	nghttp2_nv nv[FIELDS_MAX];

	fill(nv, stream->trailers, stream->trailer_count);
	return nghttp2_submit_trailer(stream->h2->ng, stream->id, nv, stream->trailer_count);
}

/* NOLINTNEXTLINE(readability-function-size): nghttp2's signature */
static ssize_t on_body_wanted(nghttp2_session *ng, int32_t id, uint8_t *out, size_t size,
	uint32_t *flags, nghttp2_data_source *source, void *arg)
{
	struct rk_h2_stream *stream = source->ptr;
	size_t queued = evbuffer_get_length(stream->out), len = queued < size ? queued : size;

	(void)ng;
	assert(stream->id == id && stream->h2 == arg);
	assert(stream->responded && !(stream->reset && queued > 0));
	if (len == 0 && !stream->ended) {
		stream->deferred = true;
		return NGHTTP2_ERR_DEFERRED;
	}
	if (len > 0 && evbuffer_remove(stream->out, out, len) != (int)len)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	stream->sent += len;
	if (len == queued && stream->ended) {
		*flags |= NGHTTP2_DATA_FLAG_EOF;
		if (stream->trailer_count > 0) {
			*flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
			if (submit_trailers(stream))
				return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
		}
	}
	return (ssize_t)len;
}

static void resume(struct rk_h2_stream *stream)
{
	assert(stream->h2->ng && stream->id > 0);
	if (stream->deferred) {
		stream->deferred = false;
		rk_h2_must(stream->h2, nghttp2_session_resume_data(stream->h2->ng, stream->id));
	}
	rk_h2_schedule(stream->h2);
}

static bool takes_requests(struct rk_h2 *h2)
{
	uint32_t most = h2->limits->max_streams, theirs;

	if (!h2->ng || h2->closing || h2->failed || h2->lost || h2->draining || h2->peer_goaway)
		return false;
	theirs = nghttp2_session_get_remote_settings(
		h2->ng, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
	return h2->count < (theirs < most ? theirs : most) &&
		nghttp2_session_check_request_allowed(h2->ng);
}

enum rk_status rk_h2_request(struct rk_h2 *h2, const struct rk_h2_header *headers, size_t count,
	void *user, struct rk_h2_stream **out, struct rk_err *err)
{
	nghttp2_data_provider body = {.read_callback = on_body_wanted};
	nghttp2_nv nv[FIELDS_MAX];
	struct rk_h2_stream *stream;

	assert(h2->role == RK_H2_CLIENT);
	if (count > FIELDS_MAX)
		return rk_fail(err, RK_INVALID_ARGUMENT, "%zu header fields; at most %d", count,
			FIELDS_MAX);
	if (!takes_requests(h2))
		return rk_fail(err, RK_UNAVAILABLE, "the connection takes no more requests%s%s",
			h2->why[0] ? ": " : "", h2->why);
	stream = rk_h2_stream_create(h2, 0);
	if (!stream)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a request");
	fill(nv, headers, count);
	body.source.ptr = stream;
	stream->id = nghttp2_submit_request(h2->ng, NULL, nv, count, &body, stream);
	if (stream->id < 0) {
		enum rk_status status = status_of(stream->id);

		(void)rk_fail(err, status, "request: %s", nghttp2_strerror(stream->id));
		h2->count--;
		rk_h2_stream_free(stream);
		return status;
	}
	stream->responded = true;
	stream->unseen = true;
	stream->user = user;
	rk_h2_schedule(h2);
	*out = stream;
	return RK_OK;
}

static enum rk_status may_send(const struct rk_h2_stream *stream)
{
	if (!stream->h2->ng || stream->reset)
		return RK_UNAVAILABLE;
	return stream->ended ? RK_FAILED_PRECONDITION : RK_OK;
}

enum rk_status rk_h2_respond(
	struct rk_h2_stream *stream, const struct rk_h2_header *headers, size_t count, bool end)
{
	nghttp2_data_provider body = {.source.ptr = stream, .read_callback = on_body_wanted};
	nghttp2_nv nv[FIELDS_MAX];

	RK_TRY(may_send(stream));
	if (stream->responded)
		return RK_FAILED_PRECONDITION;
	if (count > FIELDS_MAX)
		return RK_INVALID_ARGUMENT;
	fill(nv, headers, count);
	RK_TRY(status_of(nghttp2_submit_response(
		stream->h2->ng, stream->id, nv, count, end ? NULL : &body)));
	stream->responded = true;
	stream->ended = end;
	rk_h2_schedule(stream->h2);
	return RK_OK;
}

enum rk_status rk_h2_send(struct rk_h2_stream *stream, struct rk_slice bytes)
{
	RK_TRY(may_send(stream));
	if (!stream->responded)
		return RK_FAILED_PRECONDITION;
	if (bytes.len == 0)
		return RK_OK;
	if (evbuffer_add(stream->out, bytes.at, bytes.len))
		return RK_RESOURCE_EXHAUSTED;
	if (rk_h2_is_full(stream))
		stream->was_full = true;
	resume(stream);
	return RK_OK;
}

bool rk_h2_is_full(const struct rk_h2_stream *stream)
{
	return evbuffer_get_length(stream->out) >= stream->h2->limits->high_water;
}

void rk_h2_tell_drained(struct rk_h2 *h2)
{
	rk_list_each(node, &h2->streams) {
		struct rk_h2_stream *stream = rk_list_item(node, struct rk_h2_stream, link);

		if (!stream->was_full || stream->reset ||
			evbuffer_get_length(stream->out) > h2->limits->high_water / 2)
			continue;
		stream->was_full = false;
		if (h2->events.on_drained)
			h2->events.on_drained(stream, h2->arg);
		if (h2->closing)
			return;
	}
}

/* One block: the fields, then the bytes they point to. */
static struct rk_h2_header *copy(const struct rk_h2_header *headers, size_t count)
{
	size_t size = count * sizeof *headers;
	struct rk_h2_header *block;
	uint8_t *at;

	for (size_t i = 0; i < count; i++)
		size += strlen(headers[i].name) + 1 + headers[i].value.len;
	block = malloc(size);
	if (!block)
		return NULL;
	at = (uint8_t *)(block + count);
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(headers[i].name) + 1;

		memcpy(at, headers[i].name, len);
		block[i].name = (const char *)at;
		at += len;
		if (headers[i].value.len > 0)
			memcpy(at, headers[i].value.at, headers[i].value.len);
		block[i].value = (struct rk_slice){at, headers[i].value.len};
		at += headers[i].value.len;
	}
	assert((size_t)(at - (uint8_t *)block) == size);
	return block;
}

enum rk_status rk_h2_end(
	struct rk_h2_stream *stream, const struct rk_h2_header *trailers, size_t count)
{
	RK_TRY(may_send(stream));
	if (!stream->responded)
		return RK_FAILED_PRECONDITION;
	if (count > FIELDS_MAX)
		return RK_INVALID_ARGUMENT;
	assert(!stream->trailers);
	if (count > 0) {
		stream->trailers = copy(trailers, count);
		if (!stream->trailers)
			return RK_RESOURCE_EXHAUSTED;
		stream->trailer_count = count;
	}
	stream->ended = true;
	resume(stream);
	return RK_OK;
}

void rk_h2_reset(struct rk_h2_stream *stream, uint32_t error_code)
{
	if (!stream->h2->ng || stream->reset)
		return;
	stream->reset = true;
	(void)evbuffer_drain(stream->out, evbuffer_get_length(stream->out));
	rk_h2_must(stream->h2,
		nghttp2_submit_rst_stream(
			stream->h2->ng, NGHTTP2_FLAG_NONE, stream->id, error_code));
	rk_h2_schedule(stream->h2);
}

void rk_h2_consumed(struct rk_h2_stream *stream, size_t len)
{
	if (!stream->h2->ng || stream->unconsumed == 0)
		return;
	if (len > stream->unconsumed)
		len = stream->unconsumed;
	stream->unconsumed -= len;
	rk_h2_must(stream->h2, nghttp2_session_consume(stream->h2->ng, stream->id, len));
	rk_h2_schedule(stream->h2);
}

void rk_h2_set(struct rk_h2_stream *stream, void *user)
{
	stream->user = user;
}

void *rk_h2_get(const struct rk_h2_stream *stream)
{
	return stream->user;
}

struct rk_h2 *rk_h2_of(const struct rk_h2_stream *stream)
{
	return stream->h2;
}
