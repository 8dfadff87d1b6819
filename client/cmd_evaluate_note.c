/* renkei evaluate note - the notes below the evaluation's table (備考) and where their marks stand: listed, written, taken out. */
#include "base/text.h"
#include "command.h"
#include "evaluation.h"
#include "labels.h"
#include "out.h"
#include "outcome_table.h"
#include "periods.h"
#include "remote.h"
#include "summary.h"
#include "text_given.h"

#include "renkei/v1/registry_service.pb-c.h"

#include <string.h>

static const struct rk_grid_column columns[] = {
	{"number",             RK_COLUMN_NUMBER, RK_COLUMN_ALL},
	{"text",               RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"items",              RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"columns",            RK_COLUMN_TEXT,   RK_COLUMN_ALL},
	{"municipality_codes", RK_COLUMN_TEXT,   RK_COLUMN_ALL},
};

static const char *joined(struct rk_run *run, char *const *texts, size_t count)
{
	const char *all = "";

	for (size_t i = 0; i < count; i++)
		all = rk_run_printf(run, "%s%s%s", all, i ? " " : "", texts[i]);
	return all;
}

static const char *items_of(struct rk_run *run, const Renkei__V1__EvaluationNote *note)
{
	const char *all = "";

	for (size_t i = 0; i < note->n_items; i++)
		all = rk_run_printf(run, "%s%s%s：%s", all, i ? " / " : "", note->items[i]->label,
			note->items[i]->text);
	return all;
}

static enum rk_status read_notes(struct rk_run *run, int32_t first, int32_t last,
	Renkei__V1__GetOutcomeTableResponse **table, struct rk_failure *failure)
{
	Renkei__V1__GetOutcomeTableRequest ask = RENKEI__V1__GET_OUTCOME_TABLE_REQUEST__INIT;

	ask.first_fiscal_year = first;
	ask.last_fiscal_year = last;
	return rk_call(run, "EvaluationService/GetOutcomeTable", &ask, get_outcome_table_response,
		table, failure);
}

static int print_notes(struct rk_run *run, const Renkei__V1__GetOutcomeTableResponse *table)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	for (size_t i = 0; i < table->n_notes; i++) {
		const Renkei__V1__EvaluationNote *note = table->notes[i];

		rk_grid_add(&grid,
			(const char *const[]){rk_run_printf(run, "%d", note->number), note->text,
				items_of(run, note), joined(run, note->columns, note->n_columns),
				joined(run, note->municipality_codes, note->n_municipality_codes)});
	}
	return rk_grid_print(&grid);
}

/* All values of an option instead of the list; a single "none" empties it, and an option not given leaves it. */
static void take_list(struct rk_run *run, const char *option, char ***texts, size_t *count)
{
	size_t given = 0;

	while (rk_run_option_at(run, option, given))
		given++;
	if (!given)
		return;
	*count = 0;
	*texts = rk_run_alloc(run, given * sizeof **texts);
	for (size_t i = 0; i < given; i++)
		if (strcmp(rk_run_option_at(run, option, i), "none") != 0)
			(*texts)[(*count)++] = rk_run_str(run, rk_run_option_at(run, option, i));
}

/* "A=trainees are received": a line below the note's text with its label. */
static int take_items(struct rk_run *run, Renkei__V1__EvaluationNote *note)
{
	char **texts = NULL;
	size_t count = 0;

	if (!rk_run_option(run, "item"))
		return EX_OK;
	take_list(run, "item", &texts, &count);
	note->items = rk_run_alloc(run, (count + 1) * sizeof *note->items);
	note->n_items = count;
	for (size_t i = 0; i < count; i++) {
		const char *equals = strchr(texts[i], '=');

		if (!equals || equals == texts[i] || !equals[1])
			return rk_usage(run, "usage.note_item", "value", texts[i]);
		note->items[i] = rk_run_alloc(run, sizeof **note->items);
		renkei__v1__evaluation_note_item__init(note->items[i]);
		note->items[i]->label = rk_run_slice(
			run, rk_slice_of(texts[i], (size_t)(equals - texts[i])));
		note->items[i]->text = rk_run_str(run, equals + 1);
	}
	return EX_OK;
}

