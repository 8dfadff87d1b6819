#include "base/clock.h"
#include "check.h"
#include "link/h2.h"
#include "pair.h"

#include <event2/buffer.h>
#include <nghttp2/nghttp2.h>

#include <sys/socket.h>

enum { CALLS = 64, BIG = 3 * 1024 * 1024 };

/* One stream as one end has seen it. */
struct seen {
	struct rk_h2_stream *stream; /* NULL after on_close */
	int begun, headers, ends, closed, drained;
	uint32_t code;
	char path[64], status[8], grpc_status[8];
	struct rk_buf body;
	size_t held; /* received and not given back */
	size_t most_held;
	size_t to_send;   /* of a large body */
	size_t most_full; /* times that sending had to wait */
};

/* One end of the connection. */
struct end {
	struct rk_h2 *h2;
	bool is_server;
	bool hold; /* give nothing back: relief does it later */
	bool free_in_dead;
	bool close_in_data;
	bool free_in_data;
	int dead, goaways;
	int reached[RK_H2_GUARD_KINDS];
	uint32_t goaway_code;
	char why[256];
	int count;
	struct seen seen[CALLS];
	struct event *relief;
};

static char folder[64];
static struct test_cert ca, server_cert, client_cert;
static struct pair pair;
static struct end server, client;
static struct rk_h2_limits limits;
/* Events must not run inside a function of h2.h. */
static bool inside;

#define OUTSIDE(call)           \
	do {                    \
		inside = true;  \
		call;           \
		inside = false; \
	} while (0)

static const struct rk_h2_header ok_headers[] = {
	{":status",      {(const uint8_t *)"200", 3}              },
	{"content-type", {(const uint8_t *)"application/grpc", 16}},
};
static const struct rk_h2_header trailers[] = {
	{"grpc-status", {(const uint8_t *)"0", 1}},
};
/* More than nghttp2 puts into one block. */
static const uint8_t bloat[100000] = {'x'};
static const struct rk_h2_header bloated = {
	"x-bloated", {bloat, sizeof bloat}
};

static void must(enum rk_status status)
{
	inside = false;
	assert_int_equal(status, RK_OK);
}

#define MUST(call) (inside = true, must(call))

static void fill(struct seen *seen)
{
	static const uint8_t piece[10000];

	while (seen->to_send > 0 && !rk_h2_is_full(seen->stream)) {
		size_t len = seen->to_send < sizeof piece ? seen->to_send : sizeof piece;

		MUST(rk_h2_send(seen->stream, rk_slice_of(piece, len)));
		seen->to_send -= len;
		if (seen->to_send == 0)
			MUST(rk_h2_end(seen->stream, trailers, 1));
	}
	if (seen->to_send > 0)
		seen->most_full++;
}

static void on_begin(struct rk_h2 *h2, struct rk_h2_stream *stream, void *arg)
{
	struct end *end = arg;
	struct seen *seen = &end->seen[end->count++ % CALLS];

	assert_false(inside);
	assert_ptr_equal(rk_h2_of(stream), h2);
	memset(seen, 0, sizeof *seen);
	seen->stream = stream;
	seen->begun = 1;
	rk_h2_set(stream, seen);
}

static void keep(char *out, size_t size, struct rk_slice value)
{
	(void)snprintf(out, size, "%.*s", (int)value.len, (const char *)value.at);
}

static void on_header(
	struct rk_h2_stream *stream, struct rk_slice name, struct rk_slice value, void *arg)
{
	struct seen *seen = rk_h2_get(stream);

	(void)arg;
	assert_false(inside);
	if (rk_slice_equal_str(name, ":path"))
		keep(seen->path, sizeof seen->path, value);
	if (rk_slice_equal_str(name, ":status"))
		keep(seen->status, sizeof seen->status, value);
	if (rk_slice_equal_str(name, "grpc-status"))
		keep(seen->grpc_status, sizeof seen->grpc_status, value);
}

static void on_headers_end(struct rk_h2_stream *stream, void *arg)
{
	struct end *end = arg;
	struct seen *seen = rk_h2_get(stream);

	assert_false(inside);
	seen->headers++;
	if (end->is_server && strcmp(seen->path, "/early") == 0)
		MUST(rk_h2_respond(stream, ok_headers, 2, true));
	if (end->is_server && strcmp(seen->path, "/reset") == 0)
		OUTSIDE(rk_h2_reset(stream, NGHTTP2_CANCEL));
}

static void on_data(struct rk_h2_stream *stream, struct rk_slice bytes, void *arg)
{
	struct end *end = arg;
	struct seen *seen = rk_h2_get(stream);

	assert_false(inside);
	must(rk_buf_add_slice(&seen->body, bytes));
	seen->held += bytes.len;
	if (seen->held > seen->most_held)
		seen->most_held = seen->held;
	if (!end->hold) {
		OUTSIDE(rk_h2_consumed(stream, bytes.len));
		seen->held -= bytes.len;
	}
	if (end->close_in_data)
		OUTSIDE(rk_h2_close(end->h2));
	if (end->free_in_data)
		OUTSIDE(rk_h2_free(&end->h2));
}

static void answer(struct seen *seen)
{
	if (strcmp(seen->path, "/echo") == 0) {
		MUST(rk_h2_respond(seen->stream, ok_headers, 2, false));
		MUST(rk_h2_send(seen->stream, rk_buf_slice(&seen->body)));
		MUST(rk_h2_end(seen->stream, trailers, 1));
	} else if (strcmp(seen->path, "/bloated") == 0) {
		MUST(rk_h2_respond(seen->stream, &bloated, 1, true));
	} else if (strcmp(seen->path, "/bloated-end") == 0) {
		MUST(rk_h2_respond(seen->stream, ok_headers, 2, false));
		MUST(rk_h2_end(seen->stream, &bloated, 1));
	} else if (strcmp(seen->path, "/big") == 0) {
		MUST(rk_h2_respond(seen->stream, ok_headers, 2, false));
		seen->to_send = BIG;
		fill(seen);
	}
}

