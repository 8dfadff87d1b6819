/* A file in pieces: each is stored before the next is taken, nothing kept of it here; what a piece must be stands in upload_bytes.h. */
#include "base/text.h"
#include "call/argument.h"
#include "rpc/relay.h"
#include "rpc/rpc.h"
#include "rpc/upload_bytes.h"
#include "rpc/wirewalk.h"
#include "wire/json.h"
#include "wire/json_load.h"
#include "wire/pack.h"
#include "words/attachment_answer.h"
#include "words/file_kind.h"

#include "renkei/v1/attachment_service.pb-c.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct upload {
	struct rk_question question;
	const Renkei__V1__UploadHead *head;
	struct rk_slice json, limits; /* of the head; what the daemon allows */
	struct rk_asker
		sender; /* whose it is, when another brings it; principal NULL: the caller's */
	const Renkei__V1__RelayedHead *relayed; /* NULL: its own */
	char id[37];                  /* the database's name for this upload; "": not begun */
	struct rk_upload_bytes bytes; /* stored, hashed and judged */
	int64_t stored;               /* bytes that were there when it began */
	bool ended;                   /* the peer sends no more */
	struct rk_err refusal;        /* why its bytes are dropped */
	struct rk_slice refusal_detail;
};

const struct rk_statement rk_begin_statement = {
	"begin_upload", "select renkei_api.begin_upload($1::jsonb, $2::jsonb) as reply", 2};
const struct rk_statement rk_append_statement = {
	"append_upload", "select renkei_api.append_upload($1::uuid, $2::integer, $3) as held", 3};
const struct rk_statement rk_read_statement = {
	"read_upload", "select renkei_api.read_upload($1::uuid, $2::integer) as bytes", 2};
const struct rk_statement rk_finish_statement = {"finish_upload",
	"select renkei_api.finish_upload($1::uuid, $2::jsonb, $3, $4::jsonb) as reply", 4};
const struct rk_statement rk_discard_statement = {
	"discard_upload", "select renkei_api.discard_upload($1::uuid)", 1};

static void go_on(struct rk_call *call);

static enum rk_flow malformed(struct rk_call *call, const char *what)
{
	rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "MALFORMED_MESSAGE", "%s", what);
	return RK_FLOW_END;
}

/* A question that is not asked ends the call; from an answer nobody else would. */
static void must(struct rk_call *call, enum rk_flow flow)
{
	if (flow == RK_FLOW_END)
		rk_call_fail(call);
}

static struct rk_query *make(struct rk_call *call, const struct rk_statement *statement)
{
	struct upload *upload = call->state;
	struct rk_query *query = rk_question_make(&upload->question, call,
		upload->sender.principal ? &upload->sender : NULL, statement);

	call->kept = sizeof *upload + upload->question.arena.used;
	if (query && statement != &rk_begin_statement)
		rk_query_text(query, rk_slice_str(upload->id));
	return query;
}

static bool bind_number(struct rk_query *query, struct rk_arena *arena, int64_t number)
{
	const char *text = rk_arena_printf(arena, "%" PRId64, number);

	rk_query_text(query, rk_slice_str(text));
	return text != NULL;
}

static enum rk_status starved(struct rk_call *call)
{
	return rk_fail_reason(&call->err, RK_UNAVAILABLE, "OUTCOME_UNKNOWN",
		"no memory for the answer; send again with the same request_id");
}

static enum rk_status send_answer(struct rk_call *call, const json_t *json)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	Renkei__V1__UploadAttachmentResponse *response;
	ProtobufCMessage *message;

	RK_TRY(rk_json_value_to_wire(call->method->output, json, &wire, &call->err));
	RK_TRY(rk_unpack(
		&call->arena, call->method->output, rk_buf_slice(&wire), &message, &call->err));
	response = rk_attachment_answer(message);
	if (!response->receipt)
		return rk_fail(&call->err, RK_INTERNAL, "an attachment without a receipt");
	RK_TRY(rk_attachment_receipt_complete(
		rk_rpc_of(call)->keys, &call->arena, response->receipt, &call->err));
	return rk_call_send(call, message);
}

