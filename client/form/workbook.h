/* workbook.h - the bytes of an XLSX workbook, to the grid of cells that people see (ECMA-376, transitional and strict).
 *
 * No files, no sockets, no formulas: a formula counts with the value that was stored beside it.  What Excel, LibreOffice and openpyxl
 * write is read alike: shared and inline texts, rich text as plain, furigana left out, "_x000D_" undone, line ends as LF,
 * dates in the 1900 and the 1904 system.  What a reader of foreign bytes must not believe is refused: see the limits.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "form/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RK_WORKBOOK_FILE_MAX ((size_t)20 << 20)
#define RK_WORKBOOK_INFLATION_MAX \
	100 /* to 1; what stays under RK_WORKBOOK_INFLATION_FREE may be more */
#define RK_WORKBOOK_INFLATION_FREE ((size_t)1 << 20)
#define RK_WORKBOOK_INFLATED_MAX   ((size_t)128 << 20)
#define RK_WORKBOOK_PARTS_MAX      1000
#define RK_WORKBOOK_DEPTH_MAX      64
#define RK_WORKBOOK_TABS_MAX       100
#define RK_WORKBOOK_CELLS_MAX      200000 /* with something in them */
#define RK_WORKBOOK_MERGES_MAX     10000  /* of one sheet */
#define RK_WORKBOOK_TEXTS_MAX      ((size_t)32 << 20)
#define RK_WORKBOOK_CELL_TEXT_MAX  32767 /* characters; Excel's own limit */

enum rk_tab_kind {
	RK_TAB_TEXT,
	RK_TAB_NUMBER,
	RK_TAB_DATE,     /* a number that its format shows as a date, or a date as such */
	RK_TAB_FLAG,     /* TRUE or FALSE */
	RK_TAB_ERROR,    /* "#REF!" */
	RK_TAB_UNVALUED, /* a formula beside which no value was stored */
};

struct rk_tab_cell {
	struct rk_address at;
	enum rk_tab_kind kind;
	bool formula; /* the value is the stored one of a formula */
	/* As a person reads it, never NULL: a number in up to 15 digits ("1200", "0.5"), "TRUE", "#REF!".  A date in full ("2016-10-12"), or as far as
	 * its format shows it: "2016-10", "2016年". */
	const char *text;
	double number; /* of a number, a date's serial and a flag */
};

struct rk_tab_merge {
	struct rk_address first, last;
};

struct rk_tab {
	const char *name;
	const char *part; /* where it lies in the archive */
	bool hidden;
	bool cp932; /* a CSV file that was read as CP932 */
	/* Those that are not empty, by row and then by column; each place once. */
	const struct rk_tab_cell *cells;
	size_t cell_count;
	const struct rk_tab_merge *merges;
	size_t merge_count;
};

struct rk_property {
	const char *name; /* "creator", "Application"; of custom ones as it was given */
	const char *value;
	bool custom;
};

struct rk_workbook {
	const struct rk_tab *tabs; /* in their order, hidden ones too; charts are none */
	size_t tab_count;
	const struct rk_property *properties;
	size_t property_count;
	bool from_1904;
};

/* rk_workbook_is tells a workbook, and what is taken for one (.xls, a password file, other archives), by the first bytes. */
bool rk_workbook_is(struct rk_slice bytes);

/* rk_workbook_read fills workbook; all of it lives in the arena, nothing points into bytes.  file begins every sentence.
 *
 * Errors, RK_INVALID_ARGUMENT, each with what, which value, which limit: WORKBOOK_OLD_FORMAT (.xls and its like), WORKBOOK_ENCRYPTED,
 * WORKBOOK_OTHER_FORMAT (.ods, .docx, .xlsb ...), WORKBOOK_TOO_LARGE, WORKBOOK_INFLATES, WORKBOOK_TOO_MANY_PARTS,
 * WORKBOOK_TOO_MANY_CELLS, WORKBOOK_TOO_DEEP, WORKBOOK_DOCTYPE, WORKBOOK_BROKEN.  RK_RESOURCE_EXHAUSTED: no memory. */
RK_MUST_USE enum rk_status rk_workbook_read(struct rk_arena *arena, const char *file,
	struct rk_slice bytes, struct rk_workbook *workbook, struct rk_err *err);

/* NULL when the cell is empty. */
const struct rk_tab_cell *rk_tab_find(const struct rk_tab *tab, struct rk_address at);
/* The merged range that a cell lies in, NULL when it stands alone. */
const struct rk_tab_merge *rk_tab_merged(const struct rk_tab *tab, struct rk_address at);
/* NULL when there is none of this name; a custom one goes before a standard one. */
const char *rk_workbook_property(const struct rk_workbook *workbook, const char *name);
