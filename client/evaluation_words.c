/* The words and numbers of an evaluation. */
#include "evaluation.h"
#include "periods.h"
#include "words/era.h"

#include <math.h>
#include <string.h>

const char *rk_evaluation_year(const struct rk_evaluation *evaluation, int32_t fiscal_year)
{
	struct rk_run *run = evaluation->run;
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};

	if (!fiscal_year)
		return rk_tell(run, "eval.whole");
	if (run->language == RK_JA && evaluation->era &&
		rk_era_add_fiscal_year(&text, fiscal_year) == RK_OK)
		return rk_run_slice(run, rk_buf_slice(&text));
	return rk_tell(run, "eval.year", "year", rk_run_printf(run, "%d", fiscal_year));
}

bool rk_evaluation_is_share(const Renkei__V1__Indicator *indicator)
{
	return indicator->unit && strcmp(indicator->unit->en, "share") == 0;
}

static const char *plain(struct rk_run *run, double value, bool share)
{
	char text[32];

	return rk_run_str(run, rk_paper_number(value, share, text));
}

bool rk_evaluation_says_nothing(
	const Renkei__V1__Indicator *indicator, const Renkei__V1__IndicatorValue *value)
{
	return rk_evaluation_is_share(indicator) && value->_low_case && value->low <= 0 &&
		value->_high_case && value->high >= 1;
}

/* A share with its parts, and with its range where reports are missing. */
static const char *share_of(
	struct rk_run *run, const Renkei__V1__IndicatorValue *value, const char *text)
{
	const char *numerator = plain(run, value->numerator, false),
		   *denominator = plain(run, value->denominator, false);
	bool between = value->_low_case && value->_high_case && value->low < value->high;

	if (between && value->low <= 0 && value->high >= 1)
		return rk_tell(run, "eval.parts_too_little", "numerator", numerator, "denominator",
			denominator);
	if (between)
		return rk_tell(run, "eval.parts_between", "value", text, "numerator", numerator,
			"denominator", denominator, "low", plain(run, value->low, true), "high",
			plain(run, value->high, true));
	return rk_tell(run, "eval.parts", "value", text, "numerator", numerator, "denominator",
		denominator);
}

const char *rk_evaluation_number(const struct rk_evaluation *evaluation,
	const Renkei__V1__Indicator *indicator, const Renkei__V1__IndicatorValue *value)
{
	struct rk_run *run = evaluation->run;
	bool share = rk_evaluation_is_share(indicator);
	const char *text;

	if (!value)
		return "-";
	text = value->_value_case ? plain(run, value->value, share) : "-";
	if (share && value->_denominator_case)
		return share_of(run, value, text);
	if (!value->_low_case)
		return text;
	if (!value->_high_case)
		return value->_value_case ? rk_tell(run, "eval.at_least", "value", text) : text;
	if (value->low < value->high)
		return rk_tell(run, "eval.between", "value", text, "low",
			plain(run, value->low, share), "high", plain(run, value->high, share));
	return text;
}

const char *rk_evaluation_support(struct rk_run *run, Renkei__V1__Support support)
{
	switch (support) {
	case RENKEI__V1__SUPPORT__SUPPORT_SUPPORTED:
		return rk_tell(run, "eval.supported");
	case RENKEI__V1__SUPPORT__SUPPORT_PARTLY:
		return rk_tell(run, "eval.partly");
	case RENKEI__V1__SUPPORT__SUPPORT_NOT_SUPPORTED:
		return rk_tell(run, "eval.not_supported");
	default:
		return rk_tell(run, "eval.too_little");
	}
}

const Renkei__V1__Indicator *rk_evaluation_indicator(
	const Renkei__V1__EvaluationDocument *document, const char *id)
{
	for (size_t f = 0; f < document->n_findings; f++)
		for (size_t i = 0; i < document->findings[f]->n_indicators; i++)
			if (strcmp(document->findings[f]->indicators[i]->indicator_id, id) == 0)
				return document->findings[f]->indicators[i];
	return NULL;
}

const Renkei__V1__IndicatorValue *rk_evaluation_value(
	const Renkei__V1__Indicator *indicator, const char *key, int32_t fiscal_year)
{
	for (size_t i = 0; indicator && i < indicator->n_values; i++)
		if (indicator->values[i]->fiscal_year == fiscal_year &&
			strcmp(indicator->values[i]->key, key) == 0)
			return indicator->values[i];
	return NULL;
}
