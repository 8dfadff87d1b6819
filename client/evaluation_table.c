/* The numbers of a statement: its indicators by fiscal year. */
#include "evaluation_builder.h"
#include "periods.h"

#include <math.h>
#include <string.h>

static size_t year_count(const struct rk_evaluation *evaluation)
{
	return (size_t)(evaluation->document->last_fiscal_year -
		       evaluation->document->first_fiscal_year) +
		1;
}

/* The table of a statement's indicators while rows are added: their cells, the same as numbers, and which are shares. */
struct rows {
	size_t columns, count;
	const char **cells;
	double *numbers;
	bool *shares;
};

/* A row with nothing but its name. */
static void add_name(struct rows *rows, const char *name)
{
	for (size_t c = 0; c < rows->columns; c++) {
		rows->cells[rows->count * rows->columns + c] = c ? "" : name;
		rows->numbers[rows->count * rows->columns + c] = NAN;
	}
	rows->count++;
}

static void add_series(const struct rk_evaluation *evaluation, struct rows *rows,
	const Renkei__V1__Indicator *indicator, const char *name, const char *key)
{
	size_t at = rows->count * rows->columns;

	rows->shares[rows->count] = rk_evaluation_is_share(indicator);
	add_name(rows, name);
	for (size_t c = 1; c < rows->columns; c++) {
		/* Behind the years the whole time, which is year 0. */
		int32_t year = c < rows->columns - 1
			? evaluation->document->first_fiscal_year + (int32_t)c - 1
			: 0;
		const Renkei__V1__IndicatorValue *value = rk_evaluation_value(indicator, key, year);

		rows->cells[at + c] = rk_evaluation_number(evaluation, indicator, value);
		/* Alone in a cell of a workbook it would look known. */
		if (value && value->_value_case && !rk_evaluation_says_nothing(indicator, value))
			rows->numbers[at + c] = value->value;
	}
}

/* What no form asks: its note says why. */
static void add_unasked(const struct rk_evaluation *evaluation, struct rows *rows, const char *name)
{
	size_t at = rows->count * rows->columns;

	rows->shares[rows->count] = false;
	add_name(rows, name);
	rows->cells[at + rows->columns - 1] = rk_tell(evaluation->run, "eval.not_asked");
}

/* An indicator with its series below it, each once; values come series by series. */
static void add_indicator(const struct rk_evaluation *evaluation, struct rows *rows,
	const Renkei__V1__Indicator *indicator)
{
	struct rk_run *run = evaluation->run;
	const char *name = rk_run_printf(run, "%s %s", indicator->indicator_id,
			   rk_in_language(run, indicator->label)),
		   *key = NULL;

	if (indicator->n_values == 0)
		add_unasked(evaluation, rows, name);
	else if (indicator->values[0]->key_label)
		add_name(rows, name);
	for (size_t v = 0; v < indicator->n_values; v++) {
		const Renkei__V1__IndicatorValue *value = indicator->values[v];

		if (key && strcmp(key, value->key) == 0)
			continue;
		key = value->key;
		add_series(evaluation, rows, indicator,
			value->key_label
				? rk_run_printf(run, "　%s", rk_in_language(run, value->key_label))
				: name,
			key);
	}
}

const struct rk_paper_table *rk_evaluation_table(
	const struct rk_evaluation *evaluation, const Renkei__V1__EvaluationFinding *finding)
{
	struct rk_run *run = evaluation->run;
	size_t years = year_count(evaluation), most = 0;
	struct rows rows = {.columns = years + 2};
	struct rk_paper_table *table = rk_run_alloc(run, sizeof *table);
	const char **heads = rk_run_alloc(run, rows.columns * sizeof *heads);
	int *widths = rk_run_alloc(run, rows.columns * sizeof *widths);

	for (size_t i = 0; i < finding->n_indicators; i++)
		most += finding->indicators[i]->n_values + 1;
	rows.cells = rk_run_alloc(run, (most * rows.columns + 1) * sizeof *rows.cells);
	rows.numbers = rk_run_alloc(run, (most * rows.columns + 1) * sizeof *rows.numbers);
	rows.shares = rk_run_alloc(run, (most + 1) * sizeof *rows.shares);
	for (size_t c = 0; c < rows.columns; c++) {
		heads[c] = c == 0
			? rk_tell(run, "eval.indicator")
			: rk_evaluation_year(evaluation,
				  c <= years
					  ? evaluation->document->first_fiscal_year + (int32_t)c - 1
					  : 0);
		widths[c] = c ? (int)(60 / (rows.columns - 1)) : 40;
	}
	for (size_t i = 0; i < finding->n_indicators; i++)
		add_indicator(evaluation, &rows, finding->indicators[i]);
	*table = (struct rk_paper_table){.caption = rk_tell(run, "eval.indicators", "statement",
						 finding->statement->statement_id),
		.tab = rk_tell(
			run, "eval.tab_indicators", "statement", finding->statement->statement_id),
		.remarks = rk_tell(run, "eval.remarks"),
		.columns = rows.columns,
		.rows = rows.count,
		.heads = heads,
		.cells = rows.cells,
		.numbers = rows.numbers,
		.shares = rows.shares,
		.widths = widths,
		.figures = true};
	return rows.count ? table : NULL;
}
