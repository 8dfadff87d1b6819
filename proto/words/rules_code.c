/* Rules for the codes of both systems: one for each fault of words/code.h, because each asks for another remedy. */
#include "words/judge.h"

static void lg(struct rk_judge *judge, const struct rk_spot *spot, enum rk_code_fault fault)
{
	struct rk_slice text = rk_spot_text(spot);
	char suggestion[RK_CODE_TEXT];

	if (text.len == 0 || rk_lg_code_check(text, suggestion) != fault)
		return;
	rk_find_spot(judge, spot,
		&(struct rk_remark){.suggestion = suggestion,
			.named = fault == RK_CODE_OTHER_SYSTEM
				? rk_gb_name(text)
				: rk_lg_name(rk_slice_str(suggestion))});
}

static void gb(struct rk_judge *judge, const struct rk_spot *spot, enum rk_code_fault fault)
{
	struct rk_slice text = rk_spot_text(spot);
	char suggestion[RK_CODE_TEXT];

	if (text.len == 0 || rk_gb_code_check(text, suggestion) != fault)
		return;
	rk_find_spot(judge, spot,
		&(struct rk_remark){.suggestion = suggestion,
			.named = fault == RK_CODE_OTHER_SYSTEM
				? rk_lg_name(text)
				: rk_gb_name(rk_slice_str(suggestion))});
}

static void lg_shape(struct rk_judge *judge, const struct rk_spot *spot)
{
	lg(judge, spot, RK_CODE_SHAPE);
}

static void lg_full_width(struct rk_judge *judge, const struct rk_spot *spot)
{
	lg(judge, spot, RK_CODE_FULL_WIDTH);
}

static void lg_five_digits(struct rk_judge *judge, const struct rk_spot *spot)
{
	lg(judge, spot, RK_CODE_FIVE_DIGITS);
}

static void lg_area(struct rk_judge *judge, const struct rk_spot *spot)
{
	lg(judge, spot, RK_CODE_AREA);
}

static void lg_check_digit(struct rk_judge *judge, const struct rk_spot *spot)
{
	lg(judge, spot, RK_CODE_CHECK_DIGIT);
}

static void lg_other_system(struct rk_judge *judge, const struct rk_spot *spot)
{
	lg(judge, spot, RK_CODE_OTHER_SYSTEM);
}

static void gb_shape(struct rk_judge *judge, const struct rk_spot *spot)
{
	gb(judge, spot, RK_CODE_SHAPE);
}

static void gb_full_width(struct rk_judge *judge, const struct rk_spot *spot)
{
	gb(judge, spot, RK_CODE_FULL_WIDTH);
}

static void gb_area(struct rk_judge *judge, const struct rk_spot *spot)
{
	gb(judge, spot, RK_CODE_AREA);
}

static void gb_level(struct rk_judge *judge, const struct rk_spot *spot)
{
	gb(judge, spot, RK_CODE_LEVEL);
}

static void gb_other_system(struct rk_judge *judge, const struct rk_spot *spot)
{
	gb(judge, spot, RK_CODE_OTHER_SYSTEM);
}

const struct rk_rule rk_rules_code[] = {
	RK_KIND_RULE("LG_CODE_SHAPE", RK_ERROR, RK_KIND_LG_CODE, lg_shape),
	RK_KIND_RULE("LG_CODE_FULL_WIDTH", RK_ERROR, RK_KIND_LG_CODE, lg_full_width),
	RK_KIND_RULE("LG_CODE_FIVE_DIGITS", RK_ERROR, RK_KIND_LG_CODE, lg_five_digits),
	RK_KIND_RULE("LG_CODE_PREFECTURE", RK_ERROR, RK_KIND_LG_CODE, lg_area),
	RK_KIND_RULE("LG_CODE_CHECK_DIGIT", RK_ERROR, RK_KIND_LG_CODE, lg_check_digit),
	RK_KIND_RULE("LG_CODE_OTHER_SYSTEM", RK_ERROR, RK_KIND_LG_CODE, lg_other_system),
	RK_KIND_RULE("GB_CODE_SHAPE", RK_ERROR, RK_KIND_GB_CODE, gb_shape),
	RK_KIND_RULE("GB_CODE_FULL_WIDTH", RK_ERROR, RK_KIND_GB_CODE, gb_full_width),
	RK_KIND_RULE("GB_CODE_PROVINCE", RK_ERROR, RK_KIND_GB_CODE, gb_area),
	RK_KIND_RULE("GB_CODE_LEVEL", RK_ERROR, RK_KIND_GB_CODE, gb_level),
	RK_KIND_RULE("GB_CODE_OTHER_SYSTEM", RK_ERROR, RK_KIND_GB_CODE, gb_other_system),
	{0},
};