static void on_end(struct rk_h2_stream *stream, void *arg)
{
	struct end *end = arg;
	struct seen *seen = rk_h2_get(stream);

	assert_false(inside);
	seen->ends++;
	if (end->is_server)
		answer(seen);
}

static void on_close(struct rk_h2_stream *stream, uint32_t code, void *arg)
{
	struct seen *seen = rk_h2_get(stream);

	(void)arg;
	assert_false(inside);
	assert_ptr_equal(seen->stream, stream);
	seen->stream = NULL;
	seen->closed++;
	seen->code = code;
}

static void on_drained(struct rk_h2_stream *stream, void *arg)
{
	struct seen *seen = rk_h2_get(stream);

	(void)arg;
	assert_false(inside);
	seen->drained++;
	fill(seen);
}

static void on_goaway(struct rk_h2 *h2, uint32_t code, void *arg)
{
	struct end *end = arg;

	(void)h2;
	assert_false(inside);
	end->goaways++;
	end->goaway_code = code;
}

static void on_dead(struct rk_h2 *h2, const char *why, void *arg)
{
	struct end *end = arg;

	assert_false(inside);
	assert_ptr_equal(rk_h2_arg(h2), end);
	assert_int_equal(rk_h2_streams(h2), 0);
	end->dead++;
	(void)snprintf(end->why, sizeof end->why, "%s", why);
	if (end->free_in_dead)
		OUTSIDE(rk_h2_free(&end->h2));
}

static void on_limit(struct rk_h2 *h2, enum rk_h2_guard_kind kind, void *arg)
{
	struct end *end = arg;

	(void)h2;
	end->reached[kind]++;
}

static const struct rk_h2_events events = {on_begin, on_header, on_headers_end, on_data, on_end,
	on_close, on_drained, on_goaway, on_dead, on_limit};

static void turns(int count)
{
	for (int i = 0; i < count; i++) {
		(void)event_base_loopexit(pair.base, &(struct timeval){0, 5000});
		(void)event_base_loop(pair.base, EVLOOP_ONCE);
	}
}

/* Turns the loop until condition, at most a minute: the machine may be busy. */
#define UNTIL(condition)                                  \
	do {                                              \
		time_t end_ = time(NULL) + 60;            \
		while (!(condition) && time(NULL) < end_) \
			turns(1);                         \
		assert_true(condition);                   \
	} while (0)

static void on_relief(evutil_socket_t fd, short what, void *arg)
{
	struct end *end = arg;
	static const struct timeval soon = {0, 1000};

	(void)fd;
	(void)what;
	for (int i = 0; i < CALLS; i++) {
		struct seen *seen = &end->seen[i];

		if (!seen->stream || seen->held == 0)
			continue;
		OUTSIDE(rk_h2_consumed(seen->stream, seen->held));
		seen->held = 0;
	}
	(void)event_add(end->relief, &soon);
}

static void begin_relief(struct end *end)
{
	end->hold = true;
	end->relief = event_new(pair.base, -1, 0, on_relief, end);
	on_relief(-1, 0, end);
}

static SSL *session(bool is_server)
{
	RK_AUTO(rk_tls_free) struct rk_tls *tls = NULL;
	const struct test_cert *leaf = is_server ? &server_cert : &client_cert;
	struct rk_tls_files files = {
		.ca = ca.cert_path, .cert = leaf->cert_path, .key = leaf->key_path};
	struct rk_err err = {0};
	SSL *ssl = NULL;

	assert_ok(is_server ? rk_tls_server(&files, &tls, &err) : rk_tls_client(&files, &tls, &err),
		err);
	assert_ok(rk_tls_session(tls, is_server ? NULL : "localhost", &ssl, &err), err);
	return ssl;
}

static void open_session(struct end *end, bool is_server, struct bufferevent **bev)
{
	struct rk_err err = {0};

	memset(end, 0, sizeof *end);
	end->is_server = is_server;
	inside = true;
	assert_ok(rk_h2_create(is_server ? RK_H2_SERVER : RK_H2_CLIENT, *bev, &limits, &events, end,
			  &end->h2, &err),
		err);
	inside = false;
	*bev = NULL;
}

/* Two sessions over real TLS. */
static void meet(void)
{
	pair_open(&pair, session(true), session(false));
	pair_shake(&pair);
	assert_true(pair.server.secured && pair.client.secured);
	open_session(&server, true, &pair.server.bev);
	open_session(&client, false, &pair.client.bev);
}

static void end_clear(struct end *end)
{
	rk_h2_free(&end->h2);
	for (int i = 0; i < CALLS; i++)
		rk_buf_clear(&end->seen[i].body);
	if (end->relief)
		event_free(end->relief);
	memset(end, 0, sizeof *end);
}

static int part(void **unused)
{
	(void)unused;
	end_clear(&client);
	end_clear(&server);
	if (pair.base)
		pair_close(&pair);
	memset(&pair, 0, sizeof pair);
	limits = rk_h2_limits_default;
	rk_clock_set(0, 0);
	return 0;
}

