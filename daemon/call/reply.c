#include "call/reply.h"

#include "base/clock.h"
#include "base/text.h"
#include "call/error.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "words/period.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define MAX_TRAILERS (11 + RK_CALL_METADATA)
/* What the last weeks of a certificate are. */
#define LAST_SECONDS (INT64_C(21) * 86400)

/* The trailers and what their values borrow. */
struct trailers {
	struct rk_h2_header list[MAX_TRAILERS];
	size_t count;
	char status[8], http[8], retry[24];
	struct rk_buf message, raw, details, expires, ends;
};

static void trailers_clear(struct trailers *trailers)
{
	rk_buf_clear(&trailers->message);
	rk_buf_clear(&trailers->raw);
	rk_buf_clear(&trailers->details);
	rk_buf_clear(&trailers->expires);
	rk_buf_clear(&trailers->ends);
}

static void add(struct trailers *trailers, const char *name, struct rk_slice value)
{
	assert(trailers->count < MAX_TRAILERS - RK_CALL_METADATA);
	trailers->list[trailers->count++] = (struct rk_h2_header){name, value};
}

static void add_error(struct rk_call *call, struct trailers *trailers)
{
	bool writes = call->request_id && *call->request_id;
	struct rk_error error = {
		.err = &call->err,
		.detail = call->detail,
		.verdict = call->verdict,
		.request_id = writes ? call->request_id : call->id,
		.write_id = writes ? call->request_id : NULL,
		.incident = rk_error_is_ours(&call->err) ? call->id : NULL,
		.language = call->language,
	};
	int64_t retry_ms = rk_error_retry_ms(&call->err);

	if (rk_text_percent(&trailers->message, rk_slice_str(call->err.text)) == RK_OK)
		add(trailers, "grpc-message", rk_buf_slice(&trailers->message));
	if (rk_error_status(&call->arena, &error, &trailers->raw) == RK_OK &&
		rk_text_base64(&trailers->details, rk_buf_slice(&trailers->raw)) == RK_OK)
		add(trailers, "grpc-status-details-bin", rk_buf_slice(&trailers->details));
	if (retry_ms) {
		snprintf(trailers->retry, sizeof trailers->retry, "%lld", (long long)retry_ms);
		add(trailers, "grpc-retry-pushback-ms", rk_slice_str(trailers->retry));
	}
}

/* A guest has none yet. */
static void add_certificate(const struct rk_call *call, struct trailers *trailers)
{
	int64_t end = call->principal->expires;

	if (!end)
		return;
	if (rk_text_add_rfc3339(&trailers->expires, end, 0) == RK_OK)
		add(trailers, "renkei-certificate-expires", rk_buf_slice(&trailers->expires));
	if (end - rk_clock_now_us() / 1000000 > LAST_SECONDS ||
		rk_text_add_rfc3339(&trailers->ends, end + RK_JST_SECONDS, 0) != RK_OK)
		return;
	trailers->ends.len = strlen("2016-07-15");
	add(trailers, "renkei-certificate-ends", rk_buf_slice(&trailers->ends));
}

static void fill(struct rk_call *call, struct trailers *trailers)
{
	snprintf(trailers->status, sizeof trailers->status, "%d", (int)call->err.status);
	add(trailers, "grpc-status", rk_slice_str(trailers->status));
	if (call->err.status != RK_OK)
		add_error(call, trailers);
	if (call->replayed)
		add(trailers, "renkei-replayed", rk_slice_str("true"));
	add_certificate(call, trailers);
	if (call->env->on_answer)
		trailers->count += call->env->on_answer(
			call, true, trailers->list + trailers->count);
	assert(trailers->count <= MAX_TRAILERS);
}

/* A reply that cannot be queued for want of memory leaves only one honest thing to do. */
static void give_up(struct rk_call *call)
{
	rk_h2_reset(call->stream, 2 /* INTERNAL_ERROR */);
}

static void end_http(struct rk_call *call)
{
	int status = call->http_status ? call->http_status : rk_error_http(call->err.status);
	struct rk_h2_header headers[] = {
		{":status",      {0}				      },
		{"content-type", rk_slice_str("text/plain; charset=utf-8")},
	};
	char digits[8];

	call->responded = true;
	snprintf(digits, sizeof digits, "%d", status);
	headers[0].value = rk_slice_str(digits);
	if (rk_h2_respond(call->stream, headers, 2, false) != RK_OK ||
		rk_h2_send(call->stream, rk_slice_str(call->err.text)) != RK_OK ||
		rk_h2_send(call->stream, rk_slice_str("\n")) != RK_OK ||
		rk_h2_end(call->stream, NULL, 0) != RK_OK)
		give_up(call);
}

