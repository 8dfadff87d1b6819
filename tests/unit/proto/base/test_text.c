#include "base/text.h"
#include "check.h"

#include <float.h>

static void numbers_are_strict(void **unused)
{
	static const char *const bad[] = {"", "-", "+1", " 1", "1 ", "0x1", "1.0", "--1",
		"9223372036854775808", "-9223372036854775809", "99999999999999999999", "１"};
	int64_t value = 0;

	(void)unused;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(rk_text_i64(rk_slice_str(bad[i]), INT64_MIN, INT64_MAX, &value));
	assert_true(rk_text_i64(bytes("-9223372036854775808"), INT64_MIN, INT64_MAX, &value));
	assert_true(value == INT64_MIN);
	assert_true(rk_text_i64(bytes("9223372036854775807"), INT64_MIN, INT64_MAX, &value));
	assert_true(value == INT64_MAX);
	assert_true(rk_text_i64(bytes("007"), 0, 9, &value));
	assert_int_equal(value, 7);
	assert_false(rk_text_i64(bytes("10"), 0, 9, &value));
	assert_false(rk_text_i64(bytes("-1"), 0, 9, &value));
}

static void what_a_terminal_would_obey_is_written_out(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	(void)unused;
	assert_int_equal(rk_text_add_visible(&out,
				 bytes("a\tb\n\x1b[31m\x7f\xc2\x9b"
				       "\xe2\x80\xae"
				       "\xe2\x81\xa6"
				       "連携\xe2\x80\x8f\xc2\xa0")),
		RK_OK);
	assert_string_equal(rk_buf_cstr(&out),
		"a\tb\\u000A\\u001B[31m\\u007F\\u009B\\u202E\\u2066"
		"連携\xe2\x80\x8f\xc2\xa0");
	assert_false(
		rk_text_is_control('\t') || rk_text_is_control('\n') || rk_text_is_control(0xa0));
	assert_true(
		rk_text_is_control('\r') && rk_text_is_control(0x80) && rk_text_is_control(0x9f));
}

static void numbers_are_written(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	(void)unused;
	assert_int_equal(rk_text_add_i64(&out, INT64_MIN), RK_OK);
	assert_int_equal(rk_buf_add_str(&out, " "), RK_OK);
	assert_int_equal(rk_text_add_i64(&out, INT64_MAX), RK_OK);
	assert_int_equal(rk_buf_add_str(&out, " "), RK_OK);
	assert_int_equal(rk_text_add_i64(&out, -10), RK_OK);
	assert_int_equal(rk_text_add_i64(&out, 0), RK_OK);
	assert_int_equal(rk_buf_add_str(&out, " "), RK_OK);
	assert_int_equal(rk_text_add_u64(&out, UINT64_MAX), RK_OK);
	assert_string_equal(rk_buf_cstr(&out),
		"-9223372036854775808 9223372036854775807 -100 18446744073709551615");
}

static void utf8_is_checked_as_rfc_3629_says(void **unused)
{
	(void)unused;
	assert_int_equal(rk_text_utf8_bad(bytes("")), 0);
	assert_int_equal(rk_text_utf8_bad(bytes("a連携\xf0\x9f\x98\x80\0")), 12);
	assert_int_equal(rk_text_utf8_bad(bytes("a\xff")), 1);
	assert_int_equal(rk_text_utf8_bad(bytes("a\x80")), 1);
	assert_int_equal(rk_text_utf8_bad(bytes("\xc0\x80")), 0); /* overlong */
	assert_int_equal(rk_text_utf8_bad(bytes("\xc1\xbf")), 0);
	assert_int_equal(rk_text_utf8_bad(bytes("\xe0\x9f\xbf")), 0);
	assert_int_equal(rk_text_utf8_bad(bytes("\xf0\x8f\xbf\xbf")), 0);
	assert_int_equal(rk_text_utf8_bad(bytes("\xed\xa0\x80")), 0); /* surrogate */
	assert_int_equal(rk_text_utf8_bad(bytes("\xed\x9f\xbf\xee\x80\x80")), 6);
	assert_int_equal(rk_text_utf8_bad(bytes("\xf4\x8f\xbf\xbf")), 4);
	assert_int_equal(rk_text_utf8_bad(bytes("\xf4\x90\x80\x80")), 0); /* over U+10FFFF */
	assert_int_equal(rk_text_utf8_bad(bytes("\xf5\x80\x80\x80")), 0);
	assert_int_equal(rk_text_utf8_bad(bytes("xx\xe9\x80")), 2); /* cut */
}

