/* A file that an officer sealed, brought by somebody who has a line: whose it is and what it is; upload_attachment.c takes its bytes. */
#include "rpc/relay.h"
#include "rpc/rpc.h"
#include "wire/json.h"
#include "wire/pack.h"

#include "renkei/v1/attachment_service.pb-c.h"

#include <assert.h>

/* An approver gets through to the function, which says that only an officer attaches. */
#define ATTACHERS "{municipality}"

const struct rk_statement rk_relayed_held_statement = {
	"relayed_held", "select renkei_api.get_relayed_upload($1::jsonb) as reply", 1};

static enum rk_status starved(struct rk_call *call)
{
	return rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
}

enum rk_status rk_relayed_head(struct rk_call *call, const Renkei__V1__SealedReport *sealed,
	const char *request_id, struct rk_asker *sender, struct rk_slice *note,
	Renkei__V1__UploadHead **head)
{
	static const struct rk_scan_limits limits = {.max_fields = 64, .max_depth = 4};
	const ProtobufCMessageDescriptor *type = &renkei__v1__upload_head__descriptor;
	ProtobufCMessage *message = NULL;
	struct rk_seal seal;
	enum rk_status status;

	RK_TRY(rk_relay_open(call, sealed, request_id, &seal));
	if (seal.kind != RK_SEAL_ATTACHMENT)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
			"what is sealed is no file");
	RK_TRY(rk_relay_sender(call, &seal, &sender->principal));
	sender->roles = ATTACHERS;
	RK_TRY(rk_relay_note(call, &seal, note));
	status = rk_scan(type, seal.body, &limits, NULL, NULL, &call->err) == RK_OK
		? rk_unpack(&call->arena, type, seal.body, &message, &call->err)
		: RK_INVALID_ARGUMENT;
	if (status == RK_RESOURCE_EXHAUSTED)
		return status;
	if (status != RK_OK)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
			"the head of the file that is sealed cannot be read");
	*head = (Renkei__V1__UploadHead *)(void *)message;
	(*head)->request_id = seal.content->request_id;
	return RK_OK;
}

struct held {
	struct rk_query *query; /* the one that is out */
	struct rk_asker sender;
};

static enum rk_status check(struct rk_call *call)
{
	const Renkei__V1__GetRelayedUploadRequest *request = (const void *)call->message;

	call->request_id = request->request_id;
	call->state = rk_arena_alloc(&call->arena, sizeof(struct held));
	if (!call->state)
		return starved(call);
	*(struct held *)call->state = (struct held){0};
	return rk_relay_check_id(call, request->request_id);
}

/* The transaction is committed or lost. */
static void on_told(struct rk_query *query, void *arg)
{
	struct rk_call *call = arg;
	struct held *held = call->state;

	held->query = NULL;
	if (rk_query_status(query, &call->detail, &call->err) == RK_OK) {
		call->query = query;
		rk_call_advance(call);
		return;
	}
	if (rk_relay_say_whose(&call->err))
		call->detail = (struct rk_slice){0};
	rk_call_fail(call);
}

static enum rk_status ask_held(struct rk_call *call, struct held *held)
{
	const Renkei__V1__GetRelayedUploadRequest *request = (const void *)call->message;
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0};
	Renkei__V1__UploadHead *head = NULL;
	struct rk_slice note;
	const char *kept;

	RK_TRY(rk_relayed_head(
		call, request->sealed, request->request_id, &held->sender, &note, &head));
	assert(head);
	if (rk_json_from_message(&head->base, RK_JSON_COMPACT, &json) != RK_OK)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
			"the head of the file that is sealed is no valid text");
	kept = rk_arena_slice(&call->arena, rk_buf_slice(&json));
	const struct rk_query_actor actor = {
		.uri = held->sender.principal->uri,
		.spki_sha256 = held->sender.principal->spki_sha256,
		.roles = held->sender.roles,
		.timeout_ms = rk_call_left_ms(call),
	};

	held->query = rk_query_create(
		&call->arena, &rk_relayed_held_statement, &actor, actor.timeout_ms);
	if (!held->query || !kept)
		return starved(call);
	rk_query_text(held->query, rk_slice_of(kept, json.len));
	if (rk_pool_submit(call->env->pool, held->query, on_told, call, &call->err) == RK_OK)
		return RK_OK;
	held->query = NULL;
	return call->err.status;
}

static void on_permitted(struct rk_query *query, void *arg)
{
	struct rk_call *call = arg;
	struct held *held = call->state;
	enum rk_status status = rk_query_status(query, &call->detail, &call->err);

	held->query = NULL;
	if (status == RK_OK)
		status = ask_held(call, held);
	if (status != RK_OK)
		rk_call_fail(call);
}

/* First the caller, as every caller is asked about; the officer is asked about where it is looked up. */
static enum rk_flow ask(struct rk_call *call)
{
	struct held *held = call->state;

	held->query = rk_call_query(call);
	call->query = NULL;
	if (!held->query)
		return RK_FLOW_END;
	if (rk_pool_submit(call->env->pool, held->query, on_permitted, call, &call->err) == RK_OK)
		return RK_FLOW_WAIT;
	held->query = NULL;
	return RK_FLOW_END;
}

static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	return rk_call_answer_json(call, reply);
}

static void closed(struct rk_call *call)
{
	struct held *held = call->state;

	if (held && held->query)
		rk_query_abandon(call->env->pool, held->query);
}

const struct rk_method rk_method_get_relayed_upload = {
	.path = "/renkei.v1.AttachmentService/GetRelayedUpload",
	.input = &renkei__v1__get_relayed_upload_request__descriptor,
	.output = &renkei__v1__get_relayed_upload_response__descriptor,
	.statement = &rk_relay_permit,
	.roles = RK_RELAYERS,
	.check = check,
	.ask = ask,
	.answer = answer,
	.closed = closed,
};
