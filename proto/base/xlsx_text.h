/* xlsx_text.h - a text as a cell of Office Open XML keeps it.
 *
 * There _x0041_ is read as the character of that number (ECMA-376 part 1, 22.9.2.19, ST_Xstring): a text that says so itself is written
 * with its first sign so, _x005F_x0041_, and is read back as it was.
 */
#pragma once
#include "base/buf.h"

/* rk_xlsx_text returns what is written into the cell; it lives in room, whose former bytes are gone, until room changes.  NULL without memory. */
const char *rk_xlsx_text(struct rk_buf *room, struct rk_slice text);
