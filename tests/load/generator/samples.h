/* samples.h - latencies of one measurement: kept one by one, read as percentiles at the end. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct load_samples {
	uint32_t *at_us;
	size_t count, room;
	int64_t from_us, until_us; /* what ends outside is not kept; 0, 0 = nothing is */
};

/* Microseconds of the monotonic clock. */
int64_t load_now_us(void);
/* Keeps a latency of something that ended at now_us. */
void load_samples_add(struct load_samples *samples, int64_t now_us, int64_t latency_us);
/* Prints members of a JSON object: measured, per_second, p50_ms, p99_ms, p999_ms, max_ms. */
void load_samples_print(struct load_samples *samples);
/* The latency that this share (0 to 1) is not above, milliseconds. */
double load_samples_at(struct load_samples *samples, double share);
void load_samples_clear(struct load_samples *samples);
