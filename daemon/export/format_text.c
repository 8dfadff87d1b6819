/* Formats of text, a file a table: CSV with exact values, CSV for Excel in UTF-8 and in CP932, JSON Lines.  Rows are written by table/table.h, as on the screen.
 *
 * csv        UTF-8, LF, values exact (RFC 4180 quoting); a missing value is nothing between the commas, an empty text is ""
 * csv-excel  the same values for a double click: byte-order mark, CRLF, an apostrophe before what a spreadsheet would take for a formula
 * csv-excel-ja  the same with a head row in Japanese, for who reads the tables and no program
 * csv-cp932  the same in CP932 (Shift_JIS of Windows), for programs that read nothing else; what it has no character for is 〓 and listed (losses.h)
 * jsonl      an object a line; a missing value is null
 */
#include "base/text.h"
#include "export/formats.h"
#include "export/losses.h"
#include "words/guard.h"

#include <stdlib.h>

struct text_state {
	struct rk_export_folder *folder;
	const char *room, *format;
	bool excel, cp932, japanese; /* japanese: the head row has labels */
	struct rk_losses losses;     /* of CP932 */
	const struct rk_export_table *about;
	struct rk_export_file file;
	struct rk_export_entry *entry;
	struct rk_table table;
	struct rk_column *columns;
	struct rk_value *values; /* guarded ones */
	struct rk_arena arena;   /* of a row's guarded texts */
};

static void text_close(void *arg)
{
	struct text_state *state = arg;

	if (!state)
		return;
	rk_table_clear(&state->table);
	rk_export_file_clear(&state->file);
	rk_losses_clear(&state->losses);
	rk_arena_clear(&state->arena);
	free(state->columns);
	free(state->values);
	free(state);
}

static enum rk_status text_open(struct rk_export_folder *folder, void **out, const char *room,
	const char *format, bool excel, struct rk_err *err)
{
	struct text_state *state = calloc(1, sizeof *state);

	if (!state)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for format %s", room);
	state->folder = folder;
	state->room = room;
	state->format = format;
	state->excel = excel;
	*out = state;
	return RK_OK;
}

static enum rk_status csv_open(struct rk_export_folder *folder, const struct rk_export_about *about,
	void **state, struct rk_err *err)
{
	(void)about;
	return text_open(folder, state, "csv", "csv", false, err);
}

static enum rk_status excel_open(struct rk_export_folder *folder,
	const struct rk_export_about *about, void **state, struct rk_err *err)
{
	(void)about;
	return text_open(folder, state, "csv-excel", "csv", true, err);
}

static enum rk_status excel_ja_open(struct rk_export_folder *folder,
	const struct rk_export_about *about, void **out, struct rk_err *err)
{
	struct text_state *state;

	(void)about;
	RK_TRY(text_open(folder, out, "csv-excel-ja", "csv", true, err));
	state = *out;
	state->japanese = true;
	return RK_OK;
}

static enum rk_status cp932_open(struct rk_export_folder *folder,
	const struct rk_export_about *about, void **out, struct rk_err *err)
{
	struct text_state *state;

	(void)about;
	RK_TRY(text_open(folder, out, "csv-cp932", "csv", true, err));
	state = *out;
	state->cp932 = true;
	return rk_losses_open(&state->losses, folder, err);
}

static enum rk_status jsonl_open(struct rk_export_folder *folder,
	const struct rk_export_about *about, void **state, struct rk_err *err)
{
	(void)about;
	return text_open(folder, state, "jsonl", "jsonl", false, err);
}

static enum rk_value_kind value_kind(enum rk_export_kind kind)
{
	switch (kind) {
	case RK_EXPORT_INTEGER:
		return RK_VALUE_INTEGER;
	case RK_EXPORT_REAL:
		return RK_VALUE_REAL;
	case RK_EXPORT_BOOL:
		return RK_VALUE_BOOL;
	default:
		return RK_VALUE_TEXT;
	}
}

/* The record ends with LF, and what Excel wants there is CR LF; breaks inside of a cell stay as they are. */
static enum rk_status end_record(struct text_state *state)
{
	if (!state->excel)
		return RK_OK;
	state->file.buf.len--;
	return rk_buf_add_str(&state->file.buf, "\r\n");
}

static enum rk_status text_begin(void *arg, const struct rk_export_table *table, struct rk_err *err)
{
	struct text_state *state = arg;
	const struct rk_format *format = rk_format_find(state->format);
	const char *path = rk_arena_printf(
		&state->folder->arena, "%s/%s%s", state->room, table->name, format->suffix);

