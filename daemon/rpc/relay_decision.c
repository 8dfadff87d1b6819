/* What an approver sealed, a release or a sending back, brought by somebody who has a line: done as the approver's own. */
#include "call/principal.h"
#include "rpc/relay.h"
#include "rpc/rpc.h"
#include "wire/pack.h"

#include "renkei/v1/report_service.pb-c.h"

/* An officer gets through to the function, which says why who prepares does not release. */
#define DECIDERS "{municipality,approver}"

const struct rk_statement rk_relay_decision_statement = {"relay_decision",
	"select renkei_api.relay_decision($1, $2::jsonb, $3, $4::jsonb) as reply", 4};

/* The request that the approver would have made over a line, its id the seal's, and the act as the database calls it. */
static enum rk_status read_decision(struct rk_call *call, const struct rk_seal *seal,
	const char **act, ProtobufCMessage **message)
{
	const Renkei__V1__RelayDecisionRequest *request = (const void *)call->message;

	if (seal->kind == RK_SEAL_RELEASE) {
		Renkei__V1__ReleaseReportRequest *release;

		RK_TRY(rk_relay_unpack(call, &renkei__v1__release_report_request__descriptor, seal,
			"the decision", message));
		release = (void *)*message;
		*act = "release";
		release->request_id = seal->content->request_id;
		release->validate_only = request->validate_only;
		return RK_OK;
	}
	if (seal->kind == RK_SEAL_SEND_BACK) {
		Renkei__V1__SendBackReportRequest *back;

		RK_TRY(rk_relay_unpack(call, &renkei__v1__send_back_report_request__descriptor,
			seal, "the decision", message));
		back = (void *)*message;
		*act = "send_back";
		back->request_id = seal->content->request_id;
		back->validate_only = request->validate_only;
		return RK_OK;
	}
	return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
		"what is sealed is no decision, but a report or a file");
}

static enum rk_status make(struct rk_call *call, struct rk_relay_walk *walk)
{
	const Renkei__V1__RelayDecisionRequest *request = (const void *)call->message;
	const char *key_id = rk_keyring_current(rk_rpc_of(call)->keys), *act = "";
	struct rk_asker sender = {.roles = DECIDERS};
	ProtobufCMessage *message = NULL;
	struct rk_slice note, json;
	struct rk_query *query;
	struct rk_seal seal;

	RK_TRY(rk_relay_open(call, request->sealed, request->request_id, &seal));
	RK_TRY(rk_relay_sender(call, &seal, &sender.principal));
	RK_TRY(rk_relay_note(call, &seal, &note));
	RK_TRY(read_decision(call, &seal, &act, &message));
	RK_TRY(rk_relay_json(call, message, "the decision", &json));
	if (!*key_id)
		return rk_fail_reason(&call->err, RK_FAILED_PRECONDITION, "RECEIPT_KEY_MISSING",
			"this server has no key to sign a receipt with");
	query = rk_relay_query(call, walk, &sender, &rk_relay_decision_statement);
	if (!query)
		return call->err.status;
	rk_query_text(query, rk_slice_str(act));
	rk_query_text(query, json);
	rk_query_text(query, rk_slice_str(key_id));
	rk_query_text(query, note);
	return RK_OK;
}

static enum rk_status check(struct rk_call *call)
{
	const Renkei__V1__RelayDecisionRequest *request = (const void *)call->message;

	return rk_relay_walk_begin(call, request->request_id, make);
}

static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	Renkei__V1__RelayDecisionResponse *response;
	ProtobufCMessage *message;

	RK_TRY(rk_call_answer_json(call, &wire));
	RK_TRY(rk_unpack(
		&call->arena, call->method->output, rk_buf_slice(&wire), &message, &call->err));
	response = (Renkei__V1__RelayDecisionResponse *)(void *)message;
	if (response->receipt)
		RK_TRY(rk_receipt_complete(
			rk_rpc_of(call)->keys, &call->arena, response->receipt, &call->err));
	return rk_pack(message, reply);
}

const struct rk_method rk_method_relay_decision = {
	.path = "/renkei.v1.ReportService/RelayDecision",
	.input = &renkei__v1__relay_decision_request__descriptor,
	.output = &renkei__v1__relay_decision_response__descriptor,
	.statement = &rk_relay_permit,
	.roles = RK_RELAYERS,
	.check = check,
	.ask = rk_relay_walk_ask,
	.answer = answer,
	.closed = rk_relay_walk_closed,
};
