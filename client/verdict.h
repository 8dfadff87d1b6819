/* verdict.h - findings, for people and for programs. */
#pragma once
#include "form/form.h"
#include "run.h"

#include "renkei/v1/problem.pb-c.h"

struct rk_grid;

/* The sentence of a finding in the run's language; what can be chosen is called as the form calls it, unless report is from a file of
 * programs (report may be NULL). */
const char *rk_finding_sentence(struct rk_run *run, const struct rk_form_report *report,
	const Renkei__V1__Finding *finding);
/* A finding's value or suggestion, in the words of the form that the report was read from. */
const char *rk_finding_shown(
	const struct rk_form_report *report, const Renkei__V1__Finding *finding, const char *value);
/* rk_findings_in_order gives the findings as one meets them in the file, of which report is one (may be NULL): by sheet, row and column where
 * they have cells, else as they are; of several that say the same of one cell the first.  *count: how many there are. */
const Renkei__V1__Finding **rk_findings_in_order(struct rk_run *run,
	const struct rk_form_report *report, const Renkei__V1__Verdict *verdict, size_t *count);
/* rk_verdict_once returns the verdict with the findings of rk_findings_in_order alone, and the counts of these: what is counted is what is listed. */
const Renkei__V1__Verdict *rk_verdict_once(struct rk_run *run, const struct rk_form_report *report,
	const Renkei__V1__Verdict *verdict);
/* "error", "warning", "info"; the second one for people. */
const char *rk_severity_name(Renkei__V1__Severity severity);
const char *rk_severity_label(struct rk_run *run, Renkei__V1__Severity severity);
/* Says every finding on stderr, one or two lines each. */
void rk_verdict_talk(struct rk_run *run, const Renkei__V1__Verdict *verdict);
/* The same to out, with the name of the file and the places in it (report may be NULL). */
void rk_verdict_print_form(struct rk_run *run, FILE *out, const struct rk_form_report *report,
	const Renkei__V1__Verdict *verdict);

/* rk_check_form judges one report with the rules (by the day of today.h).  Returns RK_OK with *verdict in the run's arena;
 * the errors are those of rk_rules_check and of the report's own reading. */
RK_MUST_USE enum rk_status rk_check_form(struct rk_run *run, const struct rk_form_report *report,
	const Renkei__V1__Verdict **verdict, struct rk_err *err);
