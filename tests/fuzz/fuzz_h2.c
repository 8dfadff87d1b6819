/* fuzz_h2.c - a server session without TLS, fed with the input in pieces.
 *
 * The first byte says how large the pieces are.  The server answers every call, gives back what it received, and resets,
 * drains or closes when the path says so.  Each stream must be closed exactly once. */
#include "link/h2.h"

#include <event2/buffer.h>
#include <event2/event.h>

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A stream's memory of its path: the first letter behind the slash. */
struct visit {
	char letter;
};

static size_t open_streams;
static int deaths;

static const struct rk_h2_header headers[] = {
	{":status",      {(const uint8_t *)"200", 3}              },
	{"content-type", {(const uint8_t *)"application/grpc", 16}},
};
static const struct rk_h2_header trailers[] = {
	{"grpc-status", {(const uint8_t *)"0", 1}},
};

static void on_begin(struct rk_h2 *h2, struct rk_h2_stream *stream, void *arg)
{
	struct visit *visit = calloc(1, sizeof *visit);

	(void)h2;
	(void)arg;
	assert(visit);
	open_streams++;
	rk_h2_set(stream, visit);
}

static void on_header(
	struct rk_h2_stream *stream, struct rk_slice name, struct rk_slice value, void *arg)
{
	struct visit *visit = rk_h2_get(stream);

	(void)arg;
	if (rk_slice_equal_str(name, ":path") && value.len > 1)
		visit->letter = (char)value.at[1];
}

static void on_headers_end(struct rk_h2_stream *stream, void *arg)
{
	const struct visit *visit = rk_h2_get(stream);

	(void)arg;
	if (visit->letter == 'r')
		rk_h2_reset(stream, 8);
	if (visit->letter == 'd')
		rk_h2_drain(rk_h2_of(stream));
	if (visit->letter == 'c')
		rk_h2_close(rk_h2_of(stream));
	if (visit->letter == 'e')
		(void)!rk_h2_respond(stream, headers, 2, true);
}

static void on_data(struct rk_h2_stream *stream, struct rk_slice bytes, void *arg)
{
	const struct visit *visit = rk_h2_get(stream);
	volatile uint8_t sum = 0;

	(void)arg;
	for (size_t i = 0; i < bytes.len; i++)
		sum = (uint8_t)(sum + bytes.at[i]);
	if (visit->letter != 'h')
		rk_h2_consumed(stream, bytes.len);
}

static void on_end(struct rk_h2_stream *stream, void *arg)
{
	(void)arg;
	if (rk_h2_respond(stream, headers, 2, false) != RK_OK)
		return;
	(void)!rk_h2_send(stream, rk_slice_str("answer"));
	(void)!rk_h2_end(stream, trailers, 1);
}

static void on_close(struct rk_h2_stream *stream, uint32_t code, void *arg)
{
	(void)code;
	(void)arg;
	assert(rk_h2_get(stream) && open_streams > 0);
	free(rk_h2_get(stream));
	rk_h2_set(stream, NULL);
	open_streams--;
}

static void on_dead(struct rk_h2 *h2, const char *why, void *arg)
{
	(void)h2;
	(void)arg;
	assert(strlen(why) < 256);
	deaths++;
}

static const struct rk_h2_events events = {
	on_begin, on_header, on_headers_end, on_data, on_end, on_close, NULL, NULL, on_dead, NULL};

static void turn(struct event_base *base)
{
	for (int i = 0; i < 8; i++)
		(void)event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = size > 0 ? (size_t)data[0] * 16 + 1 : 1;
	struct event_base *base = event_base_new();
	struct bufferevent *ends[2];
	struct rk_h2 *h2 = NULL;

	if (!base || bufferevent_pair_new(base, BEV_OPT_CLOSE_ON_FREE, ends))
		abort();
	deaths = 0;
	if (rk_h2_create(RK_H2_SERVER, ends[0], &rk_h2_limits_default, &events, NULL, &h2, NULL) !=
		RK_OK)
		abort();
	(void)bufferevent_enable(ends[1], EV_READ | EV_WRITE);
	for (size_t at = 1; at < size && deaths == 0; at += piece) {
		(void)bufferevent_write(ends[1], data + at, size - at < piece ? size - at : piece);
		turn(base);
	}
	rk_h2_close(h2);
	turn(base);
	assert(deaths == 1 && open_streams == 0);
	rk_h2_free(&h2);
	bufferevent_free(ends[1]);
	turn(base);
	event_base_free(base);
	return 0;
}
