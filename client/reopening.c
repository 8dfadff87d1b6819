#include "reopening.h"

#include "summary.h"

#include <string.h>

enum rk_status rk_reopenings_of(struct rk_run *run, const char *municipality,
	Renkei__V1__Period *period, bool open_only, Renkei__V1__ListReopeningsResponse **response,
	struct rk_failure *failure)
{
	Renkei__V1__ListReopeningsRequest request = RENKEI__V1__LIST_REOPENINGS_REQUEST__INIT;

	request.municipality_code = rk_run_str(run, municipality);
	request.period = period;
	request.open_only = open_only;
	return rk_call(run, "ReviewService/ListReopenings", &request, list_reopenings_response,
		response, failure);
}

static bool is_later(
	const Google__Protobuf__Timestamp *one, const Google__Protobuf__Timestamp *other)
{
	return one && other &&
		(one->seconds > other->seconds ||
			(one->seconds == other->seconds && one->nanos > other->nanos));
}

const Renkei__V1__Reopening *rk_reopening_after(const Renkei__V1__ListReopeningsResponse *all,
	const char *municipality, const Renkei__V1__Period *period,
	const Renkei__V1__ReportTransition *returned)
{
	for (size_t i = 0; i < all->n_reopenings; i++) {
		const Renkei__V1__Reopening *at = all->reopenings[i];

		if (at->open && at->period && strcmp(at->municipality_code, municipality) == 0 &&
			at->period->fiscal_year == period->fiscal_year &&
			at->period->quarter == period->quarter &&
			at->period->variant == period->variant &&
			(!returned || is_later(at->reopened_at, returned->at)))
			return at;
	}
	return NULL;
}

enum rk_status rk_reopenable_version(struct rk_run *run, const Renkei__V1__ReportSummary *summary,
	int32_t *version, struct rk_failure *failure)
{
	Renkei__V1__ListReportVersionsResponse *response = NULL;

	*version = 0;
	RK_TRY(rk_list_versions(
		run, summary->municipality_code, summary->period, &response, failure));
	for (size_t i = 0; i < response->n_transitions; i++)
		if (response->transitions[i]->state ==
				RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED &&
			response->transitions[i]->version > *version)
			*version = response->transitions[i]->version;
	return RK_OK;
}

const Renkei__V1__ReportTransition *rk_reopening_step(
	struct rk_run *run, const Renkei__V1__Reopening *reopening)
{
	Renkei__V1__ReportTransition *step = rk_run_alloc(run, sizeof *step);

	renkei__v1__report_transition__init(step);
	step->version = reopening->version;
	step->state = RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED;
	step->at = reopening->reopened_at;
	step->principal = reopening->reopened_by;
	step->reason = reopening->reason;
	step->n_items = reopening->n_items;
	step->items = reopening->items;
	step->due_date = reopening->until_date;
	return step;
}
