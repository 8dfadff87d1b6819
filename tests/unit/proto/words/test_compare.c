#include "base/text.h"
#include "check.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "words/compare.h"

#include <string.h>

#define HEAD(year, quarter)                                                   \
	"{\"municipality_code\":\"401005\",\"period\":{\"fiscal_year\":" year \
	",\"quarter\":\"q" quarter "\",\"variant\":\"regular\"},\"action\":\"new\""

static const Renkei__V1__Report *report_of(struct rk_arena *arena, const char *json)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};
	ProtobufCMessage *message;
	struct rk_err err = {0};

	assert_ok(
		rk_json_to_wire(&renkei__v1__report__descriptor, rk_slice_str(json), &bytes, &err),
		err);
	assert_ok(rk_unpack(arena, &renkei__v1__report__descriptor, rk_buf_slice(&bytes), &message,
			  &err),
		err);
	return (const Renkei__V1__Report *)(const void *)message;
}

/* "CODE path = value, ..." of everything found. */
static void found_in(
	struct rk_arena *arena, const char *before, const char *now, struct rk_buf *out)
{
	const struct rk_compared earlier = {"401005-2016Q1-1", report_of(arena, before)};
	Renkei__V1__Comparison *comparison;
	struct rk_err err = {0};

	assert_ok(rk_compare(arena, report_of(arena, now), &earlier, 1, &comparison, &err), err);
	for (size_t i = 0; i < comparison->verdict->n_findings; i++) {
		const Renkei__V1__Finding *finding = comparison->verdict->findings[i];

		assert_int_equal(finding->severity, RENKEI__V1__SEVERITY__SEVERITY_WARNING);
		assert_non_null(strstr(finding->sentence->ja, "2016年度第1四半期"));
		assert_non_null(strstr(finding->sentence->en, "FY2016 Q1"));
		assert_non_null(strstr(finding->sentence->zh, "2016年度第1季度"));
		assert_int_equal(rk_buf_addf(out, "%s%s %s = %s", i ? ", " : "", finding->code,
					 finding->field_path, finding->value),
			RK_OK);
	}
}

struct pair {
	const char *before, *now, *found;
};

static void expect(const struct pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
		RK_AUTO(rk_buf_clear) struct rk_buf before = {0}, now = {0}, found = {0};

		assert_int_equal(
			rk_buf_addf(&before, "%s,%s}", HEAD("2016", "1"), pairs[i].before), RK_OK);
		assert_int_equal(
			rk_buf_addf(&now, "%s,%s}", HEAD("2016", "2"), pairs[i].now), RK_OK);
		assert_int_equal(rk_buf_add(&before, "", 1), RK_OK);
		assert_int_equal(rk_buf_add(&now, "", 1), RK_OK);
		found_in(&arena, (const char *)before.at, (const char *)now.at, &found);
		assert_int_equal(rk_buf_add(&found, "", 1), RK_OK);
		assert_string_equal((const char *)found.at, pairs[i].found);
	}
}

#define ACTIVITY(id, status, more)                                                            \
	"\"activities\":[{\"activity_id\":\"" id "\",\"title\":\"研修\",\"status\":\"" status \
	"\"" more "}]"
#define DAY(month, day) \
	"{\"year\":2016,\"month\":" month ",\"day\":" day ",\"precision\":\"DATE_PRECISION_DAY\"}"
#define MONTH(month)  "{\"year\":2016,\"month\":" month ",\"precision\":\"DATE_PRECISION_MONTH\"}"
#define START(date)   ",\"actual_start\":" date
#define PLANNED(date) ",\"planned_start\":" date
#define KIND(kind)    ",\"kind\":\"" kind "\""
#define PEOPLE(persons, basis)                                                               \
	",\"participants\":[{\"side\":\"cn\",\"category\":\"national\",\"persons\":" persons \
	",\"basis\":\"" basis "\"}]"

