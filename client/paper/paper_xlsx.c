/* A document as a workbook (libxlsxwriter): the text on one tab, each table on a tab of its own; A4, heads on every page, page n/m. */
#include "base/buf.h"
#include "base/err.h"
#include "base/xlsx_text.h"
#include "form/xlsx_fit.h"
#include "paper/paper.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#define A4 9
/* Room for the number of one that another is called like. */
#define NAME_CHARACTERS 26
#define NAME_ROOM       128
/* Widths of columns where the table says none, of the remarks, and of the text. */
#define NAMED_WIDTH  30
#define FIGURE_WIDTH 12
#define REMARK_WIDTH 36
#define TEXT_WIDTH   100
/* As high as a row can be. */
#define ROW_POINTS 409.5
/* The same document is the same bytes: no clock stands in it. */
#define CREATED 1

struct book {
	lxw_workbook *workbook;
	lxw_format *plain, *head, *title, *figures, *whole, *parts, *share;
	lxw_worksheet *text; /* where what is no table stands */
	lxw_row_t row;
	lxw_error error;
};

static void note(struct book *book, lxw_error error)
{
	if (error != LXW_NO_ERROR)
		book->error = error;
}

static lxw_format *format_of(struct book *book, bool bold, bool border, bool right)
{
	lxw_format *format = workbook_add_format(book->workbook);

	if (!format) {
		note(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
		return NULL;
	}
	format_set_text_wrap(format);
	format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
	if (bold)
		format_set_bold(format);
	if (border)
		format_set_border(format, LXW_BORDER_THIN);
	if (right)
		format_set_align(format, LXW_ALIGN_RIGHT);
	return format;
}

static lxw_format *number_format(struct book *book, const char *pattern)
{
	lxw_format *format = format_of(book, false, true, true);

	if (format)
		format_set_num_format(format, pattern);
	return format;
}

static void set_page(struct book *book, lxw_worksheet *tab, const struct rk_paper *paper)
{
	char footer[240], header[64];

	worksheet_set_paper(tab, A4);
	worksheet_fit_to_pages(tab, 1, 0);
	/* & begins a command there. */
	snprintf(footer, sizeof footer, "&L%s&R&P / &N",
		paper->foot && !strchr(paper->foot, '&') ? paper->foot : "");
	note(book, worksheet_set_footer(tab, footer));
	if (paper->mark && !strchr(paper->mark, '&')) {
		snprintf(header, sizeof header, "&R%s", paper->mark);
		note(book, worksheet_set_header(tab, header));
	}
}

static lxw_worksheet *add_tab(struct book *book, const struct rk_paper *paper, const char *name)
{
	lxw_worksheet *tab = workbook_add_worksheet(book->workbook, name);

	if (!tab) {
		note(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
		return NULL;
	}
	set_page(book, tab, paper);
	return tab;
}

/* A text is a text, whatever it begins with: it never becomes a formula. */
static void put(struct book *book, lxw_worksheet *tab, lxw_row_t row, lxw_col_t column,
	const char *text, lxw_format *format)
{
	RK_AUTO(rk_buf_clear) struct rk_buf room = {0};
	const char *written = rk_xlsx_text(&room, rk_slice_str(text));

	if (!written)
		note(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
	else
		note(book,
			*written ? worksheet_write_string(tab, row, column, written, format)
				 : worksheet_write_blank(tab, row, column, format));
}

/* A tab's name has 31 characters at most, none of []:*?/\ and no ' at its ends; two that are alike are told apart by a number. */
static void name_tab(struct book *book, const char *wanted, char name[NAME_ROOM])
{
	char begin[NAME_ROOM - 16];
	size_t len = 0, characters = 0;

	for (; wanted[len] && len + 1 < sizeof begin; len++) {
		/* Bytes 10xxxxxx go on with a character of UTF-8. */
		bool begins = ((unsigned char)wanted[len] & 0xc0) != 0x80;

		if (begins && ++characters > NAME_CHARACTERS)
			break;
		begin[len] = wanted[len];
		if (strchr("[]:*?/\\'", wanted[len]))
			begin[len] = ' ';
	}
	begin[len] = '\0';
	snprintf(name, NAME_ROOM, "%s", len ? begin : "-");
	for (int n = 2; workbook_get_worksheet_by_name(book->workbook, name); n++)
		snprintf(name, NAME_ROOM, "%s %d", begin, n);
}

static bool is_share(const struct rk_paper_table *table, size_t row)
{
	return table->shares && table->shares[row];
}

static double number_at(const struct rk_paper_table *table, size_t row, size_t column)
{
	return table->numbers ? table->numbers[row * table->columns + column] : NAN;
}

static void put_cell(struct book *book, lxw_worksheet *tab, const struct rk_paper_table *table,
	size_t row, size_t column)
{
	const char *text = table->cells[row * table->columns + column];
	double number = number_at(table, row, column);

	if (isnan(number)) {
		put(book, tab, (lxw_row_t)(row + 2), (lxw_col_t)column, text,
			table->figures && column ? book->figures : book->plain);
		return;
	}
	note(book,
		worksheet_write_number(tab, (lxw_row_t)(row + 2), (lxw_col_t)column, number,
			is_share(table, row)              ? book->share
				: number == floor(number) ? book->whole
							  : book->parts));
}

static double column_width(const struct rk_paper_table *table, size_t column)
{
	if (table->widths)
		return table->widths[column] * 0.9;
	return column ? FIGURE_WIDTH : NAMED_WIDTH;
}

/* Excel makes a row as high as its texts when it opens the file, LibreOffice and what prints it do not. */
static void set_height(struct book *book, lxw_worksheet *tab, lxw_row_t row, double points)
{
	if (points > LXW_DEF_ROW_HEIGHT)
		note(book,
			worksheet_set_row(
				tab, row, points < ROW_POINTS ? points : ROW_POINTS, NULL));
}

/* How high the texts of a row are in their columns, at least that many points; where there is a number its text is not written. */
static double row_points(const struct rk_paper_table *table, const char *const *texts,
	const double *numbers, double points)
{
	for (size_t c = 0; c < table->columns; c++) {
		if (numbers && !isnan(numbers[c]))
			continue;
		double own = rk_fit_text(texts[c], column_width(table, c), RK_FIT_LETTERS);

		points = own > points ? own : points;
	}
	return points;
}

/* What the texts of a row say beside their numbers: ranges, and of how many it is a share; returns how high that is in points. */
static double put_remarks(
	struct book *book, lxw_worksheet *tab, const struct rk_paper_table *table, size_t row)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	char plain[32];

	for (size_t c = 1; c < table->columns; c++) {
		const char *said = table->cells[row * table->columns + c];
		double number = number_at(table, row, c);

		if (isnan(number) ||
			strcmp(said, rk_paper_number(number, is_share(table, row), plain)) == 0)
			continue;
		if (rk_buf_add_str(&text, text.len ? "\n" : "") != RK_OK ||
			rk_buf_add_str(&text, table->heads[c]) != RK_OK ||
			rk_buf_add_str(&text, " ") != RK_OK || rk_buf_add_str(&text, said) != RK_OK)
			abort();
	}
	if (rk_buf_add(&text, "", 1) != RK_OK)
		abort();
	put(book, tab, (lxw_row_t)(row + 2), (lxw_col_t)table->columns, (const char *)text.at,
		book->plain);
	return rk_fit_text((const char *)text.at, REMARK_WIDTH, RK_FIT_LETTERS);
}

static void put_table(
	struct book *book, const struct rk_paper *paper, const struct rk_paper_table *table)
{
	char name[NAME_ROOM];
	lxw_worksheet *tab;

	name_tab(book, table->tab ? table->tab : table->caption ? table->caption : "", name);
	tab = add_tab(book, paper, name);
	if (!tab)
		return;
	put(book, tab, 0, 0, table->caption ? table->caption : "", NULL);
	for (size_t c = 0; c < table->columns; c++) {
		note(book,
			worksheet_set_column(
				tab, (lxw_col_t)c, (lxw_col_t)c, column_width(table, c), NULL));
		put(book, tab, 1, (lxw_col_t)c, table->heads[c], book->head);
		for (size_t r = 0; r < table->rows; r++)
			put_cell(book, tab, table, r, c);
	}
	bool remarks = table->numbers && table->remarks;

	if (remarks) {
		lxw_col_t last = (lxw_col_t)table->columns;

		note(book, worksheet_set_column(tab, last, last, REMARK_WIDTH, NULL));
		put(book, tab, 1, last, table->remarks, book->head);
	}
	set_height(book, tab, 1, row_points(table, table->heads, NULL, 0));
	for (size_t r = 0; r < table->rows; r++)
		set_height(book, tab, (lxw_row_t)(r + 2),
			row_points(table, &table->cells[r * table->columns],
				table->numbers ? &table->numbers[r * table->columns] : NULL,
				remarks ? put_remarks(book, tab, table, r) : 0));
	note(book, worksheet_repeat_rows(tab, 1, 1));
	put(book, book->text, book->row++, 0, table->caption ? table->caption : name, NULL);
}

/* A line of the tab of texts. */
static void put_line(struct book *book, const char *text, lxw_format *format)
{
	set_height(book, book->text, book->row, rk_fit_text(text, TEXT_WIDTH, RK_FIT_LETTERS));
	put(book, book->text, book->row++, 0, text, format);
}

static void put_chart(
	struct book *book, const struct rk_paper *paper, const struct rk_paper_chart *chart)
{
	struct rk_paper_table *table = rk_paper_chart_table(chart);

	put_table(book, paper, table);
	rk_paper_table_free(&table);
}

static void put_block(
	struct book *book, const struct rk_paper *paper, const struct rk_paper_block *block)
{
	char *text;

	switch (block->kind) {
	case RK_PAPER_TABLE:
		put_table(book, paper, block->table);
		break;
	case RK_PAPER_CHART:
		put_chart(book, paper, block->chart);
		break;
	case RK_PAPER_BREAK:
		break;
	default:
		if (asprintf(&text, "%s%s", block->mark ? block->mark : "", block->text) < 0)
			abort();
		put_line(book, text, block->kind == RK_PAPER_HEADING ? book->title : NULL);
		free(text);
		break;
	}
}

bool rk_paper_xlsx(const struct rk_paper *paper, const char *path)
{
	lxw_doc_properties properties = {
		.title = (char *)(void *)(size_t)(const void *)paper->title, .created = CREATED};
	struct book book = {.workbook = workbook_new(path)};
	char name[NAME_ROOM];

	if (!book.workbook)
		return false;
	note(&book, workbook_set_properties(book.workbook, &properties));
	book.plain = format_of(&book, false, true, false);
	book.head = format_of(&book, true, true, false);
	book.figures = format_of(&book, false, true, true);
	book.whole = number_format(&book, "0");
	book.parts = number_format(&book, "0.00");
	book.share = number_format(&book, "0.0%");
	book.title = format_of(&book, true, false, false);
	name_tab(&book, paper->tab ? paper->tab : paper->title, name);
	book.text = add_tab(&book, paper, name);
	if (book.text) {
		note(&book,
			worksheet_set_column(book.text, 0, 0, TEXT_WIDTH,
				format_of(&book, false, false, false)));
		put_line(&book, paper->title, book.title);
		put_line(&book, paper->basis, NULL);
		for (size_t i = 0; i < paper->count && book.error == LXW_NO_ERROR; i++)
			put_block(&book, paper, &paper->blocks[i]);
	}
	note(&book, workbook_close(book.workbook));
	return book.error == LXW_NO_ERROR;
}
