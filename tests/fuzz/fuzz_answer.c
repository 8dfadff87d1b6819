/* What a server sends, as a client takes it: a session of the client's side without TLS, fed in pieces.
 *
 * The client asks twice, as much as it may.  Each request ends once, and what its answer gives is cut into messages.
 */
#include "bite.h"
#include "link/h2.h"
#include "wire/frame.h"

#include <event2/buffer.h>
#include <event2/event.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PIECES 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct request {
	struct rk_frame_reader reader;
	struct rk_h2_stream *stream;
	size_t messages;
	bool failed;
	int closed;
};

static bool dead;

static void on_header(
	struct rk_h2_stream *stream, struct rk_slice name, struct rk_slice value, void *arg)
{
	(void)arg;
	assert(rk_h2_get(stream) && name.at && value.at);
	for (size_t i = 0; i < name.len; i++)
		assert(name.at[i] < 'A' || name.at[i] > 'Z');
}

static void on_data(struct rk_h2_stream *stream, struct rk_slice bytes, void *arg)
{
	struct request *request = rk_h2_get(stream);
	struct rk_slice in = bytes, message;

	(void)arg;
	while (!request->failed && in.len) {
		request->failed = rk_frame_feed(&request->reader, &in, &message, NULL) != RK_OK;
		if (!message.at)
			break;
		assert(message.len <= request->reader.max);
		request->messages++;
	}
	rk_h2_consumed(stream, bytes.len);
	if (request->failed)
		rk_h2_reset(stream, 8);
}

static void on_close(struct rk_h2_stream *stream, uint32_t error_code, void *arg)
{
	struct request *request = rk_h2_get(stream);

	(void)error_code;
	(void)arg;
	request->closed++;
	request->stream = NULL;
}

static void on_dead(struct rk_h2 *h2, const char *why, void *arg)
{
	(void)h2;
	(void)why;
	(void)arg;
	assert(!dead);
	dead = true;
}

static const struct rk_h2_events events = {
	NULL, on_header, NULL, on_data, NULL, on_close, NULL, NULL, on_dead, NULL};

static void ask(struct rk_h2 *h2, struct request *request)
{
	const struct rk_h2_header headers[] = {
		{":method",      rk_slice_str("POST")            },
		{":scheme",      rk_slice_str("https")           },
		{":path",        rk_slice_str("/a.Service/Ask")  },
		{":authority",   rk_slice_str("a")               },
		{"content-type", rk_slice_str("application/grpc")},
	};

	enum rk_status status;

	*request = (struct request){.reader = {.max = 4096}};
	status = rk_h2_request(h2, headers, 5, request, &request->stream, NULL);
	if (status != RK_OK) {
		/* The session takes no more: it is about to end, or its peer is. */
		assert(status == RK_UNAVAILABLE);
		request->stream = NULL;
		request->closed = 1;
		return;
	}
	(void)!rk_h2_send(request->stream, rk_slice_str("question"));
	(void)!rk_h2_end(request->stream, NULL, 0);
}

static void turn(struct event_base *base, struct bufferevent *far)
{
	for (int i = 0; i < 4; i++) {
		(void)event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
		(void)evbuffer_drain(bufferevent_get_input(far), SIZE_MAX);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_slice in = rk_slice_of(data, size);
	size_t piece = (size_t)bite_byte(&in) * 16 + 1;
	struct event_base *base = event_base_new();
	struct request requests[2] = {0};
	struct bufferevent *ends[2];
	struct rk_h2 *h2 = NULL;

	dead = false;
	assert(base && bufferevent_pair_new(base, BEV_OPT_CLOSE_ON_FREE, ends) == 0);
	assert(rk_h2_create(RK_H2_CLIENT, ends[0], &rk_h2_limits_default, &events, NULL, &h2,
		       NULL) == RK_OK);
	(void)bufferevent_enable(ends[1], EV_READ | EV_WRITE);
	ask(h2, &requests[0]);
	piece = piece > in.len / MAX_PIECES ? piece : in.len / MAX_PIECES + 1;
	for (bool asked = false; in.len && !dead; asked = true) {
		struct rk_slice part = bite_bytes(&in, piece);

		(void)bufferevent_write(ends[1], part.at, part.len);
		turn(base, ends[1]);
		if (!asked && !dead)
			ask(h2, &requests[1]);
	}
	if (!dead)
		rk_h2_close(h2);
	turn(base, ends[1]);
	assert(dead && requests[0].closed == 1);
	assert(requests[1].reader.max == 0 || requests[1].closed == 1);
	rk_h2_free(&h2);
	bufferevent_free(ends[1]);
	(void)event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	event_base_free(base);
	for (int i = 0; i < 2; i++)
		rk_frame_clear(&requests[i].reader);
	return 0;
}
