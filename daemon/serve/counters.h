/* counters.h - the figures of all workers, in memory they share, so that any of them can tell the totals. */
#pragma once
#include "call/quota.h"
#include "call/stats.h"
#include "db/pool.h"

#define RK_COUNTERS_SLOTS 193 /* the last one is that of who makes exports */

struct rk_counters;

/* Made before the first fork. */
RK_MUST_USE enum rk_status rk_counters_open(struct rk_counters **out, struct rk_err *err);
void rk_counters_close(struct rk_counters **counters);
struct rk_stats *rk_counters_slot(struct rk_counters *counters, int slot);
/* What principals hold: of all workers, and a worker's own part of it. */
struct rk_quota_book *rk_counters_book(struct rk_counters *counters);
struct rk_quota_book *rk_counters_book_of(struct rk_counters *counters, int slot);
/* Bytes from one slot to the next. */
int64_t rk_counters_stride(void);
/* A worker is gone: what it counted stays, what it held is gone with it. */
void rk_counters_forget(struct rk_counters *counters, int slot);
/* What the pool has done since *last, into the slot; *last is moved on. */
void rk_counters_pool(
	struct rk_stats *stats, const struct rk_pool *pool, struct rk_pool_counters *last);