static enum rk_status try_call(
	const char *path, const struct rk_h2_header *more, size_t count, struct seen **out)
{
	struct rk_h2_header headers[400] = {
		{":method",    rk_slice_str("POST")     },
		{":scheme",    rk_slice_str("https")    },
		{":authority", rk_slice_str("localhost")},
		{":path",      rk_slice_str(path)       },
		{"te",         rk_slice_str("trailers") },
	};
	struct seen *seen = &client.seen[client.count % CALLS];
	struct rk_h2_stream *stream = NULL;
	struct rk_err err = {0};
	enum rk_status status;

	for (size_t i = 0; i < count; i++)
		headers[5 + i] = more[i];
	memset(seen, 0, sizeof *seen);
	inside = true;
	status = rk_h2_request(client.h2, headers, 5 + count, seen, &stream, &err);
	inside = false;
	if (status != RK_OK)
		return status;
	client.count++;
	seen->stream = stream;
	*out = seen;
	return RK_OK;
}

static struct seen *call(const char *path)
{
	struct seen *seen = NULL;

	assert_int_equal(try_call(path, NULL, 0, &seen), RK_OK);
	return seen;
}

static void say(struct seen *seen, const char *text)
{
	MUST(rk_h2_send(seen->stream, rk_slice_str(text)));
	MUST(rk_h2_end(seen->stream, NULL, 0));
}

static void a_unary_call_goes_there_and_back(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	seen = call("/echo");
	say(seen, "hello");
	UNTIL(seen->closed && server.seen[0].closed);
	assert_string_equal(seen->status, "200");
	assert_string_equal(seen->grpc_status, "0");
	assert_buf_equal(&seen->body, "hello");
	assert_int_equal(seen->headers, 2);
	assert_int_equal(seen->ends, 1);
	assert_int_equal(seen->closed, 1);
	assert_int_equal(seen->code, 0);
	assert_string_equal(server.seen[0].path, "/echo");
	assert_int_equal(server.seen[0].headers, 1);
	assert_int_equal(server.seen[0].ends, 1);
	assert_int_equal(server.seen[0].code, 0);
	assert_int_equal(rk_h2_streams(client.h2) + rk_h2_streams(server.h2), 0);
}

static void an_answer_may_be_headers_alone(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	/* The server does not wait for the request's end, which never comes. */
	seen = call("/early");
	UNTIL(seen->closed && server.seen[0].closed);
	assert_string_equal(seen->status, "200");
	assert_int_equal(seen->headers, 1);
	assert_int_equal(seen->ends, 1);
	assert_int_equal(seen->code, 0);
	assert_int_equal(server.seen[0].code, 0);
	assert_int_equal(server.seen[0].ends, 0);
}

static void many_calls_share_a_connection(void **unused)
{
	struct seen *seen[32];

	(void)unused;
	meet();
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 32; i++) {
			seen[i] = call("/echo");
			say(seen[i], "x");
		}
		for (int i = 0; i < 32; i++)
			UNTIL(seen[i]->closed);
		for (int i = 0; i < CALLS; i++) {
			rk_buf_clear(&client.seen[i].body);
			UNTIL(!server.seen[i].stream);
			rk_buf_clear(&server.seen[i].body);
		}
	}
	assert_int_equal(server.count, 640);
	assert_int_equal(client.dead + server.dead, 0);
}

static void large_bodies_are_held_back_both_ways(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	begin_relief(&server);
	begin_relief(&client);
	seen = call("/big");
	seen->to_send = BIG;
	fill(seen);
	UNTIL(seen->closed && server.seen[0].closed);
	assert_int_equal(server.seen[0].body.len, BIG);
	assert_int_equal(seen->body.len, BIG);
	assert_string_equal(seen->grpc_status, "0");
	assert_true(seen->drained > 5 && server.seen[0].drained > 5);
	assert_in_range(server.seen[0].most_held, 1, limits.stream_window);
	assert_in_range(seen->most_held, 1, limits.stream_window);
}

static void many_large_bodies_come_at_once(void **unused)
{
	struct seen *seen[16];

	(void)unused;
	meet();
	for (int i = 0; i < 16; i++) {
		seen[i] = call("/big");
		say(seen[i], "please");
	}
	for (int i = 0; i < 16; i++) {
		UNTIL(seen[i]->closed);
		assert_int_equal(seen[i]->body.len, BIG);
	}
}

static void nothing_given_back_holds_the_peer_for_ever(void **unused)
{
	struct seen *seen, *other;

	(void)unused;
	meet();
	server.hold = true;
	seen = call("/big");
	seen->to_send = BIG;
	fill(seen);
	turns(60);
	assert_int_equal(server.seen[0].body.len, limits.stream_window);
	assert_true(rk_h2_is_full(seen->stream));
	/* The others go on: the session's window is larger than a stream's. */
	other = call("/echo");
	say(other, "short");
	UNTIL(other->closed);
	assert_buf_equal(&other->body, "short");
	/* What the stream never gave back returns with its end. */
	for (int i = 0; i < 12; i++) {
		OUTSIDE(rk_h2_reset(seen->stream, NGHTTP2_CANCEL));
		UNTIL(seen->closed && rk_h2_streams(server.h2) == 0);
		seen = call("/big");
		seen->to_send = BIG;
		fill(seen);
		turns(20);
		assert_int_equal(server.seen[i + 2].body.len, limits.stream_window);
	}
}

static void a_reset_ends_the_stream_on_both_ends(void **unused)
{
	struct seen *by_server, *by_client;

	(void)unused;
	meet();
	by_server = call("/reset");
	UNTIL(by_server->closed && server.seen[0].closed);
	assert_int_equal(by_server->code, NGHTTP2_CANCEL);
	by_client = call("/wait");
	UNTIL(server.count == 2 && server.seen[1].headers);
	OUTSIDE(rk_h2_reset(by_client->stream, NGHTTP2_CANCEL));
	assert_int_equal(rk_h2_send(by_client->stream, bytes("late")), RK_UNAVAILABLE);
	UNTIL(by_client->closed && server.seen[1].closed);
	assert_int_equal(server.seen[1].code, NGHTTP2_CANCEL);
	assert_int_equal(server.seen[1].ends, 0);
	assert_int_equal(client.dead + server.dead, 0);
}

