#include "check.h"
#include "export/delta.h"

static void a_record_is_cut_where_it_ends_and_not_in_its_quotes(void **unused)
{
	struct rk_slice text = bytes("a,\"b,\"\"\nc\",,\"\"\nd\n"), record, fields[4];

	(void)unused;
	assert_int_equal(rk_csv_record(&text, &record, fields, 4), 4);
	assert_true(rk_slice_equal_str(record, "a,\"b,\"\"\nc\",,\"\""));
	assert_true(rk_slice_equal_str(fields[0], "a"));
	assert_true(rk_slice_equal_str(fields[1], "\"b,\"\"\nc\""));
	assert_true(rk_slice_equal_str(fields[2], ""));
	assert_true(rk_slice_equal_str(fields[3], "\"\""));
	assert_int_equal(rk_csv_record(&text, &record, fields, 4), 1);
	assert_true(rk_slice_equal_str(record, "d"));
	assert_int_equal(rk_csv_record(&text, &record, fields, 4), 0);
	assert_int_equal(text.len, 0);
}

static void what_is_not_whole_waits_for_more(void **unused)
{
	static const char *const texts[] = {
		"", "a", "a,b", "\"a\n", "\"a\"", "\"a\"\"\n", "\"a\"b\n", "a,b,c,d,e\n"};

	(void)unused;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct rk_slice text = rk_slice_str(texts[i]), record, fields[4];

		assert_int_equal(rk_csv_record(&text, &record, fields, 4), 0);
		assert_true(rk_slice_equal_str(text, texts[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_cut_where_it_ends_and_not_in_its_quotes),
		cmocka_unit_test(what_is_not_whole_waits_for_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
