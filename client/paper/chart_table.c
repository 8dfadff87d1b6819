/* A chart's numbers as a table: for readers who see no picture, and for formats that have none. */
#include "base/err.h"
#include "paper/paper.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *rk_paper_number(double value, bool share, char out[32])
{
	if (isnan(value))
		snprintf(out, 32, "-");
	else if (share)
		snprintf(out, 32, "%.1f%%", value * 100);
	else if (value == floor(value) && fabs(value) < 1e15)
		snprintf(out, 32, "%.0f", value);
	else
		snprintf(out, 32, "%.2f", value);
	return out;
}

/* Nothing is printed without memory: as everywhere in the client, that ends the run. */
static void *need(void *at)
{
	if (!at)
		abort();
	return at;
}

static char *cell_text(const struct rk_paper_chart *chart, size_t at)
{
	char number[32], low[32], high[32], text[128];
	double value = chart->values[at];

	if (chart->kind == RK_CHART_STATES)
		return need(strdup(isnan(value) ? "-" : chart->signs[(size_t)value]));
	rk_paper_number(value, chart->shares, number);
	if (!chart->lows || !chart->highs || chart->lows[at] == chart->highs[at] ||
		isnan(chart->lows[at]))
		return need(strdup(number));
	rk_paper_number(chart->lows[at], chart->shares, low);
	if (isinf(chart->highs[at]))
		snprintf(text, sizeof text, "%s (%s-)", number, low);
	else
		snprintf(text, sizeof text, "%s (%s-%s)", number, low,
			rk_paper_number(chart->highs[at], chart->shares, high));
	return need(strdup(text));
}

/* The analyser of gcc 12 loses what is kept at an index it does not know. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

struct rk_paper_table *rk_paper_chart_table(const struct rk_paper_chart *chart)
{
	struct rk_paper_table *table = need(calloc(1, sizeof *table));
	size_t columns = chart->point_count + 1,
	       rows = chart->series_count + (chart->coverage_text ? 1 : 0);
	char **heads = need(calloc(columns, sizeof *heads)),
	     **cells = need(calloc(rows * columns + 1, sizeof *cells));
	double *numbers = need(calloc(rows * columns + 1, sizeof *numbers));
	bool *shares = need(calloc(rows + 1, sizeof *shares));

	for (size_t i = 0; i < rows * columns; i++)
		numbers[i] = NAN;

	heads[0] = need(strdup(""));
	for (size_t p = 0; p < chart->point_count; p++)
		heads[p + 1] = need(strdup(chart->points[p]));
	for (size_t s = 0; s < chart->series_count; s++) {
		cells[s * columns] = need(strdup(chart->series[s]));
		shares[s] = chart->shares;
		for (size_t p = 0; p < chart->point_count; p++) {
			size_t cell = s * columns + p + 1, at = s * chart->point_count + p;

			cells[cell] = cell_text(chart, at);
			if (chart->kind != RK_CHART_STATES)
				numbers[cell] = chart->values[at];
		}
	}
	if (chart->coverage_text) {
		cells[chart->series_count * columns] = need(strdup(chart->coverage_title));
		for (size_t p = 0; p < chart->point_count; p++)
			cells[chart->series_count * columns + p + 1] = need(
				strdup(chart->coverage_text[p]));
	}
	*table = (struct rk_paper_table){.caption = chart->title,
		.columns = columns,
		.rows = rows,
		.heads = (const char *const *)heads,
		.cells = (const char *const *)cells,
		.tab = chart->tab,
		.numbers = numbers,
		.shares = shares,
		.remarks = chart->lows ? chart->remarks : NULL,
		.figures = true};
	return table;
}

#pragma GCC diagnostic pop

static void free_strings(const char *const *strings, size_t count)
{
	char **own = (char **)(void *)(size_t)(const void *)strings;

	for (size_t i = 0; i < count; i++)
		free(own[i]);
	free(own);
}

void rk_paper_table_free(struct rk_paper_table **table)
{
	assert(table);
	if (*table) {
		free_strings((*table)->heads, (*table)->columns);
		free_strings((*table)->cells, (*table)->rows * (*table)->columns);
		free((void *)(size_t)(const void *)(*table)->numbers);
		free((void *)(size_t)(const void *)(*table)->shares);
	}
	free(*table);
	*table = NULL;
}
