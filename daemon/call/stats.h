/* stats.h - what calls count.  Lies in memory that all workers share; every worker writes its own. */
#pragma once
#include "db/query.h"
#include "link/h2_guard.h"

#include <stdatomic.h>
#include <stdint.h>

#define RK_STATS_METHODS  128 /* the last one is "other": paths that are no method */
#define RK_STATS_STATUSES 17
#define RK_STATS_BUCKETS  10

/* Upper bounds of the duration buckets, milliseconds. */
extern const int64_t rk_stats_bounds_ms[RK_STATS_BUCKETS];

/* Limits of a connection that are not HTTP/2's. */
enum rk_stats_limit {
	RK_LIMIT_CONNECTIONS,
	RK_LIMIT_OF_PRINCIPAL,
	RK_LIMIT_HANDSHAKES,
	RK_LIMIT_OF_SOURCE,
	RK_LIMIT_HANDSHAKE_TIME,
	RK_LIMIT_IDLE,
	RK_LIMIT_AGE,
	RK_LIMIT_GRACE,
	RK_LIMIT_SLOW_REQUEST,
	RK_STATS_LIMITS,
};

struct rk_stats {
	_Atomic uint64_t calls[RK_STATS_METHODS][RK_STATS_STATUSES];
	_Atomic uint64_t within[RK_STATS_METHODS][RK_STATS_BUCKETS]; /* not cumulated */
	_Atomic uint64_t duration_us[RK_STATS_METHODS];
	_Atomic uint64_t bytes_in, bytes_out;
	_Atomic uint64_t h2_guard[RK_H2_GUARD_KINDS], limits[RK_STATS_LIMITS];
	_Atomic uint64_t connections, handshakes_failed, connections_refused;
	_Atomic uint64_t batches, batch_items, batch_halvings, receipts, replays;
	_Atomic uint64_t refused_busy, refused_quota;
	_Atomic uint64_t exports_made, exports_failed; /* by the process that makes exports */
	_Atomic int64_t export_last;     /* seconds since 1970; no gauge of a worker's */
	_Atomic int64_t exports_failing; /* likewise */
	_Atomic uint64_t batch_wait_ms, db_wait_ms[RK_COSTS];
	_Atomic uint64_t db_submitted, db_failed, db_refused, db_abandoned, db_reconnects;
	/* Gauges: zeroed when the worker is gone. */
	_Atomic int64_t pid, started, peers_open, calls_open, db_ready, db_serving, db_in_flight,
		db_queued, db_waiting[RK_COSTS], batch_waiting;
	char why[256]; /* why the database is not ready; written by the worker, read with a risk of a torn sentence */
};

/* Counts one finished call. */
void rk_stats_call(struct rk_stats *stats, int method, int status, int64_t duration_us);
