/* A file in pieces: each is asked for when the peer has taken enough of those before. */
#include "call/argument.h"
#include "rpc/rpc.h"
#include "wire/json.h"
#include "wire/pack.h"

#include "renkei/v1/attachment_service.pb-c.h"

#include <inttypes.h>
#include <stdlib.h>

struct download {
	struct rk_question question;
	int64_t at;
	bool begun, waits; /* waits: for the peer */
};

static const struct rk_statement statement = {"download_attachment",
	"select reply, bytes from renkei_api.download_attachment($1, $2::bigint)", 2};

static enum rk_status check(struct rk_call *call)
{
	static const struct rk_argument missing = {
		.reason = "ARGUMENT_REQUIRED", .field = "number", .rule = "REQUIRED_MISSING"};

	if (*((const Renkei__V1__DownloadAttachmentRequest *)(const void *)call->message)->number)
		return RK_OK;
	return rk_argument_refuse(&call->arena, &missing, &call->detail, &call->err);
}

static void on_piece(struct rk_call *call);

static enum rk_flow ask_piece(struct rk_call *call)
{
	const Renkei__V1__DownloadAttachmentRequest *request = (const void *)call->message;
	struct download *download = call->state;
	struct rk_query *query = rk_question_make(&download->question, call, NULL, &statement);
	const char *at;

	if (!query)
		return RK_FLOW_END;
	at = rk_arena_printf(&download->question.arena, "%" PRId64, download->at);
	rk_query_text(query, rk_slice_str(request->number));
	rk_query_text(query, rk_slice_str(at));
	rk_query_binary(query);
	return at ? rk_question_ask(&download->question, on_piece) : RK_FLOW_END;
}

static enum rk_status read_attachment(
	struct rk_call *call, Renkei__V1__Attachment **attachment, int64_t *size)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	struct download *download = call->state;
	ProtobufCMessage *message;
	struct rk_slice json;

	if (!rk_query_value(download->question.query, 0, "reply", &json))
		return rk_fail(&call->err, RK_INTERNAL, "download_attachment gave no row");
	RK_TRY(rk_json_to_wire(&renkei__v1__attachment__descriptor, json, &wire, &call->err));
	RK_TRY(rk_unpack(&download->question.arena, &renkei__v1__attachment__descriptor,
		rk_buf_slice(&wire), &message, &call->err));
	*attachment = (Renkei__V1__Attachment *)(void *)message;
	*size = (*attachment)->size;
	return RK_OK;
}

/* Sends what the answer says; *more: there is something behind it. */
static enum rk_status send_piece(struct rk_call *call, bool *more)
{
	Renkei__V1__DownloadAttachmentResponse response =
		RENKEI__V1__DOWNLOAD_ATTACHMENT_RESPONSE__INIT;
	Renkei__V1__AttachmentChunk chunk = RENKEI__V1__ATTACHMENT_CHUNK__INIT;
	struct download *download = call->state;
	Renkei__V1__Attachment *attachment = NULL;
	struct rk_slice bytes;
	int64_t size = 0;

	RK_TRY(read_attachment(call, &attachment, &size));
	if (!download->begun)
		response.attachment = attachment;
	download->begun = true;
	if (rk_query_value(download->question.query, 0, "bytes", &bytes) && bytes.len) {
		chunk.offset = download->at;
		chunk.data = (ProtobufCBinaryData){
			.data = (uint8_t *)(uintptr_t)bytes.at, .len = bytes.len};
		response.chunk = &chunk;
		download->at += (int64_t)bytes.len;
	} else if (download->at < size) {
		return rk_fail_reason(&call->err, RK_DATA_LOSS, "STORE_DAMAGED",
			"byte %" PRId64 " of %" PRId64 " is not there", download->at, size);
	}
	*more = download->at < size;
	return rk_call_send(call, &response.base);
}

static void go_on(struct rk_call *call)
{
	struct download *download = call->state;

	download->waits = rk_h2_is_full(call->stream);
	if (!download->waits && ask_piece(call) == RK_FLOW_END)
		rk_call_fail(call);
}

static void on_piece(struct rk_call *call)
{
	bool more = false;

	if (send_piece(call, &more) != RK_OK) {
		if (call->err.status == RK_OK)
			rk_fail_reason(&call->err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
				"no memory for the answer");
		rk_call_fail(call);
	} else if (more) {
		go_on(call);
	} else {
		rk_call_end(call);
	}
}

static void drained(struct rk_call *call)
{
	const struct download *download = call->state;

	if (download && download->waits)
		go_on(call);
}

static enum rk_flow ask(struct rk_call *call)
{
	struct download *download = calloc(1, sizeof *download);

	if (!download) {
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for a download");
		return RK_FLOW_END;
	}
	call->state = download;
	/* A piece as the database gives it, and as it leaves. */
	call->kept = sizeof *download + 2 * RK_ATTACHMENT_CHUNK;
	if (rk_call_hold(call) != RK_OK)
		return RK_FLOW_END;
	download->at = ((const Renkei__V1__DownloadAttachmentRequest *)(const void *)call->message)
			       ->offset;
	return ask_piece(call);
}

static void closed(struct rk_call *call)
{
	struct download *download = call->state;

	if (!download)
		return;
	rk_question_close(&download->question);
	free(download);
	call->state = NULL;
}

const struct rk_method rk_method_download_attachment = {
	.path = "/renkei.v1.AttachmentService/DownloadAttachment",
	.input = &renkei__v1__download_attachment_request__descriptor,
	.output = &renkei__v1__download_attachment_response__descriptor,
	.statement = &statement,
	.roles = "{municipality,approver,secretariat,ministry,analyst}",
	.shape = RK_SERVER_STREAM,
	.cost = RK_COST_EXPORT,
	.check = check,
	.ask = ask,
	.drained = drained,
	.closed = closed,
};
