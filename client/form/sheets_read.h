/* sheets_read.h - the grid of a workbook, to a report, as sheets.h describes the form. */
#pragma once
#include "form/form.h"
#include "form/trace.h"
#include "form/workbook.h"

/* All texts of a report together. */
#define RK_SHEETS_TEXT_MAX ((size_t)8 << 20)

/* rk_sheets_read reads the report in a workbook: report->bytes, faults, err, place and map are filled in, all of it in the arena; workbook is
 * borrowed as long as report is.  What is wrong in a cell is a fault of the report; the rest is read all the same.
 *
 * Errors, RK_INVALID_ARGUMENT: FORM_NOT_KNOWN (no sheet of the form), FORM_NEWER (of a later renkei), FORM_VERSION (another form, or
 * a version that is read no more), FORM_TOO_LARGE;
 * RK_RESOURCE_EXHAUSTED. */
RK_MUST_USE enum rk_status rk_sheets_read(struct rk_arena *arena,
	const struct rk_workbook *workbook, struct rk_form_report *report, struct rk_err *err);

/* Where a field of a report that rk_sheets_read read stands; false when it has no cell. */
RK_MUST_USE bool rk_sheets_find(const struct rk_form_report *report, const char *field_path,
	const struct rk_tab **tab, struct rk_address *at);
