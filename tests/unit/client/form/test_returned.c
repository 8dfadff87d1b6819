/* client/form/returned.c: which cells a path of the report opens. */
#include "check.h"
#include "form/returned.h"
#include "form/trace.h"

#include <string.h>

/* A report of two activities, the first with a cost and two kinds of people, and an outcome. */
struct fixture {
	struct rk_arena arena;
	Renkei__V1__Report report;
	Renkei__V1__Activity activities[2], *activity_list[2];
	Renkei__V1__CostLine cost, *cost_list[1];
	Renkei__V1__ParticipantsLine people[2], *people_list[2];
	Renkei__V1__Outcome outcome, *outcome_list[1];
	struct rk_filled_sheet *sheets;
};

static void prepare(struct fixture *fixture)
{
	const struct rk_form_names *names;
	const struct rk_form_design *design;
	const struct rk_form_subject subject = {
		.municipality = "401005",
		.period = {2016, 1, false},
		.carry = RK_CARRY_ALL,
		.from = &fixture->report
        };

	*fixture = (struct fixture){0};
	renkei__v1__report__init(&fixture->report);
	renkei__v1__cost_line__init(&fixture->cost);
	renkei__v1__outcome__init(&fixture->outcome);
	fixture->outcome.outcome_id = "o1";
	for (size_t i = 0; i < 2; i++) {
		renkei__v1__activity__init(&fixture->activities[i]);
		renkei__v1__participants_line__init(&fixture->people[i]);
		fixture->activities[i].activity_id = i ? "a2" : "a1";
		fixture->people[i].side = RENKEI__V1__SIDE__SIDE_CN;
		fixture->people[i].category = i
			? RENKEI__V1__PARTICIPANT_CATEGORY__PARTICIPANT_CATEGORY_COMPANY
			: RENKEI__V1__PARTICIPANT_CATEGORY__PARTICIPANT_CATEGORY_NATIONAL;
		fixture->activity_list[i] = &fixture->activities[i];
		fixture->people_list[i] = &fixture->people[i];
	}
	fixture->cost_list[0] = &fixture->cost;
	fixture->outcome_list[0] = &fixture->outcome;
	fixture->activities[0].cost_lines = fixture->cost_list;
	fixture->activities[0].n_cost_lines = 1;
	fixture->activities[0].participants = fixture->people_list;
	fixture->activities[0].n_participants = 2;
	fixture->report.activities = fixture->activity_list;
	fixture->report.n_activities = 2;
	fixture->report.outcomes = fixture->outcome_list;
	fixture->report.n_outcomes = 1;
	names = rk_form_names_known(&fixture->arena, RK_JA);
	assert_non_null(names);
	design = rk_form_design(&fixture->arena, RK_JA, names);
	assert_non_null(design);
	fixture->sheets = rk_form_prefill(&fixture->arena, design, &subject);
	assert_non_null(fixture->sheets);
	rk_form_close(fixture->sheets);
}

static size_t count_open(const struct fixture *fixture)
{
	size_t count = 0;

	for (size_t i = 0; i < rk_sheet_count; i++)
		for (size_t row = 0; row < fixture->sheets[i].count; row++)
			for (size_t n = 0; n < rk_sheets[i].column_count; n++)
				count += fixture->sheets[i].rows[row].cells[n].open;
	return count;
}