static void headers_that_cannot_be_sent_end_the_stream(void **unused)
{
	static const char *const paths[] = {"/bloated", "/bloated-end"};

	(void)unused;
	meet();
	for (int i = 0; i < 2; i++) {
		struct seen *seen = call(paths[i]);

		say(seen, "hello");
		UNTIL(seen->closed && server.seen[i].closed);
		assert_int_equal(seen->code, NGHTTP2_INTERNAL_ERROR);
	}
	assert_int_equal(client.dead + server.dead, 0);
}

static void a_cut_connection_closes_every_stream_once(void **unused)
{
	struct seen *seen[5], *late;

	(void)unused;
	meet();
	for (int i = 0; i < 5; i++) {
		seen[i] = call("/wait");
		say(seen[i], "x");
	}
	UNTIL(server.count == 5 && server.seen[4].ends);
	(void)shutdown(pair.server.fd, SHUT_RDWR);
	UNTIL(client.dead && server.dead);
	turns(10);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(seen[i]->closed, 1);
		assert_int_equal(seen[i]->code, RK_H2_LOST);
		assert_int_equal(server.seen[i].closed, 1);
		assert_int_equal(server.seen[i].code, RK_H2_LOST);
	}
	assert_int_equal(client.dead, 1);
	assert_int_equal(server.dead, 1);
	assert_string_equal(client.why, "the connection was cut off");
	assert_int_equal(try_call("/echo", NULL, 0, &late), RK_UNAVAILABLE);
}

static void closing_ends_everything_at_once(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	server.free_in_dead = true;
	seen = call("/wait");
	UNTIL(server.count == 1 && server.seen[0].headers);
	OUTSIDE(rk_h2_close(server.h2));
	assert_int_equal(server.dead, 0);
	UNTIL(client.dead && server.dead);
	assert_null(server.h2);
	assert_int_equal(seen->closed, 1);
	assert_int_equal(server.seen[0].closed, 1);
	assert_string_equal(client.why, "the peer closed the connection with 1 streams open");
}

static void a_request_that_never_left_was_certainly_not_seen(void **unused)
{
	struct seen *sent, *kept;

	(void)unused;
	meet();
	sent = call("/wait");
	UNTIL(server.count == 1 && server.seen[0].headers);
	kept = call("/wait");
	OUTSIDE(rk_h2_close(client.h2));
	UNTIL(client.dead && server.dead);
	assert_int_equal(sent->code, RK_H2_LOST);
	assert_int_equal(kept->code, NGHTTP2_REFUSED_STREAM);
	assert_int_equal(server.count, 1);
}

static void a_session_may_be_closed_within_an_event(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	server.close_in_data = true;
	seen = call("/echo");
	say(seen, "boom");
	UNTIL(client.dead && server.dead);
	assert_int_equal(server.seen[0].closed, 1);
	assert_int_equal(server.seen[0].ends, 0);
	assert_int_equal(seen->closed, 1);
}

static void a_session_may_be_freed_within_an_event(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	server.free_in_data = true;
	seen = call("/echo");
	say(seen, "boom");
	UNTIL(client.dead);
	assert_null(server.h2);
	assert_int_equal(server.dead, 0);
	assert_int_equal(server.seen[0].closed, 0);
	assert_int_equal(seen->closed, 1);
}

static void a_drain_lets_running_calls_finish(void **unused)
{
	struct seen *running, *late;

	(void)unused;
	meet();
	running = call("/echo");
	UNTIL(server.count == 1 && server.seen[0].headers);
	OUTSIDE(rk_h2_drain(server.h2));
	UNTIL(client.goaways == 2);
	assert_int_equal(client.goaway_code, 0);
	assert_int_equal(try_call("/echo", NULL, 0, &late), RK_UNAVAILABLE);
	assert_int_equal(client.dead + server.dead, 0);
	say(running, "finished");
	UNTIL(client.dead && server.dead);
	assert_buf_equal(&running->body, "finished");
	assert_int_equal(running->code, 0);
	assert_string_equal(client.why, "");
	assert_string_equal(server.why, "");
}

static void a_request_on_its_way_is_served_by_a_draining_server(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	turns(5);
	/* Both happen before either hears of the other. */
	seen = call("/echo");
	say(seen, "just in time");
	OUTSIDE(rk_h2_drain(server.h2));
	UNTIL(client.dead && server.dead);
	assert_buf_equal(&seen->body, "just in time");
}

static void a_client_can_drain_too(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	seen = call("/echo");
	OUTSIDE(rk_h2_drain(client.h2));
	say(seen, "last");
	UNTIL(client.dead && server.dead);
	assert_buf_equal(&seen->body, "last");
	assert_string_equal(client.why, "");
	assert_string_equal(server.why, "");
}

static void too_many_fields_cost_the_stream(void **unused)
{
	struct rk_h2_header more[60];
	struct seen *seen, *next;

	(void)unused;
	limits.max_header_fields = 40;
	meet();
	for (int i = 0; i < 50; i++)
		more[i] = (struct rk_h2_header){"x-more", rk_slice_str("1")};
	assert_int_equal(try_call("/echo", more, 50, &seen), RK_OK);
	next = call("/echo");
	say(next, "unharmed");
	UNTIL(seen->closed && next->closed && server.seen[0].closed);
	assert_int_equal(seen->code, NGHTTP2_ENHANCE_YOUR_CALM);
	assert_int_equal(server.seen[0].headers, 0);
	assert_buf_equal(&next->body, "unharmed");
}

