/* What the server has of a report already: shown beside what is sent, and what to write when that is not based on it. */
#include "base/digest.h"
#include "periods.h"
#include "report_diff.h"
#include "submit.h"
#include "summary.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

/* So many changes are shown one by one. */
#define MOST_SHOWN 20

enum rk_status rk_submit_latest(struct rk_run *run, const Renkei__V1__Report *report,
	Renkei__V1__GetReportResponse **latest, struct rk_failure *failure)
{
	struct rk_report_key key = {
		.municipality = report->municipality_code, .period = *report->period};
	enum rk_status status = rk_get_report(run, &key, latest, failure);

	if (status == RK_NOT_FOUND && strcmp(failure->err.reason, "REPORT_NOT_FOUND") == 0)
		return RK_OK;
	RK_TRY(status);
	if (!(*latest)->summary || !(*latest)->report)
		return rk_fail_reason(&failure->err, RK_INTERNAL, "SERVER_ANSWER_BAD",
			"a report without content");
	return RK_OK;
}

/* As far as it can be known. */
static const Renkei__V1__GetReportResponse *latest_of(
	struct rk_run *run, const struct rk_submit_item *item)
{
	Renkei__V1__GetReportResponse *latest = NULL;
	struct rk_failure failure;

	if (!item->content || !item->content->period ||
		rk_submit_latest(run, item->content, &latest, &failure) != RK_OK)
		return NULL;
	return latest;
}

/* Nothing when the content is the same. */
static void show_changes(struct rk_run *run, const struct rk_submit_item *item,
	const Renkei__V1__GetReportResponse *latest)
{
	size_t count;
	const struct rk_report_change *changes = rk_report_compare(
		run, latest->report, item->content, &count);

	if (count > 0)
		rk_talk(run, "diff.against", "receipt", latest->summary->receipt_number);
	rk_report_changes_print(run, stderr, changes, count, MOST_SHOWN);
}

void rk_submit_show_changes(struct rk_run *run, const struct rk_submit_item *item)
{
	const Renkei__V1__GetReportResponse *latest = NULL;

	if (item->content && item->content->base_version > 0)
		latest = latest_of(run, item);
	if (!latest)
		return;
	struct rk_submit_newer newer;

	/* A dry run asks the server, and what is behind is told with its refusal. */
	if (rk_submit_newer(run, item->content, latest, &newer)) {
		if (!rk_run_flag(run, "dry-run"))
			rk_submit_show_newer(run, &newer);
	} else {
		show_changes(run, item, latest);
	}
}

/* Sent before from another computer, say: the same bytes, and in force. */
static bool is_there_already(
	const Renkei__V1__ReportSummary *latest, const struct rk_submit_item *item)
{
	char hex[RK_SHA256_HEX];

	rk_sha256_hex(item->report->bytes, hex);
	return strcmp(latest->sha256, hex) == 0 &&
		latest->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_RETURNED &&
		latest->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK &&
		latest->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_WITHDRAWN;
}

static const Renkei__V1__Receipt *receipt_of(
	struct rk_run *run, const Renkei__V1__ReportSummary *latest)
{
	Renkei__V1__GetReceiptRequest request = RENKEI__V1__GET_RECEIPT_REQUEST__INIT;
	Renkei__V1__GetReceiptResponse *response = NULL;
	struct rk_failure failure;

	request.number = latest->receipt_number;
	if (rk_call(run, "ReportService/GetReceipt", &request, get_receipt_response, &response,
		    &failure) != RK_OK)
		return NULL;
	return response->receipt;
}

/* What differs, and what to do about it. */
static void tell_way(struct rk_run *run, const struct rk_submit_item *item,
	const Renkei__V1__GetReportResponse *latest)
{
	struct rk_submit_newer newer;

	if (rk_submit_newer(run, item->content, latest, &newer)) {
		rk_submit_show_newer(run, &newer);
		rk_submit_hint_newer(run, &newer, item->report->name);
		return;
	}
	if (latest->summary->latest_version > item->content->base_version)
		show_changes(run, item, latest);
	rk_submit_hint(run, latest->summary, item->report->name);
}

void rk_submit_settle_conflict(struct rk_submit *submit, struct rk_submit_item *item)
{
	struct rk_run *run = submit->run;
	const Renkei__V1__GetReportResponse *latest = latest_of(run, item);
	bool there = latest && is_there_already(latest->summary, item);

	if (there && !rk_run_flag(run, "dry-run"))
		item->receipt = receipt_of(run, latest->summary);
	if (there && item->receipt) {
		item->status = EX_OK;
		item->outcome = "received";
		if (!submit->quiet)
			rk_talk(run, "submit.there_already", "file", item->report->name, "receipt",
				latest->summary->receipt_number);
		return;
	}
	if (submit->quiet) {
		item->status = rk_failure_status(&item->failure);
		return;
	}
	fprintf(stderr, "%s: ", item->report->name);
	item->status = rk_trouble_at(run, &item->failure);
	if (!latest)
		return;
	tell_way(run, item, latest);
	/* As an export of the latest version has it, mended. */
	if (item->content->base_version == latest->report->base_version &&
		item->content->action == latest->report->action)
		rk_talk(run, "hint.exported", "period",
			rk_period_tag(run, latest->summary->period));
}
