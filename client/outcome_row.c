#include "outcome_row.h"

#include "base/text.h"
#include "coverage.h"
#include "days.h"
#include "evaluation.h"
#include "out.h"
#include "outcome_table.h"
#include "periods.h"
#include "summary.h"

#include <string.h>

static bool is_called(const Renkei__V1__OutcomeTableRow *row, const char *called)
{
	return strcmp(row->municipality_code, called) == 0 ||
		strcmp(row->municipality_name_ja, called) == 0 ||
		strcmp(row->municipality_name_en, called) == 0;
}

/* What the municipality proposes becomes lines of the secretariat's as soon as it changes one of them. */
static int take_lines(struct rk_run *run, struct rk_outcome_row *row)
{
	for (size_t i = 0; row->seen && i < row->seen->n_outcomes; i++) {
		const Renkei__V1__OutcomeTableItem *item = row->seen->outcomes[i];
		bool several = item->n_outcome_ids > 0;
		int status = rk_outcome_row_put(run, row, row->count,
			rk_outcome_line(run, item->line, item->text,
				several ? item->outcome_ids : (char *const[]){item->outcome_id},
				several ? item->n_outcome_ids : 1));

		if (status != EX_OK)
			return status;
	}
	return EX_OK;
}

int rk_outcome_row_read(struct rk_run *run, const char *called, struct rk_outcome_row *row)
{
	Renkei__V1__GetOutcomeTableRequest ask = RENKEI__V1__GET_OUTCOME_TABLE_REQUEST__INIT;
	Renkei__V1__GetOutcomeTableResponse *table = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	*row = (struct rk_outcome_row){.code = called};
	int status = rk_evaluation_years(run, &row->first, &row->last);

	if (status != EX_OK)
		return status;
	ask.first_fiscal_year = row->first;
	ask.last_fiscal_year = row->last;
	if (rk_call(run, "EvaluationService/GetOutcomeTable", &ask, get_outcome_table_response,
		    &table, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < table->n_rows && !row->seen; i++)
		if (is_called(table->rows[i], called))
			row->seen = table->rows[i];
	if (row->seen)
		row->code = row->seen->municipality_code;
	return take_lines(run, row);
}

bool rk_outcome_line_parse(
	struct rk_run *run, const char *called, const char **municipality, int32_t *line)
{
	const char *hyphen = strrchr(called, '-');
	int64_t number;

	if (!hyphen || hyphen == called ||
		!rk_text_i64(rk_slice_str(hyphen + 1), 1, INT16_MAX, &number))
		return false;
	*municipality = rk_run_slice(run, rk_slice_of(called, (size_t)(hyphen - called)));
	*line = (int32_t)number;
	return true;
}

size_t rk_outcome_row_find(const struct rk_outcome_row *row, int32_t line)
{
	size_t at = 0;

	while (at < row->count && row->lines[at]->line != line)
		at++;
	return at;
}

int rk_outcome_row_read_line(
	struct rk_run *run, const char *called, struct rk_outcome_row *row, size_t *at)
{
	const char *municipality;
	int32_t line;

	if (!rk_outcome_line_parse(run, called, &municipality, &line))
		return rk_usage(run, "usage.outcome_line", "value", called);
	int status = rk_outcome_row_read(run, municipality, row);

	if (status != EX_OK)
		return status;
	*at = rk_outcome_row_find(row, line);
	if (*at < row->count)
		return EX_OK;
	rk_talk(run, "lines.unknown", "line", rk_visible(run, called));
	return EX_DATAERR;
}

int rk_outcome_row_before(struct rk_run *run, const struct rk_outcome_row *row, size_t *at)
{
	const char *called = rk_run_option(run, "before"), *municipality;
	int32_t line;

	*at = row->count;
	if (!called)
		return EX_OK;
	if (!rk_outcome_line_parse(run, called, &municipality, &line))
		return rk_usage(run, "usage.outcome_line", "value", called);
	if (strcmp(municipality, row->code) == 0 ||
		(row->seen && is_called(row->seen, municipality)))
		*at = rk_outcome_row_find(row, line);
	if (*at < row->count)
		return EX_OK;
	rk_talk(run, "lines.unknown_before", "line", rk_visible(run, called));
	return EX_DATAERR;
}

Renkei__V1__OutcomeLine *rk_outcome_line(
	struct rk_run *run, int32_t line, const char *text, char *const *outcomes, size_t count)
{
	Renkei__V1__OutcomeLine *own = rk_run_alloc(run, sizeof *own);

	renkei__v1__outcome_line__init(own);
	own->line = line;
	own->text = rk_run_str(run, text);
	own->outcome_ids = rk_run_alloc(run, count * sizeof *own->outcome_ids);
	for (size_t i = 0; i < count; i++)
		own->outcome_ids[own->n_outcome_ids++] = rk_run_str(run, outcomes[i]);
	return own;
}

int rk_outcome_row_put(
	struct rk_run *run, struct rk_outcome_row *row, size_t at, Renkei__V1__OutcomeLine *line)
{
	if (row->count == RK_OUTCOME_LINES_MAX) {
		rk_talk(run, "lines.full", "max", rk_count(run, RK_OUTCOME_LINES_MAX));
		return EX_DATAERR;
	}
	memmove(row->lines + at + 1, row->lines + at, (row->count - at) * sizeof *row->lines);
	row->lines[at] = line;
	row->count++;
	return EX_OK;
}

Renkei__V1__OutcomeLine *rk_outcome_row_take(struct rk_outcome_row *row, size_t at)
{
	Renkei__V1__OutcomeLine *line = row->lines[at];

	row->count--;
	memmove(row->lines + at, row->lines + at + 1, (row->count - at) * sizeof *row->lines);
	return line;
}

static const Renkei__V1__OutcomeTableItem *item_of(
	const Renkei__V1__OutcomeTableRow *row, int32_t line)
{
	for (size_t i = 0; row && i < row->n_outcomes; i++)
		if (row->outcomes[i]->line == line)
			return row->outcomes[i];
	return NULL;
}

static const char *sources(struct rk_run *run, const Renkei__V1__OutcomeTableItem *item)
{
	const char *all = item->n_outcome_ids ? "" : item->outcome_id;

	for (size_t i = 0; i < item->n_outcome_ids; i++)
		all = rk_run_printf(run, "%s%s%s", all, i ? " " : "", item->outcome_ids[i]);
	return all;
}

static bool is_same(struct rk_run *run, const Renkei__V1__OutcomeTableItem *a,
	const Renkei__V1__OutcomeTableItem *b)
{
	return strcmp(a->text, b->text) == 0 && strcmp(sources(run, a), sources(run, b)) == 0;
}

static bool is_unchanged(struct rk_run *run, const Renkei__V1__OutcomeTableRow *was,
	const Renkei__V1__OutcomeTableRow *now)
{
	if (!was || !now || was->n_outcomes != now->n_outcomes)
		return false;
	for (size_t i = 0; i < was->n_outcomes; i++)
		if (was->outcomes[i]->line != now->outcomes[i]->line ||
			was->outcomes[i]->edited != now->outcomes[i]->edited ||
			!is_same(run, was->outcomes[i], now->outcomes[i]))
			return false;
	return true;
}

static void show_line(struct rk_run *run, const char *mark, const char *municipality,
	const Renkei__V1__OutcomeTableItem *item)
{
	fprintf(stderr, "%s %s-%-3d ・%s（%s）\n", mark, municipality, item->line,
		rk_visible(run, item->text), rk_visible(run, sources(run, item)));
}

/* "-" goes, "+" comes, "*" was moved; what stays stands between them, so that the row is seen whole. */
static void show_change(struct rk_run *run, const Renkei__V1__OutcomeTableRow *was,
	const Renkei__V1__OutcomeTableRow *now, int32_t moved)
{
	for (size_t i = 0; was && i < was->n_outcomes; i++)
		if (!item_of(now, was->outcomes[i]->line))
			show_line(run, "-", was->municipality_code, was->outcomes[i]);
	for (size_t i = 0; now && i < now->n_outcomes; i++) {
		const Renkei__V1__OutcomeTableItem *item = now->outcomes[i],
						   *before = item_of(was, item->line);

		if (before && !is_same(run, before, item))
			show_line(run, "-", now->municipality_code, before);
		show_line(run,
			!before || !is_same(run, before, item) ? "+"
				: item->line == moved          ? "*"
							       : " ",
			now->municipality_code, item);
	}
}

static void show(struct rk_run *run, const Renkei__V1__EditOutcomesResponse *answer, int32_t moved)
{
	const Renkei__V1__OutcomeTableRow *row = answer->row ? answer->row : answer->was;

	fprintf(stderr, "%s  %s\n", row->municipality_name_ja, rk_outcome_type(run, row));
	show_change(run, answer->was, answer->row, moved);
	if (answer->row && answer->row->confirmed_at)
		rk_talk(run, "lines.confirmed_so", "name", row->municipality_name_ja, "time",
			rk_moment_told(run, answer->row->confirmed_at));
	else if (answer->was && answer->was->confirmed_at)
		rk_talk(run, "lines.confirm_anew", "name", row->municipality_name_ja, "time",
			rk_moment_told(run, answer->was->confirmed_at));
	else
		rk_talk(run, "lines.unconfirmed", "name", row->municipality_name_ja);
}

static enum rk_status edit(struct rk_run *run, Renkei__V1__EditOutcomesRequest *request,
	Renkei__V1__EditOutcomesResponse **answer, struct rk_failure *failure)
{
	RK_TRY(rk_call(run, "EvaluationService/EditOutcomes", request, edit_outcomes_response,
		answer, failure));
	if (!(*answer)->row && !(*answer)->was)
		return rk_fail_reason(
			&failure->err, RK_INTERNAL, "SERVER_ANSWER_BAD", "no row of the table");
	return RK_OK;
}

int rk_outcome_row_send(struct rk_run *run, const struct rk_outcome_row *row)
{
	Renkei__V1__EditOutcomesRequest request = RENKEI__V1__EDIT_OUTCOMES_REQUEST__INIT;
	Renkei__V1__EditOutcomesResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	char request_id[37];
	struct rk_outcome_row copy = *row;

	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.validate_only = true;
	request.first_fiscal_year = row->first;
	request.last_fiscal_year = row->last;
	request.municipality_code = rk_run_str(run, row->code);
	request.seen_sha256 = row->seen ? row->seen->lines_sha256 : request.seen_sha256;
	request.lines = copy.lines;
	request.n_lines = row->own_words ? 0 : row->count;
	request.own_words = row->own_words;
	request.reason = rk_run_str(run, row->reason ? row->reason : "");
	if (edit(run, &request, &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (is_unchanged(run, answer->was, answer->row)) {
		rk_talk(run, "lines.unchanged");
		return EX_OK;
	}
	show(run, answer, row->moved);
	if (!rk_run_flag(run, "dry-run")) {
		if (!rk_confirm(run, "lines.ask", NULL))
			return rk_not_confirmed();
		request.validate_only = false;
		if (edit(run, &request, &answer, &failure) != RK_OK)
			return rk_trouble_at(run, &failure);
		rk_talk(run, "lines.done");
	}
	return rk_out_is_human(run) ? EX_OK : rk_message_print(run, &answer->base);
}
