/* Enroll and RenewCertificate: a request for a certificate in, the certificate out.
 *
 * The database says what the certificate says, and remembers it: name, serial number and both ends.  It is signed when that is
 * committed, and again from the same row when it is asked for again, so nothing that was lost on the way costs an invitation.
 */
#include "base/clock.h"
#include "base/text.h"
#include "rpc/access.h"
#include "rpc/rpc.h"
#include "rpc/token.h"
#include "wire/pack.h"

#include "renkei/v1/access_service.pb-c.h"

#include <stdlib.h>
#include <string.h>

#define DAY INT64_C(86400)

static enum rk_status check_authority(struct rk_call *call)
{
	const struct rk_access_options *access = &rk_rpc_of(call)->access;
	int64_t longest = access->days > access->office_days ? access->days : access->office_days;

	if (!access->ca)
		return rk_fail_reason(&call->err, RK_FAILED_PRECONDITION, "ENROLMENT_OFF",
			"this server signs no certificates; its operator names ca_key in renkeid.conf");
	if (rk_ca_ends(access->ca) < rk_clock_now_us() / 1000000 + longest * DAY)
		return rk_fail_reason(&call->err, RK_FAILED_PRECONDITION, "ENROLMENT_OFF",
			"the server's authority ends before a new certificate would; its operator runs `renkeid ca rotate`");
	return RK_OK;
}

static enum rk_status take_request(struct rk_call *call, ProtobufCBinaryData csr)
{
	struct rk_ca_request *request = calloc(1, sizeof *request);

	if (!request)
		return rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for the request");
	call->state = request;
	return rk_ca_request_read(rk_slice_of(csr.data, csr.len), request, &call->err);
}

static void closed(struct rk_call *call)
{
	if (call->state)
		rk_ca_request_clear(call->state);
	free(call->state);
	call->state = NULL;
}

/* Serial numbers and digests: nothing in them has to be escaped. */
static enum rk_flow ask(struct rk_call *call, const char *what, const char *value)
{
	const struct rk_access_options *access = &rk_rpc_of(call)->access;
	const struct rk_ca_request *request = call->state;
	char serial[RK_SERIAL_HEX], *facts;

	if (!rk_ca_serial(serial)) {
		rk_fail(&call->err, RK_UNAVAILABLE, "the system has no randomness");
		return RK_FLOW_END;
	}
	facts = rk_arena_printf(&call->arena,
		"{\"%s\":\"%s\",\"spki_sha256\":\"%s\",\"serial\":\"%s\",\"days\":%lld,\"office_days\":%lld}",
		what, value, request->spki_sha256, serial, (long long)access->days,
		(long long)access->office_days);
	if (!facts || !rk_call_query(call)) {
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
		return RK_FLOW_END;
	}
	rk_query_text(call->query, rk_slice_str(facts));
	rk_query_text(call->query, rk_slice_str(rk_ca_issuer(access->ca)));
	return rk_call_ask(call);
}

static enum rk_status row_text(struct rk_call *call, const char *column, const char **out)
{
	struct rk_slice value;

	if (rk_query_rows(call->query) != 1 || !rk_query_value(call->query, 0, column, &value))
		return rk_fail(&call->err, RK_INTERNAL, "%s returned no %s",
			call->method->statement->name, column);
	*out = rk_arena_slice(&call->arena, value);
	return *out ? RK_OK
		    : rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
}

static enum rk_status row_number(struct rk_call *call, const char *column, int64_t *out)
{
	const char *text = NULL;

	RK_TRY(row_text(call, column, &text));
	if (rk_text_i64(rk_slice_str(text), 0, INT64_MAX, out))
		return RK_OK;
	return rk_fail(&call->err, RK_INTERNAL, "%s returned %s as %s",
		call->method->statement->name, text, column);
}

/* The certificate of the row, PEM, in the arena. */
static enum rk_status sign(struct rk_call *call, char **pem)
{
	const struct rk_access_options *access = &rk_rpc_of(call)->access;
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	struct rk_ca_leaf leaf = {0};

	RK_TRY(row_text(call, "uri", &leaf.uri));
	RK_TRY(row_text(call, "serial", &leaf.serial));
	RK_TRY(row_number(call, "not_before", &leaf.not_before));
	RK_TRY(row_number(call, "not_after", &leaf.not_after));
	leaf.common_name = strrchr(leaf.uri, '/') ? strrchr(leaf.uri, '/') + 1 : leaf.uri;
	RK_TRY(rk_ca_issue(access->ca, call->state, &leaf, &text, &call->err));
	*pem = rk_arena_slice(&call->arena, rk_buf_slice(&text));
	return *pem ? RK_OK
		    : rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
}

static enum rk_status unpack(struct rk_call *call, ProtobufCMessage **message)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};

	RK_TRY(rk_call_answer_json(call, &wire));
	return rk_unpack(
		&call->arena, call->method->output, rk_buf_slice(&wire), message, &call->err);
}

