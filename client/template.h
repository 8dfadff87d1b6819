/* template.h - the parts of renkei template: what the server knows, and the two shapes of a form on disk. */
#pragma once
#include "form/prefill.h"
#include "remote.h"

#include "renkei/v1/report_service.pb-c.h"

/* One municipality's form, and the report it goes on from. */
struct rk_template_target {
	const char *code; /* NULL: not known */
	bool found;       /* the rest says something */
	struct rk_period period;
	int32_t version;
	Renkei__V1__ReportState state;
};

/* What one run of the command is about. */
struct rk_template_job {
	struct rk_run *run;
	struct rk_period period;
	bool server; /* it is asked for what it knows */
	struct rk_form_names names;
	const struct rk_form_design *design;
	struct rk_template_target *targets;
	size_t count;
	size_t written, carried; /* forms; those with something of an earlier report */
};

/* Each of these returns an exit status and says itself what is wrong. */

/* All that the registry has, whenever they took part: a report may be late, and may tell of those who left.  In the run's language. */
int rk_template_names(struct rk_run *run, struct rk_form_names *names);
/* The municipalities alone that take part on a day. */
int rk_template_participants(struct rk_run *run, int32_t day, struct rk_form_names *names);
/* The latest report up to a quarter of each target, sorted by code: a report of that very quarter in any state, else one that was not withdrawn.
 * For one target all its reports are looked at, for several those of this fiscal year and the last. */
int rk_template_find(struct rk_run *run, struct rk_period period,
	struct rk_template_target *targets, size_t count);

/* One form to path, and a line about it when it is the only one; what is there gives way only to --force. */
int rk_template_write(
	struct rk_template_job *job, const struct rk_template_target *target, const char *path);
/* rk_template_refuse says why not, and returns status. */
int rk_template_refuse(struct rk_run *run, int status, const char *sentence);

/* "2016Q3" */
const char *rk_template_tag(struct rk_run *run, struct rk_period period);
/* "401005-2016Q3.xlsx", without a suffix for the folder of CSV files. */
const char *rk_template_name(struct rk_template_job *job, const char *code);

/* rk_template_csv writes a form as a folder of CSV files, opened by a click and running nothing (excel.h), and lists.csv with the code lists.
 * A folder that it made vanishes when a file of it cannot be written. */
RK_MUST_USE enum rk_status rk_template_csv(struct rk_run *run, const struct rk_form_design *design,
	const struct rk_filled_sheet *sheets, const char *folder, struct rk_err *err);