/* It is attached: what fails from here on can be asked again. */
static void answer(struct rk_call *call, const json_t *json)
{
	enum rk_status status = send_answer(call, json);

	if (status == RK_OK) {
		rk_call_end(call);
		return;
	}
	if (status == RK_RESOURCE_EXHAUSTED)
		(void)starved(call);
	rk_call_fail(call);
}

static json_t *reply_of(struct rk_call *call)
{
	struct upload *upload = call->state;
	struct rk_slice text;
	json_t *json = NULL;
	bool no_memory;

	if (rk_query_value(upload->question.query, 0, "reply", &text))
		json = rk_json_load(text, 0, NULL, &no_memory);
	if (!json) {
		(void)starved(call);
		rk_call_fail(call);
	}
	return json;
}

static void on_read(struct rk_call *call)
{
	struct upload *upload = call->state;
	struct rk_slice bytes;

	if (!rk_query_value(upload->question.query, 0, "bytes", &bytes) || bytes.len == 0) {
		rk_fail_reason(&call->err, RK_ABORTED, "UPLOAD_SUPERSEDED",
			"another upload goes on with this file");
		rk_call_fail(call);
		return;
	}
	rk_upload_pass(&upload->bytes, bytes);
	go_on(call);
}

/* What an upload before this one has stored passes by as if it came now. */
static enum rk_flow ask_read(struct rk_call *call)
{
	struct upload *upload = call->state;
	struct rk_query *query = make(call, &rk_read_statement);

	if (!query || !bind_number(query, &upload->question.arena, upload->bytes.held))
		return RK_FLOW_END;
	rk_query_binary(query);
	return rk_question_ask(&upload->question, on_read);
}

static void on_begun(struct rk_call *call)
{
	struct upload *upload = call->state;
	json_t *reply = reply_of(call);
	const json_t *done = json_object_get(reply, "done");
	const char *id = json_string_value(json_object_get(reply, "upload_id"));

	if (!reply)
		return;
	if (done) {
		answer(call, done);
		json_decref(reply);
		return;
	}
	if (id && strlen(id) == 36)
		memcpy(upload->id, id, 37);
	upload->stored = json_integer_value(json_object_get(reply, "held"));
	json_decref(reply);
	go_on(call);
}

/* note: of a sealed file, how it came. */
static const char *limits_json(struct rk_call *call, struct rk_slice note)
{
	const struct rk_rpc *rpc = rk_rpc_of(call);

	return rk_arena_printf(&call->arena,
		"{\"bytes\":%" PRId64 ",\"files\":%" PRId64 ",\"hours\":%" PRId64
		",\"key_id\":\"%s\"%s%.*s}",
		rpc->attachments.bytes, rpc->attachments.files, rpc->attachments.hours,
		rk_keyring_current(rpc->keys), note.len ? ",\"relay\":" : "", (int)note.len,
		note.len ? (const char *)note.at : "");
}

/* The head as the database takes it. */
static enum rk_status head_keep(struct rk_call *call, struct upload *upload,
	const Renkei__V1__UploadHead *head, struct rk_slice note)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0};
	const char *kept, *limits = limits_json(call, note);
	const ProtobufCMessage *message = &head->base;

	upload->head = head;
	if (rk_text_is_uuid(rk_slice_str(upload->head->request_id)))
		call->request_id = upload->head->request_id;
	RK_TRY(rk_arguments_check(&call->arena, message, &call->detail, &call->err));
	if (!*rk_keyring_current(rk_rpc_of(call)->keys))
		return rk_fail_reason(&call->err, RK_FAILED_PRECONDITION, "RECEIPT_KEY_MISSING",
			"this server has no key to sign a receipt with");
	kept = rk_json_from_message(message, RK_JSON_COMPACT, &json) == RK_OK
		? rk_arena_slice(&call->arena, rk_buf_slice(&json))
		: NULL;
	if (!kept || !limits)
		return rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
	upload->json = rk_slice_of(kept, json.len);
	upload->limits = rk_slice_str(limits);
	return RK_OK;
}

static enum rk_status message_read(struct rk_call *call, const ProtobufCMessageDescriptor *type,
	struct rk_slice bytes, ProtobufCMessage **message)
{
	RK_TRY(rk_scan(type, bytes, NULL, NULL, NULL, &call->err));
	return rk_unpack(&call->arena, type, bytes, message, &call->err);
}

