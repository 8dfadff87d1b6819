#include "reopening.h"

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
