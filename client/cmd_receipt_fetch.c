/* renkei receipt fetch - the receipts that the server has, onto a computer that has none of them. */
#include "cmd_receipt.h"
#include "command.h"
#include "outbox.h"
#include "periods.h"
#include "receipt_file.h"
#include "server_info.h"
#include "summary.h"
#include "words/receipt.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

/* What the server has of one municipality, or of all that may be seen. */
struct fetch {
	struct rk_run *run;
	size_t kept, fresh;
	int worst;
};

/* As one that comes with a submission: by a key that this server always had, and of these very bytes. */
static enum rk_status keep(struct fetch *fetch, const Renkei__V1__Receipt *receipt,
	const Renkei__V1__GetReportResponse *report, struct rk_err *err)
{
	struct rk_slice bytes = rk_slice_of(report->report_bytes.data, report->report_bytes.len);
	const char *pem = rk_receipt_key_find(fetch->run, receipt->key_id);

	if (!pem)
		return rk_fail_reason(err, RK_DATA_LOSS, "RECEIPT_KEY_UNKNOWN",
			"the receipt was signed with key %s, which this server has not named",
			receipt->key_id);
	RK_TRY(rk_receipt_verify(receipt, bytes, rk_slice_str(pem), err));
	return rk_receipt_keep(fetch->run, receipt, bytes, err);
}

static enum rk_status fetch_one(
	struct fetch *fetch, const Renkei__V1__ReportSummary *version, struct rk_failure *failure)
{
	Renkei__V1__GetReceiptRequest request = RENKEI__V1__GET_RECEIPT_REQUEST__INIT;
	Renkei__V1__GetReceiptResponse *response = NULL;
	Renkei__V1__GetReportResponse *report = NULL;
	struct rk_report_key key = {.municipality = version->municipality_code,
		.period = *version->period,
		.version = version->version};

	request.number = version->receipt_number;
	RK_TRY(rk_call(fetch->run, "ReportService/GetReceipt", &request, get_receipt_response,
		&response, failure));
	RK_TRY(rk_get_report(fetch->run, &key, &report, failure));
	if (!response->receipt)
		return rk_fail_reason(&failure->err, RK_INTERNAL, "SERVER_ANSWER_BAD",
			"a receipt without content");
	return keep(fetch, response->receipt, report, &failure->err);
}

static void fetch_report(struct fetch *fetch, const Renkei__V1__ReportSummary *latest)
{
	struct rk_run *run = fetch->run;
	Renkei__V1__ListReportVersionsResponse *all = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (!latest->period ||
		rk_list_versions(run, latest->municipality_code, latest->period, &all, &failure) !=
			RK_OK) {
		fetch->worst = rk_worse(fetch->worst, rk_trouble_at(run, &failure));
		return;
	}
	for (size_t i = 0; i < all->n_versions; i++) {
		const Renkei__V1__ReportSummary *version = all->versions[i];
		bool there = rk_receipt_kept(run, version->receipt_number) != NULL;

		failure = (struct rk_failure){.retry_ms = -1};
		if (!there && fetch_one(fetch, version, &failure) != RK_OK) {
			fprintf(stderr, "%s: ", rk_visible(run, version->receipt_number));
			fetch->worst = rk_worse(fetch->worst, rk_trouble_at(run, &failure));
			continue;
		}
		fetch->kept++;
		fetch->fresh += !there;
	}
}

int rk_cmd_receipt_fetch(struct rk_run *run)
{
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	Renkei__V1__ListReportsResponse all;
	struct rk_failure failure = {.retry_ms = -1};
	struct fetch fetch = {.run = run, .worst = EX_OK};
	const char *municipality = rk_municipality_asked(run, &failure.err);

	if (!municipality)
		return rk_trouble(run, &failure.err);
	request.municipality_code = rk_run_str(run, municipality);
	if (rk_server_pin_keys(run, &failure) != RK_OK ||
		rk_list_reports(run, &request, 1000000, &all, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < all.n_reports; i++)
		fetch_report(&fetch, all.reports[i]);
	rk_talk(run, "receipts.fetched", "count", rk_run_printf(run, "%zu", fetch.kept), "new",
		rk_run_printf(run, "%zu", fetch.fresh));
	return fetch.worst;
}