static void an_activity_is_seen_beside_its_earlier_entry(void **unused)
{
	/* clang-format off */
	static const struct pair pairs[] = {
		{ACTIVITY("a", "held", ""), ACTIVITY("a", "held", ""),
			"ACTIVITY_HELD_BEFORE activities[0].activity_id = a"},
		{ACTIVITY("a", "held", ""), ACTIVITY("a", "continued", ""), ""},
		{ACTIVITY("a", "planned", ""), ACTIVITY("a", "held", ""), ""},
		{ACTIVITY("a", "held", START(DAY("4", "12"))), ACTIVITY("b", "held", START(DAY("4", "12"))),
			"ACTIVITY_LIKE_BEFORE activities[0].title = 研修"},
		{ACTIVITY("a", "held", START(DAY("4", "12"))), ACTIVITY("b", "held", START(DAY("7", "12"))), ""},
		{ACTIVITY("a", "held", ""), ACTIVITY("b", "held", ""), ""},
		{ACTIVITY("a", "planned", KIND("field_survey")), ACTIVITY("a", "held", KIND("local_seminar")),
			"ACTIVITY_KIND_CHANGED activities[0].kind = ACTIVITY_KIND_LOCAL_SEMINAR"},
		{ACTIVITY("a", "held", START(DAY("5", "3"))), ACTIVITY("a", "continued", START(DAY("6", "3"))),
			"ACTIVITY_START_MOVED activities[0].actual_start = 2016-06-03"},
		{ACTIVITY("a", "held", START(MONTH("5"))), ACTIVITY("a", "continued", START(DAY("5", "3"))), ""},
		{ACTIVITY("a", "held", ""), ACTIVITY("a", "planned", ""),
			"ACTIVITY_STATUS_BACK activities[0].status = ACTIVITY_STATUS_PLANNED"},
		{ACTIVITY("a", "cancelled", ""), ACTIVITY("a", "held", ""),
			"ACTIVITY_STATUS_BACK activities[0].status = ACTIVITY_STATUS_HELD"},
		{ACTIVITY("a", "planned", PLANNED(MONTH("8"))), "\"nil\":true", "PLAN_UNTOLD activities = a"},
		{ACTIVITY("a", "planned", PLANNED(MONTH("10"))), "\"nil\":true", ""},
	};
	/* clang-format on */

	(void)unused;
	expect(pairs, sizeof pairs / sizeof pairs[0]);
}

static void people_are_seen_beside_earlier_numbers(void **unused)
{
	/* clang-format off */
	static const struct pair pairs[] = {
		{ACTIVITY("a", "held", PEOPLE("49", "counted")), ACTIVITY("b", "held", PEOPLE("490", "counted")),
			"PARTICIPANTS_FAR_MORE activities[0].participants[0].persons = 490"},
		{ACTIVITY("a", "held", PEOPLE("49", "counted")), ACTIVITY("b", "held", PEOPLE("489", "counted")), ""},
		{ACTIVITY("a", "held", PEOPLE("4", "counted")), ACTIVITY("b", "held", PEOPLE("49", "counted")), ""},
		{ACTIVITY("a", "held", PEOPLE("49", "counted")), ACTIVITY("b", "held", PEOPLE("490", "capacity")), ""},
		{ACTIVITY("a", "held", KIND("field_survey") PEOPLE("49", "counted")),
			ACTIVITY("b", "held", KIND("outreach") PEOPLE("490", "counted")), ""},
		{ACTIVITY("a", "held", PEOPLE("49", "counted")), ACTIVITY("a", "continued", PEOPLE("12", "counted")),
			"PARTICIPANTS_FALL activities[0].participants[0].persons = 12"},
		{ACTIVITY("a", "planned", PEOPLE("49", "counted")), ACTIVITY("a", "held", PEOPLE("12", "counted")), ""},
	};
	/* clang-format on */

	(void)unused;
	expect(pairs, sizeof pairs / sizeof pairs[0]);
}

