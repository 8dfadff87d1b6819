#include "link/h2_guard.h"

#include <assert.h>

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

void rk_h2_guard_init(struct rk_h2_guard *guard, int64_t now_ms)
{
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

const char *rk_h2_guard_name(enum rk_h2_guard_kind kind)
{
	assert(kind < RK_H2_GUARD_KINDS);
	return buckets[kind].name;
}
