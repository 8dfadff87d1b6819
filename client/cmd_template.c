/* renkei template - the form of a quarter to fill in, with what is known already. */
#include "base/clock.h"
#include "base/text.h"
#include "command.h"
#include "periods.h"
#include "reopening.h"
#include "server_info.h"
#include "summary.h"
#include "template.h"
#include "words/code.h"

#include "renkei/v1/registry_service.pb-c.h"

#include <stdlib.h>
#include <string.h>

/* The quarter that ended last: its report is due next. */
static enum rk_status last_period(struct rk_run *run, struct rk_period *period, struct rk_err *err)
{
	const char *text = rk_run_option(run, "today");
	int32_t today = rk_clock_japan_date(rk_clock_now_us());

	if (text)
		RK_TRY(rk_date_parse(text, &today, err));
	*period = rk_period_of(today);
	if (--period->quarter == 0) {
		period->quarter = 4;
		period->fiscal_year--;
	}
	return RK_OK;
}

static int choose_period(struct rk_template_job *job)
{
	struct rk_run *run = job->run;
	const char *asked = rk_run_option(run, "period");
	Renkei__V1__Period period;
	struct rk_err err;

	if (!asked) {
		if (last_period(run, &job->period, &err) != RK_OK)
			return rk_trouble(run, &err);
		return EX_OK;
	}
	if (rk_period_asked(asked, &period, &err) != RK_OK)
		return rk_trouble(run, &err);
	return rk_period_from_message(&period, &job->period) ? EX_OK : EX_SOFTWARE;
}

/* The registry must know the quarter: a report of another one would be refused. */
static int check_period(struct rk_template_job *job)
{
	Renkei__V1__GetPeriodRequest request = RENKEI__V1__GET_PERIOD_REQUEST__INIT;
	Renkei__V1__GetPeriodResponse *answer = NULL;
	Renkei__V1__Period period;
	struct rk_failure failure;

	rk_period_to_message(job->period, &period);
	request.period = &period;
	if (rk_call(job->run, "RegistryService/GetPeriod", &request, get_period_response, &answer,
		    &failure) == RK_OK)
		return EX_OK;
	int status = rk_trouble_at(job->run, &failure);

	if (!failure.from_server)
		rk_talk(job->run, "template.without_server");
	return status;
}

