#include "call/argument.h"
#include "rpc/rpc.h"
#include "wire/pack.h"

#include "renkei/v1/attachment_service.pb-c.h"

static enum rk_status check(struct rk_call *call)
{
	static const struct rk_argument missing = {
		.reason = "ARGUMENT_REQUIRED", .field = "number", .rule = "REQUIRED_MISSING"};

	if (*((const Renkei__V1__GetAttachmentReceiptRequest *)(const void *)call->message)->number)
		return RK_OK;
	return rk_argument_refuse(&call->arena, &missing, &call->detail, &call->err);
}

static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	Renkei__V1__GetAttachmentReceiptResponse *response;
	ProtobufCMessage *message;

	RK_TRY(rk_call_answer_json(call, &wire));
	RK_TRY(rk_unpack(
		&call->arena, call->method->output, rk_buf_slice(&wire), &message, &call->err));
	response = (Renkei__V1__GetAttachmentReceiptResponse *)(void *)message;
	if (!response->receipt)
		return rk_fail(&call->err, RK_INTERNAL, "get_attachment_receipt gave no receipt");
	RK_TRY(rk_attachment_receipt_complete(
		rk_rpc_of(call)->keys, &call->arena, response->receipt, &call->err));
	return rk_pack(message, reply);
}

static const struct rk_statement statement = {"get_attachment_receipt",
	"select renkei_api.get_attachment_receipt($1::jsonb) as reply", 1};

const struct rk_method rk_method_get_attachment_receipt = {
	.path = "/renkei.v1.AttachmentService/GetAttachmentReceipt",
	.input = &renkei__v1__get_attachment_receipt_request__descriptor,
	.output = &renkei__v1__get_attachment_receipt_response__descriptor,
	.statement = &statement,
	.roles = "{municipality,approver,secretariat,ministry,analyst}",
	.check = check,
	.answer = answer,
};
