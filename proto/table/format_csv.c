/* Comma-separated values (RFC 4180), with LF between records.
 *
 * A missing value is nothing between the commas, an empty text is "": PostgreSQL, R and pandas can tell them apart.  Values
 * are exact, so a text that begins with '=' stays as it is; who writes for a spreadsheet marks it before.
 */
#include "table/formats.h"

#include <string.h>

static bool needs_quotes(struct rk_slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];

		if (c == ',' || c == '"' || c == '\r' || c == '\n' || c == '\0')
			return true;
	}
	return text.len == 0 || text.at[0] == ' ' || text.at[text.len - 1] == ' ';
}

static enum rk_status add_text(struct rk_buf *out, struct rk_slice text)
{
	if (!needs_quotes(text))
		return rk_buf_add_slice(out, text);
	RK_TRY(rk_buf_add_str(out, "\""));
	while (text.len > 0) {
		const uint8_t *quote = memchr(text.at, '"', text.len);
		size_t len = quote ? (size_t)(quote - text.at) + 1 : text.len;

		RK_TRY(rk_buf_add(out, text.at, len));
		RK_TRY(rk_buf_add_str(out, quote ? "\"" : ""));
		text.at += len;
		text.len -= len;
	}
	return rk_buf_add_str(out, "\"");
}

static enum rk_status begin(struct rk_table *table)
{
	for (size_t i = 0; i < table->column_count; i++) {
		RK_TRY(rk_buf_add_str(table->out, i ? "," : ""));
		RK_TRY(add_text(table->out, rk_slice_str(table->columns[i].name)));
	}
	return rk_buf_add_str(table->out, "\n");
}

static enum rk_status row(struct rk_table *table, const struct rk_value *values)
{
	for (size_t i = 0; i < table->column_count; i++) {
		RK_TRY(rk_buf_add_str(table->out, i ? "," : ""));
		if (values[i].kind == RK_VALUE_TEXT)
			RK_TRY(add_text(table->out, values[i].as.text));
		else if (values[i].kind != RK_VALUE_NULL)
			RK_TRY(rk_value_add_plain(table->out, &values[i]));
	}
	return rk_buf_add_str(table->out, "\n");
}

static enum rk_status end(struct rk_table *table)
{
	(void)table;
	return RK_OK;
}

const struct rk_format rk_format_csv = {
	.name = "csv",
	.suffix = ".csv",
	.begin = begin,
	.row = row,
	.end = end,
};