static void a_large_header_list_costs_the_stream(void **unused)
{
	static char value[6000];
	struct rk_h2_header more[3];
	struct seen *seen;

	(void)unused;
	meet();
	memset(value, 'v', sizeof value - 1);
	for (int i = 0; i < 3; i++)
		more[i] = (struct rk_h2_header){"x-more", rk_slice_str(value)};
	assert_int_equal(try_call("/echo", more, 3, &seen), RK_OK);
	UNTIL(seen->closed && server.seen[0].closed);
	assert_int_equal(seen->code, NGHTTP2_ENHANCE_YOUR_CALM);
	assert_int_equal(server.dead, 0);
}

static void twice_the_header_limit_costs_the_connection(void **unused)
{
	struct rk_h2_header more[60];
	struct seen *seen;

	(void)unused;
	limits.max_header_fields = 20;
	meet();
	for (int i = 0; i < 50; i++)
		more[i] = (struct rk_h2_header){"x-more", rk_slice_str("1")};
	assert_int_equal(try_call("/echo", more, 50, &seen), RK_OK);
	UNTIL(client.dead && server.dead);
	assert_int_equal(client.goaway_code, NGHTTP2_ENHANCE_YOUR_CALM);
	assert_string_equal(server.why, "a header list of over 32768 bytes or 40 fields");
	assert_contains(client.why, "the peer ended the connection: ENHANCE_YOUR_CALM");
	assert_int_equal(server.seen[0].closed, 1);
	assert_int_equal(seen->closed, 1);
}

static void more_streams_than_allowed_are_not_begun(void **unused)
{
	struct seen *seen;

	(void)unused;
	limits.max_streams = 3;
	meet();
	for (int i = 0; i < 3; i++)
		seen = call("/wait");
	assert_int_equal(try_call("/wait", NULL, 0, &seen), RK_UNAVAILABLE);
	assert_int_equal(rk_h2_streams(client.h2), 3);
}

static void a_connection_has_a_life(void **unused)
{
	struct seen *seen;

	(void)unused;
	limits.max_streams_life = 3;
	meet();
	for (int i = 0; i < 3; i++) {
		seen = call("/echo");
		say(seen, "x");
	}
	UNTIL(client.dead && server.dead);
	for (int i = 0; i < 3; i++)
		assert_buf_equal(&client.seen[i].body, "x");
	assert_int_equal(client.goaways > 0, 1);
	assert_string_equal(server.why, "");
}

static void order_of_the_own_side_is_watched(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	seen = call("/wait");
	say(seen, "x");
	assert_int_equal(rk_h2_send(seen->stream, bytes("y")), RK_FAILED_PRECONDITION);
	assert_int_equal(rk_h2_end(seen->stream, NULL, 0), RK_FAILED_PRECONDITION);
	UNTIL(server.count == 1 && server.seen[0].ends);
	assert_int_equal(rk_h2_send(server.seen[0].stream, bytes("y")), RK_FAILED_PRECONDITION);
	MUST(rk_h2_respond(server.seen[0].stream, ok_headers, 2, false));
	assert_int_equal(
		rk_h2_respond(server.seen[0].stream, ok_headers, 2, false), RK_FAILED_PRECONDITION);
}

/* A server without TLS, and a peer that writes whatever the test likes. */
static void face_raw_bytes(struct bufferevent **peer)
{
	struct bufferevent *ends[2];

	memset(&pair, 0, sizeof pair);
	pair.base = event_base_new();
	assert_int_equal(bufferevent_pair_new(pair.base, BEV_OPT_CLOSE_ON_FREE, ends), 0);
	open_session(&server, true, &ends[0]);
	(void)bufferevent_enable(ends[1], EV_READ | EV_WRITE);
	*peer = pair.client.bev = ends[1];
}

#define MAGIC        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define NO_SETTINGS  "\0\0\0\4\0\0\0\0\0"
#define SETTINGS_ACK "\0\0\0\4\1\0\0\0\0"
#define HELLO        MAGIC NO_SETTINGS SETTINGS_ACK

static void write_raw(struct bufferevent *peer, struct rk_slice what, int times)
{
	for (int i = 0; i < times; i++)
		(void)bufferevent_write(peer, what.at, what.len);
}

/* The server ends the connection, for this reason, when it gets these bytes so often, and not before. */
static void too_many(struct rk_slice what, int allowed, const char *why)
{
	struct bufferevent *peer;

	face_raw_bytes(&peer);
	write_raw(peer, bytes(HELLO), 1);
	write_raw(peer, what, allowed);
	turns(10);
	assert_int_equal(server.dead, 0);
	write_raw(peer, what, 40);
	UNTIL(server.dead);
	assert_string_equal(server.why, why);
	(void)part(NULL);
}

static void floods_end_the_connection(void **unused)
{
	(void)unused;
	too_many(bytes("\0\0\10\6\0\0\0\0\0abcdefgh"), 10, "the peer sent too many PING frames");
	too_many(bytes(NO_SETTINGS), 9, "the peer sent too many SETTINGS frames");
	too_many(bytes("\0\0\4\10\0\0\0\0\0\0\0\0\1"), 100,
		"the peer sent too many WINDOW_UPDATE frames");
	too_many(bytes("\0\0\5\2\0\0\0\0\1\0\0\0\0\1"), 100,
		"the peer sent too many PRIORITY frames");
	too_many(bytes("\0\0\1\x2a\0\0\0\0\0x"), 100,
		"the peer sent too many frames of unknown type");
}

/* The clock stands still from the first time on. */
static void later(int64_t ms)
{
	rk_clock_set(0, rk_clock_ms() + ms);
}

/* A request for /big, whose answer is larger than every window. */
#define BIG_REQUEST "\0\0\24\1\5\0\0\0\1\40\203\207\4\4/big\1\11localhost"

/* The same while the clock runs fast. */
#define UNTIL_LATE(condition)                               \
	do {                                                \
		time_t end_ = time(NULL) + 60;              \
		while (!(condition) && time(NULL) < end_) { \
			later(1000);                        \
			turns(1);                           \
		}                                           \
		assert_true(condition);                     \
	} while (0)

