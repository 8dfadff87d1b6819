/* evaluation_builder.h - the document of an evaluation while it is put together, for the files that each know a part of it. */
#pragma once
#include "evaluation.h"

struct rk_evaluation_builder {
	struct rk_evaluation evaluation;
	struct rk_paper_block *blocks; /* in the run's arena */
	size_t count, cap;
};

void rk_evaluation_add(struct rk_evaluation_builder *builder, struct rk_paper_block block);
/* Nothing for no text; mark NULL or borrowed, as text is. */
void rk_evaluation_add_text(struct rk_evaluation_builder *builder, enum rk_paper_kind kind,
	int level, const char *mark, const char *text);

/* evaluation_annex.c: verdicts with their numbers, charts, and every record, statement by statement. */
void rk_evaluation_annex(struct rk_evaluation_builder *builder);
/* evaluation_records.c: the first records for and against a statement, and those that say neither; where there are more, where they stand. */
void rk_evaluation_records(
	struct rk_evaluation_builder *builder, const Renkei__V1__EvaluationFinding *finding);
/* evaluation_table.c: a row an indicator and series, a column a year and one for all; NULL: no rows. */
const struct rk_paper_table *rk_evaluation_table(
	const struct rk_evaluation *evaluation, const Renkei__V1__EvaluationFinding *finding);
