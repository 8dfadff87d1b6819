/* renkei report release, report send-back - the approver's part (決裁): what an officer prepared leaves the house, or goes back. */
#include "base/text.h"
#include "command.h"
#include "outbox.h"
#include "periods.h"
#include "report_diff.h"
#include "report_text.h"
#include "server_info.h"
#include "summary.h"
#include "words/receipt.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

/* So many changes are shown one by one. */
#define MOST_SHOWN 40

static bool awaits(const Renkei__V1__ReportSummary *summary)
{
	return summary->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_AWAITING_RELEASE;
}

/* What would leave: all of it the first time, and then what it changes of what left before. */
static enum rk_status show_changes(struct rk_run *run, struct rk_report_key *key,
	const Renkei__V1__GetReportResponse *seen, struct rk_failure *failure)
{
	Renkei__V1__GetReportResponse *before = NULL;
	struct rk_report_key earlier = *key;
	size_t count;

	RK_TRY(rk_version_before(run, seen->summary, true, &earlier.version, failure));
	if (earlier.version == 0) {
		rk_talk(run, "release.first", "receipt", seen->summary->receipt_number);
		if (!rk_run_flag(run, "yes"))
			rk_message_text(run, stderr, &seen->report->base, 1);
		return RK_OK;
	}
	RK_TRY(rk_report_seen(run, &earlier, &before, failure));
	const struct rk_report_change *changes = rk_report_compare(
		run, before->report, seen->report, &count);

	rk_talk(run, count ? "diff.between" : "diff.same", "before",
		before->summary->receipt_number, "after", seen->summary->receipt_number);
	rk_report_changes_print(run, stderr, changes, count, MOST_SHOWN);
	return RK_OK;
}

/* The report that is named, the latest of its period where no version is. */
static enum rk_status look(struct rk_run *run, struct rk_report_key *key,
	Renkei__V1__GetReportResponse **seen, struct rk_failure *failure)
{
	RK_TRY(rk_report_asked(run, run->operands[0], key, &failure->err));
	return rk_report_seen(run, key, seen, failure);
}

/* As an officer's is: verified before it is believed, and kept with the bytes it speaks of. */
static int keep(struct rk_run *run, const Renkei__V1__Receipt *receipt,
	const Renkei__V1__GetReportResponse *seen)
{
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_slice bytes = rk_slice_of(
		seen->report_bytes.data ? seen->report_bytes.data : (const uint8_t *)"",
		seen->report_bytes.len);
	const char *pem;

	if (rk_server_pin_keys(run, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	pem = rk_receipt_key_find(run, receipt->key_id);
	if (!pem)
		rk_fail_reason(&failure.err, RK_DATA_LOSS, "RECEIPT_KEY_UNKNOWN",
			"the receipt was signed with key %s, which this server has not named",
			receipt->key_id);
	else if (rk_receipt_verify(receipt, bytes, rk_slice_str(pem), &failure.err) == RK_OK &&
		rk_receipt_keep(run, receipt, bytes, &failure.err) == RK_OK)
		return EX_OK;
	return rk_trouble(run, &failure.err);
}

int rk_cmd_report_release(struct rk_run *run)
{
	Renkei__V1__ReleaseReportRequest request = RENKEI__V1__RELEASE_REPORT_REQUEST__INIT;
	Renkei__V1__ReleaseReportResponse *response = NULL;
	Renkei__V1__GetReportResponse *seen = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key;
	char request_id[37];
	int status = EX_OK;

	if (look(run, &key, &seen, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	/* What does not await it is the server's to refuse, without a question before. */
	if (awaits(seen->summary)) {
		if (show_changes(run, &key, seen, &failure) != RK_OK)
			return rk_trouble_at(run, &failure);
		if (seen->summary->due_at)
			rk_talk(run, "release.due", "due",
				rk_moment_japan(run, seen->summary->due_at));
		if (!rk_confirm(run, "release.ask", seen->summary))
			return rk_not_confirmed();
	}
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.municipality_code = seen->summary->municipality_code;
	request.period = seen->summary->period;
	request.version = seen->summary->version;
	request.sha256 = seen->summary->sha256;
	if (rk_call(run, "ReportService/ReleaseReport", &request, release_report_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!response->receipt)
		return rk_print_summary(run, response->summary);
	status = keep(run, response->receipt, seen);
	/* What was released is told, whatever happened to its receipt here. */
	run->failed = false;
	if (!rk_out_is_human(run))
		return rk_worse(status, rk_message_print(run, &response->base));
	rk_receipt_print(run, response->receipt);
	return status;
}

int rk_cmd_report_send_back(struct rk_run *run)
{
	Renkei__V1__SendBackReportRequest request = RENKEI__V1__SEND_BACK_REPORT_REQUEST__INIT;
	Renkei__V1__SendBackReportResponse *response = NULL;
	Renkei__V1__GetReportResponse *seen = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key;
	char request_id[37];

	if (!rk_run_option(run, "reason"))
		return rk_usage(run, "usage.option_missing", "option", "reason");
	if (look(run, &key, &seen, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (awaits(seen->summary) && !rk_confirm(run, "send_back.ask", seen->summary))
		return rk_not_confirmed();
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.municipality_code = seen->summary->municipality_code;
	request.period = seen->summary->period;
	request.version = seen->summary->version;
	request.reason = rk_run_str(run, rk_run_option(run, "reason"));
	if (rk_call(run, "ReportService/SendBackReport", &request, send_back_report_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return rk_print_summary(run, response->summary);
}
