/* fuzz_call.c - bytes of a connection through session, calls and the methods of renkeid, with a pool that answers by plan.
 *
 * The first bytes say who asks, how the rest is cut and what the database answers.  The rest is what a client sends as it is,
 * or calls that are put into frames here: a method, a header, messages.  Every call is counted once and leaves nothing.
 */
#include "base/log.h"
#include "bite.h"
#include "db/query_own.h"
#include "rpc/rpc.h"

#include <event2/buffer.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <arpa/inet.h>
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_QUERIES 256
#define MAX_FRAME   16384
#define MAX_PIECES  64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The pool that answers by plan. */
struct rk_pool {
	struct rk_query *queries[MAX_QUERIES];
	int count;
	struct rk_slice plan;
	bool away;
};

struct world {
	struct rk_pool pool;
	struct rk_stats stats;
	struct rk_quota quota;
	struct rk_principal principal;
	struct rk_call_env env;
	struct rk_rpc *rpc;
	struct bufferevent *ends[2];
	struct rk_h2 *h2;
	uint64_t opened;
	bool dead;
};

static struct rk_keyring *keys;
static struct rk_quota_book books[2];
static const struct rk_quota_book empty_book;
static char receipt[800];

bool rk_pool_ready(const struct rk_pool *pool)
{
	return !pool->away;
}

enum rk_status rk_pool_refusal(const struct rk_pool *pool, struct rk_err *err)
{
	(void)pool;
	return rk_fail_reason(err, RK_UNAVAILABLE, "STORE_UNAVAILABLE", "away");
}

enum rk_status rk_pool_admit(struct rk_pool *pool, enum rk_cost cost, const char *uri,
	int64_t left_ms, struct rk_err *err)
{
	(void)cost;
	(void)uri;
	(void)left_ms;
	if (pool->count < MAX_QUERIES)
		return RK_OK;
	return rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY", "full");
}

enum rk_status rk_pool_submit(struct rk_pool *pool, struct rk_query *query, rk_settled_fn *settled,
	void *arg, struct rk_err *err)
{
	if (pool->away)
		return rk_pool_refusal(pool, err);
	if (pool->count == MAX_QUERIES)
		return rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY", "full");
	assert(query->bound == query->statement->params && query->bind_err.status == RK_OK);
	query->settled = settled;
	query->arg = arg;
	pool->queries[pool->count++] = query;
	return RK_OK;
}

void rk_query_abandon(struct rk_pool *pool, struct rk_query *query)
{
	int at = 0;

	while (at < pool->count && pool->queries[at] != query)
		at++;
	/* What has been settled may be abandoned without harm. */
	if (at == pool->count)
		return;
	pool->count--;
	memmove(pool->queries + at, pool->queries + at + 1,
		(size_t)(pool->count - at) * sizeof *pool->queries);
}

/* Items of a batch: the length of its first array, in PostgreSQL's binary form; 1 for other statements. */
static int rows_of(const struct rk_query *query)
{
	uint32_t count = 1;

	if (query->statement != &rk_batch_statement)
		return 1;
	for (int i = 0; i < query->bound; i++) {
		if (query->formats[i] != 1 || query->lengths[i] < 20)
			continue;
		memcpy(&count, query->values[i] + 12, sizeof count);
		return (int)ntohl(count);
	}
	return (int)count;
}

static const char *outcome(struct rk_pool *pool, struct rk_arena *arena)
{
	switch (bite_byte(&pool->plan) % 6) {
	case 0:
		return rk_arena_printf(arena, "{\"receipt\":%s,\"replayed\":true}", receipt);
	case 1:
		return "{\"valid\":true}";
	case 2:
		return "{\"refusal\":{\"status\":10,\"reason\":\"REPORT_VERSION_CONFLICT\","
		       "\"message\":\"m\",\"field\":\"base_version\",\"metadata\":{\"a\":\"b\"}}}";
	case 3:
		return "[1";
	case 4:
		return "{\"refusal\":{\"status\":99}}";
	default:
		return rk_arena_printf(arena, "{\"receipt\":%s}", receipt);
	}
}

static struct rk_slice cell(struct rk_pool *pool, struct rk_query *query, int row, int column)
{
	static const char *const replies[] = {"{}", "{\"reports\":[{}]}", "{\"unknown\":1}", "[",
		"{\"next_page_token\":\"\\u0000\"}"};
	uint8_t byte;

