/* write_back.h - findings, put into a copy of the workbook as comments at their cells. */
#pragma once
#include "form/form.h"
#include "run.h"

#include "renkei/v1/problem.pb-c.h"

/* rk_write_back writes copy, or when it is NULL "FORM.checked.xlsx" beside "FORM.xlsx", over nothing that is there, and says so; says that there is nothing to write when there are no findings or
 * the report is from no workbook.  Returns an exit status. */
int rk_write_back(struct rk_run *run, const char *file, const char *copy,
	const struct rk_form_report *report, const Renkei__V1__Verdict *verdict);
