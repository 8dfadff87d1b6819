/* Columns for the screen, aligned by display width; libsmartcols also keeps control characters off the terminal. */
#include "base/text.h"
#include "base/wrap.h"
#include "table/formats.h"

#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>

/* Of a text that is broken, the columns that a line of it has at least where that can be. */
#define READABLE 24

static bool is_shown(const struct rk_table *table, const struct rk_column *column)
{
	return table->format == &rk_format_wide || !column->wide_only;
}

static enum rk_status begin(struct rk_table *table)
{
	struct libscols_table *cols = scols_new_table();

	table->state = cols;
	if (!cols || scols_table_set_column_separator(cols, "  ") != 0 ||
		scols_table_set_termforce(
			cols, table->width ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER) != 0)
		return RK_RESOURCE_EXHAUSTED;
	if (table->width)
		(void)scols_table_set_termwidth(cols, table->width);
	for (size_t i = 0; i < table->column_count; i++) {
		const struct rk_column *column = &table->columns[i];
		bool number = column->kind == RK_VALUE_INTEGER || column->kind == RK_VALUE_REAL;

		if (is_shown(table, column) &&
			!scols_table_new_column(cols, column->label ? column->label : column->name,
				0, number ? SCOLS_FL_RIGHT : 0))
			return RK_RESOURCE_EXHAUSTED;
	}
	return RK_OK;
}

/* A row stays a row: line ends and tabs inside a text become a blank. */
static enum rk_status add_text(struct rk_buf *cell, struct rk_slice text)
{
	RK_TRY(rk_buf_add_slice(cell, text));
	for (size_t i = 0; i < cell->len; i++) {
		if (cell->at[i] == '\n' || cell->at[i] == '\t' || cell->at[i] == '\r' ||
			!cell->at[i])
			cell->at[i] = ' ';
	}
	return RK_OK;
}

static enum rk_status add_value(
	const struct rk_table *table, struct rk_buf *cell, const struct rk_value *value)
{
	switch (value->kind) {
	case RK_VALUE_NULL:
		return rk_buf_add_str(cell, table->missing ? table->missing : "-");
	case RK_VALUE_TEXT:
		return add_text(cell, value->as.text);
	case RK_VALUE_BOOL:
		if (value->as.truth)
			return rk_buf_add_str(cell, table->yes ? table->yes : "yes");
		return rk_buf_add_str(cell, table->no ? table->no : "no");
	case RK_VALUE_INTEGER:
	case RK_VALUE_REAL:
		break;
	}
	return rk_value_add_plain(cell, value);
}

static enum rk_status row(struct rk_table *table, const struct rk_value *values)
{
	struct libscols_line *line = scols_table_new_line(table->state, NULL);
	size_t shown = 0;

	if (!line)
		return RK_RESOURCE_EXHAUSTED;
	for (size_t i = 0; i < table->column_count; i++) {
		RK_AUTO(rk_buf_clear) struct rk_buf cell = {0};

		if (!is_shown(table, &table->columns[i]))
			continue;
		RK_TRY(add_value(table, &cell, &values[i]));
		if (!rk_buf_cstr(&cell) || scols_line_set_data(line, shown++, (char *)cell.at) != 0)
			return RK_RESOURCE_EXHAUSTED;
	}
	return RK_OK;
}

static size_t content_width(struct libscols_table *cols, size_t column)
{
	size_t widest = 0;

	for (size_t i = 0; i < scols_table_get_nlines(cols); i++) {
		struct libscols_cell *cell = scols_line_get_cell(
			scols_table_get_line(cols, i), column);
		const char *text = cell ? scols_cell_get_data(cell) : NULL;
		size_t width = text ? rk_text_width(rk_slice_str(text)) : 0;

		widest = width > widest ? width : widest;
	}
	return widest;
}

static size_t column_width(struct libscols_table *cols, size_t n)
{
	struct libscols_cell *head = scols_column_get_header(scols_table_get_column(cols, n));
	const char *text = head ? scols_cell_get_data(head) : NULL;
	size_t width = content_width(cols, n), own = text ? rk_text_width(rk_slice_str(text)) : 0;

	return own > width ? own : width;
}

