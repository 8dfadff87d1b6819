/* evaluation.h - an evaluation as the server tells it, made into a document (paper/paper.h).
 *
 * The document is a function of the message, the language and the way of writing years: the same three are the same bytes.  The texts of the two sections are the
 * secretariat's own, in whatever language the rest is.
 */
#pragma once
#include "paper/paper.h"
#include "run.h"

#include "renkei/v1/evaluation_service.pb-c.h"

struct rk_evaluation {
	struct rk_run *run;
	const Renkei__V1__EvaluationDocument *document;
	bool era; /* Japanese years in a Japanese document */
};

/* The whole document, in the run's arena. */
const struct rk_paper *rk_evaluation_paper(
	struct rk_run *run, const Renkei__V1__EvaluationDocument *document, bool era);

/* The pieces of it, for each other.  "2014年度", "平成26年度", "FY2014"; 0 is the whole time. */
const char *rk_evaluation_year(const struct rk_evaluation *evaluation, int32_t fiscal_year);
/* "9", "8（8〜11）", "5.3%（1/19）", "5.9%（1/17、5.9%〜100.0%）", "資料が足りない（1/19）". */
const char *rk_evaluation_number(const struct rk_evaluation *evaluation,
	const Renkei__V1__Indicator *indicator, const Renkei__V1__IndicatorValue *value);
/* What is missing leaves a share anywhere between none and all. */
bool rk_evaluation_says_nothing(
	const Renkei__V1__Indicator *indicator, const Renkei__V1__IndicatorValue *value);
bool rk_evaluation_is_share(const Renkei__V1__Indicator *indicator);
/* "支持される", "too little data". */
const char *rk_evaluation_support(struct rk_run *run, Renkei__V1__Support support);
/* An indicator by its id, NULL when no statement bears it. */
const Renkei__V1__Indicator *rk_evaluation_indicator(
	const Renkei__V1__EvaluationDocument *document, const char *id);
const Renkei__V1__IndicatorValue *rk_evaluation_value(
	const Renkei__V1__Indicator *indicator, const char *key, int32_t fiscal_year);

/* "資料 F2014-06", "台帳 110001"; a record of a report is told by its receipt number. */
const char *rk_evaluation_record(struct rk_run *run, const char *record);
/* All that a statement rests on, a row a record with what is needed to find it again; finding->n_evidence rows. */
const struct rk_paper_table *rk_evaluation_evidence(
	const struct rk_evaluation *evaluation, const Renkei__V1__EvaluationFinding *finding);

/* The n-th chart of the document; NULL behind the last, or when what it shows is not there (then *more tells whether others follow). */
const struct rk_paper_chart *rk_evaluation_chart(
	const struct rk_evaluation *evaluation, size_t n, bool *more);

/* --year 2014..2016, or --first 2014 --last 2016; --width.  They return an exit status. */
int rk_evaluation_years(struct rk_run *run, int32_t *first, int32_t *last);
int rk_evaluation_width(struct rk_run *run, size_t *width);
