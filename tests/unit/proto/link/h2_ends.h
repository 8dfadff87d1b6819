/*
 * h2_ends.h - two ends of HTTP/2 on one event loop, over real TLS, and what each has seen.
 *
 * The server answers by path: /echo with the body, /big with BIG bytes, /early, /reset, /bloated and /bloated-end as they say; others
 * are left to the test.  part() is every test's teardown, prepare() and clean() the group's.
 */
#pragma once
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

static inline void must(enum rk_status status)
{
	inside = false;
	assert_int_equal(status, RK_OK);
}

#define MUST(call) (inside = true, must(call))

static inline void fill(struct seen *seen)
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

static inline void on_begin(struct rk_h2 *h2, struct rk_h2_stream *stream, void *arg)
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

static inline void keep(char *out, size_t size, struct rk_slice value)
{
	(void)snprintf(out, size, "%.*s", (int)value.len, (const char *)value.at);
}

static inline void on_header(
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

static inline void on_headers_end(struct rk_h2_stream *stream, void *arg)
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

static inline void on_data(struct rk_h2_stream *stream, struct rk_slice bytes, void *arg)
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

static inline void answer(struct seen *seen)
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

static inline void on_end(struct rk_h2_stream *stream, void *arg)
{
	struct end *end = arg;
	struct seen *seen = rk_h2_get(stream);

	assert_false(inside);
	seen->ends++;
	if (end->is_server)
		answer(seen);
}

static inline void on_close(struct rk_h2_stream *stream, uint32_t code, void *arg)
{
	struct seen *seen = rk_h2_get(stream);

	(void)arg;
	assert_false(inside);
	assert_ptr_equal(seen->stream, stream);
	seen->stream = NULL;
	seen->closed++;
	seen->code = code;
}

static inline void on_drained(struct rk_h2_stream *stream, void *arg)
{
	struct seen *seen = rk_h2_get(stream);

	(void)arg;
	assert_false(inside);
	seen->drained++;
	fill(seen);
}

static inline void on_goaway(struct rk_h2 *h2, uint32_t code, void *arg)
{
	struct end *end = arg;

	(void)h2;
	assert_false(inside);
	end->goaways++;
	end->goaway_code = code;
}

static inline void on_dead(struct rk_h2 *h2, const char *why, void *arg)
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

static inline void on_limit(struct rk_h2 *h2, enum rk_h2_guard_kind kind, void *arg)
{
	struct end *end = arg;

	(void)h2;
	end->reached[kind]++;
}

static const struct rk_h2_events events = {on_begin, on_header, on_headers_end, on_data, on_end,
	on_close, on_drained, on_goaway, on_dead, on_limit};

static inline void turns(int count)
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

static inline void on_relief(evutil_socket_t fd, short what, void *arg)
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

static inline void begin_relief(struct end *end)
{
	end->hold = true;
	end->relief = event_new(pair.base, -1, 0, on_relief, end);
	on_relief(-1, 0, end);
}

static inline SSL *session(bool is_server)
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

static inline void open_session(struct end *end, bool is_server, struct bufferevent **bev)
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
static inline void meet(void)
{
	pair_open(&pair, session(true), session(false));
	pair_shake(&pair);
	assert_true(pair.server.secured && pair.client.secured);
	open_session(&server, true, &pair.server.bev);
	open_session(&client, false, &pair.client.bev);
}

static inline void end_clear(struct end *end)
{
	rk_h2_free(&end->h2);
	for (int i = 0; i < CALLS; i++)
		rk_buf_clear(&end->seen[i].body);
	if (end->relief)
		event_free(end->relief);
	memset(end, 0, sizeof *end);
}

static inline int part(void **unused)
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

static inline enum rk_status try_call(
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

static inline struct seen *call(const char *path)
{
	struct seen *seen = NULL;

	assert_int_equal(try_call(path, NULL, 0, &seen), RK_OK);
	return seen;
}

static inline void say(struct seen *seen, const char *text)
{
	MUST(rk_h2_send(seen->stream, rk_slice_str(text)));
	MUST(rk_h2_end(seen->stream, NULL, 0));
}

/* The clock stands still from the first time on. */
static inline void later(int64_t ms)
{
	rk_clock_set(0, rk_clock_ms() + ms);
}

/* UNTIL while the clock runs fast. */
#define UNTIL_LATE(condition)                               \
	do {                                                \
		time_t end_ = time(NULL) + 60;              \
		while (!(condition) && time(NULL) < end_) { \
			later(1000);                        \
			turns(1);                           \
		}                                           \
		assert_true(condition);                     \
	} while (0)

static inline int prepare(void **unused)
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

static inline int clean(void **unused)
{
	(void)unused;
	test_cert_clear(&ca);
	test_cert_clear(&server_cert);
	test_cert_clear(&client_cert);
	return rmdir(folder);
}
