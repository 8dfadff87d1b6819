/* Rules for activities: state against dates, who took part, how far it belongs to the programme. */
#include "words/judge.h"
#include "words/partial.h"
#include "words/period.h"

#include <string.h>

#define STATUS(name) RENKEI__V1__ACTIVITY_STATUS__ACTIVITY_STATUS_##name
#define KIND(name)   RENKEI__V1__ACTIVITY_KIND__ACTIVITY_KIND_##name
#define SCOPE(name)  RENKEI__V1__SCOPE__SCOPE_##name

static void held_without_start(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;

	if (activity->status == STATUS(HELD) && !rk_partial_is_given(activity->actual_start))
		rk_find(judge, record, "actual_start", RK_SINGULAR, NULL);
}

static void future_date(struct rk_judge *judge, const struct rk_record *record,
	const Renkei__V1__PartialDate *date, const char *field)
{
	int32_t from, to;

	if (rk_partial_range(date, &from, &to) && rk_judge_is_future(judge, from))
		rk_find(judge, record, field, RK_SINGULAR,
			&(struct rk_remark){
				.value = rk_judge_date(judge, date),
				.values = (const struct rk_say_value[]){
									{"today", rk_judge_day(judge, judge->today)},
									{NULL, NULL}}
                });
}

static void actual_in_future(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;

	future_date(judge, record, activity->actual_start, "actual_start");
	/* One that goes on may well say when it will end. */
	if (activity->status != STATUS(CONTINUED))
		future_date(judge, record, activity->actual_end, "actual_end");
}

/* The report's quarter as days; false when the period is not valid. */
static bool quarter_of(const struct rk_judge *judge, int32_t *first, int32_t *last)
{
	struct rk_period period;

	if (!rk_period_from_message(judge->report->period, &period))
		return false;
	*first = rk_period_first_day(period);
	*last = rk_period_last_day(period);
	return true;
}

static void outside_quarter(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;
	int32_t first, last, from, to;

	if (activity->status != STATUS(HELD) || !quarter_of(judge, &first, &last) ||
		!rk_partial_range(activity->actual_start, &from, &to))
		return;
	if (to < first || from > last)
		rk_find(judge, record, "actual_start", RK_SINGULAR,
			&(struct rk_remark){.value = rk_judge_date(judge, activity->actual_start)});
}

static void continued_not_earlier(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;
	int32_t first, last, from, to;

	if (activity->status != STATUS(CONTINUED) || !quarter_of(judge, &first, &last) ||
		!rk_partial_range(activity->actual_start, &from, &to))
		return;
	if (from >= first)
		rk_find(judge, record, "actual_start", RK_SINGULAR,
			&(struct rk_remark){.value = rk_judge_date(judge, activity->actual_start)});
}

static void days_disagree(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;
	bool actual = rk_partial_is_known(activity->actual_start);
	int32_t first, last, days;

	if (activity->days <= 0 ||
		!rk_partial_is_day(
			actual ? activity->actual_start : activity->planned_start, &first) ||
		!rk_partial_is_day(actual ? activity->actual_end : activity->planned_end, &last))
		return;
	days = rk_date_to_days(last) - rk_date_to_days(first) + 1;
	if (days >= 1 && days != activity->days)
		rk_find(judge, record, "days", RK_SINGULAR,
			&(struct rk_remark){.value = rk_judge_text(judge, "%d", activity->days),
				.suggestion = rk_judge_text(judge, "%d", days)});
}

static void actual_not_held(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;
	bool start = rk_partial_is_known(activity->actual_start);

	if (activity->status != STATUS(PLANNED) && activity->status != STATUS(POSTPONED) &&
		activity->status != STATUS(CANCELLED))
		return;
	if (start || rk_partial_is_known(activity->actual_end))
		rk_find(judge, record, start ? "actual_start" : "actual_end", RK_SINGULAR,
			&(struct rk_remark){
				.value = rk_judge_date(judge,
					start ? activity->actual_start : activity->actual_end)});
}

static bool is_platform_level(Renkei__V1__ActivityKind kind)
{
	return kind == KIND(JOINT_MEETING) || kind == KIND(PLATFORM_MEETING) ||
		kind == KIND(DOMESTIC_MEETING);
}

