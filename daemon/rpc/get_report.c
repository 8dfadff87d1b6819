#include "base/digest.h"
#include "call/argument.h"
#include "rpc/rpc.h"
#include "wire/pack.h"
#include "words/period.h"

#include "renkei/v1/report_service.pb-c.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static enum rk_status refuse(struct rk_call *call, const struct rk_argument *argument)
{
	return rk_argument_refuse(&call->arena, argument, &call->detail, &call->err);
}

static enum rk_status need(struct rk_call *call, bool there, const char *field)
{
	const struct rk_argument missing = {
		.reason = "ARGUMENT_REQUIRED", .field = field, .rule = "REQUIRED_MISSING"};

	return there ? RK_OK : refuse(call, &missing);
}

/* What is said beside a receipt number must be what the number says: "401005-2016Q1-1". */
static enum rk_status agree(struct rk_call *call, const char *field, const char *said,
	const char *number, size_t begin, size_t end)
{
	const struct rk_argument contradiction = {.reason = "ARGUMENT_CONTRADICTS",
		.field = field,
		.value = said,
		.other = "receipt_number"};
	size_t len = strlen(said);

	if (strlen(number) >= end && end - begin == len && memcmp(number + begin, said, len) == 0)
		return RK_OK;
	return refuse(call, &contradiction);
}

static enum rk_status agree_period(struct rk_call *call,
	const Renkei__V1__GetReportRequest *request, const char *number, size_t end)
{
	Renkei__V1__Period said = *request->period;
	char text[RK_PERIOD_TEXT] = "";
	struct rk_period period;

	if (said.variant == RENKEI__V1__VARIANT__VARIANT_UNSPECIFIED)
		said.variant = RENKEI__V1__VARIANT__VARIANT_REGULAR;
	if (rk_period_from_message(&said, &period))
		rk_period_print(period, text);
	return agree(call, "period", text, number, 7, end);
}

static enum rk_status check_number(
	struct rk_call *call, const Renkei__V1__GetReportRequest *request)
{
	const char *number = request->receipt_number, *dash = strrchr(number, '-');
	size_t end = dash && dash - number >= 7 ? (size_t)(dash - number) : 7;
	char version[16];

	snprintf(version, sizeof version, "%d", request->version);
	if (*request->municipality_code)
		RK_TRY(agree(call, "municipality_code", request->municipality_code, number, 0, 6));
	if (request->period)
		RK_TRY(agree_period(call, request, number, end));
	if (request->version)
		RK_TRY(agree(call, "version", version, number, end + 1, strlen(number)));
	return RK_OK;
}

static enum rk_status check(struct rk_call *call)
{
	const Renkei__V1__GetReportRequest *request = (const void *)call->message;
	const Renkei__V1__Period *period = request->period;

	if (*request->receipt_number)
		return check_number(call, request);
	RK_TRY(need(call, *request->municipality_code, "municipality_code"));
	RK_TRY(need(call, period != NULL, "period"));
	assert(period);
	RK_TRY(need(call, period->fiscal_year != 0, "period.fiscal_year"));
	return need(call, period->quarter != RENKEI__V1__QUARTER__QUARTER_UNSPECIFIED,
		"period.quarter");
}

static enum rk_status add_varint(struct rk_buf *out, uint64_t value)
{
	uint8_t bytes[10];
	size_t len = 0;

	do {
		bytes[len++] = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
		value >>= 7;
	} while (value);
	return rk_buf_add(out, bytes, len);
}

/* What was stored must be what was received. */
static enum rk_status compare(
	struct rk_call *call, struct rk_slice response, struct rk_slice report)
{
	struct rk_slice summary = rk_scan_field(response, 2), sha256;
	char hex[RK_SHA256_HEX];

	if (!summary.at)
		return RK_OK;
	sha256 = rk_scan_field(summary, 9);
	rk_sha256_hex(report, hex);
	if (!sha256.at || rk_slice_equal_str(sha256, hex))
		return RK_OK;
	return rk_fail_reason(&call->err, RK_DATA_LOSS, "DIGEST_MISMATCH",
		"the stored bytes have SHA-256 %s, not the one that was receipted", hex);
}

/* The database gives the exact bytes as report_bytes; the same bytes are the field report. */
static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	RK_AUTO(rk_buf_clear) struct rk_buf response = {0};
	struct rk_slice report;

	RK_TRY(rk_call_answer_json(call, &response));
	report = rk_scan_field(rk_buf_slice(&response), 3);
	if (!report.at)
		return rk_fail(&call->err, RK_INTERNAL, "get_report gave no bytes");
	RK_TRY(compare(call, rk_buf_slice(&response), report));
	RK_TRY(add_varint(reply, 1 << 3 | 2));
	RK_TRY(add_varint(reply, report.len));
	RK_TRY(rk_buf_add_slice(reply, report));
	return rk_buf_add_slice(reply, rk_buf_slice(&response));
}

static const struct rk_statement statement = {
	"get_report", "select renkei_api.get_report($1::jsonb) as reply", 1};

const struct rk_method rk_method_get_report = {
	.path = "/renkei.v1.ReportService/GetReport",
	.input = &renkei__v1__get_report_request__descriptor,
	.output = &renkei__v1__get_report_response__descriptor,
	.statement = &statement,
	.roles = "{municipality,approver,secretariat,ministry}",
	.check = check,
	.answer = answer,
};
