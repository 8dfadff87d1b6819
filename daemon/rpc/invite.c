#include "base/text.h"
#include "rpc/access.h"
#include "rpc/rpc.h"
#include "rpc/token.h"
#include "wire/json.h"
#include "wire/pack.h"

#include "renkei/v1/access_service.pb-c.h"

static enum rk_status check(struct rk_call *call)
{
	const struct rk_access_options *access = &rk_rpc_of(call)->access;

	if (access->ca && access->enrol_port && access->has_authority)
		return RK_OK;
	return rk_fail_reason(&call->err, RK_FAILED_PRECONDITION, "ENROLMENT_OFF",
		"this server signs no certificates; its operator names %s in renkeid.conf",
		!access->ca                   ? "ca_key"
			: !access->enrol_port ? "enrolment_listen"
					      : "in ca the authority behind its own certificate");
}

/* The database sees its SHA-256 alone, and the log nothing at all. */
static enum rk_flow ask(struct rk_call *call)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0};
	char token[RK_TOKEN_TEXT], digest[RK_SHA256_HEX], *kept, *kept_digest;

	if (!rk_token_make(token) || !rk_token_digest(rk_slice_str(token), digest)) {
		rk_fail(&call->err, RK_UNAVAILABLE, "the system has no randomness");
		return RK_FLOW_END;
	}
	if (rk_json_from_message(call->message, RK_JSON_COMPACT, &json) != RK_OK) {
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for the request");
		return RK_FLOW_END;
	}
	kept = rk_arena_slice(&call->arena, rk_buf_slice(&json));
	kept_digest = rk_arena_str(&call->arena, digest);
	call->state = rk_arena_str(&call->arena, token);
	if (!kept || !kept_digest || !call->state || !rk_call_query(call)) {
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
		return RK_FLOW_END;
	}
	rk_query_text(call->query, rk_slice_of(kept, json.len));
	rk_query_text(call->query, rk_slice_str(kept_digest));
	return rk_call_ask(call);
}

static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	const Renkei__V1__CreateInvitationRequest *request = (const void *)call->message;
	const struct rk_access_options *access = &rk_rpc_of(call)->access;
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0}, authority = {0};
	Renkei__V1__CreateInvitationResponse *response;
	ProtobufCMessage *message;

	RK_TRY(rk_call_answer_json(call, &wire));
	RK_TRY(rk_unpack(
		&call->arena, call->method->output, rk_buf_slice(&wire), &message, &call->err));
	response = (Renkei__V1__CreateInvitationResponse *)(void *)message;
	if (!response->invitation)
		return rk_fail(&call->err, RK_INTERNAL, "create_invitation gave no invitation");
	if (!request->validate_only &&
		response->invitation->state == RENKEI__V1__INVITATION_STATE__INVITATION_STATE_OPEN)
		response->token = call->state;
	response->enrolment_port = access->enrol_port;
	RK_TRY(rk_text_hex(&authority, rk_slice_of(access->authority, RK_SHA256_BYTES)));
	response->ca_sha256 = rk_arena_slice(&call->arena, rk_buf_slice(&authority));
	return response->ca_sha256 ? rk_pack(message, reply) : RK_RESOURCE_EXHAUSTED;
}

static const struct rk_statement statement = {
	"create_invitation", "select renkei_api.create_invitation($1::jsonb, $2) as reply", 2};

const struct rk_method rk_method_create_invitation = {
	.path = "/renkei.v1.AccessService/CreateInvitation",
	.input = &renkei__v1__create_invitation_request__descriptor,
	.output = &renkei__v1__create_invitation_response__descriptor,
	.statement = &statement,
	.roles = "{secretariat,operator}",
	.check = check,
	.ask = ask,
	.answer = answer,
};
