/* waiting.h - reports that the secretariat entered for a municipality, and that wait for its confirmation (代理提出・確認待ち). */
#pragma once
#include "summary.h"

/* Those that the caller may see, its own for a municipality; the newest hundred. */
RK_MUST_USE enum rk_status rk_waiting_list(
	struct rk_run *run, Renkei__V1__ListReportsResponse *all, struct rk_failure *failure);
/* Is the caller, by its certificate, none of a municipality.  An office that waits for others asks for the list itself. */
bool rk_is_office(const struct rk_run *run);
/* Says on stderr which they are and how they are confirmed; nothing to an office, when there are
 * none, or when that cannot be known. */
void rk_waiting_tell(struct rk_run *run);
/* The same of reports that were listed already. */
void rk_waiting_tell_of(struct rk_run *run, const Renkei__V1__ListReportsResponse *reports);
/* All of these fiscal years (equal ones, or 0 and 0 for any), as known then where the run asks about a past moment; none where that cannot be known. */
void rk_waiting_of_years(
	struct rk_run *run, int32_t first, int32_t last, Renkei__V1__ListReportsResponse *all);
/* Whether a report is one of them. */
bool rk_waiting_has(const Renkei__V1__ListReportsResponse *all, const char *municipality,
	const Renkei__V1__Period *period);
