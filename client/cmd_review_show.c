/* renkei review show - a report beside what was there before it, item by item (新旧対照), with all that was found and said about it. */
#include "attach.h"
#include "command.h"
#include "compare.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "report_diff.h"
#include "report_text.h"
#include "returned_items.h"
#include "review_comments.h"
#include "summary.h"
#include "verdict.h"

#include <string.h>

static const struct rk_grid_column columns[] = {
	{"mark",     RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"field",    RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"path",     RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"before",   RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"after",    RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"returned", RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"reason",   RK_COLUMN_TEXT, RK_COLUMN_DATA },
};

/* Quarters since year 0, the forecast of one before its regular report. */
static int turn_of(const Renkei__V1__Period *period)
{
	return (period->fiscal_year * 4 + (int)period->quarter) * 2 +
		(period->variant != RENKEI__V1__VARIANT__VARIANT_FORECAST);
}

/* The last quarter before this one of which a report was accepted; NULL when there is none. */
static enum rk_status quarter_before(struct rk_run *run, const Renkei__V1__ReportSummary *summary,
	const Renkei__V1__ReportSummary **before, struct rk_failure *failure)
{
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	Renkei__V1__ReportState accepted = RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED;
	Renkei__V1__ListReportsResponse all;

	*before = NULL;
	request.municipality_code = summary->municipality_code;
	request.states = &accepted;
	request.n_states = 1;
	RK_TRY(rk_list_reports(run, &request, 1000000, &all, failure));
	for (size_t i = 0; i < all.n_reports; i++) {
		const Renkei__V1__ReportSummary *at = all.reports[i];

		if (at->period && turn_of(at->period) < turn_of(summary->period) &&
			(!*before || turn_of(at->period) > turn_of((*before)->period) ||
				(turn_of(at->period) == turn_of((*before)->period) &&
					at->version > (*before)->version)))
			*before = at;
	}
	return RK_OK;
}

/* The version before this one, of a first version the accepted report of the quarter before; *before stays NULL when there is neither. */
static enum rk_status get_before(struct rk_run *run, const Renkei__V1__ReportSummary *summary,
	bool quarter, Renkei__V1__GetReportResponse **before, struct rk_failure *failure)
{
	struct rk_report_key key = {
		.municipality = summary->municipality_code, .period = *summary->period};
	const Renkei__V1__ReportSummary *other = NULL;

	if (!quarter)
		RK_TRY(rk_version_before(run, summary, true, &key.version, failure));
	if (!key.version) {
		RK_TRY(quarter_before(run, summary, &other, failure));
		if (!other)
			return RK_OK;
		key.period = *other->period;
		key.version = other->version;
	}
	RK_TRY(rk_get_report(run, &key, before, failure));
	if ((*before)->report && (*before)->summary)
		return RK_OK;
	return rk_fail_reason(
		&failure->err, RK_INTERNAL, "SERVER_ANSWER_BAD", "a report without content");
}

static const char *mark_of(const struct rk_report_change *change)
{
	if (strcmp(change->before, change->after) == 0)
		return "same";
	return !change->before[0] ? "new" : !change->after[0] ? "gone" : "changed";
}

/* Beside another quarter nothing was added or removed: it is told in one of them alone. */
static const char *mark_shown(
	struct rk_run *run, const char *mark, bool other_quarter, bool returned)
{
	const char *said;

	if (!rk_out_is_human(run))
		return mark;
	if (strcmp(mark, "same") == 0)
		return returned ? rk_tell(run, "review.mark_returned_same") : "";
	said = rk_tell(run,
		rk_run_printf(run, "review.mark_%s%s", mark,
			other_quarter && strcmp(mark, "changed") != 0 ? "_alone" : ""));
	return returned ? rk_tell(run, "review.mark_returned", "mark", said) : said;
}

