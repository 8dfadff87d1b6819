/* Rules that see money, projects, needs, contributions, types and intentions beside earlier reports. */
#include "words/earlier.h"

#include <inttypes.h>
#include <string.h>

#define PROJECT(name)   RENKEI__V1__PROJECT_STATUS__PROJECT_STATUS_##name
#define RESPONSE(name)  RENKEI__V1__NEED_RESPONSE__NEED_RESPONSE_##name
#define INTENTION(name) RENKEI__V1__INTENTION_KIND__INTENTION_KIND_##name

/* A slip of a digit. */
#define FAR_MORE 10
/* Thousands of yen where yen stood before, or the other way round. */
#define FAR_LESS 100

/* "1200000 JPY", "12.50 CNY". */
static const char *money(struct rk_judge *judge, const char *currency, int64_t units)
{
	if (strcmp(currency, "CNY") == 0)
		return rk_judge_text(
			judge, "%" PRId64 ".%02d %s", units / 100, (int)(units % 100), currency);
	return rk_judge_text(judge, "%" PRId64 " %s", units, currency);
}

/* The largest and the smallest amount that was told for an item. */
struct span {
	struct rk_earlier_most most, least;
};

static void take_amounts(struct span *span, Renkei__V1__CostLine *const *lines, size_t count,
	const Renkei__V1__CostLine *now, const Renkei__V1__Report *in)
{
	for (size_t i = 0; i < count; i++) {
		const Renkei__V1__Money *was = lines[i]->amount;

		if (!was || lines[i]->item != now->item || was->minor_units <= 0 ||
			strcmp(was->currency, now->amount->currency) != 0)
			continue;
		rk_earlier_take(&span->most, was->minor_units, in);
		if (!span->least.in || was->minor_units < span->least.number)
			span->least = (struct rk_earlier_most){was->minor_units, in};
	}
}

static struct span amounts_before(struct rk_judge *judge, const Renkei__V1__CostLine *now)
{
	struct span span = {0};
	bool fresh = false;
	struct rk_earlier_sort *sort = now->amount
		? rk_earlier_sort(judge,
			  &(const struct rk_earlier_sort){
				  .kind = (int)now->item, .currency = now->amount->currency},
			  &fresh)
		: NULL;

	if (!sort || !fresh)
		return sort ? (struct span){sort->most, sort->least} : span;
	for (size_t i = 0; i < judge->earlier_count; i++) {
		const Renkei__V1__Report *earlier = judge->earlier[i].report;

		take_amounts(&span, earlier->cost_lines, earlier->n_cost_lines, now, earlier);
		for (size_t n = 0; n < earlier->n_activities; n++)
			take_amounts(&span, earlier->activities[n]->cost_lines,
				earlier->activities[n]->n_cost_lines, now, earlier);
	}
	sort->most = span.most;
	sort->least = span.least;
	return span;
}

static void tell_amount(struct rk_judge *judge, const struct rk_record *record,
	const struct rk_earlier_most *before)
{
	const Renkei__V1__CostLine *now = (const void *)record->message;

	rk_earlier_tell(judge, record, "amount", before->in,
		money(judge, now->amount->currency, now->amount->minor_units),
		money(judge, now->amount->currency, before->number));
}

static void far_more_money(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__CostLine *now = (const void *)record->message;
	struct span span = amounts_before(judge, now);

	if (span.most.in && now->amount->minor_units / FAR_MORE >= span.most.number)
		tell_amount(judge, record, &span.most);
}

static void far_less_money(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__CostLine *now = (const void *)record->message;
	struct span span = amounts_before(judge, now);

	if (span.least.in && now->amount->minor_units > 0 &&
		now->amount->minor_units <= span.least.number / FAR_LESS)
		tell_amount(judge, record, &span.least);
}

static const Renkei__V1__Project *project_before(
	const struct rk_judge *judge, const char *id, const Renkei__V1__Report **in)
{
	for (size_t i = 0; i < judge->earlier_count && *id; i++) {
		*in = judge->earlier[i].report;
		for (size_t n = 0; n < (*in)->n_projects; n++)
			if (strcmp((*in)->projects[n]->project_id, id) == 0)
				return (*in)->projects[n];
	}
	return NULL;
}