#define COST(units, currency)                                                      \
	"\"cost_lines\":[{\"item\":\"venue\",\"amount\":{\"currency\":\"" currency \
	"\",\"minor_units\":\"" units "\"}}]"
#define PROJECT(status, kind) \
	"\"projects\":[{\"project_id\":\"p\",\"status\":\"" status "\",\"kind\":\"" kind "\"}]"
#define NEED(response) "\"needs\":[{\"need_id\":\"n\",\"response\":\"" response "\"}]"
#define VALUE(level, unit, base)                                                  \
	"\"policy_contributions\":[{\"contribution_id\":\"c\",\"level\":\"" level \
	"\",\"values\":[{\"pollutant\":\"PM2.5\",\"unit\":\"" unit                \
	"\",\"base_year\":2013,\"base_value\":" base "}]}]"
#define TYPE(type)      "\"type_changes\":[{\"partner_code\":\"210000\",\"new_type\":\"" type "\"}]"
#define INTENTION(kind) "\"intentions\":[{\"partner_code\":\"210000\",\"kind\":\"" kind "\"}]"

static void the_other_lists_are_seen_beside_earlier_ones(void **unused)
{
	/* clang-format off */
	static const struct pair pairs[] = {
		{COST("120000", "JPY"), COST("1200000", "JPY"), "AMOUNT_FAR_MORE cost_lines[0].amount = 1200000 JPY"},
		{COST("120000", "JPY"), COST("1199999", "JPY"), ""},
		{COST("120000", "JPY"), COST("1200000", "CNY"), ""},
		{COST("120000", "JPY"), COST("120", "JPY"), "AMOUNT_FAR_LESS cost_lines[0].amount = 120 JPY"},
		{COST("100", "CNY"), COST("120050", "CNY"), "AMOUNT_FAR_MORE cost_lines[0].amount = 1200.50 CNY"},
		{PROJECT("running", "joint_research"), PROJECT("running", "model_project"),
			"PROJECT_KIND_CHANGED projects[0].kind = PROJECT_KIND_MODEL_PROJECT"},
		{PROJECT("finished", "joint_research"), PROJECT("running", "joint_research"),
			"PROJECT_STATUS_BACK projects[0].status = PROJECT_STATUS_RUNNING"},
		{PROJECT("running", "joint_research"), PROJECT("finished", "joint_research"), ""},
		{NEED("met"), NEED("open"), "NEED_RESPONSE_BACK needs[0].response = NEED_RESPONSE_OPEN"},
		{NEED("open"), NEED("met"), ""},
		{VALUE("reflected", "ppb", "3"), VALUE("referred_to", "ppb", "3"),
			"POLICY_LEVEL_FALLS policy_contributions[0].level = POLICY_LEVEL_REFERRED_TO"},
		{VALUE("reflected", "ppb", "3"), VALUE("reflected", "ug/m3", "3"),
			"UNIT_CHANGED policy_contributions[0].values[0].unit = ug/m3"},
		{VALUE("reflected", "ppb", "3"), VALUE("reflected", "ppb", "4"),
			"BASE_VALUE_CHANGED policy_contributions[0].values[0].base_value = 4"},
		{TYPE("b"), TYPE("b"), "TYPE_TOLD_BEFORE type_changes[0].new_type = COOPERATION_TYPE_B"},
		{TYPE("b"), TYPE("a"), "TYPE_BACK_TO_A type_changes[0].new_type = COOPERATION_TYPE_A"},
		{TYPE("a"), TYPE("b"), ""},
		{INTENTION("end"), INTENTION("continue"), "INTENTION_AFTER_END intentions[0].kind = INTENTION_KIND_CONTINUE"},
		{INTENTION("continue"), INTENTION("end"), ""},
	};
	/* clang-format on */

	(void)unused;
	expect(pairs, sizeof pairs / sizeof pairs[0]);
}

