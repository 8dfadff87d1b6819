/* client/form/sheets_read: a grid of cells to a report, and each field back to its cell. */
#include "check.h"
#include "form/sheets_read.h"

#include <stdio.h>

static const char *const cover[][3] = {
	{"municipality_code", "自治体コード", "401005 北九州市"},
	{"period",            "報告対象期",    "2016Q3"             },
	{"action",            "提出区分",       "新規"             },
};

static const char *const activities[][3] = {
	{"件名",		   "取組番号", "テーマ"           },
	{"大連市での研修",    "A1",           "PM2.5；宴会；VOC"},
	{NULL,		       "A2",           NULL                  },
	{"  ",		       "A3",           "\n"                  },
	{"北九州市での研修", "A4",           NULL                  },
};

static const char *const participants[][3] = {
	{"activity_id", "persons", "side"     },
	{"A4",          "１２",  "日本側"},
	{"A9",          "3",       "日本側"},
};

struct grid {
	struct rk_tab_cell cells[3][16];
	struct rk_tab tabs[3];
	struct rk_workbook workbook;
};

static void add_tab(struct grid *grid, const char *name, const char *const (*texts)[3], size_t rows)
{
	struct rk_tab *tab = &grid->tabs[grid->workbook.tab_count];
	struct rk_tab_cell *cells = grid->cells[grid->workbook.tab_count++];

	*tab = (struct rk_tab){.name = name, .cells = cells};
	for (size_t row = 0; row < rows; row++) {
		for (size_t column = 0; column < 3; column++)
			if (texts[row][column])
				cells[tab->cell_count++] = (struct rk_tab_cell){
					.at = {(uint32_t)row + 1, (uint32_t)column + 1},
					.text = texts[row][column]
                                };
	}
}

static void make(struct grid *grid)
{
	*grid = (struct grid){.workbook = {.tabs = grid->tabs}};
	add_tab(grid, "participants", participants, 3);
	add_tab(grid, "取組", activities, 5);
	add_tab(grid, "cover", cover, 3);
}

static void assert_place(const struct rk_form_report *report, const char *path, const char *place)
{
	assert_string_equal(report->place(report, path), place);
}

static void each_field_knows_its_cell_there_or_missing(void **unused)
{
	struct rk_arena arena = {0};
	struct rk_form_report report = {.name = "form.xlsx"};
	struct rk_err err;
	struct grid grid;

	(void)unused;
	make(&grid);
	assert_ok(rk_sheets_read(&arena, &grid.workbook, &report, &err), err);
	assert_place(&report, "municipality_code", "cover!C1");
	assert_place(&report, "period.quarter", "cover!C2");
	assert_place(&report, "activities[0].title", "取組!A2");
	assert_place(&report, "activities[0].themes[2]", "取組!C2");
	assert_place(&report, "activities[1].activity_id", "取組!B5");
	assert_place(&report, "activities[1].themes", "取組!C5");
	assert_place(&report, "activities[1].kind", "取組!B5");
	assert_place(&report, "activities[1].participants[0].persons", "participants!B2");
	assert_place(&report, "activities[1].participants[0].category", "participants!A2");
	assert_place(&report, "activities", "取組!B1");
	assert_place(&report, "outcomes", "outcomes");
	assert_place(&report, "", "");
	rk_arena_clear(&arena);
}

static void what_is_wrong_is_told_and_the_rest_is_read(void **unused)
{
	static const char *const told[][3] = {
		{"CELL_EXPECTS_CHOICE", "activities[0].themes[1]",                "取組!C2"      },
		{"ROW_WITHOUT_PARENT",  "activities.participants[0].activity_id", "participants!A3"},
	};
	struct rk_arena arena = {0};
	struct rk_form_report report = {.name = "form.xlsx"};
	const struct rk_read_fault *at;
	struct rk_err err;
	struct grid grid;

	(void)unused;
	make(&grid);
	assert_ok(rk_sheets_read(&arena, &grid.workbook, &report, &err), err);
	assert_string_equal(report.err.reason, "REPORT_UNREADABLE");
	at = report.faults;
	for (size_t i = 0; i < sizeof told / sizeof told[0]; i++, at = at->next) {
		assert_non_null(at);
		assert_string_equal(at->fault.code, told[i][0]);
		assert_string_equal(at->fault.path, told[i][1]);
		assert_place(&report, at->fault.path, told[i][2]);
	}
	assert_null(at);
	rk_arena_clear(&arena);
}

static void memory_that_is_short_is_told(void **unused)
{
	struct grid grid;

	(void)unused;
	make(&grid);
	for (size_t cap = 1;; cap += 32) {
		struct rk_arena small = {.cap = cap};
		struct rk_form_report report = {.name = "form.xlsx"};
		struct rk_err err = {0};
		enum rk_status status = rk_sheets_read(&small, &grid.workbook, &report, &err);

		rk_arena_clear(&small);
		if (status == RK_OK)
			break;
		assert_int_equal(status, RK_RESOURCE_EXHAUSTED);
		assert_int_equal(err.status, status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_knows_its_cell_there_or_missing),
		cmocka_unit_test(what_is_wrong_is_told_and_the_rest_is_read),
		cmocka_unit_test(memory_that_is_short_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
