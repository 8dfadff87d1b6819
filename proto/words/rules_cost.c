/* Rules for cost lines: payer and share, amounts, bands, currencies. */
#include "words/judge.h"

#include <inttypes.h>
#include <string.h>

#define PAYER(name)    RENKEI__V1__PAYER__PAYER_##name
#define SHARE(name)    RENKEI__V1__COST_SHARE__COST_SHARE_##name
#define ACCURACY(name) RENKEI__V1__AMOUNT_ACCURACY__AMOUNT_ACCURACY_##name

static void payer_unknown(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__CostLine *line = (const void *)record->message;

	if (line->payer == PAYER(UNKNOWN) && line->share == SHARE(NONE))
		rk_find(judge, record, "share", RK_SINGULAR,
			&(struct rk_remark){
				.value = "COST_SHARE_NONE", .suggestion = "COST_SHARE_UNKNOWN"});
}

static void none_with_amount(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__CostLine *line = (const void *)record->message;

	if (line->share == SHARE(NONE) && line->amount && line->amount->minor_units > 0)
		rk_find(judge, record, "share", RK_SINGULAR,
			&(struct rk_remark){.value = "COST_SHARE_NONE"});
}

static void partner_missing(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__CostLine *line = (const void *)record->message;

	if (line->payer == PAYER(CN_LOCAL) && !*line->partner_code)
		rk_find(judge, record, "partner_code", RK_SINGULAR, NULL);
}

static void partner_not_payer(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__CostLine *line = (const void *)record->message;

	if (line->payer != PAYER(CN_LOCAL) && *line->partner_code)
		rk_find(judge, record, "partner_code", RK_SINGULAR,
			&(struct rk_remark){.value = line->partner_code});
}

static void municipality_not_payer(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__CostLine *line = (const void *)record->message;

	if (line->payer != PAYER(MUNICIPAL) && line->payer != PAYER(MUNICIPAL_COMMISSION) &&
		*line->municipality_code)
		rk_find(judge, record, "municipality_code", RK_SINGULAR,
			&(struct rk_remark){.value = line->municipality_code});
}

static void currency(struct rk_judge *judge, const struct rk_record *record)
{
	const char *code = ((const Renkei__V1__Money *)(const void *)record->message)->currency;

	if (strcmp(code, "JPY") != 0 && strcmp(code, "CNY") != 0)
		rk_find(judge, record, "currency", RK_SINGULAR, &(struct rk_remark){.value = code});
}

static void accuracy_missing(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__CostLine *line = (const void *)record->message;

	if (line->amount && line->accuracy == ACCURACY(UNSPECIFIED))
		rk_find(judge, record, "accuracy", RK_SINGULAR, NULL);
}

static void amount_missing(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__CostLine *line = (const void *)record->message;

	if (!line->amount &&
		(line->accuracy == ACCURACY(EXACT) || line->accuracy == ACCURACY(ABOUT)))
		rk_find(judge, record, "amount", RK_SINGULAR, NULL);
}

static void band_incomplete(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__CostLine *line = (const void *)record->message;

	if (line->accuracy == ACCURACY(BAND) && (!line->amount || !line->upper))
		rk_find(judge, record, line->amount ? "upper" : "amount", RK_SINGULAR, NULL);
}

static void band_order(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__CostLine *line = (const void *)record->message;

	if (line->amount && line->upper &&
		strcmp(line->amount->currency, line->upper->currency) == 0 &&
		line->upper->minor_units < line->amount->minor_units)
		rk_find(judge, record, "upper", RK_SINGULAR,
			&(struct rk_remark){.value = rk_judge_text(
						    judge, "%" PRId64, line->upper->minor_units)});
}

static void band_currency(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__CostLine *line = (const void *)record->message;

	if (line->amount && line->upper &&
		strcmp(line->amount->currency, line->upper->currency) != 0)
		rk_find(judge, record, "upper", RK_SINGULAR,
			&(struct rk_remark){.value = line->upper->currency,
				.suggestion = line->amount->currency});
}

static void upper_without_band(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__CostLine *line = (const void *)record->message;

	if (line->upper && line->accuracy != ACCURACY(BAND))
		rk_find(judge, record, "upper", RK_SINGULAR, NULL);
}

const struct rk_rule rk_rules_cost[] = {
	RK_RECORD_RULE_OF(
		"PAYER_UNKNOWN_SHARE_NONE", RK_WARNING, cost_line, payer_unknown, "payer share"),
	RK_RECORD_RULE_OF("SHARE_NONE_WITH_AMOUNT", RK_WARNING, cost_line, none_with_amount,
		"payer share amount"),
	RK_RECORD_RULE_OF("CN_LOCAL_WITHOUT_PARTNER", RK_INFO, cost_line, partner_missing,
		"payer partner_code"),
	RK_RECORD_RULE_OF("PARTNER_NOT_PAYER", RK_WARNING, cost_line, partner_not_payer,
		"payer partner_code"),
	RK_RECORD_RULE_OF("MUNICIPALITY_NOT_PAYER", RK_WARNING, cost_line, municipality_not_payer,
		"payer municipality_code"),
	RK_RECORD_RULE("CURRENCY_UNKNOWN", RK_ERROR, money, currency),
	RK_RECORD_RULE_OF("AMOUNT_ACCURACY_MISSING", RK_WARNING, cost_line, accuracy_missing,
		"amount accuracy"),
	RK_RECORD_RULE_OF(
		"AMOUNT_MISSING", RK_WARNING, cost_line, amount_missing, "amount accuracy"),
	RK_RECORD_RULE_OF(
		"BAND_INCOMPLETE", RK_ERROR, cost_line, band_incomplete, "amount upper accuracy"),
	RK_RECORD_RULE_OF("BAND_ORDER", RK_ERROR, cost_line, band_order, "amount upper"),
	RK_RECORD_RULE_OF("BAND_CURRENCY", RK_ERROR, cost_line, band_currency, "amount upper"),
	RK_RECORD_RULE_OF(
		"UPPER_WITHOUT_BAND", RK_WARNING, cost_line, upper_without_band, "upper accuracy"),
	{0},
};
