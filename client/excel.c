#include "excel.h"

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

static bool is_formula(const char *text)
{
	struct rk_slice bytes = rk_slice_str(text);
	size_t at = 0;
	uint32_t c;

	while (is_skipped(c = rk_text_next(bytes, &at)))
		continue;
	return is_formula_sign(c) || (c && rk_text_is_control(c));
}

const char *rk_excel_text(struct rk_run *run, const char *text)
{
	return is_formula(text) ? rk_run_printf(run, "'%s", text) : text;
}

enum rk_status rk_excel_add(struct rk_buf *out, const struct rk_buf *csv)
{
	bool quoted = false;

	RK_TRY(rk_buf_add_str(out, "\xef\xbb\xbf"));
	for (size_t i = 0; i < csv->len; i++) {
		const uint8_t *at = csv->at + i;

		quoted = *at == '"' ? !quoted : quoted;
		if (*at == '\n' && !quoted)
			RK_TRY(rk_buf_add_str(out, "\r"));
		RK_TRY(rk_buf_add(out, at, 1));
	}
	return RK_OK;
}
