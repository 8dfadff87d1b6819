/* What others changed since the version that a file is based on, beside what the file changes: sent as it is, it would undo theirs. */
#include "report_diff.h"
#include "submit.h"
#include "summary.h"

/* So many changes are shown one by one; renkei report diff has them all. */
#define MOST_SHOWN 20

static const Renkei__V1__Report *version_of(
	struct rk_run *run, const Renkei__V1__Report *report, int32_t version)
{
	struct rk_report_key key = {.municipality = report->municipality_code,
		.period = *report->period,
		.version = version};
	Renkei__V1__GetReportResponse *response = NULL;
	struct rk_failure failure;

	return rk_get_report(run, &key, &response, &failure) == RK_OK ? response->report : NULL;
}

bool rk_submit_newer(struct rk_run *run, const Renkei__V1__Report *content,
	const Renkei__V1__GetReportResponse *latest, struct rk_submit_newer *newer)
{
	const Renkei__V1__Report *base;

	*newer = (struct rk_submit_newer){.base = content->base_version, .latest = latest->summary};
	if (newer->base <= 0 || newer->base >= latest->summary->latest_version)
		return false;
	base = version_of(run, content, newer->base);
	if (!base)
		return false;
	newer->theirs = rk_report_compare(run, base, latest->report, &newer->their_count);
	newer->own = rk_report_compare(run, base, content, &newer->own_count);
	newer->apart = rk_report_compare(run, latest->report, content, &newer->apart_count);
	newer->undone = rk_report_changes_touched(
		newer->theirs, newer->their_count, newer->apart, newer->apart_count);
	return true;
}

/* What differs between the latest version and the file, and was changed by both. */
static const struct rk_report_change *clashes(
	struct rk_run *run, const struct rk_submit_newer *newer, size_t *count)
{
	struct rk_report_change *both = rk_run_alloc(run, (newer->apart_count + 1) * sizeof *both);

	*count = 0;
	for (size_t i = 0; i < newer->apart_count; i++) {
		const struct rk_report_change *at = &newer->apart[i];

		if (rk_report_changes_touched(at, 1, newer->theirs, newer->their_count) &&
			rk_report_changes_touched(at, 1, newer->own, newer->own_count))
			both[(*count)++] = *at;
	}
	return both;
}

void rk_submit_show_newer(struct rk_run *run, const struct rk_submit_newer *newer)
{
	const char *base = rk_run_printf(run, "%d", newer->base);
	const char *receipt = newer->latest->receipt_number;
	const struct rk_report_change *both;
	size_t both_count;

	rk_talk(run, newer->their_count ? "diff.theirs" : "diff.theirs_none", "base", base,
		"receipt", receipt);
	rk_report_changes_print(run, stderr, newer->theirs, newer->their_count, MOST_SHOWN);
	if (newer->their_count > MOST_SHOWN)
		rk_talk(run, "diff.theirs_all", "receipt", receipt, "base", base);
	rk_talk(run, newer->own_count ? "diff.own" : "diff.own_none", "base", base);
	rk_report_changes_print(run, stderr, newer->own, newer->own_count, MOST_SHOWN);
	both = clashes(run, newer, &both_count);
	if (both_count)
		rk_talk(run, "diff.both", "receipt", receipt);
	rk_report_changes_print(run, stderr, both, both_count, MOST_SHOWN);
}