	if (column == 0)
		return rk_slice_str(rk_arena_printf(query->arena, "%d", row + 1));
	if (column == 1)
		return rk_slice_str(outcome(pool, query->arena));
	if (column == 3)
		return rk_slice_of("\x0a\x06"
				   "401005",
			8);
	byte = bite_byte(&pool->plan);
	return rk_slice_str(byte & 1 ? receipt : replies[byte / 2 % 5]);
}

static void answer(struct rk_pool *pool, struct rk_query *query)
{
	static const char *names[] = {"item", "outcome", "reply", "report_bytes"};
	int rows = rows_of(query);

	query->cells = rk_arena_alloc(query->arena, (size_t)rows * 4 * sizeof *query->cells);
	if (!query->cells) {
		query->status = rk_fail_reason(
			&query->err, RK_RESOURCE_EXHAUSTED, "ANSWER_TOO_LARGE", "too large");
		return;
	}
	query->status = RK_OK;
	query->names = names;
	query->columns = 4;
	query->rows = rows;
	for (int i = 0; i < rows * 4; i++)
		query->cells[i] = cell(pool, query, i / 4, i % 4);
}

static void refuse(struct rk_query *query, enum rk_status status, const char *reason)
{
	query->status = rk_fail_reason(&query->err, status, reason, "a sentence");
	query->detail = rk_slice_str("{\"reason\":\"R\",\"field\":\"report.period\",\"metadata\":"
				     "{\"value\":\"v\"},\"rule\":\"x\"}");
}

static void settle_one(struct rk_pool *pool, struct rk_query *query)
{
	switch (bite_byte(&pool->plan) % 8) {
	case 1:
		refuse(query, RK_NOT_FOUND, "REPORT_NOT_FOUND");
		break;
	case 2:
		refuse(query, RK_UNAVAILABLE, "OUTCOME_UNKNOWN");
		break;
	case 3:
		refuse(query, RK_INTERNAL, "");
		break;
	case 4:
		refuse(query, RK_UNAUTHENTICATED, "CERTIFICATE_UNKNOWN");
		break;
	default:
		answer(pool, query);
	}
	query->settled(query, query->arg);
}

static void settle(struct rk_pool *pool)
{
	for (int i = pool->count; i > 0 && pool->count > 0; i--) {
		struct rk_query *query = pool->queries[0];

		rk_query_abandon(pool, query);
		settle_one(pool, query);
	}
}

/* As serve/peer.c hands events on. */

static void on_begin(struct rk_h2 *h2, struct rk_h2_stream *stream, void *arg)
{
	struct world *w = arg;
	struct rk_call *call = rk_call_open(&w->env, &w->principal, stream);

	(void)h2;
	assert(call);
	w->opened++;
	rk_h2_set(stream, call);
}

static void on_header(
	struct rk_h2_stream *stream, struct rk_slice name, struct rk_slice value, void *arg)
{
	(void)arg;
	rk_call_on_header(rk_h2_get(stream), name, value);
}

static void on_headers_end(struct rk_h2_stream *stream, void *arg)
{
	(void)arg;
	rk_call_on_headers_end(rk_h2_get(stream));
}

static void on_data(struct rk_h2_stream *stream, struct rk_slice bytes, void *arg)
{
	(void)arg;
	rk_call_on_data(rk_h2_get(stream), bytes);
}

static void on_end(struct rk_h2_stream *stream, void *arg)
{
	(void)arg;
	rk_call_on_end(rk_h2_get(stream));
}

static void on_close(struct rk_h2_stream *stream, uint32_t error_code, void *arg)
{
	struct rk_call *call = rk_h2_get(stream);

	(void)error_code;
	(void)arg;
	rk_h2_set(stream, NULL);
	rk_call_on_close(call);
}

static void on_drained(struct rk_h2_stream *stream, void *arg)
{
	(void)arg;
	if (rk_h2_get(stream))
		rk_call_on_drained(rk_h2_get(stream));
}

static void on_dead(struct rk_h2 *h2, const char *why, void *arg)
{
	struct world *w = arg;

	(void)h2;
	(void)why;
	w->dead = true;
}

static const struct rk_h2_events events = {on_begin, on_header, on_headers_end, on_data, on_end,
	on_close, on_drained, NULL, on_dead, NULL};

