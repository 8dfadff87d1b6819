/* renkei status - the matrix municipality x quarter. */
#include "base/text.h"
#include "base/wrap.h"
#include "command.h"
#include "coverage.h"
#include "days.h"
#include "labels.h"
#include "news.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "status.h"
#include "summary.h"
#include "waiting.h"

#include <string.h>
#include <unistd.h>

static const struct rk_grid_column cell_columns[] = {
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"municipality_name", RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"fiscal_year",       RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"quarter",           RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"variant",           RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"state",             RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"nil",               RK_COLUMN_BOOL,   RK_COLUMN_ALL},
	{"version",           RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"timeliness",        RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"days_late",         RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"received_at",       RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"due_at",            RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"activity_count",    RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"preparation",       RK_COLUMN_TEXT,   RK_COLUMN_ALL},
};
static const struct rk_grid_column missing_columns[] = {
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"municipality_name", RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"period",            RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"due",               RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"due_at",            RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"days_late",         RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"preparation",       RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
};

const char *rk_status_row_name(const struct rk_run *run, const Renkei__V1__StatusRow *row)
{
	return run->language == RK_EN && row->municipality_name_en[0] ? row->municipality_name_en
								      : row->municipality_name_ja;
}

/* What has not left the house of this cell; NULL: nothing. */
static const char *preparation(struct rk_run *run, const Renkei__V1__StatusCell *cell)
{
	return cell->preparation
		? rk_shown_enum(run, &renkei__v1__report_state__descriptor, (int)cell->preparation)
		: NULL;
}

/* The period's deadline, or the later one that this municipality was granted. */
static const Google__Protobuf__Timestamp *due_of(
	const Renkei__V1__StatusPeriod *column, const Renkei__V1__StatusCell *cell)
{
	return cell->extended_until ? cell->extended_until : column->due_at;
}

/* One row a cell, for programs. */
static int print_cells(struct rk_run *run, const Renkei__V1__GetPlatformStatusResponse *answer)
{
	struct rk_grid grid = {.run = run,
		.columns = cell_columns,
		.column_count = sizeof cell_columns / sizeof cell_columns[0]};

	for (size_t r = 0; r < answer->n_rows; r++) {
		const Renkei__V1__StatusRow *row = answer->rows[r];

		for (size_t c = 0; c < row->n_cells && c < answer->n_periods; c++) {
			const Renkei__V1__StatusCell *cell = row->cells[c];
			const Renkei__V1__StatusPeriod *column = answer->periods[c];
			const Renkei__V1__Period *period = column->period;

			rk_grid_add(&grid,
				(const char *const[]){row->municipality_code,
					row->municipality_name_ja,
					period ? rk_count(run, period->fiscal_year) : NULL,
					period ? rk_count(run, (int)period->quarter) : NULL,
					period ? rk_enum_name(run, &renkei__v1__variant__descriptor,
							 (int)period->variant)
					       : NULL,
					rk_enum_name(run, &renkei__v1__cell_state__descriptor,
						(int)cell->state),
					cell->nil ? "true" : "false",
					cell->version ? rk_count(run, cell->version) : NULL,
					rk_enum_name(run, &renkei__v1__timeliness__descriptor,
						(int)cell->timeliness),
					rk_count(run, cell->days_late),
					rk_moment_utc(run, cell->received_at),
					rk_moment_utc(run, due_of(column, cell)),
					rk_count(run, cell->activity_count),
					preparation(run, cell)});
		}
	}
	return rk_grid_print(&grid);
}

/* Who owes a report whose deadline has passed, and since how many days. */
static int print_missing(struct rk_run *run, const Renkei__V1__GetPlatformStatusResponse *answer)
{
	struct rk_grid grid = {.run = run,
		.columns = missing_columns,
		.column_count = sizeof missing_columns / sizeof missing_columns[0]};

	for (size_t c = 0; c < answer->n_periods; c++)
		for (size_t r = 0; r < answer->n_rows; r++) {
			const Renkei__V1__StatusRow *row = answer->rows[r];
			const Renkei__V1__StatusPeriod *column = answer->periods[c];

			if (c >= row->n_cells ||
				row->cells[c]->state != RENKEI__V1__CELL_STATE__CELL_STATE_MISSING)
				continue;
			const Google__Protobuf__Timestamp *due = due_of(column, row->cells[c]);

			rk_grid_add(&grid,
				(const char *const[]){row->municipality_code,
					rk_status_row_name(run, row),
					rk_period_tag(run, column->period),
					rk_moment_japan(run, due), rk_moment_utc(run, due),
					rk_count(run, row->cells[c]->days_late),
					preparation(run, row->cells[c])});
		}
	if (grid.count)
		rk_talk(run, "status.missing", "count", rk_count(run, (int64_t)grid.count));
	return rk_grid_print(&grid);
}

