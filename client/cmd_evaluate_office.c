/* renkei evaluate candidates, confirm, fix, list - how the evaluation comes about: chosen, confirmed by each municipality, kept. */
#include "base/text.h"
#include "command.h"
#include "days.h"
#include "evaluation.h"
#include "labels.h"
#include "out.h"
#include "outcome_table.h"
#include "periods.h"
#include "remote.h"
#include "summary.h"

#include <string.h>

static const struct rk_grid_column candidate_columns[] = {
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"municipality_name", RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"number",            RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"outcome_id",        RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"text",              RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"categories",        RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"disclosure",        RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"in_table",          RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"proposed",          RK_COLUMN_BOOL,   RK_COLUMN_DATA },
	{"chosen",            RK_COLUMN_BOOL,   RK_COLUMN_DATA },
	{"receipt_number",    RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
};
static const struct rk_grid_column snapshot_columns[] = {
	{"snapshot_id",  RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"state",        RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"as_of_moment", RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"as_of",        RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"fixed",        RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"fixed_at",     RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"fixed_by",     RK_COLUMN_TEXT, RK_COLUMN_WIDE },
	{"sha256",       RK_COLUMN_TEXT, RK_COLUMN_WIDE },
};

/* As long as the secretariat words no line of a municipality, its own proposals stand there. */
static bool is_worded(const Renkei__V1__ListOutcomeCandidatesResponse *all, const char *code)
{
	for (size_t i = 0; i < all->n_candidates; i++)
		if (all->candidates[i]->chosen &&
			strcmp(all->candidates[i]->municipality_code, code) == 0)
			return true;
	return false;
}

static const char *place_of(struct rk_run *run,
	const Renkei__V1__ListOutcomeCandidatesResponse *all,
	const Renkei__V1__OutcomeCandidate *at)
{
	return at->chosen ? rk_tell(run, "candidates.chosen")
		: at->proposed && !is_worded(all, at->municipality_code)
		? rk_tell(run, "candidates.proposed")
		: "-";
}

static bool has_category(
	const Renkei__V1__OutcomeCandidate *at, Renkei__V1__OutcomeCategory category)
{
	for (size_t i = 0; i < at->n_categories; i++)
		if (at->categories[i] == category)
			return true;
	return category == RENKEI__V1__OUTCOME_CATEGORY__OUTCOME_CATEGORY_UNSPECIFIED;
}

static void add_candidate(struct rk_grid *grid,
	const Renkei__V1__ListOutcomeCandidatesResponse *all,
	const Renkei__V1__OutcomeCandidate *at)
{
	struct rk_run *run = grid->run;
	const char *categories = "";

	for (size_t i = 0; i < at->n_categories; i++)
		categories = rk_run_printf(run, "%s%s%s", categories, i ? " " : "",
			rk_shown_enum(run, &renkei__v1__outcome_category__descriptor,
				(int)at->categories[i]));
	rk_grid_add(grid,
		(const char *const[]){at->municipality_code, at->municipality_name_ja,
			rk_run_printf(run, "%d", at->number), at->outcome_id, at->text, categories,
			at->disclosure ? rk_shown_enum(run, &renkei__v1__disclosure__descriptor,
						 (int)at->disclosure)
				       : "",
			place_of(run, all, at), at->proposed ? "true" : "false",
			at->chosen ? "true" : "false", at->receipt_number});
}

