/* One form: what goes into it, and its way to the disk. */
#include "days.h"
#include "encoding.h"
#include "form/file.h"
#include "form/xlsx_write.h"
#include "periods.h"
#include "reopening.h"
#include "summary.h"
#include "template.h"
#include "words/rules.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *rk_template_tag(struct rk_run *run, struct rk_period period)
{
	char tag[RK_PERIOD_TEXT];

	rk_period_print(period, tag);
	return rk_run_str(run, tag);
}

int rk_template_refuse(struct rk_run *run, int status, const char *sentence)
{
	fprintf(stderr, "renkei: %s\n", sentence);
	run->failed = true;
	return status;
}

static enum rk_carry carry_of(
	const struct rk_template_job *job, const struct rk_template_target *target)
{
	bool same_quarter = target->period.fiscal_year == job->period.fiscal_year &&
		target->period.quarter == job->period.quarter;

	return !target->found ? RK_CARRY_NOTHING : same_quarter ? RK_CARRY_ALL : RK_CARRY_OPEN;
}

/* What was said of the workbook of before is not said of this one. */
static void forget_form(Renkei__V1__Report *report)
{
	size_t kept = 0;

	for (size_t i = 0; i < report->n_warning_answers; i++)
		if (!rk_rules_is_of_form(report->warning_answers[i]->code))
			report->warning_answers[kept++] = report->warning_answers[i];
	report->n_warning_answers = kept;
}

static enum rk_status get_last(struct rk_run *run, const struct rk_template_target *target,
	const Renkei__V1__Report **report, struct rk_failure *failure)
{
	struct rk_report_key key = {.municipality = target->code, .version = target->version};
	Renkei__V1__GetReportResponse *response = NULL;

	rk_period_to_message(target->period, &key.period);
	RK_TRY(rk_get_report(run, &key, &response, failure));
	if (response->report)
		forget_form(response->report);
	*report = response->report;
	return RK_OK;
}

/* A correction that was returned, or has not left the house, is still one; before it was accepted once, any version takes the place of the last. */
static void choose_action(const struct rk_template_target *target, struct rk_form_subject *subject)
{
	subject->base_version = target->latest;
	subject->action = RENKEI__V1__REPORT_ACTION__REPORT_ACTION_REPLACE;
	if (target->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED) {
		subject->action = RENKEI__V1__REPORT_ACTION__REPORT_ACTION_CORRECT;
	} else if (target->still_corrects) {
		subject->action = RENKEI__V1__REPORT_ACTION__REPORT_ACTION_CORRECT;
		subject->change_reason = subject->from->change_reason;
	}
}

/* What the form is for, and from where it goes on. */
static enum rk_status subject_of(struct rk_template_job *job,
	const struct rk_template_target *target, struct rk_form_subject *subject,
	struct rk_failure *failure)
{
	struct rk_run *run = job->run;
	bool same = target->found && target->period.forecast == job->period.forecast;

	*subject = (struct rk_form_subject){.municipality = target->code,
		.period = job->period,
		.action = RENKEI__V1__REPORT_ACTION__REPORT_ACTION_NEW,
		.carry = carry_of(job, target)};
	if (!target->found)
		return RK_OK;
	RK_TRY(get_last(run, target, &subject->from, failure));
	if (!subject->from)
		subject->carry = RK_CARRY_NOTHING;
	if (same && subject->carry == RK_CARRY_ALL)
		choose_action(target, subject);
	else
		subject->mark = rk_tell(
			run, "template.mark", "period", rk_template_tag(run, target->period));
	return RK_OK;
}

/* A form can be made again: it is whole or not there, and need not outlive the power. */
static enum rk_status write_workbook(struct rk_template_job *job,
	const struct rk_filled_sheet *sheets, const char *footer, const char *path,
	struct rk_err *err)
{
	const char *temporary = rk_run_printf(job->run, "%s.%d.tmp", path, (int)getpid());

	rk_file_forget_on_signal(temporary);
	enum rk_status status = rk_xlsx_write(job->design, sheets, footer, temporary, err);

