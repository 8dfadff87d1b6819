#include "link/h2_guard.h"

#include <assert.h>
#include <string.h>

/* RFC 9113 section 6. */
enum {
	DATA = 0,
	HEADERS = 1,
	PRIORITY = 2,
	RST_STREAM = 3,
	SETTINGS = 4,
	PUSH_PROMISE = 5,
	PING = 6,
	GOAWAY = 7,
	WINDOW_UPDATE = 8,
	CONTINUATION = 9,
	FLAG_ACK = 1,
	FLAG_END_STREAM = 1,
	FLAG_END_HEADERS = 4,
	FLAG_PADDED = 8,
};

enum {
	HEAD = 9,
	LATE_MS = 5000, /* for the preface, a frame, a header block */
	OVERHEAD_TIMES = 8,
	OVERHEAD_FREE = 1 << 20,
	STALL_MS = 15000,
	STALL_BYTES = 1024,
};

/* clang-format off */
static const struct {
	const char *label, *name;
	int64_t burst;
	int64_t milli_per_second;
} buckets[RK_H2_GUARD_KINDS] = {
	[RK_H2_GUARD_RESET_IN] = {"reset_received", "RST_STREAM frames received", 100, 10000},
	[RK_H2_GUARD_RESET_OUT] = {"reset_provoked", "RST_STREAM frames provoked", 100, 10000},
	[RK_H2_GUARD_PING] = {"ping", "PING frames", 10, 100},
	[RK_H2_GUARD_SETTINGS] = {"settings", "SETTINGS frames", 10, 17},
	[RK_H2_GUARD_WINDOW] = {"window_update", "WINDOW_UPDATE frames", 100, 1000},
	[RK_H2_GUARD_PRIORITY] = {"priority", "PRIORITY frames", 100, 1000},
	[RK_H2_GUARD_UNKNOWN] = {"unknown", "frames of unknown type", 100, 1000},
	[RK_H2_GUARD_ACK] = {"needless", "frames that answer nothing", 100, 1000},
	[RK_H2_GUARD_EMPTY] = {"empty_data", "empty DATA frames in a row", 10, 0},
	[RK_H2_GUARD_CONTINUATION] = {"continuation", "CONTINUATION frames in one block", 2, 0},
	[RK_H2_GUARD_GLITCH] = {"glitch", "malformed frames", 200, 5000},
	[RK_H2_GUARD_KEY_UPDATE] = {"key_update", "KeyUpdate messages of TLS", 100, 28},
	[RK_H2_GUARD_OVERHEAD] = {"overhead", "bytes that are no payload", 0, 0},
	[RK_H2_GUARD_PREFACE] = {"preface", "seconds for the preface", 0, 0},
	[RK_H2_GUARD_BLOCK] = {"block", "seconds for one frame or header block", 0, 0},
	[RK_H2_GUARD_SETTINGS_ACK] = {"settings_ack", "seconds for the acknowledgement of SETTINGS", 0, 0},
	[RK_H2_GUARD_HEADER_LIST] = {"header_list", "header bytes or fields", 0, 0},
	[RK_H2_GUARD_PROTOCOL] = {"protocol_error", "errors of HTTP/2", 0, 0},
	[RK_H2_GUARD_QUEUE] = {"output_queue", "frames that wait to be read", 0, 0},
	[RK_H2_GUARD_STALL] = {"stall", "seconds without reading", 0, 0},
	[RK_H2_GUARD_LIFE] = {"stream_life", "streams of one connection", 0, 0},
};

/* clang-format on */

void rk_h2_guard_init(struct rk_h2_guard *guard, uint32_t preface, int64_t now_ms)
{
	*guard = (struct rk_h2_guard){
		.skip = preface, .in_preface = preface > 0, .open = true, .open_ms = now_ms};
	for (int kind = 0; kind < RK_H2_GUARD_KINDS; kind++) {
		guard->since_ms[kind] = now_ms;
		guard->milli[kind] = buckets[kind].burst * 1000;
	}
}

