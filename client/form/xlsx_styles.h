/* xlsx_styles.h - how the cells of the workbook look, and the names of cells in formulas. */
#pragma once
#include "form/design.h"

#include <xlsxwriter.h>

/* Points of the letters of a sheet's title. */
#define RK_STYLE_TITLE_LETTERS 14

/* What is in a cell. */
enum rk_style_kind {
	RK_STYLE_TEXT,
	RK_STYLE_DATE,
	RK_STYLE_INTEGER,
	RK_STYLE_NUMBER,
	RK_STYLE_KINDS
};

/* How it came there. */
enum rk_style_state {
	RK_STYLE_YELLOW,  /* to be filled in, or filled in by the municipality before */
	RK_STYLE_GIVEN,   /* filled in beforehand; may be changed */
	RK_STYLE_CARRIED, /* of an earlier report */
	RK_STYLE_BEYOND,  /* below the yellow rows: takes more */
	RK_STYLE_LOCKED,  /* of a returned version: not to be changed */
	RK_STYLE_STATES,
};

struct rk_styles {
	lxw_format *cells[RK_STYLE_KINDS][RK_STYLE_STATES];
	lxw_format *small[RK_STYLE_STATES]; /* of texts that are long */
	lxw_format *title, *guide, *label, *required, *explanation, *mark, *plain;
};

/* Formats are the workbook's; false without memory. */
bool rk_styles_make(lxw_workbook *book, enum rk_language language, struct rk_styles *styles);
enum rk_style_kind rk_style_kind(enum rk_cell cell);

#define RK_RANGE_TEXT 256
/* "='コード表'!$A$2:$A$19" */
void rk_range_text(char out[RK_RANGE_TEXT], const char *title, unsigned column, unsigned first_row,
	unsigned last_row);
