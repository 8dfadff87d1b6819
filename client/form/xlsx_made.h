/* xlsx_made.h - in a hidden tab what a form was made with, where only some of its cells are open: so that a reader sees what a program changed beside them.
 *
 * The tab is called RK_FORM_MADE.  Its first row says why the form is closed, "returned" or "reopened"; each row below it is
 *   open    SHEET  KEY  ROW          this cell is open
 *   below   SHEET  ""   ROW          open are this row and those below it
 *   locked  SHEET  KEY  ROW  VALUE   this cell is not, and VALUE stood in it, as it stands in the form
 * SHEET and KEY being the names of sheets.h, ROW the row of the workbook.  A cell that no row names is locked, and empty.
 */
#pragma once
#include "form/prefill.h"
#include "form/xlsx_styles.h"

#define RK_FORM_MADE          "renkei-made"
#define RK_FORM_MADE_RETURNED "returned"
#define RK_FORM_MADE_REOPENED "reopened"

enum rk_made_column { RK_MADE_KIND, RK_MADE_SHEET, RK_MADE_KEY, RK_MADE_ROW, RK_MADE_VALUE };

/* Whether a form has such a tab: its cover is closed. */
bool rk_xlsx_is_made(const struct rk_filled_sheet *sheets);
/* Fills the tab in. */
lxw_error rk_xlsx_made(
	lxw_worksheet *tab, const struct rk_filled_sheet *sheets, const struct rk_styles *styles);
