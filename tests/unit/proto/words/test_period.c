#include "base/text.h"
#include "check.h"
#include "words/period.h"

static void days_and_dates_are_inverse_over_three_centuries(void **unused)
{
	int32_t before = rk_date_to_days(19000101) - 1;

	(void)unused;
	assert_int_equal(rk_date_to_days(19700101), 0);
	assert_int_equal(rk_date_to_days(20000301), 11017);
	for (int32_t year = 1900; year <= 2199; year++) {
		for (int32_t month = 1; month <= 12; month++) {
			for (int32_t day = 1; day <= rk_days_of_month(year, month); day++) {
				int32_t date = rk_date_make(year, month, day);

				assert_true(rk_date_is_real(date));
				assert_int_equal(rk_date_to_days(date), ++before);
				assert_int_equal(rk_date_from_days(before), date);
			}
		}
	}
}

static void days_that_do_not_exist_are_not_real(void **unused)
{
	static const int32_t dates[] = {20160230, 20170229, 21000229, 20160431, 20161301, 20160001,
		20160100, 18991231, 22000101, 0, -20160101};

	(void)unused;
	assert_true(rk_date_is_real(20160229));
	for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++)
		assert_false(rk_date_is_real(dates[i]));
}

static void every_month_has_its_fiscal_year_and_quarter(void **unused)
{
	static const int32_t quarters[] = {4, 4, 4, 1, 1, 1, 2, 2, 2, 3, 3, 3};

	(void)unused;
	for (int32_t year = 2000; year <= 2199; year++) {
		for (int32_t month = 1; month <= 12; month++) {
			int32_t date = rk_date_make(year, month, 15);
			struct rk_period period = rk_period_of(date);

			assert_int_equal(rk_fiscal_year_of(date), month >= 4 ? year : year - 1);
			assert_int_equal(rk_quarter_of(date), quarters[month - 1]);
			assert_true(rk_period_first_day(period) <= date);
			assert_true(rk_period_last_day(period) >= date);
		}
	}
	assert_int_equal(rk_fiscal_year_of(20160131), 2015);
}

static void quarters_follow_each_other_without_gap(void **unused)
{
	int32_t next = 20000401;

	(void)unused;
	for (int32_t year = 2000; year <= 2199; year++) {
		for (int32_t quarter = 1; quarter <= 4; quarter++) {
			struct rk_period period = {year, quarter, false};
			int32_t last = rk_period_last_day(period);

			assert_int_equal(rk_period_first_day(period), next);
			next = rk_date_from_days(rk_date_to_days(last) + 1);
		}
	}
}

static void assert_same(struct rk_period a, struct rk_period b)
{
	assert_int_equal(a.fiscal_year, b.fiscal_year);
	assert_int_equal(a.quarter, b.quarter);
	assert_int_equal(a.forecast, b.forecast);
}

static void every_period_is_read_back_as_printed(void **unused)
{
	(void)unused;
	for (int32_t year = 2000; year <= 2199; year++) {
		for (int32_t variant = 1; variant <= 5; variant++) {
			struct rk_period period = {year, variant > 4 ? 4 : variant, variant > 4},
					 back;
			RK_AUTO(rk_buf_clear) struct rk_buf western = {0}, era = {0};
			char text[RK_PERIOD_TEXT];
			struct rk_err err = {0};

			rk_period_print(period, text);
			assert_ok(rk_period_parse(rk_slice_str(text), &back, NULL, &err), err);
			assert_same(back, period);
			assert_ok(rk_period_add_ja(&western, period, false), err);
			assert_ok(rk_period_parse(rk_buf_slice(&western), &back, NULL, &err), err);
			assert_same(back, period);
			assert_ok(rk_period_add_ja(&era, period, true), err);
			assert_ok(rk_period_parse(rk_buf_slice(&era), &back, NULL, &err), err);
			assert_same(back, period);
		}
	}
}

