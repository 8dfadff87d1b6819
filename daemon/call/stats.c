#include "call/stats.h"

const int64_t rk_stats_bounds_ms[RK_STATS_BUCKETS] = {1, 2, 5, 10, 25, 50, 100, 250, 1000, 5000};

void rk_stats_call(struct rk_stats *stats, int method, int status, int64_t duration_us)
{
	int bucket = 0;

	if (method < 0 || method >= RK_STATS_METHODS)
		method = RK_STATS_METHODS - 1;
	if (status < 0 || status >= RK_STATS_STATUSES)
		status = 2;
	atomic_fetch_add_explicit(&stats->calls[method][status], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(
		&stats->duration_us[method], (uint64_t)duration_us, memory_order_relaxed);
	while (bucket < RK_STATS_BUCKETS && duration_us > rk_stats_bounds_ms[bucket] * 1000)
		bucket++;
	if (bucket < RK_STATS_BUCKETS)
		atomic_fetch_add_explicit(&stats->within[method][bucket], 1, memory_order_relaxed);
}
