/* prefill.h - what stands in the cells of one municipality's form: codes and dates given, an earlier report carried, blank rows below.
 *
 * Of an earlier quarter's report only what is still open is carried (RK_CARRY_OPEN): activities planned, postponed or continued, needs not
 * met yet, challenges not handled, projects not finished, with all that hangs on them; what was held and achieved is told already, and
 * told again it would be counted again.  Of a version of this very report, or the forecast of its quarter, everything is (RK_CARRY_ALL).
 */
#pragma once
#include "base/arena.h"
#include "form/design.h"
#include "words/period.h"

#include "renkei/v1/report.pb-c.h"

enum rk_carry { RK_CARRY_NOTHING, RK_CARRY_OPEN, RK_CARRY_ALL };

/* Whose form, and what is known before anybody writes. */
struct rk_form_subject {
	const char *municipality; /* NULL: not known */
	struct rk_period period;  /* fiscal_year 0: not known */
	Renkei__V1__ReportAction action;
	int32_t base_version;
	enum rk_carry carry;
	const Renkei__V1__Report *from; /* of RK_CARRY_NOTHING: NULL */
	const char *change_reason;      /* written already; NULL = not */
	/* What the mark says of a row that was carried ("前回より"), NULL = it is this report's own. */
	const char *mark;
};

enum rk_filled_kind {
	RK_FILLED_NOTHING,
	RK_FILLED_TEXT,
	RK_FILLED_NUMBER, /* text has the digits too, in full */
	RK_FILLED_DATE,   /* number is Excel's of the day, text its words */
};

struct rk_filled {
	enum rk_filled_kind kind;
	const char *text;
	double number;
	/* Of a returned version (returned.h): it may be changed all the same, and why it has to be. */
	bool open;
	const char *note;   /* NULL = nothing */
	const char *author; /* of the note, shown with it */
};

struct rk_filled_row {
	const ProtobufCMessage *record; /* NULL: a blank row, with what is given */
	const char *id;                 /* "" = it has none */
	struct rk_filled *cells;        /* one a column */
};

struct rk_filled_sheet {
	const struct rk_form_sheet *form;
	struct rk_filled_row *rows; /* of the cover: one */
	size_t count, cap;
	size_t carried;          /* so many of them come from a report, before the blank ones */
	bool closed, open_below; /* only open cells may be changed; also below the last row */
	bool reopened;           /* of the cover: the rest of the form was accepted */
};

/* rk_form_prefill returns rk_sheet_count sheets in the arena, which borrow all that is given; NULL without memory. */
RK_MUST_USE struct rk_filled_sheet *rk_form_prefill(struct rk_arena *arena,
	const struct rk_form_design *design, const struct rk_form_subject *subject);
