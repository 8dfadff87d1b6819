#include "rpc/rpc.h"
#include "wire/status.h"

#include <stdlib.h>
#include <string.h>

static const struct rk_stats *stats_at(const struct rk_call_env *env, int worker)
{
	const char *at = (const char *)env->stats_all + worker * env->stats_stride;

	return (const struct rk_stats *)(const void *)at;
}

static uint64_t get(const _Atomic uint64_t *value)
{
	return atomic_load_explicit(value, memory_order_relaxed);
}

#define SUM(env, member)                                           \
	({                                                         \
		uint64_t sum_ = 0;                                 \
		for (int w_ = 0; w_ < (env)->stats_count; w_++)    \
			sum_ += get(&stats_at((env), w_)->member); \
		sum_;                                              \
	})

#define SUM_GAUGE(env, member)                                                       \
	({                                                                           \
		uint64_t sum_ = 0;                                                   \
		for (int w_ = 0; w_ < (env)->stats_count; w_++)                      \
			sum_ += (uint64_t)atomic_load_explicit(                      \
				&stats_at((env), w_)->member, memory_order_relaxed); \
		sum_;                                                                \
	})

static const char *method_name(const struct rk_call_env *env, int method)
{
	int count = 0;

	while (env->methods[count])
		count++;
	return method < count ? env->methods[method]->path : "other";
}

static enum rk_status add_calls(const struct rk_call_env *env, struct rk_buf *out)
{
	RK_TRY(rk_buf_add_str(out,
		"# HELP renkei_calls_total Calls that have ended.\n"
		"# TYPE renkei_calls_total counter\n"));
	for (int m = 0; m < RK_STATS_METHODS; m++) {
		for (int s = 0; s < RK_STATS_STATUSES; s++) {
			uint64_t count = SUM(env, calls[m][s]);

			if (!count)
				continue;
			RK_TRY(rk_buf_addf(out,
				"renkei_calls_total{method=\"%s\",status=\"%s\"} %llu\n",
				method_name(env, m), rk_status_name(s), (unsigned long long)count));
		}
	}
	return RK_OK;
}

static enum rk_status add_durations_of(const struct rk_call_env *env, int m, struct rk_buf *out)
{
	const char *name = method_name(env, m);
	uint64_t total = 0, within = 0;

	for (int s = 0; s < RK_STATS_STATUSES; s++)
		total += SUM(env, calls[m][s]);
	if (!total)
		return RK_OK;
	for (int b = 0; b < RK_STATS_BUCKETS; b++) {
		within += SUM(env, within[m][b]);
		RK_TRY(rk_buf_addf(out,
			"renkei_call_seconds_bucket{method=\"%s\",le=\"%g\"} %llu\n", name,
			(double)rk_stats_bounds_ms[b] / 1000.0, (unsigned long long)within));
	}
	RK_TRY(rk_buf_addf(out, "renkei_call_seconds_bucket{method=\"%s\",le=\"+Inf\"} %llu\n",
		name, (unsigned long long)total));
	RK_TRY(rk_buf_addf(out, "renkei_call_seconds_sum{method=\"%s\"} %.6f\n", name,
		(double)SUM(env, duration_us[m]) / 1e6));
	return rk_buf_addf(out, "renkei_call_seconds_count{method=\"%s\"} %llu\n", name,
		(unsigned long long)total);
}

static enum rk_status add_durations(const struct rk_call_env *env, struct rk_buf *out)
{
	RK_TRY(rk_buf_add_str(out,
		"# HELP renkei_call_seconds How long calls took.\n"
		"# TYPE renkei_call_seconds histogram\n"));
	for (int m = 0; m < RK_STATS_METHODS; m++)
		RK_TRY(add_durations_of(env, m, out));
	return RK_OK;
}

static const char *const limits[RK_STATS_LIMITS] = {
	[RK_LIMIT_CONNECTIONS] = "connections",
	[RK_LIMIT_OF_PRINCIPAL] = "connections_of_principal",
	[RK_LIMIT_HANDSHAKES] = "handshakes",
	[RK_LIMIT_OF_SOURCE] = "handshakes_of_source",
	[RK_LIMIT_HANDSHAKE_TIME] = "handshake_time",
	[RK_LIMIT_IDLE] = "idle",
	[RK_LIMIT_AGE] = "age",
	[RK_LIMIT_GRACE] = "grace",
	[RK_LIMIT_SLOW_REQUEST] = "slow_request",
};