static void code_points_are_walked(void **unused)
{
	struct rk_slice text = bytes("a連\xf0\x9f\x98\x80");
	size_t at = 0;

	(void)unused;
	assert_int_equal(rk_text_next(text, &at), 'a');
	assert_int_equal(rk_text_next(text, &at), 0x9023);
	assert_int_equal(rk_text_next(text, &at), 0x1f600);
	assert_int_equal(at, text.len);
	assert_int_equal(rk_text_next(text, &at), 0);
	assert_int_equal(rk_text_chars(text), 3);
	assert_int_equal(rk_text_chars(bytes("\xff\xe9")), 2);
}

static void width_follows_east_asian_wide(void **unused)
{
	(void)unused;
	assert_int_equal(rk_text_width(bytes("abc")), 3);
	assert_int_equal(rk_text_width(bytes("川崎市")), 6);
	assert_int_equal(rk_text_width(bytes("ＰＭ２．５")), 10);
	assert_int_equal(rk_text_width(bytes("e\xcc\x81")), 1); /* combining */
	assert_int_equal(rk_text_width(bytes("ｱｲ")), 2);
	assert_int_equal(rk_text_width(bytes("\n")), 0);
}

static void hex_goes_both_ways(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	(void)unused;
	assert_int_equal(rk_text_hex(&out, bytes("\0\x7f\xff")), RK_OK);
	assert_buf_equal(&out, "007fff");
	out.len = 0;
	assert_true(rk_text_unhex(&out, bytes("00aBFf")));
	assert_buf_equal(&out, "\0\xab\xff");
	assert_false(rk_text_unhex(&out, bytes("0")));
	assert_false(rk_text_unhex(&out, bytes("0g")));
	assert_buf_equal(&out, "\0\xab\xff");
}

/* RFC 4648, section 10. */
static void base64_goes_both_ways(void **unused)
{
	static const char *const vectors[][2] = {
		{"",         ""        },
                {"f",        "Zg=="    },
                {"fo",       "Zm8="    },
                {"foo",      "Zm9v"    },
                {"foob",     "Zm9vYg=="},
		{"fooba",    "Zm9vYmE="},
                {"foobar",   "Zm9vYmFy"},
                {"\xff\xfe", "//4="    }
        };

	(void)unused;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		RK_AUTO(rk_buf_clear) struct rk_buf text = {0}, back = {0};

		assert_int_equal(rk_text_base64(&text, rk_slice_str(vectors[i][0])), RK_OK);
		assert_true(rk_slice_equal_str(rk_buf_slice(&text), vectors[i][1]));
		assert_true(rk_text_unbase64(&back, rk_buf_slice(&text)));
		while (text.len && text.at[text.len - 1] == '=')
			text.len--;
		assert_true(rk_text_unbase64(&back, rk_buf_slice(&text)));
		assert_int_equal(back.len, 2 * strlen(vectors[i][0]));
	}
}

static void base64_refuses_what_is_none(void **unused)
{
	static const char *const bad[] = {"Z", "Zg=", "Zg===", "=",
		"====", "Zm9v=", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "Zg==Zg==", "_-"};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	(void)unused;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (rk_text_unbase64(&out, rk_slice_str(bad[i])))
			fail_msg("%s", bad[i]);
	}
	assert_int_equal(out.len, 0);
}

