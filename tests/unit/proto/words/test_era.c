#include "check.h"
#include "words/era.h"

static void eras_are_read_as_papers_write_them(void **unused)
{
	static const struct {
		const char *text;
		int32_t year, month, day;
		bool fiscal, outdated;
	} cases[] = {
		{"H26",			    2014, 0,  0, true,  false},
                {"平成26年度",                 2014, 0,  0, true,  false},
		{"平成三十一年度",          2019, 0,  0, true,  true },
                {"令和元年度",                2019, 0,  0, true,  false},
		{"R1",			     2019, 0,  0, true,  false},
                {"令和1年度",                  2019, 0,  0, true,  false},
		{"2019年度",                     2019, 0,  0, true,  false},
                {"FY2019",                         2019, 0,  0, true,  false},
		{"ＦＹ２０１９",             2019, 0,  0, true,  false},
                {"Ｈ２６",                      2014, 0,  0, true,  false},
		{"平成２８年１１月５日", 2016, 11, 5, false, false},
		{"平成31年4月",                2019, 4,  0, false, false},
                {"平成31年5月",                2019, 5,  0, false, true },
		{"平成32年",                    2020, 0,  0, false, true },
                {"平成31年",                    2019, 0,  0, false, false},
		{"令和元年5月1日",           2019, 5,  1, false, false},
		{"昭和59年",                    1984, 0,  0, false, false},
                {"S59",                            1984, 0,  0, true,  false},
		{"2016",			   2016, 0,  0, false, false},
                {"2016年4月",                    2016, 4,  0, false, false},
		{"二〇一六年度",             2016, 0,  0, true,  false},
                {"平成十年度",                1998, 0,  0, true,  false},
		{"平成二十年度",             2008, 0,  0, true,  false},
                {"平成元年",                   1989, 0,  0, false, false},
		{"h26",			    2014, 0,  0, true,  false},
                {"R元",                           2019, 0,  0, true,  false}
        };

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rk_era_year year;
		struct rk_err err = {0};

		assert_ok(rk_era_parse(rk_slice_str(cases[i].text), &year, &err), err);
		assert_int_equal(year.year, cases[i].year);
		assert_int_equal(year.month, cases[i].month);
		assert_int_equal(year.day, cases[i].day);
		assert_int_equal(year.fiscal, cases[i].fiscal);
		if (year.outdated != cases[i].outdated)
			fail_msg("%s: outdated is %d", cases[i].text, year.outdated);
	}
}

static void what_is_no_year_is_refused(void **unused)
{
	static const char *const texts[] = {"", "平成", "平成0年", "平成99年", "昭和65年",
		"昭和64年2月", "令和元年4月30日", "令和182年", "平成28", "大正5年", "16年度",
		"20161年", "2016年13月", "2016年2月30日", "平成二十十年", "平成百年", "FY", "FY28",
		"H", "X26", "平成28年度末", "1899", "2200年度"};

	(void)unused;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct rk_era_year year;
		struct rk_err err = {0};

		if (rk_era_parse(rk_slice_str(texts[i]), &year, &err) != RK_INVALID_ARGUMENT)
			fail_msg("%s was read as %d", texts[i], year.year);
		assert_string_equal(err.reason, "ERA_INVALID");
	}
}

static void bytes_that_are_no_text_are_refused(void **unused)
{
	struct rk_era_year year;
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(rk_era_parse(bytes("H\xff"), &year, &err), RK_INVALID_ARGUMENT);
	assert_int_equal(rk_era_parse(bytes("H26\0"), &year, &err), RK_INVALID_ARGUMENT);
}

static void every_fiscal_year_is_read_back_as_printed(void **unused)
{
	(void)unused;
	for (int32_t year = 1900; year <= 2199; year++) {
		RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
		struct rk_era_year back;
		struct rk_err err = {0};

		assert_ok(rk_era_add_fiscal_year(&text, year), err);
		assert_ok(rk_era_parse(rk_buf_slice(&text), &back, &err), err);
		assert_int_equal(back.year, year);
		assert_true(back.fiscal);
		assert_false(back.outdated);
	}
}

static void fiscal_2019_is_reiwa_as_a_whole(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};

	(void)unused;
	assert_int_equal(rk_era_add_fiscal_year(&text, 2018), RK_OK);
	assert_int_equal(rk_era_add_fiscal_year(&text, 2019), RK_OK);
	assert_buf_equal(&text, "平成30年度令和元年度");
}

static void the_day_of_the_change_decides(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};

	(void)unused;
	assert_int_equal(rk_era_add_date(&text, 2019, 4, 30), RK_OK);
	assert_int_equal(rk_era_add_date(&text, 2019, 5, 1), RK_OK);
	assert_int_equal(rk_era_add_date(&text, 1989, 1, 7), RK_OK);
	assert_buf_equal(&text, "平成31年4月30日令和元年5月1日昭和64年1月7日");
}

static void a_day_is_told_in_the_era_and_as_commands_have_it(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};

	(void)unused;
	assert_int_equal(rk_era_add_day_told(&text, 2017, 1, 31), RK_OK);
	assert_int_equal(rk_era_add_day_told(&text, 2019, 5, 1), RK_OK);
	assert_buf_equal(&text, "平成29年1月31日（2017-01-31）令和元年5月1日（2019-05-01）");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eras_are_read_as_papers_write_them),
		cmocka_unit_test(what_is_no_year_is_refused),
		cmocka_unit_test(bytes_that_are_no_text_are_refused),
		cmocka_unit_test(every_fiscal_year_is_read_back_as_printed),
		cmocka_unit_test(fiscal_2019_is_reiwa_as_a_whole),
		cmocka_unit_test(the_day_of_the_change_decides),
		cmocka_unit_test(a_day_is_told_in_the_era_and_as_commands_have_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
