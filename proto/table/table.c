#include "table/table.h"

#include "base/text.h"
#include "table/formats.h"

#include <math.h>

struct rk_value rk_value_null(void)
{
	return (struct rk_value){.kind = RK_VALUE_NULL};
}

struct rk_value rk_value_text(const char *text)
{
	return text ? rk_value_slice(rk_slice_str(text)) : rk_value_null();
}

struct rk_value rk_value_slice(struct rk_slice text)
{
	return (struct rk_value){.kind = RK_VALUE_TEXT, .as.text = text};
}

struct rk_value rk_value_integer(int64_t integer)
{
	return (struct rk_value){.kind = RK_VALUE_INTEGER, .as.integer = integer};
}

struct rk_value rk_value_real(double real)
{
	return (struct rk_value){.kind = RK_VALUE_REAL, .as.real = real};
}

struct rk_value rk_value_bool(bool truth)
{
	return (struct rk_value){.kind = RK_VALUE_BOOL, .as.truth = truth};
}

enum rk_status rk_value_add_plain(struct rk_buf *out, const struct rk_value *value)
{
	switch (value->kind) {
	case RK_VALUE_INTEGER:
		return rk_text_add_i64(out, value->as.integer);
	case RK_VALUE_REAL:
		return rk_text_add_double(out, value->as.real);
	case RK_VALUE_BOOL:
		return rk_buf_add_str(out, value->as.truth ? "true" : "false");
	case RK_VALUE_NULL:
	case RK_VALUE_TEXT:
		break;
	}
	return RK_INTERNAL;
}

static enum rk_status check_value(const struct rk_table *table, size_t column,
	const struct rk_value *value, struct rk_err *err)
{
	if (value->kind == RK_VALUE_TEXT && rk_text_utf8_bad(value->as.text) < value->as.text.len)
		return rk_fail(err, RK_INVALID_ARGUMENT, "row %zu, column %s: text is not UTF-8",
			table->rows + 1, table->columns[column].name);
	if (value->kind == RK_VALUE_REAL && !isfinite(value->as.real))
		return rk_fail(err, RK_INVALID_ARGUMENT, "row %zu, column %s: number is not finite",
			table->rows + 1, table->columns[column].name);
	return RK_OK;
}

/* Formats say only that they failed: it is always memory. */
static enum rk_status explain(
	const struct rk_table *table, enum rk_status status, size_t before, struct rk_err *err)
{
	if (status == RK_OK)
		return RK_OK;
	table->out->len = before;
	return rk_fail(err, status, "no memory for row %zu of a table", table->rows + 1);
}

enum rk_status rk_table_begin(struct rk_table *table, struct rk_err *err)
{
	size_t before = table->out->len;

	table->rows = 0;
	return explain(table, table->format->begin(table), before, err);
}

enum rk_status rk_table_row(
	struct rk_table *table, const struct rk_value *values, struct rk_err *err)
{
	size_t before = table->out->len;

	for (size_t i = 0; i < table->column_count; i++)
		RK_TRY(check_value(table, i, &values[i], err));
	RK_TRY(explain(table, table->format->row(table, values), before, err));
	table->rows++;
	return RK_OK;
}

enum rk_status rk_table_end(struct rk_table *table, struct rk_err *err)
{
	size_t before = table->out->len;

	return explain(table, table->format->end(table), before, err);
}

void rk_table_clear(struct rk_table *table)
{
	if (table->format && table->format->clear)
		table->format->clear(table);
	table->state = NULL;
}
