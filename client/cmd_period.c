/* renkei period - the reporting periods, and how their deadlines come about. */
#include "command.h"
#include "days.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "report_text.h"
#include "summary.h"
#include "who.h"

#include "renkei/v1/extension_service.pb-c.h"
#include "renkei/v1/registry_service.pb-c.h"

#include <string.h>

static const struct rk_grid_column period_columns[] = {
	{"period",   RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"opens",    RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"opens_at", RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"due",      RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"due_at",   RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"due_rule", RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"etag",     RK_COLUMN_TEXT, RK_COLUMN_WIDE },
};

int rk_cmd_period_list(struct rk_run *run)
{
	Renkei__V1__ListPeriodsRequest request = RENKEI__V1__LIST_PERIODS_REQUEST__INIT;
	Renkei__V1__ListPeriodsResponse *answer = NULL;
	struct rk_failure failure;
	struct rk_grid grid = {.run = run,
		.columns = period_columns,
		.column_count = sizeof period_columns / sizeof period_columns[0]};
	const char *years = rk_run_option(run, "year");

	if (years &&
		rk_years_parse(years, &request.first_fiscal_year, &request.last_fiscal_year,
			&failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	if (rk_call(run, "RegistryService/ListPeriods", &request, list_periods_response, &answer,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < answer->n_periods; i++) {
		const Renkei__V1__ReportingPeriod *at = answer->periods[i];

		rk_grid_add(&grid,
			(const char *const[]){rk_period_tag(run, at->period),
				rk_moment_japan(run, at->opens_at),
				rk_moment_utc(run, at->opens_at), rk_moment_japan(run, at->due_at),
				rk_moment_utc(run, at->due_at), rk_in_language(run, at->due_rule),
				at->etag});
	}
	return rk_answer_print(&grid, &answer->base);
}

/* "  (source)", "" for none. */
static const char *source_of(struct rk_run *run, const char *source)
{
	return source[0] ? rk_tell(run, "explain.source", "source", rk_visible(run, source)) : "";
}

static const char *country_of(struct rk_run *run, const char *country)
{
	return rk_tell(run, strcmp(country, "CN") == 0 ? "explain.china" : "explain.japan");
}

static void print_rule(struct rk_run *run, FILE *out, const Renkei__V1__DueExplanation *why)
{
	const Renkei__V1__DeadlineRule *rule = why->rule;
	int32_t days = rule ? rule->days_after_quarter_end : 0;

	if (!rule)
		return;
	fprintf(out, "%s%s\n",
		rk_tell(run, days < 0 ? "explain.rule_before" : "explain.rule_after", "days",
			rk_run_printf(run, "%d", days < 0 ? -days : days), "end",
			rk_day_told(run, why->quarter_end), "planned",
			rk_day_told(run, why->planned_date), "country",
			country_of(run, rule->country), "year",
			rk_run_printf(run, "%d", rule->first_fiscal_year)),
		source_of(run, rule->source));
}

static void print_skipped(struct rk_run *run, FILE *out, const Renkei__V1__DueExplanation *why)
{
	for (size_t i = 0; i < why->n_skipped; i++) {
		const Renkei__V1__SkippedDay *day = why->skipped[i];

		fprintf(out, "  %s  %s%s\n", day->date,
			day->name[0] ? rk_visible(run, day->name) : rk_tell(run, "explain.weekend"),
			source_of(run, day->source));
	}
	fprintf(out, "%s\n",
		rk_tell(run, why->n_skipped ? "explain.moved" : "explain.works", "date",
			rk_day_told(run, why->due_date)));
}

/* What is not known of holidays is told: the deadline may still move. */
static void print_calendar(struct rk_run *run, FILE *out, const Renkei__V1__DueExplanation *why)
{
	const Renkei__V1__HolidayCalendar *known = why->calendar;
	const char *country = country_of(run, why->rule ? why->rule->country : "JP");

	if (known)
		fprintf(out, "%s%s\n",
			rk_tell(run, "explain.calendar", "country", country, "first",
				rk_day_told(run, known->first_day), "last",
				rk_day_told(run, known->last_day)),
			source_of(run, known->source));
	else
		fprintf(out, "%s\n", rk_tell(run, "explain.unknown", "country", country));
	for (size_t i = 0; i < why->n_partner_days_off; i++)
		fprintf(out, "%s\n",
			rk_tell(run, "explain.partner", "date",
				rk_day_told(run, why->partner_days_off[i]->date), "name",
				rk_visible(run, why->partner_days_off[i]->name)));
}

static void print_history(struct rk_run *run, FILE *out, const Renkei__V1__DueExplanation *why)
{
	for (size_t i = 0; i < why->n_history; i++) {
		const Renkei__V1__DeadlineEntry *entry = why->history[i];

		fprintf(out, "  %zu  %s  %s\n", i + 1,
			entry->due_at ? rk_moment_told(run, entry->due_at)
				      : rk_tell(run, "explain.none"),
			rk_visible(run, rk_in_language(run, entry->due_rule)));
		fprintf(out, "     %s\n",
			rk_tell(run, entry->principal[0] ? "explain.set" : "explain.set_before",
				"time", rk_moment_told(run, entry->set_at), "principal",
				rk_who(run, entry->principal)));
	}
}

/* The one deadline that is a municipality's own: what was asked for, and what came of it. */
static void print_extension(struct rk_run *run, FILE *out, const Renkei__V1__Extension *at)
{
	static const char *const codes[] = {
		NULL, "explain.asked", "explain.granted", "explain.refused"};

	if ((int)at->state < 1 || (int)at->state > 3)
		return;
	fprintf(out, "%s\n",
		rk_tell(run, codes[at->state], "name", at->municipality_name_ja, "number",
			at->number, "until", rk_day_told(run, at->until_date), "due",
			rk_moment_told(run, at->due_at), "who", rk_who(run, at->decided_by), "time",
			rk_moment_told(run, at->decided_at), "reason",
			rk_visible(run, at->decision_reason)));
}

/* The caller's own, for the secretariat all; who may see none is shown none. */
static void print_extensions(
	struct rk_run *run, FILE *out, const Renkei__V1__ReportingPeriod *period)
{
	Renkei__V1__ListExtensionsRequest request = RENKEI__V1__LIST_EXTENSIONS_REQUEST__INIT;
	Renkei__V1__ListExtensionsResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	request.fiscal_year = period->period ? period->period->fiscal_year : 0;
	if (rk_call(run, "ExtensionService/ListExtensions", &request, list_extensions_response,
		    &answer, &failure) != RK_OK)
		return;
	for (size_t i = 0; i < answer->n_extensions; i++)
		if (strcmp(rk_period_tag(run, answer->extensions[i]->period),
			    rk_period_tag(run, period->period)) == 0)
			print_extension(run, out, answer->extensions[i]);
}

static void print_explanation(struct rk_run *run, FILE *out,
	const Renkei__V1__ReportingPeriod *period, const Renkei__V1__DueExplanation *why)
{
	bool same = period->due_at && why->due_at &&
		period->due_at->seconds == why->due_at->seconds;

	fprintf(out, "\n%s\n", rk_tell(run, "explain.title"));
	print_rule(run, out, why);
	print_skipped(run, out, why);
	print_calendar(run, out, why);
	if (!same)
		fprintf(out, "%s\n",
			rk_tell(run, why->by_rule ? "explain.changed" : "explain.by_hand", "due",
				period->due_at ? rk_moment_told(run, period->due_at)
					       : rk_tell(run, "explain.none"),
				"by_rule", rk_moment_told(run, why->due_at)));
	print_extensions(run, out, period);
	fprintf(out, "%s\n", rk_tell(run, "explain.history"));
	print_history(run, out, why);
}

int rk_cmd_period_show(struct rk_run *run)
{
	Renkei__V1__GetPeriodRequest request = RENKEI__V1__GET_PERIOD_REQUEST__INIT;
	Renkei__V1__GetPeriodResponse *answer = NULL;
	Renkei__V1__Period period;
	struct rk_failure failure;

	if (rk_period_asked(run->operands[0], &period, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	request.period = &period;
	request.explain = rk_run_flag(run, "explain");
	if (rk_call(run, "RegistryService/GetPeriod", &request, get_period_response, &answer,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!answer->period)
		return rk_answer_bad(run, "no period");
	if (!rk_out_is_human(run))
		return rk_message_print(
			run, answer->explanation ? &answer->base : &answer->period->base);
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	rk_message_text(run, out, &answer->period->base, 0);
	if (answer->explanation)
		print_explanation(run, out, answer->period, answer->explanation);
	return EX_OK;
}
