/* sdmx-csv/indicators-2.0.csv and -1.0.csv: the indicators as SDMX-CSV, an observation a line (SDMX 3.0, "SDMX-CSV field guide").
 *
 * Both versions say the same; only the columns before the dimensions differ.  A fiscal year is SDMX's reporting year, which begins on
 * REPORTING_YEAR_START_DAY; a number of several years is of a time range.  Codes of SDMX hold no points and strokes: P2.2 is P2_2, cn/persons is
 * cn-persons, and the series main is _T.
 */
#include "export/formats.h"

#include <stdlib.h>
#include <string.h>

#define STRUCTURE "RENKEI:INDICATORS(1.0)"

/* Columns of the table, in the order in which they are wanted. */
enum {
	INDICATOR,
	SERIES,
	FIRST,
	LAST,
	VALUE,
	LOW,
	HIGH,
	NUMERATOR,
	DENOMINATOR,
	ACCEPTED,
	EXPECTED,
	UNIT,
	COLUMNS
};

static const char *const wanted[COLUMNS] = {"indicator_id", "series", "first_fiscal_year",
	"last_fiscal_year", "value", "low", "high", "numerator", "denominator", "reports_accepted",
	"reports_expected", "unit_en"};

#define OBSERVATION                                                                            \
	{.name = "FREQ", .kind = RK_VALUE_TEXT}, {.name = "INDICATOR", .kind = RK_VALUE_TEXT}, \
		{.name = "SERIES", .kind = RK_VALUE_TEXT},                                     \
		{.name = "TIME_PERIOD", .kind = RK_VALUE_TEXT},                                \
		{.name = "OBS_VALUE", .kind = RK_VALUE_REAL},                                  \
		{.name = "OBS_STATUS", .kind = RK_VALUE_TEXT},                                 \
		{.name = "LOWER_BOUND", .kind = RK_VALUE_REAL},                                \
		{.name = "UPPER_BOUND", .kind = RK_VALUE_REAL},                                \
		{.name = "NUMERATOR", .kind = RK_VALUE_REAL},                                  \
		{.name = "DENOMINATOR", .kind = RK_VALUE_REAL},                                \
		{.name = "REPORTS_ACCEPTED", .kind = RK_VALUE_INTEGER},                        \
		{.name = "REPORTS_EXPECTED", .kind = RK_VALUE_INTEGER},                        \
		{.name = "UNIT_MEASURE", .kind = RK_VALUE_TEXT},                               \
	{                                                                                      \
		.name = "REPORTING_YEAR_START_DAY", .kind = RK_VALUE_TEXT                      \
	}

static const struct rk_column columns_1[] = {
	{.name = "DATAFLOW", .kind = RK_VALUE_TEXT},
        OBSERVATION
};
static const struct rk_column columns_2[] = {
	{.name = "STRUCTURE",    .kind = RK_VALUE_TEXT},
	{.name = "STRUCTURE_ID", .kind = RK_VALUE_TEXT},
        {.name = "ACTION",       .kind = RK_VALUE_TEXT},
	OBSERVATION
};

static const struct version {
	const char *path;
	const struct rk_column *columns;
	size_t count;
	const char *head[3]; /* what stands before the dimensions */
	size_t head_count;
} versions[] = {
	{"sdmx-csv/indicators-2.0.csv", columns_2, sizeof columns_2 / sizeof columns_2[0],
         {"dataflow", STRUCTURE, "I"}, 3},
	{"sdmx-csv/indicators-1.0.csv", columns_1, sizeof columns_1 / sizeof columns_1[0],
         {STRUCTURE},                  1},
};

enum {
	VERSIONS = sizeof versions / sizeof versions[0],
	WIDEST = sizeof columns_2 / sizeof columns_2[0]
};

struct sdmx_state {
	struct rk_export_folder *folder;
	size_t at[COLUMNS];
	struct rk_export_file files[VERSIONS];
	struct rk_table tables[VERSIONS];
	struct rk_arena arena; /* of a row */
};

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for format sdmx-csv");
}

static void sdmx_close(void *arg)
{
	struct sdmx_state *state = arg;

	if (!state)
		return;
	for (size_t v = 0; v < VERSIONS; v++) {
		rk_table_clear(&state->tables[v]);
		rk_export_file_clear(&state->files[v]);
	}
	rk_arena_clear(&state->arena);
	free(state);
}

static enum rk_status sdmx_open(struct rk_export_folder *folder,
	const struct rk_export_about *about, void **out, struct rk_err *err)
{
	struct sdmx_state *state = calloc(1, sizeof *state);

	(void)about;
	*out = state;
	if (!state)
		return no_memory(err);
	state->folder = folder;
	return RK_OK;
}

static enum rk_status find_columns(
	struct sdmx_state *state, const struct rk_export_table *table, struct rk_err *err)
{
	for (size_t w = 0; w < COLUMNS; w++) {
		size_t c = 0;

		while (c < table->column_count && strcmp(table->columns[c].name, wanted[w]) != 0)
			c++;
		if (c == table->column_count)
			return rk_fail(err, RK_INTERNAL, "table %s has no column %s", table->name,
				wanted[w]);
		state->at[w] = c;
	}
	return RK_OK;
}

