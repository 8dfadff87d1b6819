/* Rules for the characters of every text. */
#include "base/text.h"
#include "words/judge.h"

typedef bool is_fn(uint32_t c);

/* The first such character of a text, reported by its number.  lead: what such characters begin with, because most texts have
 * none of it. */
static void find_character(
	struct rk_judge *judge, const struct rk_spot *spot, is_fn *is, enum rk_lead lead)
{
	struct rk_slice text = spot->text;
	size_t at = 0;
	uint32_t c;

	if (!(spot->leads & lead))
		return;
	while ((c = rk_text_next(text, &at)) != 0) {
		if (is(c)) {
			rk_find_spot(judge, spot,
				&(struct rk_remark){.value = rk_judge_text(judge, "%04X", c)});
			return;
		}
	}
}

static bool is_replacement(uint32_t c)
{
	return c == 0xfffd;
}

static bool is_half_width_kana(uint32_t c)
{
	return c >= 0xff61 && c <= 0xff9f;
}

static void control(struct rk_judge *judge, const struct rk_spot *spot)
{
	find_character(judge, spot, rk_text_is_control, RK_LEAD_CONTROL);
}

static void direction(struct rk_judge *judge, const struct rk_spot *spot)
{
	find_character(judge, spot, rk_text_is_direction, RK_LEAD_E2);
}

static void replacement(struct rk_judge *judge, const struct rk_spot *spot)
{
	find_character(judge, spot, is_replacement, RK_LEAD_EF);
}

static void half_width_kana(struct rk_judge *judge, const struct rk_spot *spot)
{
	find_character(judge, spot, is_half_width_kana, RK_LEAD_EF);
}

/* Its last character; of valid UTF-8, like every text of a report that was taken apart. */
static uint32_t last_of(struct rk_slice text)
{
	size_t at = text.len > 0 ? text.len - 1 : 0;

	while (at > 0 && (text.at[at] & 0xc0) == 0x80)
		at--;
	return rk_text_next(text, &at);
}

static void surrounding_space(struct rk_judge *judge, const struct rk_spot *spot)
{
	struct rk_slice text;
	size_t at = 0;

	if (!rk_spot_is_value(spot))
		return;
	text = rk_spot_text(spot);
	if (!rk_is_space(rk_text_next(text, &at)) && !rk_is_space(last_of(text)))
		return;
	/* A required text of blanks alone is missing: another rule says so. */
	if (!(spot->limit->required && rk_is_blank(text)))
		rk_find_spot(judge, spot, NULL);
}

const struct rk_rule rk_rules_text[] = {
	RK_SPOT_RULE("TEXT_CONTROL", RK_ERROR, control),
	RK_SPOT_RULE("TEXT_BIDI", RK_ERROR, direction),
	RK_SPOT_RULE("TEXT_REPLACEMENT_CHARACTER", RK_WARNING, replacement),
	RK_KIND_RULE("TEXT_SURROUNDING_SPACE", RK_INFO, RK_KIND_TEXT, surrounding_space),
	RK_KIND_RULE("TEXT_HALF_WIDTH_KANA", RK_INFO, RK_KIND_TEXT, half_width_kana),
	{0},
};
