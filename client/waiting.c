#include "waiting.h"

#include "periods.h"

/* So many are named. */
#define MOST_SHOWN 5

enum rk_status rk_waiting_list(
	struct rk_run *run, Renkei__V1__ListReportsResponse *all, struct rk_failure *failure)
{
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;

	request.unconfirmed = 1;
	return rk_list_reports(run, &request, 1000000, all, failure);
}

void rk_waiting_tell_of(struct rk_run *run, const Renkei__V1__ListReportsResponse *reports)
{
	size_t count = 0;

	for (size_t i = 0; i < reports->n_reports; i++) {
		const Renkei__V1__ReportSummary *at = reports->reports[i];

		if (!rk_is_waiting(at))
			continue;
		if (count++ == 0)
			rk_talk(run, "waiting.title");
		if (count <= MOST_SHOWN)
			rk_talk(run, "waiting.one", "receipt", at->receipt_number, "name",
				at->municipality_name_ja, "period",
				rk_period_label(run, at->period), "time",
				rk_moment_japan(run, at->received_at));
	}
	if (count > MOST_SHOWN)
		rk_talk(run, "submit.and_more", "count",
			rk_run_printf(run, "%zu", count - MOST_SHOWN));
	if (count)
		rk_talk(run, "waiting.how");
}

void rk_waiting_tell(struct rk_run *run)
{
	Renkei__V1__ListReportsResponse all;
	struct rk_failure failure = {.retry_ms = -1};

	if (rk_waiting_list(run, &all, &failure) == RK_OK)
		rk_waiting_tell_of(run, &all);
}
