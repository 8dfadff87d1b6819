/* clock.h - now, and monotonic now; a test can set them. */
#pragma once
#include <stdint.h>

/* Microseconds since 1970, UTC. */
int64_t rk_clock_now_us(void);
/* Monotonic milliseconds from an arbitrary start. */
int64_t rk_clock_ms(void);
/* Fixes both clocks for tests; 0 lets them run again. */
void rk_clock_set(int64_t now_us, int64_t monotonic_ms);
/* Calendar date in Japan (UTC+9) of a moment: year, month, day as 20160715. */
int32_t rk_clock_japan_date(int64_t now_us);
