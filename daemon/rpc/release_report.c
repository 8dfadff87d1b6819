#include "rpc/rpc.h"
#include "wire/pack.h"

#include "renkei/v1/report_service.pb-c.h"

/* The key that will sign is kept with the release, so that its receipt is the same for ever. */
static enum rk_flow ask(struct rk_call *call)
{
	const char *key_id = rk_keyring_current(rk_rpc_of(call)->keys);

	if (!*key_id) {
		rk_fail_reason(&call->err, RK_FAILED_PRECONDITION, "RECEIPT_KEY_MISSING",
			"this server has no key to sign a receipt with");
		return RK_FLOW_END;
	}
	if (!rk_call_query_json(call))
		return RK_FLOW_END;
	rk_query_text(call->query, rk_slice_str(key_id));
	return rk_call_ask(call);
}

static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	Renkei__V1__ReleaseReportResponse *response;
	ProtobufCMessage *message;

	RK_TRY(rk_call_answer_json(call, &wire));
	RK_TRY(rk_unpack(
		&call->arena, call->method->output, rk_buf_slice(&wire), &message, &call->err));
	response = (Renkei__V1__ReleaseReportResponse *)(void *)message;
	if (response->receipt)
		RK_TRY(rk_receipt_complete(
			rk_rpc_of(call)->keys, &call->arena, response->receipt, &call->err));
	return rk_pack(message, reply);
}

static const struct rk_statement statement = {
	"release_report", "select renkei_api.release_report($1::jsonb, $2) as reply", 2};

/* An officer gets through to the function, which says why who prepares does not release. */
const struct rk_method rk_method_release_report = {
	.path = "/renkei.v1.ReportService/ReleaseReport",
	.input = &renkei__v1__release_report_request__descriptor,
	.output = &renkei__v1__release_report_response__descriptor,
	.statement = &statement,
	.roles = "{municipality,approver}",
	.ask = ask,
	.answer = answer,
};