static void percent_goes_both_ways(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0}, back = {0};

	(void)unused;
	assert_int_equal(rk_text_percent(&out, bytes("100% 連\n\x7f~")), RK_OK);
	assert_buf_equal(&out, "100%25 %E9%80%A3%0A%7F~");
	assert_int_equal(rk_text_unpercent(&back, rk_buf_slice(&out)), RK_OK);
	assert_buf_equal(&back, "100% 連\n\x7f~");
	back.len = 0;
	assert_int_equal(rk_text_unpercent(&back, bytes("%zz%4%41%")), RK_OK);
	assert_buf_equal(&back, "%zz%4A%");
}

static void uuids_are_recognised_and_made(void **unused)
{
	char one[37], two[37];

	(void)unused;
	assert_true(rk_text_is_uuid(bytes("01902D4E-7a5b-7c3d-9e1f-0123456789ab")));
	assert_false(rk_text_is_uuid(bytes("00000000-0000-0000-0000-000000000000")));
	assert_false(rk_text_is_uuid(bytes("01902d4e-7a5b-7c3d-9e1f-0123456789a")));
	assert_false(rk_text_is_uuid(bytes("01902d4e07a5b-7c3d-9e1f-0123456789ab")));
	assert_false(rk_text_is_uuid(bytes("01902d4e-7a5b-7c3d-9e1f-0123456789ag")));
	assert_true(rk_text_uuid(one) && rk_text_uuid(two));
	assert_true(rk_text_is_uuid(rk_slice_str(one)));
	assert_int_equal(one[14], '4');
	assert_string_not_equal(one, two);
}

static void moments_are_read_with_any_offset(void **unused)
{
	int64_t seconds;
	int32_t nanos;

	(void)unused;
	assert_true(rk_text_rfc3339(bytes("2016-07-15T14:59:59.123456Z"), &seconds, &nanos));
	assert_int_equal(seconds, 1468594799);
	assert_int_equal(nanos, 123456000);
	assert_true(rk_text_rfc3339(bytes("2016-07-15t23:59:59+09:00"), &seconds, &nanos));
	assert_int_equal(seconds, 1468594799);
	assert_true(rk_text_rfc3339(bytes("1969-12-31T23:59:59.5z"), &seconds, &nanos));
	assert_int_equal(seconds, -1);
	assert_int_equal(nanos, 500000000);
	assert_true(rk_text_rfc3339(bytes("2000-02-29T00:00:00-23:59"), &seconds, &nanos));
}

static void moments_that_are_none_are_refused(void **unused)
{
	static const char *const bad[] = {"", "2016-07-15", "2016-07-15 14:59:59Z",
		"2016-07-15T14:59:59", "2016-07-15T14:59:60Z", "2016-07-15T24:00:00Z",
		"2016-13-01T00:00:00Z", "2016-00-01T00:00:00Z", "2015-02-29T00:00:00Z",
		"1900-02-29T00:00:00Z", "2016-04-31T00:00:00Z", "2016-07-00T00:00:00Z",
		"2016-07-15T14:59:59.Z", "2016-07-15T14:59:59.1234567890Z",
		"2016-07-15T14:59:59+0900", "2016-07-15T14:59:59+24:00", "0000-01-01T00:00:00Z",
		"0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "-016-07-15T14:59:59Z",
		"2016-7-15T14:59:59Z", "2016-07-15T14:59:59Zx", "2016-07-15T-1:59:59Z",
		"2016-07-15T14:59:59+-1:00"};
	int64_t seconds;
	int32_t nanos;

	(void)unused;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (rk_text_rfc3339(rk_slice_str(bad[i]), &seconds, &nanos))
			fail_msg("%s", bad[i]);
	}
}

