/* meant.h - whether a report that is checked without a server is the one that was meant: one's own, and of the quarter asked for.
 *
 * The server refuses a form that was filled in for somebody else; who has no line learns it here.  The findings are this client's own: they
 * are of no rule set, and cannot be answered.
 */
#pragma once
#include "form/form.h"
#include "run.h"

#include "renkei/v1/problem.pb-c.h"

/* The verdict, before its own findings the warnings MUNICIPALITY_NOT_OWN, for everybody but an office, whose forms are others', and
 * PERIOD_NOT_ASKED, where period is not NULL and another one than the report's. */
const Renkei__V1__Verdict *rk_meant_joined(struct rk_run *run, const struct rk_form_report *report,
	const Renkei__V1__Verdict *verdict, const Renkei__V1__Period *period);
