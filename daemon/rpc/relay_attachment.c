/* A file that an officer sealed, brought by somebody who has a line: whose it is and what it is; upload_attachment.c takes its bytes. */
#include "rpc/relay.h"
#include "rpc/rpc.h"

#include "renkei/v1/attachment_service.pb-c.h"

#include <assert.h>

/* An approver gets through to the function, which says that only an officer attaches. */
#define ATTACHERS "{municipality}"

const struct rk_statement rk_relayed_held_statement = {
	"relayed_held", "select renkei_api.get_relayed_upload($1::jsonb) as reply", 1};

enum rk_status rk_relayed_head(struct rk_call *call, const Renkei__V1__SealedReport *sealed,
	const char *request_id, struct rk_asker *sender, struct rk_slice *note,
	Renkei__V1__UploadHead **head)
{
	ProtobufCMessage *message = NULL;
	struct rk_seal seal;

	RK_TRY(rk_relay_open(call, sealed, request_id, &seal));
	if (seal.kind != RK_SEAL_ATTACHMENT)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
			"what is sealed is no file");
	RK_TRY(rk_relay_sender(call, &seal, &sender->principal));
	sender->roles = ATTACHERS;
	RK_TRY(rk_relay_note(call, &seal, note));
	RK_TRY(rk_relay_unpack(call, &renkei__v1__upload_head__descriptor, &seal,
		"the head of the file", &message));
	*head = (Renkei__V1__UploadHead *)(void *)message;
	(*head)->request_id = seal.content->request_id;
	return RK_OK;
}

static enum rk_status make(struct rk_call *call, struct rk_relay_walk *walk)
{
	const Renkei__V1__GetRelayedUploadRequest *request = (const void *)call->message;
	Renkei__V1__UploadHead *head = NULL;
	struct rk_slice note, json;
	struct rk_asker sender;
	struct rk_query *query;

	RK_TRY(rk_relayed_head(call, request->sealed, request->request_id, &sender, &note, &head));
	assert(head);
	RK_TRY(rk_relay_json(call, &head->base, "the head of the file", &json));
	query = rk_relay_query(call, walk, &sender, &rk_relayed_held_statement);
	if (!query)
		return call->err.status;
	rk_query_text(query, json);
	return RK_OK;
}

static enum rk_status check(struct rk_call *call)
{
	const Renkei__V1__GetRelayedUploadRequest *request = (const void *)call->message;

	return rk_relay_walk_begin(call, request->request_id, make);
}

static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	return rk_call_answer_json(call, reply);
}

const struct rk_method rk_method_get_relayed_upload = {
	.path = "/renkei.v1.AttachmentService/GetRelayedUpload",
	.input = &renkei__v1__get_relayed_upload_request__descriptor,
	.output = &renkei__v1__get_relayed_upload_response__descriptor,
	.statement = &rk_relay_permit,
	.roles = RK_RELAYERS,
	.check = check,
	.ask = rk_relay_walk_ask,
	.answer = answer,
	.closed = rk_relay_walk_closed,
};
