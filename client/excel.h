/* excel.h - what -o csv becomes for a spreadsheet (--excel): opened by a click, read in the right characters, running nothing. */
#pragma once
#include "run.h"

/* rk_excel_text returns text, with an apostrophe before it where a spreadsheet would take it for a formula (words/guard.h). */
const char *rk_excel_text(struct rk_run *run, const char *text);
/* rk_excel_add appends csv with a byte order mark before it.  The line ends between the rows become CRLF; those inside a quoted value stay
 * what they are. */
RK_MUST_USE enum rk_status rk_excel_add(struct rk_buf *out, const struct rk_buf *csv);
