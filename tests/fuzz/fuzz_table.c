/* Tables of any texts and numbers: what is written as CSV and JSON reads back as the same cells by readers of their own, and what
 * is written for a screen moves no cursor. */
#include "base/text.h"
#include "bite.h"
#include "table/table.h"

#include <assert.h>
#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 4
#define ROWS    16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct rk_column columns[COLUMNS] = {
	{"a",             "第一", RK_VALUE_TEXT,    false},
	{"b",             NULL,     RK_VALUE_INTEGER, false},
	{"c, \"quoted\"", NULL,     RK_VALUE_TEXT,    true },
	{"d",             NULL,     RK_VALUE_REAL,    false},
};

static struct rk_value value_of(struct rk_slice *in)
{
	double real;

	switch (bite_byte(in) % 6) {
	case 0:
		return rk_value_null();
	case 1:
		return rk_value_integer((int64_t)bite_byte(in) << (bite_byte(in) % 56));
	case 2:
		real = 0;
		if (in->len >= sizeof real)
			memcpy(&real, bite_bytes(in, sizeof real).at, sizeof real);
		return rk_value_real(real);
	case 3:
		return rk_value_bool(bite_byte(in) & 1);
	default:
		return rk_value_slice(bite_short(in));
	}
}

static bool is_fine(const struct rk_value *value)
{
	if (value->kind == RK_VALUE_REAL)
		return isfinite(value->as.real);
	return value->kind != RK_VALUE_TEXT ||
		rk_text_utf8_bad(value->as.text) == value->as.text.len;
}

/* A cell's text by RFC 4180, and whether it stood in quotes. */
static bool read_cell(struct rk_slice *in, struct rk_buf *out)
{
	bool quoted = in->len && in->at[0] == '"';

	out->len = 0;
	if (quoted)
		bite_byte(in);
	while (in->len) {
		if (!quoted && (in->at[0] == ',' || in->at[0] == '\n'))
			break;
		if (quoted && in->at[0] == '"') {
			bite_byte(in);
			if (!in->len || in->at[0] != '"')
				break;
		}
		assert(quoted || (in->at[0] != '"' && in->at[0] != '\r'));
		assert(rk_buf_add(out, in->at, 1) == RK_OK);
		bite_byte(in);
	}
	return quoted;
}

static void plain(const struct rk_value *value, struct rk_buf *out)
{
	if (value->kind == RK_VALUE_TEXT)
		assert(rk_buf_add_slice(out, value->as.text) == RK_OK);
	else if (value->kind == RK_VALUE_INTEGER)
		assert(rk_buf_addf(out, "%lld", (long long)value->as.integer) == RK_OK);
	else if (value->kind == RK_VALUE_BOOL)
		assert(rk_buf_add_str(out, value->as.truth ? "true" : "false") == RK_OK);
}

static void check_cell(const struct rk_value *value, const struct rk_buf *cell, bool quoted)
{
	RK_AUTO(rk_buf_clear) struct rk_buf expected = {0};
	char text[64];
	double back;

	if (value->kind == RK_VALUE_REAL) {
		snprintf(text, sizeof text, "%.*s", (int)cell->len, (const char *)cell->at);
		back = strtod(text, NULL);
		assert(cell->len < sizeof text && memcmp(&back, &value->as.real, sizeof back) == 0);
		return;
	}
	plain(value, &expected);
	assert(rk_slice_equal(rk_buf_slice(cell), rk_buf_slice(&expected)));
	/* Missing and empty are two things. */
	assert(cell->len || quoted == (value->kind == RK_VALUE_TEXT));
}

static void check_csv(struct rk_slice out, const struct rk_value *values, size_t rows)
{
	RK_AUTO(rk_buf_clear) struct rk_buf cell = {0};

	for (size_t row = 0; row <= rows; row++) {
		for (size_t i = 0; i < COLUMNS; i++) {
			bool quoted = read_cell(&out, &cell);

			if (row == 0)
				assert(rk_slice_equal_str(rk_buf_slice(&cell), columns[i].name));
			else
				check_cell(&values[(row - 1) * COLUMNS + i], &cell, quoted);
			assert(bite_byte(&out) == (i + 1 < COLUMNS ? ',' : '\n'));
		}
	}
	assert(out.len == 0);
}

