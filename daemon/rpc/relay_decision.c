/* What an approver sealed, a release or a sending back, brought by somebody who has a line: done as the approver's own. */
#include "call/principal.h"
#include "rpc/relay.h"
#include "rpc/rpc.h"
#include "wire/json.h"
#include "wire/pack.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

struct decision {
	struct rk_query *query; /* the one that is out */
	const char *act;        /* as the database calls it */
	struct rk_slice request, note;
	const struct rk_principal *sender;
};

/* An officer gets through to the function, which says why who prepares does not release. */
#define DECIDERS "{municipality,approver}"

const struct rk_statement rk_relay_decision_statement = {"relay_decision",
	"select renkei_api.relay_decision($1, $2::jsonb, $3, $4::jsonb) as reply", 4};

static enum rk_status starved(struct rk_call *call)
{
	return rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
}

static enum rk_status check(struct rk_call *call)
{
	const Renkei__V1__RelayDecisionRequest *request = (const void *)call->message;

	call->request_id = request->request_id;
	call->state = rk_arena_alloc(&call->arena, sizeof(struct decision));
	if (!call->state)
		return starved(call);
	return rk_relay_check_id(call, request->request_id);
}

static enum rk_status to_json(
	struct rk_call *call, struct decision *decision, const ProtobufCMessage *message)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0};
	enum rk_status status = rk_json_from_message(message, RK_JSON_COMPACT, &json);
	char *at;

	if (status == RK_RESOURCE_EXHAUSTED)
		return starved(call);
	if (status != RK_OK)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
			"the decision that is sealed is no valid text");
	at = rk_arena_alloc(&call->arena, json.len);
	if (!at)
		return starved(call);
	memcpy(at, json.at, json.len);
	decision->request = rk_slice_of((const uint8_t *)at, json.len);
	return RK_OK;
}

/* The request that the approver would have made over a line; its id is the seal's. */
static enum rk_status read_decision(
	struct rk_call *call, struct decision *decision, const struct rk_seal *seal)
{
	const Renkei__V1__RelayDecisionRequest *request = (const void *)call->message;
	const ProtobufCMessageDescriptor *type = seal->kind == RK_SEAL_RELEASE
		? &renkei__v1__release_report_request__descriptor
		: &renkei__v1__send_back_report_request__descriptor;
	static const struct rk_scan_limits limits = {.max_fields = 64, .max_depth = 4};
	ProtobufCMessage *message = NULL;
	enum rk_status status;

	if (seal->kind == RK_SEAL_REPORT)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
			"what is sealed is no decision, but a report");
	status = rk_scan(type, seal->body, &limits, NULL, NULL, &call->err) == RK_OK
		? rk_unpack(&call->arena, type, seal->body, &message, &call->err)
		: RK_INVALID_ARGUMENT;
	if (status == RK_RESOURCE_EXHAUSTED)
		return status;
	if (status != RK_OK)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
			"the decision that is sealed cannot be read");
	if (seal->kind == RK_SEAL_RELEASE) {
		Renkei__V1__ReleaseReportRequest *release = (void *)message;

		decision->act = "release";
		release->request_id = seal->content->request_id;
		release->validate_only = request->validate_only;
	} else {
		Renkei__V1__SendBackReportRequest *back = (void *)message;

		decision->act = "send_back";
		back->request_id = seal->content->request_id;
		back->validate_only = request->validate_only;
	}
	return to_json(call, decision, message);
}

static enum rk_status open_seal(struct rk_call *call, struct decision *decision)
{
	const Renkei__V1__RelayDecisionRequest *request = (const void *)call->message;
	struct rk_seal seal;

	RK_TRY(rk_relay_open(call, request->sealed, request->request_id, &seal));
	RK_TRY(rk_relay_sender(call, &seal, &decision->sender));
	RK_TRY(rk_relay_note(call, &seal, &decision->note));
	return read_decision(call, decision, &seal);
}

/* The transaction is committed or lost: before this moment nothing was promised. */
static void on_decided(struct rk_query *query, void *arg)
{
	struct rk_call *call = arg;
	struct decision *decision = call->state;

	decision->query = NULL;
	if (rk_query_status(query, &call->detail, &call->err) == RK_OK) {
		call->query = query;
		rk_call_advance(call);
		return;
	}
	if (rk_relay_say_whose(&call->err))
		call->detail = (struct rk_slice){0};
	rk_call_fail(call);
}

static enum rk_status decide(struct rk_call *call, struct decision *decision)
{
	const char *key_id = rk_keyring_current(rk_rpc_of(call)->keys);
	const struct rk_query_actor actor = {
		.uri = decision->sender->uri,
		.spki_sha256 = decision->sender->spki_sha256,
		.roles = DECIDERS,
		.timeout_ms = rk_call_left_ms(call),
	};

	if (!*key_id)
		return rk_fail_reason(&call->err, RK_FAILED_PRECONDITION, "RECEIPT_KEY_MISSING",
			"this server has no key to sign a receipt with");
	decision->query = rk_query_create(
		&call->arena, &rk_relay_decision_statement, &actor, actor.timeout_ms);
	if (!decision->query)
		return starved(call);
	rk_query_text(decision->query, rk_slice_str(decision->act));
	rk_query_text(decision->query, decision->request);
	rk_query_text(decision->query, rk_slice_str(key_id));
	rk_query_text(decision->query, decision->note);
	if (rk_pool_submit(call->env->pool, decision->query, on_decided, call, &call->err) == RK_OK)
		return RK_OK;
	decision->query = NULL;
	return call->err.status;
}

static void on_permitted(struct rk_query *query, void *arg)
{
	struct rk_call *call = arg;
	struct decision *decision = call->state;
	enum rk_status status = rk_query_status(query, &call->detail, &call->err);

	decision->query = NULL;
	if (status == RK_OK)
		status = open_seal(call, decision);
	if (status == RK_OK)
		status = decide(call, decision);
	if (status != RK_OK)
		rk_call_fail(call);
}

/* First the caller, as every caller is asked about; the approver is asked about where it is decided. */
static enum rk_flow ask(struct rk_call *call)
{
	struct decision *decision = call->state;

	decision->query = rk_call_query(call);
	call->query = NULL;
	if (!decision->query)
		return RK_FLOW_END;
	if (rk_pool_submit(call->env->pool, decision->query, on_permitted, call, &call->err) ==
		RK_OK)
		return RK_FLOW_WAIT;
	decision->query = NULL;
	return RK_FLOW_END;
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

static void closed(struct rk_call *call)
{
	struct decision *decision = call->state;

	if (decision && decision->query)
		rk_query_abandon(call->env->pool, decision->query);
}

const struct rk_method rk_method_relay_decision = {
	.path = "/renkei.v1.ReportService/RelayDecision",
	.input = &renkei__v1__relay_decision_request__descriptor,
	.output = &renkei__v1__relay_decision_response__descriptor,
	.statement = &rk_relay_permit,
	.roles = RK_RELAYERS,
	.check = check,
	.ask = ask,
	.answer = answer,
	.closed = closed,
};
