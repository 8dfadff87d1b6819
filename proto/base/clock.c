#include "base/clock.h"

#include <time.h>

/* What a test has set; 0 = the system's clock. */
static int64_t fixed_us, fixed_ms;

static int64_t read_us(clockid_t clock)
{
	struct timespec now = {0};

	(void)clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t rk_clock_now_us(void)
{
	return fixed_us ? fixed_us : read_us(CLOCK_REALTIME);
}

int64_t rk_clock_ms(void)
{
	return fixed_ms ? fixed_ms : read_us(CLOCK_MONOTONIC) / 1000;
}

void rk_clock_set(int64_t now_us, int64_t monotonic_ms)
{
	fixed_us = now_us;
	fixed_ms = monotonic_ms;
}

int32_t rk_clock_japan_date(int64_t now_us)
{
	int64_t seconds = now_us / 1000000 - (now_us % 1000000 < 0);
	time_t japan = (time_t)(seconds + INT64_C(9) * 3600);
	struct tm tm = {0};

	if (!gmtime_r(&japan, &tm))
		return 0;
	return (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday;
}
