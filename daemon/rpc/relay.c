#include "rpc/relay.h"

#include "base/text.h"
#include "call/principal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

const struct rk_statement rk_relay_permit = {
	"relay_permit", "select renkei_api.relay_permit() as allowed", 0};

static enum rk_status starved(struct rk_call *call)
{
	return rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
}

enum rk_status rk_relay_check_id(struct rk_call *call, const char *request_id)
{
	if (rk_text_is_uuid(rk_slice_str(request_id)))
		return RK_OK;
	call->detail = rk_slice_str("{\"field\":\"request_id\"}");
	return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "REQUEST_ID_REQUIRED",
		"request_id is no UUID; it is that of what is sealed");
}

enum rk_status rk_relay_open(struct rk_call *call, const Renkei__V1__SealedReport *sealed,
	const char *request_id, struct rk_seal *seal)
{
	if (!sealed)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
			"the request has nothing that is sealed");
	RK_TRY(rk_seal_open(&call->arena, sealed, seal, &call->err));
	if (strcmp(request_id, seal->content->request_id) == 0)
		return RK_OK;
	call->detail = rk_slice_str("{\"field\":\"request_id\"}");
	return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "REQUEST_ID_REQUIRED",
		"request_id is not that of what is sealed");
}

enum rk_status rk_relay_sender(
	struct rk_call *call, const struct rk_seal *seal, const struct rk_principal **sender)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	struct rk_principal *principal = rk_arena_alloc(&call->arena, sizeof *principal);
	const ProtobufCBinaryData *certificate = &seal->content->certificate,
				  *signature = &seal->sealed->signature,
				  *content = &seal->sealed->content;

	if (!principal || rk_seal_text(rk_slice_of(content->data, content->len), &text) != RK_OK)
		return starved(call);
	if (!call->env->tls)
		return rk_fail(&call->err, RK_INTERNAL, "there is nothing to verify a seal with");
	*sender = principal;
	return rk_principal_from_paper(principal, *call->env->tls,
		rk_slice_of(certificate->data, certificate->len), rk_buf_slice(&text),
		rk_slice_of(signature->data, signature->len), &call->err);
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

enum rk_status rk_relay_note(
	struct rk_call *call, const struct rk_seal *seal, struct rk_slice *note)
{
	const char *head, *body, *signature;
	/* Of a report the body is kept as the version. */
	struct rk_slice kept = seal->kind == RK_SEAL_REPORT ? rk_slice_of(seal->body.at, 0)
							    : seal->body;

	if (hex(&call->arena, seal->head, &head) != RK_OK ||
		hex(&call->arena, kept, &body) != RK_OK ||
		hex(&call->arena,
			rk_slice_of(seal->sealed->signature.data, seal->sealed->signature.len),
			&signature) != RK_OK)
		return starved(call);
	json_t *relay = json_pack("{s:s, s:I, s:s, s:s, s:s}", "relayed_by", call->principal->uri,
		"sealed_at", (json_int_t)seal->content->sealed_at->seconds, "head", head, "body",
		body, "signature", signature);
	char *text = relay ? json_dumps(relay, JSON_COMPACT) : NULL;

	*note = rk_slice_str(text ? rk_arena_str(&call->arena, text) : NULL);
	free(text);
	json_decref(relay);
	return note->at ? RK_OK : starved(call);
}

bool rk_relay_say_whose(struct rk_err *err)
{
	static const char *const reasons[][2] = {
		{"IDENTITY_UNKNOWN",    "SEAL_CERTIFICATE_UNKNOWN"},
		{"CERTIFICATE_REVOKED", "SEAL_CERTIFICATE_REVOKED"},
		{"PRINCIPAL_SUSPENDED", "SEAL_SENDER_SUSPENDED"   },
	};

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		if (strcmp(err->reason, reasons[i][0]) != 0)
			continue;
		rk_fail_reason(err, RK_FAILED_PRECONDITION, reasons[i][1],
			"the certificate of the seal: %s", reasons[i][0]);
		return true;
	}
	return false;
}
