/* returned_items.h - what became of the items that a version was returned with, in the version that came after it. */
#pragma once
#include "out.h"
#include "remote.h"
#include "report_diff.h"

#include "renkei/v1/report_service.pb-c.h"

struct rk_returned_item {
	const char *path;           /* as those of report_diff.h: ids instead of places */
	const char *item, *reason;  /* what it is called, and why it was returned */
	const char *before, *after; /* one line each; "" = nothing */
	const char *answer;  /* what the municipality said of it after the return; "" = nothing */
	const char *outcome; /* "changed", "answered" (and not changed), "unchanged" */
};

struct rk_returned_items {
	const Renkei__V1__ReportTransition
		*step; /* NULL: nothing before this version was returned */
	struct rk_returned_item *at;
	size_t count;
};

/* rk_returned_items looks for the last return of a version before this one, from a version on (0 = any), and at what became of each of its items.
 * summary and report are those of the later version. */
RK_MUST_USE enum rk_status rk_returned_items(struct rk_run *run,
	const Renkei__V1__ReportSummary *summary, const Renkei__V1__Report *report, int32_t from,
	struct rk_returned_items *items, struct rk_failure *failure);
/* The item that a row of a comparison is of, or holds: of several the innermost; NULL when it is none's. */
const struct rk_returned_item *rk_returned_item_at(
	const struct rk_returned_items *items, const char *path);
/* The items that are named at none of the rows, in their order, into room for all of them; returns how many. */
size_t rk_returned_items_unsaid(const struct rk_returned_items *items,
	const struct rk_report_change *rows, size_t count, const struct rk_returned_item **unsaid);
/* Prints them below their title; nothing when there are none. */
void rk_returned_items_text(struct rk_run *run, FILE *out, const struct rk_returned_items *items);
