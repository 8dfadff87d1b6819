/* renkei review list - what waits for the secretariat, the longest first. */
#include "base/clock.h"
#include "command.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "review_times.h"
#include "summary.h"
#include "who.h"

#include "renkei/v1/report_service.pb-c.h"

#include <stdlib.h>
#include <string.h>

#define DAY_S 86400

static const struct rk_grid_column columns[] = {
	{"receipt_number",    RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"municipality_name", RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"period",            RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"state",             RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"days_waiting",      RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"working_days",      RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"reviewer",          RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"submitted",         RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"submitted_at",      RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"timeliness",        RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"action",            RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"activity_count",    RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"warning_count",     RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"change_reason",     RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"sha256",            RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
};

/* When it came into the secretariat's hands. */
static const Google__Protobuf__Timestamp *submitted_at(const Renkei__V1__ReportSummary *summary)
{
	return summary->released_at ? summary->released_at : summary->received_at;
}

static int by_age(const void *a, const void *b)
{
	const Renkei__V1__ReportSummary *one = *(Renkei__V1__ReportSummary *const *)a;
	const Renkei__V1__ReportSummary *two = *(Renkei__V1__ReportSummary *const *)b;
	const Google__Protobuf__Timestamp *first = submitted_at(one), *second = submitted_at(two);
	int64_t x = first ? first->seconds : 0, y = second ? second->seconds : 0;

	if (x == y) {
		x = first ? first->nanos : 0;
		y = second ? second->nanos : 0;
	}
	return x != y ? (x > y) - (x < y) : strcmp(one->receipt_number, two->receipt_number);
}

/* Who reviews it, and since how many working days it waits; NULL where a reader is not told. */
static const Renkei__V1__WaitingReview *waiting_of(
	const Renkei__V1__GetReviewTimesResponse *times, const Renkei__V1__ReportSummary *at)
{
	for (size_t i = 0; i < times->n_waiting; i++) {
		const Renkei__V1__WaitingReview *one = times->waiting[i];

		if (strcmp(one->municipality_code, at->municipality_code) == 0 && one->period &&
			at->period && one->period->fiscal_year == at->period->fiscal_year &&
			one->period->quarter == at->period->quarter &&
			one->period->variant == at->period->variant && one->version == at->version)
			return one;
	}
	return NULL;
}

static bool is_asked_for(struct rk_run *run, const Renkei__V1__WaitingReview *waiting)
{
	const char *only = rk_run_option(run, "reviewer");
	const char *who = waiting ? waiting->reviewer : "", *slash = strrchr(who, '/');

	if (!only)
		return true;
	if (strcmp(only, "none") == 0)
		return !*who;
	return strcmp(only, who) == 0 || (slash && strcmp(only, slash + 1) == 0);
}

static void add_row(struct rk_grid *grid, const Renkei__V1__ReportSummary *at,
	const Renkei__V1__WaitingReview *waiting, int64_t now)
{
	struct rk_run *run = grid->run;
	const Google__Protobuf__Timestamp *since = submitted_at(at);

	rk_grid_add(grid,
		(const char *const[]){at->receipt_number, at->municipality_name_ja,
			rk_period_tag(run, at->period), rk_state_shown(run, at),
			since ? rk_run_printf(
					run, "%lld", (long long)((now - since->seconds) / DAY_S))
			      : NULL,
			waiting ? rk_run_printf(run, "%d", waiting->working_days) : NULL,
			waiting && waiting->reviewer[0] ? rk_who(run, waiting->reviewer) : NULL,
			rk_moment_japan(run, since), rk_moment_utc(run, since),
			rk_shown_enum(
				run, &renkei__v1__timeliness__descriptor, (int)at->timeliness),
			rk_shown_enum(run, &renkei__v1__report_action__descriptor, (int)at->action),
			rk_run_printf(run, "%d", at->activity_count),
			rk_run_printf(run, "%d", at->warning_count), at->change_reason,
			at->sha256});
}

int rk_cmd_review_list(struct rk_run *run)
{
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	Renkei__V1__ListReportsResponse all;
	Renkei__V1__ReportState states[] = {RENKEI__V1__REPORT_STATE__REPORT_STATE_SUBMITTED,
		RENKEI__V1__REPORT_STATE__REPORT_STATE_UNDER_REVIEW};
	Renkei__V1__GetReviewTimesRequest asked = RENKEI__V1__GET_REVIEW_TIMES_REQUEST__INIT;
	Renkei__V1__GetReviewTimesResponse none = RENKEI__V1__GET_REVIEW_TIMES_RESPONSE__INIT,
					   *times = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	const char *next = NULL;
	const char *year = rk_run_option(run, "year"), *only = rk_run_option(run, "municipality");
	int64_t now = rk_clock_now_us() / 1000000;
	int32_t last;

	if (year &&
		(rk_years_parse(year, &request.fiscal_year, &last, &failure.err) != RK_OK ||
			last != request.fiscal_year))
		return rk_usage(run, "usage.one_year", "value", year);
	request.municipality_code = rk_run_str(run, only ? only : "");
	request.states = states;
	request.n_states = sizeof states / sizeof *states;
	if (rk_list_reports(run, &request, 1000000, &all, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (all.n_reports)
		qsort(all.reports, all.n_reports, sizeof *all.reports, by_age);
	asked.first_fiscal_year = asked.last_fiscal_year = request.fiscal_year;
	if (rk_call(run, "ReviewService/GetReviewTimes", &asked, get_review_times_response, &times,
		    &failure) != RK_OK) {
		/* A municipality lists its own reports, and is not told of others; a server from before there were reviewers tells nobody. */
		if (failure.err.status != RK_PERMISSION_DENIED &&
			(!failure.unknown_method || rk_run_option(run, "reviewer")))
			return rk_trouble_at(run, &failure);
		times = &none;
	}
	for (size_t i = 0; i < all.n_reports; i++) {
		const Renkei__V1__WaitingReview *waiting = waiting_of(times, all.reports[i]);

		if (!is_asked_for(run, waiting))
			continue;
		next = next ? next : all.reports[i]->receipt_number;
		add_row(&grid, all.reports[i], waiting, now);
	}
	int status = rk_grid_print(&grid);

	if (status == EX_OK && rk_out_is_human(run)) {
		if (times->n_times)
			rk_talk(run, "review.times", "times",
				rk_review_times_text(run, times->times[0]));
		if (next)
			rk_talk(run, "review.next", "receipt", next);
	}
	return status;
}
