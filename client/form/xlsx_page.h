/* xlsx_page.h - the paper of a tab: A4 landscape, as many pages across as leave its letters readable. */
#pragma once
#include "form/design.h"

#include <xlsxwriter.h>

/* How many pages across a sheet needs when its first columns stand on each of them. */
unsigned rk_page_count(const struct rk_sheet *sheet, unsigned repeated);
/* footer stands on the left of every page, the page's number on the right. */
lxw_error rk_page_set(lxw_worksheet *tab, unsigned pages, const char *footer);
/* Height of the explanations' row, in points. */
double rk_page_explanations(const struct rk_form_sheet *form);