static void what_comes_too_late_ends_the_connection(void **unused)
{
	struct bufferevent *peer;

	(void)unused;
	face_raw_bytes(&peer);
	write_raw(peer, bytes("PRI * HTTP"), 1);
	turns(5);
	assert_int_equal(server.dead, 0);
	UNTIL_LATE(server.reached[RK_H2_GUARD_PREFACE]);
	UNTIL_LATE(server.dead);
	assert_string_equal(server.why, "the peer took too many seconds for the preface");
	(void)part(NULL);
	face_raw_bytes(&peer);
	write_raw(peer, bytes(HELLO "\0\0\24\1\5\0\0\0\1\40"), 1);
	turns(5);
	UNTIL_LATE(server.reached[RK_H2_GUARD_BLOCK]);
	UNTIL_LATE(server.dead);
}

static void an_answer_that_nobody_takes_ends_the_connection(void **unused)
{
	struct bufferevent *peer;

	(void)unused;
	face_raw_bytes(&peer);
	write_raw(peer, bytes(HELLO BIG_REQUEST), 1);
	UNTIL(server.count == 1);
	UNTIL_LATE(server.reached[RK_H2_GUARD_STALL]);
	UNTIL_LATE(server.dead);
	assert_string_equal(server.why, "the peer took too many seconds without reading");
}

/* What a busy server does: its window stays closed, the line does not. */
static void a_request_may_wait_for_the_server_as_long_as_it_likes(void **unused)
{
	struct seen *seen;
	time_t end;

	(void)unused;
	meet();
	server.hold = true;
	seen = call("/big");
	seen->to_send = BIG;
	fill(seen);
	UNTIL(server.seen[0].body.len == limits.stream_window);
	/* The watch looks twice a second, by the true clock. */
	for (end = time(NULL) + 3; time(NULL) < end;) {
		later(1000);
		turns(1);
	}
	assert_int_equal(client.reached[RK_H2_GUARD_STALL], 0);
	assert_int_equal(client.dead, 0);
	assert_int_equal(server.dead, 0);
	assert_false(seen->closed);
}

static void a_peer_that_does_not_hang_on_is_told_why_it_goes(void **unused)
{
	static const char goaway[] = "\0\0\10\7\0\0\0\0\0\0\0\0\0\0\0\0\13";
	struct bufferevent *peer;
	struct evbuffer *input;

	(void)unused;
	face_raw_bytes(&peer);
	input = bufferevent_get_input(peer);
	write_raw(peer, bytes(HELLO), 1);
	turns(5);
	OUTSIDE(rk_h2_refuse(server.h2, NGHTTP2_ENHANCE_YOUR_CALM, "too many of you"));
	write_raw(peer, bytes("\0\0\10\6\1\0\0\0\0abcdefgh"), 10);
	turns(20);
	assert_int_not_equal(evbuffer_search(input, goaway, sizeof goaway - 1, NULL).pos, -1);
	assert_int_equal(server.dead, 0);
	bufferevent_free(peer);
	pair.client.bev = NULL;
	UNTIL(server.dead);
	assert_string_equal(server.why, "too many of you");
}

static void one_long_value_or_path_costs_the_stream(void **unused)
{
	static uint8_t text[4097];
	struct rk_h2_header header = {
		"x-long", {text, 4096}
        };
	struct seen *first, *second, *third;

	(void)unused;
	memset(text, 'a', sizeof text);
	meet();
	assert_int_equal(try_call("/echo", &header, 1, &first), RK_OK);
	say(first, "x");
	header.value.len = 4097;
	assert_int_equal(try_call("/echo", &header, 1, &second), RK_OK);
	UNTIL(first->closed && second->closed);
	assert_string_equal(first->grpc_status, "0");
	assert_int_equal(second->code, NGHTTP2_ENHANCE_YOUR_CALM);
	text[0] = '/';
	text[1025] = '\0';
	third = call((const char *)text);
	UNTIL(third->closed);
	assert_int_equal(third->code, NGHTTP2_ENHANCE_YOUR_CALM);
	assert_int_equal(server.reached[RK_H2_GUARD_HEADER_LIST], 2);
	assert_int_equal(server.dead, 0);
}

