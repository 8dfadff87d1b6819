/* client/form/xlsx_fit.c: what is known when a form is written is whole on paper. */
#include "check.h"
#include "form/xlsx_fit.h"

#include <string.h>

/* So many times 課. */
static char *long_text(size_t count)
{
	static char text[32768];

	text[0] = '\0';
	for (size_t i = 0; i < count; i++)
		memcpy(text + 3 * i, "課", 4);
	return text;
}

static void a_longer_text_needs_more_lines_and_a_wider_column_fewer(void **unused)
{
	double one = rk_fit_text("実施", 10, 11);

	(void)unused;
	assert_true(one < 19);
	assert_true(rk_fit_text(long_text(40), 10, 11) > 5 * one);
	assert_true(rk_fit_text(long_text(40), 60, 11) < rk_fit_text(long_text(40), 10, 11));
	assert_true(rk_fit_text(long_text(40), 10, 8) < rk_fit_text(long_text(40), 10, 11));
	assert_true(rk_fit_text("一\n二\n三", 40, 11) > 2 * one);
	assert_true(rk_fit_text("", 40, 11) == one);
}

/* Excel opens no file with a higher row. */
static void no_row_is_higher_than_a_row_can_be(void **unused)
{
	struct rk_filled cell = {.kind = RK_FILLED_TEXT, .text = long_text(8000)};
	struct rk_sheet_column column = {.key = "result", .width = 10};
	struct rk_sheet sheet = {.list = "activities", .columns = &column, .column_count = 1};
	struct rk_form_sheet form = {.sheet = &sheet};
	struct rk_filled_row row = {
		.record = (const ProtobufCMessage *)(const void *)&cell, .cells = &cell};
	struct rk_filled_sheet filled = {.form = &form, .rows = &row, .count = 1};
	struct rk_fit fit;

	(void)unused;
	rk_fit_columns(&filled, &fit);
	assert_true(rk_fit_row(&fit, &filled, &row) == 409.5);
	assert_true(rk_fit_cell(&cell, 10, 10) == 409.5);
	assert_true(rk_fit_text(long_text(8000), 10, 11) == 409.5);
}

/* A word that is longer than its column is parted; the least column still ends. */
static void a_word_without_a_blank_is_parted(void **unused)
{
	double one = rk_fit_text("a", 12, 11);

	(void)unused;
	assert_true(rk_fit_text("http://example.org/a-path-that-has-no-blank/in-it.html", 12, 11) >
		3 * one);
	assert_true(rk_fit_text(long_text(3), 0, 11) > 2 * one);
}

static void a_text_that_would_be_higher_than_a_page_is_small_and_its_column_wider(void **unused)
{
	struct rk_filled cell = {.kind = RK_FILLED_TEXT, .text = long_text(30)};

	(void)unused;
	assert_false(rk_fit_is_small(&cell, 10));
	cell.text = long_text(2000);
	assert_true(rk_fit_is_small(&cell, 10));

	struct rk_sheet_column column = {.key = "result", .width = 10};
	struct rk_sheet sheet = {.list = "activities", .columns = &column, .column_count = 1};
	struct rk_form_sheet form = {.sheet = &sheet};
	struct rk_filled_row row = {
		.record = (const ProtobufCMessage *)(const void *)&cell, .cells = &cell};
	struct rk_filled_sheet filled = {.form = &form, .rows = &row, .count = 1};
	struct rk_fit fit;

	rk_fit_columns(&filled, &fit);
	assert_true(fit.widths[0] > 60 && fit.widths[0] < 200);
	assert_true(rk_fit_row(&fit, &filled, &row) > 100);
	assert_true(rk_fit_row(&fit, &filled, &row) < 345);
}

static void a_blank_row_has_no_height_and_a_number_has_its_room(void **unused)
{
	struct rk_filled cell = {.kind = RK_FILLED_NUMBER, .text = "1000000", .number = 1000000};
	struct rk_sheet_column column = {.key = "persons", .width = 7};
	struct rk_sheet sheet = {.list = "participants", .columns = &column, .column_count = 1};
	struct rk_form_sheet form = {.sheet = &sheet};
	struct rk_filled_row row = {.cells = &cell};
	struct rk_filled_sheet filled = {.form = &form, .rows = &row, .count = 1};
	struct rk_fit fit;

	(void)unused;
	rk_fit_columns(&filled, &fit);
	assert_true(fit.widths[0] >= 9);
	assert_true(rk_fit_row(&fit, &filled, &row) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_longer_text_needs_more_lines_and_a_wider_column_fewer),
		cmocka_unit_test(no_row_is_higher_than_a_row_can_be),
		cmocka_unit_test(a_word_without_a_blank_is_parted),
		cmocka_unit_test(
			a_text_that_would_be_higher_than_a_page_is_small_and_its_column_wider),
		cmocka_unit_test(a_blank_row_has_no_height_and_a_number_has_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
