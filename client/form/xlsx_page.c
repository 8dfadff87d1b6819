#include "form/xlsx_page.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define A4            9
#define MARGIN_INCHES 0.4
#define BOTTOM_INCHES 0.6
/* What fits beside the margins at 96 pixels an inch, made smaller by a quarter at most. */
#define PAPER_PIXELS (1047 * 4 / 3)
/* Pixels of a character, and of the edges of a column. */
#define CHAR_PIXELS       7
#define EDGE_PIXELS       5
#define LINE_POINTS       11.0
#define EXPLANATIONS_MOST 121.0
/* So many characters of an explanation in the room of one of the cells'. */
#define SMALLER 1.3

static unsigned pixels_of(const struct rk_sheet *sheet, size_t count)
{
	unsigned pixels = 0;

	for (size_t i = 0; i < count; i++)
		pixels += (unsigned)CHAR_PIXELS * sheet->columns[i].width + EDGE_PIXELS;
	return pixels;
}

unsigned rk_page_count(const struct rk_sheet *sheet, unsigned repeated)
{
	unsigned all = pixels_of(sheet, sheet->column_count), head = pixels_of(sheet, repeated);
	unsigned pages = 1;

	while (all + (pages - 1) * head > pages * PAPER_PIXELS)
		pages++;
	return pages;
}

lxw_error rk_page_set(lxw_worksheet *tab, unsigned pages, const char *footer)
{
	char text[256];

	worksheet_set_landscape(tab);
	worksheet_set_paper(tab, A4);
	worksheet_set_margins(tab, MARGIN_INCHES, MARGIN_INCHES, MARGIN_INCHES, BOTTOM_INCHES);
	worksheet_fit_to_pages(tab, (uint16_t)pages, 0);
	/* & begins a command there. */
	snprintf(text, sizeof text, "&L%s&R&P / &N", strchr(footer, '&') ? "" : footer);
	return worksheet_set_footer(tab, text);
}

static double points_of(const struct rk_form_column *column)
{
	double width = column->column->width * SMALLER;
	double chars = (double)rk_text_width(rk_slice_str(column->explanation));
	/* A wide character that does not fit goes to the next line, and so does a word. */
	int lines = (int)(chars / (width - 2)) + 1;

	return lines * LINE_POINTS + 3;
}

double rk_page_explanations(const struct rk_form_sheet *form)
{
	double points = 0;

	for (size_t i = 0; i < form->sheet->column_count; i++) {
		double needed = points_of(&form->columns[i]);

		points = needed > points ? needed : points;
	}
	return points < EXPLANATIONS_MOST ? points : EXPLANATIONS_MOST;
}
