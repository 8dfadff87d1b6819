#include "words/guard.h"

#include "base/text.h"

/* What a spreadsheet begins a formula with, or takes off before it looks. */
static bool is_formula_sign(uint32_t c)
{
	return c == '=' || c == '+' || c == '-' || c == '@' || c == '|' || c == '%' || c == '\t' ||
		c == '\n' || c == 0xff1d || c == 0xff0b || c == 0xff0d || c == 0xff20;
}

static bool is_skipped(uint32_t c)
{
	return c == ' ' || c == '"' || c == '\'' || c == 0xa0 || c == 0x3000 || c == 0xfeff ||
		(c >= 0x200b && c <= 0x200f);
}

bool rk_text_is_formula(const char *text)
{
	struct rk_slice bytes = rk_slice_str(text);
	size_t at = 0;
	uint32_t c;

	while (is_skipped(c = rk_text_next(bytes, &at)))
		continue;
	return is_formula_sign(c) || (c && rk_text_is_control(c));
}
