/* review_times.h - how long the secretariat takes from a submission to 受理 or 差戻し, in words. */
#pragma once
#include "run.h"

#include "renkei/v1/review_service.pb-c.h"

/* "30 answered (28 accepted, 2 returned): median 3, longest 12 working days; 4 wait, the longest 8". */
const char *rk_review_times_text(struct rk_run *run, const Renkei__V1__ReviewTimes *times);