static enum rk_status add_limit(struct rk_buf *out, const char *label, uint64_t value)
{
	return rk_buf_addf(out, "renkei_limits_reached_total{limit=\"%s\"} %llu\n", label,
		(unsigned long long)value);
}

static enum rk_status add_limits(const struct rk_call_env *env, struct rk_buf *out)
{
	RK_TRY(rk_buf_add_str(out,
		"# HELP renkei_limits_reached_total Connections that reached a limit.\n"
		"# TYPE renkei_limits_reached_total counter\n"));
	for (int kind = 0; kind < RK_STATS_LIMITS; kind++)
		RK_TRY(add_limit(out, limits[kind], SUM(env, limits[kind])));
	for (int kind = 0; kind < RK_H2_GUARD_KINDS; kind++)
		RK_TRY(add_limit(out, rk_h2_guard_label((enum rk_h2_guard_kind)kind),
			SUM(env, h2_guard[kind])));
	return RK_OK;
}

static enum rk_status add_counter(
	struct rk_buf *out, const char *name, const char *help, uint64_t value)
{
	return rk_buf_addf(out, "# HELP renkei_%s %s\n# TYPE renkei_%s counter\nrenkei_%s %llu\n",
		name, help, name, name, (unsigned long long)value);
}

static enum rk_status add_counters(const struct rk_call_env *env, struct rk_buf *out)
{
	RK_TRY(add_counter(
		out, "received_bytes_total", "Bytes of request bodies.", SUM(env, bytes_in)));
	RK_TRY(add_counter(out, "sent_bytes_total", "Bytes of reply bodies.", SUM(env, bytes_out)));
	RK_TRY(add_counter(
		out, "connections_total", "Connections accepted.", SUM(env, connections)));
	RK_TRY(add_counter(out, "connections_refused_total", "Connections over a limit.",
		SUM(env, connections_refused)));
	RK_TRY(add_counter(out, "handshakes_failed_total", "TLS handshakes that failed.",
		SUM(env, handshakes_failed)));
	RK_TRY(add_counter(out, "receipts_total", "Reports stored.", SUM(env, receipts)));
	RK_TRY(add_counter(out, "replays_total", "Receipts given again.", SUM(env, replays)));
	RK_TRY(add_counter(out, "batches_total", "Group commits.", SUM(env, batches)));
	RK_TRY(add_counter(
		out, "batch_items_total", "Submissions in them.", SUM(env, batch_items)));
	RK_TRY(add_counter(out, "batch_halvings_total", "Batches that failed and were halved.",
		SUM(env, batch_halvings)));
	RK_TRY(add_counter(
		out, "exports_made_total", "Bundles made of schedules.", SUM(env, exports_made)));
	RK_TRY(add_counter(out, "exports_failed_total",
		"Runs of schedules that failed; they are tried again.", SUM(env, exports_failed)));
	RK_TRY(add_counter(
		out, "database_queries_total", "Transactions sent.", SUM(env, db_submitted)));
	RK_TRY(add_counter(out, "database_failures_total",
		"Those that failed or were refused by a function.", SUM(env, db_failed)));
	RK_TRY(add_counter(out, "database_refusals_total",
		"Those not sent for want of a connection or room.", SUM(env, db_refused)));
	RK_TRY(add_counter(out, "database_abandoned_total", "Those nobody waited for any more.",
		SUM(env, db_abandoned)));
	return add_counter(out, "database_reconnects_total", "Connections made anew.",
		SUM(env, db_reconnects));
}

/* Why calls were refused for want of room, and how long those waited that were not. */
static enum rk_status add_overload(const struct rk_call_env *env, struct rk_buf *out)
{
	static const char *const names[RK_COSTS] = {[RK_COST_QUERY] = "query",
		[RK_COST_SUBMISSION] = "batch",
		[RK_COST_EXPORT] = "export"};

