/* renkei evaluate table - the table of main outcomes as the evaluation prints it. */
#include "base/text.h"
#include "base/wrap.h"
#include "command.h"
#include "coverage.h"
#include "days.h"
#include "evaluation.h"
#include "labels.h"
#include "out.h"
#include "outcome_table.h"
#include "periods.h"
#include "remote.h"

#include "renkei/v1/evaluation_service.pb-c.h"

#include <string.h>

#define NARROWEST 50

static const struct rk_grid_column columns[] = {
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"municipality_name", RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"type",              RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"note_numbers",      RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"position",          RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"text",              RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"receipt_number",    RK_COLUMN_TEXT,   RK_COLUMN_ALL},
};

static size_t wider(size_t width, const char *text)
{
	size_t own = rk_text_width(rk_slice_str(text));

	return own > width ? own : width;
}

struct layout {
	struct rk_run *run;
	FILE *out;
	size_t name_width, type_width, text_width; /* text_width 0 = as long as it is */
};

static void print_padded(FILE *out, const char *text, size_t width)
{
	size_t own = rk_text_width(rk_slice_str(text));

	fprintf(out, "%s%*s", text, (int)(own < width ? width - own : 0) + 2, "");
}

/* The bullets, wrapped; name and type stand on the first line only. */
static void print_row(const struct layout *layout, const char *name, const char *type,
	const Renkei__V1__OutcomeTableRow *row)
{
	bool first = true;

	for (size_t i = 0; i < row->n_outcomes || (i == 0 && first); i++) {
		const char *text = row->n_outcomes
			? rk_run_printf(layout->run, "・%s", row->outcomes[i]->text)
			: "";
		struct rk_slice rest = rk_slice_str(text);

		do {
			struct rk_slice line = rk_wrap_next(&rest, layout->text_width);

			print_padded(layout->out, first ? name : "", layout->name_width);
			print_padded(layout->out, first ? type : "", layout->type_width);
			fprintf(layout->out, "%.*s\n", (int)line.len, (const char *)line.at);
			first = false;
		} while (rest.len);
	}
}

static void print_wrapped(
	const struct layout *layout, size_t width, const char *head, const char *text)
{
	size_t indent = rk_text_width(rk_slice_str(head));
	struct rk_slice rest = rk_slice_str(text);
	bool first = true;

	do {
		struct rk_slice line = rk_wrap_next(&rest, width > indent ? width - indent : 0);

		fprintf(layout->out, "%s%*s%.*s\n", first ? head : "", (int)(first ? 0 : indent),
			"", (int)line.len, (const char *)line.at);
		first = false;
	} while (rest.len);
}

static void print_notes(
	const struct layout *layout, size_t width, const Renkei__V1__GetOutcomeTableResponse *table)
{
	struct rk_run *run = layout->run;

	if (table->n_notes)
		fprintf(layout->out, "%s\n", RK_OUTCOME_NOTES);
	for (size_t i = 0; i < table->n_notes; i++) {
		const Renkei__V1__EvaluationNote *note = table->notes[i];

		print_wrapped(layout, width,
			rk_run_printf(run, "%s．", rk_outcome_mark(run, note->number)), note->text);
		for (size_t n = 0; n < note->n_items; n++)
			print_wrapped(layout, width,
				rk_run_printf(run, "  %s：", note->items[n]->label),
				note->items[n]->text);
	}
}

static int print_table(
	struct rk_run *run, const Renkei__V1__GetOutcomeTableResponse *table, size_t width)
{
	struct layout layout = {.run = run, .out = rk_out(run)};
	const char *name = rk_outcome_head(run, table->notes, table->n_notes, "name");
	const char *type = rk_outcome_head(run, table->notes, table->n_notes, "type");
	const char *outcomes = rk_outcome_head(run, table->notes, table->n_notes, "outcomes");

	if (!layout.out)
		return EX_CANTCREAT;
	layout.name_width = wider(0, name);
	layout.type_width = wider(0, type);
	for (size_t i = 0; i < table->n_rows; i++) {
		layout.name_width = wider(layout.name_width, table->rows[i]->municipality_name_ja);
		layout.type_width = wider(layout.type_width, rk_outcome_type(run, table->rows[i]));
	}
	size_t left = layout.name_width + layout.type_width + 4;

