/* client/form/prefill.c: what is carried, in which cell, in which words; and what is not. */
#include "check.h"
#include "form/prefill.h"

#include "renkei/v1/report.pb-c.h"

#include <string.h>

#define STATUS(name) RENKEI__V1__ACTIVITY_STATUS__ACTIVITY_STATUS_##name

/* A report with two activities, one of them done, and room for what a test hangs on the first. */
struct fixture {
	struct rk_arena arena;
	Renkei__V1__Report report;
	Renkei__V1__Activity activities[2];
	Renkei__V1__Activity *activity_list[2];
	struct rk_form_subject subject;
	const struct rk_filled_sheet *sheets;
};

static void prepare(struct fixture *fixture)
{
	*fixture = (struct fixture){
		.subject = {.municipality = "401005",
			    .period = {2016, 3, false},
			    .carry = RK_CARRY_OPEN,
			    .from = &fixture->report,
			    .mark = "2016Q2から"}
        };
	renkei__v1__report__init(&fixture->report);
	for (size_t i = 0; i < 2; i++) {
		renkei__v1__activity__init(&fixture->activities[i]);
		fixture->activities[i].activity_id = i ? "done" : "2016Q3-A1";
		fixture->activities[i].title = i ? "済んだ研修" : "予定の研修";
		fixture->activities[i].status = i ? STATUS(HELD) : STATUS(PLANNED);
		fixture->activity_list[i] = &fixture->activities[i];
	}
	fixture->report.activities = fixture->activity_list;
	fixture->report.n_activities = 2;
}

static void fill(struct fixture *fixture, enum rk_language language)
{
	const struct rk_form_names *names = rk_form_names_known(&fixture->arena, language);
	const struct rk_form_design *design;

	assert_non_null(names);
	design = rk_form_design(&fixture->arena, language, names);
	assert_non_null(design);
	fixture->sheets = rk_form_prefill(&fixture->arena, design, &fixture->subject);
	assert_non_null(fixture->sheets);
}

static const struct rk_filled_sheet *sheet_of(const struct fixture *fixture, const char *name)
{
	const struct rk_sheet *sheet = rk_sheet_named(name);

	assert_non_null(sheet);
	return &fixture->sheets[sheet - rk_sheets];
}

static const struct rk_filled *cell_of(
	const struct fixture *fixture, const char *name, size_t row, const char *key)
{
	const struct rk_filled_sheet *sheet = sheet_of(fixture, name);
	const struct rk_sheet_column *column = rk_sheet_column_with(sheet->form->sheet, key);

	assert_non_null(column);
	assert_true(row < sheet->count);
	return &sheet->rows[row].cells[column - sheet->form->sheet->columns];
}

static void expect(const struct fixture *fixture, const char *name, size_t row, const char *key,
	const char *text)
{
	const struct rk_filled *cell = cell_of(fixture, name, row, key);
	const char *found = cell->kind == RK_FILLED_NOTHING ? "" : cell->text;

	if (strcmp(found, text) != 0)
		fail_msg("%s row %zu %s: \"%s\", not \"%s\"", name, row, key, found, text);
}

static void of_an_earlier_quarter_only_what_is_open_is_carried(void **unused)
{
	struct fixture fixture;

	(void)unused;
	prepare(&fixture);
	fill(&fixture, RK_JA);
	assert_int_equal(sheet_of(&fixture, "activities")->carried, 1);
	expect(&fixture, "activities", 0, "@carried", "2016Q2から");
	expect(&fixture, "activities", 0, "title", "予定の研修");
	expect(&fixture, "activities", 0, "status", "予定");
	expect(&fixture, "activities", 1, "title", "");
	rk_arena_clear(&fixture.arena);
}

static void of_this_very_report_all_is_there_and_nothing_is_marked(void **unused)
{
	struct fixture fixture;

	(void)unused;
	prepare(&fixture);
	fixture.subject.carry = RK_CARRY_ALL;
	fixture.subject.mark = NULL;
	fixture.subject.action = RENKEI__V1__REPORT_ACTION__REPORT_ACTION_REPLACE;
	fixture.subject.base_version = 2;
	fixture.report.comments = "連絡";
	fill(&fixture, RK_JA);
	assert_int_equal(sheet_of(&fixture, "activities")->carried, 2);
	expect(&fixture, "activities", 1, "@carried", "");
	expect(&fixture, "activities", 1, "title", "済んだ研修");
	expect(&fixture, "cover", 0, "comments", "連絡");
	expect(&fixture, "cover", 0, "action", "再提出");
	expect(&fixture, "cover", 0, "base_version", "2");
	rk_arena_clear(&fixture.arena);
}

