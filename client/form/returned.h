/* returned.h - a form of a returned version: open is only what the return names, and beside it stands why. */
#pragma once
#include "form/address.h"
#include "form/prefill.h"

/* Bytes of a comment; Excel takes 32767 characters. */
#define RK_FORM_NOTE_MAX 16000

/* Where something stands in a form: its sheet, and the address in the workbook of xlsx_write.h. */
struct rk_form_place {
	const struct rk_form_sheet *form;
	struct rk_address at;
};

/* Why something is opened, and who says so. */
struct rk_form_note {
	const char *text, *author;
	bool narrow; /* of a reopening, which lets less be changed than a return */
};

/* rk_form_close closes every cell of a form that rk_form_prefill filled in from a version (RK_CARRY_ALL). */
void rk_form_close(struct rk_filled_sheet *sheets);

/* rk_form_open opens what a path of the report means: a field its cell, and those beside it that a rule holds against it (rk_rules_together); a
 * record its row and the rows that belong to it; a list its rows and the blank ones; the empty path everything.  Ids stay closed unless they are
 * named.  note, which may be NULL, becomes the comment of the first cell that was opened, behind what stands there, and cut where it is too long.
 * *place is that cell; of what has no cell of its own the nearest: of its row, else of the cover.  false without memory. */
RK_MUST_USE bool rk_form_open(struct rk_arena *arena, struct rk_filled_sheet *sheets,
	const Renkei__V1__Report *report, const char *path, const struct rk_form_note *note,
	struct rk_form_place *place);

/* rk_form_note_at puts a comment on the cell that rk_form_open would open first, and opens nothing.  false without memory. */
RK_MUST_USE bool rk_form_note_at(struct rk_arena *arena, struct rk_filled_sheet *sheets,
	const Renkei__V1__Report *report, const char *path, const struct rk_form_note *note);