static enum rk_status sdmx_begin(void *arg, const struct rk_export_table *table, struct rk_err *err)
{
	struct sdmx_state *state = arg;

	RK_TRY(find_columns(state, table, err));
	for (size_t v = 0; v < VERSIONS; v++) {
		struct rk_export_entry *entry;

		RK_TRY(rk_export_file_open(
			&state->files[v], state->folder, versions[v].path, &entry, err));
		entry->format = "sdmx-csv";
		state->tables[v] = (struct rk_table){.format = rk_format_find("csv"),
			.columns = versions[v].columns,
			.column_count = versions[v].count,
			.out = &state->files[v].buf};
		RK_TRY(rk_table_begin(&state->tables[v], err));
	}
	return RK_OK;
}

/* An identifier of SDMX; NULL without memory. */
static const char *code_of(struct sdmx_state *state, const struct rk_value *value)
{
	char *text;

	if (value->kind != RK_VALUE_TEXT || rk_slice_equal_str(value->as.text, "main"))
		return "_T";
	text = rk_arena_slice(&state->arena, value->as.text);
	for (char *c = text; c && *c; c++) {
		if (*c == '/')
			*c = '-';
		else if (*c == '.')
			*c = '_';
	}
	return text;
}

static const char *period_of(struct sdmx_state *state, int64_t first, int64_t last)
{
	if (first == last)
		return rk_arena_printf(&state->arena, "%lld-A1", (long long)first);
	return rk_arena_printf(&state->arena, "%lld-04-01/P%lldY", (long long)first,
		(long long)last - (long long)first + 1);
}

/* Normal, provisional while missing reports leave it open, or missing (code list CL_OBS_STATUS). */
static const char *status_of(
	const struct rk_value *value, const struct rk_value *low, const struct rk_value *high)
{
	if (value->kind == RK_VALUE_NULL)
		return "O";
	return low->kind == RK_VALUE_REAL && high->kind == RK_VALUE_REAL &&
			low->as.real >= high->as.real
		? "A"
		: "P";
}

static enum rk_status sdmx_row(void *arg, const struct rk_value *values, struct rk_err *err)
{
	struct sdmx_state *state = arg;
	const struct rk_value *at[COLUMNS];
	const char *indicator, *series, *period;

	rk_arena_clear(&state->arena);
	for (size_t w = 0; w < COLUMNS; w++)
		at[w] = &values[state->at[w]];
	indicator = code_of(state, at[INDICATOR]);
	series = code_of(state, at[SERIES]);
	period = period_of(state, at[FIRST]->as.integer, at[LAST]->as.integer);
	if (!indicator || !series || !period)
		return no_memory(err);
	for (size_t v = 0; v < VERSIONS; v++) {
		const struct rk_value observation[] = {rk_value_text("A"), rk_value_text(indicator),
			rk_value_text(series), rk_value_text(period), *at[VALUE],
			rk_value_text(status_of(at[VALUE], at[LOW], at[HIGH])), *at[LOW], *at[HIGH],
			*at[NUMERATOR], *at[DENOMINATOR], *at[ACCEPTED], *at[EXPECTED], *at[UNIT],
			rk_value_text("--04-01")};
		struct rk_value row[WIDEST];

		for (size_t h = 0; h < versions[v].head_count; h++)
			row[h] = rk_value_text(versions[v].head[h]);
		for (size_t o = 0; o < sizeof observation / sizeof observation[0]; o++)
			row[versions[v].head_count + o] = observation[o];
		RK_TRY(rk_table_row(&state->tables[v], row, err));
		RK_TRY(rk_export_file_flush(&state->files[v], err));
	}
	return RK_OK;
}

static enum rk_status sdmx_end(void *arg, struct rk_err *err)
{
	struct sdmx_state *state = arg;

	for (size_t v = 0; v < VERSIONS; v++) {
		RK_TRY(rk_table_end(&state->tables[v], err));
		RK_TRY(rk_export_file_end(&state->files[v], err));
	}
	return RK_OK;
}

static enum rk_status sdmx_finish(void *arg, struct rk_err *err)
{
	(void)arg;
	(void)err;
	return RK_OK;
}

const struct rk_export_format rk_export_sdmx = {
	.name = "sdmx-csv",
	.says = "the indicators as SDMX-CSV 2.0 and 1.0; fiscal years are reporting years that begin on 1 April. There is no structure message: dimensions are FREQ, INDICATOR, SERIES and TIME_PERIOD,"
		" the measure is OBS_VALUE, all else are attributes; codes of INDICATOR and SERIES are indicator_id and series of table indicators (. as _, / as -, main as _T), which has their labels",
	.table = "indicators",
	.open = sdmx_open,
	.begin = sdmx_begin,
	.row = sdmx_row,
	.end = sdmx_end,
	.finish = sdmx_finish,
	.close = sdmx_close,
};