static void blank_rows_have_ids_of_their_own_and_the_own_municipality(void **unused)
{
	struct fixture fixture;

	(void)unused;
	prepare(&fixture);
	fill(&fixture, RK_JA);
	/* A1 is taken by what was carried. */
	expect(&fixture, "activities", 1, "activity_id", "2016Q3-A2");
	expect(&fixture, "activities", 1, "municipalities[].municipality_code", "401005 北九州市");
	expect(&fixture, "outcomes", 0, "outcome_id", "2016Q3-O1");
	expect(&fixture, "participants", 0, "activity_id", "");
	rk_arena_clear(&fixture.arena);
}

static void the_cover_says_whose_form_and_which_quarter(void **unused)
{
	struct fixture fixture;

	(void)unused;
	prepare(&fixture);
	fixture.subject.action = RENKEI__V1__REPORT_ACTION__REPORT_ACTION_NEW;
	fill(&fixture, RK_JA);
	expect(&fixture, "cover", 0, "@form", "renkei.report/1");
	expect(&fixture, "cover", 0, "municipality_code", "401005 北九州市");
	expect(&fixture, "cover", 0, "period", "平成28年度第3四半期");
	expect(&fixture, "cover", 0, "period.variant", "実績");
	expect(&fixture, "cover", 0, "action", "新規");
	expect(&fixture, "cover", 0, "base_version", "0");
	expect(&fixture, "cover", 0, "nil", "");
	fill(&fixture, RK_EN);
	expect(&fixture, "cover", 0, "period", "2016Q3");
	expect(&fixture, "cover", 0, "municipality_code", "401005 Kitakyushu City");
	rk_arena_clear(&fixture.arena);
}

static void a_form_for_nobody_yet_is_blank(void **unused)
{
	struct fixture fixture;

	(void)unused;
	prepare(&fixture);
	fixture.subject = (struct rk_form_subject){0};
	fill(&fixture, RK_ZH);
	expect(&fixture, "cover", 0, "municipality_code", "");
	expect(&fixture, "cover", 0, "period", "");
	expect(&fixture, "cover", 0, "period.variant", "");
	expect(&fixture, "activities", 0, "activity_id", "");
	assert_int_equal(sheet_of(&fixture, "activities")->carried, 0);
	rk_arena_clear(&fixture.arena);
}

static void dates_known_to_the_day_are_dates_and_others_words(void **unused)
{
	Renkei__V1__PartialDate day = RENKEI__V1__PARTIAL_DATE__INIT, month = day, year = day;
	struct fixture fixture;

	(void)unused;
	prepare(&fixture);
	day = (Renkei__V1__PartialDate){.base = day.base,
		.year = 2016,
		.month = 10,
		.day = 12,
		.precision = RENKEI__V1__DATE_PRECISION__DATE_PRECISION_DAY};
	month = (Renkei__V1__PartialDate){.base = month.base,
		.year = 2016,
		.month = 11,
		.precision = RENKEI__V1__DATE_PRECISION__DATE_PRECISION_MONTH};
	year = (Renkei__V1__PartialDate){.base = year.base,
		.year = 2016,
		.precision = RENKEI__V1__DATE_PRECISION__DATE_PRECISION_YEAR};
	fixture.activities[0].planned_start = &day;
	fixture.activities[0].planned_end = &month;
	fixture.activities[0].actual_start = &year;
	fill(&fixture, RK_JA);
	const struct rk_filled *cell = cell_of(&fixture, "activities", 0, "planned_start");

	assert_int_equal(cell->kind, RK_FILLED_DATE);
	/* 12 October 2016 by Excel's count. */
	assert_true(cell->number == 42655);
	expect(&fixture, "activities", 0, "planned_start", "平成28年10月12日");
	assert_int_equal(cell_of(&fixture, "activities", 0, "planned_end")->kind, RK_FILLED_TEXT);
	expect(&fixture, "activities", 0, "planned_end", "平成28年11月");
	fill(&fixture, RK_EN);
	expect(&fixture, "activities", 0, "planned_end", "2016-11");
	expect(&fixture, "activities", 0, "actual_start", "2016年");
	rk_arena_clear(&fixture.arena);
}

