/* renkei.xlsx: a sheet a table, one head row, one record a row, as the rules for machine-readable tables want it; in constant memory.
 * renkei-ja.xlsx: the same with sheets and head rows in Japanese, for who reads the tables and no program.
 *
 * Every text is written as a text, so that nothing is a formula and no zero is lost.  Excel knows no empty text beside a missing value: both are
 * an empty cell.  A table of more rows than a sheet has goes on in NAME_2.
 */
#include "base/text.h"
#include "base/xlsx_text.h"
#include "export/formats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#define SHEET_ROWS LXW_ROW_MAX

struct xlsx_state {
	struct rk_export_folder *folder;
	const struct rk_export_about *about;
	const struct rk_export_table *table;
	const char *format, *file; /* names */
	bool japanese;
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_row_t row;
	int part;
	struct rk_buf text;
};

static enum rk_status failed(const struct xlsx_state *state, lxw_error error, struct rk_err *err)
{
	return rk_fail(err,
		error == LXW_ERROR_MEMORY_MALLOC_FAILED ? RK_RESOURCE_EXHAUSTED : RK_INTERNAL,
		"%s, %s row %u: %s", state->file, state->table ? state->table->name : "-",
		state->row, lxw_strerror(error));
}

static void xlsx_close(void *arg)
{
	struct xlsx_state *state = arg;

	if (!state)
		return;
	if (state->book)
		lxw_workbook_free(state->book);
	rk_buf_clear(&state->text);
	free(state);
}

static const char *sheet_of(const struct xlsx_state *state, const struct rk_export_table *table)
{
	return state->japanese ? table->label[RK_JA] : table->name;
}

static enum rk_status open_book(struct rk_export_folder *folder,
	const struct rk_export_about *about, bool japanese, void **out, struct rk_err *err)
{
	const char *file = japanese ? "renkei-ja.xlsx" : "renkei.xlsx";
	struct xlsx_state *state = calloc(1, sizeof *state);
	char *path = rk_arena_printf(&folder->arena, "%s/%s", folder->path, file);
	char *temporary = rk_arena_str(&folder->arena, folder->path);
	char title[160];
	lxw_doc_properties properties = {.title = title, .company = "renkei"};
	int64_t seconds;
	int32_t nanos;

	*out = state;
	if (!state || !path || !temporary)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for %s", file);

	lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = temporary};

	state->folder = folder;
	state->about = about;
	state->format = japanese ? "xlsx-ja" : "xlsx";
	state->file = file;
	state->japanese = japanese;
	state->book = workbook_new_opt(path, &options);
	if (!state->book)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for %s", file);
	/* Not today's: the file says of when its data are. */
	properties.created = rk_text_rfc3339(rk_slice_str(about->as_of), &seconds, &nanos)
		? (time_t)seconds
		: 946684800;
	snprintf(title, sizeof title, "%s %s", about->name, about->as_of);
	workbook_set_properties(state->book, &properties);
	for (size_t t = 0; t < about->table_count; t++) {
		const char *sheet = sheet_of(state, &about->tables[t]);

		if (!workbook_add_worksheet(state->book, sheet))
			return rk_fail(
				err, RK_INTERNAL, "%s: no sheet can be called %s", file, sheet);
	}
	return RK_OK;
}

static enum rk_status xlsx_open(struct rk_export_folder *folder,
	const struct rk_export_about *about, void **out, struct rk_err *err)
{
	return open_book(folder, about, false, out, err);
}

static enum rk_status xlsx_ja_open(struct rk_export_folder *folder,
	const struct rk_export_about *about, void **out, struct rk_err *err)
{
	return open_book(folder, about, true, out, err);
}

static enum rk_status head(struct xlsx_state *state, struct rk_err *err)
{
	worksheet_freeze_panes(state->sheet, 1, 0);
	for (size_t c = 0; c < state->table->column_count; c++) {
		const struct rk_export_column *column = &state->table->columns[c];
		lxw_error error = worksheet_write_string(state->sheet, 0, (lxw_col_t)c,
			state->japanese ? column->label[RK_JA] : column->name, NULL);

		if (error)
			return failed(state, error, err);
	}
	state->row = 1;
	return RK_OK;
}

