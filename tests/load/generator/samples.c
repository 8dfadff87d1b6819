#include "samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int64_t load_now_us(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

void load_samples_add(struct load_samples *samples, int64_t now_us, int64_t latency_us)
{
	if (now_us < samples->from_us || now_us >= samples->until_us)
		return;
	if (samples->count == samples->room) {
		size_t room = samples->room ? samples->room * 2 : 65536;
		uint32_t *more = realloc(samples->at_us, room * sizeof *more);

		if (!more) {
			fprintf(stderr, "generator: no memory for samples\n");
			exit(1);
		}
		samples->at_us = more;
		samples->room = room;
	}
	samples->at_us[samples->count++] = (uint32_t)(latency_us < 0 ? 0 : latency_us);
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void sort(struct load_samples *samples)
{
	if (samples->count > 0)
		qsort(samples->at_us, samples->count, sizeof *samples->at_us, by_size);
}

static double at_share(const struct load_samples *samples, double share)
{
	size_t at = (size_t)((double)samples->count * share);

	if (samples->count == 0)
		return 0;
	return samples->at_us[at < samples->count ? at : samples->count - 1] / 1000.0;
}

void load_samples_print(struct load_samples *samples)
{
	double seconds = (double)(samples->until_us - samples->from_us) / 1e6;

	sort(samples);
	printf("\"measured\": %zu, \"per_second\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"p999_ms\": %.3f, \"max_ms\": %.3f",
		samples->count, (double)samples->count / seconds, at_share(samples, 0.5),
		at_share(samples, 0.99), at_share(samples, 0.999), at_share(samples, 1));
}

double load_samples_at(struct load_samples *samples, double share)
{
	sort(samples);
	return at_share(samples, share);
}

void load_samples_clear(struct load_samples *samples)
{
	free(samples->at_us);
	*samples = (struct load_samples){0};
}
