/* A document as a workbook (libxlsxwriter): the text on one tab, each table on a tab of its own; A4, heads on every page, page n/m. */
#include "base/err.h"
#include "paper/paper.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#define A4        9
#define NAME_ROOM 32
/* The same document is the same bytes: no clock stands in it. */
#define CREATED 1

struct book {
	lxw_workbook *workbook;
	lxw_format *plain, *head, *title, *figures;
	lxw_worksheet *text; /* where what is no table stands */
	lxw_row_t row;
	int tabs;
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
	note(book,
		*text ? worksheet_write_string(tab, row, column, text, format)
		      : worksheet_write_blank(tab, row, column, format));
}

static void put_table(
	struct book *book, const struct rk_paper *paper, const struct rk_paper_table *table)
{
	char name[NAME_ROOM];
	lxw_worksheet *tab;

	snprintf(name, sizeof name, "%d", ++book->tabs);
	tab = add_tab(book, paper, name);
	if (!tab)
		return;
	put(book, tab, 0, 0, table->caption ? table->caption : "", NULL);
	for (size_t c = 0; c < table->columns; c++) {
		double width = table->widths ? table->widths[c] * 0.9 : c ? 12 : 30;

		note(book, worksheet_set_column(tab, (lxw_col_t)c, (lxw_col_t)c, width, NULL));
		put(book, tab, 1, (lxw_col_t)c, table->heads[c], book->head);
		for (size_t r = 0; r < table->rows; r++)
			put(book, tab, (lxw_row_t)(r + 2), (lxw_col_t)c,
				table->cells[r * table->columns + c],
				table->figures && c ? book->figures : book->plain);
	}
	note(book, worksheet_repeat_rows(tab, 1, 1));
	put(book, book->text, book->row++, 0, table->caption ? table->caption : name, NULL);
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
		put(book, book->text, book->row++, 0, text,
			block->kind == RK_PAPER_HEADING ? book->title : NULL);
		free(text);
		break;
	}
}

bool rk_paper_xlsx(const struct rk_paper *paper, const char *path)
{
	lxw_doc_properties properties = {
		.title = (char *)(void *)(size_t)(const void *)paper->title, .created = CREATED};
	struct book book = {.workbook = workbook_new(path)};

	if (!book.workbook)
		return false;
	note(&book, workbook_set_properties(book.workbook, &properties));
	book.plain = format_of(&book, false, true, false);
	book.head = format_of(&book, true, true, false);
	book.figures = format_of(&book, false, true, true);
	book.title = format_of(&book, true, false, false);
	book.text = add_tab(&book, paper, "0");
	if (book.text) {
		note(&book,
			worksheet_set_column(
				book.text, 0, 0, 100, format_of(&book, false, false, false)));
		put(&book, book.text, book.row++, 0, paper->title, book.title);
		put(&book, book.text, book.row++, 0, paper->basis, NULL);
		for (size_t i = 0; i < paper->count && book.error == LXW_NO_ERROR; i++)
			put_block(&book, paper, &paper->blocks[i]);
	}
	note(&book, workbook_close(book.workbook));
	return book.error == LXW_NO_ERROR;
}