static int check_caller(struct rk_template_job *job, const char *municipality)
{
	struct rk_run *run = job->run;
	const Renkei__V1__GetServerInfoResponse *info;
	struct rk_failure failure;

	if (rk_server_info(run, &info, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!info->caller || !info->caller->municipality_code[0])
		return EX_OK;
	if (!municipality)
		return rk_template_refuse(run, EX_NOPERM, rk_tell(run, "template.all_denied"));
	if (strcmp(info->caller->municipality_code, municipality) == 0)
		return EX_OK;
	return rk_template_refuse(run, EX_NOPERM,
		rk_tell(run, "template.not_yours", "municipality", municipality, "own",
			info->caller->municipality_code));
}

static bool is_listed(const struct rk_template_job *job, const char *code)
{
	for (size_t i = 0; i < job->names.lg_count; i++) {
		if (strcmp(job->names.lg[i].code, code) == 0)
			return true;
	}
	return false;
}

static const char *name_at(const void *arg, size_t i)
{
	const struct rk_form_names *names = arg;

	return i < names->lg_count ? names->lg[i].code : NULL;
}

/* Says which code is probably meant. */
static int check_municipality(const struct rk_template_job *job, const char *code)
{
	struct rk_run *run = job->run;
	char suggestion[RK_CODE_TEXT] = "";
	bool fine = rk_lg_code_check(rk_slice_str(code), suggestion) == RK_CODE_FINE;
	const char *near = rk_nearest(code, name_at, &job->names);

	if (fine && (!job->server || is_listed(job, code)))
		return EX_OK;
	if (suggestion[0] && is_listed(job, suggestion))
		near = suggestion;
	const char *name = near ? rk_form_code_shown(&run->arena, job->design, RK_CODES_LG, near)
				: NULL;

	return rk_template_refuse(run, EX_USAGE,
		rk_tell(run, name ? "template.municipality_near" : "template.municipality_bad",
			"value", rk_visible(run, code), "near", name ? name : ""));
}

static int write_one(struct rk_template_job *job)
{
	struct rk_run *run = job->run;
	struct rk_template_target *target = job->targets;
	const char *path = run->out_path ? run->out_path : rk_template_name(job, target->code);
	int status = rk_template_folder_of(run, path);

	if (status == EX_OK && job->server && target->code)
		status = rk_template_find(run, job->period, target, 1);
	return status == EX_OK ? rk_template_write(job, target, path) : status;
}

/* What a form takes is given back before the next. */
static int write_scoped(
	struct rk_template_job *job, const struct rk_template_target *target, const char *folder)
{
	struct rk_run *run = job->run;
	struct rk_arena kept = run->arena;

	run->arena = (struct rk_arena){.cap = kept.cap};
	int status = rk_template_write(job, target,
		rk_run_printf(run, "%s/%s", folder, rk_template_name(job, target->code)));

	rk_arena_clear(&run->arena);
	run->arena = kept;
	return status;
}

static int write_all(struct rk_template_job *job, const char *folder)
{
	struct rk_run *run = job->run;
	int status = rk_template_find(run, job->period, job->targets, job->count);

	if (status != EX_OK)
		return status;
	for (size_t i = 0; i < job->count; i++)
		status = rk_worse(status, write_scoped(job, &job->targets[i], folder));
	rk_talk(run, "template.written_all", "count", rk_run_printf(run, "%zu", job->written), "of",
		rk_run_printf(run, "%zu", job->count), "folder", folder, "period",
		rk_template_tag(run, job->period), "carried",
		rk_run_printf(run, "%zu", job->carried));
	return status;
}

static int compare_targets(const void *a, const void *b)
{
	return strcmp(((const struct rk_template_target *)a)->code,
		((const struct rk_template_target *)b)->code);
}

static int choose_all(struct rk_template_job *job)
{
	struct rk_run *run = job->run;
	struct rk_form_names there = {0};
	int status;

	if (!job->server)
		return rk_template_refuse(run, EX_USAGE, rk_tell(run, "template.all_needs_server"));
	status = check_caller(job, NULL);
	if (status == EX_OK)
		status = rk_template_participants(run, rk_period_last_day(job->period), &there);
	job->count = there.lg_count;
	job->targets = rk_run_alloc(run, job->count * sizeof *job->targets);
	for (size_t i = 0; i < job->count; i++)
		job->targets[i].code = there.lg[i].code;
	qsort(job->targets, job->count, sizeof *job->targets, compare_targets);
	return status;
}

static int choose_one(struct rk_template_job *job)
{
	struct rk_run *run = job->run;
	struct rk_err err;
	const char *code = rk_run_option(run, "municipality");
	int status = EX_OK;

	if (!code)
		code = job->server ? rk_municipality_asked(run, &err) : run->profile.municipality;
	if (!code && job->server)
		return rk_trouble(run, &err);
	job->targets = rk_run_alloc(run, sizeof *job->targets);
	job->targets->code = code;
	job->count = 1;
	if (code)
		status = check_municipality(job, code);
	return status == EX_OK && job->server ? check_caller(job, code) : status;
}

/* Those of an accepted report that are reopened and were not given back as well; who may not read them is told of none. */
static enum rk_status list_reopened(struct rk_run *run, const char *municipality,
	const Renkei__V1__ListReportsResponse *returned, Renkei__V1__Period **first, size_t *count,
	struct rk_failure *failure)
{
	Renkei__V1__ListReopeningsResponse *all = NULL;
	enum rk_status status = rk_reopenings_of(run, municipality, NULL, true, &all, failure);

	*first = NULL;
	*count = 0;
	if (status == RK_PERMISSION_DENIED)
		return RK_OK;
	RK_TRY(status);
	for (size_t i = 0; i < all->n_reopenings; i++) {
		Renkei__V1__Period *period = all->reopenings[i]->period;
		bool counted = period == NULL;

		for (size_t n = 0; n < returned->n_reports && !counted; n++)
			counted = strcmp(rk_period_tag(run, returned->reports[n]->period),
					  rk_period_tag(run, period)) == 0;
		if (counted)
			continue;
		*first = *first ? *first : period;
		++*count;
	}
	return RK_OK;
}

/* The one report that waits for its municipality, where no quarter is named. */
static int choose_returned(struct rk_template_job *job)
{
	struct rk_run *run = job->run;
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	Renkei__V1__ListReportsResponse all;
	Renkei__V1__Period *period;
	struct rk_failure failure = {.retry_ms = -1};
	const char *municipality = rk_municipality_asked(run, &failure.err);
	size_t reopened;

	if (!municipality)
		return rk_trouble(run, &failure.err);
	request.municipality_code = rk_run_str(run, municipality);
	rk_returned_alone(&request);
	if (rk_list_reports(run, &request, 1000, &all, &failure) != RK_OK ||
		list_reopened(run, municipality, &all, &period, &reopened, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (all.n_reports + reopened == 0)
		return rk_template_refuse(run, EX_NOINPUT,
			rk_tell(run, "template.none_returned", "municipality", municipality));
	period = all.n_reports ? all.reports[0]->period : period;
	if (all.n_reports + reopened > 1)
		return rk_template_refuse(run, EX_USAGE,
			rk_tell(run, "template.several_returned", "count",
				rk_run_printf(run, "%zu", all.n_reports + reopened), "period",
				rk_period_tag(run, period)));
	return rk_period_from_message(period, &job->period)
		? EX_OK
		: rk_answer_bad(run, "a report without a period");
}

static int check_options(struct rk_template_job *job)
{
	struct rk_run *run = job->run;
	const char *format = rk_run_option(run, "format");

	if (rk_run_option(run, "all") && (run->out_path || rk_run_option(run, "municipality")))
		return rk_usage(run, "template.all_alone");
	if (rk_run_flag(run, "csv") && format && strcmp(format, "csv") != 0)
		return rk_usage(run, "template.csv_or_format");
	if (job->returned && (job->csv || rk_run_option(run, "all") || !job->server))
		return rk_usage(run, "template.returned_alone");
	return EX_OK;
}

int rk_cmd_template(struct rk_run *run)
{
	const char *folder = rk_run_option(run, "all");
	struct rk_template_job job = {.run = run,
		.server = run->profile.server && !rk_run_flag(run, "blank"),
		.csv = rk_template_is_csv(run),
		.returned = rk_run_flag(run, "returned")};
	int status = check_options(&job);

	if (status == EX_OK)
		status = job.returned && !rk_run_option(run, "period") ? choose_returned(&job)
								       : choose_period(&job);
	if (status == EX_OK && folder)
		status = rk_template_folder(run, folder);
	if (status == EX_OK && job.server)
		status = check_period(&job);
	if (status == EX_OK)
		status = rk_template_design(&job);
	if (status == EX_OK)
		status = folder ? choose_all(&job) : choose_one(&job);
	if (status != EX_OK)
		return status;
	return folder ? write_all(&job, folder) : write_one(&job);
}
