/* renkei report confirm - the municipality confirms what the secretariat entered for it. */
#include "base/text.h"
#include "command.h"
#include "periods.h"
#include "report_diff.h"
#include "report_text.h"
#include "summary.h"
#include "who.h"

#include <string.h>

/* So many changes are shown one by one; renkei report diff has them all. */
#define MOST_SHOWN 50

/* The last version that the municipality submitted itself; NULL: there is none, or it cannot be had. */
static const Renkei__V1__GetReportResponse *own_before(
	struct rk_run *run, const struct rk_report_key *key, int32_t version)
{
	struct rk_report_key own = *key;
	Renkei__V1__ListReportVersionsResponse *all = NULL;
	Renkei__V1__GetReportResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (rk_list_versions(run, key->municipality, &own.period, &all, &failure) != RK_OK)
		return NULL;
	own.version = 0;
	for (size_t i = 0; i < all->n_versions; i++) {
		const Renkei__V1__ReportSummary *at = all->versions[i];

		if (!*at->delegated_by && at->version < version && at->version > own.version)
			own.version = at->version;
	}
	if (!own.version || rk_report_seen(run, &own, &response, &failure) != RK_OK)
		return NULL;
	return response;
}

/* Nobody confirms what was not seen: the differences from the own version, or all of it. */
static void show(struct rk_run *run, const struct rk_report_key *key,
	const Renkei__V1__GetReportResponse *seen)
{
	const Renkei__V1__GetReportResponse *own = own_before(run, key, seen->summary->version);
	size_t count;

	rk_talk(run, "confirm.entered", "receipt", seen->summary->receipt_number, "who",
		rk_who(run, seen->summary->delegated_by), "time",
		rk_moment_japan(run, seen->summary->received_at));
	if (!own) {
		rk_talk(run, "confirm.first");
		rk_message_text(run, stderr, &seen->report->base, 1);
		return;
	}
	const struct rk_report_change *changes = rk_report_compare(
		run, own->report, seen->report, &count);

	rk_talk(run, count ? "diff.against" : "confirm.same", "receipt",
		own->summary->receipt_number);
	rk_report_changes_print(run, stderr, changes, count, MOST_SHOWN);
}

int rk_cmd_report_confirm(struct rk_run *run)
{
	Renkei__V1__ConfirmReportRequest request = RENKEI__V1__CONFIRM_REPORT_REQUEST__INIT;
	Renkei__V1__ConfirmReportResponse *response = NULL;
	Renkei__V1__GetReportResponse *seen = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key;
	char request_id[37];

	if (rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK ||
		rk_report_seen(run, &key, &seen, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	/* What cannot be confirmed is not asked about: the server says why. */
	if (*seen->summary->delegated_by && !*seen->summary->confirmed_by) {
		if (!rk_run_flag(run, "yes"))
			show(run, &key, seen);
		if (!rk_confirm(run, "confirm.ask", seen->summary))
			return rk_not_confirmed();
	}
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.municipality_code = rk_run_str(run, key.municipality);
	request.period = &key.period;
	request.version = seen->summary->version;
	request.sha256 = seen->summary->sha256;
	if (rk_call(run, "ReportService/ConfirmReport", &request, confirm_report_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return rk_print_summary(run, response->summary);
}
