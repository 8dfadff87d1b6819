#include "form/xlsx_write.h"

#include "base/xlsx_text.h"
#include "form/words.h"
#include "form/xlsx_check.h"
#include "form/xlsx_fit.h"
#include "form/xlsx_made.h"
#include "form/xlsx_page.h"
#include "form/xlsx_properties.h"
#include "form/xlsx_styles.h"
#include "form/xlsx_typing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Rows of a list, from 0; the cover has a title and a guide above its fields. */
enum { ROW_TITLE, ROW_KEYS, ROW_LABELS, ROW_EXPLANATIONS, ROW_FIRST };

enum { COVER_TITLE, COVER_GUIDE, COVER_FIRST };

enum { COVER_KEYS, COVER_LABELS, COVER_VALUES, COVER_EXPLANATIONS };

/* Digits of the cover's values, when they are short. */
#define COVER_WIDTH 46
/* So far down a list's dropdowns reach. */
#define ROW_LAST (ROW_FIRST + 999)

/* Pixels of a comment; six lines of some twenty full-width characters. */
#define COMMENT_WIDTH  320
#define COMMENT_HEIGHT 140
/* Of a sheet on which something is to be put right. */
#define TAB_RETURNED 0xFFC000

struct writer {
	const struct rk_form_design *design;
	const struct rk_filled_sheet *sheets;
	const char *footer;
	struct rk_fit fit; /* of the sheet that is written */
	lxw_workbook *book;
	lxw_worksheet *lists;
	struct rk_styles styles;
	lxw_error error; /* the first one */
};

static void note(struct writer *writer, lxw_error error)
{
	if (writer->error == LXW_NO_ERROR)
		writer->error = error;
}

static void put(struct writer *writer, lxw_worksheet *tab, unsigned row, unsigned column,
	const char *text, lxw_format *format)
{
	RK_AUTO(rk_buf_clear) struct rk_buf room = {0};
	const char *written = rk_xlsx_text(&room, rk_slice_str(text));

	note(writer,
		written ? worksheet_write_string(tab, row, (lxw_col_t)column, written, format)
			: LXW_ERROR_MEMORY_MALLOC_FAILED);
}

static void put_filled(struct writer *writer, lxw_worksheet *tab, unsigned row, unsigned column,
	const struct rk_filled *cell, lxw_format *format)
{
	if (cell->kind == RK_FILLED_NOTHING)
		note(writer, worksheet_write_blank(tab, row, (lxw_col_t)column, format));
	else if (cell->kind == RK_FILLED_TEXT)
		put(writer, tab, row, column, cell->text, format);
	else
		note(writer,
			worksheet_write_number(tab, row, (lxw_col_t)column, cell->number, format));
}

static lxw_format *style_of(const struct writer *writer, const struct rk_filled_sheet *sheet,
	const struct rk_form_column *column, const struct rk_filled *cell,
	enum rk_style_state state)
{
	enum rk_style_kind kind = rk_style_kind(column->column->cell);
	double width = sheet->form->sheet->list ? column->column->width : COVER_WIDTH;

	/* Text in a cell of numbers or dates, such as a month alone, is not theirs to change. */
	if (cell->kind == RK_FILLED_TEXT)
		kind = RK_STYLE_TEXT;
	if (sheet->closed)
		state = cell->open ? RK_STYLE_YELLOW : RK_STYLE_LOCKED;
	else if (cell->kind == RK_FILLED_NOTHING)
		state = RK_STYLE_YELLOW;
	return rk_fit_is_small(cell, width) ? writer->styles.small[state]
					    : writer->styles.cells[kind][state];
}

static void guide_typing(struct writer *writer, lxw_worksheet *tab, const struct rk_sheet *sheet,
	const struct rk_form_column *column, const unsigned rows[2], unsigned at)
{
	note(writer,
		rk_xlsx_guide(writer->design, tab,
			&(const struct rk_xlsx_guided){
				sheet, column, rows[0], rows[1], at, ROW_FIRST, ROW_LAST}));
}

static void finish(lxw_worksheet *tab)
{
	lxw_protection allowed = {.format_columns = 1, .format_rows = 1};

	rk_xlsx_guided_end(tab);
	worksheet_protect(tab, NULL, &allowed);
}

/* Below the last row nothing is to be changed when the sheet is closed there. */
static lxw_format *style_below(const struct writer *writer, const struct rk_filled_sheet *sheet,
	const struct rk_sheet_column *column)
{
	if (column->cell == RK_CELL_MARK || (sheet->closed && !sheet->open_below))
		return NULL;
	return writer->styles.cells[rk_style_kind(column->cell)][RK_STYLE_BEYOND];
}

