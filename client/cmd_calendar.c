/* renkei calendar - what is due when, on the screen or for a calendar program. */
#include "base/clock.h"
#include "command.h"
#include "ical.h"
#include "labels.h"
#include "news.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "report_text.h"
#include "server_info.h"
#include "summary.h"
#include "waiting.h"

#include "renkei/v1/extension_service.pb-c.h"
#include "renkei/v1/registry_service.pb-c.h"

#include <string.h>

static const struct rk_grid_column columns[] = {
	{"period",    RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"due",       RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"due_at",    RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"days_left", RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"state",     RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
};

struct calendar {
	struct rk_run *run;
	const char *municipality; /* NULL: nobody's own, the periods alone */
	Renkei__V1__ListPeriodsResponse *periods;
	Renkei__V1__ListReportsResponse reports;
	Renkei__V1__ListExtensionsResponse *extensions; /* of the municipality; else NULL */
	int64_t now;
};

/* Of the calendar's municipality; NULL when there is none. */
static const Renkei__V1__ReportSummary *report_of(
	const struct calendar *calendar, const Renkei__V1__Period *period)
{
	for (size_t i = 0; i < calendar->reports.n_reports; i++) {
		const Renkei__V1__ReportSummary *at = calendar->reports.reports[i];

		if (at->period && at->period->fiscal_year == period->fiscal_year &&
			at->period->quarter == period->quarter &&
			at->period->variant == period->variant)
			return at;
	}
	return NULL;
}

/* Handed in, which what awaits its release is not, and not given back. */
static bool is_done(const Renkei__V1__ReportSummary *report)
{
	return report && report->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_RETURNED &&
		report->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_WITHDRAWN &&
		report->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_AWAITING_RELEASE &&
		report->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK;
}

/* A forecast whose quarter is reported is not owed any more. */
static bool is_past(const struct calendar *calendar, const Renkei__V1__Period *period)
{
	Renkei__V1__Period final = *period;

	if (period->variant != RENKEI__V1__VARIANT__VARIANT_FORECAST || report_of(calendar, period))
		return false;
	final.variant = RENKEI__V1__VARIANT__VARIANT_REGULAR;
	return is_done(report_of(calendar, &final));
}

/* The period's deadline, or a later one that was granted last. */
static const Google__Protobuf__Timestamp *deadline_of(
	const struct calendar *calendar, const Renkei__V1__ReportingPeriod *period)
{
	for (size_t i = 0; calendar->extensions && i < calendar->extensions->n_extensions; i++) {
		const Renkei__V1__Extension *at = calendar->extensions->extensions[i];

		if (at->due_at && at->period && period->due_at &&
			at->due_at->seconds > period->due_at->seconds &&
			at->period->fiscal_year == period->period->fiscal_year &&
			at->period->quarter == period->period->quarter &&
			at->period->variant == period->period->variant)
			return at->due_at;
	}
	return period->due_at;
}

/* When it is due: a report that was returned by the day that the return names.  *returned: why it was; NULL when it was not. */
static const Google__Protobuf__Timestamp *due_of(const struct calendar *calendar,
	const Renkei__V1__ReportingPeriod *period, const Renkei__V1__ReportTransition **returned)
{
	struct rk_run *run = calendar->run;
	const Renkei__V1__ReportSummary *report = report_of(calendar, period->period);
	Google__Protobuf__Timestamp *due;

	*returned = report ? rk_return_of(run, report) : NULL;
	if (!*returned || !(*returned)->due_date[0])
		return deadline_of(calendar, period);
	due = rk_run_alloc(run, sizeof *due);
	return rk_moment_parse((*returned)->due_date, due, NULL) == RK_OK
		? due
		: deadline_of(calendar, period);
}

static const char *state_of(const struct calendar *calendar, const Renkei__V1__Period *period)
{
	struct rk_run *run = calendar->run;
	const Renkei__V1__ReportSummary *report = report_of(calendar, period);

	if (!calendar->municipality)
		return "";
	if (report)
		return rk_state_shown(run, report);
	if (is_past(calendar, period))
		return rk_out_is_human(run) ? rk_tell(run, "calendar.past") : "not_expected";
	return rk_out_is_human(run) ? rk_tell(run, "calendar.missing") : "missing";
}

static void add_row(struct rk_grid *grid, const struct calendar *calendar,
	const Renkei__V1__ReportingPeriod *period)
{
	struct rk_run *run = grid->run;
	const Renkei__V1__ReportTransition *returned;
	const Google__Protobuf__Timestamp *due = due_of(calendar, period, &returned);
	bool open = !is_done(report_of(calendar, period->period)) &&
		!is_past(calendar, period->period);

	rk_grid_add(grid,
		(const char *const[]){rk_period_tag(run, period->period), rk_moment_japan(run, due),
			rk_moment_utc(run, due),
			due && open ? rk_run_printf(run, "%lld",
					      (long long)rk_days_left(calendar->now, due->seconds))
				    : NULL,
			state_of(calendar, period->period)});
}

/* Why a report was returned, a line an item. */
static const char *reasons_of(struct rk_run *run, const Renkei__V1__ReportTransition *returned)
{
	const char *text = rk_tell(run, "returned.title");

	for (size_t i = 0; i < returned->n_items; i++) {
		const Renkei__V1__ReturnItem *item = returned->items[i];
		const char *label = rk_label_path(run, item->field_path);

		text = rk_run_printf(run, "%s\n%s: %s", text,
			!item->field_path[0] ? rk_tell(run, "history.whole")
				: label      ? label
					     : item->field_path,
			item->reason);
	}
	return text;
}

/* Below the table, to those who read it. */
static void tell_reasons(const struct calendar *calendar)
{
	struct rk_run *run = calendar->run;

	for (size_t i = 0; i < calendar->periods->n_periods; i++) {
		const Renkei__V1__ReportingPeriod *period = calendar->periods->periods[i];
		const Renkei__V1__ReportSummary *report = report_of(calendar, period->period);
		const Renkei__V1__ReportTransition *returned = report ? rk_return_of(run, report)
								      : NULL;

		if (!returned)
			continue;
		fflush(stdout);
		fprintf(stderr, "\n%s  ", report->receipt_number);
		rk_returned_text(run, stderr, NULL, returned);
		rk_talk(run, "returned.send_again", "period", rk_period_tag(run, period->period));
	}
}

static enum rk_status add_event(struct rk_buf *out, const struct calendar *calendar,
	const Renkei__V1__ReportingPeriod *period)
{
	struct rk_run *run = calendar->run;
	const char *whose = calendar->municipality ? calendar->municipality : "";
	const Renkei__V1__ReportTransition *returned;
	const Google__Protobuf__Timestamp *due = due_of(calendar, period, &returned);

	return rk_ical_add(out,
		&(struct rk_ical_event){
			.uid = rk_run_printf(run, "%s-%s@renkei", whose[0] ? whose : "platform",
				rk_period_tag(run, period->period)),
			.summary = rk_tell(run, "calendar.event", "period",
				rk_period_label(run, period->period), "municipality", whose),
			.description = returned ? reasons_of(run, returned)
						: rk_in_language(run, period->due_rule),
			.at = due->seconds,
			.alarm_days = {14, 7, 1}
        },
		calendar->now);
}

/* What is handed in already needs no reminder. */
static int print_ical(const struct calendar *calendar)
{
	struct rk_run *run = calendar->run;
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	enum rk_status status = rk_ical_begin(&text, rk_tell(run, "calendar.name"));
	FILE *out = rk_out(run);

	for (size_t i = 0; status == RK_OK && i < calendar->periods->n_periods; i++) {
		const Renkei__V1__ReportingPeriod *period = calendar->periods->periods[i];

		if (period->due_at && !is_done(report_of(calendar, period->period)) &&
			!is_past(calendar, period->period))
			status = add_event(&text, calendar, period);
	}
	if (status != RK_OK || rk_ical_end(&text) != RK_OK)
		return EX_OSERR;
	if (!out)
		return EX_CANTCREAT;
	return fwrite(text.at, 1, text.len, out) == text.len ? EX_OK : EX_IOERR;
}

static enum rk_status ask(struct calendar *calendar, struct rk_failure *failure)
{
	struct rk_run *run = calendar->run;
	Renkei__V1__ListPeriodsRequest periods = RENKEI__V1__LIST_PERIODS_REQUEST__INIT;
	Renkei__V1__ListReportsRequest reports = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	Renkei__V1__ListExtensionsRequest extensions = RENKEI__V1__LIST_EXTENSIONS_REQUEST__INIT;
	const char *years = rk_run_option(run, "year");
	struct rk_err err;

	if (years)
		RK_TRY(rk_years_parse(years, &periods.first_fiscal_year, &periods.last_fiscal_year,
			&failure->err));
	RK_TRY(rk_call(run, "RegistryService/ListPeriods", &periods, list_periods_response,
		&calendar->periods, failure));
	/* The secretariat has no report of its own to be reminded of. */
	calendar->municipality = rk_municipality_asked(run, &err);
	if (!calendar->municipality)
		return RK_OK;
	extensions.municipality_code = rk_run_str(run, calendar->municipality);
	RK_TRY(rk_call(run, "ExtensionService/ListExtensions", &extensions,
		list_extensions_response, &calendar->extensions, failure));
	reports.municipality_code = rk_run_str(run, calendar->municipality);
	return rk_list_reports(run, &reports, 1000000, &calendar->reports, failure);
}

int rk_cmd_calendar(struct rk_run *run)
{
	struct calendar calendar = {.run = run, .now = rk_clock_now_us() / 1000000};
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	renkei__v1__list_reports_response__init(&calendar.reports);
	if (ask(&calendar, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (rk_run_flag(run, "ical"))
		return print_ical(&calendar);
	for (size_t i = 0; i < calendar.periods->n_periods; i++)
		add_row(&grid, &calendar, calendar.periods->periods[i]);
	int status = rk_grid_print(&grid);

	if (status == EX_OK && rk_out_is_human(run)) {
		tell_reasons(&calendar);
		rk_waiting_tell_of(run, &calendar.reports);
		rk_news_tell(run);
	}
	return status;
}