static void a_path_opens_its_cells_and_says_which_is_the_first(void **unused)
{
	static const struct {
		const char *path, *sheet, *address;
		size_t open; /* cells; 0 = more than twenty */
	} cases[] = {
		{"comments",				    "cover",        "C8", 1 },
		{"period",				      "cover",        "C5", 1 },
		{"activities[1].title",                         "activities",   "C6", 1 },
		{"activities[1].place.city",                    "activities",   "H6", 1 },
		{"activities[1].place",                         "activities",   "H6", 4 },
		{"activities[1].themes[2]",                     "activities",   "L6", 2 },
		{"activities[0].activity_id",                   "activities",   "B5", 1 },
		{"activities[0].cost_lines[0].note",            "cost_lines",   "J5", 1 },
 /* What a rule holds against each other: four columns of a count, six of a cost, three of a date. */
		{"activities[0].participants[1].persons",       "participants", "E6", 4 },
		{"activities[0].participants[0].basis",         "participants", "H5", 4 },
		{"activities[0].cost_lines[0].amount",          "cost_lines",   "F5", 6 },
		{"activities[0].cost_lines[0].amount.currency", "cost_lines",   "G5", 6 },
		{"activities[0].cost_lines[0].payer",           "cost_lines",   "D5", 6 },
		{"activities[1].actual_end",                    "activities",   "G6", 4 },
 /* Nobody is counted yet: the columns of the activity's row are for that, and rows of their own. */
		{"activities[1].participants",                  "activities",   "N6", 0 },
		{"activities[0]",                               "activities",   "C5", 0 },
		{"outcomes",				    "outcomes",     "C5", 0 },
		{"",					    "cover",        "C7", 0 },
 /* What has no cell of its own: the row, the cover. */
		{"activities[1].nothing",                       "activities",   "C6", 29},
		{"activities[99].title",                        "cover",        "C7", 3 },
		{"nothing[0",				   "cover",        "C7", 3 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fixture fixture;
		struct rk_form_place place;
		char address[RK_ADDRESS_TEXT];

		prepare(&fixture);
		assert_true(rk_form_open(&fixture.arena, fixture.sheets, &fixture.report,
			cases[i].path, &(struct rk_form_note){"理由", "事務局", false}, &place));
		assert_string_equal(place.form->sheet->name, cases[i].sheet);
		rk_address_write(place.at, address);
		if (strcmp(address, cases[i].address) != 0)
			fail_msg("%s: %s, not %s", cases[i].path, address, cases[i].address);
		if (cases[i].open ? count_open(&fixture) != cases[i].open
				  : count_open(&fixture) <= 20)
			fail_msg("%s: %zu cells", cases[i].path, count_open(&fixture));
		rk_arena_clear(&fixture.arena);
	}
}

static void several_reasons_for_a_cell_stand_below_each_other_up_to_a_limit(void **unused)
{
	struct fixture fixture;
	struct rk_form_place place;
	const struct rk_filled *cell;
	char reason[901] = "";

	(void)unused;
	prepare(&fixture);
	cell = &fixture.sheets[1].rows[0].cells[2];
	memset(reason, 'x', 900);
	assert_true(rk_form_open(&fixture.arena, fixture.sheets, &fixture.report,
		"activities[0].title", &(struct rk_form_note){"一つ目", "事務局", false}, &place));
	assert_true(rk_form_open(&fixture.arena, fixture.sheets, &fixture.report,
		"activities[0].title", &(struct rk_form_note){"二つ目", "事務局", false}, &place));
	assert_string_equal(cell->note, "一つ目\n\n二つ目");
	for (int i = 0; i < 40; i++)
		assert_true(rk_form_open(&fixture.arena, fixture.sheets, &fixture.report,
			"activities[0].title", &(struct rk_form_note){reason, "事務局", false},
			&place));
	assert_true(strlen(cell->note) <= RK_FORM_NOTE_MAX);
	rk_arena_clear(&fixture.arena);
}

/* A reopening lets a line be changed as a whole, and of an activity no more than it names. */
static void of_a_reopening_no_more_is_open_than_it_lets_be_changed(void **unused)
{
	static const struct {
		const char *path;
		size_t open;
	} cases[] = {
		{"activities[0].cost_lines[0].amount",    6},
		{"activities[0].participants[1].persons", 4},
		{"activities[1].actual_end",              1},
		{"activities[1].place.country",           1},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fixture fixture;
		struct rk_form_place place;

		prepare(&fixture);
		assert_true(rk_form_open(&fixture.arena, fixture.sheets, &fixture.report,
			cases[i].path, &(struct rk_form_note){"理由", "事務局", true}, &place));
		if (count_open(&fixture) != cases[i].open)
			fail_msg("%s: %zu cells", cases[i].path, count_open(&fixture));
		rk_arena_clear(&fixture.arena);
	}
}

static void a_comment_is_put_on_its_cell_and_opens_nothing(void **unused)
{
	struct fixture fixture;

	(void)unused;
	prepare(&fixture);
	assert_true(rk_form_note_at(&fixture.arena, fixture.sheets, &fixture.report,
		"activities[0].title", &(struct rk_form_note){"根拠は", "事務局", false}));
	assert_true(rk_form_note_at(&fixture.arena, fixture.sheets, &fixture.report, "",
		&(struct rk_form_note){"全体に", "事務局", false}));
	assert_string_equal(fixture.sheets[1].rows[0].cells[2].note, "根拠は");
	assert_int_equal(count_open(&fixture), 0);
	assert_false(fixture.sheets[1].open_below);
	rk_arena_clear(&fixture.arena);
}

static void a_path_that_breaks_off_is_read_to_its_end_only(void **unused)
{
	char path[] = "themes[2\0].x";

	(void)unused;
	assert_true(rk_trace_is_of(path, "themes"));
	assert_true(rk_trace_is_of("themes[2]", "themes"));
	assert_true(rk_trace_is_of("partners[0].role", "partners[].role"));
	assert_false(rk_trace_is_of("partners[0].role", "partners[].partner_code"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_opens_its_cells_and_says_which_is_the_first),
		cmocka_unit_test(several_reasons_for_a_cell_stand_below_each_other_up_to_a_limit),
		cmocka_unit_test(of_a_reopening_no_more_is_open_than_it_lets_be_changed),
		cmocka_unit_test(a_comment_is_put_on_its_cell_and_opens_nothing),
		cmocka_unit_test(a_path_that_breaks_off_is_read_to_its_end_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
