#include "rpc/submission.h"
#include "wire/pack.h"

#include "renkei/v1/report_service.pb-c.h"

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

static enum rk_status decode(struct rk_call *call)
{
	struct rk_submission_walk *walk = rk_arena_alloc(&call->arena, sizeof *walk);
	enum rk_status status;

	if (!walk)
		return rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
	call->state = walk;
	walk->call = call;
	walk->arena = &call->arena;
	status = rk_submission_read(walk, call->request);
	call->request_id = walk->request_id;
	return pass(call, status);
}

static enum rk_status check(struct rk_call *call)
{
	return pass(call, rk_submission_judge(call->state));
}

static void on_submitted(
	enum rk_status status, struct rk_slice outcome, const struct rk_err *err, void *arg)
{
	struct rk_call *call = arg;
	struct rk_submission_walk *walk = call->state;

	status = pass(call, rk_submission_settle(walk, status, outcome, err));
	call->replayed = walk->replayed;
	if (status == RK_OK)
		rk_call_advance(call);
	else
		rk_call_fail(call);
}

static enum rk_flow ask(struct rk_call *call)
{
	if (pass(call, rk_submission_send(call->state, on_submitted, call)) != RK_OK)
		return RK_FLOW_END;
	return RK_FLOW_WAIT;
}

static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	const struct rk_submission_walk *walk = call->state;
	Renkei__V1__SubmitReportResponse response = RENKEI__V1__SUBMIT_REPORT_RESPONSE__INIT;

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

const struct rk_method rk_method_submit_report = {
	.path = "/renkei.v1.ReportService/SubmitReport",
	.input = &renkei__v1__submit_report_request__descriptor,
	.output = &renkei__v1__submit_report_response__descriptor,
	.statement = &rk_submission_permit,
	.roles = RK_SUBMITTERS,
	.admit = admit,
	.decode = decode,
	.check = check,
	.ask = ask,
	.answer = answer,
	.closed = closed,
};
