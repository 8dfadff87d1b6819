/* The charts of an evaluation: from its indicators and the states of its reports, and nothing else. */
#include "coverage.h"
#include "evaluation.h"
#include "labels.h"
#include "periods.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SERIES_MAX 24

static size_t year_count(const struct rk_evaluation *evaluation)
{
	const Renkei__V1__EvaluationDocument *document = evaluation->document;

	return document->last_fiscal_year < document->first_fiscal_year
		? 0
		: (size_t)(document->last_fiscal_year - document->first_fiscal_year) + 1;
}

static const Renkei__V1__Coverage *coverage_of(
	const struct rk_evaluation *evaluation, int32_t fiscal_year)
{
	for (size_t i = 0; i < evaluation->document->n_years; i++)
		if (evaluation->document->years[i]->fiscal_year == fiscal_year)
			return evaluation->document->years[i]->coverage;
	return NULL;
}

/* A chart over the years, with what stands behind each of them. */
static struct rk_paper_chart *over_years(const struct rk_evaluation *evaluation,
	enum rk_chart_kind kind, const char *title, const char *tab)
{
	struct rk_run *run = evaluation->run;
	struct rk_paper_chart *chart = rk_run_alloc(run, sizeof *chart);
	size_t years = year_count(evaluation), cells = SERIES_MAX * years;
	const char **points = rk_run_alloc(run, years * sizeof *points),
		   **texts = rk_run_alloc(run, years * sizeof *texts);
	double *coverage = rk_run_alloc(run, years * sizeof *coverage);
	double *numbers = rk_run_alloc(run, 3 * cells * sizeof *numbers);

	for (size_t y = 0; y < years; y++) {
		int32_t year = evaluation->document->first_fiscal_year + (int32_t)y;
		const Renkei__V1__Coverage *known = coverage_of(evaluation, year);

		points[y] = rk_evaluation_year(evaluation, year);
		coverage[y] = known && known->expected > 0
			? (double)known->accepted / (double)known->expected
			: 0;
		texts[y] = known
			? rk_run_printf(run, "%d/%d", (int)known->accepted, (int)known->expected)
			: "-";
	}
	for (size_t i = 0; i < 3 * cells; i++)
		numbers[i] = NAN;
	*chart = (struct rk_paper_chart){.kind = kind,
		.title = rk_tell(run, title),
		.tab = rk_tell(run, tab),
		.remarks = rk_tell(run, "eval.remarks"),
		.points = points,
		.point_count = years,
		.values = numbers,
		.lows = kind == RK_CHART_BARS ? numbers + cells : NULL,
		.highs = kind == RK_CHART_BARS ? numbers + 2 * cells : NULL,
		.coverage = coverage,
		.coverage_text = texts,
		.coverage_title = rk_tell(run, "eval.chart_coverage"),
		.series = rk_run_alloc(run, SERIES_MAX * sizeof *chart->series)};
	return chart;
}

/* A series of it; one without any number is none, unless it is kept. */
static void add_series(const struct rk_evaluation *evaluation, struct rk_paper_chart *chart,
	const Renkei__V1__Indicator *indicator, const char *key, const char *name, bool kept)
{
	double *values = (double *)(void *)(size_t)(const void *)chart->values,
	       *lows = values + SERIES_MAX * chart->point_count,
	       *highs = lows + SERIES_MAX * chart->point_count;
	const char **series = (const char **)(void *)(size_t)(const void *)chart->series;
	size_t at = chart->series_count * chart->point_count;
	bool any = kept;

	if (chart->series_count == SERIES_MAX)
		return;
	for (size_t y = 0; y < chart->point_count; y++) {
		const Renkei__V1__IndicatorValue *value = rk_evaluation_value(
			indicator, key, evaluation->document->first_fiscal_year + (int32_t)y);

		values[at + y] = value && value->_value_case ? value->value : NAN;
		any = any || (value && value->_value_case && value->value > 0);
		if (chart->lows) {
			lows[at + y] = value && value->_low_case ? value->low : NAN;
			highs[at + y] = value && value->_high_case ? value->high : INFINITY;
		}
	}
	if (!any)
		return;
	series[chart->series_count++] = name;
}

