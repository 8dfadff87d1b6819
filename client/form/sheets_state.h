/* sheets_state.h - what the readers of sheets share; for the files sheets_*.c that read. */
#pragma once
#include "form/fill.h"
#include "form/sheets_read.h"
#include "form/value.h"

/* report->map. */
struct rk_sheets_map {
	struct rk_trace trace;
	struct rk_arena *arena;
};

/* report->shown. */
const char *rk_sheets_shown(
	const struct rk_form_report *report, const char *field_path, const char *value);

/* A row that others belong to. */
struct rk_sheets_parent {
	const struct rk_sheet *sheet;
	const char *id;
	ProtobufCMessage *message;
	const char *path;
};

struct rk_sheets_state {
	struct rk_arena *arena;
	bool from_1904;
	struct rk_trace *trace;
	const struct rk_read_fault *first, **next;
	ProtobufCMessage *report;
	struct rk_buf parents; /* struct rk_sheets_parent */
	size_t orphans, texts;
	bool short_of_memory, too_large;
};

/* A cell that is to become the value of a field. */
struct rk_sheets_spot {
	const struct rk_head *head;
	const struct rk_head_column *column;
	const struct rk_tab_cell *cell;
	struct rk_address at;
	const char *path; /* of the record, "activities[0]"; "" for the report */
	ProtobufCMessage *record;
	unsigned currency_decimals; /* of amounts of money in this row */
};

/* Reads a cell that is not blank into its field, or tells what is wrong with it.  Marks where it stands. */
void rk_sheets_cell(struct rk_sheets_state *state, const struct rk_sheets_spot *spot);
/* Reads one row into a new record. */
void rk_sheets_row(
	struct rk_sheets_state *state, const struct rk_head *head, struct rk_tab_row row);
/* Reads the cover into the report. */
void rk_sheets_cover(struct rk_sheets_state *state, const struct rk_head *head);

/* Tells a fault.  Its texts are copied. */
void rk_sheets_fault(struct rk_sheets_state *state, Renkei__V1__Severity severity,
	const struct rk_json_fault *fault);
void rk_sheets_mark(struct rk_sheets_state *state, const char *path, const struct rk_head *head,
	struct rk_address at);
/* printf into the arena; "" without memory. */
const char *rk_sheets_text(struct rk_sheets_state *state, const char *format, ...) RK_PRINTF(2, 3);
bool rk_sheets_is_blank(const struct rk_tab_cell *cell);
