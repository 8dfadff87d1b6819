/* sheets_missing.h - sheets of the form that are not read: under a name of their own, or not there any more. */
#pragma once
#include "form/sheets_state.h"

/* rk_sheets_unread tells SHEET_NOT_READ, for information, of each tab that is none of the form; and of a workbook that says it is the form
 *   SHEET_RENAMED  an error instead: the tab has the head of a sheet, and rows, or no other tab has that sheet's name
 *   SHEET_MISSING  a sheet that the form was made with (RK_FORM_PROPERTY_SHEET) is there under no name: an error when values were written
 *                  into it then, else a warning.
 * What was made without these properties, CSV files above all, misses nothing. */
void rk_sheets_unread(
	struct rk_sheets_state *state, const struct rk_workbook *workbook, bool is_form);
/* The sheet behind a tab, by its name; NULL when it is somebody's own. */
const struct rk_sheet *rk_sheets_of(const struct rk_tab *tab);
