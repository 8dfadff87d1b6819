/* JSON: one array, an object a line; and JSON Lines: an object a line.  Members in the order of the columns. */
#include "table/formats.h"

#include <stdio.h>

/* What RFC 8259 wants escaped (section 7), as short as it can be; anything else stands for itself. */
static enum rk_status add_escaped(struct rk_buf *out, uint8_t c)
{
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	char text[8];

	for (const char *at = shorts; *at; at += 2) {
		if ((uint8_t)at[0] == c)
			return rk_buf_add(out, (const char[]){'\\', at[1]}, 2);
	}
	snprintf(text, sizeof text, "\\u%04X", (unsigned)c);
	return rk_buf_add_str(out, text);
}

static enum rk_status add_text(struct rk_buf *out, struct rk_slice text)
{
	size_t from = 0;

	if (text.len == 0)
		return rk_buf_add_str(out, "\"\"");
	RK_TRY(rk_buf_add(out, "\"", 1));
	for (size_t at = 0; at < text.len; at++) {
		uint8_t c = text.at[at];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		RK_TRY(rk_buf_add(out, text.at + from, at - from));
		RK_TRY(add_escaped(out, c));
		from = at + 1;
	}
	RK_TRY(rk_buf_add(out, text.at + from, text.len - from));
	return rk_buf_add(out, "\"", 1);
}

static enum rk_status add_object(struct rk_table *table, const struct rk_value *values)
{
	struct rk_buf *out = table->out;

	RK_TRY(rk_buf_add_str(out, "{"));
	for (size_t i = 0; i < table->column_count; i++) {
		RK_TRY(rk_buf_add_str(out, i ? "," : ""));
		RK_TRY(add_text(out, rk_slice_str(table->columns[i].name)));
		RK_TRY(rk_buf_add_str(out, ":"));
		if (values[i].kind == RK_VALUE_NULL)
			RK_TRY(rk_buf_add_str(out, "null"));
		else if (values[i].kind == RK_VALUE_TEXT)
			RK_TRY(add_text(out, values[i].as.text));
		else
			RK_TRY(rk_value_add_plain(out, &values[i]));
	}
	return rk_buf_add_str(out, "}");
}

static enum rk_status array_begin(struct rk_table *table)
{
	return rk_buf_add_str(table->out, "[");
}

static enum rk_status array_row(struct rk_table *table, const struct rk_value *values)
{
	RK_TRY(rk_buf_add_str(table->out, table->rows ? ",\n" : "\n"));
	return add_object(table, values);
}

static enum rk_status array_end(struct rk_table *table)
{
	return rk_buf_add_str(table->out, table->rows ? "\n]\n" : "]\n");
}

static enum rk_status lines_begin(struct rk_table *table)
{
	(void)table;
	return RK_OK;
}

static enum rk_status lines_row(struct rk_table *table, const struct rk_value *values)
{
	RK_TRY(add_object(table, values));
	return rk_buf_add_str(table->out, "\n");
}

const struct rk_format rk_format_json = {
	.name = "json",
	.suffix = ".json",
	.begin = array_begin,
	.row = array_row,
	.end = array_end,
};

const struct rk_format rk_format_jsonl = {
	.name = "jsonl",
	.suffix = ".jsonl",
	.begin = lines_begin,
	.row = lines_row,
	.end = lines_begin,
};
