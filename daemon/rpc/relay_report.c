/* A report that its officer sealed, brought by somebody who has a line: judged and stored as the officer's. */
#include "rpc/relay.h"
#include "rpc/submission.h"
#include "wire/pack.h"
#include "words/seal.h"

#include "renkei/v1/report_service.pb-c.h"

static enum rk_status starved(struct rk_call *call)
{
	return rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
}

static enum rk_status pass(struct rk_call *call, enum rk_status status)
{
	const struct rk_submission_walk *walk = call->state;

	if (status == RK_OK)
		return RK_OK;
	call->err = walk->err;
	call->detail = walk->detail;
	/* A refusal by the database is no matter of findings. */
	if (!walk->detail.at)
		call->verdict = walk->verdict;
	return status;
}

static enum rk_status admit(struct rk_call *call)
{
	return rk_batch_admit(
		rk_rpc_of(call)->batch, call->principal->uri, 0, rk_call_left_ms(call), &call->err);
}

static enum rk_status check(struct rk_call *call)
{
	const Renkei__V1__RelayReportRequest *request = (const void *)call->message;
	struct rk_submission_walk *walk = rk_arena_alloc(&call->arena, sizeof *walk);

	call->request_id = request->request_id;
	if (!walk)
		return starved(call);
	walk->call = call;
	walk->arena = &call->arena;
	walk->on_behalf_of = "";
	walk->validate_only = request->validate_only != 0;
	call->state = walk;
	return rk_relay_check_id(call, request->request_id);
}

/* Whose it is, and what the rules say to it. */
static enum rk_status open_seal(struct rk_call *call, struct rk_submission_walk *walk)
{
	const Renkei__V1__RelayReportRequest *request = (const void *)call->message;
	struct rk_seal seal;

	RK_TRY(rk_relay_open(call, request->sealed, request->request_id, &seal));
	if (seal.kind != RK_SEAL_REPORT)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
			"what is sealed is no report, but a decision or a file");
	RK_TRY(rk_relay_sender(call, &seal, &walk->sender));
	RK_TRY(rk_relay_note(call, &seal, &walk->relay));
	walk->request_id = seal.content->request_id;
	walk->report = seal.body;
	RK_TRY(pass(call, rk_submission_judge(walk)));
	if (walk->refusal.status != RK_OK)
		walk->err = walk->refusal;
	return pass(call, walk->refusal.status);
}

static void on_submitted(
	enum rk_status status, struct rk_slice outcome, const struct rk_err *err, void *arg)
{
	struct rk_call *call = arg;
	struct rk_submission_walk *walk = call->state;

	status = rk_submission_settle(walk, status, outcome, err);
	if (rk_relay_say_whose(&walk->err)) {
		walk->detail = (struct rk_slice){0};
		walk->verdict = NULL;
	}
	call->replayed = walk->replayed;
	if (pass(call, status == RK_OK ? RK_OK : walk->err.status) == RK_OK)
		rk_call_advance(call);
	else
		rk_call_fail(call);
}

/* Who may not relay learns nothing about the report, and costs no look at a signature. */
static void on_permitted(struct rk_query *query, void *arg)
{
	struct rk_call *call = arg;
	struct rk_submission_walk *walk = call->state;
	enum rk_status status = rk_query_status(query, &call->detail, &call->err);

	walk->query = NULL;
	if (status == RK_OK)
		status = open_seal(call, walk);
	if (status == RK_OK)
		status = rk_call_hold(call);
	if (status == RK_OK)
		status = pass(call, rk_submission_send(walk, on_submitted, call));
	if (status != RK_OK)
		rk_call_fail(call);
}

/* First the caller, as every caller is asked about; the officer is asked about where the report is stored. */
static enum rk_flow ask(struct rk_call *call)
{
	struct rk_submission_walk *walk = call->state;

	walk->query = rk_call_query(call);
	call->query = NULL;
	if (!walk->query)
		return RK_FLOW_END;
	if (rk_pool_submit(call->env->pool, walk->query, on_permitted, call, &call->err) == RK_OK)
		return RK_FLOW_WAIT;
	walk->query = NULL;
	return RK_FLOW_END;
}

static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	const struct rk_submission_walk *walk = call->state;
	Renkei__V1__RelayReportResponse response = RENKEI__V1__RELAY_REPORT_RESPONSE__INIT;

	response.receipt = walk->receipt;
	response.verdict = walk->verdict;
	return rk_pack(&response.base, reply);
}

static void closed(struct rk_call *call)
{
	struct rk_submission_walk *walk = call->state;

	if (walk)
		rk_submission_abandon(walk);
}

const struct rk_method rk_method_relay_report = {
	.path = "/renkei.v1.ReportService/RelayReport",
	.input = &renkei__v1__relay_report_request__descriptor,
	.output = &renkei__v1__relay_report_response__descriptor,
	.statement = &rk_relay_permit,
	.roles = RK_RELAYERS,
	.admit = admit,
	.check = check,
	.ask = ask,
	.answer = answer,
	.closed = closed,
};
