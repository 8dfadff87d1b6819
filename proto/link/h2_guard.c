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
	TOKEN = 60000, /* parts: a rate of one a minute refills one in each millisecond */
	DAY_MS = 86400000,
};

const struct rk_h2_guard_limits rk_h2_guard_limits_default = {
	.buckets =
		{
			  [RK_H2_GUARD_RESET_IN] = {100, 600},
			  [RK_H2_GUARD_RESET_OUT] = {100, 600},
			  [RK_H2_GUARD_PING] = {10, 6},
			  [RK_H2_GUARD_SETTINGS] = {10, 1},
			  [RK_H2_GUARD_WINDOW] = {100, 60},
			  [RK_H2_GUARD_PRIORITY] = {100, 60},
			  [RK_H2_GUARD_UNKNOWN] = {100, 60},
			  [RK_H2_GUARD_ACK] = {100, 60},
			  [RK_H2_GUARD_EMPTY] = {10, 0},
			  [RK_H2_GUARD_CONTINUATION] = {2, 0},
			  [RK_H2_GUARD_GLITCH] = {200, 300},
			  [RK_H2_GUARD_KEY_UPDATE] = {100, 2},
			  },
	.window_per_frame = 10,
	.preface_ms = 5000,
	.block_ms = 5000,
	.overhead_times = 8,
	.overhead_free = 1 << 20,
	.stall_ms = 15000,
	.stall_bytes = 1024,
};

/* clang-format off */
static const struct {
	const char *label, *name;
} kinds[RK_H2_GUARD_KINDS] = {
	[RK_H2_GUARD_RESET_IN] = {"reset_received", "RST_STREAM frames received"},
	[RK_H2_GUARD_RESET_OUT] = {"reset_provoked", "RST_STREAM frames provoked"},
	[RK_H2_GUARD_PING] = {"ping", "PING frames"},
	[RK_H2_GUARD_SETTINGS] = {"settings", "SETTINGS frames"},
	[RK_H2_GUARD_WINDOW] = {"window_update", "WINDOW_UPDATE frames"},
	[RK_H2_GUARD_PRIORITY] = {"priority", "PRIORITY frames"},
	[RK_H2_GUARD_UNKNOWN] = {"unknown", "frames of unknown type"},
	[RK_H2_GUARD_ACK] = {"needless", "frames that answer nothing"},
	[RK_H2_GUARD_EMPTY] = {"empty_data", "empty DATA frames in a row"},
	[RK_H2_GUARD_CONTINUATION] = {"continuation", "CONTINUATION frames in one block"},
	[RK_H2_GUARD_GLITCH] = {"glitch", "malformed frames"},
	[RK_H2_GUARD_KEY_UPDATE] = {"key_update", "KeyUpdate messages of TLS"},
	[RK_H2_GUARD_OVERHEAD] = {"overhead", "bytes that are no payload"},
	[RK_H2_GUARD_PREFACE] = {"preface", "seconds for the preface"},
	[RK_H2_GUARD_BLOCK] = {"block", "seconds for one frame or header block"},
	[RK_H2_GUARD_SETTINGS_ACK] = {"settings_ack", "seconds for the acknowledgement of SETTINGS"},
	[RK_H2_GUARD_HEADER_LIST] = {"header_list", "header bytes or fields"},
	[RK_H2_GUARD_PROTOCOL] = {"protocol_error", "errors of HTTP/2"},
	[RK_H2_GUARD_QUEUE] = {"output_queue", "frames that wait to be read"},
	[RK_H2_GUARD_STALL] = {"stall", "seconds without reading"},
	[RK_H2_GUARD_LIFE] = {"stream_life", "streams of one connection"},
};

/* clang-format on */

static int64_t most_of(const struct rk_h2_guard *guard, enum rk_h2_guard_kind kind)
{
	return (int64_t)guard->limits->buckets[kind].burst * TOKEN;
}

void rk_h2_guard_init(struct rk_h2_guard *guard, const struct rk_h2_guard_limits *limits,
	uint32_t preface, int64_t now_ms)
{
	*guard = (struct rk_h2_guard){.limits = limits,
		.skip = preface,
		.in_preface = preface > 0,
		.open = true,
		.open_ms = now_ms};
	for (int kind = 0; kind < RK_H2_GUARD_BUCKETS; kind++) {
		guard->since_ms[kind] = now_ms;
		guard->parts[kind] = most_of(guard, (enum rk_h2_guard_kind)kind);
	}
}

