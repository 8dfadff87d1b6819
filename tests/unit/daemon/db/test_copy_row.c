#include "check.h"
#include "db/copy_row.h"

#include <stdio.h>
#include <string.h>

/* The values of a row with bars between them, "-" for a missing one. */
static const char *cut(const char *text, size_t max)
{
	static char said[200];
	struct rk_slice values[8];
	char row[100];
	size_t count, at = 0;

	snprintf(row, sizeof row, "%s", text);
	count = rk_copy_row(row, strlen(row), values, max);
	snprintf(said, sizeof said, "%zu:", count);
	for (size_t i = 0; i < count; i++) {
		at = strlen(said);
		if (values[i].at)
			snprintf(said + at, sizeof said - at, "%.*s|", (int)values[i].len,
				(const char *)values[i].at);
		else
			snprintf(said + at, sizeof said - at, "-|");
	}
	return said;
}

static void a_row_is_cut_at_its_tabs(void **unused)
{
	(void)unused;
	assert_string_equal(cut("401005\t大気\t-1\n", 8), "3:401005|大気|-1|");
	assert_string_equal(cut("one\n", 8), "1:one|");
	assert_string_equal(cut("\t\t\n", 8), "3:|||");
	assert_string_equal(cut("\n", 8), "1:|");
	assert_string_equal(cut("no line end", 8), "1:no line end|");
}

static void a_missing_value_is_no_text(void **unused)
{
	(void)unused;
	assert_string_equal(cut("\\N\t\t\\N\n", 8), "3:-||-|");
	assert_string_equal(cut("\\\\N\tN\t\\NN\n", 8), "3:\\N|N|NN|");
}

static void a_backslash_says_what_is_meant(void **unused)
{
	(void)unused;
	assert_string_equal(cut("a\\tb\\nc\\rd\\\\e\t\\b\\f\\v\n", 8), "2:a\tb\nc\rd\\e|\b\f\v|");
	assert_string_equal(cut("\\\\\\\\n\t\\q\n", 8), "2:\\\\n|q|");
	assert_string_equal(cut("open\\\n", 8), "1:open\\|");
}

static void more_than_there_is_room_for_is_refused(void **unused)
{
	(void)unused;
	assert_string_equal(cut("a\tb\n", 2), "2:a|b|");
	assert_string_equal(cut("a\tb\tc\n", 2), "0:");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_cut_at_its_tabs),
		cmocka_unit_test(a_missing_value_is_no_text),
		cmocka_unit_test(a_backslash_says_what_is_meant),
		cmocka_unit_test(more_than_there_is_room_for_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
