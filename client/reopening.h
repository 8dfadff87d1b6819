/* reopening.h - single items of accepted reports that may be corrected until a day. */
#pragma once
#include "remote.h"

#include "renkei/v1/report_service.pb-c.h"
#include "renkei/v1/review_service.pb-c.h"

/* Reopenings of a municipality's reports ("" = of all that one may see) and a period (NULL = of all). */
RK_MUST_USE enum rk_status rk_reopenings_of(struct rk_run *run, const char *municipality,
	Renkei__V1__Period *period, bool open_only, Renkei__V1__ListReopeningsResponse **response,
	struct rk_failure *failure);
/* The open one among these that concerns a report and came after its return (NULL = it was not returned): then it holds, and the return does not.
 * NULL when there is none. */
const Renkei__V1__Reopening *rk_reopening_after(const Renkei__V1__ListReopeningsResponse *all,
	const char *municipality, const Renkei__V1__Period *period,
	const Renkei__V1__ReportTransition *returned);
/* The version whose items can be reopened: 0 when none was accepted. */
RK_MUST_USE enum rk_status rk_reopenable_version(struct rk_run *run,
	const Renkei__V1__ReportSummary *summary, int32_t *version, struct rk_failure *failure);
/* A reopening as the step that would give the report back: its items, until when, and why. */
const Renkei__V1__ReportTransition *rk_reopening_step(
	struct rk_run *run, const Renkei__V1__Reopening *reopening);
