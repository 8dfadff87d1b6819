/* return_place.h - the place in a report that somebody who has its form before them means. */
#pragma once
#include "run.h"

#include "renkei/v1/report.pb-c.h"

/* rk_return_path makes a path of "取組!F5" (a cell of the form of this version as 'renkei template' writes it), of "取組1 > 実施開始日" (names as reports
 * are shown, in any language) or of a path.  A cell is the field of the record whose row it is: of people of one side those of that side; of
 * what one cell says for all of a list the field of the first; and where the report has no element that the cell would be of, the list.  The
 * column of the mark is the whole row.
 *
 * Returns EX_OK; EX_USAGE when there is no such place, or nothing in it, after it has said so. */
int rk_return_path(
	struct rk_run *run, const Renkei__V1__Report *report, const char *place, const char **path);
/* Whether a text is a place and nothing else: a cell, names as reports are shown, a path; whatever the report has there. */
bool rk_is_place(struct rk_run *run, const Renkei__V1__Report *report, const char *text);