/* A key to sign with, and the receipt that the database knows. */
static void prepare(void)
{
	static const uint8_t seed[32] = "an Ed25519 key that fuzzers use";
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
	int fd = memfd_create("receipt.key", MFD_CLOEXEC);
	FILE *file = fd >= 0 ? fdopen(dup(fd), "w") : NULL;
	struct rk_err err = {0};
	char path[64];

	assert(key && file && fchmod(fd, 0600) == 0);
	assert(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1);
	assert(fclose(file) == 0);
	EVP_PKEY_free(key);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	assert(rk_keyring_open(path, NULL, &keys, &err) == RK_OK);
	(void)close(fd);
	(void)snprintf(receipt, sizeof receipt,
		"{\"number\":\"401005-2016Q1-1\",\"municipality_code\":\"401005\",\"period\":"
		"{\"fiscal_year\":2016,\"quarter\":\"QUARTER_Q1\",\"variant\":\"VARIANT_REGULAR\"},"
		"\"version\":1,\"sha256\":\"00ff\",\"length\":\"8\",\"rule_set_hash\":\"abcd\","
		"\"received_at\":\"2016-07-15T14:59:59.123456Z\",\"timeliness\":"
		"\"TIMELINESS_NO_DEADLINE\",\"key_id\":\"%s\"}",
		rk_keyring_current(keys));
	rk_log_set(RK_LOG_ERROR, open("/dev/null", O_WRONLY | O_CLOEXEC));
}