static enum rk_flow begin(struct rk_call *call)
{
	struct upload *upload = call->state;
	struct rk_query *query = make(call, &rk_begin_statement);

	if (!query)
		return RK_FLOW_END;
	rk_query_text(query, upload->json);
	rk_query_text(query, upload->limits);
	return rk_question_ask(&upload->question, on_begun);
}

static void on_begin_refused(struct rk_call *call)
{
	if (rk_relay_say_whose(&call->err))
		call->detail = (struct rk_slice){0};
	rk_call_fail(call);
}

/* Who may not relay learns nothing about what is sealed, and costs no look at a signature. */
static void on_permitted(struct rk_call *call)
{
	struct upload *upload = call->state;
	Renkei__V1__UploadHead *head = NULL;
	struct rk_slice note = {0};
	enum rk_status status = rk_relayed_head(call, upload->relayed->sealed,
		upload->relayed->request_id, &upload->sender, &note, &head);
	enum rk_flow flow = RK_FLOW_END;

	if (status == RK_OK) {
		head->offset = upload->relayed->offset;
		status = head_keep(call, upload, head, note);
	}
	if (status == RK_OK)
		flow = begin(call);
	if (flow == RK_FLOW_WAIT)
		upload->question.refused = on_begin_refused;
	must(call, flow);
}

/* First the caller, as every caller is asked about; the officer is asked about where the upload begins. */
static enum rk_flow ask_permit(struct rk_call *call, struct rk_slice bytes)
{
	struct upload *upload = call->state;
	ProtobufCMessage *message = NULL;

	if (message_read(call, &renkei__v1__relayed_head__descriptor, bytes, &message) != RK_OK)
		return RK_FLOW_END;
	upload->relayed = (const Renkei__V1__RelayedHead *)(const void *)message;
	if (rk_relay_check_id(call, upload->relayed->request_id) != RK_OK ||
		!rk_question_make(&upload->question, call, NULL, &rk_relay_permit))
		return RK_FLOW_END;
	return rk_question_ask(&upload->question, on_permitted);
}

static enum rk_flow on_head(struct rk_call *call, struct rk_slice bytes)
{
	struct upload *upload = call->state;
	ProtobufCMessage *message = NULL;

	if (upload)
		return malformed(call, "an upload has one head, which comes first");
	upload = calloc(1, sizeof *upload);
	if (!upload) {
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for an upload");
		return RK_FLOW_END;
	}
	call->state = upload;
	rk_upload_bytes_begin(&upload->bytes);
	if (call->method == &rk_method_relay_attachment)
		return ask_permit(call, bytes);
	if (message_read(call, &renkei__v1__upload_head__descriptor, bytes, &message) != RK_OK ||
		head_keep(call, upload, (const Renkei__V1__UploadHead *)(const void *)message,
			(struct rk_slice){0}) != RK_OK)
		return RK_FLOW_END;
	return begin(call);
}

static enum rk_flow on_chunk(struct rk_call *call, struct rk_slice bytes)
{
	struct upload *upload = call->state;
	struct rk_query *query;
	struct rk_slice data;

	if (!upload || !upload->head)
		return malformed(call, "an upload begins with its head");
	if (rk_upload_chunk(call, &upload->bytes, upload->head, bytes, &data) != RK_OK)
		return RK_FLOW_END;
	query = make(call, &rk_append_statement);
	if (!query || !bind_number(query, &upload->question.arena, upload->bytes.held))
		return RK_FLOW_END;
	rk_query_bytes(query, data);
	rk_upload_pass(&upload->bytes, data);
	return rk_question_ask(&upload->question, go_on);
}

static enum rk_flow message(struct rk_call *call, struct rk_slice bytes)
{
	struct rk_wirewalk field = {.rest = bytes}, more;

	if (!rk_wirewalk_next(&field) || field.type != 2 || field.number > 2)
		return malformed(call, "a message of an upload is a head or a chunk");
	more = field;
	if (rk_wirewalk_next(&more) || more.bad)
		return malformed(call, "a message of an upload is one head or one chunk");
	return field.number == 1 ? on_head(call, field.bytes) : on_chunk(call, field.bytes);
}

