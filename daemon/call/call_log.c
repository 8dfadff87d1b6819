/* What is left of a call: one line, and its figures. */
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "call/call_own.h"
#include "call/error.h"
#include "wire/status.h"

#include <string.h>

#define LOG_FIELDS        16
#define REFUSALS_A_SECOND 50

static void log_text(struct rk_log_field *fields, int *count, const char *key, const char *text)
{
	if (*text)
		fields[(*count)++] = RK_TEXT(key, text);
}

static void log_number(struct rk_log_field *fields, int *count, const char *key, int64_t number)
{
	fields[(*count)++] = RK_NUMBER(key, number);
}

/* In a flood the line would cost more than the refusal: so many a second have theirs, the figures count them all. */
static bool is_one_of_a_flood(const struct rk_call *call)
{
	static int64_t second;
	static int lines;
	int64_t now = rk_clock_ms() / 1000;

	if (call->err.status != RK_RESOURCE_EXHAUSTED || !call->err.retry_ms)
		return false;
	if (now != second)
		lines = 0;
	second = now;
	return ++lines > REFUSALS_A_SECOND;
}

void rk_call_log(const struct rk_call *call)
{
	bool grave = !call->http_status &&
		(rk_error_is_ours(&call->err) || call->err.status == RK_DATA_LOSS);
	struct rk_log_field fields[LOG_FIELDS + 1] = {{0}};
	RK_AUTO(rk_buf_clear) struct rk_buf key = {0};
	int n = 0;

	if (is_one_of_a_flood(call))
		return;
	log_text(fields, &n, "method", call->method ? strrchr(call->method->path, '/') + 1 : "-");
	log_text(fields, &n, "principal", call->principal->uri);
	log_text(fields, &n, "peer", call->principal->address);
	log_text(fields, &n, "status", rk_status_name((int)call->err.status));
	log_text(fields, &n, "reason", call->err.reason);
	log_text(fields, &n, "step", rk_call_step_name(call));
	log_number(fields, &n, "ms", rk_clock_ms() - call->begun_ms);
	log_number(fields, &n, "bytes_in", (int64_t)call->bytes_in);
	log_number(fields, &n, "bytes_out", (int64_t)call->bytes_out);
	/* Which key is to be entered in renkei.certificate, or revoked. */
	if (call->err.status == RK_UNAUTHENTICATED &&
		rk_text_hex(&key, rk_slice_of(call->principal->spki_sha256, RK_SHA256_BYTES)) ==
			RK_OK &&
		rk_buf_cstr(&key))
		log_text(fields, &n, "key", (const char *)key.at);
	if (call->messages > 1)
		log_number(fields, &n, "messages", call->messages);
	if (call->replayed)
		log_number(fields, &n, "replayed", 1);
	if (call->http_status)
		log_number(fields, &n, "http", call->http_status);
	log_text(fields, &n, "id", call->id);
	log_text(fields, &n, "request_id", call->request_id ? call->request_id : "");
	log_text(fields, &n, "text", grave ? call->err.text : "");
	rk_log_fields(grave ? RK_LOG_ERROR : RK_LOG_INFO, "call", fields);
}

void rk_call_count(const struct rk_call *call)
{
	struct rk_stats *stats = call->env->stats;

	rk_stats_call(stats, call->method_index, (int)call->err.status,
		(rk_clock_ms() - call->begun_ms) * 1000);
	if (strcmp(call->err.reason, "QUOTA_EXCEEDED") == 0)
		atomic_fetch_add_explicit(&stats->refused_quota, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&stats->bytes_in, call->bytes_in, memory_order_relaxed);
	atomic_fetch_add_explicit(&stats->bytes_out, call->bytes_out, memory_order_relaxed);
	atomic_fetch_sub_explicit(&stats->calls_open, 1, memory_order_relaxed);
}