static enum rk_status end_at_once(struct rk_call *call, struct trailers *trailers)
{
	struct rk_h2_header headers[MAX_TRAILERS + 3] = {
		{":status",              rk_slice_str("200")             },
		{"content-type",         rk_slice_str("application/grpc")},
		{"grpc-accept-encoding", rk_slice_str("identity")        },
	};

	memcpy(headers + 3, trailers->list, trailers->count * sizeof *headers);
	return rk_h2_respond(call->stream, headers, trailers->count + 3, true);
}

void rk_reply_end(struct rk_call *call)
{
	RK_AUTO(trailers_clear) struct trailers trailers = {0};
	enum rk_status status;

	assert(call->stream);
	if (call->http_status || (call->method && call->method->shape == RK_GET)) {
		if (!call->responded)
			end_http(call);
		return;
	}
	fill(call, &trailers);
	if (call->responded)
		status = rk_h2_end(call->stream, trailers.list, trailers.count);
	else
		status = end_at_once(call, &trailers);
	if (status != RK_OK)
		give_up(call);
}

void rk_reply_text(struct rk_call *call, struct rk_slice text)
{
	static const char type[] = "text/plain; version=0.0.4; charset=utf-8";
	const struct rk_h2_header headers[] = {
		{":status",      rk_slice_str("200")},
		{"content-type", rk_slice_str(type) },
	};

	if (!call->stream)
		return;
	assert(!call->responded);
	call->responded = true;
	call->bytes_out += text.len;
	if (rk_h2_respond(call->stream, headers, 2, false) != RK_OK ||
		rk_h2_send(call->stream, text) != RK_OK ||
		rk_h2_end(call->stream, NULL, 0) != RK_OK)
		give_up(call);
}

/* The head of an answer with messages. */
static enum rk_status respond(struct rk_call *call)
{
	struct rk_h2_header headers[3 + RK_CALL_METADATA] = {
		{":status",              rk_slice_str("200")             },
		{"content-type",         rk_slice_str("application/grpc")},
		{"grpc-accept-encoding", rk_slice_str("identity")        },
	};
	size_t count = 3;

	if (call->env->on_answer)
		count += call->env->on_answer(call, false, headers + count);
	assert(count <= sizeof headers / sizeof *headers);
	return rk_h2_respond(call->stream, headers, count, false);
}

enum rk_status rk_call_send_bytes(struct rk_call *call, struct rk_slice body)
{
	RK_AUTO(rk_buf_clear) struct rk_buf head = {0};

	if (!call->stream)
		return RK_OK;
	RK_TRY(rk_frame_head(&head, body.len));
	if (!call->responded)
		RK_TRY(respond(call));
	call->responded = true;
	call->active_ms = rk_clock_ms();
	call->bytes_out += head.len + body.len;
	RK_TRY(rk_h2_send(call->stream, rk_buf_slice(&head)));
	return rk_h2_send(call->stream, body);
}

enum rk_status rk_call_send(struct rk_call *call, const ProtobufCMessage *message)
{
	RK_AUTO(rk_buf_clear) struct rk_buf body = {0};

	RK_TRY(rk_pack(message, &body));
	return rk_call_send_bytes(call, rk_buf_slice(&body));
}

struct rk_query *rk_call_query_json(struct rk_call *call)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0};
	char *kept;

	if (rk_json_from_message(call->message, RK_JSON_COMPACT, &json) != RK_OK) {
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for the request");
		return NULL;
	}
	kept = rk_arena_slice(&call->arena, rk_buf_slice(&json));
	if (!kept) {
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
		return NULL;
	}
	if (rk_call_query(call))
		rk_query_text(call->query, rk_slice_of(kept, json.len));
	return call->query;
}

enum rk_flow rk_call_ask_json(struct rk_call *call)
{
	return rk_call_query_json(call) ? rk_call_ask(call) : RK_FLOW_END;
}

enum rk_status rk_call_answer_json(struct rk_call *call, struct rk_buf *reply)
{
	struct rk_slice json;

	if (rk_query_rows(call->query) != 1 || !rk_query_value(call->query, 0, "reply", &json))
		return rk_fail(&call->err, RK_INTERNAL, "%s returned no reply",
			call->method->statement->name);
	if (rk_json_to_wire(call->method->output, json, reply, &call->err) != RK_OK) {
		struct rk_err why = call->err;

		if (why.status == RK_RESOURCE_EXHAUSTED)
			return why.status;
		return rk_fail(&call->err, RK_INTERNAL, "the reply of %s: %s",
			call->method->statement->name, why.text);
	}
	return RK_OK;
}
