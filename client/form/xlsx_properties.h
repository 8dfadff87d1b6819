/* xlsx_properties.h - what a form's workbook says of itself: its title, which form it is (RK_FORM_PROPERTY...), the sheets it was made with. */
#pragma once
#include "form/prefill.h"

#include <xlsxwriter.h>

/* rk_xlsx_properties sets them; sheets are all rk_sheet_count.  Returns the first error. */
lxw_error rk_xlsx_properties(
	lxw_workbook *book, enum rk_language language, const struct rk_filled_sheet *sheets);