static void parties_stand_in_the_row_while_they_have_one_role(void **unused)
{
	Renkei__V1__PartnerParty parties[2], *list[2] = {&parties[0], &parties[1]};
	struct fixture fixture;

	(void)unused;
	prepare(&fixture);
	for (size_t i = 0; i < 2; i++) {
		renkei__v1__partner_party__init(&parties[i]);
		parties[i].partner_code = i ? "210100" : "310000";
	}
	fixture.activities[0].partners = list;
	fixture.activities[0].n_partners = 2;
	fill(&fixture, RK_JA);
	expect(&fixture, "activities", 0, "partners[].partner_code",
		"310000 上海市、210100 瀋陽市");
	assert_int_equal(sheet_of(&fixture, "partners")->carried, 0);

	expect(&fixture, "activities", 0, "partners[].role", "");
	parties[0].role = parties[1].role = RENKEI__V1__PARTY_ROLE__PARTY_ROLE_SENDER;
	fill(&fixture, RK_JA);
	expect(&fixture, "activities", 0, "partners[].role", "派遣");
	assert_int_equal(sheet_of(&fixture, "partners")->carried, 0);

	parties[0].role = RENKEI__V1__PARTY_ROLE__PARTY_ROLE_UNSPECIFIED;
	fill(&fixture, RK_JA);
	expect(&fixture, "activities", 0, "partners[].role", "");
	expect(&fixture, "activities", 0, "partners[].partner_code", "");
	assert_int_equal(sheet_of(&fixture, "partners")->carried, 2);
	expect(&fixture, "partners", 0, "activity_id", "2016Q3-A1");
	expect(&fixture, "partners", 1, "partner_code", "210100 瀋陽市");
	expect(&fixture, "partners", 1, "role", "派遣");
	rk_arena_clear(&fixture.arena);
}

static Renkei__V1__ParticipantsLine people(Renkei__V1__Side side, int32_t persons)
{
	Renkei__V1__ParticipantsLine line = RENKEI__V1__PARTICIPANTS_LINE__INIT;

	line.side = side;
	line.category = RENKEI__V1__PARTICIPANT_CATEGORY__PARTICIPANT_CATEGORY_UNKNOWN;
	line._persons_case = RENKEI__V1__PARTICIPANTS_LINE___PERSONS_PERSONS;
	line.persons = persons;
	return line;
}

static void people_stand_in_the_row_until_more_is_known_of_them(void **unused)
{
	Renkei__V1__ParticipantsLine lines[2] = {people(RENKEI__V1__SIDE__SIDE_JP, 0),
		people(RENKEI__V1__SIDE__SIDE_CN, 6)},
				     *list[2] = {&lines[0], &lines[1]};
	struct fixture fixture;

	(void)unused;
	prepare(&fixture);
	fixture.activities[0].participants = list;
	fixture.activities[0].n_participants = 2;
	fill(&fixture, RK_JA);
	expect(&fixture, "activities", 0, "participants[SIDE_JP].persons", "0");
	expect(&fixture, "activities", 0, "participants[SIDE_CN].persons", "6");
	assert_int_equal(sheet_of(&fixture, "participants")->carried, 0);

	lines[0].basis = lines[1].basis = RENKEI__V1__COUNT_BASIS__COUNT_BASIS_COUNTED;
	fill(&fixture, RK_JA);
	expect(&fixture, "activities", 0, "participants[].basis", "実数");
	assert_int_equal(sheet_of(&fixture, "participants")->carried, 0);

	lines[1].category = RENKEI__V1__PARTICIPANT_CATEGORY__PARTICIPANT_CATEGORY_COMPANY;
	fill(&fixture, RK_JA);
	expect(&fixture, "activities", 0, "participants[SIDE_CN].persons", "");
	expect(&fixture, "participants", 0, "persons", "0");
	expect(&fixture, "participants", 1, "category", "企業");
	expect(&fixture, "participants", 1, "person_days", "");
	/* The row has Japan first: another order would be lost. */
	lines[0] = people(RENKEI__V1__SIDE__SIDE_CN, 6);
	lines[1] = people(RENKEI__V1__SIDE__SIDE_JP, 2);
	fill(&fixture, RK_JA);
	assert_int_equal(sheet_of(&fixture, "participants")->carried, 2);
	rk_arena_clear(&fixture.arena);
}

