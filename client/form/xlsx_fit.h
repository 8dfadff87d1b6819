/* xlsx_fit.h - how wide columns and how high rows must be for what is known when a form is written to be whole on paper.
 *
 * A row without a height of its own grows in Excel and LibreOffice as it is typed into; on paper, and in a program that trusts the file, it is one line
 * high.  Rows that hold something therefore get a height, reckoned with characters a little wider than those of the usual fonts; blank ones get none.
 */
#pragma once
#include "form/prefill.h"

#define RK_FIT_COLUMNS 64
/* Points of the letters of a cell, and of one that is too long for them. */
#define RK_FIT_LETTERS       11
#define RK_FIT_SMALL_LETTERS 8

struct rk_fit {
	double widths
		[RK_FIT_COLUMNS]; /* as a column's width is said: in digits of the usual letters */
};

/* Widths of a sheet's columns: those of the sheet, wider where a number or a long text needs it.  The sheet is a list. */
void rk_fit_columns(const struct rk_filled_sheet *sheet, struct rk_fit *fit);
/* Width of the cover's values, of which width is the least. */
double rk_fit_cover(const struct rk_filled_sheet *cover, double width);
/* Whether a cell is written with small letters, in a column of the sheet's own width. */
bool rk_fit_is_small(const struct rk_filled *cell, double width);
/* Points of one cell in a column of the final width; own: the sheet's own width of it. */
double rk_fit_cell(const struct rk_filled *cell, double own, double width);
/* Points of a row of a list; 0 = one line, as high as any. */
double rk_fit_row(const struct rk_fit *fit, const struct rk_filled_sheet *sheet,
	const struct rk_filled_row *row);
/* Points that a text takes in a column, in letters of so many points; 409.5 where it takes more, which is the highest row that Excel has. */
double rk_fit_text(const char *text, double width, double letters);
/* Width of a column in which a text stands on one line. */
double rk_fit_one_line(const char *text, double letters);