static enum rk_status xlsx_begin(void *arg, const struct rk_export_table *table, struct rk_err *err)
{
	struct xlsx_state *state = arg;

	state->table = table;
	state->part = 1;
	state->sheet = workbook_get_worksheet_by_name(state->book, sheet_of(state, table));
	return head(state, err);
}

static lxw_error put(struct xlsx_state *state, lxw_col_t column, const struct rk_value *value)
{
	const char *text;

	switch (value->kind) {
	case RK_VALUE_NULL:
		return LXW_NO_ERROR;
	case RK_VALUE_INTEGER:
		return worksheet_write_number(
			state->sheet, state->row, column, (double)value->as.integer, NULL);
	case RK_VALUE_REAL:
		return worksheet_write_number(
			state->sheet, state->row, column, value->as.real, NULL);
	case RK_VALUE_BOOL:
		return worksheet_write_boolean(
			state->sheet, state->row, column, value->as.truth, NULL);
	default:
		text = rk_xlsx_text(&state->text, value->as.text);
		return text ? worksheet_write_string(state->sheet, state->row, column, text, NULL)
			    : LXW_ERROR_MEMORY_MALLOC_FAILED;
	}
}

static enum rk_status next_sheet(struct xlsx_state *state, struct rk_err *err)
{
	char name[4 * LXW_SHEETNAME_MAX + 1];

	if (state->japanese)
		snprintf(name, sizeof name, "%s_%d", sheet_of(state, state->table), ++state->part);
	else
		snprintf(name, sizeof name, "%.26s_%d", state->table->name, ++state->part);
	state->sheet = workbook_add_worksheet(state->book, name);
	if (!state->sheet)
		return rk_fail(
			err, RK_INTERNAL, "%s: no sheet can be called %s", state->file, name);
	return head(state, err);
}

static enum rk_status xlsx_row(void *arg, const struct rk_value *values, struct rk_err *err)
{
	struct xlsx_state *state = arg;

	if (state->row == SHEET_ROWS)
		RK_TRY(next_sheet(state, err));
	for (size_t c = 0; c < state->table->column_count; c++) {
		lxw_error error = put(state, (lxw_col_t)c, &values[c]);

		if (error)
			return failed(state, error, err);
	}
	state->row++;
	return RK_OK;
}

static enum rk_status xlsx_end(void *arg, struct rk_err *err)
{
	(void)arg;
	(void)err;
	return RK_OK;
}

static enum rk_status xlsx_finish(void *arg, struct rk_err *err)
{
	struct xlsx_state *state = arg;
	lxw_error error = workbook_close(state->book); /* frees it, whatever comes of it */
	struct rk_export_entry *entry;

	state->book = NULL;
	if (error)
		return failed(state, error, err);
	RK_TRY(rk_export_folder_add(state->folder, state->file, &entry, err));
	entry->format = state->format;
	return RK_OK;
}

const struct rk_export_format rk_export_xlsx = {
	.name = "xlsx",
	.says = "Excel workbook: a sheet a table, texts as texts; an empty text and a missing value are both an empty cell",
	.open = xlsx_open,
	.begin = xlsx_begin,
	.row = xlsx_row,
	.end = xlsx_end,
	.finish = xlsx_finish,
	.close = xlsx_close,
};

const struct rk_export_format rk_export_xlsx_ja = {
	.name = "xlsx-ja",
	.says = "the same Excel workbook with sheets and head rows in Japanese; sheet 列の説明 has the label and the name of each column",
	.open = xlsx_ja_open,
	.begin = xlsx_begin,
	.row = xlsx_row,
	.end = xlsx_end,
	.finish = xlsx_finish,
	.close = xlsx_close,
};
