#include "check.h"
#include "words/partial.h"

#define PRECISION(name) RENKEI__V1__DATE_PRECISION__DATE_PRECISION_##name

static Renkei__V1__PartialDate date(
	int32_t year, int32_t month, int32_t day, Renkei__V1__DatePrecision precision)
{
	Renkei__V1__PartialDate made = RENKEI__V1__PARTIAL_DATE__INIT;

	made.year = year, made.month = month, made.day = day, made.precision = precision;
	return made;
}

static void precision_must_agree_with_the_zeroes(void **unused)
{
	(void)unused;
	for (int32_t known = 0; known < 8; known++) {
		for (int32_t precision = 0; precision <= 5; precision++) {
			static const int32_t needs[] = {0, 7, 6, 4, 4, -1};
			Renkei__V1__PartialDate made = date(known & 4 ? 2016 : 0,
				known & 2 ? 11 : 0, known & 1 ? 5 : 0,
				(Renkei__V1__DatePrecision)precision);

			assert_int_equal(rk_partial_check(&made) == RK_PARTIAL_FINE,
				known == needs[precision]);
		}
	}
	assert_int_equal(rk_partial_check(NULL), RK_PARTIAL_FINE);
}

static void real_calendar_days_only(void **unused)
{
	Renkei__V1__PartialDate made = date(2016, 2, 30, PRECISION(DAY));

	(void)unused;
	assert_int_equal(rk_partial_check(&made), RK_PARTIAL_DAY);
	made.day = 29;
	assert_int_equal(rk_partial_check(&made), RK_PARTIAL_FINE);
	made.day = -1;
	assert_int_equal(rk_partial_check(&made), RK_PARTIAL_DAY);
	made.month = 13;
	assert_int_equal(rk_partial_check(&made), RK_PARTIAL_MONTH);
	made.year = 2200;
	assert_int_equal(rk_partial_check(&made), RK_PARTIAL_YEAR);
	made.year = INT32_MAX;
	assert_int_equal(rk_partial_check(&made), RK_PARTIAL_YEAR);
}

static void a_date_means_a_range_of_days(void **unused)
{
	static const struct {
		const char *text;
		int32_t earliest, latest;
	} cases[] = {
		{"2016-02",    20160201, 20160229},
                {"2016-11-05", 20161105, 20161105},
		{"2016",       20160101, 20161231},
                {"FY2016",     20160401, 20170331}
        };

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		Renkei__V1__PartialDate made;
		int32_t earliest, latest, day;
		struct rk_err err = {0};

		assert_ok(rk_partial_parse(rk_slice_str(cases[i].text), &made, NULL, &err), err);
		assert_true(rk_partial_range(&made, &earliest, &latest));
		assert_int_equal(earliest, cases[i].earliest);
		assert_int_equal(latest, cases[i].latest);
		assert_int_equal(rk_partial_is_day(&made, &day), earliest == latest);
	}
}

static void what_is_unknown_has_no_range(void **unused)
{
	Renkei__V1__PartialDate unknown = RENKEI__V1__PARTIAL_DATE__INIT;
	int32_t earliest, latest;

	(void)unused;
	assert_false(rk_partial_range(&unknown, &earliest, &latest));
	assert_false(rk_partial_range(NULL, &earliest, &latest));
	assert_false(rk_partial_is_known(&unknown));
}

static void dates_print_in_three_styles_and_are_read_back(void **unused)
{
	static const struct {
		const char *iso, *era, *western;
	} cases[] = {
		{"2016-11-05", "平成28年11月5日", "2016年11月5日"},
		{"2016-11",    "平成28年11月",     "2016年11月"    },
                {"2016",       "平成28年",          "2016年"         },
		{"FY2016",     "平成28年度",       "2016年度"      },
		{"2019-05-01", "令和元年5月1日", "2019年5月1日" },
                {"",           "",                     ""                }
        };

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *const texts[] = {cases[i].iso, cases[i].era, cases[i].western};

		for (size_t from = 0; from < 3; from++) {
			Renkei__V1__PartialDate made;
			struct rk_err err = {0};

			assert_ok(rk_partial_parse(rk_slice_str(texts[from]), &made, NULL, &err),
				err);
			for (size_t to = 0; to < 3; to++) {
				RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

				assert_ok(rk_partial_add(&out, &made, (enum rk_partial_style)to),
					err);
				assert_true(rk_slice_equal_str(rk_buf_slice(&out), texts[to]));
			}
		}
	}
}

static void what_is_no_date_is_refused(void **unused)
{
	static const char *const texts[] = {"2016-", "2016-13", "2016-00", "2016-02-30", "2016-1-0",
		"2016-11-05x", "2016110", "2016-111", "2016 11 05", "2016.11.0", "H28.11/5",
		"FY2016-04", "11-05", "yesterday"};

	(void)unused;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		Renkei__V1__PartialDate made;
		struct rk_err err = {0};

		if (rk_partial_parse(rk_slice_str(texts[i]), &made, NULL, &err) !=
			RK_INVALID_ARGUMENT)
			fail_msg("%s was read", texts[i]);
		assert_string_equal(err.reason, "DATE_INVALID");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(precision_must_agree_with_the_zeroes),
		cmocka_unit_test(real_calendar_days_only),
		cmocka_unit_test(a_date_means_a_range_of_days),
		cmocka_unit_test(what_is_unknown_has_no_range),
		cmocka_unit_test(dates_print_in_three_styles_and_are_read_back),
		cmocka_unit_test(what_is_no_date_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