/* In words what the picture shows: series by series, year by year. */
static const struct rk_paper_chart *described(
	const struct rk_evaluation *evaluation, struct rk_paper_chart *chart)
{
	struct rk_run *run = evaluation->run;
	const char *text = "";
	char number[32];

	if (chart->series_count == 0)
		return NULL;
	for (size_t s = 0; s < chart->series_count; s++) {
		text = rk_run_printf(run, "%s%s%s:", text, s ? "; " : "", chart->series[s]);
		for (size_t p = 0; p < chart->point_count; p++)
			text = rk_run_printf(run, "%s %s %s", text, chart->points[p],
				rk_paper_number(chart->values[s * chart->point_count + p],
					chart->shares, number));
	}
	chart->description = text;
	return chart;
}

static const struct rk_paper_chart *participation(const struct rk_evaluation *evaluation)
{
	const Renkei__V1__Indicator *jp = rk_evaluation_indicator(evaluation->document, "P1.1"),
				    *cn = rk_evaluation_indicator(evaluation->document, "P1.2");
	struct rk_paper_chart *chart;

	if (!jp || !cn)
		return NULL;
	chart = over_years(
		evaluation, RK_CHART_BARS, "eval.chart_participation", "eval.tab_participation");
	/* It rests on the registry and on facts, not on reports. */
	chart->coverage = NULL;
	chart->coverage_text = NULL;
	add_series(evaluation, chart, jp, "", rk_in_language(evaluation->run, jp->label), true);
	add_series(evaluation, chart, cn, "", rk_in_language(evaluation->run, cn->label), true);
	return described(evaluation, chart);
}

enum shown { ACTIVITIES, DEPTH, THEMES };

static const struct {
	const char *title, *tab;
} titles[] = {
	[ACTIVITIES] = {"eval.chart_activities", "eval.tab_activities"},
	[DEPTH] = {"eval.chart_depth",      "eval.tab_depth"     },
	[THEMES] = {"eval.chart_themes",     "eval.tab_themes"    },
};

/* A series for each key that begins so; of keys with several words the name is the last word's. */
static const struct rk_paper_chart *stacked(
	const struct rk_evaluation *evaluation, const char *id, const char *begin, enum shown shown)
{
	const Renkei__V1__Indicator *indicator = rk_evaluation_indicator(evaluation->document, id);
	struct rk_paper_chart *chart;

	if (!indicator)
		return NULL;
	chart = over_years(evaluation, RK_CHART_STACK, titles[shown].title, titles[shown].tab);
	chart->shares = shown == THEMES;
	/* In the table of its numbers a share says between what it lies. */
	if (chart->shares) {
		chart->lows = chart->values + SERIES_MAX * chart->point_count;
		chart->highs = chart->lows + SERIES_MAX * chart->point_count;
	}
	for (size_t i = 0; i < indicator->n_values; i++) {
		const Renkei__V1__IndicatorValue *value = indicator->values[i];

		if (value->fiscal_year == 0 && value->key[0] &&
			strncmp(value->key, begin, strlen(begin)) == 0 &&
			strcmp(value->key, "rises") != 0)
			add_series(evaluation, chart, indicator, value->key,
				rk_in_language(evaluation->run, value->key_label), false);
	}
	return described(evaluation, chart);
}

enum state { ACCEPTED, NIL, SUBMITTED, RETURNED, MISSING, NOT_DUE, NOT_EXPECTED, STATES };

static enum state state_of(const Renkei__V1__CompletenessCell *cell)
{
	switch (cell->state) {
	case RENKEI__V1__CELL_STATE__CELL_STATE_ACCEPTED:
		return cell->nil ? NIL : ACCEPTED;
	case RENKEI__V1__CELL_STATE__CELL_STATE_SUBMITTED:
	case RENKEI__V1__CELL_STATE__CELL_STATE_UNDER_REVIEW:
		return SUBMITTED;
	case RENKEI__V1__CELL_STATE__CELL_STATE_RETURNED:
		return RETURNED;
	case RENKEI__V1__CELL_STATE__CELL_STATE_NOT_DUE:
		return NOT_DUE;
	case RENKEI__V1__CELL_STATE__CELL_STATE_NOT_EXPECTED:
		return NOT_EXPECTED;
	default:
		return MISSING;
	}
}

