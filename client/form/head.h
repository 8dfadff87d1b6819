/* head.h - which cells of a workbook hold what of the form: the sheets behind its tabs, and the columns under their heads.
 *
 * People move columns, take them out, add their own, and write heads in any of the languages: see sheets.h.
 */
#pragma once
#include "base/arena.h"
#include "form/sheets.h"
#include "form/workbook.h"

struct rk_head_column {
	const struct rk_sheet_column *of;
	uint32_t column;
	uint32_t row; /* of the cover: where the value stands; 0 in a list */
};

struct rk_head {
	const struct rk_tab *tab;
	const struct rk_sheet *sheet;
	enum rk_language language; /* of its labels */
	uint32_t row;              /* of the head; 0 of the cover */
	struct rk_head_column *columns;
	size_t column_count;
};

/* The cells of one row, in order; count 0 when there are none behind. */
struct rk_tab_row {
	const struct rk_tab_cell *cells;
	size_t count;
};
/* The row that begins with the n-th cell. */
struct rk_tab_row rk_tab_row_from(const struct rk_tab *tab, size_t n);

/* rk_head_find looks for the head of tab as a sheet; tab and sheet are filled in already.  column_count 0: there is none.
 * RK_RESOURCE_EXHAUSTED without memory. */
RK_MUST_USE enum rk_status rk_head_find(struct rk_arena *arena, struct rk_head *head);
/* NULL when the head has no such column; the first one otherwise. */
const struct rk_head_column *rk_head_with(const struct rk_head *head, const char *key);
/* Where the value of a column stands in a row. */
struct rk_address rk_head_at(const struct rk_head_column *column, uint32_t row);
/* A row below the head that says what the head says: labels, explanations. */
bool rk_head_repeats(const struct rk_head *head, const struct rk_tab_row *row);
/* A text without the blanks around it, of any width. */
struct rk_slice rk_head_trim(const char *text);
