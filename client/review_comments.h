/* review_comments.h - comments on items of reports, as they are read with a report. */
#pragma once
#include "out.h"
#include "remote.h"

#include "renkei/v1/report.pb-c.h"
#include "renkei/v1/review_service.pb-c.h"

/* Comments on the reports of a municipality ("" = of all that one may see) and a period (NULL = of all). */
RK_MUST_USE enum rk_status rk_comments_of(struct rk_run *run, const char *municipality,
	Renkei__V1__Period *period, bool open_only, Renkei__V1__ListCommentsResponse **response,
	struct rk_failure *failure);
/* Prints comments below their title, each with its turns; nothing when there is none.  report: whose items they name, NULL = not known. */
void rk_comments_text(struct rk_run *run, FILE *out, const Renkei__V1__Report *report,
	const Renkei__V1__ListCommentsResponse *comments);
