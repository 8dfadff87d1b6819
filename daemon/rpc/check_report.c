#include "rpc/submission.h"
#include "rpc/wirewalk.h"
#include "wire/pack.h"

#include "renkei/v1/report_service.pb-c.h"

static enum rk_status malformed(struct rk_call *call)
{
	return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "MALFORMED_MESSAGE",
		"the request is no CheckReportRequest");
}

/* The report is judged as its bytes stand, not as the unpacked request would have it. */
static enum rk_status decode(struct rk_call *call)
{
	struct rk_wirewalk field = {.rest = call->request};
	struct rk_slice report = rk_slice_of("", 0);
	Renkei__V1__Report *message;
	Renkei__V1__Verdict *verdict;
	int count = 0;

	while (rk_wirewalk_next(&field)) {
		if (field.number != 1 || field.type != 2 || count++)
			return malformed(call);
		report = field.bytes;
	}
	if (field.bad)
		return malformed(call);
	RK_TRY(rk_submission_rules(&call->arena, report, &message, &verdict, &call->err));
	call->state = verdict;
	return RK_OK;
}

/* Nothing is asked but whether the caller may. */
static enum rk_flow ask(struct rk_call *call)
{
	return rk_call_query(call) ? rk_call_ask(call) : RK_FLOW_END;
}

static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	Renkei__V1__CheckReportResponse response = RENKEI__V1__CHECK_REPORT_RESPONSE__INIT;

	response.verdict = call->state;
	return rk_pack(&response.base, reply);
}

static const struct rk_statement statement = {"check_report", "select 1 as allowed", 0};

const struct rk_method rk_method_check_report = {
	.path = "/renkei.v1.ReportService/CheckReport",
	.input = &renkei__v1__check_report_request__descriptor,
	.output = &renkei__v1__check_report_response__descriptor,
	.statement = &statement,
	.roles = "{municipality,approver,secretariat}",
	.decode = decode,
	.ask = ask,
	.answer = answer,
};
