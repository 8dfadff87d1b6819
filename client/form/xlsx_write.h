/* xlsx_write.h - a filled form as an XLSX workbook (libxlsxwriter).
 *
 * One tab a sheet and one, hidden, with the code lists.  Every tab is protected without a password and what is to be filled in unlocked: yellow
 * where it is empty, grey and slanted where it was carried.  Dates are shown in the Japanese era in a Japanese form.  A tab prints on A4 landscape, its head
 * and the columns that tell rows apart on every page.  Of a sheet that is closed (returned.h) only the open cells are unlocked and yellow, with their notes
 * as comments; all else is grey, and a hidden tab says what stood there (xlsx_made.h).  The same form is the same bytes, whenever and wherever it is written.
 */
#pragma once
#include "base/err.h"
#include "form/address.h"
#include "form/prefill.h"

/* The address of a cell: of the row-th record, counted from 0, in a column of its sheet. */
struct rk_address rk_xlsx_address(const struct rk_sheet *sheet, size_t row, size_t column);

/* rk_xlsx_write writes the workbook to path, over what is there; footer is printed on each page, left ("401005 北九州市 2016Q3").
 * Errors: RK_DATA_LOSS FILE_NOT_WRITTEN, what is there is then no workbook; RK_RESOURCE_EXHAUSTED. */
RK_MUST_USE enum rk_status rk_xlsx_write(const struct rk_form_design *design,
	const struct rk_filled_sheet *sheets, const char *footer, const char *path,
	struct rk_err *err);
