/* renkei status --timeliness - how complete and how punctual each municipality's reports were, year by year, and the quartiles of those
 * municipalities that the reader may see: a municipality sees itself alone, and no quartiles. */
#include "command.h"
#include "coverage.h"
#include "days.h"
#include "out.h"
#include "status.h"

#include <stdlib.h>

static const struct rk_grid_column columns[] = {
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_WIDE},
	{"municipality_name", RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"fiscal_year",       RK_COLUMN_NUMBER, RK_COLUMN_ALL },
	{"reports_due",       RK_COLUMN_NUMBER, RK_COLUMN_ALL },
	{"on_time",           RK_COLUMN_NUMBER, RK_COLUMN_ALL },
	{"late",              RK_COLUMN_NUMBER, RK_COLUMN_ALL },
	{"missing",           RK_COLUMN_NUMBER, RK_COLUMN_ALL },
	{"completeness",      RK_COLUMN_NUMBER, RK_COLUMN_ALL },
	{"timeliness_share",  RK_COLUMN_NUMBER, RK_COLUMN_ALL },
	{"median_days_late",  RK_COLUMN_NUMBER, RK_COLUMN_ALL },
};

/* Of one municipality and fiscal year: regular reports whose deadline has passed or that are there. */
struct times {
	int32_t due, on_time, late;
	int32_t *days; /* late ones, of each */
};

static int compare_numbers(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The p-th quantile of count >= 1 sorted numbers, between the two nearest ones (Hyndman and Fan 1996, definition 7). */
static double quantile(const double *sorted, size_t count, double p)
{
	double place = p * (double)(count - 1);
	size_t below = (size_t)place;
	double above = below + 1 < count ? sorted[below + 1] : sorted[below];

	return sorted[below] + (place - (double)below) * (above - sorted[below]);
}

static const char *share(struct rk_run *run, int32_t part, int32_t whole)
{
	return whole ? rk_run_printf(run, "%.1f", 100.0 * part / whole) : NULL;
}

static const char *median_days(struct rk_run *run, const struct times *times)
{
	double *days = rk_run_alloc(run, ((size_t)times->late + 1) * sizeof *days);

	if (times->late == 0)
		return NULL;
	for (int32_t i = 0; i < times->late; i++)
		days[i] = times->days[i];
	qsort(days, (size_t)times->late, sizeof *days, compare_numbers);
	return rk_run_printf(run, "%.1f", quantile(days, (size_t)times->late, 0.5));
}

static void count_cell(struct times *times, const Renkei__V1__StatusCell *cell)
{
	if (cell->state == RENKEI__V1__CELL_STATE__CELL_STATE_NOT_EXPECTED ||
		cell->state == RENKEI__V1__CELL_STATE__CELL_STATE_NOT_DUE ||
		cell->state == RENKEI__V1__CELL_STATE__CELL_STATE_UNSPECIFIED)
		return;
	times->due++;
	if (cell->state == RENKEI__V1__CELL_STATE__CELL_STATE_MISSING ||
		cell->state == RENKEI__V1__CELL_STATE__CELL_STATE_WITHDRAWN)
		return;
	if (cell->timeliness == RENKEI__V1__TIMELINESS__TIMELINESS_LATE)
		times->days[times->late++] = cell->days_late;
	else
		times->on_time++;
}

static struct times times_of(struct rk_run *run,
	const Renkei__V1__GetPlatformStatusResponse *answer, const Renkei__V1__StatusRow *row,
	int32_t year)
{
	struct times times = {.days = rk_run_alloc(run, (row->n_cells + 1) * sizeof *times.days)};

	for (size_t c = 0; c < row->n_cells && c < answer->n_periods; c++) {
		const Renkei__V1__Period *period = answer->periods[c]->period;

		if (period && period->fiscal_year == year &&
			period->variant != RENKEI__V1__VARIANT__VARIANT_FORECAST)
			count_cell(&times, row->cells[c]);
	}
	return times;
}

static void add_times(struct rk_grid *grid, const Renkei__V1__StatusRow *row, int32_t year,
	const struct times *times)
{
	struct rk_run *run = grid->run;

	rk_grid_add(grid,
		(const char *const[]){row->municipality_code, rk_status_row_name(run, row),
			rk_count(run, year), rk_count(run, times->due),
			rk_count(run, times->on_time), rk_count(run, times->late),
			rk_count(run, times->due - times->on_time - times->late),
			share(run, times->on_time + times->late, times->due),
			share(run, times->on_time, times->due), median_days(run, times)});
}

/* A fiscal year's quartiles over the municipalities of which something was due; from four on, for of fewer they would tell whose each is. */
static void add_quartiles(
	struct rk_grid *grid, const Renkei__V1__GetPlatformStatusResponse *answer, int32_t year)
{
	static const struct {
		double p;
		const char *text;
	} marks[] = {
		{0.25, "times.lower" },
                {0.5,  "times.median"},
                {0.75, "times.upper" }
        };
	struct rk_run *run = grid->run;
	double *complete = rk_run_alloc(run, (answer->n_rows + 1) * sizeof *complete);
	double *punctual = rk_run_alloc(run, (answer->n_rows + 1) * sizeof *punctual);
	size_t count = 0;

	for (size_t r = 0; r < answer->n_rows; r++) {
		struct times times = times_of(run, answer, answer->rows[r], year);

		if (times.due == 0)
			continue;
		complete[count] = 100.0 * (times.on_time + times.late) / times.due;
		punctual[count++] = 100.0 * times.on_time / times.due;
	}
	if (count < 4)
		return;
	qsort(complete, count, sizeof *complete, compare_numbers);
	qsort(punctual, count, sizeof *punctual, compare_numbers);
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
		rk_grid_add(grid,
			(const char *const[]){NULL, rk_tell(run, marks[i].text),
				rk_count(run, year), NULL, NULL, NULL, NULL,
				rk_run_printf(run, "%.1f", quantile(complete, count, marks[i].p)),
				rk_run_printf(run, "%.1f", quantile(punctual, count, marks[i].p)),
				NULL});
}

/* The years of the columns, each once, in their order. */
static size_t years_of(const Renkei__V1__GetPlatformStatusResponse *answer, int32_t *years)
{
	size_t count = 0;

	for (size_t c = 0; c < answer->n_periods; c++) {
		const Renkei__V1__Period *period = answer->periods[c]->period;

		if (period && (count == 0 || years[count - 1] != period->fiscal_year))
			years[count++] = period->fiscal_year;
	}
	return count;
}

int rk_status_times(struct rk_run *run, const Renkei__V1__GetPlatformStatusResponse *answer)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	int32_t *years = rk_run_alloc(run, (answer->n_periods + 1) * sizeof *years);
	size_t count = years_of(answer, years);
	int status;

	for (size_t r = 0; r < answer->n_rows; r++)
		for (size_t y = 0; y < count; y++) {
			struct times times = times_of(run, answer, answer->rows[r], years[y]);

			add_times(&grid, answer->rows[r], years[y], &times);
		}
	for (size_t y = 0; y < count; y++)
		add_quartiles(&grid, answer, years[y]);
	status = rk_grid_print(&grid);
	if (status == EX_OK && rk_out_is_human(run))
		fprintf(rk_out(run), "\n%s\n%s\n", rk_tell(run, "times.legend"),
			rk_tell(run, "as_of", "time", rk_moment_told(run, answer->as_of)));
	return status;
}