static const char *guide_of(const struct writer *writer, const struct rk_filled_sheet *sheet)
{
	return rk_form_text(writer->design->language,
		sheet->closed                      ? "guide.returned"
			: sheet->form->sheet->list ? "guide.list"
						   : "guide.cover");
}

/* Beside the title, which goes on over the cells to its right as long as they are empty. */
static unsigned guide_column(const struct writer *writer, const struct rk_form_sheet *form)
{
	double needed = rk_fit_one_line(form->title, RK_STYLE_TITLE_LETTERS);
	double width = writer->fit.widths[0] + writer->fit.widths[1];
	unsigned column = 2;

	while (width < needed && column + 1 < form->sheet->column_count)
		width += writer->fit.widths[column++];
	return column;
}

static void write_head(
	struct writer *writer, lxw_worksheet *tab, const struct rk_filled_sheet *sheet)
{
	const struct rk_form_sheet *form = sheet->form;
	lxw_row_col_options hidden = {1, 0, 0};

	put(writer, tab, ROW_TITLE, 0, form->title, writer->styles.title);
	put(writer, tab, ROW_TITLE, guide_column(writer, form), guide_of(writer, sheet),
		writer->styles.guide);
	note(writer, worksheet_set_row_opt(tab, ROW_KEYS, LXW_DEF_ROW_HEIGHT, NULL, &hidden));
	for (unsigned i = 0; i < form->sheet->column_count; i++) {
		const struct rk_form_column *column = &form->columns[i];

		note(writer,
			worksheet_set_column(tab, (lxw_col_t)i, (lxw_col_t)i, writer->fit.widths[i],
				style_below(writer, sheet, column->column)));
		put(writer, tab, ROW_KEYS, i, column->column->key, writer->styles.plain);
		put(writer, tab, ROW_LABELS, i, column->label,
			column->required ? writer->styles.required : writer->styles.label);
		put(writer, tab, ROW_EXPLANATIONS, i, column->explanation,
			writer->styles.explanation);
		guide_typing(writer, tab, form->sheet, column,
			(const unsigned[]){ROW_FIRST, ROW_LAST}, i);
	}
	note(writer,
		worksheet_set_row(tab, ROW_LABELS, rk_page_labels(form, writer->fit.widths), NULL));
	note(writer,
		worksheet_set_row(tab, ROW_EXPLANATIONS,
			rk_page_explanations(form, writer->fit.widths), NULL));
}

/* The columns up to the one that tells rows apart stay in sight and come again on every page across. */
static unsigned frozen_columns(const struct rk_sheet *sheet)
{
	const struct rk_sheet_column *id = rk_sheet_id(sheet);

	return id ? (unsigned)(id - sheet->columns) + 2 : 2;
}

static void lay_out(struct writer *writer, lxw_worksheet *tab, const struct rk_filled_sheet *filled)
{
	const struct rk_sheet *sheet = filled->form->sheet;
	unsigned frozen = frozen_columns(sheet);
	unsigned pages = rk_page_count(writer->fit.widths, sheet->column_count, frozen);
	/* What stands above a narrow list goes on beside it. */
	unsigned beyond = rk_page_beyond(writer->fit.widths, sheet->column_count,
		guide_column(writer, filled->form), guide_of(writer, filled));

	worksheet_freeze_panes(tab, ROW_FIRST, (lxw_col_t)frozen);
	note(writer, rk_page_set(tab, pages, writer->footer));
	note(writer, worksheet_repeat_rows(tab, ROW_LABELS, ROW_EXPLANATIONS));
	note(writer, worksheet_repeat_columns(tab, 0, (lxw_col_t)(frozen - 1)));
	note(writer,
		worksheet_print_area(tab, 0, 0, (lxw_row_t)(ROW_FIRST + filled->count - 1),
			(lxw_col_t)(sheet->column_count + beyond - 1)));
	finish(tab);
}

/* Why a cell is open, wide enough to be read. */
static void comment(struct writer *writer, lxw_worksheet *tab, unsigned row, unsigned column,
	const struct rk_filled *cell)
{
	lxw_comment_options options = {.width = COMMENT_WIDTH, .height = COMMENT_HEIGHT};

	/* libxlsxwriter copies it. */
	options.author = (char *)(uintptr_t)cell->author;
	if (cell->note)
		note(writer,
			worksheet_write_comment_opt(
				tab, row, (lxw_col_t)column, cell->note, &options));
	if (cell->note)
		worksheet_set_tab_color(tab, TAB_RETURNED);
}