static void add(struct rk_h2_guard *guard, enum rk_h2_guard_kind kind, int64_t milli)
{
	int64_t most = buckets[kind].burst * 1000;

	guard->milli[kind] = milli >= most - guard->milli[kind] ? most : guard->milli[kind] + milli;
}

static void refill(struct rk_h2_guard *guard, enum rk_h2_guard_kind kind, int64_t now_ms)
{
	int64_t rate = buckets[kind].milli_per_second, passed = now_ms - guard->since_ms[kind];

	/* An hour fills every bucket: the bound keeps the product small. */
	if (passed > 3600000)
		passed = 3600000;
	/* Below one thousandth the time is left to run on, or frequent events would never be given a refill. */
	if (rate == 0 || passed <= 0 || passed * rate < 1000)
		return;
	add(guard, kind, passed * rate / 1000);
	guard->since_ms[kind] = now_ms;
}

bool rk_h2_guard_take(struct rk_h2_guard *guard, enum rk_h2_guard_kind kind, int64_t now_ms)
{
	assert(kind < RK_H2_GUARD_KINDS);
	refill(guard, kind, now_ms);
	if (guard->milli[kind] < 1000)
		return false;
	guard->milli[kind] -= 1000;
	return true;
}

void rk_h2_guard_give(struct rk_h2_guard *guard, enum rk_h2_guard_kind kind, int64_t count)
{
	assert(kind < RK_H2_GUARD_KINDS && count >= 0 && count < 1000000);
	add(guard, kind, count * 1000);
}

void rk_h2_guard_fill(struct rk_h2_guard *guard, enum rk_h2_guard_kind kind)
{
	assert(kind < RK_H2_GUARD_KINDS);
	guard->milli[kind] = buckets[kind].burst * 1000;
}

/* Of DATA, padding is no payload. */
static uint32_t data_len(const struct rk_h2_guard *guard)
{
	uint32_t len = guard->skip, padding = guard->head[HEAD];

	if (guard->head_len <= HEAD)
		return len;
	return len > padding ? len - padding : 0;
}

static enum rk_h2_guard_kind kind_of_data(struct rk_h2_guard *guard)
{
	uint32_t len = data_len(guard);

	guard->payload += len;
	if (len == 0 && !(guard->head[4] & FLAG_END_STREAM))
		return RK_H2_GUARD_EMPTY;
	rk_h2_guard_fill(guard, RK_H2_GUARD_EMPTY);
	return RK_H2_GUARD_KINDS;
}

/* The bucket that a frame is taken from; RK_H2_GUARD_KINDS for those that cost the peer as much as us. */
static enum rk_h2_guard_kind kind_of(struct rk_h2_guard *guard)
{
	uint8_t flags = guard->head[4];

	switch (guard->head[3]) {
	case DATA:
		return kind_of_data(guard);
	case HEADERS:
		guard->in_block = !(flags & FLAG_END_HEADERS);
		rk_h2_guard_fill(guard, RK_H2_GUARD_CONTINUATION);
		return RK_H2_GUARD_KINDS;
	case PRIORITY:
		return RK_H2_GUARD_PRIORITY;
	case RST_STREAM:
		return RK_H2_GUARD_RESET_IN;
	case SETTINGS:
		return flags & FLAG_ACK ? RK_H2_GUARD_ACK : RK_H2_GUARD_SETTINGS;
	case PING:
		return flags & FLAG_ACK ? RK_H2_GUARD_ACK : RK_H2_GUARD_PING;
	case WINDOW_UPDATE:
		return RK_H2_GUARD_WINDOW;
	case CONTINUATION:
		guard->in_block = !(flags & FLAG_END_HEADERS);
		return RK_H2_GUARD_CONTINUATION;
	case PUSH_PROMISE:
	case GOAWAY:
		return RK_H2_GUARD_ACK;
	default:
		return RK_H2_GUARD_UNKNOWN;
	}
}