	RK_TRY(rk_buf_addf(out,
		"# HELP renkei_refused_total Calls and items refused for want of room: SERVER_BUSY by a queue that would have been too long or by max_request_bytes, QUOTA_EXCEEDED because their principal has its share already.\n"
		"# TYPE renkei_refused_total counter\n"
		"renkei_refused_total{reason=\"SERVER_BUSY\"} %llu\n"
		"renkei_refused_total{reason=\"QUOTA_EXCEEDED\"} %llu\n",
		(unsigned long long)SUM(env, refused_busy),
		(unsigned long long)SUM(env, refused_quota)));
	RK_TRY(rk_buf_addf(out,
		"# HELP renkei_queue_seconds_total Time spent waiting for the database, of all that waited: submission for a place in a batch; batch, query and export for a connection.\n"
		"# TYPE renkei_queue_seconds_total counter\n"
		"renkei_queue_seconds_total{queue=\"submission\"} %.3f\n",
		(double)SUM(env, batch_wait_ms) / 1e3));
	for (int cost = 0; cost < RK_COSTS; cost++)
		RK_TRY(rk_buf_addf(out, "renkei_queue_seconds_total{queue=\"%s\"} %.3f\n",
			names[cost], (double)SUM(env, db_wait_ms[cost]) / 1e3));
	RK_TRY(rk_buf_addf(out,
		"# HELP renkei_queue_length What waits now, by the same names.\n"
		"# TYPE renkei_queue_length gauge\n"
		"renkei_queue_length{queue=\"submission\"} %lld\n",
		(long long)SUM_GAUGE(env, batch_waiting)));
	for (int cost = 0; cost < RK_COSTS; cost++)
		RK_TRY(rk_buf_addf(out, "renkei_queue_length{queue=\"%s\"} %lld\n", names[cost],
			(long long)SUM_GAUGE(env, db_waiting[cost])));
	return rk_buf_addf(out,
		"# HELP renkei_request_bytes_held Bytes of requests under way and of what they are decoded into; max_request_bytes is their limit.\n"
		"# TYPE renkei_request_bytes_held gauge\nrenkei_request_bytes_held %lld\n",
		(long long)atomic_load_explicit(&env->quota->all->bytes, memory_order_relaxed));
}

static enum rk_status add_gauge(
	struct rk_buf *out, const char *name, const char *help, uint64_t value)
{
	return rk_buf_addf(out, "# HELP renkei_%s %s\n# TYPE renkei_%s gauge\nrenkei_%s %lld\n",
		name, help, name, name, (long long)value);
}

static enum rk_status add_gauges(const struct rk_call_env *env, struct rk_buf *out)
{
	uint64_t workers = 0;

	for (int w = 0; w < env->stats_count; w++)
		workers += atomic_load_explicit(&stats_at(env, w)->pid, memory_order_relaxed) != 0;
	RK_TRY(add_gauge(out, "workers", "Worker processes.", workers));
	RK_TRY(add_gauge(out, "connections_open", "Connections now.", SUM_GAUGE(env, peers_open)));
	RK_TRY(add_gauge(out, "calls_open", "Calls now.", SUM_GAUGE(env, calls_open)));
	RK_TRY(add_gauge(out, "database_ready_workers", "Workers that can ask the database.",
		SUM_GAUGE(env, db_ready)));
	RK_TRY(add_gauge(out, "database_connections", "Connections that serve.",
		SUM_GAUGE(env, db_serving)));
	RK_TRY(add_gauge(out, "database_in_flight", "Transactions in flight.",
		SUM_GAUGE(env, db_in_flight)));
	RK_TRY(add_gauge(
		out, "database_queued", "Transactions that wait.", SUM_GAUGE(env, db_queued)));
	RK_TRY(add_gauge(out, "exports_failing", "Schedules of exports whose latest run failed.",
		SUM_GAUGE(env, exports_failing)));
	return rk_buf_addf(out,
		"# HELP renkei_info The program.\n# TYPE renkei_info gauge\nrenkei_info{version=\"%s\"} 1\n",
		RENKEI_VERSION);
}

enum rk_status rk_metrics_text(const struct rk_call_env *env, struct rk_buf *out)
{
	RK_TRY(add_calls(env, out));
	RK_TRY(add_durations(env, out));
	RK_TRY(add_counters(env, out));
	RK_TRY(add_limits(env, out));
	RK_TRY(add_overload(env, out));
	return add_gauges(env, out);
}

/* Figures tell who works when: only the operator reads them. */
static enum rk_flow ask(struct rk_call *call)
{
	return rk_call_query(call) ? rk_call_ask(call) : RK_FLOW_END;
}

static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	return rk_metrics_text(call->env, reply);
}

static const struct rk_statement statement = {"metrics", "select 1 as allowed", 0};

const struct rk_method rk_method_metrics = {
	.path = "/metrics",
	.statement = &statement,
	.roles = "{operator}",
	.shape = RK_GET,
	.ask = ask,
	.answer = answer,
};
