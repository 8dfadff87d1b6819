/* What the server knows of those who fill in forms: who takes part, and what each reported last. */
#include "periods.h"
#include "summary.h"
#include "template.h"

#include "renkei/v1/registry_service.pb-c.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 1000

static const char *name_of(const struct rk_run *run, const char *ja, const char *en, const char *zh)
{
	const char *name = run->language == RK_EN ? en : run->language == RK_ZH ? zh : ja;

	return *name ? name : ja;
}

/* Those who may have taken part on a day; all of them when none is named. */
static int list_municipalities(struct rk_run *run, const char *on, struct rk_form_names *names)
{
	Renkei__V1__ListMunicipalitiesRequest request =
		RENKEI__V1__LIST_MUNICIPALITIES_REQUEST__INIT;
	Renkei__V1__ListMunicipalitiesResponse *answer = NULL;
	struct rk_failure failure;
	struct rk_form_name *list;

	request.valid_on = rk_run_str(run, on);
	if (rk_call(run, "RegistryService/ListMunicipalities", &request,
		    list_municipalities_response, &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	names->lg_count = answer->n_municipalities;
	names->lg = list = rk_run_alloc(run, names->lg_count * sizeof *list);
	for (size_t i = 0; i < names->lg_count; i++) {
		const Renkei__V1__Municipality *at = answer->municipalities[i];

		list[i] = (struct rk_form_name){
			at->municipality_code, name_of(run, at->name_ja, at->name_en, at->name_zh)};
	}
	return EX_OK;
}

static int list_partners(struct rk_run *run, struct rk_form_names *names)
{
	Renkei__V1__ListPartnerGovernmentsRequest request =
		RENKEI__V1__LIST_PARTNER_GOVERNMENTS_REQUEST__INIT;
	Renkei__V1__ListPartnerGovernmentsResponse *answer = NULL;
	struct rk_failure failure;
	struct rk_form_name *list;

	if (rk_call(run, "RegistryService/ListPartnerGovernments", &request,
		    list_partner_governments_response, &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	names->gb_count = answer->n_partner_governments;
	names->gb = list = rk_run_alloc(run, names->gb_count * sizeof *list);
	for (size_t i = 0; i < names->gb_count; i++) {
		const Renkei__V1__PartnerGovernment *at = answer->partner_governments[i];

		list[i] = (struct rk_form_name){
			at->partner_code, name_of(run, at->name_ja, at->name_en, at->name_zh)};
	}
	return EX_OK;
}

int rk_template_names(struct rk_run *run, struct rk_form_names *names)
{
	int status = list_municipalities(run, "", names);

	return status == EX_OK ? list_partners(run, names) : status;
}

int rk_template_participants(struct rk_run *run, int32_t day, struct rk_form_names *names)
{
	return list_municipalities(run,
		rk_run_printf(run, "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100),
		names);
}

/* Quarters in their order, a forecast before what it foretells. */
static int order_of(struct rk_period period)
{
	return period.fiscal_year * 8 + period.quarter * 2 + !period.forecast;
}

static int compare_target(const void *code, const void *target)
{
	return strcmp(code, ((const struct rk_template_target *)target)->code);
}

static void consider(struct rk_template_target *targets, size_t count, struct rk_period asked,
	const Renkei__V1__ReportSummary *summary)
{
	struct rk_template_target *target = bsearch(
		summary->municipality_code, targets, count, sizeof *targets, compare_target);
	struct rk_period period;

	if (!target || !rk_period_from_message(summary->period, &period))
		return;
	int order = order_of(period);

	if (order > order_of(asked) || (target->found && order <= order_of(target->period)))
		return;
	if (order < order_of(asked) &&
		summary->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_WITHDRAWN)
		return;
	target->found = true;
	target->period = period;
	target->version = summary->version;
	target->latest = summary->latest_version;
	target->still_corrects = rk_is_unreleased_correction(summary) ||
		(summary->action == RENKEI__V1__REPORT_ACTION__REPORT_ACTION_CORRECT &&
			summary->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_RETURNED);
	target->state = summary->state;
}

/* The next page; its memory is gone with it, so that a country's reports take no more than one page. */
static int scan_page(struct rk_run *run, Renkei__V1__ListReportsRequest *request,
	struct rk_period asked, struct rk_template_target *targets, size_t count, char token[1024])
{
	struct rk_arena kept = run->arena;
	Renkei__V1__ListReportsResponse *page = NULL;
	struct rk_failure failure;
	int status = EX_OK;

	run->arena = (struct rk_arena){.cap = kept.cap};
	if (rk_call(run, "ReportService/ListReports", request, list_reports_response, &page,
		    &failure) != RK_OK) {
		status = rk_trouble_at(run, &failure);
		page = NULL;
	}
	for (size_t i = 0; page && i < page->n_reports; i++)
		consider(targets, count, asked, page->reports[i]);
	snprintf(token, 1024, "%s", page ? page->next_page_token : "");
	rk_arena_clear(&run->arena);
	run->arena = kept;
	return status;
}

static int scan(struct rk_run *run, Renkei__V1__ListReportsRequest *request, struct rk_period asked,
	struct rk_template_target *targets, size_t count)
{
	char token[1024] = "";
	int status;

	request->page_size = PAGE;
	do {
		request->page_token = token;
		status = scan_page(run, request, asked, targets, count, token);
	} while (status == EX_OK && token[0]);
	return status;
}

int rk_template_find(struct rk_run *run, struct rk_period period,
	struct rk_template_target *targets, size_t count)
{
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	int status;

	if (count == 1) {
		request.municipality_code = rk_run_str(run, targets[0].code);
		return scan(run, &request, period, targets, count);
	}
	request.fiscal_year = period.fiscal_year;
	status = scan(run, &request, period, targets, count);
	if (status != EX_OK || period.fiscal_year == RK_FISCAL_YEAR_MIN)
		return status;
	request.fiscal_year = period.fiscal_year - 1;
	return scan(run, &request, period, targets, count);
}

int rk_template_design(struct rk_template_job *job)
{
	struct rk_run *run = job->run;
	const struct rk_form_names *known;
	int status;

	if (job->server) {
		status = rk_template_names(run, &job->names);
		if (status != EX_OK)
			return status;
	} else {
		known = rk_form_names_known(&run->arena, run->language);
		if (!known)
			return rk_template_refuse(run, EX_OSERR, "out of memory");
		job->names = *known;
	}
	job->design = rk_form_design(&run->arena, run->language, &job->names);
	return job->design ? EX_OK : rk_template_refuse(run, EX_OSERR, "out of memory");
}
