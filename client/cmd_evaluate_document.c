/* renkei evaluate - the whole evaluation as a document: text, Markdown, HTML, Word, Excel, PDF, or the server's answer as JSON. */
#include "command.h"
#include "convert.h"
#include "coverage.h"
#include "evaluation.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "summary.h"

#include <string.h>

static const struct rk_grid_column columns[] = {
	{"statement",       RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"support",         RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"indicator",       RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"key",             RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"fiscal_year",     RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"value",           RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"low",             RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"high",            RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"numerator",       RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"denominator",     RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"unit",            RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"accepted",        RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"expected",        RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"records_for",     RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"records_against", RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"records_open",    RK_COLUMN_TEXT, RK_COLUMN_ALL},
};

static const char *number(struct rk_run *run, bool known, double value)
{
	return known ? rk_run_printf(run, "%.10g", value) : NULL;
}

static const char *joined(struct rk_run *run, char *const *texts, size_t count)
{
	const char *all = "";

	for (size_t i = 0; i < count; i++)
		all = rk_run_printf(run, "%s%s%s", all, i ? " " : "", texts[i]);
	return all;
}

static const Renkei__V1__Coverage *coverage_of(
	const Renkei__V1__EvaluationDocument *document, int32_t fiscal_year)
{
	for (size_t i = 0; i < document->n_years; i++)
		if (document->years[i]->fiscal_year == fiscal_year)
			return document->years[i]->coverage;
	return fiscal_year ? NULL : document->coverage;
}

/* For programs: a row an indicator, series and year. */
/* NOLINTNEXTLINE(readability-function-cognitive-complexity): one loop for each level of the document */
static int print_rows(struct rk_run *run, const Renkei__V1__EvaluationDocument *document)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	for (size_t f = 0; f < document->n_findings; f++) {
		const Renkei__V1__EvaluationFinding *finding = document->findings[f];

		for (size_t i = 0; i < finding->n_indicators; i++)
			for (size_t v = 0; v < finding->indicators[i]->n_values; v++) {
				const Renkei__V1__Indicator *indicator = finding->indicators[i];
				const Renkei__V1__IndicatorValue *at = indicator->values[v];
				const Renkei__V1__Coverage *known = coverage_of(
					document, at->fiscal_year);

				rk_grid_add(&grid,
					(const char *const[]){finding->statement
							? finding->statement->statement_id
							: "",
						rk_enum_name(run, &renkei__v1__support__descriptor,
							(int)finding->support),
						indicator->indicator_id, at->key,
						at->fiscal_year
							? rk_run_printf(run, "%d", at->fiscal_year)
							: "",
						number(run, at->_value_case, at->value),
						number(run, at->_low_case, at->low),
						number(run, at->_high_case, at->high),
						number(run, at->_numerator_case, at->numerator),
						number(run, at->_denominator_case, at->denominator),
						indicator->unit ? indicator->unit->en : "",
						known ? rk_count(run, known->accepted) : NULL,
						known ? rk_count(run, known->expected) : NULL,
						joined(run, at->records_for, at->n_records_for),
						joined(run, at->records_against,
							at->n_records_against),
						joined(run, at->records_open, at->n_records_open)});
			}
	}
	return rk_grid_print(&grid);
}

static int print_document(struct rk_run *run, const Renkei__V1__EvaluationDocument *document)
{
	const char *format = rk_run_option(run, "format"), *years = rk_run_option(run, "years");
	size_t width;
	int status = rk_evaluation_width(run, &width);

	if (status != EX_OK)
		return status;
	run->written = rk_tell(run, "eval.written", "first",
		rk_run_printf(run, "%d", document->first_fiscal_year), "last",
		rk_run_printf(run, "%d", document->last_fiscal_year));
	format = format                      ? format
		: rk_out_is_human(run)       ? "text"
		: run->output == RK_OUT_JSON ? "json"
					     : "rows";
	if (strcmp(format, "json") == 0)
		return rk_message_print(run, &document->base);
	if (strcmp(format, "rows") == 0)
		return print_rows(run, document);
	const struct rk_paper *paper = rk_evaluation_paper(
		run, document, years && strcmp(years, "era") == 0);
	if (strcmp(format, "docx") == 0 || strcmp(format, "pdf") == 0 ||
		strcmp(format, "xlsx") == 0)
		return rk_convert(
			run, paper, format, document->as_of ? document->as_of->seconds : 0);
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	if (strcmp(format, "html") == 0)
		rk_paper_html(paper, out, false);
	else if (strcmp(format, "md") == 0)
		rk_paper_markdown(paper, out);
	else
		rk_paper_text(paper, out, width);
	return EX_OK;
}

/* As it was kept: nothing is asked of today. */
static int print_snapshot(struct rk_run *run, const char *id)
{
	Renkei__V1__GetEvaluationSnapshotRequest request =
		RENKEI__V1__GET_EVALUATION_SNAPSHOT_REQUEST__INIT;
	Renkei__V1__GetEvaluationSnapshotResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (rk_run_option(run, "year") || rk_run_option(run, "first") ||
		rk_run_option(run, "last") || rk_run_option(run, "as-of") ||
		rk_run_flag(run, "include-submitted"))
		return rk_usage(run, "usage.snapshot_alone");
	request.snapshot_id = rk_run_str(run, id);
	if (rk_call(run, "EvaluationService/GetEvaluationSnapshot", &request,
		    get_evaluation_snapshot_response, &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return answer->document ? print_document(run, answer->document)
				: rk_answer_bad(run, "no document");
}

int rk_cmd_evaluate(struct rk_run *run)
{
	Renkei__V1__GetEvaluationRequest request = RENKEI__V1__GET_EVALUATION_REQUEST__INIT;
	Renkei__V1__GetEvaluationResponse *answer = NULL;
	Google__Protobuf__Timestamp as_of;
	struct rk_failure failure = {.retry_ms = -1};
	const char *moment = rk_run_option(run, "as-of"),
		   *snapshot = rk_run_option(run, "snapshot");

	if (snapshot)
		return print_snapshot(run, snapshot);
	int status = rk_evaluation_years(
		run, &request.first_fiscal_year, &request.last_fiscal_year);

	if (status != EX_OK)
		return status;
	if (moment && rk_moment_parse(moment, &as_of, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	request.as_of = moment ? &as_of : NULL;
	request.include_submitted = rk_run_flag(run, "include-submitted");
	if (rk_call(run, "EvaluationService/GetEvaluation", &request, get_evaluation_response,
		    &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!answer->document)
		return rk_answer_bad(run, "no document");
	if (answer->document->n_findings == 0)
		rk_talk(run, "eval.no_statements");
	return print_document(run, answer->document);
}