static const char *const state_codes[] = {"unspecified", "missing", "not_expected", "not_due",
	"submitted", "under_review", "returned", "accepted", "withdrawn"};

/* The matrix, and which of its reports were entered for a municipality that has not confirmed them. */
struct matrix {
	const Renkei__V1__GetPlatformStatusResponse *answer;
	Renkei__V1__ListReportsResponse waiting;
};

static const char *mark(struct rk_run *run, const Renkei__V1__StatusCell *cell, bool waits)
{
	size_t state = (size_t)cell->state;
	bool wide = run->output == RK_OUT_WIDE;

	if (state >= sizeof state_codes / sizeof state_codes[0])
		return "?";
	bool late = cell->timeliness == RENKEI__V1__TIMELINESS__TIMELINESS_LATE;

	const char *inside = cell->preparation ==
			RENKEI__V1__REPORT_STATE__REPORT_STATE_AWAITING_RELEASE
		? "mark.awaiting_release"
		: cell->preparation == RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK
		? "mark.sent_back"
		: NULL;

	return rk_run_printf(run, "%s%s%s%s%s%s%s",
		rk_tell(run, rk_run_printf(run, "mark.%s", state_codes[state])),
		cell->nil ? rk_tell(run, "mark.nil") : "", late ? rk_tell(run, "mark.late") : "",
		wide && late ? rk_count(run, cell->days_late) : "",
		cell->version > 1 ? rk_run_printf(run, "v%d", cell->version) : "",
		inside ? rk_tell(run, inside) : "", waits ? rk_tell(run, "mark.unconfirmed") : "");
}

static const char *present(struct rk_run *run, const Renkei__V1__Coverage *coverage)
{
	if (!coverage)
		return "-";
	return rk_run_printf(run, "%d/%d", coverage->reported + coverage->nil, coverage->expected);
}

/* "16Q1": short, since the years stand in the title; a forecast has an F. */
static const char *head(struct rk_run *run, const Renkei__V1__StatusPeriod *column)
{
	const char *tag = rk_period_tag(run, column->period);

	return strlen(tag) > 2 ? tag + 2 : tag;
}

static void add_matrix_row(struct rk_grid *grid, const char *code, const char *name,
	const Renkei__V1__StatusRow *row, const struct matrix *matrix)
{
	struct rk_run *run = grid->run;
	const Renkei__V1__GetPlatformStatusResponse *answer = matrix->answer;
	const char **values = rk_run_alloc(run, grid->column_count * sizeof *values);
	const Renkei__V1__Coverage *coverage = row ? row->coverage : answer->coverage;
	size_t at = 0;

	values[at++] = code;
	values[at++] = name;
	for (size_t c = 0; c < answer->n_periods; c++)
		values[at++] = !row        ? present(run, answer->periods[c]->coverage)
			: c < row->n_cells ? mark(run, row->cells[c],
						     rk_waiting_has(&matrix->waiting, code,
							     answer->periods[c]->period))
					   : "";
	values[at++] = present(run, coverage);
	values[at++] = coverage ? rk_count(run, coverage->missing) : NULL;
	values[at++] = coverage ? rk_count(run, coverage->late) : NULL;
	values[at++] = coverage ? rk_count(run, coverage->returned) : NULL;
	values[at++] = coverage ? rk_count(run, coverage->accepted) : NULL;
	rk_grid_add(grid, values);
}

/* The days of the deadlines, above the rows. */
static void add_due_row(struct rk_grid *grid, const Renkei__V1__GetPlatformStatusResponse *answer)
{
	struct rk_run *run = grid->run;
	const char **values = rk_run_alloc(run, grid->column_count * sizeof *values);
	size_t at = 0;

	memset(values, 0, grid->column_count * sizeof *values);
	values[at++] = "";
	values[at++] = rk_tell(run, "col.due");
	for (size_t c = 0; c < answer->n_periods; c++)
		values[at++] = rk_run_printf(
			run, "%.10s", rk_moment_japan(run, answer->periods[c]->due_at));
	while (at < grid->column_count)
		values[at++] = "";
	rk_grid_add(grid, values);
}

static void set_column(struct rk_grid_column *column, const char **heads, size_t at,
	struct rk_grid_column one, const char *head_text)
{
	column[at] = one;
	heads[at] = head_text;
}

