/* renkei evaluate lines, choose, edit, drop, restore, move - the secretariat words the evaluation's table, line by line. */
#include "base/text.h"
#include "command.h"
#include "editor.h"
#include "evaluation.h"
#include "labels.h"
#include "out.h"
#include "outcome_row.h"
#include "periods.h"
#include "summary.h"
#include "text_given.h"
#include "who.h"

#include <string.h>

static const struct rk_grid_column line_columns[] = {
	{"line",              RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"municipality_code", RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"municipality_name", RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"text",              RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"outcome_ids",       RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"receipt_number",    RK_COLUMN_TEXT, RK_COLUMN_WIDE },
	{"edited",            RK_COLUMN_BOOL, RK_COLUMN_ALL  },
	{"confirmed",         RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"confirmed_at",      RK_COLUMN_TEXT, RK_COLUMN_DATA },
};
static const struct rk_grid_column dropped_columns[] = {
	{"line",              RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"municipality_code", RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"municipality_name", RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"text",              RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"outcome_ids",       RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"reason",            RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"changed",           RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"changed_at",        RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"changed_by",        RK_COLUMN_TEXT, RK_COLUMN_ALL  },
};

static const char *joined(struct rk_run *run, char *const *texts, size_t count)
{
	const char *all = "";

	for (size_t i = 0; i < count; i++)
		all = rk_run_printf(run, "%s%s%s", all, i ? " " : "", texts[i]);
	return all;
}

static const char *line_name(struct rk_run *run, const char *municipality, int32_t line)
{
	return rk_run_printf(run, "%s-%d", municipality, line);
}

static enum rk_status list_edits(struct rk_run *run, int32_t first, int32_t last, const char *code,
	Renkei__V1__ListOutcomeEditsResponse **answer, struct rk_failure *failure)
{
	Renkei__V1__ListOutcomeEditsRequest request = RENKEI__V1__LIST_OUTCOME_EDITS_REQUEST__INIT;

	request.first_fiscal_year = first;
	request.last_fiscal_year = last;
	request.municipality_code = rk_run_str(run, code ? code : "");
	return rk_call(run, "EvaluationService/ListOutcomeEdits", &request,
		list_outcome_edits_response, answer, failure);
}

static int print_dropped(struct rk_run *run, int32_t first, int32_t last)
{
	Renkei__V1__ListOutcomeEditsResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {.run = run,
		.columns = dropped_columns,
		.column_count = sizeof dropped_columns / sizeof dropped_columns[0]};

	if (list_edits(run, first, last, rk_run_option(run, "municipality"), &answer, &failure) !=
		RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t e = 0; e < answer->n_edits; e++) {
		const Renkei__V1__OutcomeEdit *edit = answer->edits[e];

		for (size_t i = 0; i < edit->n_dropped; i++) {
			const Renkei__V1__OutcomeLine *line = edit->dropped[i];

			rk_grid_add(&grid,
				(const char *const[]){
					line_name(run, edit->municipality_code, line->line),
					edit->municipality_code, edit->municipality_name_ja,
					line->text,
					joined(run, line->outcome_ids, line->n_outcome_ids),
					edit->reason, rk_moment_japan(run, edit->edited_at),
					rk_moment_utc(run, edit->edited_at),
					rk_who(run, edit->edited_by)});
		}
	}
	return rk_answer_print(&grid, &answer->base);
}

static void add_row(struct rk_grid *grid, const Renkei__V1__OutcomeTableRow *row)
{
	struct rk_run *run = grid->run;

	for (size_t i = 0; i < row->n_outcomes; i++) {
		const Renkei__V1__OutcomeTableItem *item = row->outcomes[i];

		rk_grid_add(grid,
			(const char *const[]){line_name(run, row->municipality_code, item->line),
				row->municipality_code, row->municipality_name_ja, item->text,
				item->n_outcome_ids
					? joined(run, item->outcome_ids, item->n_outcome_ids)
					: item->outcome_id,
				item->receipt_number, item->edited ? "true" : "false",
				row->confirmed_at ? rk_moment_japan(run, row->confirmed_at) : NULL,
				row->confirmed_at ? rk_moment_utc(run, row->confirmed_at) : NULL});
	}
}