static size_t head_wanted(const struct rk_h2_guard *guard)
{
	const uint8_t *head = guard->head;
	bool padded = guard->head_len >= HEAD && head[3] == DATA && (head[4] & FLAG_PADDED) &&
		(head[0] || head[1] || head[2]);

	return padded ? HEAD + 1 : HEAD;
}

/* Takes bytes of the head; true when it is complete, skip is then what follows it. */
static bool head_take(struct rk_h2_guard *guard, struct rk_slice *bytes)
{
	size_t len = head_wanted(guard) - guard->head_len;

	len = bytes->len < len ? bytes->len : len;
	memcpy(guard->head + guard->head_len, bytes->at, len);
	guard->head_len = (uint8_t)(guard->head_len + len);
	*bytes = (struct rk_slice){bytes->at + len, bytes->len - len};
	if (guard->head_len < head_wanted(guard))
		return false;
	guard->skip = (uint32_t)guard->head[0] << 16 | (uint32_t)guard->head[1] << 8 |
		guard->head[2];
	guard->skip -= guard->head_len - HEAD;
	return true;
}

static void open_since(struct rk_h2_guard *guard, int64_t now_ms)
{
	if (!guard->open)
		guard->open_ms = now_ms;
	guard->open = true;
}

/* The preface counts as one here. */
static void frame_ended(struct rk_h2_guard *guard)
{
	guard->begun = guard->begun || !guard->in_preface;
	guard->open = guard->in_block || !guard->begun;
	guard->in_preface = false;
}

static bool skip_take(struct rk_h2_guard *guard, struct rk_slice *bytes)
{
	size_t len = bytes->len < guard->skip ? bytes->len : guard->skip;

	guard->skip -= (uint32_t)len;
	*bytes = (struct rk_slice){bytes->at + len, bytes->len - len};
	return guard->skip == 0;
}

static bool frame_begins(struct rk_h2_guard *guard, int64_t now_ms, enum rk_h2_guard_kind *kind)
{
	guard->frames++;
	*kind = kind_of(guard);
	guard->head_len = 0;
	if (guard->skip == 0)
		frame_ended(guard);
	else if (guard->head[3] == DATA) /* a slow body is the owner's to judge */
		guard->open = guard->in_block;
	return *kind == RK_H2_GUARD_KINDS || rk_h2_guard_take(guard, *kind, now_ms);
}

bool rk_h2_guard_scan(struct rk_h2_guard *guard, struct rk_slice bytes, int64_t now_ms,
	enum rk_h2_guard_kind *kind)
{
	guard->total += bytes.len;
	while (bytes.len > 0) {
		if (guard->skip > 0) {
			if (skip_take(guard, &bytes))
				frame_ended(guard);
			continue;
		}
		open_since(guard, now_ms);
		if (head_take(guard, &bytes) && !frame_begins(guard, now_ms, kind))
			return false;
	}
	*kind = RK_H2_GUARD_OVERHEAD;
	return guard->total <= OVERHEAD_TIMES * (guard->payload + OVERHEAD_FREE);
}

bool rk_h2_guard_late(const struct rk_h2_guard *guard, int64_t now_ms, enum rk_h2_guard_kind *kind)
{
	*kind = guard->begun ? RK_H2_GUARD_BLOCK : RK_H2_GUARD_PREFACE;
	return guard->open && now_ms - guard->open_ms >= LATE_MS;
}

bool rk_h2_stall_seen(struct rk_h2_stall *stall, bool waiting, uint64_t moved, int64_t now_ms)
{
	bool since_before = stall->waiting && waiting;

	stall->waiting = waiting;
	if (since_before && moved - stall->moved < STALL_BYTES)
		return now_ms - stall->since_ms >= STALL_MS;
	stall->since_ms = now_ms;
	stall->moved = moved;
	return false;
}

const char *rk_h2_guard_name(enum rk_h2_guard_kind kind)
{
	assert(kind < RK_H2_GUARD_KINDS);
	return buckets[kind].name;
}

const char *rk_h2_guard_label(enum rk_h2_guard_kind kind)
{
	assert(kind < RK_H2_GUARD_KINDS);
	return buckets[kind].label;
}
