/* renkei report confirm - the municipality confirms what the secretariat entered for it. */
#include "act.h"
#include "command.h"
#include "days.h"
#include "periods.h"
#include "report_diff.h"
#include "report_text.h"
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

/* What cannot be confirmed is not asked about: the server says why. */
static bool waits(const Renkei__V1__ReportSummary *summary)
{
	return *summary->delegated_by && !*summary->confirmed_by;
}

/* Nobody confirms what was not seen: the differences from the own version, or all of it. */
static enum rk_status show(struct rk_run *run, struct rk_report_key *key,
	const Renkei__V1__GetReportResponse *seen, struct rk_failure *failure)
{
	const Renkei__V1__GetReportResponse *own;
	size_t count;

	(void)failure;
	if (rk_run_flag(run, "yes"))
		return RK_OK;
	own = own_before(run, key, seen->summary->version);
	rk_talk(run, "confirm.entered", "receipt", seen->summary->receipt_number, "who",
		rk_who(run, seen->summary->delegated_by), "time",
		rk_moment_told(run, seen->summary->received_at));
	if (!own) {
		rk_talk(run, "confirm.first");
		rk_message_text(run, stderr, &seen->report->base, 1);
		return RK_OK;
	}
	const struct rk_report_change *changes = rk_report_compare(
		run, own->report, seen->report, &count);

	rk_talk(run, count ? "diff.against" : "confirm.same", "receipt",
		own->summary->receipt_number);
	rk_report_changes_print(run, stderr, changes, count, MOST_SHOWN);
	return RK_OK;
}

const struct rk_act rk_act_confirm = {.word = "confirm",
	.path = "/renkei.v1.ReportService/ConfirmReport",
	.request = &renkei__v1__confirm_report_request__descriptor,
	.response = &renkei__v1__confirm_report_response__descriptor,
	.tell = rk_report_act_tell};

int rk_cmd_report_confirm(struct rk_run *run)
{
	static const struct rk_report_act what = {.act = &rk_act_confirm,
		.ask = "confirm.ask",
		.seen = true,
		.asked = waits,
		.show = show};
	const Renkei__V1__ReportSummary *about;
	struct rk_failure failure;

	return rk_report_act_run(run, &what, &about, &failure);
}