/* What was returned and is in no row, since nothing is said there. */
static void add_unsaid(struct rk_grid *grid, const struct rk_returned_items *items,
	const struct rk_report_change *rows, size_t count)
{
	const struct rk_returned_item **unsaid = rk_run_alloc(
		grid->run, (items->count + 1) * sizeof(void *));
	size_t more = rk_returned_items_unsaid(items, rows, count, unsaid);

	for (size_t i = 0; i < more; i++)
		rk_grid_add(grid,
			(const char *const[]){mark_shown(grid->run, "same", false, true),
				unsaid[i]->item, unsaid[i]->path, unsaid[i]->before,
				unsaid[i]->after, unsaid[i]->outcome, unsaid[i]->reason});
}

/* Where there is nothing before it, nothing can have changed. */
static size_t add_rows(struct rk_grid *grid, const Renkei__V1__Report *before,
	const Renkei__V1__Report *after, const struct rk_returned_items *items, bool changed_only)
{
	struct rk_run *run = grid->run;
	bool other_quarter = before && before->period && after->period &&
		turn_of(before->period) != turn_of(after->period);
	size_t count, changed = 0;
	const struct rk_report_change *rows = rk_report_beside(run, before, after, &count);

	for (size_t i = 0; i < count; i++) {
		const char *mark = before ? mark_of(&rows[i]) : "same";
		const struct rk_returned_item *item = rk_returned_item_at(items, rows[i].path);

		changed += strcmp(mark, "same") != 0;
		if (changed_only && strcmp(mark, "same") == 0 && !item)
			continue;
		rk_grid_add(grid,
			(const char *const[]){mark_shown(run, mark, other_quarter, item),
				rows[i].label, rows[i].path, rows[i].before, rows[i].after,
				item ? item->outcome : "", item ? item->reason : ""});
	}
	add_unsaid(grid, items, rows, count);
	return changed;
}

/* Below the table: what the rules found, what was answered to it, and what was said about it. */
static int print_rest(struct rk_run *run, FILE *out, const Renkei__V1__GetReportResponse *seen)
{
	Renkei__V1__ListCommentsResponse *comments = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (rk_comments_of(run, seen->summary->municipality_code, seen->summary->period, false,
		    &comments, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (seen->verdict && seen->verdict->n_findings) {
		fprintf(out, "\n%s\n", rk_tell(run, "show.findings"));
		rk_verdict_print_form(run, out, NULL, seen->verdict);
	}
	if (seen->comparison) {
		fputc('\n', out);
		rk_compare_kept(run, out, seen->comparison);
	}
	rk_attachments_text(run, out, seen);
	if (comments->n_comments)
		fputc('\n', out);
	rk_comments_text(run, out, seen->report, comments);
	return EX_OK;
}

int rk_cmd_review_show(struct rk_run *run)
{
	Renkei__V1__GetReportResponse *seen = NULL, *before = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_returned_items items = {0};
	struct rk_report_key key;
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	if (rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK ||
		rk_get_report(run, &key, &seen, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!seen->report || !seen->summary || !seen->summary->period)
		return rk_answer_bad(run, "a report without summary or content");
	if (get_before(run, seen->summary, rk_run_flag(run, "quarter-before"), &before, &failure) !=
		RK_OK)
		return rk_trouble_at(run, &failure);
	if (!rk_run_flag(run, "quarter-before") &&
		rk_returned_items(run, seen->summary, seen->report, 0, &items, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	size_t changed = add_rows(&grid, before ? before->report : NULL, seen->report, &items,
		rk_run_flag(run, "changed"));

	if (!rk_out_is_human(run))
		return rk_grid_print(&grid);
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	rk_report_head(run, out, seen->summary);
	fprintf(out, "%s\n\n",
		before ? rk_tell(run, "review.beside", "before", before->summary->receipt_number,
				 "count", rk_run_printf(run, "%zu", changed))
		       : rk_tell(run, "review.beside_nothing"));
	rk_returned_items_text(run, out, &items);
	int status = rk_grid_print(&grid);

	return status == EX_OK ? print_rest(run, out, seen) : status;
}