/* The columns of the periods from..to-1; the coverage of the rows stands behind the last of them. */
static int print_block(struct rk_run *run, const struct matrix *matrix, size_t from, size_t to)
{
	const Renkei__V1__GetPlatformStatusResponse *answer = matrix->answer;
	size_t count = answer->n_periods + 7, at = 0;
	bool last = to == answer->n_periods;
	enum rk_column_where all = last ? RK_COLUMN_ALL : RK_COLUMN_DATA;
	enum rk_column_where wide = last ? RK_COLUMN_WIDE : RK_COLUMN_DATA;
	struct rk_grid_column *columns = rk_run_alloc(run, count * sizeof *columns);
	const char **heads = rk_run_alloc(run, count * sizeof *heads);
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = count, .heads = heads};

	set_column(columns, heads, at++,
		(struct rk_grid_column){"municipality_code", RK_COLUMN_TEXT, RK_COLUMN_WIDE}, NULL);
	set_column(columns, heads, at++,
		(struct rk_grid_column){"municipality_name", RK_COLUMN_TEXT, RK_COLUMN_ALL}, NULL);
	for (size_t c = 0; c < answer->n_periods; c++)
		set_column(columns, heads, at++,
			(struct rk_grid_column){"period", RK_COLUMN_TEXT,
				c >= from && c < to ? RK_COLUMN_ALL : RK_COLUMN_DATA},
			head(run, answer->periods[c]));
	set_column(columns, heads, at++, (struct rk_grid_column){"present", RK_COLUMN_TEXT, all},
		NULL);
	set_column(columns, heads, at++, (struct rk_grid_column){"missing", RK_COLUMN_NUMBER, wide},
		NULL);
	set_column(columns, heads, at++, (struct rk_grid_column){"late", RK_COLUMN_NUMBER, wide},
		NULL);
	set_column(columns, heads, at++,
		(struct rk_grid_column){"returned", RK_COLUMN_NUMBER, wide}, NULL);
	set_column(columns, heads, at++,
		(struct rk_grid_column){"accepted", RK_COLUMN_NUMBER, wide}, NULL);
	if (run->output == RK_OUT_WIDE)
		add_due_row(&grid, answer);
	for (size_t r = 0; r < answer->n_rows; r++)
		add_matrix_row(&grid, answer->rows[r]->municipality_code,
			rk_status_row_name(run, answer->rows[r]), answer->rows[r], matrix);
	if (!rk_run_option(run, "municipality"))
		add_matrix_row(&grid, "", rk_tell(run, "status.total"), NULL, matrix);
	return rk_grid_print(&grid);
}

static bool on_terminal(const struct rk_run *run)
{
	return isatty(STDOUT_FILENO) && !run->out_path;
}

/* Where the block that begins at from ends: all of it when it fits the terminal, else behind its fiscal year. */
static size_t block_end(
	const struct rk_run *run, const Renkei__V1__GetPlatformStatusResponse *answer, size_t from)
{
	size_t name_width = 0, to = from + 1;

	for (size_t r = 0; r < answer->n_rows; r++) {
		size_t width = rk_text_width(
			rk_slice_str(rk_status_row_name(run, answer->rows[r])));

		name_width = width > name_width ? width : name_width;
	}
	if (!on_terminal(run) || run->output != RK_OUT_TABLE ||
		name_width + answer->n_periods * 7 + 10 <= rk_out_width())
		return answer->n_periods;
	while (to < answer->n_periods && answer->periods[to]->period &&
		answer->periods[from]->period &&
		answer->periods[to]->period->fiscal_year ==
			answer->periods[from]->period->fiscal_year)
		to++;
	return to;
}

static void print_wrapped(struct rk_run *run, const char *text)
{
	struct rk_slice rest = rk_slice_str(text);
	size_t width = on_terminal(run) ? rk_out_width() : 0;

	do {
		struct rk_slice line = rk_wrap_next(&rest, width);

		fprintf(rk_out(run), "%.*s\n", (int)line.len, (const char *)line.at);
	} while (rest.len);
}

static int32_t year_of(const Renkei__V1__StatusPeriod *column)
{
	return column->period ? column->period->fiscal_year : 0;
}

static int print_matrix(struct rk_run *run, const Renkei__V1__GetPlatformStatusResponse *answer)
{
	struct matrix matrix = {.answer = answer};
	size_t from = 0;
	int status;

	rk_waiting_of_years(run, year_of(answer->periods[0]),
		year_of(answer->periods[answer->n_periods - 1]), &matrix.waiting);
	do {
		size_t to = block_end(run, answer, from);

		status = print_block(run, &matrix, from, to);
		if (status != EX_OK)
			return status;
		fputc('\n', rk_out(run));
		from = to;
	} while (from < answer->n_periods);
	print_wrapped(run, rk_tell(run, "status.legend"));
	if (matrix.waiting.n_reports)
		print_wrapped(run, rk_tell(run, "status.legend_unconfirmed"));
	for (size_t c = 0; c < answer->n_periods; c++)
		if (answer->periods[c]->period &&
			answer->periods[c]->period->variant ==
				RENKEI__V1__VARIANT__VARIANT_FORECAST)
			print_wrapped(run,
				rk_tell(run, "status.legend_forecast", "head",
					head(run, answer->periods[c])));
	if (run->output == RK_OUT_TABLE)
		print_wrapped(run, rk_tell(run, "status.more"));
	print_wrapped(run, rk_coverage_line(run, answer->coverage));
	print_wrapped(run, rk_tell(run, "as_of", "time", rk_moment_told(run, answer->as_of)));
	return EX_OK;
}