/* How many cells are in each state, in words. */
static const char *state_counts(struct rk_run *run, const struct rk_paper_chart *chart)
{
	size_t counts[STATES] = {0};
	const char *text = "";

	for (size_t i = 0; i < chart->series_count * chart->point_count; i++)
		if (!isnan(chart->values[i]))
			counts[(size_t)chart->values[i]]++;
	for (size_t s = 0; s < STATES; s++)
		text = rk_run_printf(
			run, "%s%s%s %zu", text, s ? ", " : "", chart->states[s], counts[s]);
	return text;
}

static const struct rk_paper_chart *completeness(const struct rk_evaluation *evaluation)
{
	static const char *const names[STATES] = {"eval.state_accepted", "eval.state_nil",
		"eval.state_submitted", "eval.state_returned", "eval.state_missing",
		"eval.state_not_due", "eval.state_not_expected"};
	static const char *const signs[STATES] = {"●", "○", "△", "▽", "×", "…", "－"};
	struct rk_run *run = evaluation->run;
	const Renkei__V1__EvaluationDocument *document = evaluation->document;
	size_t rows = document->n_completeness,
	       columns = rows ? document->completeness[0]->n_cells : 0;
	struct rk_paper_chart *chart = rk_run_alloc(run, sizeof *chart);
	const char **series = rk_run_alloc(run, (rows + 1) * sizeof *series),
		   **points = rk_run_alloc(run, (columns + 1) * sizeof *points),
		   **parts = rk_run_alloc(run, (columns + 1) * sizeof *parts),
		   **groups = rk_run_alloc(run, (columns + 1) * sizeof *groups),
		   **states = rk_run_alloc(run, sizeof names);
	double *values = rk_run_alloc(run, (rows * columns + 1) * sizeof *values);

	if (rows == 0 || columns == 0)
		return NULL;
	for (size_t i = 0; i < STATES; i++)
		states[i] = rk_tell(run, names[i]);
	for (size_t r = 0; r < rows; r++) {
		const Renkei__V1__CompletenessRow *row = document->completeness[r];

		series[r] = run->language == RK_JA || !row->municipality_name_en[0]
			? row->municipality_name_ja
			: row->municipality_name_en;
		for (size_t c = 0; c < columns; c++)
			values[r * columns + c] = c < row->n_cells ? (double)state_of(row->cells[c])
								   : NAN;
	}
	for (size_t c = 0; c < columns; c++) {
		const char *period = document->completeness[0]->cells[c]->period;

		/* "2016Q3" */
		points[c] = period;
		parts[c] = strlen(period) == 6 ? period + 4 : period;
		groups[c] = rk_evaluation_year(evaluation, (int)strtol(period, NULL, 10));
	}
	*chart = (struct rk_paper_chart){.kind = RK_CHART_STATES,
		.title = rk_tell(run, "eval.chart_completeness"),
		.tab = rk_tell(run, "eval.tab_completeness"),
		.groups = groups,
		.parts = parts,
		.series = series,
		.points = points,
		.series_count = rows,
		.point_count = columns,
		.values = values,
		.states = states,
		.signs = signs,
		.state_count = STATES};
	chart->description = state_counts(run, chart);
	return chart;
}

const struct rk_paper_chart *rk_evaluation_chart(
	const struct rk_evaluation *evaluation, size_t n, bool *more)
{
	*more = n < 5;
	switch (n) {
	case 0:
		return participation(evaluation);
	case 1:
		return stacked(evaluation, "P2.1", "", ACTIVITIES);
	case 2:
		return stacked(evaluation, "P2.6", "level_", DEPTH);
	case 3:
		return stacked(evaluation, "I2.1", "activities/", THEMES);
	case 4:
		return completeness(evaluation);
	default:
		return NULL;
	}
}
