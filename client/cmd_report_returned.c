/* renkei report returned - what has to be put right, item by item: why, until when, and in which cell of the form. */
#include "command.h"
#include "days.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "reopening.h"
#include "review_comments.h"
#include "summary.h"
#include "template.h"

#include <string.h>

static const struct rk_grid_column columns[] = {
	{"receipt_number",    RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"period",            RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"version",           RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"state",             RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"resubmit_by",       RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"due_date",          RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"cell",              RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"item",              RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"reason",            RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"field_path",        RK_COLUMN_TEXT,   RK_COLUMN_DATA },
};

static void add_items(struct rk_grid *grid, const Renkei__V1__ReportSummary *summary,
	const Renkei__V1__Report *report, const Renkei__V1__ReportTransition *step,
	const struct rk_form_place *places)
{
	struct rk_run *run = grid->run;
	const char *state = step->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED
		? rk_out_is_human(run) ? rk_tell(run, "reopening.item_state") : "reopened"
		: rk_shown_enum(run, &renkei__v1__report_state__descriptor, (int)summary->state);

	for (size_t i = 0; i < step->n_items; i++) {
		const Renkei__V1__ReturnItem *item = step->items[i];

		rk_grid_add(grid,
			(const char *const[]){summary->receipt_number, summary->municipality_code,
				rk_period_tag(run, summary->period),
				rk_run_printf(run, "%d", summary->version), state,
				rk_day_shown(run, step->due_date), step->due_date,
				rk_place_text(run, &places[i]),
				rk_label_item(run, report, item->field_path), item->reason,
				item->field_path});
	}
}

/* reopened: the step of a report of which items are reopened; NULL = it was given back, and is left out where one of all came after that. */
static int add_report(struct rk_grid *grid, const Renkei__V1__ReportSummary *summary,
	const Renkei__V1__ReportTransition *reopened, const Renkei__V1__ListReopeningsResponse *all)
{
	struct rk_run *run = grid->run;
	struct rk_report_key key = {.municipality = summary->municipality_code,
		.period = *summary->period,
		.version = summary->version};
	Renkei__V1__GetReportResponse *response = NULL;
	const Renkei__V1__ReportTransition *step = reopened;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_filled_sheet *sheets;

	if (!step && rk_return_step(run, &key, summary->state, &step, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!reopened && step &&
		summary->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_RETURNED &&
		rk_reopening_after(all, key.municipality, &key.period, step))
		return EX_OK;
	if (rk_get_report(run, &key, &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!step || !response->report)
		return rk_answer_bad(run, "a returned report without reasons or content");
	sheets = rk_template_form(run, response->report);
	if (!sheets)
		return EX_OSERR;
	struct rk_form_place *places = rk_run_alloc(run, step->n_items * sizeof *places);
	int status = rk_template_open(run, sheets, response->report, step, places);

	if (status == EX_OK)
		add_items(grid, summary, response->report, step, places);
	return status;
}

/* The reports in question: all that were given back, or the one that is named. */
static int find_returned(struct rk_run *run, Renkei__V1__ListReportsResponse *all)
{
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	const char *municipality = rk_run_option(run, "municipality");
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key = {0};
	struct rk_period period;

	rk_returned_alone(&request);
	request.municipality_code = rk_run_str(run, municipality ? municipality : "");
	if (run->operand_count) {
		if (rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK)
			return rk_trouble(run, &failure.err);
		request.municipality_code = rk_run_str(run, key.municipality);
		request.fiscal_year = key.period.fiscal_year;
		request.quarter = key.period.quarter;
	}
	if (rk_list_reports(run, &request, 1000000, all, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	/* A quarter has a forecast too. */
	for (size_t i = 0; run->operand_count && i < all->n_reports;) {
		bool same = rk_period_from_message(all->reports[i]->period, &period) &&
			all->reports[i]->period->variant == key.period.variant;

		if (!same)
			all->reports[i] = all->reports[--all->n_reports];
		else
			i++;
	}
	return EX_OK;
}

/* What is reopened; who may not read that is told nothing of it. */
static int find_reopened(struct rk_run *run, Renkei__V1__ListReopeningsResponse **all)
{
	const char *municipality = rk_run_option(run, "municipality");
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key = {.municipality = municipality ? municipality : ""};
	bool one = run->operand_count > 0;

	if (one && rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	if (rk_reopenings_of(
		    run, key.municipality, one ? &key.period : NULL, true, all, &failure) == RK_OK)
		return EX_OK;
	*all = NULL;
	return failure.err.status == RK_PERMISSION_DENIED ? EX_OK : rk_trouble_at(run, &failure);
}

static int add_reopened(struct rk_grid *grid, const Renkei__V1__ListReopeningsResponse *all)
{
	int status = EX_OK;

	for (size_t i = 0; i < all->n_reopenings && status == EX_OK; i++) {
		const Renkei__V1__Reopening *at = all->reopenings[i];
		Renkei__V1__ReportSummary summary = RENKEI__V1__REPORT_SUMMARY__INIT;

		summary.receipt_number = at->receipt_number;
		summary.municipality_code = at->municipality_code;
		summary.period = at->period;
		summary.version = at->version;
		if (at->period)
			status = add_report(grid, &summary, rk_reopening_step(grid->run, at), all);
	}
	return status;
}

/* What was said about these reports and is not resolved; who may not read comments is told nothing of them. */
static void print_comments(struct rk_run *run, const Renkei__V1__ListReportsResponse *all)
{
	for (size_t i = 0; i < all->n_reports; i++) {
		Renkei__V1__ListCommentsResponse *comments = NULL;
		struct rk_failure failure = {.retry_ms = -1};
		FILE *out = rk_out(run);

		if (!out ||
			rk_comments_of(run, all->reports[i]->municipality_code,
				all->reports[i]->period, true, &comments, &failure) != RK_OK)
			return;
		rk_comments_text(run, out, NULL, comments);
	}
}

int rk_cmd_report_returned(struct rk_run *run)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	Renkei__V1__ListReportsResponse all = RENKEI__V1__LIST_REPORTS_RESPONSE__INIT;
	Renkei__V1__ListReopeningsResponse none = RENKEI__V1__LIST_REOPENINGS_RESPONSE__INIT;
	Renkei__V1__ListReopeningsResponse *reopened = NULL;
	int status = find_returned(run, &all);

	if (status == EX_OK)
		status = find_reopened(run, &reopened);
	if (status != EX_OK)
		return status;
	if (!reopened)
		reopened = &none;
	for (size_t i = 0; i < all.n_reports && status == EX_OK; i++)
		if (all.reports[i]->period)
			status = add_report(&grid, all.reports[i], NULL, reopened);
	if (status == EX_OK)
		status = add_reopened(&grid, reopened);
	if (status == EX_OK)
		status = rk_grid_print(&grid);
	if (status == EX_OK && rk_out_is_human(run))
		print_comments(run, &all);
	if (status == EX_OK && all.n_reports && grid.count && rk_out_is_human(run))
		rk_talk(run, "returned.form", "period", rk_period_tag(run, all.reports[0]->period));
	return status;
}
