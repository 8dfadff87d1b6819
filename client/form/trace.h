/* trace.h - where in a workbook the fields of a report stand. */
#pragma once
#include "base/arena.h"
#include "form/head.h"

/* A path of the report and the cell it was read from, or the row of a whole record. */
struct rk_trace_mark {
	const char *path;
	const struct rk_head *head;
	struct rk_address at; /* column 0: a record */
};

/* {0} is an empty one.  Marks are added while a workbook is read, and looked for when it is closed. */
struct rk_trace {
	struct rk_buf marks; /* struct rk_trace_mark; memory of the heap until rk_trace_close */
	const struct rk_trace_mark *sorted;
	size_t count;
	const struct rk_head *heads;
	size_t head_count;
};

/* path is borrowed. */
RK_MUST_USE enum rk_status rk_trace_add(
	struct rk_trace *trace, const char *path, const struct rk_head *head, struct rk_address at);
/* Sorts the marks into the arena and gives the heap's memory back, in any case. */
RK_MUST_USE enum rk_status rk_trace_close(struct rk_trace *trace, struct rk_arena *arena);

/* rk_trace_find says where a field stands, or would stand when it is missing: its cell, else its record's first one, else the sheet's head.
 * false when the path has no place in the workbook. */
RK_MUST_USE bool rk_trace_find(const struct rk_trace *trace, const char *path,
	const struct rk_tab **tab, struct rk_address *at);
/* The column that the place of a path lies in, and its head; NULL when it has none. */
const struct rk_head_column *rk_trace_column(
	const struct rk_trace *trace, const char *path, const struct rk_head **head);

/* "partners[2].partner_code" is of the column "partners[].partner_code", "themes[0]" of "themes". */
bool rk_trace_is_of(const char *field, const char *key);
/* A column for part of the field, such as partners[].partner_code for partners. */
bool rk_trace_is_part_of(const char *key, const char *field);
