/* What the statements of an evaluation rest on: conditions, numbers, charts, and every record. */
#include "coverage.h"
#include "evaluation_builder.h"
#include "periods.h"

#include <string.h>

static const char *condition_text(
	const struct rk_evaluation_builder *builder, const Renkei__V1__ConditionResult *result)
{
	static const char *const tests[] = {"eval.test_unknown", "eval.test_rises",
		"eval.test_never_falls", "eval.test_rises_every_year", "eval.test_at_least",
		"eval.test_at_most", "eval.test_above", "eval.test_below", "eval.test_among_first"};
	static const char *const answers[] = {"eval.open", "eval.holds", "eval.fails", "eval.open"};
	struct rk_run *run = builder->evaluation.run;
	const Renkei__V1__EvaluationCondition *condition = result->condition;
	const Renkei__V1__Indicator *indicator = condition
		? rk_evaluation_indicator(builder->evaluation.document, condition->indicator_id)
		: NULL;
	const Renkei__V1__IndicatorValue *value = condition
		? rk_evaluation_value(indicator, condition->key, 0)
		: NULL;
	char number[32];

	if (!condition)
		return "";
	/* A series that nobody has told of has no value, but a name. */
	const Renkei__V1__LocalizedText *key = result->key_label ? result->key_label
		: value                                          ? value->key_label
								 : NULL;
	const char *name = key
		? rk_run_printf(run, "%s (%s)", condition->indicator_id, rk_in_language(run, key))
		: condition->key[0]
		? rk_run_printf(run, "%s (%s)", condition->indicator_id, condition->key)
		: condition->indicator_id;
	size_t test = (size_t)condition->test < sizeof tests / sizeof tests[0]
		? (size_t)condition->test
		: 0;
	size_t holds = (size_t)result->holds < sizeof answers / sizeof answers[0]
		? (size_t)result->holds
		: 0;
	bool share = indicator && rk_evaluation_is_share(indicator);

	return rk_tell(run, "eval.condition", "condition",
		rk_tell(run, tests[test], "indicator", name, "value",
			rk_run_str(run,
				rk_paper_number(condition->value,
					share &&
						condition->test !=
							RENKEI__V1__CONDITION_TEST__CONDITION_TEST_AMONG_FIRST,
					number))),
		"answer", rk_tell(run, answers[holds]));
}

/* What municipalities said at meetings for or against a statement: by name who confirmed it and lets it be known, else how many there are. */
static void add_hearings(struct rk_evaluation_builder *builder,
	const Renkei__V1__EvaluationFinding *finding, Renkei__V1__Stance stance)
{
	struct rk_run *run = builder->evaluation.run;
	const char *text = "";

	for (size_t i = 0; i < finding->n_hearings; i++) {
		const Renkei__V1__FindingHearing *hearing = finding->hearings[i];

		if (hearing->stance == stance)
			text = rk_run_printf(run, "%s%s%s", text,
				*text ? rk_tell(run, "eval.hearing_between") : "",
				rk_tell(run,
					hearing->indicator_id[0] ? "eval.hearing_of"
								 : "eval.hearing",
					"number", hearing->number, "name",
					hearing->municipality_name_ja, "indicator",
					hearing->indicator_id));
	}
	for (size_t i = 0; i < finding->n_unnamed_hearings; i++)
		if (finding->unnamed_hearings[i]->stance == stance)
			text = rk_run_printf(run, "%s%s%s", text,
				*text ? rk_tell(run, "eval.hearing_between") : "",
				rk_tell(run, "eval.hearings_unnamed", "count",
					rk_count(run, finding->unnamed_hearings[i]->count)));
	if (*text)
		rk_evaluation_add_text(builder, RK_PAPER_NOTE, 0,
			rk_tell(run,
				stance == RENKEI__V1__STANCE__STANCE_FOR ? "eval.hearings_for"
									 : "eval.hearings_against"),
			text);
}

/* The numbers, and below them what is to be known of how they were counted. */
static void add_indicators(
	struct rk_evaluation_builder *builder, const Renkei__V1__EvaluationFinding *finding)
{
	struct rk_run *run = builder->evaluation.run;
	const struct rk_paper_table *table = rk_evaluation_table(&builder->evaluation, finding);

