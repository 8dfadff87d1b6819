/* client/form/csv: one CSV file to the grid of a sheet. */
#include "check.h"
#include "form/csv.h"

static struct rk_arena arena;

static enum rk_status read_csv(struct rk_slice text, struct rk_tab *tab, struct rk_err *err)
{
	size_t cells = 0;

	rk_arena_clear(&arena);
	*err = (struct rk_err){0};
	*tab = (struct rk_tab){.name = "activities"};
	return rk_csv_read(&arena, "a.csv", text, tab, &cells, err);
}

static void assert_cell(const struct rk_tab *tab, const char *address, const char *text)
{
	struct rk_address at;
	const struct rk_tab_cell *cell;

	assert_true(rk_address_parse(rk_slice_str(address), &at));
	cell = rk_tab_find(tab, at);
	if (!text) {
		assert_null(cell);
	} else {
		assert_non_null(cell);
		assert_string_equal(cell->text, text);
	}
}

static void cells_are_read_by_the_paper(void **unused)
{
	struct rk_tab tab;
	struct rk_err err;

	(void)unused;
	assert_ok(read_csv(bytes("\xef\xbb\xbf"
				 "a,\"b\r\nc\",,\"d\"\"e\"\r\n\r\n,\"\", f \n\"g,h\"\ri"),
			  &tab, &err),
		err);
	assert_cell(&tab, "A1", "a");
	assert_cell(&tab, "B1", "b\nc");
	assert_cell(&tab, "C1", NULL);
	assert_cell(&tab, "D1", "d\"e");
	assert_cell(&tab, "A3", NULL);
	assert_cell(&tab, "B3", NULL);
	assert_cell(&tab, "C3", " f ");
	assert_cell(&tab, "A4", "g,h");
	assert_cell(&tab, "A5", "i");
	assert_int_equal(tab.cell_count, 6);
}

static void what_kept_a_text_from_being_a_formula_goes(void **unused)
{
	struct rk_tab tab;
	struct rk_err err;

	(void)unused;
	assert_ok(read_csv(bytes("'=1+1,'a,'-5,''+,'"), &tab, &err), err);
	assert_cell(&tab, "A1", "=1+1");
	assert_cell(&tab, "B1", "'a");
	assert_cell(&tab, "C1", "-5");
	assert_cell(&tab, "D1", "'+");
	assert_cell(&tab, "E1", "'");
}

static void what_is_no_utf8_is_read_as_cp932(void **unused)
{
	struct rk_tab tab;
	struct rk_err err;

	(void)unused;
	assert_ok(read_csv(bytes("\x8e\xe6\x91\x67,\xb1\n\x87\x40,\x95\x5c"), &tab, &err), err);
	assert_true(tab.cp932);
	assert_cell(&tab, "A1", "取組");
	assert_cell(&tab, "B1", "ｱ");
	assert_cell(&tab, "A2", "①");
	assert_cell(&tab, "B2", "表");
	assert_ok(read_csv(bytes("取組"), &tab, &err), err);
	assert_false(tab.cp932);
}

static void what_is_no_csv_is_told_with_its_line(void **unused)
{
	static const struct {
		const char *text, *reason, *words;
	} cases[] = {
		{"a\n\"b\nc",     "CSV_BROKEN",    "a.csv:2: a quotation mark"},
		{"a\n\n\"b\"c,d", "CSV_BROKEN",    "a.csv:3: something stands"},
		{"a\n\x8e\x20,b", "FILE_NOT_UTF8", "a.csv:2: "                },
	};
	struct rk_tab tab;
	struct rk_err err;

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(
			read_csv(rk_slice_str(cases[i].text), &tab, &err), RK_INVALID_ARGUMENT);
		assert_string_equal(err.reason, cases[i].reason);
		assert_contains(err.text, cases[i].words);
	}
	assert_int_equal(read_csv(bytes("a\0b"), &tab, &err), RK_INVALID_ARGUMENT);
	assert_string_equal(err.reason, "CSV_BROKEN");
}

static void too_many_cells_are_refused(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wide = {0}, long_text = {0};
	struct rk_tab tab;
	struct rk_err err;

	(void)unused;
	for (unsigned i = 0; i <= RK_ADDRESS_COLUMNS; i++)
		assert_int_equal(rk_buf_add_str(&wide, "a,"), RK_OK);
	assert_int_equal(read_csv(rk_buf_slice(&wide), &tab, &err), RK_INVALID_ARGUMENT);
	assert_string_equal(err.reason, "WORKBOOK_TOO_MANY_CELLS");
	for (unsigned i = 0; i <= RK_WORKBOOK_CELL_TEXT_MAX; i++)
		assert_int_equal(rk_buf_add_str(&long_text, "長"), RK_OK);
	assert_int_equal(read_csv(rk_buf_slice(&long_text), &tab, &err), RK_INVALID_ARGUMENT);
	assert_contains(err.text, "32768 characters");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_read_by_the_paper),
		cmocka_unit_test(what_kept_a_text_from_being_a_formula_goes),
		cmocka_unit_test(what_is_no_utf8_is_read_as_cp932),
		cmocka_unit_test(what_is_no_csv_is_told_with_its_line),
		cmocka_unit_test(too_many_cells_are_refused),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	rk_arena_clear(&arena);
	return failed;
}