static void only_the_newest_earlier_reports_of_the_municipality_count(void **unused)
{
	static const char *const jsons[] = {
		HEAD("2014", "1") "}",
		HEAD("2016", "2") "}",
		HEAD("2015", "4") "}",
		"{\"municipality_code\":\"400009\",\"period\":{\"fiscal_year\":2016,\"quarter\":\"q1\",\"variant\":\"regular\"}}",
		"{\"municipality_code\":\"401005\",\"period\":{\"fiscal_year\":2015,\"quarter\":\"q4\",\"variant\":\"forecast\"}}",
		"{\"municipality_code\":\"401005\"}",
		HEAD("2016", "1") "}",
	};
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	struct rk_compared earlier[sizeof jsons / sizeof jsons[0]];
	Renkei__V1__Comparison *comparison;
	struct rk_err err = {0};
	size_t count = sizeof jsons / sizeof jsons[0], rules;

	(void)unused;
	for (size_t i = 0; i < count; i++)
		earlier[i] = (struct rk_compared){jsons[i], report_of(&arena, jsons[i])};
	assert_ok(
		rk_compare(&arena, report_of(&arena, jsons[1]), earlier, count, &comparison, &err),
		err);
	assert_int_equal(comparison->n_receipt_numbers, 3);
	assert_string_equal(comparison->receipt_numbers[0], jsons[6]);
	assert_string_equal(comparison->receipt_numbers[1], jsons[2]);
	assert_string_equal(comparison->receipt_numbers[2], jsons[0]);
	(void)rk_compare_list(&rules);
	assert_int_equal(comparison->verdict->n_rules_run, rules);
}

static void an_answer_is_taken_by_the_rules_that_it_is_to(void **unused)
{
#define ANSWER(code)                                       \
	",\"warning_answers\":[{\"code\":\"" code          \
	"\",\"field_path\":\"activities[0].activity_id\"," \
	"\"value\":\"a\",\"reason\":\"別の会\"}]}"
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};
	struct rk_compared earlier = {"401005-2016Q1-1",
		report_of(&arena, HEAD("2016", "1") "," ACTIVITY("a", "held", "") "}")};
	static const char own[] = HEAD("2016", "2") "," ACTIVITY("a", "held", "")
		ANSWER("ACTIVITY_HELD_BEFORE");
	const struct rk_rules_context context = {.today = 20170501};
	Renkei__V1__Comparison *comparison;
	Renkei__V1__Verdict *verdict;
	Renkei__V1__Report *report;
	struct rk_err err = {0};

	(void)unused;
	assert_ok(rk_json_to_wire(&renkei__v1__report__descriptor, rk_slice_str(own), &bytes, &err),
		err);
	assert_ok(rk_rules_check(&arena, rk_buf_slice(&bytes), &context, &report, &verdict, &err),
		err);
	for (size_t i = 0; i < verdict->n_findings; i++)
		assert_string_not_equal(verdict->findings[i]->code, "ANSWER_WITHOUT_WARNING");
	assert_ok(rk_compare(&arena, report, &earlier, 1, &comparison, &err), err);
	assert_int_equal(comparison->verdict->n_findings, 1);
	assert_int_equal(comparison->verdict->answered_count, 1);
	assert_string_equal(comparison->verdict->findings[0]->answer, "別の会");
	/* Without the earlier report there is no such warning, and so no answer to one. */
	assert_ok(rk_compare(&arena, report, NULL, 0, &comparison, &err), err);
	assert_int_equal(comparison->verdict->n_findings, 1);
	assert_string_equal(comparison->verdict->findings[0]->code, "ANSWER_WITHOUT_WARNING");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_activity_is_seen_beside_its_earlier_entry),
		cmocka_unit_test(people_are_seen_beside_earlier_numbers),
		cmocka_unit_test(the_other_lists_are_seen_beside_earlier_ones),
		cmocka_unit_test(only_the_newest_earlier_reports_of_the_municipality_count),
		cmocka_unit_test(an_answer_is_taken_by_the_rules_that_it_is_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
