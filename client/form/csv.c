#include "form/csv.h"

#include "base/cp932.h"
#include "base/text.h"
#include "form/richtext.h"
#include "words/guard.h"

#include <string.h>

struct csv {
	struct rk_arena *arena;
	const char *file;
	struct rk_slice rest;
	size_t line; /* from 1 */
	struct rk_address at;
	struct rk_buf text, found; /* found: struct rk_tab_cell */
	size_t *cells;
};

static enum rk_status broken(
	const struct csv *csv, size_t line, const char *what, struct rk_err *err)
{
	return rk_fail_reason(
		err, RK_INVALID_ARGUMENT, "CSV_BROKEN", "%s:%zu: %s", csv->file, line, what);
}

static enum rk_status no_memory(const struct csv *csv, struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", csv->file);
}

static int front(const struct csv *csv)
{
	return csv->rest.len ? csv->rest.at[0] : -1;
}

static void skip(struct csv *csv)
{
	csv->line += csv->rest.at[0] == '\n';
	csv->rest = rk_slice_of(csv->rest.at + 1, csv->rest.len - 1);
}

/* Behind the quotation mark that opens a cell, to behind the one that closes it. */
static enum rk_status take_quoted(struct csv *csv, struct rk_err *err)
{
	size_t begin = csv->line;

	for (skip(csv);; skip(csv)) {
		if (front(csv) < 0)
			return broken(csv, begin,
				"a quotation mark that opens a cell is never closed", err);
		if (front(csv) == '"') {
			skip(csv);
			if (front(csv) != '"')
				break;
		}
		if (rk_buf_add(&csv->text, csv->rest.at, 1) != RK_OK)
			return no_memory(csv, err);
	}
	if (front(csv) >= 0 && !strchr(",\r\n", front(csv)))
		return broken(
			csv, csv->line, "something stands behind the closing quotation mark", err);
	return RK_OK;
}

static enum rk_status take_plain(struct csv *csv, struct rk_err *err)
{
	for (; front(csv) >= 0 && (!front(csv) || !strchr(",\r\n", front(csv))); skip(csv)) {
		if (rk_buf_add(&csv->text, csv->rest.at, 1) != RK_OK)
			return no_memory(csv, err);
	}
	return RK_OK;
}

static enum rk_status check_cell(struct csv *csv, const char *text, struct rk_err *err)
{
	size_t chars = rk_text_chars(rk_slice_str(text));

	if (csv->at.column > RK_ADDRESS_COLUMNS || csv->at.row > RK_ADDRESS_ROWS ||
		++*csv->cells > RK_WORKBOOK_CELLS_MAX)
		return rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_CELLS",
				"%s:%zu: more than %d cells with something in them, or %u columns",
				csv->file, csv->line, RK_WORKBOOK_CELLS_MAX, RK_ADDRESS_COLUMNS),
			"cells=%d\ncolumns=%u", RK_WORKBOOK_CELLS_MAX, RK_ADDRESS_COLUMNS);
	if (chars > RK_WORKBOOK_CELL_TEXT_MAX)
		return rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_CELLS",
				"%s:%zu: a cell has %zu characters; at most %d", csv->file,
				csv->line, chars, RK_WORKBOOK_CELL_TEXT_MAX),
			"chars=%zu\nlimit=%d", chars, RK_WORKBOOK_CELL_TEXT_MAX);
	return RK_OK;
}

/* What was gathered becomes the cell in hand, unless it is nothing. */
static enum rk_status keep(struct csv *csv, struct rk_err *err)
{
	struct rk_tab_cell cell = {.at = csv->at, .kind = RK_TAB_TEXT};
	const char *text;