static void on_discarded(struct rk_call *call)
{
	const struct upload *upload = call->state;

	call->err = upload->refusal;
	call->detail = upload->refusal_detail;
	rk_call_fail(call);
}

/* Bytes that are not what they should be are of no use to any upload that comes; those that cannot be attached would take up room. */
static enum rk_flow discard(struct rk_call *call)
{
	struct upload *upload = call->state;

	upload->refusal = call->err;
	upload->refusal_detail = call->detail;
	if (!make(call, &rk_discard_statement))
		return RK_FLOW_END;
	upload->question.refused = on_discarded;
	return rk_question_ask(&upload->question, on_discarded);
}

static void on_finished(struct rk_call *call)
{
	json_t *reply = reply_of(call);

	if (!reply)
		return;
	answer(call, reply);
	json_decref(reply);
}

/* Refused by a rule, not cut off: another upload that took the last place, or the same request. */
static void on_finish_refused(struct rk_call *call)
{
	struct rk_slice detail = call->detail;
	const char *kept = detail.len ? rk_arena_slice(&call->arena, detail) : NULL;

	call->detail = kept ? rk_slice_of(kept, detail.len) : (struct rk_slice){0};
	if (!detail.len || strcmp(call->err.reason, "UPLOAD_SUPERSEDED") == 0)
		rk_call_fail(call);
	else
		must(call, discard(call));
}

static enum rk_flow finish(struct rk_call *call)
{
	struct upload *upload = call->state;
	struct rk_query *query;

	if (rk_upload_whole(call, &upload->bytes, upload->head) != RK_OK)
		return RK_FLOW_END;
	if (rk_upload_judge(call, &upload->bytes, upload->head) != RK_OK)
		return discard(call);
	query = make(call, &rk_finish_statement);
	if (!query)
		return RK_FLOW_END;
	rk_query_text(query, upload->json);
	rk_query_text(
		query, rk_slice_str(rk_file_kind_word(rk_file_kind_end(&upload->bytes.kind))));
	rk_query_text(query, upload->limits);
	upload->question.refused = on_finish_refused;
	return rk_question_ask(&upload->question, on_finished);
}

/* Something is stored, or was read again: what is next. */
static void go_on(struct rk_call *call)
{
	struct upload *upload = call->state;

	if (upload->bytes.held < upload->stored)
		must(call, ask_read(call));
	else if (upload->ended)
		must(call, finish(call));
	else
		rk_call_resume(call);
}

static enum rk_flow ended(struct rk_call *call)
{
	struct upload *upload = call->state;

	if (!upload)
		return malformed(call, "the request has no message");
	upload->ended = true;
	return rk_question_is_out(&upload->question) ? RK_FLOW_WAIT : finish(call);
}

/* One piece at a time: what the peer sends meanwhile waits in its window. */
static bool busy(struct rk_call *call)
{
	const struct upload *upload = call->state;

	return upload && rk_question_is_out(&upload->question);
}

static void closed(struct rk_call *call)
{
	struct upload *upload = call->state;

	if (!upload)
		return;
	rk_question_close(&upload->question);
	free(upload);
	call->state = NULL;
}

const struct rk_method rk_method_upload_attachment = {
	.path = "/renkei.v1.AttachmentService/UploadAttachment",
	.input = &renkei__v1__upload_attachment_request__descriptor,
	.output = &renkei__v1__upload_attachment_response__descriptor,
	.statement = &rk_begin_statement,
	.roles = "{municipality}",
	.shape = RK_BIDI,
	.cost = RK_COST_EXPORT,
	.max_message = RK_ATTACHMENT_CHUNK + 4096,
	.message = message,
	.ended = ended,
	.busy = busy,
	.closed = closed,
};

/* A head holds what is sealed beside what is its own. */
const struct rk_method rk_method_relay_attachment = {
	.path = "/renkei.v1.AttachmentService/RelayAttachment",
	.input = &renkei__v1__relay_attachment_request__descriptor,
	.output = &renkei__v1__relay_attachment_response__descriptor,
	.statement = &rk_relay_permit,
	.roles = RK_RELAYERS,
	.shape = RK_BIDI,
	.cost = RK_COST_EXPORT,
	.max_message = RK_ATTACHMENT_CHUNK + 4096,
	.message = message,
	.ended = ended,
	.busy = busy,
	.closed = closed,
};