static void write_row(struct writer *writer, lxw_worksheet *tab,
	const struct rk_filled_sheet *sheet, const struct rk_filled_row *row, unsigned at)
{
	const struct rk_form_sheet *form = sheet->form;
	bool carried = row->record && row->cells[0].kind != RK_FILLED_NOTHING;
	enum rk_style_state state = carried ? RK_STYLE_CARRIED
		: row->record               ? RK_STYLE_YELLOW
					    : RK_STYLE_GIVEN;

	double points = rk_fit_row(&writer->fit, sheet, row);

	if (points > 0)
		note(writer, worksheet_set_row(tab, at, points, NULL));
	for (unsigned i = 0; i < form->sheet->column_count; i++) {
		const struct rk_form_column *column = &form->columns[i];
		const struct rk_filled *cell = &row->cells[i];

		put_filled(writer, tab, at, i, cell,
			column->column->cell == RK_CELL_MARK
				? writer->styles.mark
				: style_of(writer, sheet, column, cell, state));
		comment(writer, tab, at, i, cell);
	}
}

static void write_list(
	struct writer *writer, lxw_worksheet *tab, const struct rk_filled_sheet *sheet)
{
	rk_fit_columns(sheet, &writer->fit);
	write_head(writer, tab, sheet);
	for (size_t i = 0; i < sheet->count; i++)
		write_row(writer, tab, sheet, &sheet->rows[i], (unsigned)(ROW_FIRST + i));
	lay_out(writer, tab, sheet);
}

static void write_field(struct writer *writer, lxw_worksheet *tab,
	const struct rk_filled_sheet *sheet, unsigned at, unsigned row)
{
	const struct rk_form_column *column = &sheet->form->columns[at];
	const struct rk_filled *cell = &sheet->rows[0].cells[at];
	bool own = column->column->cell == RK_CELL_FORM;

	put(writer, tab, row, COVER_KEYS, column->column->key, writer->styles.plain);
	put(writer, tab, row, COVER_LABELS, column->label,
		column->required ? writer->styles.required : writer->styles.label);
	put_filled(writer, tab, row, COVER_VALUES, cell,
		own ? writer->styles.plain : style_of(writer, sheet, column, cell, RK_STYLE_GIVEN));
	comment(writer, tab, row, COVER_VALUES, cell);
	put(writer, tab, row, COVER_EXPLANATIONS, column->explanation, writer->styles.explanation);
	if (!own)
		guide_typing(writer, tab, &rk_sheets[0], column, (const unsigned[]){row, row},
			COVER_VALUES);
}

/* What is typed into a field lets its row grow, unless it has a height: that it has only where its value is known and long. */
static double height_of_field(const struct writer *writer, const struct rk_filled *cell)
{
	double points = rk_fit_cell(cell, COVER_WIDTH, writer->fit.widths[COVER_VALUES]);

	return points > LXW_DEF_ROW_HEIGHT + 4 ? points : LXW_DEF_ROW_HEIGHT;
}

/* Each explanation on one line. */
static double explanations_width(const struct rk_filled_sheet *sheet)
{
	double width = 70;

	for (size_t i = 0; i < sheet->form->sheet->column_count; i++) {
		double needed = rk_fit_one_line(
			sheet->form->columns[i].explanation, RK_FIT_SMALL_LETTERS);

		width = needed > width ? needed : width;
	}
	return width;
}

static void set_cover_columns(
	struct writer *writer, lxw_worksheet *tab, const struct rk_filled_sheet *sheet)
{
	lxw_row_col_options hidden = {1, 0, 0};
	double *widths = writer->fit.widths;

	widths[COVER_KEYS] = 20;
	widths[COVER_LABELS] = 24;
	widths[COVER_VALUES] = rk_fit_cover(sheet, COVER_WIDTH);
	widths[COVER_EXPLANATIONS] = explanations_width(sheet);
	for (unsigned i = COVER_KEYS; i <= COVER_EXPLANATIONS; i++)
		note(writer,
			worksheet_set_column_opt(tab, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL,
				i == COVER_KEYS ? &hidden : NULL));
}

static void write_cover(
	struct writer *writer, lxw_worksheet *tab, const struct rk_filled_sheet *sheet)
{
	lxw_row_col_options hidden = {1, 0, 0};
	size_t count = sheet->form->sheet->column_count;

