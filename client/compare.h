/* compare.h - a report beside the earlier ones of its municipality: asked of the server, which has them, or made here with files of them. */
#pragma once
#include "form/form.h"
#include "remote.h"

/* Asks the server what it sees beside the reports that it has accepted; it stores nothing.  *comparison is NULL when the bytes are no clean report, or
 * the server does not compare.  Fails within a few seconds: who asks goes on without. */
RK_MUST_USE enum rk_status rk_compare_asked(struct rk_run *run, struct rk_slice report,
	const Renkei__V1__Comparison **comparison, struct rk_failure *failure);

/* The same for every report of the forms, into its comparison.  False when the server could not be asked: then nothing more is asked. */
bool rk_compare_forms(struct rk_run *run, struct rk_form *forms, size_t count);

/* The reports of --earlier, for rk_compare_here. */
struct rk_earlier {
	struct rk_compared *reports;
	size_t count;
};

/* Reads the files of --earlier; taken as accepted, whatever became of them.  Returns an exit status. */
int rk_earlier_read(struct rk_run *run, struct rk_earlier *earlier);
/* Compares the reports of a form with them, without a server; nothing when there are none. */
int rk_compare_here(struct rk_run *run, const struct rk_earlier *earlier, struct rk_form *form);

/* What was found of a report beside earlier ones, each finding once for its cell (rk_verdict_once); NULL when nobody looked. */
const Renkei__V1__Comparison *rk_compare_once(
	struct rk_run *run, const struct rk_form_report *report);
/* All that was found of a report, in one: verdict, and behind it what the comparison found. */
const Renkei__V1__Verdict *rk_compare_joined(struct rk_run *run, const Renkei__V1__Verdict *verdict,
	const Renkei__V1__Comparison *comparison);
/* Says of a comparison that was kept with a version what it found, or that it found nothing, and with exactly which reports. */
void rk_compare_kept(struct rk_run *run, FILE *out, const Renkei__V1__Comparison *comparison);
/* Says what a comparison found, and with which reports; nothing when it found nothing.  report may be NULL. */
void rk_compare_print(struct rk_run *run, FILE *out, const struct rk_form_report *report,
	const Renkei__V1__Comparison *comparison);
