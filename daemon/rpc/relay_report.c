/* A report that its officer sealed, brought by somebody who has a line: judged and stored as the officer's. */
#include "base/text.h"
#include "call/principal.h"
#include "rpc/submission.h"
#include "wire/pack.h"
#include "words/seal.h"

#include "renkei/v1/report_service.pb-c.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

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

static enum rk_status hex(struct rk_arena *arena, struct rk_slice bytes, const char **out)
{
	static const char digits[] = "0123456789abcdef";
	char *at = rk_arena_alloc(arena, bytes.len * 2 + 1);

	if (!at)
		return RK_RESOURCE_EXHAUSTED;
	for (size_t i = 0; i < bytes.len; i++) {
		at[2 * i] = digits[bytes.at[i] >> 4];
		at[2 * i + 1] = digits[bytes.at[i] & 15];
	}
	at[bytes.len * 2] = '\0';
	*out = at;
	return RK_OK;
}

/* What is kept of its way: who brought it, and what proves whose it is. */
static enum rk_status note_relay(
	struct rk_call *call, const struct rk_seal *seal, struct rk_submission_walk *walk)
{
	const char *head, *signature;

	if (hex(&call->arena, seal->head, &head) != RK_OK ||
		hex(&call->arena,
			rk_slice_of(seal->sealed->signature.data, seal->sealed->signature.len),
			&signature) != RK_OK)
		return starved(call);
	json_t *relay = json_pack("{s:s, s:I, s:s, s:s}", "relayed_by", call->principal->uri,
		"sealed_at", (json_int_t)seal->content->sealed_at->seconds, "head", head,
		"signature", signature);
	char *text = relay ? json_dumps(relay, JSON_COMPACT) : NULL;

	walk->relay = rk_slice_str(text ? rk_arena_str(&call->arena, text) : NULL);
	free(text);
	json_decref(relay);
	return walk->relay.at ? RK_OK : starved(call);
}

/* The certificate is one that a connection could be made with, and its key has signed these bytes. */
static enum rk_status find_sender(
	struct rk_call *call, const struct rk_seal *seal, struct rk_submission_walk *walk)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	struct rk_principal *sender = rk_arena_alloc(&call->arena, sizeof *sender);
	const ProtobufCBinaryData *certificate = &seal->content->certificate,
				  *signature = &seal->sealed->signature,
				  *content = &seal->sealed->content;

	if (!sender || rk_seal_text(rk_slice_of(content->data, content->len), &text) != RK_OK)
		return starved(call);
	if (!call->env->tls)
		return rk_fail(&call->err, RK_INTERNAL, "there is nothing to verify a seal with");
	walk->sender = sender;
	return rk_principal_from_paper(sender, *call->env->tls,
		rk_slice_of(certificate->data, certificate->len), rk_buf_slice(&text),
		rk_slice_of(signature->data, signature->len), &call->err);
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
	if (rk_text_is_uuid(rk_slice_str(request->request_id)))
		return RK_OK;
	call->detail = rk_slice_str("{\"field\":\"request_id\"}");
	return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "REQUEST_ID_REQUIRED",
		"request_id is no UUID; it is that of the sealed report");
}

/* Whose it is, and what the rules say to it. */
static enum rk_status open_seal(struct rk_call *call, struct rk_submission_walk *walk)
{
	const Renkei__V1__RelayReportRequest *request = (const void *)call->message;
	struct rk_seal seal;

	if (!request->sealed)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
			"the request has no sealed report");
	RK_TRY(rk_seal_open(&call->arena, request->sealed, &seal, &call->err));
	if (strcmp(request->request_id, seal.content->request_id) != 0) {
		call->detail = rk_slice_str("{\"field\":\"request_id\"}");
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "REQUEST_ID_REQUIRED",
			"request_id is not that of the sealed report");
	}
	RK_TRY(find_sender(call, &seal, walk));
	RK_TRY(note_relay(call, &seal, walk));
	walk->request_id = seal.content->request_id;
	walk->report = seal.report;
	RK_TRY(pass(call, rk_submission_judge(walk)));
	if (walk->refusal.status != RK_OK)
		walk->err = walk->refusal;
	return pass(call, walk->refusal.status);
}

/* Of the officer's certificate, not of the caller's: the caller's connection is as good as before. */
static void say_whose(struct rk_submission_walk *walk)
{
	static const char *const reasons[][2] = {
		{"IDENTITY_UNKNOWN",    "SEAL_CERTIFICATE_UNKNOWN"},
		{"CERTIFICATE_REVOKED", "SEAL_CERTIFICATE_REVOKED"},
		{"PRINCIPAL_SUSPENDED", "SEAL_SENDER_SUSPENDED"   },
	};
	struct rk_err *err = &walk->err;

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		if (strcmp(err->reason, reasons[i][0]) != 0)
			continue;
		rk_fail_reason(err, RK_FAILED_PRECONDITION, reasons[i][1],
			"the certificate of the seal: %s", reasons[i][0]);
		walk->detail = (struct rk_slice){0};
		walk->verdict = NULL;
		return;
	}
}

static void on_submitted(
	enum rk_status status, struct rk_slice outcome, const struct rk_err *err, void *arg)
{
	struct rk_call *call = arg;
	struct rk_submission_walk *walk = call->state;

	status = rk_submission_settle(walk, status, outcome, err);
	say_whose(walk);
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

static const struct rk_statement permit = {
	"relay_permit", "select renkei_api.relay_permit() as allowed", 0};

const struct rk_method rk_method_relay_report = {
	.path = "/renkei.v1.ReportService/RelayReport",
	.input = &renkei__v1__relay_report_request__descriptor,
	.output = &renkei__v1__relay_report_response__descriptor,
	.statement = &permit,
	.roles = "{municipality,approver,secretariat}",
	.admit = admit,
	.check = check,
	.ask = ask,
	.answer = answer,
	.closed = closed,
};
