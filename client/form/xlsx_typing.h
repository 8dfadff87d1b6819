/* xlsx_typing.h - the spreadsheet's own help against slips: choices, numbers, lengths. */
#pragma once
#include "form/design.h"

#include <xlsxwriter.h>

/* The cells of one column that are guided, rows and columns from 0. */
struct rk_xlsx_guided {
	const struct rk_sheet *sheet;
	const struct rk_form_column *column;
	unsigned first, last; /* rows */
	unsigned at;          /* column */
	unsigned list_first,
		list_last; /* rows of every list: where the ids stand that a cell can name */
};

/* Guides what is typed there, where there is something to say; rk_xlsx_guided_end comes behind the last one of a tab. */
lxw_error rk_xlsx_guide(const struct rk_form_design *design, lxw_worksheet *tab,
	const struct rk_xlsx_guided *guided);
void rk_xlsx_guided_end(lxw_worksheet *tab);
