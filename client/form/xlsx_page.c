#include "form/xlsx_page.h"

#include "base/text.h"
#include "form/xlsx_fit.h"

#include <stdio.h>
#include <string.h>

#define A4            9
#define MARGIN_INCHES 0.4
#define BOTTOM_INCHES 0.6
/* What fits beside the margins at 96 pixels an inch, made smaller at most until letters of 11 points have 6. */
#define PAPER_PIXELS (1047.0 * 11 / 6)
/* Pixels of a digit, of the edges of a column, of a column of the usual width, of half a full-width character. */
#define DIGIT_PIXELS 7
#define EDGE_PIXELS  5
#define USUAL_PIXELS 64
#define HALF_PIXELS  8
/* Points of the letters of an explanation. */
#define SMALL_LETTERS 8

static double pixels_of(const double *widths, size_t count)
{
	double pixels = 0;

	for (size_t i = 0; i < count; i++)
		pixels += DIGIT_PIXELS * widths[i] + EDGE_PIXELS;
	return pixels;
}

unsigned rk_page_count(const double *widths, size_t count, size_t repeated)
{
	double all = pixels_of(widths, count), head = pixels_of(widths, repeated);
	unsigned pages = 1;

	/* Where the repeated columns are as wide as a page no number of pages is enough. */
	while (pages < count && all + (pages - 1) * head > (double)pages * PAPER_PIXELS)
		pages++;
	return pages;
}

unsigned rk_page_beyond(const double *widths, size_t count, size_t from, const char *sentence)
{
	double room = pixels_of(widths + from, count - from);
	double needed = (double)rk_text_width(rk_slice_str(sentence)) * HALF_PIXELS;

	return needed > room ? (unsigned)((needed - room) / USUAL_PIXELS) + 1 : 0;
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

double rk_page_labels(const struct rk_form_sheet *form, const double *widths)
{
	double points = 2 * LXW_DEF_ROW_HEIGHT;

	for (size_t i = 0; i < form->sheet->column_count; i++) {
		double needed = rk_fit_text(form->columns[i].label, widths[i], RK_FIT_LETTERS);

		points = needed > points ? needed : points;
	}
	return points;
}

double rk_page_explanations(const struct rk_form_sheet *form, const double *widths)
{
	double points = 0;

	for (size_t i = 0; i < form->sheet->column_count; i++) {
		double needed = rk_fit_text(form->columns[i].explanation, widths[i], SMALL_LETTERS);

		points = needed > points ? needed : points;
	}
	return points;
}
