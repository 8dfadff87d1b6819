/* Rules for the records beside activities: needs, outcomes, projects, policy contributions, intentions. */
#include "words/judge.h"
#include "words/partial.h"

#include <string.h>

#define PASSED_ON RENKEI__V1__NEED_RESPONSE__NEED_RESPONSE_PASSED_TO_OTHER_MUNICIPALITY

static void need_text(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Need *need = (const void *)record->message;

	if (rk_is_blank(rk_slice_str(need->text_ja)) && rk_is_blank(rk_slice_str(need->text_zh)))
		rk_find(judge, record, "text_ja", RK_SINGULAR, NULL);
}

static void passed_to_missing(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Need *need = (const void *)record->message;

	if (need->response == PASSED_ON && !*need->passed_to_municipality_code)
		rk_find(judge, record, "passed_to_municipality_code", RK_SINGULAR, NULL);
}

static void passed_to_disagrees(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Need *need = (const void *)record->message;

	if (need->response != PASSED_ON && *need->passed_to_municipality_code)
		rk_find(judge, record, "passed_to_municipality_code", RK_SINGULAR,
			&(struct rk_remark){.value = need->passed_to_municipality_code});
}

static void responded_before(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Need *need = (const void *)record->message;
	int32_t asked, answered, ignored;

	if (rk_partial_range(need->date, &asked, &ignored) &&
		rk_partial_range(need->responded, &ignored, &answered) && answered < asked)
		rk_find(judge, record, "responded", RK_SINGULAR,
			&(struct rk_remark){.value = rk_judge_date(judge, need->responded)});
}

static bool has_activity(const Renkei__V1__Report *report, const char *id)
{
	for (size_t i = 0; i < report->n_activities && i < RK_ACTIVITIES_MAX; i++) {
		if (strcmp(report->activities[i]->activity_id, id) == 0)
			return true;
	}
	return false;
}

static void outcome_activity(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Outcome *outcome = (const void *)record->message;

	for (size_t i = 0; i < outcome->n_activity_ids && i < 20; i++) {
		if (*outcome->activity_ids[i] &&
			!has_activity(judge->report, outcome->activity_ids[i]))
			rk_find(judge, record, "activity_ids", i,
				&(struct rk_remark){.value = outcome->activity_ids[i]});
	}
}

/* The table is printed for everybody. */
static void outcome_disclosure(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Outcome *outcome = (const void *)record->message;

	if (outcome->for_outcome_table &&
		outcome->disclosure == RENKEI__V1__DISCLOSURE__DISCLOSURE_SECRETARIAT)
		rk_find(judge, record, "disclosure", RK_SINGULAR,
			&(struct rk_remark){.value = "DISCLOSURE_SECRETARIAT"});
}

static void years(struct rk_judge *judge, const struct rk_record *record, int32_t first,
	int32_t last, const char *field)
{
	if (first && last && last < first)
		rk_find(judge, record, field, RK_SINGULAR,
			&(struct rk_remark){.value = rk_judge_text(judge, "%d", last)});
}

/* Each record once, at its first field. */
static void year_order(struct rk_judge *judge, const struct rk_spot *spot)
{
	const struct rk_record *record = spot->record;

	if (spot->limit != &record->limits->fields[0])
		return;
	if (record->limits->of == &renkei__v1__outcome__descriptor) {
		const Renkei__V1__Outcome *outcome = (const void *)record->message;

		years(judge, record, outcome->first_fiscal_year, outcome->last_fiscal_year,
			"last_fiscal_year");
	} else if (record->limits->of == &renkei__v1__environmental_value__descriptor) {
		const Renkei__V1__EnvironmentalValue *value = (const void *)record->message;

		years(judge, record, value->base_year, value->latest_year, "latest_year");
	}
}

static void project_report(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Project *project = (const void *)record->message;

	if (project->status == RENKEI__V1__PROJECT_STATUS__PROJECT_STATUS_FINISHED &&
		rk_is_blank(rk_slice_str(project->result_report)))
		rk_find(judge, record, "result_report", RK_SINGULAR, NULL);
}

static void project_reporter(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Project *project = (const void *)record->message;

	for (size_t i = 0; i < project->n_municipality_codes && i < 20; i++) {
		const char *code = project->municipality_codes[i];

		if (*code && strcmp(code, judge->report->municipality_code) == 0)
			rk_find(judge, record, "municipality_codes", i,
				&(struct rk_remark){.value = code});
	}
}