static void update_keys(int times)
{
	for (int i = 0; i < times; i++) {
		assert_int_equal(SSL_key_update(pair.client.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
		assert_int_equal(SSL_do_handshake(pair.client.ssl), 1);
		turns(1);
	}
}

static void a_hundred_new_keys_are_enough(void **unused)
{
	(void)unused;
	pair_open(&pair, session(true), session(false));
	pair_shake(&pair);
	open_session(&server, true, &pair.server.bev);
	update_keys(99);
	turns(20);
	assert_int_equal(server.reached[RK_H2_GUARD_KEY_UPDATE], 0);
	update_keys(5);
	UNTIL(server.reached[RK_H2_GUARD_KEY_UPDATE] == 1);
	UNTIL_LATE(server.dead);
	assert_string_equal(server.why, "the peer sent too many KeyUpdate messages of TLS");
}

static void fewer_new_keys_are_enough_where_that_is_set(void **unused)
{
	static struct rk_h2_guard_limits tight;

	(void)unused;
	tight = rk_h2_guard_limits_default;
	tight.buckets[RK_H2_GUARD_KEY_UPDATE].burst = 3;
	limits.guard = &tight;
	pair_open(&pair, session(true), session(false));
	pair_shake(&pair);
	open_session(&server, true, &pair.server.bev);
	update_keys(2);
	turns(20);
	assert_int_equal(server.reached[RK_H2_GUARD_KEY_UPDATE], 0);
	update_keys(5);
	UNTIL(server.reached[RK_H2_GUARD_KEY_UPDATE] == 1);
	UNTIL_LATE(server.dead);
	(void)part(NULL);
}

static void a_peer_that_is_not_http2_is_told_off(void **unused)
{
	struct bufferevent *peer;

	(void)unused;
	face_raw_bytes(&peer);
	write_raw(peer, bytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), 1);
	UNTIL(server.dead);
	assert_string_equal(server.why, "the peer does not speak HTTP/2");
}

static void settings_must_be_acknowledged_in_time(void **unused)
{
	struct bufferevent *peer;

	(void)unused;
	limits.settings_timeout_ms = 60;
	face_raw_bytes(&peer);
	write_raw(peer, bytes(MAGIC NO_SETTINGS), 1);
	UNTIL(server.dead);
	assert_string_equal(server.why, "the peer did not acknowledge SETTINGS within 60 ms");
	(void)part(NULL);
	limits.settings_timeout_ms = 60;
	face_raw_bytes(&peer);
	write_raw(peer, bytes(HELLO), 1);
	turns(40);
	assert_int_equal(server.dead, 0);
}

static void a_long_block_of_continuations_is_refused(void **unused)
{
	struct bufferevent *peer;

	(void)unused;
	face_raw_bytes(&peer);
	write_raw(peer, bytes(HELLO "\0\0\2\1\0\0\0\0\1\x20\x83"), 1);
	write_raw(peer, bytes("\0\0\1\x09\0\0\0\0\1\x87"), 3);
	UNTIL(server.dead);
	assert_string_equal(server.why, "the peer sent too many CONTINUATION frames in one block");
}

static void a_broken_header_block_ends_the_connection(void **unused)
{
	struct bufferevent *peer;

	(void)unused;
	face_raw_bytes(&peer);
	write_raw(peer, bytes(HELLO "\0\0\1\1\5\0\0\0\1\x80"), 1);
	UNTIL(server.dead);
	assert_string_equal(server.why, "the connection was ended for COMPRESSION_ERROR");
	assert_int_equal(server.count, server.seen[0].closed);
}

/* A request whose body never ends, and a piece of it. */
#define LONG_REQUEST "\0\0\24\1\4\0\0\0\1\40\203\207\4\4/big\1\11localhost"
#define PIECE        "\0\0\10\0\0\0\0\0\1abcdefgh"

static void a_long_burst_leaves_turns_to_others(void **unused)
{
	static const char piece[] = PIECE;
	struct bufferevent *peer;
	struct evbuffer *input;
	size_t least = SIZE_MAX;

	(void)unused;
	face_raw_bytes(&peer);
	input = bufferevent_get_input(bufferevent_pair_get_partner(peer));
	write_raw(peer, bytes(HELLO LONG_REQUEST), 1);
	turns(5);
	write_raw(peer, rk_slice_of(piece, sizeof piece - 1), 1000);
	for (int i = 0; i < 50; i++) {
		size_t left;

		(void)event_base_loop(pair.base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
		left = evbuffer_get_length(input);
		if (left > 0 && left < least)
			least = left;
	}
	assert_in_range(least, 1, 700 * (sizeof piece - 1));
	assert_int_equal(evbuffer_get_length(input), 0);
	assert_int_equal(server.dead, 0);
}

/* The most that is taken of one connection before the loop turns, of more than enough. */
static size_t most_of_a_turn(uint32_t turn_bytes, uint32_t turn_frames)
{
	static const char piece[] = PIECE;
	struct bufferevent *peer;
	struct evbuffer *input;
	size_t most = 0, before;

	limits.turn_bytes = turn_bytes;
	limits.turn_frames = turn_frames;
	face_raw_bytes(&peer);
	input = bufferevent_get_input(bufferevent_pair_get_partner(peer));
	write_raw(peer, bytes(HELLO LONG_REQUEST), 1);
	turns(5);
	write_raw(peer, rk_slice_of(piece, sizeof piece - 1), 3000);
	for (int i = 0; i < 50; i++) {
		before = evbuffer_get_length(input);
		(void)event_base_loop(pair.base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
		if (before > evbuffer_get_length(input) &&
			before - evbuffer_get_length(input) > most)
			most = before - evbuffer_get_length(input);
	}
	assert_int_equal(server.dead, 0);
	(void)part(NULL);
	return most;
}

static void a_turn_is_as_long_as_it_is_set(void **unused)
{
	(void)unused;
	/* Frames are looked at between two pieces of 4 KiB. */
	assert_in_range(most_of_a_turn(65536, 16), 1, 4096);
	assert_in_range(most_of_a_turn(65536, 256), 4097, 8192);
	assert_in_range(most_of_a_turn(16384, 10000), 8193, 16384 + 4096);
	assert_in_range(most_of_a_turn(65536, 10000), 16384 + 4097, 65536);
}

/* Windows of a mebibyte. */
#define WIDE_HELLO \
	MAGIC "\0\0\6\4\0\0\0\0\0\0\4\0\20\0\0" SETTINGS_ACK "\0\0\4\10\0\0\0\0\0\0\20\0\0"

static size_t written_for_nobody(uint32_t output_bytes)
{
	struct bufferevent *peer;
	size_t written;

	limits.output_bytes = output_bytes;
	face_raw_bytes(&peer);
	(void)bufferevent_disable(peer, EV_READ);
	write_raw(peer, bytes(WIDE_HELLO BIG_REQUEST), 1);
	turns(50);
	written = evbuffer_get_length(bufferevent_get_output(bufferevent_pair_get_partner(peer)));
	assert_int_equal(server.dead, 0);
	(void)part(NULL);
	return written;
}

static void no_frame_is_made_above_what_the_transport_may_hold(void **unused)
{
	enum { FRAME = 16384 + 9 };

	(void)unused;
	assert_in_range(written_for_nobody(32768), 32768, 32768 + FRAME);
	assert_in_range(written_for_nobody(131072), 131072, 131072 + FRAME);
}

/* More than is read at once, its last TLS record perhaps in halves: nothing comes after it to wake the reader. */
static void the_rest_of_a_record_is_not_forgotten(void **unused)
{
	enum { FIRST = 100, RECORD = 16384, MOST = 11 };

	static uint8_t frames[FIRST + MOST * RECORD];

	(void)unused;
	for (int count = 4; count <= MOST; count++) {
		size_t size = FIRST + (size_t)count * RECORD, at = sizeof HELLO LONG_REQUEST - 1,
		       rest;

		memcpy(frames, HELLO LONG_REQUEST, at);
		for (; at + 200 < size; at += 17)
			memcpy(frames + at, PIECE, 17);
		rest = size - at - 9;
		memset(frames + at, 0, 9);
		frames[at + 2] = (uint8_t)rest;
		frames[at + 3] = NGHTTP2_GOAWAY;
		pair_open(&pair, session(true), session(false));
		pair_shake(&pair);
		assert_int_equal(SSL_write(pair.client.ssl, frames, FIRST), FIRST);
		for (at = FIRST; at < size; at += RECORD)
			assert_int_equal(SSL_write(pair.client.ssl, frames + at, RECORD), RECORD);
		open_session(&server, true, &pair.server.bev);
		UNTIL(server.goaways == 1);
		(void)part(NULL);
	}
}

static int prepare(void **unused)
{
	(void)unused;
	limits = rk_h2_limits_default;
	(void)snprintf(folder, sizeof folder, P_tmpdir "/renkei-h2-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	ca = test_ca(folder, "ca");
	server_cert = test_issue(folder, &ca,
		&(struct test_leaf){.name = "server", .eku = "serverAuth", .san = "DNS:localhost"});
	client_cert = test_issue(folder, &ca,
		&(struct test_leaf){.name = "client",
			.eku = "clientAuth",
			.san = "URI:renkei://demo.renkei/municipality/401005"});
	return 0;
}

static int clean(void **unused)
{
	(void)unused;
	test_cert_clear(&ca);
	test_cert_clear(&server_cert);
	test_cert_clear(&client_cert);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_unary_call_goes_there_and_back, part),
		cmocka_unit_test_teardown(an_answer_may_be_headers_alone, part),
		cmocka_unit_test_teardown(many_calls_share_a_connection, part),
		cmocka_unit_test_teardown(large_bodies_are_held_back_both_ways, part),
		cmocka_unit_test_teardown(many_large_bodies_come_at_once, part),
		cmocka_unit_test_teardown(nothing_given_back_holds_the_peer_for_ever, part),
		cmocka_unit_test_teardown(a_reset_ends_the_stream_on_both_ends, part),
		cmocka_unit_test_teardown(headers_that_cannot_be_sent_end_the_stream, part),
		cmocka_unit_test_teardown(a_cut_connection_closes_every_stream_once, part),
		cmocka_unit_test_teardown(closing_ends_everything_at_once, part),
		cmocka_unit_test_teardown(a_request_that_never_left_was_certainly_not_seen, part),
		cmocka_unit_test_teardown(a_session_may_be_closed_within_an_event, part),
		cmocka_unit_test_teardown(a_session_may_be_freed_within_an_event, part),
		cmocka_unit_test_teardown(a_drain_lets_running_calls_finish, part),
		cmocka_unit_test_teardown(
			a_request_on_its_way_is_served_by_a_draining_server, part),
		cmocka_unit_test_teardown(a_client_can_drain_too, part),
		cmocka_unit_test_teardown(too_many_fields_cost_the_stream, part),
		cmocka_unit_test_teardown(a_large_header_list_costs_the_stream, part),
		cmocka_unit_test_teardown(twice_the_header_limit_costs_the_connection, part),
		cmocka_unit_test_teardown(more_streams_than_allowed_are_not_begun, part),
		cmocka_unit_test_teardown(a_connection_has_a_life, part),
		cmocka_unit_test_teardown(order_of_the_own_side_is_watched, part),
		cmocka_unit_test_teardown(floods_end_the_connection, part),
		cmocka_unit_test_teardown(what_comes_too_late_ends_the_connection, part),
		cmocka_unit_test_teardown(an_answer_that_nobody_takes_ends_the_connection, part),
		cmocka_unit_test_teardown(
			a_request_may_wait_for_the_server_as_long_as_it_likes, part),
		cmocka_unit_test_teardown(a_peer_that_does_not_hang_on_is_told_why_it_goes, part),
		cmocka_unit_test_teardown(one_long_value_or_path_costs_the_stream, part),
		cmocka_unit_test_teardown(a_hundred_new_keys_are_enough, part),
		cmocka_unit_test_teardown(fewer_new_keys_are_enough_where_that_is_set, part),
		cmocka_unit_test_teardown(a_peer_that_is_not_http2_is_told_off, part),
		cmocka_unit_test_teardown(settings_must_be_acknowledged_in_time, part),
		cmocka_unit_test_teardown(a_long_block_of_continuations_is_refused, part),
		cmocka_unit_test_teardown(a_broken_header_block_ends_the_connection, part),
		cmocka_unit_test_teardown(the_rest_of_a_record_is_not_forgotten, part),
		cmocka_unit_test_teardown(a_long_burst_leaves_turns_to_others, part),
		cmocka_unit_test_teardown(a_turn_is_as_long_as_it_is_set, part),
		cmocka_unit_test_teardown(no_frame_is_made_above_what_the_transport_may_hold, part),
	};

	return cmocka_run_group_tests(tests, prepare, clean);
}