static bool has_state(
	const Renkei__V1__GetPlatformStatusResponse *answer, Renkei__V1__CellState state)
{
	for (size_t r = 0; r < answer->n_rows; r++)
		for (size_t c = 0; c < answer->rows[r]->n_cells; c++)
			if (answer->rows[r]->cells[c]->state == state)
				return true;
	return false;
}

/* Leaves the row of one municipality; totals over all would say what the caller did not ask. */
static bool keep_one(Renkei__V1__GetPlatformStatusResponse *answer, const char *code)
{
	for (size_t r = 0; r < answer->n_rows; r++) {
		if (strcmp(answer->rows[r]->municipality_code, code) != 0)
			continue;
		answer->rows[0] = answer->rows[r];
		answer->n_rows = 1;
		answer->coverage = answer->rows[0]->coverage;
		for (size_t c = 0; c < answer->n_periods; c++)
			answer->periods[c]->coverage = NULL;
		return true;
	}
	return false;
}

/* An empty matrix and a year nobody named both want an explanation. */
static void say_years(
	struct rk_run *run, const Renkei__V1__GetPlatformStatusResponse *answer, const char *years)
{
	if (answer->n_periods == 0)
		rk_talk(run, "status.no_periods");
	else if (!years && answer->periods[0]->period)
		rk_talk(run, "status.this_year", "year",
			rk_count(run, answer->periods[0]->period->fiscal_year));
}

/* The answer as it was asked for; only: of one municipality, NULL = all. */
static int print_status(
	struct rk_run *run, Renkei__V1__GetPlatformStatusResponse *answer, const char *only)
{
	if (only && !keep_one(answer, only))
		return rk_usage(run, "usage.no_municipality", "code", only);
	if (rk_run_flag(run, "missing"))
		return print_missing(run, answer);
	if (rk_run_flag(run, "timeliness"))
		return rk_status_times(run, answer);
	if (run->output == RK_OUT_JSON)
		return rk_message_print(run, &answer->base);
	if (!rk_out_is_human(run))
		return print_cells(run, answer);
	return answer->n_periods ? print_matrix(run, answer) : EX_OK;
}

int rk_status_show(struct rk_run *run, Renkei__V1__GetPlatformStatusResponse *answer)
{
	return print_status(run, answer, rk_run_option(run, "municipality"));
}

/* For scripts: whether somebody owes something. */
static int owed(const Renkei__V1__GetPlatformStatusResponse *answer)
{
	return has_state(answer, RENKEI__V1__CELL_STATE__CELL_STATE_MISSING) ||
			has_state(answer, RENKEI__V1__CELL_STATE__CELL_STATE_RETURNED)
		? EX_OWED
		: EX_OK;
}

int rk_cmd_status(struct rk_run *run)
{
	Renkei__V1__GetPlatformStatusRequest request =
		RENKEI__V1__GET_PLATFORM_STATUS_REQUEST__INIT;
	Renkei__V1__GetPlatformStatusResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	const char *years = rk_run_option(run, "year");
	bool code = rk_run_flag(run, "exit-code");

	if ((years &&
		    rk_years_parse(years, &request.first_fiscal_year, &request.last_fiscal_year,
			    &failure.err) != RK_OK) ||
		rk_as_of_asked(run, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	if (rk_run_flag(run, "watch"))
		return run->as_of || code
			? rk_usage(run, "usage.watch_alone")
			: rk_status_watch(run, request.first_fiscal_year, request.last_fiscal_year);
	request.as_of = (Google__Protobuf__Timestamp *)(uintptr_t)run->as_of;
	if (rk_call(run, "StatusService/GetPlatformStatus", &request, get_platform_status_response,
		    &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	say_years(run, answer, years);
	int status = rk_status_show(run, answer);

	if (status == EX_OK && rk_out_is_human(run) && !rk_run_flag(run, "missing") &&
		!rk_run_flag(run, "timeliness")) {
		if (has_state(answer, RENKEI__V1__CELL_STATE__CELL_STATE_RETURNED))
			rk_talk(run, "returned.where");
		if (!run->as_of) {
			rk_waiting_tell(run);
			rk_news_tell(run);
		}
	}
	return status == EX_OK && code ? owed(answer) : status;
}