	if (table)
		rk_evaluation_add(
			builder, (struct rk_paper_block){.kind = RK_PAPER_TABLE, .table = table});
	for (size_t i = 0; i < finding->n_indicators; i++)
		if (finding->indicators[i]->note)
			rk_evaluation_add_text(builder, RK_PAPER_NOTE, 0,
				rk_run_printf(run, "%s：", finding->indicators[i]->indicator_id),
				rk_in_language(run, finding->indicators[i]->note));
}

static void add_finding(
	struct rk_evaluation_builder *builder, const Renkei__V1__EvaluationFinding *finding)
{
	struct rk_run *run = builder->evaluation.run;

	if (!finding->statement)
		return;
	rk_evaluation_add_text(builder, RK_PAPER_HEADING, 3, NULL,
		rk_run_printf(
			run, "%s %s", finding->statement->statement_id, finding->statement->text));
	rk_evaluation_add_text(builder, RK_PAPER_PARAGRAPH, 0, NULL,
		rk_tell(run, "eval.verdict", "support",
			rk_evaluation_support(run, finding->support), "coverage",
			rk_coverage_text(run, builder->evaluation.document->coverage)));
	for (size_t i = 0; i < finding->n_conditions; i++)
		rk_evaluation_add_text(builder, RK_PAPER_ITEM, 0, "・",
			condition_text(builder, finding->conditions[i]));
	add_indicators(builder, finding);
	rk_evaluation_records(builder, finding);
	add_hearings(builder, finding, RENKEI__V1__STANCE__STANCE_FOR);
	add_hearings(builder, finding, RENKEI__V1__STANCE__STANCE_AGAINST);
}

/* The second annex: every record, statement by statement. */
static void add_evidence(struct rk_evaluation_builder *builder)
{
	struct rk_run *run = builder->evaluation.run;
	const Renkei__V1__EvaluationDocument *document = builder->evaluation.document;
	bool any = false;

	for (size_t i = 0; i < document->n_findings; i++) {
		const Renkei__V1__EvaluationFinding *finding = document->findings[i];

		if (!finding->statement || finding->n_evidence == 0)
			continue;
		if (!any) {
			rk_evaluation_add(builder, (struct rk_paper_block){.kind = RK_PAPER_BREAK});
			rk_evaluation_add_text(
				builder, RK_PAPER_HEADING, 2, NULL, rk_tell(run, "eval.evidence"));
			rk_evaluation_add_text(builder, RK_PAPER_PARAGRAPH, 0, NULL,
				rk_tell(run, "eval.evidence_lead"));
		}
		any = true;
		rk_evaluation_add(builder,
			(struct rk_paper_block){.kind = RK_PAPER_TABLE,
				.table = rk_evaluation_evidence(&builder->evaluation, finding)});
		if (finding->evidence_left_off)
			rk_evaluation_add_text(builder, RK_PAPER_NOTE, 0, "",
				rk_tell(run, "eval.evidence_left_off", "count",
					rk_count(run, finding->evidence_left_off)));
	}
}

void rk_evaluation_annex(struct rk_evaluation_builder *builder)
{
	struct rk_run *run = builder->evaluation.run;
	bool more = true;

	rk_evaluation_add(builder, (struct rk_paper_block){.kind = RK_PAPER_BREAK});
	rk_evaluation_add_text(builder, RK_PAPER_HEADING, 2, NULL, rk_tell(run, "eval.annex"));
	rk_evaluation_add_text(
		builder, RK_PAPER_PARAGRAPH, 0, NULL, rk_tell(run, "eval.annex_lead"));
	for (size_t i = 0; i < builder->evaluation.document->n_findings; i++)
		add_finding(builder, builder->evaluation.document->findings[i]);
	rk_evaluation_add_text(builder, RK_PAPER_HEADING, 2, NULL, rk_tell(run, "eval.charts"));
	for (size_t n = 0; more; n++) {
		const struct rk_paper_chart *chart = rk_evaluation_chart(
			&builder->evaluation, n, &more);

		if (chart)
			rk_evaluation_add(builder,
				(struct rk_paper_block){.kind = RK_PAPER_CHART, .chart = chart});
	}
	add_evidence(builder);
}
