/* summary.h - what report and review share: which report is meant, what is shown of it, and the question before it is changed. */
#pragma once
#include "out.h"
#include "remote.h"

#include "renkei/v1/report_service.pb-c.h"

struct rk_report_key {
	const char *municipality;
	Renkei__V1__Period period;
	int32_t version;            /* 0 = the latest */
	const char *receipt_number; /* NULL when a period was named */
};

/* A period (with --municipality and --version) or a receipt number. */
RK_MUST_USE enum rk_status rk_report_asked(
	struct rk_run *run, const char *text, struct rk_report_key *key, struct rk_err *err);
RK_MUST_USE enum rk_status rk_get_report(struct rk_run *run, struct rk_report_key *key,
	Renkei__V1__GetReportResponse **response, struct rk_failure *failure);
/* As rk_get_report, for who releases or confirms it: the summary's sha256 is that of report_bytes, computed here, and report is what these hold.
 * Errors besides: RK_DATA_LOSS REPORT_NOT_AS_NAMED the server names another SHA-256; RK_INTERNAL SERVER_ANSWER_BAD there is no content, or some
 * that this client does not know and could not show. */
RK_MUST_USE enum rk_status rk_report_seen(struct rk_run *run, struct rk_report_key *key,
	Renkei__V1__GetReportResponse **response, struct rk_failure *failure);
/* The last version before this one that the caller may see, of those that left the house alone if so asked; 0 when there is none. */
RK_MUST_USE enum rk_status rk_version_before(struct rk_run *run,
	const Renkei__V1__ReportSummary *summary, bool left, int32_t *version,
	struct rk_failure *failure);
/* All versions of a report, and its changes of state. */
RK_MUST_USE enum rk_status rk_list_versions(struct rk_run *run, const char *municipality,
	Renkei__V1__Period *period, Renkei__V1__ListReportVersionsResponse **response,
	struct rk_failure *failure);
/* All pages, at most limit reports. */
RK_MUST_USE enum rk_status rk_list_reports(struct rk_run *run,
	Renkei__V1__ListReportsRequest *request, size_t limit, Renkei__V1__ListReportsResponse *all,
	struct rk_failure *failure);
/* Asks for those given back alone: by the secretariat, or by the approver before they left the house. */
void rk_returned_alone(Renkei__V1__ListReportsRequest *request);
/* Whether a report in this state is one of them. */
bool rk_is_returned(Renkei__V1__ReportState state);
/* The change that gave a version back, which is in this state now, with its reasons and due date; *step is NULL when there was none.  The
 * approver's reason stands as that of one item, the report as a whole. */
RK_MUST_USE enum rk_status rk_return_step(struct rk_run *run, struct rk_report_key *key,
	Renkei__V1__ReportState state, const Renkei__V1__ReportTransition **step,
	struct rk_failure *failure);
/* A server left out what its answer must have: says so, and returns the exit status. */
int rk_answer_bad(struct rk_run *run, const char *what);
/* The change of state that returned this version, with reasons and due date; NULL when it is not returned, or may not be known. */
const Renkei__V1__ReportTransition *rk_return_of(
	struct rk_run *run, const Renkei__V1__ReportSummary *summary);
/* One version of a report in a table. */
#define RK_SUMMARY_COLUMNS 22
extern const struct rk_grid_column rk_summary_columns[RK_SUMMARY_COLUMNS];
/* The state; for people with what it lacks when it was entered for the municipality (代理提出): "提出済（代理提出・確認待ち）". */
const char *rk_state_shown(struct rk_run *run, const Renkei__V1__ReportSummary *summary);
/* Entered for the municipality, which has neither confirmed nor replaced it nor taken it back. */
bool rk_summary_waits(const Renkei__V1__ReportSummary *summary);
/* Who entered a version for the municipality, and who confirmed it when; of one with delegated_by. */
const char *rk_delegation_line(struct rk_run *run, const Renkei__V1__ReportSummary *summary);
void rk_summary_add(struct rk_grid *grid, const Renkei__V1__ReportSummary *summary);
int rk_print_summary(struct rk_run *run, const Renkei__V1__ReportSummary *summary);
int rk_print_summaries(
	struct rk_run *run, const Renkei__V1__ReportSummary *const *summaries, size_t count);
/* Shows the report and asks, unless --yes or --dry-run; without a terminal --yes is required.  Says why when it is false. */
bool rk_confirm(struct rk_run *run, const char *code, const Renkei__V1__ReportSummary *summary);
/* A correction of an accepted report that has not left the house: what takes its place is one too. */
bool rk_is_unreleased_correction(const Renkei__V1__ReportSummary *summary);
/* The exit status after rk_confirm was false. */
int rk_not_confirmed(void);
/* The label of an enum value for people, its stable name for programs. */
const char *rk_shown_enum(struct rk_run *run, const ProtobufCEnumDescriptor *type, int value);
