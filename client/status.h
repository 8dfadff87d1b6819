/* status.h - the matrix municipality x quarter: shown once, or as it changes. */
#pragma once
#include "run.h"

#include "renkei/v1/status_service.pb-c.h"

/* With --exit-code: a report is missing or returned. */
#define EX_OWED 1

/* Prints the answer in the run's format, of --municipality alone where it is given.  Returns an exit status. */
int rk_status_show(struct rk_run *run, Renkei__V1__GetPlatformStatusResponse *answer);
/* The name of the row's municipality in the run's language; borrowed. */
const char *rk_status_row_name(const struct rk_run *run, const Renkei__V1__StatusRow *row);
/* --timeliness: reports due, in time, late and missing of each municipality and fiscal year with their shares, and the quartiles of all.  Returns an exit status. */
int rk_status_times(struct rk_run *run, const Renkei__V1__GetPlatformStatusResponse *answer);
/* Prints it at once and whenever it has changed, for ever; connects again when the line breaks.  Returns an exit status when the server refuses, or
 * the output takes no more. */
int rk_status_watch(struct rk_run *run, int32_t first_fiscal_year, int32_t last_fiscal_year);
