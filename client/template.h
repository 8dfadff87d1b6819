/* template.h - the parts of renkei template: what the server knows, and the two shapes of a form on disk. */
#pragma once
#include "form/prefill.h"
#include "form/returned.h"
#include "remote.h"
#include "review_comments.h"

#include "renkei/v1/report_service.pb-c.h"

/* One municipality's form, and the report it goes on from. */
struct rk_template_target {
	const char *code; /* NULL: not known */
	bool found;       /* the rest says something */
	struct rk_period period;
	int32_t version;     /* whose content is carried */
	int32_t latest;      /* on which the next is based */
	bool still_corrects; /* a correction that was returned, or has not left the house */
	Renkei__V1__ReportState state;
};

/* What one run of the command is about. */
struct rk_template_job {
	struct rk_run *run;
	struct rk_period period;
	bool csv;      /* the shape: CSV files, or a workbook */
	bool returned; /* open is only what was returned */
	bool server;   /* it is asked for what it knows */
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
/* The words of the form: what it offers is what the registry has, or without a server what is compiled in. */
int rk_template_design(struct rk_template_job *job);
/* The latest report up to a quarter of each target, sorted by code: a report of that very quarter in any state, else one that was not withdrawn.
 * For one target all its reports are looked at, for several those of this fiscal year and the last. */
int rk_template_find(struct rk_run *run, struct rk_period period,
	struct rk_template_target *targets, size_t count);

/* Refuses a folder that is not there; and a file in one. */
int rk_template_folder(struct rk_run *run, const char *folder);
int rk_template_folder_of(struct rk_run *run, const char *path);
/* Refuses a file or folder that is there, unless --force. */
int rk_template_spare(struct rk_run *run, const char *path);
/* A filled form to path, in the shape of the job, over what is there. */
int rk_template_put(struct rk_template_job *job, const struct rk_filled_sheet *sheets,
	const char *municipality, const char *path);
/* One form to path, and a line about it when it is the only one; what is there gives way only to --force. */
int rk_template_write(
	struct rk_template_job *job, const struct rk_template_target *found, const char *path);
/* rk_template_refuse says why not, and returns status. */
int rk_template_refuse(struct rk_run *run, int status, const char *sentence);

/* "2016Q3" */
const char *rk_template_tag(struct rk_run *run, struct rk_period period);
/* "401005-2016Q3.xlsx", without a suffix for the folder of CSV files. */
const char *rk_template_name(struct rk_template_job *job, const char *code);

/* Whether --format, or --csv, asks for CSV files. */
bool rk_template_is_csv(const struct rk_run *run);
/* Whether CSV files go into an archive of this name. */
bool rk_template_is_zip(const char *path);
/* rk_template_csv writes a form as CSV files, opened by a click and running nothing (excel.h), and lists.csv with the code lists: into a
 * ZIP archive when path ends with .zip, else into a folder.  A folder that it made vanishes when a file of it cannot be written. */
int rk_template_csv(struct rk_run *run, const struct rk_form_design *design,
	const struct rk_filled_sheet *sheets, const char *path);

/* The form of a version, for the places in it alone; NULL without memory. */
struct rk_filled_sheet *rk_template_form(struct rk_run *run, const Renkei__V1__Report *report);
/* rk_template_open leaves open only what the step returned, and says there why and until when.  places, one an item of the step, says where. */
int rk_template_open(struct rk_run *run, struct rk_filled_sheet *sheets,
	const Renkei__V1__Report *report, const Renkei__V1__ReportTransition *step,
	struct rk_form_place *places);
/* rk_template_comments puts the open comments on this version on their cells, and opens nothing. */
int rk_template_comments(struct rk_run *run, struct rk_filled_sheet *sheets,
	const Renkei__V1__Report *report, const Renkei__V1__ListCommentsResponse *comments,
	int32_t version);
/* "取組!F5" */
const char *rk_place_text(struct rk_run *run, const struct rk_form_place *place);