	free(state->columns);
	free(state->values);
	state->about = table;
	state->columns = calloc(table->column_count, sizeof *state->columns);
	state->values = calloc(table->column_count, sizeof *state->values);
	if (!path || !state->columns || !state->values)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for table %s", table->name);
	RK_TRY(rk_export_file_open(&state->file, state->folder, path, &state->entry, err));
	state->entry->format = state->room;
	state->entry->table = table->name;
	for (size_t i = 0; i < table->column_count; i++)
		state->columns[i] = (struct rk_column){.name = state->japanese
				? table->columns[i].label[RK_JA]
				: table->columns[i].name,
			.kind = value_kind(table->columns[i].kind)};
	state->table = (struct rk_table){.format = format,
		.columns = state->columns,
		.column_count = table->column_count,
		.out = &state->file.buf};
	if (state->excel && !state->cp932 &&
		rk_buf_add_str(&state->file.buf, "\xef\xbb\xbf") != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for table %s", table->name);
	RK_TRY(rk_table_begin(&state->table, err));
	return end_record(state);
}

static enum rk_status guarded(
	struct text_state *state, const struct rk_value *values, struct rk_err *err)
{
	rk_arena_clear(&state->arena);
	for (size_t i = 0; i < state->table.column_count; i++) {
		char *text;

		state->values[i] = values[i];
		if (values[i].kind != RK_VALUE_TEXT)
			continue;
		text = rk_arena_alloc(&state->arena, values[i].as.text.len + 2);
		if (!text)
			return rk_fail(err, RK_RESOURCE_EXHAUSTED,
				"no memory for a text of %zu bytes", values[i].as.text.len);
		text[0] = '\'';
		for (size_t c = 0; c < values[i].as.text.len; c++)
			text[c + 1] = (char)values[i].as.text.at[c];
		if (rk_text_is_formula(text + 1))
			state->values[i].as.text = rk_slice_of(text, values[i].as.text.len + 1);
	}
	return RK_OK;
}

static enum rk_status text_row(void *arg, const struct rk_value *values, struct rk_err *err)
{
	struct text_state *state = arg;
	size_t from = state->file.buf.len;
	bool lossy;

	if (state->excel)
		RK_TRY(guarded(state, values, err));
	RK_TRY(rk_table_row(&state->table, state->excel ? state->values : values, err));
	RK_TRY(end_record(state));
	if (state->cp932) {
		RK_TRY(rk_losses_encode(&state->losses, &state->file.buf, from, &lossy, err));
		if (lossy)
			RK_TRY(rk_losses_row(&state->losses, state->about,
				(int64_t)state->table.rows + 1, values, err));
	}
	return rk_export_file_flush(&state->file, err);
}

static enum rk_status text_end(void *arg, struct rk_err *err)
{
	struct text_state *state = arg;

	RK_TRY(rk_table_end(&state->table, err));
	state->entry->rows = (int64_t)state->table.rows;
	rk_table_clear(&state->table);
	return rk_export_file_end(&state->file, err);
}

static enum rk_status text_finish(void *arg, struct rk_err *err)
{
	struct text_state *state = arg;

	return state->cp932 ? rk_losses_end(&state->losses, err) : RK_OK;
}

const struct rk_export_format rk_export_csv = {
	.name = "csv",
	.says = "CSV with exact values: UTF-8, LF, RFC 4180; a missing value is nothing between the commas, an empty text is \"\"",
	.open = csv_open,
	.begin = text_begin,
	.row = text_row,
	.end = text_end,
	.finish = text_finish,
	.close = text_close,
};

const struct rk_export_format rk_export_csv_excel = {
	.name = "csv-excel",
	.says = "CSV for Excel: byte-order mark, CRLF, an apostrophe before texts that a spreadsheet would take for formulas",
	.open = excel_open,
	.begin = text_begin,
	.row = text_row,
	.end = text_end,
	.finish = text_finish,
	.close = text_close,
};

const struct rk_export_format rk_export_csv_excel_ja = {
	.name = "csv-excel-ja",
	.says = "the same CSV for Excel with a head row in Japanese; table columns has the label and the name of each column",
	.open = excel_ja_open,
	.begin = text_begin,
	.row = text_row,
	.end = text_end,
	.finish = text_finish,
	.close = text_close,
};

const struct rk_export_format rk_export_csv_cp932 = {
	.name = "csv-cp932",
	.says = "CSV for programs that read CP932 (Shift_JIS) alone: CRLF, no formulas; what CP932 has no character for is 〓, and listed in LOSSES.csv",
	.open = cp932_open,
	.begin = text_begin,
	.row = text_row,
	.end = text_end,
	.finish = text_finish,
	.close = text_close,
};

const struct rk_export_format rk_export_jsonl = {
	.name = "jsonl",
	.says = "JSON Lines: UTF-8, an object a line with all its members; a missing value is null",
	.open = jsonl_open,
	.begin = text_begin,
	.row = text_row,
	.end = text_end,
	.finish = text_finish,
	.close = text_close,
};
