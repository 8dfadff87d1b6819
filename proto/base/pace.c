#include "base/pace.h"

#include <assert.h>
#include <stdlib.h>

enum {
	AGAIN_LEAST_MS = 200,
	AGAIN_MOST_MS = 15000,
	WHOLE = 256,
	KNOWN = 32,
	PRESSURE_MOST = 100 * WHOLE
};

void rk_pace_begin(struct rk_pace *pace, int64_t now_ms)
{
	if (!pace->last_ms)
		pace->last_ms = now_ms;
}

/* So many that come out count as much as all that is known from before: a full batch says more than a single one. */
static int64_t smooth(int64_t old, int64_t fresh_sum, size_t count)
{
	assert(old >= 0 && fresh_sum >= 0 && count > 0);
	return (old * KNOWN + fresh_sum) / (KNOWN + (int64_t)count);
}

void rk_pace_done(struct rk_pace *pace, size_t count, bool more, int64_t now_ms)
{
	uint64_t refused = pace->refused * WHOLE, most = (uint64_t)count * PRESSURE_MOST;
	int64_t took_us = (now_ms - pace->last_ms) * 1000;

	if (!count) {
		pace->last_ms = more ? pace->last_ms : 0;
		return;
	}
	if (pace->last_ms)
		pace->each_us = pace->each_us ? smooth(pace->each_us, took_us, count)
					      : took_us / (int64_t)count;
	pace->pressure = (uint32_t)smooth(
		pace->pressure, (int64_t)(refused < most ? refused : most), count);
	pace->refused = 0;
	pace->last_ms = more ? now_ms : 0;
	assert(pace->each_us >= 0 && pace->pressure <= PRESSURE_MOST);
}

int64_t rk_pace_takes_ms(const struct rk_pace *pace, size_t count)
{
	assert(pace->each_us >= 0);
	return (int64_t)count * pace->each_us / 1000;
}

size_t rk_pace_within(const struct rk_pace *pace, int64_t ms)
{
	assert(pace->each_us >= 0 && ms >= 0);
	return pace->each_us ? (size_t)(ms * 1000 / pace->each_us) : SIZE_MAX;
}

int64_t rk_pace_wait_ms(const struct rk_pace *pace, size_t ahead, int64_t now_ms)
{
	int64_t wait_ms = rk_pace_takes_ms(pace, ahead);
	int64_t stood_ms = pace->last_ms ? now_ms - pace->last_ms : 0;

	if (!ahead)
		return 0;
	return wait_ms > stood_ms ? wait_ms : stood_ms;
}

int32_t rk_pace_spread_ms(int64_t ms)
{
	assert(ms >= 0 && ms <= INT32_MAX / 2);
	return (int32_t)(ms + arc4random_uniform((uint32_t)(ms / 2 + 1)));
}

int32_t rk_pace_again_ms(struct rk_pace *pace, int64_t wait_ms)
{
	int64_t ms = wait_ms > AGAIN_LEAST_MS ? wait_ms : AGAIN_LEAST_MS;

	assert(wait_ms >= 0 && pace->pressure <= PRESSURE_MOST);
	pace->refused++;
	ms = ms < AGAIN_MOST_MS ? ms * (WHOLE + pace->pressure) / WHOLE : AGAIN_MOST_MS;
	return rk_pace_spread_ms(ms < AGAIN_MOST_MS ? ms : AGAIN_MOST_MS);
}