int rk_cmd_evaluate_lines(struct rk_run *run)
{
	Renkei__V1__GetOutcomeTableRequest request = RENKEI__V1__GET_OUTCOME_TABLE_REQUEST__INIT;
	Renkei__V1__GetOutcomeTableResponse *table = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {.run = run,
		.columns = line_columns,
		.column_count = sizeof line_columns / sizeof line_columns[0]};
	const char *only = rk_run_option(run, "municipality");
	int status = rk_evaluation_years(
		run, &request.first_fiscal_year, &request.last_fiscal_year);

	if (status != EX_OK)
		return status;
	if (rk_run_flag(run, "dropped"))
		return print_dropped(run, request.first_fiscal_year, request.last_fiscal_year);
	if (rk_call(run, "EvaluationService/GetOutcomeTable", &request, get_outcome_table_response,
		    &table, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < table->n_rows; i++)
		if (!only || strcmp(table->rows[i]->municipality_code, only) == 0)
			add_row(&grid, table->rows[i]);
	return rk_answer_print(&grid, &table->base);
}

/* Its id, or its number in the list of candidates. */
static const Renkei__V1__OutcomeCandidate *candidate_called(
	const Renkei__V1__ListOutcomeCandidatesResponse *all, const char *called)
{
	int64_t number = 0;

	for (size_t i = 0; i < all->n_candidates; i++)
		if (strcmp(all->candidates[i]->outcome_id, called) == 0)
			return all->candidates[i];
	if (!rk_text_i64(rk_slice_str(called), 1, INT16_MAX, &number))
		return NULL;
	for (size_t i = 0; i < all->n_candidates; i++)
		if (all->candidates[i]->number == number)
			return all->candidates[i];
	return NULL;
}

/* The line that rests on it and on nothing else; NULL when none does. */
static const Renkei__V1__OutcomeLine *line_of(
	const struct rk_outcome_row *row, const char *outcome_id)
{
	for (size_t i = 0; i < row->count; i++)
		if (row->lines[i]->n_outcome_ids == 1 &&
			strcmp(row->lines[i]->outcome_ids[0], outcome_id) == 0)
			return row->lines[i];
	return NULL;
}

static int choose_one(struct rk_run *run, struct rk_outcome_row *row,
	const Renkei__V1__ListOutcomeCandidatesResponse *all, const char *called, size_t *at)
{
	const Renkei__V1__OutcomeCandidate *chosen = candidate_called(all, called);

	if (!chosen) {
		rk_talk(run, "lines.no_candidate", "outcome", rk_visible(run, called), "code",
			row->code);
		return EX_DATAERR;
	}
	const Renkei__V1__OutcomeLine *there = line_of(row, chosen->outcome_id);

	if (there) {
		rk_talk(run, "lines.there", "outcome", chosen->outcome_id, "line",
			line_name(run, row->code, there->line));
		return EX_OK;
	}
	return rk_outcome_row_put(run, row, (*at)++,
		rk_outcome_line(run, 0, chosen->text, (char *const[]){chosen->outcome_id}, 1));
}

/* With --only these are all: a line that rests on one of them keeps its words. */
static void keep_only(struct rk_outcome_row *row,
	const Renkei__V1__ListOutcomeCandidatesResponse *all, const char *const *called,
	size_t count)
{
	for (size_t i = row->count; i > 0; i--) {
		bool named = false;

		for (size_t n = 0; n < count && !named; n++) {
			const Renkei__V1__OutcomeCandidate *one = candidate_called(all, called[n]);

			named = one && line_of(row, one->outcome_id) == row->lines[i - 1];
		}
		if (!named)
			(void)rk_outcome_row_take(row, i - 1);
	}
}

int rk_cmd_evaluate_choose(struct rk_run *run)
{
	Renkei__V1__ListOutcomeCandidatesRequest request =
		RENKEI__V1__LIST_OUTCOME_CANDIDATES_REQUEST__INIT;
	Renkei__V1__ListOutcomeCandidatesResponse *all = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_outcome_row row;
	size_t at;
	int status = rk_outcome_row_read(run, run->operands[0], &row);

	if (status != EX_OK)
		return status;
	request.first_fiscal_year = row.first;
	request.last_fiscal_year = row.last;
	request.municipality_code = rk_run_str(run, row.code);
	if (rk_call(run, "EvaluationService/ListOutcomeCandidates", &request,
		    list_outcome_candidates_response, &all, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (rk_run_flag(run, "only"))
		keep_only(&row, all, run->operands + 1, run->operand_count - 1);
	status = rk_outcome_row_before(run, &row, &at);
	for (size_t i = 1; i < run->operand_count && status == EX_OK; i++)
		status = choose_one(run, &row, all, run->operands[i], &at);
	row.reason = rk_run_option(run, "reason");
	return status == EX_OK ? rk_outcome_row_send(run, &row) : status;
}

/* What --outcome names, instead of what the line rested on. */
static void take_outcomes(struct rk_run *run, Renkei__V1__OutcomeLine *line)
{
	size_t count = 0;

	while (rk_run_option_at(run, "outcome", count))
		count++;
	if (!count)
		return;
	line->outcome_ids = rk_run_alloc(run, count * sizeof *line->outcome_ids);
	line->n_outcome_ids = count;
	for (size_t i = 0; i < count; i++)
		line->outcome_ids[i] = rk_run_str(run, rk_run_option_at(run, "outcome", i));
}

int rk_cmd_evaluate_edit(struct rk_run *run)
{
	struct rk_outcome_row row;
	const char *text = NULL;
	size_t at;
	int status = rk_outcome_row_read_line(run, run->operands[0], &row, &at);

	if (status != EX_OK)
		return status;
	Renkei__V1__OutcomeLine *line = row.lines[at];

	take_outcomes(run, line);
	if (rk_run_option(run, "text") || rk_run_option(run, "file"))
		status = rk_text_given(run, &text);
	else if (rk_run_option(run, "outcome"))
		text = line->text;
	else
		status = rk_editor_change(run, line->text, &text);
	if (status != EX_OK)
		return status;
	if (strpbrk(text, "\r\n") && strcmp(text, line->text) != 0) {
		rk_talk(run, "lines.one_line");
		return EX_DATAERR;
	}
	line->text = rk_run_str(run, text);
	row.reason = rk_run_option(run, "reason");
	return rk_outcome_row_send(run, &row);
}

int rk_cmd_evaluate_drop(struct rk_run *run)
{
	struct rk_outcome_row row;
	size_t at;

	if (!rk_run_option(run, "reason"))
		return rk_usage(run, "usage.option_missing", "option", "reason");
	int status = rk_outcome_row_read_line(run, run->operands[0], &row, &at);

	if (status != EX_OK)
		return status;
	if (row.count == 1) {
		rk_talk(run, "lines.last_one", "code", row.code);
		return EX_DATAERR;
	}
	(void)rk_outcome_row_take(&row, at);
	row.reason = rk_run_option(run, "reason");
	return rk_outcome_row_send(run, &row);
}

int rk_cmd_evaluate_move(struct rk_run *run)
{
	struct rk_outcome_row row;
	size_t from, to;

	if (!rk_run_option(run, "before") == !rk_run_flag(run, "last-place"))
		return rk_usage(run, "usage.move_where");
	int status = rk_outcome_row_read_line(run, run->operands[0], &row, &from);

	if (status == EX_OK)
		status = rk_outcome_row_before(run, &row, &to);
	if (status != EX_OK)
		return status;
	Renkei__V1__OutcomeLine *line = rk_outcome_row_take(&row, from);

	row.moved = line->line;
	status = rk_outcome_row_put(run, &row, to > from ? to - 1 : to, line);
	return status == EX_OK ? rk_outcome_row_send(run, &row) : status;
}

/* As it stood last before it was dropped. */
static int put_back(struct rk_run *run, struct rk_outcome_row *row, int32_t line)
{
	Renkei__V1__ListOutcomeEditsResponse *edits = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	size_t at;
	int status = rk_outcome_row_before(run, row, &at);

	if (status != EX_OK)
		return status;
	if (list_edits(run, row->first, row->last, row->code, &edits, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t e = 0; e < edits->n_edits; e++)
		for (size_t i = 0; i < edits->edits[e]->n_dropped; i++) {
			const Renkei__V1__OutcomeLine *gone = edits->edits[e]->dropped[i];

			if (gone->line == line)
				return rk_outcome_row_put(run, row, at,
					rk_outcome_line(run, line, gone->text, gone->outcome_ids,
						gone->n_outcome_ids));
		}
	rk_talk(run, "lines.not_dropped", "line", line_name(run, row->code, line));
	return EX_DATAERR;
}

int rk_cmd_evaluate_restore(struct rk_run *run)
{
	struct rk_outcome_row row;
	const char *municipality = run->operands[0];
	int32_t line = 0;
	bool one = rk_outcome_line_parse(run, run->operands[0], &municipality, &line);
	int status = rk_outcome_row_read(run, municipality, &row);

	if (status != EX_OK)
		return status;
	row.reason = rk_run_option(run, "reason");
	if (!one) {
		row.own_words = true;
		return rk_outcome_row_send(run, &row);
	}
	if (rk_outcome_row_find(&row, line) < row.count) {
		rk_talk(run, "lines.stands", "line", line_name(run, row.code, line));
		return EX_OK;
	}
	status = put_back(run, &row, line);
	return status == EX_OK ? rk_outcome_row_send(run, &row) : status;
}
