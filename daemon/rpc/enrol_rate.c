#include "rpc/enrol_rate.h"

#include "base/buf.h"

#include <string.h>

#define MINUTE_MS 60000

static int *count_of(struct rk_enrol_rate *rate, uint64_t source)
{
	uint64_t at = rk_slice_hash(rk_slice_of(&source, sizeof source), 0);

	/* There are fewer tries in a minute than places. */
	for (size_t i = 0; i < RK_ENROL_SOURCES; i++) {
		size_t place = (size_t)((at + i) % RK_ENROL_SOURCES);

		if (rate->places[place].count && rate->places[place].source != source)
			continue;
		rate->places[place].source = source;
		return &rate->places[place].count;
	}
	return NULL;
}

enum rk_status rk_enrol_rate_take(
	struct rk_enrol_rate *rate, uint64_t source, int64_t now_ms, struct rk_err *err)
{
	int *own;

	if (now_ms >= rate->until_ms) {
		rate->until_ms = now_ms + MINUTE_MS;
		rate->count = 0;
		memset(rate->places, 0, sizeof rate->places);
	}
	own = rate->count < rate->per_minute ? count_of(rate, source) : NULL;
	if (own && *own < rate->per_source) {
		rate->count++;
		++*own;
		return RK_OK;
	}
	(void)rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "ENROLMENT_LIMIT",
		"too many tries to use an invitation; the next ones are taken in %lld s",
		(long long)((rate->until_ms - now_ms + 999) / 1000));
	err->retry_ms = (int)(rate->until_ms - now_ms);
	return RK_RESOURCE_EXHAUSTED;
}