	if (status == RK_OK && rename(temporary, path) != 0)
		status = rk_fail_errno(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", path, errno);
	rk_file_forget_on_signal(NULL);
	if (status == RK_OK)
		return RK_OK;
	unlink(temporary);
	/* It is called by the name it should have had. */
	const char *why = strstr(err->text, ": ");

	return rk_fail_reason(err, status, "FILE_NOT_WRITTEN", "%s: %s", path,
		rk_run_str(job->run, why ? why + 2 : err->text));
}

static size_t carried_rows(const struct rk_filled_sheet *sheets)
{
	size_t rows = 0;

	for (size_t i = 0; i < rk_sheet_count; i++)
		rows += sheets[i].carried;
	return rows;
}

static void tell_written(struct rk_template_job *job, const struct rk_template_target *target,
	const char *path, size_t rows, bool own)
{
	struct rk_run *run = job->run;
	const char *code = "template.carried";

	/* What is being looked at is refused until it is withdrawn or returned. */
	if (own)
		code = target->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_UNDER_REVIEW
			? "template.under_review"
			: target->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_WITHDRAWN
			? "template.withdrawn"
			: "template.own_version";

	rk_talk(run, "template.written", "file", rk_visible(run, path), "period",
		rk_template_tag(run, job->period));
	if (target->found)
		rk_talk(run, code, "rows", rk_run_printf(run, "%zu", rows), "period",
			rk_template_tag(run, target->period), "version",
			rk_run_printf(run, "%d", target->version));
	else
		rk_talk(run, job->server ? "template.nothing_before" : "template.blank");
}

bool rk_template_is_csv(const struct rk_run *run)
{
	const char *format = rk_run_option(run, "format");

	return rk_run_flag(run, "csv") || (format && strcmp(format, "csv") == 0);
}

/* A file in a folder that is not there is a slip of the hand. */
int rk_template_folder(struct rk_run *run, const char *folder)
{
	struct stat about;

	if (stat(folder, &about) != 0)
		return rk_template_refuse(run, EX_CANTCREAT,
			rk_tell(run, "template.no_folder", "folder", rk_visible(run, folder)));
	return S_ISDIR(about.st_mode)
		? EX_OK
		: rk_template_refuse(run, EX_CANTCREAT,
			  rk_tell(run, "template.not_a_folder", "folder", rk_visible(run, folder)));
}

int rk_template_folder_of(struct rk_run *run, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash != path
		? rk_template_folder(
			  run, rk_run_slice(run, rk_slice_of(path, (size_t)(slash - path))))
		: EX_OK;
}

int rk_template_spare(struct rk_run *run, const char *path)
{
	return access(path, F_OK) != 0 || rk_run_flag(run, "force")
		? EX_OK
		: rk_template_refuse(run, EX_CANTCREAT,
			  rk_tell(run, "template.exists", "file", rk_visible(run, path)));
}

int rk_template_put(struct rk_template_job *job, const struct rk_filled_sheet *sheets,
	const char *municipality, const char *path)
{
	struct rk_run *run = job->run;
	struct rk_err err;

	if (job->csv)
		return rk_template_csv(run, job->design, sheets, path);
	const char *footer = rk_run_printf(run, "%s %s",
		municipality
			? rk_form_code_shown(&run->arena, job->design, RK_CODES_LG, municipality)
			: "",
		rk_template_tag(run, job->period));

	return write_workbook(job, sheets, footer, path, &err) == RK_OK ? EX_OK
									: rk_trouble(run, &err);
}

/* What was said about this version stands in its cells, too. */
static int add_comments(struct rk_template_job *job, const struct rk_template_target *target,
	const struct rk_form_subject *subject, struct rk_filled_sheet *sheets)
{
	struct rk_run *run = job->run;
	Renkei__V1__ListCommentsResponse *comments = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	Renkei__V1__Period period;

	rk_period_to_message(job->period, &period);
	if (rk_comments_of(run, target->code, &period, true, &comments, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return rk_template_comments(run, sheets, subject->from, comments, target->version);
}

static bool is_accepted(const struct rk_template_target *target)
{
	return target->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED;
}

static bool is_of_job(const struct rk_template_job *job, const struct rk_template_target *target)
{
	return target->found && target->period.fiscal_year == job->period.fiscal_year &&
		target->period.quarter == job->period.quarter &&
		target->period.forecast == job->period.forecast;
}

static int refuse_not_returned(struct rk_template_job *job)
{
	struct rk_run *run = job->run;

	return rk_template_refuse(run, EX_NOINPUT,
		rk_tell(run, "template.not_returned", "period", rk_template_tag(run, job->period)));
}

/* Why the report was given back; or, where the secretariat reopened the accepted version after that, what is reopened: then the form goes on from
 * that version.  *step stays NULL where neither is. */
static enum rk_status find_step(struct rk_template_job *job, struct rk_template_target *target,
	const Renkei__V1__ReportTransition **step, struct rk_failure *failure)
{
	struct rk_run *run = job->run;
	struct rk_report_key key = {.municipality = target->code, .version = target->version};
	Renkei__V1__ListReopeningsResponse *all = NULL;

	rk_period_to_message(job->period, &key.period);
	if (rk_is_returned(target->state))
		RK_TRY(rk_return_step(run, &key, target->state, step, failure));
	else if (!is_accepted(target) &&
		target->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_WITHDRAWN)
		return RK_OK;
	if (target->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK)
		return RK_OK;
	RK_TRY(rk_reopenings_of(run, target->code, &key.period, true, &all, failure));
	const Renkei__V1__Reopening *reopening = rk_reopening_after(
		all, target->code, &key.period, *step);

	if (reopening) {
		*step = rk_reopening_step(run, reopening);
		target->version = reopening->version;
		target->state = RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED;
	}
	return RK_OK;
}

/* Leaves open only what was returned or reopened; of what the approver sent back, all. */
static int open_returned(struct rk_template_job *job, const struct rk_template_target *target,
	const struct rk_form_subject *subject, const Renkei__V1__ReportTransition *step,
	struct rk_filled_sheet *sheets)
{
	struct rk_run *run = job->run;

	if (subject->base_version == 0 || !(step || rk_is_returned(target->state)))
		return refuse_not_returned(job);
	if (!step)
		return rk_answer_bad(run, "a returned report without reasons");
	struct rk_form_place *places = rk_run_alloc(run, step->n_items * sizeof *places);
	int status = rk_template_open(run, sheets, subject->from, step, places);

	for (size_t i = 0; status == EX_OK && i < step->n_items; i++)
		rk_talk(run, "template.opened", "place", rk_place_text(run, &places[i]), "reason",
			rk_visible(run, step->items[i]->reason));
	if (status == EX_OK && step->due_date[0])
		rk_talk(run, "history.due", "date", rk_day_shown(run, step->due_date));
	return status == EX_OK ? add_comments(job, target, subject, sheets) : status;
}

int rk_template_write(
	struct rk_template_job *job, const struct rk_template_target *found, const char *path)
{
	struct rk_run *run = job->run;
	struct rk_template_target own = *found;
	const struct rk_template_target *target = &own;
	const Renkei__V1__ReportTransition *step = NULL;
	struct rk_form_subject subject;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_filled_sheet *sheets;
	int status = rk_template_spare(run, path);

	if (status != EX_OK)
		return status;
	if (job->returned && is_of_job(job, target) &&
		find_step(job, &own, &step, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (subject_of(job, target, &subject, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	sheets = rk_form_prefill(&run->arena, job->design, &subject);
	if (!sheets)
		return rk_template_refuse(run, EX_OSERR, "out of memory");
	if (job->returned)
		status = open_returned(job, target, &subject, step, sheets);
	if (status == EX_OK)
		status = rk_template_put(job, sheets, target->code, path);
	if (status != EX_OK && status != RK_EX_LOSSY)
		return status;
	size_t rows = carried_rows(sheets);

	job->written++;
	job->carried += rows > 0;
	if (!rk_run_option(run, "all") && !job->returned)
		tell_written(job, target, path, rows, subject.base_version > 0);
	if (job->returned)
		rk_talk(run,
			target->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK
				? "template.written_sent_back"
				: is_accepted(target) ? "template.written_reopened"
						      : "template.written_returned",
			"file", rk_visible(run, path), "period", rk_template_tag(run, job->period));
	return status;
}

const char *rk_template_name(struct rk_template_job *job, const char *code)
{
	struct rk_run *run = job->run;

	return rk_run_printf(run, "%s-%s%s%s", code ? code : "form",
		rk_template_tag(run, job->period), job->returned ? "-returned" : "",
		job->csv ? "" : ".xlsx");
}
