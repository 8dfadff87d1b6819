#include "base/digest.h"
#include "rpc/rpc.h"
#include "wire/pack.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

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
	.roles = "{municipality,secretariat,ministry}",
	.answer = answer,
};