static void reporter_not_named(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;
	const char *reporter = judge->report->municipality_code;
	char ignored[RK_CODE_TEXT];

	/* A reporter whose own code is wrong is told that, and not once more for each activity. */
	if (is_platform_level(activity->kind) ||
		rk_lg_code_check(rk_slice_str(reporter), ignored) != RK_CODE_FINE)
		return;
	for (size_t i = 0; i < activity->n_municipalities; i++) {
		if (strcmp(activity->municipalities[i]->municipality_code, reporter) == 0)
			return;
	}
	rk_find(judge, record, "municipalities", RK_SINGULAR,
		&(struct rk_remark){
			.suggestion = reporter,
			.values = (const struct rk_say_value[]){
								{"municipality_code", reporter}, {NULL, NULL}}
        });
}

static void party_twice(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;

	for (size_t i = 0; i < activity->n_municipalities && i < 50; i++) {
		const Renkei__V1__MunicipalityParty *party = activity->municipalities[i];

		for (size_t k = 0; k < i; k++) {
			if (activity->municipalities[k]->role == party->role &&
				strcmp(activity->municipalities[k]->municipality_code,
					party->municipality_code) == 0) {
				rk_find(judge, record, "municipalities", i,
					&(struct rk_remark){.value = party->municipality_code});
				break;
			}
		}
	}
	for (size_t i = 0; i < activity->n_partners && i < 50; i++) {
		const Renkei__V1__PartnerParty *party = activity->partners[i];

		for (size_t k = 0; k < i; k++) {
			if (activity->partners[k]->role == party->role &&
				strcmp(activity->partners[k]->partner_code, party->partner_code) ==
					0) {
				rk_find(judge, record, "partners", i,
					&(struct rk_remark){.value = party->partner_code});
				break;
			}
		}
	}
}

static void role_missing(struct rk_judge *judge, const struct rk_spot *spot)
{
	const ProtobufCMessageDescriptor *of = spot->record->limits->of;
	const char *code;
	int32_t role;

	if (spot->limit != &spot->record->limits->fields[1] ||
		(of != &renkei__v1__municipality_party__descriptor &&
			of != &renkei__v1__partner_party__descriptor))
		return;
	memcpy(&role, spot->value, sizeof role);
	code = of == &renkei__v1__municipality_party__descriptor
		? ((const Renkei__V1__MunicipalityParty *)(const void *)spot->record->message)
			  ->municipality_code
		: ((const Renkei__V1__PartnerParty *)(const void *)spot->record->message)
			  ->partner_code;
	if (role == 0)
		rk_find_spot(judge, spot,
			&(struct rk_remark){
				.value = "",
				.values = (const struct rk_say_value[]){
									{"party", code}, {NULL, NULL}}
                });
}

static void scope_missing(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;

	if (activity->scope == SCOPE(UNSPECIFIED) && activity->status == STATUS(HELD))
		rk_find(judge, record, "scope", RK_SINGULAR, NULL);
}

static void scope_reason_missing(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;

	if ((activity->scope == SCOPE(PART) || activity->scope == SCOPE(RELATED_ONLY)) &&
		rk_is_blank(rk_slice_str(activity->scope_reason)))
		rk_find(judge, record, "scope_reason", RK_SINGULAR, NULL);
}

static void theme_out_of_scope(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;

	if (activity->scope != SCOPE(WHOLE))
		return;
	for (size_t i = 0; i < activity->n_themes && i < 10; i++) {
		const ProtobufCEnumValue *theme = protobuf_c_enum_descriptor_get_value(
			&renkei__v1__theme__descriptor, (int)activity->themes[i]);

		if (theme && strstr(theme->name, "OUT_OF_SCOPE"))
			rk_find(judge, record, "themes", i,
				&(struct rk_remark){.value = theme->name});
	}
}

/* Who pays may be unknown; what it ran under is then left out. */
static void scheme_unknown(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;

	for (size_t i = 0; i < activity->n_schemes && i < 10; i++) {
		if (activity->schemes[i] == RENKEI__V1__PAYER__PAYER_UNKNOWN)
			rk_find(judge, record, "schemes", i,
				&(struct rk_remark){.value = "PAYER_UNKNOWN"});
	}
}

static void country_shape(struct rk_judge *judge, const struct rk_record *record)
{
	const char *country = ((const Renkei__V1__Place *)(const void *)record->message)->country;

	if (*country &&
		(strlen(country) != 2 || country[0] < 'A' || country[0] > 'Z' || country[1] < 'A' ||
			country[1] > 'Z'))
		rk_find(judge, record, "country", RK_SINGULAR,
			&(struct rk_remark){.value = country});
}

