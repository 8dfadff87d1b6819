/* cells.h - one field of a report to one cell of the form. */
#pragma once
#include "form/prefill.h"

/* rk_cell_fill fills out from record for a column that has a field; nothing when the record says nothing there, or says it in the
 * rows of a sheet of its own (rk_cell_fits_row).  false without memory. */
RK_MUST_USE bool rk_cell_fill(struct rk_arena *arena, const struct rk_form_design *design,
	const struct rk_form_column *column, const ProtobufCMessage *record, struct rk_filled *out);
/* Whether the list of an activity that has a sheet and columns of the activity's row fits into those columns, in its order and whole:
 * parties of one role; people of one side and basis who are only counted.  false for any other list. */
bool rk_cell_fits_row(const ProtobufCMessage *record, const char *list);

/* A text, nothing when it is empty; text is borrowed. */
void rk_cell_text(struct rk_filled *out, const char *text);
/* A number without a fraction. */
RK_MUST_USE bool rk_cell_integer(struct rk_arena *arena, int64_t value, struct rk_filled *out);
