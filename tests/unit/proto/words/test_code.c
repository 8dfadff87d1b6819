#include "check.h"
#include "words/code.h"

#include <stdio.h>

static void the_eleven_participants_have_right_codes(void **unused)
{
	static const char *const codes[] = {"110001", "130001", "160008", "200000", "280003",
		"400009", "141305", "242021", "281000", "401005", "442011"};
	char suggestion[RK_CODE_TEXT];
	size_t count;
	const struct rk_code_name *names = rk_lg_names(&count);

	(void)unused;
	assert_int_equal(count, 11);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(names[i].code, codes[i]);
		assert_int_equal(
			rk_lg_code_check(rk_slice_str(codes[i]), suggestion), RK_CODE_FINE);
		assert_int_equal(rk_lg_code_is_prefecture(rk_slice_str(codes[i])), i < 6);
	}
}

static void of_ten_check_digits_one_is_right(void **unused)
{
	size_t count;
	const struct rk_code_name *names = rk_lg_names(&count);

	(void)unused;
	for (size_t i = 0; i < count; i++) {
		for (char digit = '0'; digit <= '9'; digit++) {
			char code[RK_CODE_TEXT], suggestion[RK_CODE_TEXT];
			enum rk_code_fault fault;

			memcpy(code, names[i].code, RK_CODE_TEXT);
			code[5] = digit;
			fault = rk_lg_code_check(rk_slice_str(code), suggestion);
			if (digit == names[i].code[5]) {
				assert_int_equal(fault, RK_CODE_FINE);
				continue;
			}
			/* 110000 and 200000's neighbours can be Chinese codes. */
			assert_true(fault == RK_CODE_CHECK_DIGIT || fault == RK_CODE_OTHER_SYSTEM);
			assert_string_equal(suggestion, names[i].code);
		}
	}
}

static void every_remainder_gives_a_digit(void **unused)
{
	(void)unused;
	for (int number = 1000; number < 48000; number++) {
		char five[6];
		int sum = 0, expected;

		snprintf(five, sizeof five, "%05d", number);
		for (int i = 0; i < 5; i++)
			sum += (6 - i) * (five[i] - '0');
		expected = (11 - sum % 11) % 10;
		assert_int_equal(rk_lg_check_digit(five), '0' + expected);
	}
}

static void kitakyushu_is_suggested_for_slips(void **unused)
{
	static const char *const slips[] = {"401006", "410005", "401015", "501005"};
	char suggestion[RK_CODE_TEXT];

	(void)unused;
	for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
		assert_int_not_equal(
			rk_lg_code_check(rk_slice_str(slips[i]), suggestion), RK_CODE_FINE);
		assert_string_equal(suggestion, "401005");
	}
	assert_string_equal(rk_lg_name(rk_slice_str("401005"))->ja, "北九州市");
}

static void five_digits_are_completed(void **unused)
{
	char code[RK_CODE_TEXT];

	(void)unused;
	assert_true(rk_lg_code_complete(rk_slice_str("40100"), code));
	assert_string_equal(code, "401005");
	assert_true(rk_lg_code_complete(rk_slice_str("０１１００"), code));
	assert_string_equal(code, "011002");
	assert_true(rk_lg_code_complete(rk_slice_str("４０１００５"), code));
	assert_string_equal(code, "401005");
	assert_false(rk_lg_code_complete(rk_slice_str("401006"), code));
	assert_false(rk_lg_code_complete(rk_slice_str("48100"), code));
	assert_false(rk_lg_code_complete(rk_slice_str("4010"), code));
	assert_false(rk_lg_code_complete(rk_slice_str(""), code));
	assert_int_equal(rk_lg_code_check(rk_slice_str("40100"), code), RK_CODE_FIVE_DIGITS);
	assert_string_equal(code, "401005");
}

static void prefectures_end_at_47(void **unused)
{
	char code[RK_CODE_TEXT];

	(void)unused;
	for (int area = 0; area < 100; area++) {
		char text[RK_CODE_TEXT + 2];

		snprintf(text, sizeof text, "%02d000", area);
		text[5] = rk_lg_check_digit(text);
		text[6] = '\0';
		assert_int_equal(rk_lg_code_check(rk_slice_str(text), code) == RK_CODE_FINE,
			area >= 1 && area <= 47);
	}
}

static void the_partners_have_levels(void **unused)
{
	char suggestion[RK_CODE_TEXT];
	size_t count;
	const struct rk_code_name *names = rk_gb_names(&count);

	(void)unused;
	assert_int_equal(count, 17);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(
			rk_gb_code_check(rk_slice_str(names[i].code), suggestion), RK_CODE_FINE);
	assert_int_equal(rk_gb_code_level(rk_slice_str("210000")), RK_GB_PROVINCE);
	assert_int_equal(rk_gb_code_level(rk_slice_str("310000")), RK_GB_MUNICIPALITY);
	assert_int_equal(rk_gb_code_level(rk_slice_str("210100")), RK_GB_CITY);
	assert_int_equal(rk_gb_code_level(rk_slice_str("210102")), RK_GB_COUNTY);
	assert_int_equal(rk_gb_code_level(rk_slice_str("160000")), RK_GB_NONE);
	assert_int_equal(rk_gb_code_level(rk_slice_str("21010a")), RK_GB_NONE);
}

static void the_same_digits_are_right_in_both_systems(void **unused)
{
	char suggestion[RK_CODE_TEXT];

	(void)unused;
	/* 鳥取県 and 上海市, 長崎県 and 湖北省. */
	assert_int_equal(rk_lg_code_check(rk_slice_str("310000"), suggestion), RK_CODE_FINE);
	assert_int_equal(rk_gb_code_check(rk_slice_str("310000"), suggestion), RK_CODE_FINE);
	assert_int_equal(rk_lg_code_check(rk_slice_str("420000"), suggestion), RK_CODE_FINE);
	assert_int_equal(rk_gb_code_check(rk_slice_str("420000"), suggestion), RK_CODE_FINE);
}

static void a_code_of_the_other_system_is_recognised(void **unused)
{
	char suggestion[RK_CODE_TEXT];

	(void)unused;
	assert_int_equal(
		rk_lg_code_check(rk_slice_str("120000"), suggestion), RK_CODE_OTHER_SYSTEM);
	assert_int_equal(
		rk_gb_code_check(rk_slice_str("401005"), suggestion), RK_CODE_OTHER_SYSTEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_eleven_participants_have_right_codes),
		cmocka_unit_test(of_ten_check_digits_one_is_right),
		cmocka_unit_test(every_remainder_gives_a_digit),
		cmocka_unit_test(kitakyushu_is_suggested_for_slips),
		cmocka_unit_test(five_digits_are_completed),
		cmocka_unit_test(prefectures_end_at_47),
		cmocka_unit_test(the_partners_have_levels),
		cmocka_unit_test(the_same_digits_are_right_in_both_systems),
		cmocka_unit_test(a_code_of_the_other_system_is_recognised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
