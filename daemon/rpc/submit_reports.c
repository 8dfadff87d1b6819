#include "base/log.h"
#include "call/error.h"
#include "rpc/submission.h"
#include "rpc/wirewalk.h"

#include "renkei/v1/report_service.pb-c.h"

#include <stdio.h>
#include <stdlib.h>

/* Items of one stream on their way; more wait in the stream's window. */
#define MAX_OPEN 64

struct item {
	struct rk_list node;
	struct rk_submission_walk walk;
	struct rk_arena arena;
	int64_t index;
	enum rk_status status;
	size_t kept;  /* of the call's bytes */
	bool settled; /* waits for its turn to be answered */
};

struct stream {
	struct rk_list items;
	size_t open;
	int64_t next;
	bool ended;
};

static void item_free(struct rk_call *call, struct item *item)
{
	struct stream *stream = call->state;

	rk_submission_abandon(&item->walk);
	rk_list_remove(&item->node);
	stream->open--;
	call->kept -= item->kept;
	rk_arena_clear(&item->arena);
	free(item);
}

static const char *sentence(const struct rk_call *call, const struct rk_submission_walk *walk)
{
	const struct rk_error error = {
		.err = &walk->err,
		.detail = walk->detail,
		.verdict = walk->detail.at ? NULL : walk->verdict,
		.write_id = *walk->request_id ? walk->request_id : NULL,
		.incident = walk->err.status == RK_INTERNAL ? call->id : NULL,
		.language = call->language,
	};

	return rk_error_sentence(walk->arena, &error);
}

static enum rk_status send_answer(struct rk_call *call, struct item *item, enum rk_status status)
{
	Renkei__V1__SubmitReportsResponse response = RENKEI__V1__SUBMIT_REPORTS_RESPONSE__INIT;
	struct rk_submission_walk *walk = &item->walk;
	char id[37];

	if (status == RK_INTERNAL || status == RK_UNKNOWN) {
		/* The call's own id leads to the line in the log. */
		rk_log(RK_LOG_ERROR, "item_failed", RK_TEXT("id", call->id),
			RK_NUMBER("index", item->index), RK_TEXT("text", walk->err.text));
		snprintf(id, sizeof id, "%s", call->id);
		rk_fail_reason(&walk->err, RK_INTERNAL, "INTERNAL_ERROR",
			"an error nobody foresaw; the operator finds it in the log as %s", id);
	}
	response.index = item->index;
	response.request_id = rk_arena_str(walk->arena, walk->request_id);
	response.code = (int32_t)status;
	if (status != RK_OK) {
		response.reason = walk->err.reason;
		response.message = rk_arena_str(walk->arena, sentence(call, walk));
		response.retry_ms = (int32_t)rk_error_retry_ms(&walk->err);
	}
	response.receipt = walk->receipt;
	response.replayed = walk->replayed;
	/* A refusal by the database is no matter of findings. */
	response.verdict = walk->detail.at ? NULL : walk->verdict;
	if (!response.request_id || !response.message)
		return RK_RESOURCE_EXHAUSTED;
	return rk_call_send(call, &response.base);
}

/* Answers leave in the order of the items, whichever transaction ended first. */
static enum rk_status send_settled(struct rk_call *call)
{
	struct stream *stream = call->state;

	rk_list_each(node, &stream->items) {
		struct item *item = rk_list_item(node, struct item, node);

		if (!item->settled)
			break;
		RK_TRY(send_answer(call, item, item->status));
		item_free(call, item);
	}
	return RK_OK;
}

/* What is stored is stored, and the same request_ids tell it. */
static void starved(struct rk_call *call)
{
	rk_fail_reason(&call->err, RK_UNAVAILABLE, "OUTCOME_UNKNOWN",
		"no memory for an answer; send what is not answered again with the same request_ids");
}

static void on_submitted(
	enum rk_status status, struct rk_slice outcome, const struct rk_err *err, void *arg)
{
	struct item *item = arg;
	struct rk_call *call = item->walk.call;
	struct stream *stream = call->state;

	item->status = rk_submission_settle(&item->walk, status, outcome, err);
	item->settled = true;
	if (send_settled(call) != RK_OK) {
		starved(call);
		rk_call_fail(call);
	} else if (stream->ended && stream->open == 0) {
		rk_call_end(call);
	} else {
		rk_call_resume(call);
	}
}