static void project_kind(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Project *now = (const void *)record->message;
	const Renkei__V1__Report *earlier;
	const Renkei__V1__Project *was = project_before(judge, now->project_id, &earlier);

	if (was && was->kind != now->kind)
		rk_earlier_choice(judge, record, "kind", earlier,
			(const int[]){(int)now->kind, (int)was->kind});
}

static bool project_is_over(const Renkei__V1__Project *project)
{
	return project->status == PROJECT(FINISHED) || project->status == PROJECT(STOPPED);
}

static void project_back(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Project *now = (const void *)record->message;
	const Renkei__V1__Report *earlier;
	const Renkei__V1__Project *was = project_before(judge, now->project_id, &earlier);

	if (was &&
		((project_is_over(was) && !project_is_over(now)) ||
			(was->status == PROJECT(RUNNING) && now->status == PROJECT(PLANNED))))
		rk_earlier_choice(judge, record, "status", earlier,
			(const int[]){(int)now->status, (int)was->status});
}

static void need_back(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Need *now = (const void *)record->message;

	if (now->response != RESPONSE(OPEN) && now->response != RESPONSE(NOT_MET))
		return;
	for (size_t i = 0; i < judge->earlier_count && *now->need_id; i++) {
		const Renkei__V1__Report *earlier = judge->earlier[i].report;

		for (size_t n = 0; n < earlier->n_needs; n++) {
			const Renkei__V1__Need *was = earlier->needs[n];

			if (strcmp(was->need_id, now->need_id) != 0)
				continue;
			if (was->response == RESPONSE(MET))
				rk_earlier_choice(judge, record, "response", earlier,
					(const int[]){(int)now->response, (int)was->response});
			return;
		}
	}
}

static void level_falls(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__PolicyContribution *now = (const void *)record->message;

	for (size_t i = 0; i < judge->earlier_count && *now->contribution_id; i++) {
		const Renkei__V1__Report *earlier = judge->earlier[i].report;

		for (size_t n = 0; n < earlier->n_policy_contributions; n++) {
			const Renkei__V1__PolicyContribution *was =
				earlier->policy_contributions[n];

			if (strcmp(was->contribution_id, now->contribution_id) != 0)
				continue;
			if (now->level < was->level)
				rk_earlier_choice(judge, record, "level", earlier,
					(const int[]){(int)now->level, (int)was->level});
			return;
		}
	}
}

static bool same_measure(
	const Renkei__V1__EnvironmentalValue *a, const Renkei__V1__EnvironmentalValue *b)
{
	return *a->pollutant && strcmp(a->pollutant, b->pollutant) == 0 &&
		strcmp(a->statistic, b->statistic) == 0 && strcmp(a->area, b->area) == 0;
}

/* The newest earlier value of the same thing at the same place, told of the same partner. */
static const Renkei__V1__EnvironmentalValue *value_before(
	const struct rk_judge *judge, const struct rk_record *record, const Renkei__V1__Report **in)
{
	const Renkei__V1__EnvironmentalValue *now = (const void *)record->message;
	const Renkei__V1__PolicyContribution *of = (const void *)record->parent->message;

	for (size_t i = 0; i < judge->earlier_count; i++) {
		*in = judge->earlier[i].report;
		for (size_t n = 0; n < (*in)->n_policy_contributions; n++) {
			const Renkei__V1__PolicyContribution *was = (*in)->policy_contributions[n];

			for (size_t v = 0; v < was->n_values &&
				strcmp(was->partner_code, of->partner_code) == 0;
				v++)
				if (same_measure(was->values[v], now))
					return was->values[v];
		}
	}
	return NULL;
}

static void unit_changed(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__EnvironmentalValue *now = (const void *)record->message;
	const Renkei__V1__Report *earlier;
	const Renkei__V1__EnvironmentalValue *was = value_before(judge, record, &earlier);

	if (was && strcmp(was->unit, now->unit) != 0)
		rk_earlier_tell(judge, record, "unit", earlier, now->unit, was->unit);
}

