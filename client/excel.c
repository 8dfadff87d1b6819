#include "excel.h"

#include "words/guard.h"

const char *rk_excel_text(struct rk_run *run, const char *text)
{
	return rk_text_is_formula(text) ? rk_run_printf(run, "'%s", text) : text;
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