static void policy_document(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__PolicyContribution *policy = (const void *)record->message;

	if (policy->level >= RENKEI__V1__POLICY_LEVEL__POLICY_LEVEL_REFLECTED &&
		rk_is_blank(rk_slice_str(policy->document_title_ja)) &&
		rk_is_blank(rk_slice_str(policy->document_title_zh)))
		rk_find(judge, record, "document_title_ja", RK_SINGULAR, NULL);
}

static void policy_values(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__PolicyContribution *policy = (const void *)record->message;

	if (policy->level == RENKEI__V1__POLICY_LEVEL__POLICY_LEVEL_IMPROVEMENT_MEASURED &&
		policy->n_values == 0)
		rk_find(judge, record, "values", RK_SINGULAR, NULL);
}

static bool has_project(const Renkei__V1__Report *report, const char *id)
{
	for (size_t i = 0; i < report->n_projects && i < 50; i++) {
		if (strcmp(report->projects[i]->project_id, id) == 0)
			return true;
	}
	return false;
}

static void policy_project(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__PolicyContribution *policy = (const void *)record->message;

	for (size_t i = 0; i < policy->n_project_ids && i < 20; i++) {
		if (*policy->project_ids[i] && !has_project(judge->report, policy->project_ids[i]))
			rk_find(judge, record, "project_ids", i,
				&(struct rk_remark){.value = policy->project_ids[i]});
	}
}

static void unit(struct rk_judge *judge, const struct rk_record *record)
{
	static const char *const units[] = {"ug/m3", "ppb", "t/year"};
	const char *text =
		((const Renkei__V1__EnvironmentalValue *)(const void *)record->message)->unit;
	const char *meant = NULL;

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (strcmp(text, units[i]) == 0)
			return;
	}
	/* The micro sign and the Greek letter, the superscript three and its compatibility form. */
	if (strcmp(text, "µg/m3") == 0 || strcmp(text, "μg/m3") == 0 ||
		strcmp(text, "µg/m³") == 0 || strcmp(text, "μg/m³") == 0 ||
		strcmp(text, "㎍/㎥") == 0)
		meant = "ug/m3";
	if (*text)
		rk_find(judge, record, "unit", RK_SINGULAR,
			&(struct rk_remark){.value = text, .suggestion = meant});
}

static const struct rk_together years_together[] = {
	{&renkei__v1__outcome__descriptor,             "first_fiscal_year last_fiscal_year"},
	{&renkei__v1__environmental_value__descriptor, "base_year latest_year"             },
	{NULL,					 NULL				},
};

const struct rk_rule rk_rules_lists[] = {
	RK_RECORD_RULE_OF("NEED_TEXT_MISSING", RK_ERROR, need, need_text, "text_ja text_zh"),
	RK_RECORD_RULE_OF("PASSED_TO_MISSING", RK_WARNING, need, passed_to_missing,
		"response passed_to_municipality_code"),
	RK_RECORD_RULE_OF("PASSED_TO_DISAGREES", RK_WARNING, need, passed_to_disagrees,
		"response passed_to_municipality_code"),
	RK_RECORD_RULE_OF(
		"RESPONDED_BEFORE_ASKED", RK_WARNING, need, responded_before, "date responded"),
	RK_RECORD_RULE("OUTCOME_ACTIVITY_UNKNOWN", RK_WARNING, outcome, outcome_activity),
	RK_RECORD_RULE_OF("OUTCOME_TABLE_NOT_DISCLOSED", RK_WARNING, outcome, outcome_disclosure,
		"for_outcome_table disclosure"),
	RK_SPOT_RULE_OF("YEAR_ORDER", RK_ERROR, year_order, years_together),
	RK_RECORD_RULE_OF("PROJECT_WITHOUT_REPORT", RK_WARNING, project, project_report,
		"status result_report"),
	RK_RECORD_RULE("PROJECT_NAMES_REPORTER", RK_WARNING, project, project_reporter),
	RK_RECORD_RULE_OF("POLICY_DOCUMENT_MISSING", RK_WARNING, policy_contribution,
		policy_document, "level document_title_ja document_title_zh"),
	RK_RECORD_RULE_OF("POLICY_VALUES_MISSING", RK_WARNING, policy_contribution, policy_values,
		"level values"),
	RK_RECORD_RULE("POLICY_PROJECT_UNKNOWN", RK_INFO, policy_contribution, policy_project),
	RK_RECORD_RULE("UNIT_UNKNOWN", RK_ERROR, environmental_value, unit),
	{0},
};
