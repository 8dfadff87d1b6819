#include "rpc/submission.h"
#include "rpc/wirewalk.h"
#include "wire/pack.h"
#include "words/compare.h"
#include "words/period.h"

#include "renkei/v1/report_service.pb-c.h"

/* What earlier_reports gives at most is a little over 1 MiB; unpacked it is some times as much, and gone when the answer is made. */
#define EARLIER_MEMORY ((size_t)16 << 20)

struct judged {
	Renkei__V1__Report *report; /* NULL: no clean message, which is seen beside nothing */
	Renkei__V1__Verdict *verdict;
};

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
	struct judged *judged = rk_arena_alloc(&call->arena, sizeof *judged);
	int count = 0;

	while (rk_wirewalk_next(&field)) {
		if (field.number != 1 || field.type != 2 || count++)
			return malformed(call);
		report = field.bytes;
	}
	if (field.bad)
		return malformed(call);
	if (!judged)
		return rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
	RK_TRY(rk_submission_rules(
		&call->arena, report, &judged->report, &judged->verdict, &call->err));
	call->state = judged;
	return RK_OK;
}

/* Whether the caller may, and what was accepted before. */
static enum rk_flow ask(struct rk_call *call)
{
	const struct judged *judged = call->state;
	struct rk_query *query = rk_call_query(call);
	struct rk_period period = {0};
	const char *code = "", *year, *quarter;

	if (judged->report && rk_period_from_message(judged->report->period, &period))
		code = judged->report->municipality_code;
	year = rk_arena_printf(&call->arena, "%d", period.fiscal_year);
	quarter = rk_arena_printf(&call->arena, "%d", period.quarter);
	if (query && (!year || !quarter))
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
	if (!query || !year || !quarter)
		return RK_FLOW_END;
	rk_query_text(query, rk_slice_str(code));
	rk_query_text(query, rk_slice_str(year));
	rk_query_text(query, rk_slice_str(quarter));
	rk_query_binary(query);
	return rk_call_ask(call);
}

/* Returns how many could be read: newest first, until there is no memory for more. */
static size_t read_earlier(
	struct rk_call *call, struct rk_arena *arena, struct rk_compared earlier[RK_COMPARED_MAX])
{
	int rows = rk_query_rows(call->query);
	size_t count = 0;

	for (int row = 0; row < rows && count < RK_COMPARED_MAX; row++) {
		struct rk_slice number, bytes;
		ProtobufCMessage *message;
		struct rk_err err;

		if (!rk_query_value(call->query, row, "receipt_number", &number) ||
			!rk_query_value(call->query, row, "report", &bytes) ||
			rk_unpack(arena, &renkei__v1__report__descriptor, bytes, &message, &err) !=
				RK_OK)
			break;
		earlier[count].receipt_number = rk_arena_slice(arena, number);
		if (!earlier[count].receipt_number)
			break;
		earlier[count++].report = (const Renkei__V1__Report *)(const void *)message;
	}
	return count;
}

static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {.cap = EARLIER_MEMORY};
	Renkei__V1__CheckReportResponse response = RENKEI__V1__CHECK_REPORT_RESPONSE__INIT;
	struct rk_compared earlier[RK_COMPARED_MAX];
	const struct judged *judged = call->state;

	response.verdict = judged->verdict;
	if (judged->report)
		RK_TRY(rk_compare(&call->arena, judged->report, earlier,
			read_earlier(call, &arena, earlier), &response.comparison, &call->err));
	return rk_pack(&response.base, reply);
}

static const struct rk_statement statement = {"earlier_reports",
	"select receipt_number, report from renkei_api.earlier_reports($1, $2::integer, "
	"$3::integer)",
	3};

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