static void base_changed(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__EnvironmentalValue *now = (const void *)record->message;
	const Renkei__V1__Report *earlier;
	const Renkei__V1__EnvironmentalValue *was = value_before(judge, record, &earlier);

	if (was && strcmp(was->unit, now->unit) == 0 && was->base_year == now->base_year &&
		was->_base_value_case && now->_base_value_case &&
		(was->base_value < now->base_value || was->base_value > now->base_value))
		rk_earlier_tell(judge, record, "base_value", earlier,
			rk_judge_text(judge, "%.15g", now->base_value),
			rk_judge_text(judge, "%.15g", was->base_value));
}

static const Renkei__V1__TypeChange *type_before(
	const struct rk_judge *judge, const char *partner, const Renkei__V1__Report **in)
{
	for (size_t i = 0; i < judge->earlier_count; i++) {
		*in = judge->earlier[i].report;
		for (size_t n = (*in)->n_type_changes; n-- > 0;)
			if (strcmp((*in)->type_changes[n]->partner_code, partner) == 0)
				return (*in)->type_changes[n];
	}
	return NULL;
}

static void type_told(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__TypeChange *now = (const void *)record->message;
	const Renkei__V1__Report *earlier;
	const Renkei__V1__TypeChange *was = type_before(judge, now->partner_code, &earlier);

	if (was && was->new_type == now->new_type)
		rk_earlier_tell(judge, record, "new_type", earlier,
			rk_earlier_name(
				&renkei__v1__cooperation_type__descriptor, (int)now->new_type),
			NULL);
}

static void type_back(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__TypeChange *now = (const void *)record->message;
	const Renkei__V1__Report *earlier;
	const Renkei__V1__TypeChange *was = type_before(judge, now->partner_code, &earlier);

	if (was && was->new_type == RENKEI__V1__COOPERATION_TYPE__COOPERATION_TYPE_B &&
		now->new_type == RENKEI__V1__COOPERATION_TYPE__COOPERATION_TYPE_A)
		rk_earlier_choice(judge, record, "new_type", earlier,
			(const int[]){(int)now->new_type, (int)was->new_type});
}

static void goes_on(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Intention *now = (const void *)record->message;

	if (now->kind == INTENTION(END))
		return;
	for (size_t i = 0; i < judge->earlier_count; i++) {
		const Renkei__V1__Report *earlier = judge->earlier[i].report;

		for (size_t n = 0; n < earlier->n_intentions; n++) {
			const Renkei__V1__Intention *was = earlier->intentions[n];

			if (strcmp(was->partner_code, now->partner_code) != 0)
				continue;
			if (was->kind == INTENTION(END))
				rk_earlier_choice(judge, record, "kind", earlier,
					(const int[]){(int)now->kind, (int)was->kind});
			return;
		}
	}
}

const struct rk_rule rk_rules_earlier_lists[] = {
	RK_RECORD_RULE("AMOUNT_FAR_MORE", RK_WARNING, cost_line, far_more_money),
	RK_RECORD_RULE("AMOUNT_FAR_LESS", RK_WARNING, cost_line, far_less_money),
	RK_RECORD_RULE("PROJECT_KIND_CHANGED", RK_WARNING, project, project_kind),
	RK_RECORD_RULE("PROJECT_STATUS_BACK", RK_WARNING, project, project_back),
	RK_RECORD_RULE("NEED_RESPONSE_BACK", RK_WARNING, need, need_back),
	RK_RECORD_RULE("POLICY_LEVEL_FALLS", RK_WARNING, policy_contribution, level_falls),
	RK_RECORD_RULE("UNIT_CHANGED", RK_WARNING, environmental_value, unit_changed),
	RK_RECORD_RULE("BASE_VALUE_CHANGED", RK_WARNING, environmental_value, base_changed),
	RK_RECORD_RULE("TYPE_TOLD_BEFORE", RK_WARNING, type_change, type_told),
	RK_RECORD_RULE("TYPE_BACK_TO_A", RK_WARNING, type_change, type_back),
	RK_RECORD_RULE("INTENTION_AFTER_END", RK_WARNING, intention, goes_on),
	{0},
};
