/* client/progress.c: one line of a terminal, whatever its width. */
#include "base/text.h"
#include "check.h"
#include "progress.h"

static const char *line(const char *label, size_t done, size_t total, size_t width)
{
	static char kept[1024];
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	assert_int_equal(rk_progress_line(&out, label, done, total, width), RK_OK);
	assert_true(rk_text_width(rk_buf_slice(&out)) < width);
	snprintf(kept, sizeof kept, "%.*s", (int)out.len, out.len ? (const char *)out.at : "");
	return kept;
}

static void a_bar_grows_with_what_is_done(void **unused)
{
	(void)unused;
	assert_string_equal(line("Sending", 0, 4, 80),
		"Sending [........................................] 0/4");
	assert_string_equal(line("Sending", 1, 4, 80),
		"Sending [##########..............................] 1/4");
	assert_string_equal(line("Sending", 4, 4, 80),
		"Sending [########################################] 4/4");
	assert_string_equal(line("Sending", 0, 0, 80),
		"Sending [########################################] 0/0");
}

static void a_narrow_terminal_has_less_of_it_and_never_a_second_line(void **unused)
{
	(void)unused;
	assert_string_equal(line("送信中", 50, 100, 27), "送信中 [#####.....] 50/100");
	assert_string_equal(line("送信中", 50, 100, 26), "送信中 50/100");
	assert_string_equal(line("送信中", 50, 100, 13), "50/100");
	assert_string_equal(line("送信中", 50, 100, 6), "");
	for (size_t width = 1; width < 120; width++)
		(void)line("Asking the server", 99, 100000, width);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bar_grows_with_what_is_done),
		cmocka_unit_test(a_narrow_terminal_has_less_of_it_and_never_a_second_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
