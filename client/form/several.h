/* several.h - several entries in one cell of a form.
 *
 * Entries are separated by a line break, by ; or ；; names by 、 too; codes and ids by any comma (, ， 、).  Blanks
 * around an entry do not count, empty entries are none.  An entry that has a separator, a line break or a quotation mark in it, or blanks around it,
 * stands in "quotation marks", those in it doubled, as in CSV; what follows the closing one up to the separator belongs to the entry as typed.
 */
#pragma once
#include "base/buf.h"

#include <stdbool.h>

enum rk_several {
	RK_SEVERAL_TEXTS,
	RK_SEVERAL_NAMES,
	RK_SEVERAL_CODES,
};

/* rk_several_add appends an entry to a cell, behind a separator when it is not the first.  RK_RESOURCE_EXHAUSTED. */
RK_MUST_USE enum rk_status rk_several_add(
	struct rk_buf *cell, enum rk_several kind, struct rk_slice entry);
/* rk_several_next takes the next entry from the front of rest and writes it to entry, which is emptied before; false when there is none left,
 * or no memory. */
RK_MUST_USE bool rk_several_next(struct rk_slice *rest, enum rk_several kind, struct rk_buf *entry);