static void add(struct rk_h2_guard *guard, enum rk_h2_guard_kind kind, int64_t parts)
{
	int64_t most = most_of(guard, kind);

	assert(parts >= 0 && guard->parts[kind] >= 0 && guard->parts[kind] <= most);
	guard->parts[kind] = parts >= most - guard->parts[kind] ? most : guard->parts[kind] + parts;
}

static void refill(struct rk_h2_guard *guard, enum rk_h2_guard_kind kind, int64_t now_ms)
{
	int64_t passed = now_ms - guard->since_ms[kind];

	/* Nobody is silent for longer: the bound keeps the product small. */
	if (passed > DAY_MS)
		passed = DAY_MS;
	if (passed <= 0)
		return;
	add(guard, kind, passed * guard->limits->buckets[kind].per_minute);
	guard->since_ms[kind] = now_ms;
}

bool rk_h2_guard_take(struct rk_h2_guard *guard, enum rk_h2_guard_kind kind, int64_t now_ms)
{
	assert(kind < RK_H2_GUARD_BUCKETS);
	refill(guard, kind, now_ms);
	if (guard->parts[kind] < TOKEN)
		return false;
	guard->parts[kind] -= TOKEN;
	assert(guard->parts[kind] >= 0);
	return true;
}

void rk_h2_guard_give(struct rk_h2_guard *guard, enum rk_h2_guard_kind kind, int64_t count)
{
	assert(kind < RK_H2_GUARD_BUCKETS && count >= 0 && count < 1000000);
	add(guard, kind, count * TOKEN);
}

void rk_h2_guard_fill(struct rk_h2_guard *guard, enum rk_h2_guard_kind kind)
{
	assert(kind < RK_H2_GUARD_BUCKETS);
	guard->parts[kind] = most_of(guard, kind);
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

	assert(guard->skip == 0 && len > 0 && guard->head_len + len <= sizeof guard->head);
	len = bytes->len < len ? bytes->len : len;
	memcpy(guard->head + guard->head_len, bytes->at, len);
	guard->head_len = (uint8_t)(guard->head_len + len);
	*bytes = (struct rk_slice){bytes->at + len, bytes->len - len};
	if (guard->head_len < head_wanted(guard))
		return false;
	guard->skip = (uint32_t)guard->head[0] << 16 | (uint32_t)guard->head[1] << 8 |
		guard->head[2];
	assert(guard->skip >= guard->head_len - (uint32_t)HEAD);
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
	assert(guard->skip == 0 && guard->head_len == 0);
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
	return guard->total <=
		guard->limits->overhead_times * (guard->payload + guard->limits->overhead_free);
}

bool rk_h2_guard_late(const struct rk_h2_guard *guard, int64_t now_ms, enum rk_h2_guard_kind *kind)
{
	*kind = guard->begun ? RK_H2_GUARD_BLOCK : RK_H2_GUARD_PREFACE;
	return guard->open &&
		now_ms - guard->open_ms >=
		(guard->begun ? guard->limits->block_ms : guard->limits->preface_ms);
}

bool rk_h2_stall_seen(struct rk_h2_stall *stall, const struct rk_h2_guard_limits *limits,
	bool waiting, uint64_t moved, int64_t now_ms)
{
	bool since_before = stall->waiting && waiting;

	assert(moved >= stall->moved);
	stall->waiting = waiting;
	if (since_before && moved - stall->moved < limits->stall_bytes)
		return now_ms - stall->since_ms >= limits->stall_ms;
	stall->since_ms = now_ms;
	stall->moved = moved;
	return false;
}

const char *rk_h2_guard_name(enum rk_h2_guard_kind kind)
{
	assert(kind < RK_H2_GUARD_KINDS);
	return kinds[kind].name;
}

const char *rk_h2_guard_label(enum rk_h2_guard_kind kind)
{
	assert(kind < RK_H2_GUARD_KINDS);
	return kinds[kind].label;
}
