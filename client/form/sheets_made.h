/* sheets_made.h - what was changed in a form beside the cells that are open in it (xlsx_made.h); for sheets_read.c. */
#pragma once
#include "form/sheets_state.h"

/* Tells of each cell that is not open and holds something else than the form was made with: LOCKED_CELL_CHANGED, a warning, or where the form is of an accepted
 * report ACCEPTED_CELL_CHANGED, an error.  Nothing in a workbook that does not say what it was made with. */
void rk_sheets_made(struct rk_sheets_state *state, const struct rk_workbook *workbook);