static void turn(struct world *w)
{
	for (int i = 0; i < 4; i++) {
		(void)event_base_loop(w->env.base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
		(void)evbuffer_drain(bufferevent_get_input(w->ends[1]), SIZE_MAX);
		settle(&w->pool);
	}
}

static void put(struct rk_buf *out, const void *bytes, size_t len)
{
	assert(rk_buf_add(out, bytes, len) == RK_OK);
}

static void put_frame(
	struct rk_buf *out, uint8_t type, uint8_t flags, uint32_t stream, struct rk_slice body)
{
	const uint8_t head[9] = {(uint8_t)(body.len >> 16), (uint8_t)(body.len >> 8),
		(uint8_t)body.len, type, flags, 0, 0, (uint8_t)(stream >> 8), (uint8_t)stream};

	put(out, head, sizeof head);
	put(out, body.at, body.len);
}

static void put_text(struct rk_buf *out, struct rk_slice text)
{
	const uint8_t len = (uint8_t)(text.len < 127 ? text.len : 126);

	put(out, &len, 1);
	put(out, text.at, len);
}

/* HPACK without an index but the static one: POST, https, path, authority, content-type, te. */
static void put_headers(struct rk_buf *out, const char *path, struct rk_slice *in, bool more)
{
	put(out, "\x83\x87\x04", 3);
	put_text(out, rk_slice_str(path));
	put(out,
		"\x01\x01x\x0f\x10\x10"
		"application/grpc\x00\x02te\x08trailers",
		6 + 16 + 13);
	if (!more)
		return;
	put(out, "", 1);
	put_text(out, bite_short(in));
	put_text(out, bite_short(in));
}

static void put_messages(struct rk_buf *out, uint32_t stream, struct rk_slice *in, uint8_t flags)
{
	RK_AUTO(rk_buf_clear) struct rk_buf body = {0};
	struct rk_slice rest;

	for (int i = flags >> 2 & 3; i >= 0; i--) {
		struct rk_slice message = bite_long(in);
		const uint8_t head[5] = {
			0, 0, 0, (uint8_t)(message.len >> 8), (uint8_t)message.len};

		put(&body, head, flags & 16 ? 0 : sizeof head);
		put(&body, message.at, message.len);
	}
	for (rest = rk_buf_slice(&body); rest.len > MAX_FRAME;)
		put_frame(out, 0, 0, stream, bite_bytes(&rest, MAX_FRAME));
	put_frame(out, 0, flags & 1, stream, rest);
}

/* Calls as an input tells them, as a client would put them on the line. */
static void put_calls(struct rk_buf *out, struct rk_slice in)
{
	size_t methods = 0;

	while (rk_methods[methods])
		methods++;
	put(out, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24);
	put_frame(out, 4, 0, 0, rk_slice_of("", 0));
	for (uint32_t stream = 1; in.len && stream < 64; stream += 2) {
		RK_AUTO(rk_buf_clear) struct rk_buf block = {0};
		const char *path = rk_methods[bite_byte(&in) % methods]->path;
		uint8_t flags = bite_byte(&in);

		put_headers(&block, path, &in, flags & 2);
		put_frame(out, 1, 4, stream, rk_buf_slice(&block));
		put_messages(out, stream, &in, flags);
		if (flags & 32)
			put_frame(out, 3, 0, stream, rk_slice_of("\0\0\0\x08", 4));
	}
}

static void open_world(struct world *w, uint8_t who)
{
	static const char *const uris[] = {"renkei://a/municipality/401005",
		"renkei://a/secretariat/s", "renkei://a/analyst/x"};
	const struct rk_rpc_options options = {
		.batch = {.items = 4, .bytes = 65536, .slots = 1},
		.keys = keys,
		.max_streams = 32,
	};
	struct rk_err err = {0};

	w->quota = (struct rk_quota){
		.all = &books[0], .mine = &books[1], .max_calls = 8, .max_bytes = 1 << 20};
	if (who % 4 != 3)
		assert(rk_principal_parse(&w->principal, uris[who % 4]));
	w->pool.away = who & 64;
	w->env = (struct rk_call_env){
		.base = event_base_new(),
		.pool = &w->pool,
		.methods = rk_methods,
		.stats = &w->stats,
		.stats_all = &w->stats,
		.stats_count = 1,
		.stats_stride = sizeof w->stats,
		.quota = &w->quota,
		.max_message = 65536,
		.default_timeout_ms = 30000,
		.max_timeout_ms = 60000,
		.request_ms = 30000,
		.slow_after_ms = 5000,
		.slowest_bytes = 1024,
		.idle_ms = 60000,
	};
	assert(w->env.base && rk_rpc_create(&w->env, &options, &w->rpc, &err) == RK_OK);
	rk_rpc_set_serving(w->rpc, !w->pool.away);
	assert(bufferevent_pair_new(w->env.base, BEV_OPT_CLOSE_ON_FREE, w->ends) == 0);
	assert(rk_h2_create(RK_H2_SERVER, w->ends[0], &rk_h2_limits_default, &events, w, &w->h2,
		       NULL) == RK_OK);
	(void)bufferevent_enable(w->ends[1], EV_READ | EV_WRITE);
}

static uint64_t counted(const struct rk_stats *stats)
{
	uint64_t sum = 0;

	for (int m = 0; m < RK_STATS_METHODS; m++)
		for (int s = 0; s < RK_STATS_STATUSES; s++)
			sum += stats->calls[m][s];
	return sum;
}

static void close_world(struct world *w)
{
	if (!w->dead)
		rk_rpc_drain(w->rpc, true);
	turn(w);
	if (!w->dead)
		rk_h2_close(w->h2);
	turn(w);
	assert(w->dead && counted(&w->stats) == w->opened && w->stats.calls_open == 0);
	/* Whatever became of the calls, they hold nothing any more. */
	assert(memcmp(&books[0], &empty_book, sizeof empty_book) == 0 &&
		rk_list_empty(&w->rpc->watchers));
	rk_h2_free(&w->h2);
	bufferevent_free(w->ends[1]);
	rk_rpc_free(&w->rpc);
	assert(w->pool.count == 0);
	(void)event_base_loop(w->env.base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	event_base_free(w->env.base);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	RK_AUTO(rk_buf_clear) struct rk_buf made = {0};
	struct rk_slice in = rk_slice_of(data, size);
	uint8_t who = bite_byte(&in);
	size_t piece = (size_t)bite_byte(&in) * 64 + 1;
	struct world w = {.pool.plan = bite_bytes(&in, 8)};

	if (!keys)
		prepare();
	open_world(&w, who);
	if (who & 128) {
		put_calls(&made, in);
		in = rk_buf_slice(&made);
	}
	/* Bytes one by one are tried on short inputs only. */
	piece = piece > in.len / MAX_PIECES ? piece : in.len / MAX_PIECES + 1;
	while (in.len && !w.dead) {
		struct rk_slice part = bite_bytes(&in, piece);

		(void)bufferevent_write(w.ends[1], part.at, part.len);
		turn(&w);
	}
	close_world(&w);
	return 0;
}
