/* renkei review times, assign - how long the secretariat takes to answer, and who of it reviews what. */
#include "base/text.h"
#include "command.h"
#include "coverage.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "review_times.h"
#include "summary.h"
#include "who.h"

#include <string.h>

static const struct rk_grid_column columns[] = {
	{"fiscal_year",          RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"reviewer",             RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"accepted_count",       RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"returned_count",       RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"median_working_days",  RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"longest_working_days", RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"waiting_count",        RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"longest_waiting",      RK_COLUMN_NUMBER, RK_COLUMN_ALL},
};

static const char *median(struct rk_run *run, const Renkei__V1__ReviewTimes *times)
{
	return times->_median_working_days_case
		? rk_run_printf(run, "%.10g", times->median_working_days)
		: NULL;
}

const char *rk_review_times_text(struct rk_run *run, const Renkei__V1__ReviewTimes *times)
{
	const char *answered = rk_count(run, (int64_t)times->accepted + times->returned);
	const char *past = times->_median_working_days_case
		? rk_tell(run, "review.times_past", "answered", answered, "accepted",
			  rk_count(run, times->accepted), "returned",
			  rk_count(run, times->returned), "median", median(run, times), "longest",
			  rk_count(run, times->longest_working_days))
		: rk_tell(run, "review.times_none");

	return times->waiting
		? rk_run_printf(run, "%s%s%s", past, rk_tell(run, "review.times_between"),
			  rk_tell(run, "review.times_waiting", "waiting",
				  rk_count(run, times->waiting), "longest",
				  rk_count(run, times->longest_waiting_working_days)))
		: past;
}

int rk_cmd_review_times(struct rk_run *run)
{
	Renkei__V1__GetReviewTimesRequest request = RENKEI__V1__GET_REVIEW_TIMES_REQUEST__INIT;
	Renkei__V1__GetReviewTimesResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	const char *years = rk_run_option(run, "year");

	if (years &&
		rk_years_parse(years, &request.first_fiscal_year, &request.last_fiscal_year,
			&failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	if (rk_call(run, "ReviewService/GetReviewTimes", &request, get_review_times_response,
		    &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < answer->n_times; i++) {
		const Renkei__V1__ReviewTimes *at = answer->times[i];
		bool answered = at->_median_working_days_case;

		rk_grid_add(&grid,
			(const char *const[]){at->fiscal_year
					? rk_run_printf(run, "%d", at->fiscal_year)
					: rk_out_is_human(run) && !at->unassigned && !*at->reviewer
					? rk_tell(run, "review.times_all")
					: NULL,
				at->unassigned          ? rk_tell(run, "review.unassigned")
					: *at->reviewer ? rk_who(run, at->reviewer)
							: NULL,
				rk_run_printf(run, "%d", at->accepted),
				rk_run_printf(run, "%d", at->returned), median(run, at),
				answered ? rk_run_printf(run, "%d", at->longest_working_days)
					 : NULL,
				rk_run_printf(run, "%d", at->waiting),
				at->waiting
					? rk_run_printf(run, "%d", at->longest_waiting_working_days)
					: NULL});
	}
	return rk_answer_print(&grid, &answer->base);
}

int rk_cmd_review_assign(struct rk_run *run)
{
	Renkei__V1__AssignReviewRequest request = RENKEI__V1__ASSIGN_REVIEW_REQUEST__INIT;
	Renkei__V1__AssignReviewResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key = {.municipality = ""};
	const char *to = rk_run_option(run, "to");
	char request_id[37];

	if (!to)
		return rk_usage(run, "usage.option_missing", "option", "to");
	if (rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.receipt_number = rk_run_str(run, key.receipt_number ? key.receipt_number : "");
	request.municipality_code = rk_run_str(run, key.municipality ? key.municipality : "");
	request.period = key.receipt_number ? NULL : &key.period;
	request.reviewer = rk_run_str(run, strcmp(to, "none") == 0 ? "" : to);
	if (rk_call(run, "ReviewService/AssignReview", &request, assign_review_response, &answer,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!rk_out_is_human(run))
		return rk_message_print(run, &answer->base);
	rk_talk(run, *answer->reviewer ? "review.assigned" : "review.assigned_nobody", "receipt",
		answer->receipt_number, "who", rk_visible(run, rk_who(run, answer->reviewer)));
	return EX_OK;
}
