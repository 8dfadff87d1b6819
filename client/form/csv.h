/* csv.h - one CSV file (RFC 4180; UTF-8, or CP932 as Excel in Japan saves it) to the grid of cells that a workbook's sheet would be.
 *
 * Every cell is a text; the ' that keeps a text from being a formula (guard.h) is taken off; line ends within a cell are LF.
 */
#pragma once
#include "base/arena.h"
#include "form/workbook.h"

/* rk_csv_read fills the cells of tab, and cp932; its name is filled in already; all of it lives in the arena.  file begins every sentence.
 * cells is how many cells the other files of the form have, and is raised.
 *
 * Errors, RK_INVALID_ARGUMENT: FILE_NOT_UTF8 (with line: neither of the two), CSV_BROKEN (with line), WORKBOOK_TOO_MANY_CELLS; RK_FAILED_PRECONDITION CP932_MISSING;
 * RK_RESOURCE_EXHAUSTED. */
RK_MUST_USE enum rk_status rk_csv_read(struct rk_arena *arena, const char *file,
	struct rk_slice bytes, struct rk_tab *tab, size_t *cells, struct rk_err *err);
