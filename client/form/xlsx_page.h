/* xlsx_page.h - the paper of a tab: A4 landscape, as many pages across as leave its letters readable. */
#pragma once
#include "form/design.h"

#include <xlsxwriter.h>

/* How many pages across columns of these widths need when the first of them stand on each. */
unsigned rk_page_count(const double *widths, size_t count, size_t repeated);
/* So many columns of the usual width lie to the right of a list until the sentence above it ends, which begins at column `from`. */
unsigned rk_page_beyond(const double *widths, size_t count, size_t from, const char *sentence);
/* footer stands on the left of every page, the page's number on the right. */
lxw_error rk_page_set(lxw_worksheet *tab, unsigned pages, const char *footer);
/* Heights of the rows of labels and of explanations, in points. */
double rk_page_labels(const struct rk_form_sheet *form, const double *widths);
double rk_page_explanations(const struct rk_form_sheet *form, const double *widths);