static void check_member(const struct rk_value *value, const json_t *member)
{
	switch (value->kind) {
	case RK_VALUE_NULL:
		assert(json_is_null(member));
		return;
	case RK_VALUE_TEXT:
		assert(json_is_string(member) &&
			rk_slice_equal(
				rk_slice_of(json_string_value(member), json_string_length(member)),
				value->as.text));
		return;
	case RK_VALUE_INTEGER:
		assert(json_integer_value(member) == value->as.integer);
		return;
	case RK_VALUE_REAL:
		assert(json_is_number(member) && json_number_value(member) == value->as.real);
		return;
	case RK_VALUE_BOOL:
		assert(json_is_boolean(member) && json_is_true(member) == value->as.truth);
		return;
	}
}

static void check_row(const struct rk_value *values, const json_t *row)
{
	assert(json_is_object(row) && json_object_size(row) == COLUMNS);
	for (size_t i = 0; i < COLUMNS; i++)
		check_member(&values[i], json_object_get(row, columns[i].name));
}

static void check_json(struct rk_slice out, const struct rk_value *values, size_t rows, bool lines)
{
	json_t *root;

	for (size_t row = 0; lines && row < rows; row++) {
		const uint8_t *end = memchr(out.at, '\n', out.len);

		assert(end);
		root = json_loadb(
			(const char *)out.at, (size_t)(end - out.at), JSON_ALLOW_NUL, NULL);
		assert(root);
		check_row(&values[row * COLUMNS], root);
		json_decref(root);
		bite_bytes(&out, (size_t)(end - out.at) + 1);
	}
	if (lines) {
		assert(out.len == 0);
		return;
	}
	root = json_loadb((const char *)out.at, out.len, JSON_ALLOW_NUL, NULL);
	assert(json_is_array(root) && json_array_size(root) == rows);
	for (size_t row = 0; row < rows; row++)
		check_row(&values[row * COLUMNS], json_array_get(root, row));
	json_decref(root);
}

/* No control character but the end of a line; U+0080 to U+009F are some, too. */
static void check_screen(struct rk_slice out)
{
	assert(rk_text_utf8_bad(out) == out.len);
	for (size_t i = 0; i < out.len; i++) {
		assert(out.at[i] == '\n' || (out.at[i] >= ' ' && out.at[i] != 0x7f));
		assert(out.at[i] != 0xc2 || i + 1 == out.len || out.at[i + 1] >= 0xa0);
	}
}

static size_t write_rows(
	struct rk_table *table, struct rk_slice *in, struct rk_value values[ROWS * COLUMNS])
{
	size_t rows = 0;
	struct rk_err err;

	assert(rk_table_begin(table, &err) == RK_OK);
	while (in->len && rows < ROWS) {
		struct rk_value *row = &values[rows * COLUMNS];
		size_t before = table->out->len;
		bool fine = true;

		for (size_t i = 0; i < COLUMNS; i++) {
			row[i] = value_of(in);
			fine = fine && is_fine(&row[i]);
		}
		assert((rk_table_row(table, row, &err) == RK_OK) == fine);
		assert(fine || table->out->len == before);
		rows += fine;
	}
	assert(rk_table_end(table, &err) == RK_OK);
	return rows;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_slice in = rk_slice_of(data, size);
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_value values[ROWS * COLUMNS];
	struct rk_table table = {.columns = columns, .column_count = COLUMNS, .out = &out};
	const char *name;
	size_t rows;

	(void)setlocale(LC_ALL, "C.UTF-8");
	table.format = rk_formats[bite_byte(&in) % 5];
	table.width = bite_byte(&in);
	rows = write_rows(&table, &in, values);
	name = table.format->name;
	if (strcmp(name, "csv") == 0)
		check_csv(rk_buf_slice(&out), values, rows);
	else if (strncmp(name, "json", 4) == 0)
		check_json(rk_buf_slice(&out), values, rows, name[4] != '\0');
	else
		check_screen(rk_buf_slice(&out));
	rk_table_clear(&table);
	return 0;
}