static bool gives_way(struct libscols_column *column)
{
	return scols_column_get_flags(column) & SCOLS_FL_WRAP;
}

/* The widest column of text that does not give way yet; NULL: none is wider than least. */
static struct libscols_column *widest_left(
	struct libscols_table *cols, size_t least, size_t *widest)
{
	struct libscols_column *found = NULL;

	*widest = least;
	for (size_t n = 0; n < scols_table_get_ncols(cols); n++) {
		struct libscols_column *column = scols_table_get_column(cols, n);
		size_t width = scols_column_is_right(column) || gives_way(column)
			? 0
			: column_width(cols, n);

		if (width > *widest) {
			*widest = width;
			found = column;
		}
	}
	return found;
}

/* The text in lines of at most width columns. */
static enum rk_status wrap_cell(struct libscols_cell *cell, size_t width)
{
	RK_AUTO(rk_buf_clear) struct rk_buf lines = {0};
	struct rk_slice rest = rk_slice_str(scols_cell_get_data(cell));

	while (rest.len) {
		if (lines.len)
			RK_TRY(rk_buf_add_str(&lines, "\n"));
		RK_TRY(rk_buf_add_slice(&lines, rk_wrap_next(&rest, width)));
	}
	return rk_buf_cstr(&lines) && scols_cell_set_data(cell, (char *)lines.at) == 0
		? RK_OK
		: RK_RESOURCE_EXHAUSTED;
}

static enum rk_status wrap_column(struct libscols_table *cols, size_t n, size_t width)
{
	struct libscols_column *column = scols_table_get_column(cols, n);

	if (scols_column_set_safechars(column, "\n") != 0 ||
		scols_column_set_wrapfunc(
			column, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL) != 0)
		return RK_RESOURCE_EXHAUSTED;
	for (size_t i = 0; i < scols_table_get_nlines(cols); i++) {
		struct libscols_cell *cell = scols_line_get_cell(scols_table_get_line(cols, i), n);

		if (cell && scols_cell_get_data(cell))
			RK_TRY(wrap_cell(cell, width));
	}
	return RK_OK;
}

/* Where a row is too long for room the columns of the longest texts give way and share what is left, as many as it takes to leave each READABLE
 * columns: codes, dates and words stay whole. */
static enum rk_status wrap_widest(struct libscols_table *cols, size_t room)
{
	struct libscols_column *next;
	size_t fixed = 0, wrapped = 0, width;

	for (size_t n = 0; n < scols_table_get_ncols(cols); n++)
		fixed += column_width(cols, n) + (n ? 2 : 0);
	while (fixed + wrapped * READABLE > room &&
		(next = widest_left(cols, wrapped ? READABLE : 0, &width))) {
		(void)scols_column_set_flags(next, scols_column_get_flags(next) | SCOLS_FL_WRAP);
		fixed -= width;
		wrapped++;
	}
	width = wrapped && room > fixed + wrapped ? (room - fixed) / wrapped : 1;
	for (size_t n = 0; n < scols_table_get_ncols(cols); n++)
		if (gives_way(scols_table_get_column(cols, n)))
			RK_TRY(wrap_column(cols, n, width));
	return RK_OK;
}

static enum rk_status end(struct rk_table *table)
{
	char *text = NULL;
	enum rk_status status;

	if (table->rows == 0)
		return RK_OK;
	if (table->width)
		RK_TRY(wrap_widest(table->state, table->width));
	if (scols_print_table_to_string(table->state, &text) != 0 || !text)
		return RK_RESOURCE_EXHAUSTED;
	status = rk_buf_add_str(table->out, text);
	/* The printer leaves the last line open. */
	if (status == RK_OK)
		status = rk_buf_add_str(table->out, "\n");
	free(text);
	return status;
}

static void clear(struct rk_table *table)
{
	scols_unref_table(table->state);
}

const struct rk_format rk_format_table = {
	.name = "table",
	.suffix = ".txt",
	.begin = begin,
	.row = row,
	.end = end,
	.clear = clear,
};

const struct rk_format rk_format_wide = {
	.name = "wide",
	.suffix = ".txt",
	.begin = begin,
	.row = row,
	.end = end,
	.clear = clear,
};