static int take_note(struct rk_run *run, Renkei__V1__EvaluationNote *note)
{
	const char *text = note->text;
	int status = EX_OK;

	if (rk_run_option(run, "text") || rk_run_option(run, "file"))
		status = rk_text_given(run, &text);
	note->text = rk_run_str(run, text);
	take_list(run, "column", &note->columns, &note->n_columns);
	take_list(run, "municipality", &note->municipality_codes, &note->n_municipality_codes);
	return status == EX_OK ? take_items(run, note) : status;
}

static void show(struct rk_run *run, const char *mark, const Renkei__V1__EvaluationNote *note)
{
	if (!note)
		return;
	fprintf(stderr, "%s %s．%s\n", mark, rk_outcome_mark(run, note->number),
		rk_visible(run, note->text));
	for (size_t i = 0; i < note->n_items; i++)
		fprintf(stderr, "%s   %s：%s\n", mark, rk_visible(run, note->items[i]->label),
			rk_visible(run, note->items[i]->text));
	if (note->n_columns || note->n_municipality_codes)
		fprintf(stderr, "%s   %s\n", mark,
			rk_tell(run, "note.marks", "columns",
				joined(run, note->columns, note->n_columns), "municipalities",
				joined(run, note->municipality_codes, note->n_municipality_codes)));
}

static int import(struct rk_run *run, Renkei__V1__EvaluationNote *note)
{
	Renkei__V1__Registry registry = RENKEI__V1__REGISTRY__INIT;
	Renkei__V1__ImportRegistryRequest request = RENKEI__V1__IMPORT_REGISTRY_REQUEST__INIT;
	Renkei__V1__ImportRegistryResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	char request_id[37];

	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	registry.evaluation_notes = &note;
	registry.n_evaluation_notes = 1;
	request.request_id = request_id;
	request.registry = &registry;
	request.validate_only = rk_run_flag(run, "dry-run");
	if (rk_call(run, "RegistryService/ImportRegistry", &request, import_registry_response,
		    &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!request.validate_only)
		rk_talk(run, note->off ? "note.removed" : "note.written", "number",
			rk_outcome_mark(run, note->number));
	return rk_out_is_human(run) ? EX_OK : rk_message_print(run, &answer->base);
}

static int write_note(struct rk_run *run, const Renkei__V1__GetOutcomeTableResponse *table,
	int32_t first, int32_t last, int32_t number)
{
	Renkei__V1__EvaluationNote note = RENKEI__V1__EVALUATION_NOTE__INIT;
	const Renkei__V1__EvaluationNote *was = NULL;

	for (size_t i = 0; i < table->n_notes; i++)
		if (table->notes[i]->number == number)
			was = table->notes[i];
	if (was)
		note = *was;
	note.first_fiscal_year = first;
	note.last_fiscal_year = last;
	note.number = number;
	note.off = rk_run_flag(run, "remove");
	int status = take_note(run, &note);

	if (status != EX_OK)
		return status;
	if (!was && note.off) {
		rk_talk(run, "note.none", "number", rk_outcome_mark(run, number));
		return EX_DATAERR;
	}
	if (!was && !note.text[0])
		return rk_usage(run, "usage.option_missing", "option", "text");
	show(run, was ? "-" : " ", was);
	show(run, note.off ? " " : "+", note.off ? NULL : &note);
	if (!rk_confirm(run, note.off ? "note.ask_remove" : "note.ask", NULL))
		return rk_not_confirmed();
	return import(run, &note);
}

int rk_cmd_evaluate_note(struct rk_run *run)
{
	Renkei__V1__GetOutcomeTableResponse *table = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	int32_t first, last;
	int64_t number = 0;
	int status = rk_evaluation_years(run, &first, &last);

	if (status != EX_OK)
		return status;
	if (run->operand_count &&
		!rk_text_i64(rk_slice_str(run->operands[0]), 1, INT16_MAX, &number))
		return rk_usage(run, "usage.note_number", "value", run->operands[0]);
	if (read_notes(run, first, last, &table, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return number ? write_note(run, table, first, last, (int32_t)number)
		      : print_notes(run, table);
}
