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
};

static const struct {
	const char *name;
	int64_t burst;
	int64_t milli_per_second;
} buckets[RK_H2_GUARD_KINDS] = {
	[RK_H2_GUARD_RESET_IN] = {"RST_STREAM frames received",       100, 10000},
	[RK_H2_GUARD_RESET_OUT] = {"RST_STREAM frames provoked",       100, 10000},
	[RK_H2_GUARD_PING] = {"PING frames",                      10,  100  },
	[RK_H2_GUARD_SETTINGS] = {"SETTINGS frames",                  10,  17   },
	[RK_H2_GUARD_WINDOW] = {"WINDOW_UPDATE frames",             100, 1000 },
	[RK_H2_GUARD_PRIORITY] = {"PRIORITY frames",                  100, 1000 },
	[RK_H2_GUARD_UNKNOWN] = {"frames of unknown type",           100, 1000 },
	[RK_H2_GUARD_EMPTY] = {"empty DATA frames in a row",       10,  0    },
	[RK_H2_GUARD_CONTINUATION] = {"CONTINUATION frames in one block", 2,   0    },
	[RK_H2_GUARD_GLITCH] = {"malformed frames",                 200, 5000 },
};

void rk_h2_guard_init(struct rk_h2_guard *guard, uint32_t preface, int64_t now_ms)
{
	*guard = (struct rk_h2_guard){.skip = preface};
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

/* The bucket that a frame is taken from; RK_H2_GUARD_KINDS for those that cost the peer as much as us. */
static enum rk_h2_guard_kind kind_of(struct rk_h2_guard *guard, uint32_t len)
{
	uint8_t type = guard->head[3], flags = guard->head[4];

	switch (type) {
	case DATA:
		if (len == 0 && !(flags & FLAG_END_STREAM))
			return RK_H2_GUARD_EMPTY;
		rk_h2_guard_fill(guard, RK_H2_GUARD_EMPTY);
		return RK_H2_GUARD_KINDS;
	case HEADERS:
		rk_h2_guard_fill(guard, RK_H2_GUARD_CONTINUATION);
		return RK_H2_GUARD_KINDS;
	case PRIORITY:
		return RK_H2_GUARD_PRIORITY;
	case RST_STREAM:
		return RK_H2_GUARD_RESET_IN;
	case SETTINGS:
		return flags & FLAG_ACK ? RK_H2_GUARD_KINDS : RK_H2_GUARD_SETTINGS;
	case PING:
		return flags & FLAG_ACK ? RK_H2_GUARD_KINDS : RK_H2_GUARD_PING;
	case WINDOW_UPDATE:
		return RK_H2_GUARD_WINDOW;
	case CONTINUATION:
		return RK_H2_GUARD_CONTINUATION;
	case PUSH_PROMISE:
	case GOAWAY:
		return RK_H2_GUARD_KINDS;
	default:
		return RK_H2_GUARD_UNKNOWN;
	}
}

bool rk_h2_guard_scan(struct rk_h2_guard *guard, struct rk_slice bytes, int64_t now_ms,
	enum rk_h2_guard_kind *kind)
{
	while (bytes.len > 0) {
		size_t want = guard->skip ? guard->skip : sizeof guard->head - guard->head_len;
		size_t len = bytes.len < want ? bytes.len : want;

		if (guard->skip) {
			guard->skip -= (uint32_t)len;
		} else {
			memcpy(guard->head + guard->head_len, bytes.at, len);
			guard->head_len = (uint8_t)(guard->head_len + len);
		}
		bytes = (struct rk_slice){bytes.at + len, bytes.len - len};
		if (guard->head_len < sizeof guard->head)
			continue;
		guard->skip = (uint32_t)guard->head[0] << 16 | (uint32_t)guard->head[1] << 8 |
			guard->head[2];
		guard->head_len = 0;
		guard->frames++;
		*kind = kind_of(guard, guard->skip);
		if (*kind != RK_H2_GUARD_KINDS && !rk_h2_guard_take(guard, *kind, now_ms))
			return false;
	}
	return true;
}

const char *rk_h2_guard_name(enum rk_h2_guard_kind kind)
{
	assert(kind < RK_H2_GUARD_KINDS);
	return buckets[kind].name;
}
