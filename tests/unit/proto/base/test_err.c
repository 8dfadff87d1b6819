#include "base/text.h"
#include "check.h"

#include <errno.h>

static void fail_fills_status_and_sentence(void **unused)
{
	struct rk_err err;

	(void)unused;
	assert_int_equal(rk_fail(&err, RK_NOT_FOUND, "report %d", 7), RK_NOT_FOUND);
	assert_int_equal(err.status, RK_NOT_FOUND);
	assert_string_equal(err.text, "report 7");
	assert_string_equal(err.reason, "");
	assert_int_equal(rk_fail(NULL, RK_ABORTED, "x"), RK_ABORTED);
}

static void fail_reason_keeps_the_reason(void **unused)
{
	struct rk_err err;

	(void)unused;
	assert_int_equal(
		rk_fail_reason(&err, RK_ABORTED, "VERSION_CONFLICT", "version %d", 3), RK_ABORTED);
	assert_string_equal(err.reason, "VERSION_CONFLICT");
	assert_string_equal(err.text, "version 3");
}

static void fail_can_quote_the_old_error(void **unused)
{
	struct rk_err err;

	(void)unused;
	(void)rk_fail(&err, RK_UNKNOWN, "inner");
	(void)rk_fail(&err, RK_INTERNAL, "outer: %s", err.text);
	assert_string_equal(err.text, "outer: inner");
}

/* Whatever stands before it, the text is cut between two characters. */
static void fail_cuts_on_a_character_boundary(void **unused)
{
	char text[3 * sizeof((struct rk_err *)0)->text];
	struct rk_err err;

	(void)unused;
	for (size_t shift = 0; shift < 12; shift++) {
		size_t len = shift;

		memset(text, 'x', shift);
		for (; len + 8 < sizeof text; len += 7)
			memcpy(text + len, "\xe9\x80\xa3\xf0\x9f\x98\x80", 7);
		text[len] = '\0';
		(void)rk_fail(&err, RK_UNKNOWN, "%s", text);
		len = strlen(err.text);
		assert_true(len < sizeof err.text && len > sizeof err.text - 5);
		assert_int_equal(rk_text_utf8_bad(rk_slice_str(err.text)), len);
	}
}

static void values_that_fit_are_kept_whole_and_end_with_the_next_failure(void **unused)
{
	struct rk_err err;
	char much[sizeof err.values];

	(void)unused;
	assert_int_equal(rk_err_values(&err, rk_fail(&err, RK_UNKNOWN, "5 of 3"),
				 "count=%d\nlimit=%d", 5, 3),
		RK_UNKNOWN);
	assert_string_equal(err.values, "count=5\nlimit=3");
	assert_string_equal(err.text, "5 of 3");
	memset(much, 'x', sizeof much - 1);
	much[sizeof much - 1] = '\0';
	(void)rk_err_values(&err, RK_UNKNOWN, "count=5\nname=%s", much);
	assert_string_equal(err.values, "count=5");
	(void)rk_err_values(&err, RK_UNKNOWN, "name=%s", much);
	assert_string_equal(err.values, "");
	(void)rk_err_values(&err, RK_UNKNOWN, "count=5");
	(void)rk_fail(&err, RK_INTERNAL, "next");
	assert_string_equal(err.values, "");
	assert_int_equal(rk_err_values(NULL, RK_ABORTED, "count=%d", 5), RK_ABORTED);
}

static void what_the_system_refused_keeps_its_name_for_other_languages(void **unused)
{
	struct rk_err err;

	(void)unused;
	assert_int_equal(rk_fail_errno(&err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "/a/b", ENOSPC),
		RK_DATA_LOSS);
	assert_string_equal(err.reason, "FILE_NOT_WRITTEN");
	assert_string_equal(err.text, "/a/b: No space left on device");
	assert_string_equal(err.values, "cause=ENOSPC\nfile=/a/b");
	(void)rk_fail_errno(&err, RK_UNKNOWN, "", "x", 99999);
	assert_string_equal(err.values, "cause=unknown\nfile=x");
	assert_int_equal(rk_fail_errno(NULL, RK_ABORTED, "", "x", EIO), RK_ABORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fail_fills_status_and_sentence),
		cmocka_unit_test(fail_reason_keeps_the_reason),
		cmocka_unit_test(fail_can_quote_the_old_error),
		cmocka_unit_test(fail_cuts_on_a_character_boundary),
		cmocka_unit_test(values_that_fit_are_kept_whole_and_end_with_the_next_failure),
		cmocka_unit_test(what_the_system_refused_keeps_its_name_for_other_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