	set_cover_columns(writer, tab, sheet);
	put(writer, tab, COVER_TITLE, COVER_LABELS, rk_form_text(writer->design->language, "title"),
		writer->styles.title);
	put(writer, tab, COVER_GUIDE, COVER_LABELS, guide_of(writer, sheet), writer->styles.guide);
	for (unsigned i = 0; i < count; i++) {
		bool own = sheet->form->columns[i].column->cell == RK_CELL_FORM;

		write_field(writer, tab, sheet, i, COVER_FIRST + i);
		note(writer,
			worksheet_set_row_opt(tab, COVER_FIRST + i,
				own ? LXW_DEF_ROW_HEIGHT
				    : height_of_field(writer, &sheet->rows[0].cells[i]),
				NULL, own ? &hidden : NULL));
	}
	note(writer, rk_page_set(tab, 1, writer->footer));
	note(writer,
		worksheet_print_area(tab, 0, COVER_LABELS, (lxw_row_t)(COVER_FIRST + count - 1),
			COVER_EXPLANATIONS));
	finish(tab);
	worksheet_activate(tab);
}

static void write_lists(struct writer *writer, lxw_worksheet *tab)
{
	const struct rk_form_design *design = writer->design;

	for (unsigned i = 0; i < design->list_count; i++) {
		const struct rk_form_list *list = &design->lists[i];

		put(writer, tab, 0, i, list->title, writer->styles.label);
		for (unsigned row = 0; row < list->count; row++)
			put(writer, tab, row + 1, i, list->values[row], NULL);
	}
	worksheet_hide(tab);
	finish(tab);
}

/* In front of the code lists, which stay the last tab. */
static void write_made(struct writer *writer)
{
	lxw_worksheet *tab = workbook_add_worksheet(writer->book, RK_FORM_MADE);

	note(writer,
		tab ? rk_xlsx_made(tab, writer->sheets, &writer->styles)
		    : LXW_ERROR_MEMORY_MALLOC_FAILED);
}

static void write_book(struct writer *writer)
{
	note(writer, rk_xlsx_properties(writer->book, writer->design->language, writer->sheets));
	for (size_t i = 0; i < rk_sheet_count; i++) {
		const struct rk_filled_sheet *sheet = &writer->sheets[i];
		lxw_worksheet *tab = workbook_add_worksheet(writer->book, sheet->form->title);

		if (!tab)
			note(writer, LXW_ERROR_MEMORY_MALLOC_FAILED);
		else if (sheet->form->sheet->list)
			write_list(writer, tab, sheet);
		else
			write_cover(writer, tab, sheet);
	}
	if (rk_xlsx_is_made(writer->sheets))
		write_made(writer);
	writer->lists = workbook_add_worksheet(writer->book, writer->design->lists_title);
	if (writer->lists)
		write_lists(writer, writer->lists);
	else
		note(writer, LXW_ERROR_MEMORY_MALLOC_FAILED);
}

/* libxlsxwriter would say on stderr, in English, that it cannot. */
static enum rk_status claim(const char *path, struct rk_err *err)
{
	FILE *file = fopen(path, "we");

	if (!file || fclose(file) != 0)
		return rk_fail_errno(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", path, errno);
	return RK_OK;
}

struct rk_address rk_xlsx_address(const struct rk_sheet *sheet, size_t row, size_t column)
{
	return sheet->list
		? (struct rk_address){(uint32_t)(ROW_FIRST + row + 1), (uint32_t)column + 1}
		: (struct rk_address){(uint32_t)(COVER_FIRST + column + 1), COVER_VALUES + 1};
}

enum rk_status rk_xlsx_write(const struct rk_form_design *design,
	const struct rk_filled_sheet *sheets, const char *footer, const char *path,
	struct rk_err *err)
{
	struct writer writer = {.design = design, .sheets = sheets, .footer = footer};

	RK_TRY(claim(path, err));
	writer.book = workbook_new(path);
	if (!writer.book || !rk_styles_make(writer.book, design->language, &writer.styles)) {
		if (writer.book)
			(void)workbook_close(writer.book);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", path);
	}
	write_book(&writer);
	errno = 0;
	note(&writer, workbook_close(writer.book));
	if (writer.error == LXW_NO_ERROR)
		return rk_xlsx_check(path, err);
	if (errno)
		return rk_fail_errno(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", path, errno);
	return rk_fail_reason(
		err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "%s: %s", path, lxw_strerror(writer.error));
}