static enum rk_status item_read(struct item *item, struct rk_slice bytes)
{
	struct rk_wirewalk field = {.rest = bytes};
	struct rk_slice request = rk_slice_of("", 0);
	int count = 0;

	while (rk_wirewalk_next(&field)) {
		if (field.number != 1 || field.type != 2 || count++)
			return rk_fail_reason(&item->walk.err, RK_INVALID_ARGUMENT,
				"MALFORMED_MESSAGE", "an item has other fields than one item");
		request = field.bytes;
	}
	if (field.bad)
		return rk_fail_reason(&item->walk.err, RK_INVALID_ARGUMENT, "MALFORMED_MESSAGE",
			"an item is no protobuf message");
	RK_TRY(rk_submission_read(&item->walk, request));
	RK_TRY(rk_submission_judge(&item->walk));
	return rk_submission_send(&item->walk, on_submitted, item);
}

static struct stream *stream_of(struct rk_call *call)
{
	struct stream *stream = call->state;

	if (stream)
		return stream;
	stream = calloc(1, sizeof *stream);
	if (stream)
		rk_list_init(&stream->items);
	call->state = stream;
	return stream;
}

static struct item *item_create(struct rk_call *call)
{
	struct stream *stream = stream_of(call);
	struct item *item = stream ? calloc(1, sizeof *item) : NULL;

	if (!item) {
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for an item");
		return NULL;
	}
	item->walk.call = call;
	item->walk.arena = &item->arena;
	item->walk.request_id = "";
	item->index = stream->next++;
	rk_list_append(&stream->items, &item->node);
	stream->open++;
	return item;
}

/* An item that was refused before it was sent anywhere. */
static enum rk_flow item_refuse(struct rk_call *call, struct item *item)
{
	item->settled = true;
	if (send_settled(call) == RK_OK)
		return RK_FLOW_WAIT;
	starved(call);
	return RK_FLOW_END;
}

static enum rk_flow message(struct rk_call *call, struct rk_slice bytes)
{
	struct item *item = item_create(call);

	if (!item)
		return RK_FLOW_END;
	item->status = item_read(item, bytes);
	item->kept = item->arena.used;
	call->kept += item->kept;
	if (rk_call_hold(call) != RK_OK)
		return RK_FLOW_END;
	return item->status == RK_OK ? RK_FLOW_WAIT : item_refuse(call, item);
}

/* Its neighbours are not to suffer from an item that is too large; who it was is not read any more. */
static enum rk_flow oversize(struct rk_call *call, size_t size)
{
	struct item *item = item_create(call);

	if (!item)
		return RK_FLOW_END;
	item->status = call->err.status;
	item->walk.err = call->err;
	item->walk.detail = rk_error_size(&item->arena, size, call->reader.max);
	call->err = (struct rk_err){0};
	call->detail = (struct rk_slice){0};
	return item_refuse(call, item);
}

static enum rk_flow ended(struct rk_call *call)
{
	struct stream *stream = stream_of(call);

	if (!stream || stream->open == 0)
		return RK_FLOW_NEXT;
	stream->ended = true;
	return RK_FLOW_WAIT;
}

/* With nothing open nothing would end the waiting for the quota. */
static bool busy(struct rk_call *call)
{
	const struct stream *stream = call->state;

	return stream &&
		(stream->open >= MAX_OPEN || rk_h2_is_full(call->stream) ||
			(stream->open && rk_quota_tight(call->env->quota, &call->share)));
}

static void closed(struct rk_call *call)
{
	struct stream *stream = call->state;

	if (!stream)
		return;
	rk_list_each(node, &stream->items)
		item_free(call, rk_list_item(node, struct item, node));
	free(stream);
	call->state = NULL;
}

const struct rk_method rk_method_submit_reports = {
	.path = "/renkei.v1.ReportService/SubmitReports",
	.input = &renkei__v1__submit_reports_request__descriptor,
	.output = &renkei__v1__submit_reports_response__descriptor,
	.shape = RK_BIDI,
	.message = message,
	.oversize = oversize,
	.ended = ended,
	.busy = busy,
	.closed = closed,
};