int rk_cmd_evaluate_candidates(struct rk_run *run)
{
	Renkei__V1__ListOutcomeCandidatesRequest request =
		RENKEI__V1__LIST_OUTCOME_CANDIDATES_REQUEST__INIT;
	Renkei__V1__ListOutcomeCandidatesResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {.run = run,
		.columns = candidate_columns,
		.column_count = sizeof candidate_columns / sizeof candidate_columns[0]};
	const char *municipality = rk_run_option(run, "municipality"),
		   *category = rk_run_option(run, "category"), *near = NULL;
	Renkei__V1__OutcomeCategory only =
		RENKEI__V1__OUTCOME_CATEGORY__OUTCOME_CATEGORY_UNSPECIFIED;
	int status = rk_evaluation_years(
		run, &request.first_fiscal_year, &request.last_fiscal_year);

	if (status != EX_OK)
		return status;
	if (category) {
		int value = rk_enum_value(
			run, &renkei__v1__outcome_category__descriptor, category, &near);

		if (value <= 0)
			return rk_usage(run, "usage.category", "value", category);
		only = (Renkei__V1__OutcomeCategory)value;
	}
	/* For people all of a municipality are asked for: what stands in the table follows from the others, too. */
	if (!rk_out_is_human(run))
		request.category = only;
	request.municipality_code = rk_run_str(run, municipality ? municipality : "");
	if (rk_call(run, "EvaluationService/ListOutcomeCandidates", &request,
		    list_outcome_candidates_response, &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < answer->n_candidates; i++)
		if (has_category(answer->candidates[i], only))
			add_candidate(&grid, answer, answer->candidates[i]);
	status = rk_answer_print(&grid, &answer->base);
	if (status == EX_OK && grid.count)
		rk_talk(run, "candidates.how", "code", answer->candidates[0]->municipality_code,
			"years",
			rk_run_printf(run, "%d..%d", request.first_fiscal_year,
				request.last_fiscal_year));
	return status;
}

/* Nobody confirms what was not seen. */
static void show_row(struct rk_run *run, const Renkei__V1__OutcomeTableRow *row)
{
	fprintf(stderr, "%s  %s\n", row->municipality_name_ja, rk_outcome_type(run, row));
	for (size_t i = 0; i < row->n_outcomes; i++)
		fprintf(stderr, "  ・%s\n", rk_visible(run, row->outcomes[i]->text));
}

static int read_own_row(struct rk_run *run, const Renkei__V1__ConfirmOutcomesRequest *request,
	const Renkei__V1__OutcomeTableRow **row)
{
	Renkei__V1__GetOutcomeTableRequest ask = RENKEI__V1__GET_OUTCOME_TABLE_REQUEST__INIT;
	Renkei__V1__GetOutcomeTableResponse *table = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	ask.first_fiscal_year = request->first_fiscal_year;
	ask.last_fiscal_year = request->last_fiscal_year;
	if (rk_call(run, "EvaluationService/GetOutcomeTable", &ask, get_outcome_table_response,
		    &table, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	*row = table->n_rows == 1 ? table->rows[0] : NULL;
	return EX_OK;
}

int rk_cmd_evaluate_confirm(struct rk_run *run)
{
	Renkei__V1__ConfirmOutcomesRequest request = RENKEI__V1__CONFIRM_OUTCOMES_REQUEST__INIT;
	Renkei__V1__ConfirmOutcomesResponse *answer = NULL;
	const Renkei__V1__OutcomeTableRow *row = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	char request_id[37];
	int status = rk_evaluation_years(
		run, &request.first_fiscal_year, &request.last_fiscal_year);

	if (status == EX_OK)
		status = read_own_row(run, &request, &row);
	if (status != EX_OK)
		return status;
	if (row) {
		show_row(run, row);
		request.sha256 = rk_run_str(run, row->sha256);
	}
	request.validate_only = rk_run_flag(run, "dry-run");
	if (row && row->n_outcomes && !request.validate_only && !rk_run_flag(run, "yes") &&
		!rk_ask(run, rk_tell(run, "eval.confirm_ask")))
		return rk_not_confirmed();
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	if (rk_call(run, "EvaluationService/ConfirmOutcomes", &request, confirm_outcomes_response,
		    &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!answer->row)
		return rk_answer_bad(run, "no row");
	if (!rk_out_is_human(run))
		return rk_message_print(run, &answer->base);
	rk_talk(run, request.validate_only ? "eval.confirm_would" : "eval.confirmed", "time",
		rk_moment_told(run, answer->row->confirmed_at));
	return EX_OK;
}

static void add_snapshot(struct rk_grid *grid, const Renkei__V1__EvaluationSnapshot *at)
{
	struct rk_run *run = grid->run;

	rk_grid_add(grid,
		(const char *const[]){at->snapshot_id,
			rk_shown_enum(
				run, &renkei__v1__evaluation_state__descriptor, (int)at->state),
			rk_moment_japan(run, at->as_of), rk_moment_utc(run, at->as_of),
			rk_moment_japan(run, at->fixed_at), rk_moment_utc(run, at->fixed_at),
			at->fixed_by, at->sha256});
}

int rk_cmd_evaluate_fix(struct rk_run *run)
{
	Renkei__V1__FixEvaluationRequest request = RENKEI__V1__FIX_EVALUATION_REQUEST__INIT;
	Renkei__V1__FixEvaluationResponse *answer = NULL;
	Google__Protobuf__Timestamp as_of;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {.run = run,
		.columns = snapshot_columns,
		.column_count = sizeof snapshot_columns / sizeof snapshot_columns[0]};
	const char *moment = rk_run_option(run, "as-of");
	bool final = rk_run_flag(run, "final");
	char request_id[37];
	int status = rk_evaluation_years(
		run, &request.first_fiscal_year, &request.last_fiscal_year);

	if (status != EX_OK)
		return status;
	if (moment && rk_moment_parse(moment, &as_of, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	request.as_of = moment ? &as_of : NULL;
	request.state = final ? RENKEI__V1__EVALUATION_STATE__EVALUATION_STATE_FINAL
			      : RENKEI__V1__EVALUATION_STATE__EVALUATION_STATE_DRAFT;
	request.validate_only = rk_run_flag(run, "dry-run");
	if (!request.validate_only && !rk_run_flag(run, "yes") &&
		!rk_ask(run, rk_tell(run, final ? "eval.fix_final_ask" : "eval.fix_ask")))
		return rk_not_confirmed();
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	if (rk_call(run, "EvaluationService/FixEvaluation", &request, fix_evaluation_response,
		    &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!answer->snapshot)
		return rk_answer_bad(run, "no snapshot");
	add_snapshot(&grid, answer->snapshot);
	status = rk_answer_print(&grid, &answer->base);
	if (*answer->snapshot->snapshot_id)
		rk_talk(run, "eval.fixed", "snapshot", answer->snapshot->snapshot_id);
	return status;
}

int rk_cmd_evaluate_list(struct rk_run *run)
{
	Renkei__V1__ListEvaluationSnapshotsRequest request =
		RENKEI__V1__LIST_EVALUATION_SNAPSHOTS_REQUEST__INIT;
	Renkei__V1__ListEvaluationSnapshotsResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {.run = run,
		.columns = snapshot_columns,
		.column_count = sizeof snapshot_columns / sizeof snapshot_columns[0]};

	if (rk_call(run, "EvaluationService/ListEvaluationSnapshots", &request,
		    list_evaluation_snapshots_response, &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < answer->n_snapshots; i++)
		add_snapshot(&grid, answer->snapshots[i]);
	return rk_answer_print(&grid, &answer->base);
}
