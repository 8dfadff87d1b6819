/* The records that a statement rests on, below its numbers. */
#include "evaluation_builder.h"

#include <string.h>

#define RECORDS_SHOWN 12

enum sense { FOR, AGAINST, LEFT_OPEN };

/* The records of one sense behind a number. */
static char *const *records_of(
	const Renkei__V1__IndicatorValue *value, enum sense sense, size_t *count)
{
	*count = sense == FOR      ? value->n_records_for
		: sense == AGAINST ? value->n_records_against
				   : value->n_records_open;
	return sense == FOR        ? value->records_for
		: sense == AGAINST ? value->records_against
				   : value->records_open;
}

/* What the rule asks of this indicator; NULL = nothing.  Whether there is enough data, its first conditions, speaks for nothing. */
static const Renkei__V1__EvaluationCondition *asked_of(
	const Renkei__V1__EvaluationFinding *finding, const Renkei__V1__Indicator *indicator)
{
	const Renkei__V1__EvaluationRule *rule = finding->statement ? finding->statement->rule
								    : NULL;

	for (size_t i = rule ? rule->n_enough : 0; i < finding->n_conditions; i++)
		if (finding->conditions[i]->condition &&
			strcmp(finding->conditions[i]->condition->indicator_id,
				indicator->indicator_id) == 0)
			return finding->conditions[i]->condition;
	return NULL;
}

/* A statement that says that a share is low rests on the records that are not in it. */
static enum sense sense_of(const Renkei__V1__EvaluationCondition *condition, enum sense sense)
{
	bool low = condition->test == RENKEI__V1__CONDITION_TEST__CONDITION_TEST_BELOW ||
		condition->test == RENKEI__V1__CONDITION_TEST__CONDITION_TEST_AT_MOST;

	return low && sense == FOR ? AGAINST : low && sense == AGAINST ? FOR : sense;
}

struct listed {
	const char *shown[RECORDS_SHOWN];
	size_t count;
	bool more;
};

static void list_records(struct listed *listed, char *const *records, size_t count)
{
	for (size_t r = 0; r < count; r++) {
		bool known = false;

		for (size_t k = 0; k < listed->count && !known; k++)
			known = strcmp(listed->shown[k], records[r]) == 0;
		if (!known && listed->count < RECORDS_SHOWN)
			listed->shown[listed->count++] = records[r];
		else if (!known)
			listed->more = true;
	}
}

/* Those that the list of evidence has; of a snapshot without one, the records behind the numbers that the rule asks for. */
static struct listed listed_of(const Renkei__V1__EvaluationFinding *finding, enum sense sense)
{
	static const Renkei__V1__EvidenceSense senses[] = {
		[FOR] = RENKEI__V1__EVIDENCE_SENSE__EVIDENCE_SENSE_FOR,
		[AGAINST] = RENKEI__V1__EVIDENCE_SENSE__EVIDENCE_SENSE_AGAINST,
		[LEFT_OPEN] = RENKEI__V1__EVIDENCE_SENSE__EVIDENCE_SENSE_OPEN};
	struct listed listed = {.count = 0};

	for (size_t e = 0; e < finding->n_evidence; e++)
		if (finding->evidence[e]->sense == senses[sense])
			list_records(&listed, &finding->evidence[e]->record, 1);
	for (size_t i = 0; i < finding->n_indicators && finding->n_evidence == 0; i++) {
		const Renkei__V1__EvaluationCondition *asked = asked_of(
			finding, finding->indicators[i]);

		for (size_t v = 0; asked && v < finding->indicators[i]->n_values; v++) {
			size_t count;
			char *const *records = records_of(
				finding->indicators[i]->values[v], sense_of(asked, sense), &count);

			list_records(&listed, records, count);
		}
	}
	return listed;
}

/* The first records of one sense, each once; where there are more, where they stand. */
static void add_sense(struct rk_evaluation_builder *builder,
	const Renkei__V1__EvaluationFinding *finding, enum sense sense)
{
	static const char *const heads[] = {
		"eval.records_for", "eval.records_against", "eval.records_open"};
	struct rk_run *run = builder->evaluation.run;
	struct listed listed = listed_of(finding, sense);
	const char *text = "";

	for (size_t k = 0; k < listed.count; k++)
		text = rk_run_printf(run, "%s%s%s", text, k ? ", " : "",
			rk_evaluation_record(run, listed.shown[k]));
	if (listed.more)
		text = finding->n_evidence ? rk_tell(run, "eval.records_elsewhere", "records", text,
						     "statement", finding->statement->statement_id)
					   : rk_tell(run, "eval.records_more", "records", text);
	rk_evaluation_add_text(builder, RK_PAPER_NOTE, 0, rk_tell(run, heads[sense]), text);
}

void rk_evaluation_records(
	struct rk_evaluation_builder *builder, const Renkei__V1__EvaluationFinding *finding)
{
	add_sense(builder, finding, FOR);
	add_sense(builder, finding, AGAINST);
	add_sense(builder, finding, LEFT_OPEN);
}
