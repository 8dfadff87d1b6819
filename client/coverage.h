/* coverage.h - a number never stands alone: how many reports stand behind it. */
#pragma once
#include "run.h"

#include "renkei/v1/status_service.pb-c.h"

/* "accepted 87 of 132 expected (reported ..., missing ...)"; NULL gives "unknown". */
const char *rk_coverage_text(struct rk_run *run, const Renkei__V1__Coverage *coverage);
/* The same as a line of its own. */
const char *rk_coverage_line(struct rk_run *run, const Renkei__V1__Coverage *coverage);
/* A count of a coverage that may be absent. */
const char *rk_count(struct rk_run *run, int64_t count);
