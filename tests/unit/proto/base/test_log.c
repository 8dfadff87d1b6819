#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "check.h"

#include <unistd.h>

static int ends[2];

static int setup(void **state)
{
	(void)state;
	rk_clock_set(1468562399005000, 1);
	rk_log_set(RK_LOG_INFO, -1);
	if (pipe(ends) != 0)
		return -1;
	rk_log_set(RK_LOG_INFO, ends[1]);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	rk_clock_set(0, 0);
	rk_log_set(RK_LOG_NOTICE, STDERR_FILENO);
	return close(ends[0]) | close(ends[1]);
}

/* What has been logged, ended by a NUL. */
static const char *logged(void)
{
	static char text[8192];
	ssize_t len = read(ends[0], text, sizeof text - 1);

	assert_true(len >= 0);
	text[len] = '\0';
	return text;
}

static void a_line_has_time_level_event_and_fields(void **unused)
{
	(void)unused;
	rk_log(RK_LOG_NOTICE, "call", RK_TEXT("method", "Submit"), RK_NUMBER("ms", 12));
	assert_string_equal(
		logged(), "2016-07-15T05:59:59.005Z notice event=call method=Submit ms=12\n");
}

static void odd_values_are_quoted(void **unused)
{
	(void)unused;
	rk_log(RK_LOG_ERROR, "x", RK_TEXT("a", "b c"), RK_TEXT("q", "\"\\\n\x1b"),
		RK_TEXT("e", NULL), RK_TEXT("ja", "連携"), RK_TEXT("bad", "\xff="));
	assert_string_equal(logged(),
		"2016-07-15T05:59:59.005Z error event=x a=\"b c\" q=\"\\\"\\\\\\n\\x1b\" e=\"\" ja=連携 "
		"bad=\"\\xff=\"\n");
}

/* A closing quote took what is kept free at the end, and the room left was then a huge number. */
static void a_quoted_value_that_just_fits_leaves_the_end_free(void **unused)
{
	char value[4096];

	(void)unused;
	for (size_t len = 4000; len < 4060; len++) {
		const char *line;

		memset(value, 'v', sizeof value);
		value[0] = ' ';
		value[len] = '\0';
		rk_log(RK_LOG_ERROR, "x", RK_TEXT("v", value), RK_TEXT("after", "here"),
			RK_TEXT("more", value));
		line = logged();
		assert_true(strlen(line) <= 4096);
		assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	}
}

static void a_line_is_cut_at_4_kib_and_stays_a_line(void **unused)
{
	char value[6000], wide[6000];
	const char *line;

	(void)unused;
	memset(value, 'v', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	for (size_t i = 0; i + 3 < sizeof wide; i += 3)
		memcpy(wide + i, "\xe9\x80\xa3", 4);
	rk_log(RK_LOG_ERROR, "x", RK_TEXT("v", value), RK_NUMBER("after", 1));
	line = logged();
	assert_int_equal(strlen(line), 4096);
	assert_int_equal(line[4095], '\n');
	assert_null(strstr(line, "after"));
	value[0] = ' ';
	rk_log(RK_LOG_ERROR, "x", RK_TEXT("v", value), RK_NUMBER("after", 1));
	line = logged();
	assert_string_equal(line + strlen(line) - 2, "\"\n");
	assert_null(strstr(line, "after"));
	rk_log(RK_LOG_ERROR, "x", RK_TEXT("v", wide));
	line = logged();
	assert_int_equal(rk_text_utf8_bad(rk_slice_str(line)), strlen(line));
}

static void levels_below_the_set_one_are_silent(void **unused)
{
	(void)unused;
	rk_log(RK_LOG_DEBUG, "no");
	rk_log(RK_LOG_INFO, "yes");
	assert_string_equal(logged(), "2016-07-15T05:59:59.005Z info event=yes\n");
}

static void the_journal_takes_any_fields(void **unused)
{
	char value[9000];

	(void)unused;
	memset(value, 'v', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	rk_log_set(RK_LOG_INFO, -1);
	rk_log(RK_LOG_INFO, "test", RK_TEXT("a", "b\nc"), RK_NUMBER("n", -1),
		RK_TEXT("long", value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_line_has_time_level_event_and_fields, setup, teardown),
		cmocka_unit_test_setup_teardown(odd_values_are_quoted, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_line_is_cut_at_4_kib_and_stays_a_line, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_quoted_value_that_just_fits_leaves_the_end_free, setup, teardown),
		cmocka_unit_test_setup_teardown(
			levels_below_the_set_one_are_silent, setup, teardown),
		cmocka_unit_test_setup_teardown(the_journal_takes_any_fields, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
