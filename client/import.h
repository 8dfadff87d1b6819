/* import.h - reports that the secretariat enters for municipalities (代理提出): many files, each with a verdict of its own.
 *
 * import_plan.c reads and judges every file before anything is sent; import_print.c says what is wrong where, and what became of each;
 * cmd_import.c is the way from the one to the other.  Sending is that of submit.h: one stream, the same request_ids for ever.
 */
#pragma once
#include "submit.h"

/* One report of a file, or the file when no report can be had of it. */
struct rk_import_row {
	const char *name;                    /* the file, and where in it */
	const struct rk_form_report *report; /* NULL: there is none; err says why */
	const Renkei__V1__Report *content;   /* NULL: it cannot be unpacked */
	const Renkei__V1__Verdict *verdict;  /* NULL: it was not judged; err says why */
	struct rk_err err;                   /* what keeps it here, beside the verdict's errors */
	struct rk_submit_item *item;         /* NULL: it is kept here */
};

struct rk_import {
	struct rk_run *run;
	const char *code; /* the one municipality it is for; NULL = what each report names */
	struct rk_import_row *rows;
	size_t count, cap;
	bool alone; /* the server did not answer: it is asked no more about earlier reports */
	struct rk_submit submit;
};

/* rk_import_plan reads and judges all operands; a file that cannot go keeps nobody back.  EX_USAGE: an --answer that fits nothing. */
int rk_import_plan(struct rk_import *import);
/* What was found in the files, on stderr: of each the first findings by their place. */
void rk_import_tell(const struct rk_import *import);
/* Says what goes where and asks, as rk_submit_agreed. */
bool rk_import_agreed(const struct rk_import *import);
/* What the server refused, on stderr; then a line a report, and the sum.  Returns the exit status: 0 all stored, EX_SOME_REFUSED, EX_DATAERR
 * all refused; else the gravest of what else went wrong. */
int rk_import_print(const struct rk_import *import);