	if (width)
		layout.text_width = width > left + 20 ? width - left : 20;
	fprintf(layout.out, "%s\n", RK_OUTCOME_TITLE);
	print_padded(layout.out, name, layout.name_width);
	print_padded(layout.out, type, layout.type_width);
	fprintf(layout.out, "%s\n", outcomes);
	for (size_t i = 0; i < table->n_rows; i++)
		print_row(&layout, table->rows[i]->municipality_name_ja,
			rk_outcome_type(run, table->rows[i]), table->rows[i]);
	print_notes(&layout, width, table);
	fputc('\n', layout.out);
	print_wrapped(&layout, width, "",
		rk_tell(run, "evaluate.basis", "coverage", rk_coverage_text(run, table->coverage)));
	print_wrapped(&layout, width, "",
		rk_tell(run, "as_of", "time", rk_moment_told(run, table->as_of)));
	return EX_OK;
}

static int print_rows(struct rk_run *run, const Renkei__V1__GetOutcomeTableResponse *table)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	for (size_t i = 0; i < table->n_rows; i++) {
		const Renkei__V1__OutcomeTableRow *row = table->rows[i];
		const char *notes = "";

		for (size_t n = 0; n < row->n_note_numbers; n++)
			notes = rk_run_printf(
				run, "%s%s%d", notes, n ? " " : "", row->note_numbers[n]);
		for (size_t n = 0; n < row->n_outcomes; n++)
			rk_grid_add(&grid,
				(const char *const[]){row->municipality_code,
					row->municipality_name_ja, rk_outcome_type_name(row->type),
					notes, rk_run_printf(run, "%zu", n + 1),
					row->outcomes[n]->text, row->outcomes[n]->receipt_number});
	}
	/* The rows have no place for it, and no table stands without its coverage. */
	rk_talk(run, "evaluate.basis", "coverage", rk_coverage_text(run, table->coverage));
	return rk_grid_print(&grid);
}

int rk_evaluation_width(struct rk_run *run, size_t *width)
{
	const char *text = rk_run_option(run, "width");
	int64_t number;

	*width = rk_out_width();
	*width = *width > 100 ? 100 : *width < NARROWEST ? NARROWEST : *width;
	if (!text)
		return EX_OK;
	if (!rk_text_i64(rk_slice_str(text), 0, 1000, &number) || (number && number < NARROWEST))
		return rk_usage(run, "usage.width", "value", text);
	*width = (size_t)number;
	return EX_OK;
}

int rk_evaluation_years(struct rk_run *run, int32_t *first, int32_t *last)
{
	const char *years = rk_run_option(run, "year"), *from = rk_run_option(run, "first"),
		   *to = rk_run_option(run, "last");
	struct rk_err err;
	int32_t other;

	if (years && (from || to))
		return rk_usage(run, "usage.years_twice");
	if (!years && (!from || !to))
		return rk_usage(run, "usage.years_missing");
	if (years)
		return rk_years_parse(years, first, last, &err) == RK_OK ? EX_OK
									 : rk_trouble(run, &err);
	if (rk_years_parse(from, first, &other, &err) != RK_OK ||
		rk_years_parse(to, &other, last, &err) != RK_OK)
		return rk_trouble(run, &err);
	return *first > *last ? rk_usage(run, "usage.years_swapped", "first", from, "last", to)
			      : EX_OK;
}

static bool has_outcomes(const Renkei__V1__GetOutcomeTableResponse *table)
{
	for (size_t i = 0; i < table->n_rows; i++)
		if (table->rows[i]->n_outcomes)
			return true;
	return false;
}

int rk_cmd_evaluate_table(struct rk_run *run)
{
	Renkei__V1__GetOutcomeTableRequest request = RENKEI__V1__GET_OUTCOME_TABLE_REQUEST__INIT;
	Renkei__V1__GetOutcomeTableResponse *table = NULL;
	Google__Protobuf__Timestamp as_of;
	struct rk_failure failure = {.retry_ms = -1};
	const char *moment = rk_run_option(run, "as-of");
	size_t width;
	int status = rk_evaluation_width(run, &width);

	if (status != EX_OK)
		return status;
	status = rk_evaluation_years(run, &request.first_fiscal_year, &request.last_fiscal_year);
	if (status != EX_OK)
		return status;
	if (moment && rk_moment_parse(moment, &as_of, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	request.as_of = moment ? &as_of : NULL;
	request.include_submitted = rk_run_flag(run, "include-submitted");
	if (rk_call(run, "EvaluationService/GetOutcomeTable", &request, get_outcome_table_response,
		    &table, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!has_outcomes(table))
		rk_talk(run, "evaluate.empty", "first", rk_count(run, request.first_fiscal_year),
			"last", rk_count(run, request.last_fiscal_year));
	if (run->output == RK_OUT_JSON)
		return rk_message_print(run, &table->base);
	return rk_out_is_human(run) ? print_table(run, table, width) : print_rows(run, table);
}
