/* JSON: one array, an object a line; and JSON Lines: an object a line.  Members in the order of the columns. */
#include "table/formats.h"

#include <jansson.h>

static int append(const char *text, size_t len, void *out)
{
	return rk_buf_add(out, text, len) == RK_OK ? 0 : -1;
}

static enum rk_status add_text(struct rk_buf *out, struct rk_slice text)
{
	json_t *string = json_stringn(text.len ? (const char *)text.at : "", text.len);
	int result = string ? json_dump_callback(string, append, out, JSON_ENCODE_ANY) : -1;

	json_decref(string);
	return result == 0 ? RK_OK : RK_RESOURCE_EXHAUSTED;
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