static void periods_are_read_as_people_write_them(void **unused)
{
	static const struct {
		const char *text, *means;
	} cases[] = {
		{"2016Q1",				     "2016Q1" },
                {"2016q1",                                     "2016Q1" },
                {"FY2016 Q1",                                  "2016Q1" },
		{"2016-Q4F",				   "2016Q4F"},
                {"H28Q1",                                      "2016Q1" },
                {"Ｈ２８Ｑ４",                            "2016Q4" },
		{"平成28年度第4四半期（見込み）", "2016Q4F"},
		{"平成二十八年度第３四半期",       "2016Q3" },
                {"令和元年度 第2四半期",              "2019Q2" },
		{" 2016Q2 ",				   "2016Q2" }
        };

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rk_period period;
		struct rk_err err = {0};
		char text[RK_PERIOD_TEXT];

		assert_ok(rk_period_parse(rk_slice_str(cases[i].text), &period, NULL, &err), err);
		rk_period_print(period, text);
		assert_string_equal(text, cases[i].means);
	}
}

static void what_is_no_period_is_refused_with_its_text(void **unused)
{
	static const char *const texts[] = {"", "2016", "2016Q0", "2016Q5", "2016Q1F", "2016Q10",
		"1999Q1", "2200Q1", "Q1", "2016年4月Q1", "2016年度第4", "2016Q4FF",
		"平成0年度第1四半期", "20166Q1"};

	(void)unused;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct rk_period period;
		struct rk_err err = {0};

		assert_int_equal(rk_period_parse(rk_slice_str(texts[i]), &period, NULL, &err),
			RK_INVALID_ARGUMENT);
		assert_string_equal(err.reason, "PERIOD_INVALID");
		assert_contains(err.text, texts[i]);
	}
}

static void a_long_text_is_shown_up_to_a_whole_character(void **unused)
{
	const char *text = "x連携連携連携連携連携連携連携連携連携連携連携連携連携連携連携";
	struct rk_period period;
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(
		rk_period_parse(rk_slice_str(text), &period, NULL, &err), RK_INVALID_ARGUMENT);
	assert_int_equal(rk_text_utf8_bad(rk_slice_str(err.text)), strlen(err.text));
}

static void heisei_past_the_change_is_read_and_flagged(void **unused)
{
	struct rk_period period;
	bool outdated = false;
	struct rk_err err = {0};

	(void)unused;
	assert_ok(rk_period_parse(rk_slice_str("平成31年度第1四半期"), &period, &outdated, &err),
		err);
	assert_int_equal(period.fiscal_year, 2019);
	assert_true(outdated);
	assert_ok(rk_period_parse(rk_slice_str("平成30年度第1四半期"), &period, &outdated, &err),
		err);
	assert_false(outdated);
}

static void messages_with_impossible_periods_are_not_taken(void **unused)
{
	Renkei__V1__Period message;
	struct rk_period period = {2016, 4, true};

	(void)unused;
	rk_period_to_message(period, &message);
	assert_true(rk_period_from_message(&message, &period));
	assert_true(period.forecast);
	message.quarter = RENKEI__V1__QUARTER__QUARTER_Q3;
	assert_false(rk_period_from_message(&message, &period));
	message.variant = RENKEI__V1__VARIANT__VARIANT_UNSPECIFIED;
	assert_false(rk_period_from_message(&message, &period));
	assert_false(rk_period_from_message(NULL, &period));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_and_dates_are_inverse_over_three_centuries),
		cmocka_unit_test(days_that_do_not_exist_are_not_real),
		cmocka_unit_test(every_month_has_its_fiscal_year_and_quarter),
		cmocka_unit_test(quarters_follow_each_other_without_gap),
		cmocka_unit_test(every_period_is_read_back_as_printed),
		cmocka_unit_test(periods_are_read_as_people_write_them),
		cmocka_unit_test(what_is_no_period_is_refused_with_its_text),
		cmocka_unit_test(a_long_text_is_shown_up_to_a_whole_character),
		cmocka_unit_test(heisei_past_the_change_is_read_and_flagged),
		cmocka_unit_test(messages_with_impossible_periods_are_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