static char *authorities(struct rk_call *call)
{
	return rk_arena_str(&call->arena, rk_ca_pem(rk_rpc_of(call)->access.ca));
}

/* Before a byte of the request is read; a wrong token costs a try like any other. */
static enum rk_status enroll_admit(struct rk_call *call)
{
	struct rk_rpc *rpc = rk_rpc_of(call);

	if (!call->env->guests)
		return rk_fail_reason(&call->err, RK_FAILED_PRECONDITION, "ENROLMENT_ELSEWHERE",
			rpc->access.enrol_port
				? "an invitation is used on the enrolment address, port %d"
				: "this server has no enrolment address (%d); its operator names enrolment_listen in renkeid.conf",
			rpc->access.enrol_port);
	RK_TRY(rk_enrol_rate_take(
		&rpc->enrol_rate, call->principal->source, rk_clock_ms(), &call->err));
	return rk_pool_admit(
		call->env->pool, call->method->cost, "", rk_call_left_ms(call), &call->err);
}

static enum rk_status enroll_check(struct rk_call *call)
{
	const Renkei__V1__EnrollRequest *request = (const void *)call->message;
	char digest[RK_SHA256_HEX];

	RK_TRY(check_authority(call));
	if (!rk_token_digest(rk_slice_str(request->token), digest))
		return rk_fail_reason(&call->err, RK_PERMISSION_DENIED, "INVITATION_UNKNOWN",
			"there is no invitation with this token");
	return take_request(call, request->csr);
}

static enum rk_flow enroll_ask(struct rk_call *call)
{
	const Renkei__V1__EnrollRequest *request = (const void *)call->message;
	char digest[RK_SHA256_HEX];

	if (!rk_token_digest(rk_slice_str(request->token), digest))
		return RK_FLOW_END;
	return ask(call, "token_sha256", digest);
}

static enum rk_status enroll_answer(struct rk_call *call, struct rk_buf *reply)
{
	Renkei__V1__EnrollResponse *response;
	ProtobufCMessage *message;

	RK_TRY(unpack(call, &message));
	response = (Renkei__V1__EnrollResponse *)(void *)message;
	RK_TRY(sign(call, &response->certificate_pem));
	response->ca_pem = authorities(call);
	response->port = rk_rpc_of(call)->access.port;
	return response->ca_pem ? rk_pack(message, reply) : RK_RESOURCE_EXHAUSTED;
}

static enum rk_status renew_check(struct rk_call *call)
{
	RK_TRY(check_authority(call));
	return take_request(call,
		((const Renkei__V1__RenewCertificateRequest *)(const void *)call->message)->csr);
}

static enum rk_flow renew_ask(struct rk_call *call)
{
	RK_AUTO(rk_buf_clear) struct rk_buf shown = {0};
	struct rk_slice key = rk_slice_of(call->principal->spki_sha256, RK_SHA256_BYTES);

	if (rk_text_hex(&shown, key) != RK_OK || !rk_buf_cstr(&shown)) {
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for the request");
		return RK_FLOW_END;
	}
	return ask(call, "current_spki", (const char *)shown.at);
}

static enum rk_status renew_answer(struct rk_call *call, struct rk_buf *reply)
{
	Renkei__V1__RenewCertificateResponse *response;
	ProtobufCMessage *message;

	RK_TRY(unpack(call, &message));
	response = (Renkei__V1__RenewCertificateResponse *)(void *)message;
	RK_TRY(sign(call, &response->certificate_pem));
	response->ca_pem = authorities(call);
	return response->ca_pem ? rk_pack(message, reply) : RK_RESOURCE_EXHAUSTED;
}

static const struct rk_statement enroll_statement = {"enroll",
	"select reply, uri, serial, not_before, not_after from renkei_api.enroll($1::jsonb, $2)",
	2};
static const struct rk_statement renew_statement = {"renew_certificate",
	"select reply, uri, serial, not_before, not_after from renkei_api.renew_certificate($1::jsonb, $2)",
	2};

const struct rk_method rk_method_enroll = {
	.path = "/renkei.v1.AccessService/Enroll",
	.input = &renkei__v1__enroll_request__descriptor,
	.output = &renkei__v1__enroll_response__descriptor,
	.statement = &enroll_statement,
	.guests = true,
	.admit = enroll_admit,
	.check = enroll_check,
	.ask = enroll_ask,
	.answer = enroll_answer,
	.closed = closed,
};

const struct rk_method rk_method_renew_certificate = {
	.path = "/renkei.v1.AccessService/RenewCertificate",
	.input = &renkei__v1__renew_certificate_request__descriptor,
	.output = &renkei__v1__renew_certificate_response__descriptor,
	.statement = &renew_statement,
	.roles = "{municipality,approver,secretariat,ministry,analyst,operator}",
	.check = renew_check,
	.ask = renew_ask,
	.answer = renew_answer,
	.closed = closed,
};