/* "JP", "CN" or NULL: where events of this kind take place by their name. */
static const char *country_of(Renkei__V1__ActivityKind kind)
{
	switch (kind) {
	case KIND(TRAINING_IN_JAPAN):
	case KIND(SEMINAR_IN_JAPAN):
	case KIND(DOMESTIC_MEETING):
	case KIND(STUDY_VISIT):
		return "JP";
	case KIND(LOCAL_SEMINAR):
	case KIND(FIELD_SURVEY):
		return "CN";
	default:
		return NULL;
	}
}

static void place_disagrees(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Place *place = (const void *)record->message;
	const Renkei__V1__Activity *activity = (const void *)record->parent->message;
	const char *usual = country_of(activity->kind);

	if (usual && *place->country && strcmp(place->country, usual) != 0 &&
		activity->mode != RENKEI__V1__ACTIVITY_MODE__ACTIVITY_MODE_ONLINE)
		rk_find(judge, record, "country", RK_SINGULAR,
			&(struct rk_remark){.value = place->country});
}

static void same_as_incomplete(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;
	bool code = *activity->same_as_municipality_code, id = *activity->same_as_activity_id;

	if (code != id)
		rk_find(judge, record, code ? "same_as_activity_id" : "same_as_municipality_code",
			RK_SINGULAR, NULL);
}

static void same_as_itself(struct rk_judge *judge, const struct rk_record *record)
{
	const Renkei__V1__Activity *activity = (const void *)record->message;
	const char *code = activity->same_as_municipality_code;

	if (*code && strcmp(code, judge->report->municipality_code) == 0)
		rk_find(judge, record, "same_as_municipality_code", RK_SINGULAR,
			&(struct rk_remark){.value = code});
}

static const struct rk_together roles_together[] = {
	{&renkei__v1__municipality_party__descriptor, "municipality_code role"},
	{&renkei__v1__partner_party__descriptor,      "partner_code role"     },
	{NULL,					NULL		    },
};

static const struct rk_together place_together[] = {
	{&renkei__v1__activity__descriptor, "place.country kind mode"},
	{NULL,			      NULL		     },
};

const struct rk_rule rk_rules_activity[] = {
	RK_RECORD_RULE_OF("HELD_WITHOUT_START", RK_ERROR, activity, held_without_start,
		"status actual_start"),
	RK_RECORD_RULE("ACTUAL_DATE_IN_FUTURE", RK_ERROR, activity, actual_in_future),
	RK_RECORD_RULE_OF("ACTUAL_START_OUTSIDE_QUARTER", RK_WARNING, activity, outside_quarter,
		"status actual_start"),
	RK_RECORD_RULE_OF("CONTINUED_NOT_EARLIER", RK_WARNING, activity, continued_not_earlier,
		"status actual_start"),
	RK_RECORD_RULE_OF(
		"DAYS_DISAGREE", RK_ERROR, activity, days_disagree, "days actual_start actual_end"),
	RK_RECORD_RULE_OF("ACTUAL_DATE_NOT_HELD", RK_WARNING, activity, actual_not_held,
		"status actual_start actual_end"),
	RK_RECORD_RULE("REPORTER_NOT_NAMED", RK_ERROR, activity, reporter_not_named),
	RK_RECORD_RULE("PARTY_DUPLICATE", RK_ERROR, activity, party_twice),
	RK_SPOT_RULE_OF("PARTY_ROLE_MISSING", RK_WARNING, role_missing, roles_together),
	RK_RECORD_RULE_OF("SCOPE_MISSING", RK_WARNING, activity, scope_missing, "scope status"),
	RK_RECORD_RULE_OF("SCOPE_REASON_MISSING", RK_WARNING, activity, scope_reason_missing,
		"scope scope_reason"),
	RK_RECORD_RULE_OF(
		"THEME_OUT_OF_SCOPE", RK_WARNING, activity, theme_out_of_scope, "scope themes"),
	RK_RECORD_RULE("SCHEME_UNKNOWN", RK_ERROR, activity, scheme_unknown),
	RK_RECORD_RULE("COUNTRY_SHAPE", RK_ERROR, place, country_shape),
	{"PLACE_DISAGREES", RK_WARNING, NULL, &renkei__v1__place__descriptor, place_disagrees,
							   RK_KINDS, place_together},
	RK_RECORD_RULE_OF("SAME_AS_INCOMPLETE", RK_ERROR, activity, same_as_incomplete,
		"same_as_municipality_code same_as_activity_id"),
	RK_RECORD_RULE("SAME_AS_ITSELF", RK_ERROR, activity, same_as_itself),
	{0	    },
};
