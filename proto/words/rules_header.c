/* Rules for the report as a whole: its period, what this version does, nil against content, types against projects. */
#include "words/judge.h"
#include "words/period.h"

#include <string.h>

static bool is_q4(const Renkei__V1__Report *report)
{
	return report->period && report->period->quarter == RENKEI__V1__QUARTER__QUARTER_Q4;
}

static void forecast(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Period *period = (const void *)record->message;

	if (period->variant == RENKEI__V1__VARIANT__VARIANT_FORECAST &&
		period->quarter != RENKEI__V1__QUARTER__QUARTER_Q4)
		rk_find(judge, record, "variant", RK_SINGULAR,
			&(struct rk_remark){.value = "VARIANT_FORECAST"});
}

static void period_in_future(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Report *report = (const void *)record->message;
	struct rk_period period;
	char text[RK_PERIOD_TEXT];
	int32_t begin;

	if (!rk_period_from_message(report->period, &period))
		return;
	begin = rk_period_first_day(period);
	if (!rk_judge_is_future(judge, begin))
		return;
	rk_period_print(period, text);
	rk_find(judge, record, "period", RK_SINGULAR,
		&(struct rk_remark){
			.value = text,
			.values = (const struct rk_say_value[]){{"begin",
									rk_judge_day(judge, begin)},
								{"today", rk_judge_day(judge, judge->today)}, {NULL, NULL}},
        });
}

static void base_version(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Report *report = (const void *)record->message;
	bool is_new = report->action == RENKEI__V1__REPORT_ACTION__REPORT_ACTION_NEW;
	bool is_later = report->action == RENKEI__V1__REPORT_ACTION__REPORT_ACTION_REPLACE ||
		report->action == RENKEI__V1__REPORT_ACTION__REPORT_ACTION_CORRECT;

	if ((is_new && report->base_version != 0) || (is_later && report->base_version == 0))
		rk_find(judge, record, "base_version", RK_SINGULAR,
			&(struct rk_remark){
				.value = rk_judge_text(judge, "%d", report->base_version),
				.suggestion = is_new ? "0" : NULL});
}

static void change_reason(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Report *report = (const void *)record->message;

	if (report->action == RENKEI__V1__REPORT_ACTION__REPORT_ACTION_CORRECT &&
		rk_is_blank(rk_slice_str(report->change_reason)))
		rk_find(judge, record, "change_reason", RK_SINGULAR, NULL);
}

static bool has_content(const Renkei__V1__Report *report)
{
	return report->n_activities || report->n_type_changes || report->n_needs ||
		report->n_outcomes || report->n_challenges || report->n_projects ||
		report->n_policy_contributions || report->n_cost_lines || report->n_intentions;
}

static void nil_with_content(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Report *report = (const void *)record->message;

	if (report->nil && has_content(report))
		rk_find(judge, record, "nil", RK_SINGULAR, &(struct rk_remark){.value = "true"});
}

static void empty_without_nil(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Report *report = (const void *)record->message;

	if (!report->nil && !has_content(report))
		rk_find(judge, record, "nil", RK_SINGULAR,
			&(struct rk_remark){.value = "false", .suggestion = "true"});
}

static void intentions(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Report *report = (const void *)record->message;

	if (report->n_intentions && !is_q4(report))
		rk_find(judge, record, "intentions", RK_SINGULAR, NULL);
}

/* A project of this partner that runs or is finished; one without partners named may be anybody's. */
static bool project_counts(const Renkei__V1__Project *project, const char *partner_code)
{
	if (project->status != RENKEI__V1__PROJECT_STATUS__PROJECT_STATUS_RUNNING &&
		project->status != RENKEI__V1__PROJECT_STATUS__PROJECT_STATUS_FINISHED)
		return false;
	for (size_t i = 0; i < project->n_partner_codes; i++) {
		if (strcmp(project->partner_codes[i], partner_code) == 0)
			return true;
	}
	return project->n_partner_codes == 0;
}

/* 研究交流 (research exchange) is none. */
static bool is_of_project(const Renkei__V1__Activity *activity)
{
	if (activity->kind != RENKEI__V1__ACTIVITY_KIND__ACTIVITY_KIND_JOINT_RESEARCH &&
		activity->kind != RENKEI__V1__ACTIVITY_KIND__ACTIVITY_KIND_MODEL_PROJECT)
		return false;
	return activity->status == RENKEI__V1__ACTIVITY_STATUS__ACTIVITY_STATUS_HELD ||
		activity->status == RENKEI__V1__ACTIVITY_STATUS__ACTIVITY_STATUS_CONTINUED;
}

static bool activity_counts(const Renkei__V1__Activity *activity, const char *partner_code)
{
	if (!is_of_project(activity))
		return false;
	for (size_t i = 0; i < activity->n_partners; i++) {
		if (strcmp(activity->partners[i]->partner_code, partner_code) == 0)
			return true;
	}
	return activity->n_partners == 0;
}

static void type_b(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__TypeChange *change = (const void *)record->message;
	const Renkei__V1__Report *report = judge->report;

	if (change->new_type != RENKEI__V1__COOPERATION_TYPE__COOPERATION_TYPE_B)
		return;
	for (size_t i = 0; i < report->n_projects && i < 50; i++) {
		if (project_counts(report->projects[i], change->partner_code))
			return;
	}
	for (size_t i = 0; i < report->n_activities && i < RK_ACTIVITIES_MAX; i++) {
		if (activity_counts(report->activities[i], change->partner_code))
			return;
	}
	rk_find(judge, record, "new_type", RK_SINGULAR,
		&(struct rk_remark){.value = "COOPERATION_TYPE_B"});
}

/* The evaluation counts projects by their own entries: work on one that is named nowhere is lost to it. */
static void activity_without_project(struct rk_judge *judge, const struct rk_record *record)
{
	if (is_of_project((const void *)record->message) && judge->report->n_projects == 0)
		rk_find(judge, record, "kind", RK_SINGULAR, NULL);
}

const struct rk_rule rk_rules_header[] = {
	RK_RECORD_RULE("FORECAST_ONLY_IN_Q4", RK_ERROR, period, forecast),
	RK_RECORD_RULE("PERIOD_IN_FUTURE", RK_ERROR, report, period_in_future),
	RK_RECORD_RULE("ACTION_BASE_VERSION", RK_ERROR, report, base_version),
	RK_RECORD_RULE("CHANGE_REASON_REQUIRED", RK_ERROR, report, change_reason),
	RK_RECORD_RULE("NIL_WITH_CONTENT", RK_ERROR, report, nil_with_content),
	RK_RECORD_RULE("EMPTY_WITHOUT_NIL", RK_ERROR, report, empty_without_nil),
	RK_RECORD_RULE("INTENTIONS_OUTSIDE_Q4", RK_WARNING, report, intentions),
	RK_RECORD_RULE("TYPE_B_WITHOUT_PROJECT", RK_WARNING, type_change, type_b),
	RK_RECORD_RULE("ACTIVITY_WITHOUT_PROJECT", RK_WARNING, activity, activity_without_project),
	{0},
};
