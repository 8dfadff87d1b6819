#include "summary.h"

#include "days.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "who.h"

const struct rk_grid_column rk_summary_columns[RK_SUMMARY_COLUMNS] = {
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"municipality_name", RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"period",            RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"version",           RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"state",             RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"nil",               RK_COLUMN_BOOL,   RK_COLUMN_WIDE },
	{"receipt_number",    RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"received",          RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"received_at",       RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"released_at",       RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"due_at",            RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"timeliness",        RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"late_seconds",      RK_COLUMN_NUMBER, RK_COLUMN_DATA },
	{"activity_count",    RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"outcome_count",     RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"warning_count",     RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"sha256",            RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"action",            RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"change_reason",     RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"delegated_by",      RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"confirmed_by",      RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"confirmed_at",      RK_COLUMN_TEXT,   RK_COLUMN_DATA },
};

bool rk_summary_waits(const Renkei__V1__ReportSummary *summary)
{
	return *summary->delegated_by && !*summary->confirmed_by && summary->superseded_by == 0 &&
		summary->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_WITHDRAWN;
}

const char *rk_state_shown(struct rk_run *run, const Renkei__V1__ReportSummary *summary)
{
	const char *state = rk_shown_enum(
		run, &renkei__v1__report_state__descriptor, (int)summary->state);

	if (!*summary->delegated_by || !rk_out_is_human(run))
		return state;
	return rk_tell(run,
		*summary->confirmed_by              ? "state.confirmed"
			: rk_summary_waits(summary) ? "state.waiting"
						    : "state.delegated",
		"state", state);
}

const char *rk_delegation_line(struct rk_run *run, const Renkei__V1__ReportSummary *summary)
{
	return rk_tell(run, *summary->confirmed_by ? "delegation.confirmed" : "delegation.open",
		"who", rk_who(run, summary->delegated_by), "by", rk_who(run, summary->confirmed_by),
		"time", rk_moment_told(run, summary->confirmed_at));
}

void rk_summary_add(struct rk_grid *grid, const Renkei__V1__ReportSummary *summary)
{
	struct rk_run *run = grid->run;

	rk_grid_add(grid,
		(const char *const[]){summary->municipality_code, summary->municipality_name_ja,
			rk_period_tag(run, summary->period),
			rk_run_printf(run, "%d", summary->version), rk_state_shown(run, summary),
			summary->nil ? "true" : "false", summary->receipt_number,
			rk_moment_japan(run, summary->received_at),
			rk_moment_utc(run, summary->received_at),
			rk_moment_utc(run, summary->released_at),
			rk_moment_utc(run, summary->due_at),
			rk_shown_enum(
				run, &renkei__v1__timeliness__descriptor, (int)summary->timeliness),
			rk_run_printf(run, "%lld", (long long)summary->late_seconds),
			rk_run_printf(run, "%d", summary->activity_count),
			rk_run_printf(run, "%d", summary->outcome_count),
			rk_run_printf(run, "%d", summary->warning_count), summary->sha256,
			rk_shown_enum(
				run, &renkei__v1__report_action__descriptor, (int)summary->action),
			summary->change_reason[0] ? summary->change_reason : NULL,
			*summary->delegated_by ? rk_who(run, summary->delegated_by) : NULL,
			*summary->confirmed_by ? rk_who(run, summary->confirmed_by) : NULL,
			rk_moment_utc(run, summary->confirmed_at)});
}

int rk_print_summary(struct rk_run *run, const Renkei__V1__ReportSummary *summary)
{
	struct rk_grid grid = {
		.run = run, .columns = rk_summary_columns, .column_count = RK_SUMMARY_COLUMNS};

	if (!summary)
		return EX_OK;
	rk_summary_add(&grid, summary);
	return rk_answer_print(&grid, &summary->base);
}

int rk_print_summaries(
	struct rk_run *run, const Renkei__V1__ReportSummary *const *summaries, size_t count)
{
	struct rk_grid grid = {
		.run = run, .columns = rk_summary_columns, .column_count = RK_SUMMARY_COLUMNS};

	if (count == 1)
		return rk_print_summary(run, summaries[0]);
	for (size_t i = 0; i < count; i++)
		rk_summary_add(&grid, summaries[i]);
	return count ? rk_grid_print(&grid) : EX_OK;
}

bool rk_confirm(struct rk_run *run, const char *code, const Renkei__V1__ReportSummary *summary)
{
	if (rk_run_flag(run, "yes") || rk_run_flag(run, "dry-run"))
		return true;
	if (!rk_on_terminal()) {
		rk_talk(run, "ask.needs_yes");
		run->failed = true;
		return false;
	}
	if (summary)
		rk_talk(run, "summary.about", "receipt", summary->receipt_number, "name",
			summary->municipality_name_ja, "period",
			rk_period_label(run, summary->period), "state",
			rk_state_shown(run, summary), "sha256", summary->sha256);
	if (rk_ask(run, rk_tell(run, code)))
		return true;
	rk_talk(run, "ask.nothing_done");
	return false;
}

const char *rk_shown_enum(struct rk_run *run, const ProtobufCEnumDescriptor *type, int value)
{
	return rk_out_is_human(run) ? rk_label_enum(run, type, value)
				    : rk_enum_name(run, type, value);
}

bool rk_is_unreleased_correction(const Renkei__V1__ReportSummary *summary)
{
	return summary->action == RENKEI__V1__REPORT_ACTION__REPORT_ACTION_CORRECT &&
		(summary->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_AWAITING_RELEASE ||
			summary->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK);
}

int rk_not_confirmed(void)
{
	return rk_on_terminal() ? EX_TEMPFAIL : EX_USAGE;
}

int rk_answer_bad(struct rk_run *run, const char *what)
{
	struct rk_err err;

	(void)rk_fail_reason(&err, RK_INTERNAL, "SERVER_ANSWER_BAD", "%s", what);
	return rk_trouble(run, &err);
}