static void money_is_written_in_yen_and_yuan(void **unused)
{
	Renkei__V1__Money yen = RENKEI__V1__MONEY__INIT, yuan = yen;
	Renkei__V1__CostLine lines[2], *list[2] = {&lines[0], &lines[1]}, *own[1] = {&lines[0]};
	struct fixture fixture;

	(void)unused;
	prepare(&fixture);
	yen.currency = "JPY";
	yen.minor_units = 1200000;
	yuan.currency = "CNY";
	yuan.minor_units = 123405;
	for (size_t i = 0; i < 2; i++) {
		renkei__v1__cost_line__init(&lines[i]);
		lines[i].amount = i ? &yuan : &yen;
	}
	fixture.activities[0].cost_lines = list;
	fixture.activities[0].n_cost_lines = 2;
	fixture.report.cost_lines = own;
	fixture.report.n_cost_lines = 1;
	fill(&fixture, RK_JA);
	/* Those of the earlier quarter itself are not carried. */
	assert_int_equal(sheet_of(&fixture, "cost_lines")->carried, 2);
	expect(&fixture, "cost_lines", 0, "amount.minor_units", "1200000");
	expect(&fixture, "cost_lines", 0, "amount.currency", "JPY 円");
	expect(&fixture, "cost_lines", 1, "amount.minor_units", "1234.05");
	expect(&fixture, "cost_lines", 1, "activity_id", "2016Q3-A1");
	fixture.subject.carry = RK_CARRY_ALL;
	fill(&fixture, RK_JA);
	assert_int_equal(sheet_of(&fixture, "cost_lines")->carried, 3);
	expect(&fixture, "cost_lines", 2, "activity_id", "");
	rk_arena_clear(&fixture.arena);
}

static void a_code_the_registry_lacks_is_shown_as_it_is(void **unused)
{
	struct fixture fixture;

	(void)unused;
	prepare(&fixture);
	fixture.activities[0].same_as_municipality_code = "310000";
	fill(&fixture, RK_JA);
	/* 上海市 has these digits in the other system. */
	expect(&fixture, "activities", 0, "same_as_municipality_code", "310000");
	rk_arena_clear(&fixture.arena);
}

static void without_memory_there_is_no_form(void **unused)
{
	struct fixture fixture;
	struct rk_arena small = {.cap = 20000};
	const struct rk_form_names *names;
	const struct rk_form_design *design;

	(void)unused;
	prepare(&fixture);
	names = rk_form_names_known(&fixture.arena, RK_JA);
	design = rk_form_design(&fixture.arena, RK_JA, names);
	assert_null(rk_form_prefill(&small, design, &fixture.subject));
	assert_null(rk_form_design(&small, RK_JA, names));
	rk_arena_clear(&small);
	rk_arena_clear(&fixture.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_an_earlier_quarter_only_what_is_open_is_carried),
		cmocka_unit_test(of_this_very_report_all_is_there_and_nothing_is_marked),
		cmocka_unit_test(blank_rows_have_ids_of_their_own_and_the_own_municipality),
		cmocka_unit_test(the_cover_says_whose_form_and_which_quarter),
		cmocka_unit_test(a_form_for_nobody_yet_is_blank),
		cmocka_unit_test(dates_known_to_the_day_are_dates_and_others_words),
		cmocka_unit_test(parties_stand_in_the_row_while_they_have_one_role),
		cmocka_unit_test(people_stand_in_the_row_until_more_is_known_of_them),
		cmocka_unit_test(money_is_written_in_yen_and_yuan),
		cmocka_unit_test(a_code_the_registry_lacks_is_shown_as_it_is),
		cmocka_unit_test(without_memory_there_is_no_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