static void moments_survive_the_way_there_and_back(void **unused)
{
	static const int32_t nanos[] = {0, 1, 1000, 1000000, 999999999, 123000000};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	(void)unused;
	for (int64_t seconds = -62135596800; seconds <= 253402300799; seconds += 86399 * 37 + 11) {
		int32_t part = nanos[(uint64_t)seconds % 6], back_nanos;
		int64_t back;

		out.len = 0;
		assert_int_equal(rk_text_add_rfc3339(&out, seconds, part), RK_OK);
		assert_true(rk_text_rfc3339(rk_buf_slice(&out), &back, &back_nanos));
		assert_true(back == seconds && back_nanos == part);
	}
	out.len = 0;
	assert_int_equal(rk_text_add_rfc3339(&out, 1468594799, 120000000), RK_OK);
	assert_buf_equal(&out, "2016-07-15T14:59:59.120Z");
	assert_int_equal(rk_text_add_rfc3339(&out, 253402300800, 0), RK_OUT_OF_RANGE);
	assert_int_equal(rk_text_add_rfc3339(&out, 0, -1), RK_OUT_OF_RANGE);
	assert_buf_equal(&out, "2016-07-15T14:59:59.120Z");
}

static void reals_are_short_and_exact(void **unused)
{
	static const double values[] = {0.1, 1.5, 1.0 / 3, 1e22, 1e-7, 5, -2.25, DBL_MAX, DBL_MIN,
		4.9e-324, 123456789.123456789, 0.3, 2.0 / 3, 100, 1e100};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	double back;

	(void)unused;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		out.len = 0;
		assert_int_equal(rk_text_add_double(&out, values[i]), RK_OK);
		assert_true(rk_text_double(rk_buf_slice(&out), &back));
		assert_true(back == values[i]);
	}
	out.len = 0;
	assert_int_equal(rk_text_add_double(&out, 0.1), RK_OK);
	assert_int_equal(rk_buf_add_str(&out, " "), RK_OK);
	assert_int_equal(rk_text_add_float(&out, 0.1f), RK_OK);
	assert_int_equal(rk_buf_add_str(&out, " "), RK_OK);
	assert_int_equal(rk_text_add_double(&out, -0.0), RK_OK);
	assert_buf_equal(&out, "0.1 0.1 -0.0");
}

static void reals_that_are_none_are_refused(void **unused)
{
	static const char *const bad[] = {
		"", " 1", "1 ", "0x10", "inf", "nan", "1e999", "1,5", "1.5.2", "e5", "-"};
	double value;

	(void)unused;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (rk_text_double(rk_slice_str(bad[i]), &value))
			fail_msg("%s", bad[i]);
	}
	assert_false(rk_text_double(bytes("1\0"), &value));
}

static void the_front_of_a_text_ends_between_characters(void **unused)
{
	(void)unused;
	assert_true(rk_slice_equal_str(rk_text_front(rk_slice_str("連携"), 6), "連携"));
	assert_true(rk_slice_equal_str(rk_text_front(rk_slice_str("連携"), 5), "連"));
	assert_true(rk_slice_equal_str(rk_text_front(rk_slice_str("連携"), 2), ""));
	assert_true(rk_slice_equal_str(rk_text_front(rk_slice_str("a\xff"), 9), "a"));
	assert_true(rk_slice_equal_str(rk_text_front(rk_slice_str(NULL), 9), ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_strict),
		cmocka_unit_test(numbers_are_written),
		cmocka_unit_test(utf8_is_checked_as_rfc_3629_says),
		cmocka_unit_test(code_points_are_walked),
		cmocka_unit_test(width_follows_east_asian_wide),
		cmocka_unit_test(hex_goes_both_ways),
		cmocka_unit_test(base64_goes_both_ways),
		cmocka_unit_test(base64_refuses_what_is_none),
		cmocka_unit_test(percent_goes_both_ways),
		cmocka_unit_test(uuids_are_recognised_and_made),
		cmocka_unit_test(moments_are_read_with_any_offset),
		cmocka_unit_test(moments_that_are_none_are_refused),
		cmocka_unit_test(moments_survive_the_way_there_and_back),
		cmocka_unit_test(reals_are_short_and_exact),
		cmocka_unit_test(reals_that_are_none_are_refused),
		cmocka_unit_test(the_front_of_a_text_ends_between_characters),
		cmocka_unit_test(what_a_terminal_would_obey_is_written_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