	if (csv->text.len == 0)
		return RK_OK;
	if (memchr(csv->text.at, 0, csv->text.len))
		return broken(csv, csv->line, "a cell has a NUL in it", err);
	text = rk_buf_cstr(&csv->text);
	if (text && text[0] == '\'' && rk_text_is_formula(text + 1))
		rk_buf_consume(&csv->text, 1);
	rk_richtext_line_ends(&csv->text);
	cell.text = rk_arena_slice(csv->arena, rk_buf_slice(&csv->text));
	if (!cell.text)
		return no_memory(csv, err);
	RK_TRY(check_cell(csv, cell.text, err));
	return rk_buf_add(&csv->found, &cell, sizeof cell) == RK_OK ? RK_OK : no_memory(csv, err);
}

static enum rk_status take_cell(struct csv *csv, struct rk_err *err)
{
	csv->text.len = 0;
	if (front(csv) == '"')
		RK_TRY(take_quoted(csv, err));
	else
		RK_TRY(take_plain(csv, err));
	return keep(csv, err);
}

/* LF, CRLF, or a CR alone. */
static void end_row(struct csv *csv)
{
	if (front(csv) == '\r')
		skip(csv);
	if (front(csv) == '\n')
		skip(csv);
	csv->at = (struct rk_address){csv->at.row + 1, 1};
}

static enum rk_status take_all(struct csv *csv, struct rk_err *err)
{
	while (csv->rest.len) {
		RK_TRY(take_cell(csv, err));
		if (front(csv) == ',') {
			skip(csv);
			csv->at.column++;
		} else if (csv->rest.len) {
			end_row(csv);
		}
	}
	return RK_OK;
}

/* What Excel in Japan saves as "CSV" is CP932; UTF-8 is no CP932 that means anything, nor the other way round. */
static enum rk_status choose_text(
	struct csv *csv, struct rk_buf *converted, bool *cp932, struct rk_err *err)
{
	size_t bad = rk_text_utf8_bad(csv->rest), line = 1;
	enum rk_status status;

	if (bad == csv->rest.len)
		return RK_OK;
	status = rk_cp932_read(csv->rest, converted, err);
	if (status == RK_OK) {
		csv->rest = rk_buf_slice(converted);
		*cp932 = true;
	}
	if (status != RK_INVALID_ARGUMENT)
		return status;
	for (size_t i = 0; i < bad; i++)
		line += csv->rest.at[i] == '\n';
	return rk_err_values(err,
		rk_fail_reason(err, RK_INVALID_ARGUMENT, "FILE_NOT_UTF8",
			"%s:%zu: byte %zu (0x%02x) is not UTF-8, and the file is no CP932 (Shift_JIS)",
			csv->file, line, bad + 1, csv->rest.at[bad]),
		"byte=%zu\nvalue=0x%02x\nneither=CP932", bad + 1, csv->rest.at[bad]);
}

/* NOLINTBEGIN(readability-non-const-parameter): version 14 does not see that csv counts in cells */
enum rk_status rk_csv_read(struct rk_arena *arena, const char *file, struct rk_slice bytes,
	struct rk_tab *tab, size_t *cells, struct rk_err *err)
/* NOLINTEND(readability-non-const-parameter) */
{
	struct csv csv = {
		.arena = arena,
		.file = file,
		.rest = bytes,
		.line = 1,
		.at = {1, 1},
		.cells = cells
        };
	struct rk_buf converted = {0};
	enum rk_status status = choose_text(&csv, &converted, &tab->cp932, err);

	if (csv.rest.len >= 3 && memcmp(csv.rest.at, "\xef\xbb\xbf", 3) == 0)
		csv.rest = rk_slice_of(csv.rest.at + 3, csv.rest.len - 3);
	if (status == RK_OK)
		status = take_all(&csv, err);
	if (status == RK_OK) {
		tab->cells = (const void *)rk_arena_slice(arena, rk_buf_slice(&csv.found));
		tab->cell_count = csv.found.len / sizeof *tab->cells;
		status = tab->cells ? RK_OK : no_memory(&csv, err);
	}
	rk_buf_clear(&converted);
	rk_buf_clear(&csv.text);
	rk_buf_clear(&csv.found);
	return status;
}
