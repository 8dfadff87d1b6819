#include "serve/counters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct rk_counters {
	char *memory;
};

int64_t rk_counters_stride(void)
{
	return (int64_t)((sizeof(struct rk_stats) + 63) / 64 * 64);
}

static size_t stats_bytes(void)
{
	return (size_t)rk_counters_stride() * RK_COUNTERS_SLOTS;
}

/* Behind the figures the books: that of all, then each worker's.  Most of it is never touched. */
static size_t total_bytes(void)
{
	return stats_bytes() + sizeof(struct rk_quota_book) * (RK_COUNTERS_SLOTS + 1);
}

enum rk_status rk_counters_open(struct rk_counters **out, struct rk_err *err)
{
	void *memory = mmap(
		NULL, total_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	*out = memory == MAP_FAILED ? NULL : calloc(1, sizeof **out);
	if (!*out)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the counters");
	(*out)->memory = memory;
	return RK_OK;
}

void rk_counters_close(struct rk_counters **counters)
{
	if (!*counters)
		return;
	munmap((*counters)->memory, total_bytes());
	free(*counters);
	*counters = NULL;
}

struct rk_stats *rk_counters_slot(struct rk_counters *counters, int slot)
{
	return (struct rk_stats *)(void *)(counters->memory + slot * rk_counters_stride());
}

struct rk_quota_book *rk_counters_book(struct rk_counters *counters)
{
	return (struct rk_quota_book *)(void *)(counters->memory + stats_bytes());
}

struct rk_quota_book *rk_counters_book_of(struct rk_counters *counters, int slot)
{
	return rk_counters_book(counters) + 1 + slot;
}

void rk_counters_forget(struct rk_counters *counters, int slot)
{
	struct rk_stats *stats = rk_counters_slot(counters, slot);

	atomic_store(&stats->pid, 0);
	atomic_store(&stats->started, 0);
	atomic_store(&stats->peers_open, 0);
	atomic_store(&stats->calls_open, 0);
	atomic_store(&stats->db_ready, 0);
	atomic_store(&stats->db_serving, 0);
	atomic_store(&stats->db_in_flight, 0);
	atomic_store(&stats->db_queued, 0);
	for (int cost = 0; cost < RK_COSTS; cost++)
		atomic_store(&stats->db_waiting[cost], 0);
	atomic_store(&stats->batch_waiting, 0);
	rk_quota_forget(rk_counters_book(counters), rk_counters_book_of(counters, slot));
	stats->why[0] = '\0';
}

static void add(_Atomic uint64_t *counter, uint64_t now, uint64_t before)
{
	atomic_fetch_add_explicit(counter, now - before, memory_order_relaxed);
}

void rk_counters_pool(
	struct rk_stats *stats, const struct rk_pool *pool, struct rk_pool_counters *last)
{
	struct rk_pool_counters now = rk_pool_counters(pool);

	add(&stats->db_submitted, now.submitted, last->submitted);
	add(&stats->db_failed, now.failed, last->failed);
	add(&stats->db_refused, now.refused, last->refused);
	add(&stats->db_abandoned, now.abandoned, last->abandoned);
	add(&stats->db_reconnects, now.reconnects, last->reconnects);
	add(&stats->refused_busy, now.busy, last->busy);
	for (int cost = 0; cost < RK_COSTS; cost++) {
		add(&stats->db_wait_ms[cost], now.wait_ms[cost], last->wait_ms[cost]);
		atomic_store(&stats->db_waiting[cost], now.waiting[cost]);
	}
	atomic_store(&stats->db_serving, now.serving);
	atomic_store(&stats->db_in_flight, now.in_flight);
	atomic_store(&stats->db_queued, now.queued);
	atomic_store(&stats->db_ready, rk_pool_ready(pool));
	snprintf(stats->why, sizeof stats->why, "%s", rk_pool_why(pool));
	*last = now;
}
