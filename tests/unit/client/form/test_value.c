/* client/form/value: what people write into cells. */
#include "check.h"
#include "form/value.h"

#include "renkei/v1/report.pb-c.h"

static void numbers_are_read_as_people_write_them(void **unused)
{
	static const struct {
		const char *text;
		int64_t digits;
		unsigned decimals;
	} cases[] = {
		{"0",                  0,                  0},
		{"1200",               1200,               0},
		{"1,200",              1200,               0},
		{"1,234,567",          1234567,            0},
		{"１，２００",    1200,               0},
		{"　１２　",       12,                 0},
		{"△5",               -5,                 0},
		{"▲1,200",           -1200,              0},
		{"－３",             -3,                 0},
		{"−3",               -3,                 0},
		{"+3",                 3,                  0},
		{"¥1,200",            1200,               0},
		{"1,200円",           1200,               0},
		{"1,234.50",           12345,              1},
		{"12.000",             12,                 0},
		{"0.125",              125,                3},
		{"999999999999999999", 999999999999999999, 0},
	};
	struct rk_decimal read;

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		if (!rk_decimal_read(rk_slice_str(cases[i].text), &read))
			fail_msg("%s: is no number", cases[i].text);
		assert_int_equal(read.digits, cases[i].digits);
		assert_int_equal(read.decimals, cases[i].decimals);
	}
}

static void what_may_mean_two_numbers_is_none(void **unused)
{
	static const char *const cases[] = {"", " ", "-", "1,2", "12,34", "1,2345", "1234,567",
		",123", "1,,234", "1,234,", "1.2.3", "1.", ".5", "1 2", "約12", "12人", "１～２",
		"1e5", "0x10", "--5", "十二", "1000000000000000000"};
	struct rk_decimal read;

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		if (rk_decimal_read(rk_slice_str(cases[i]), &read))
			fail_msg("%s: is %lld", cases[i], (long long)read.digits);
	}
}

static void the_only_number_in_a_text_is_guessed(void **unused)
{
	char guess[RK_VALUE_TEXT];

	(void)unused;
	assert_true(rk_decimal_guess(bytes("約１，２００名"), guess));
	assert_string_equal(guess, "1,200");
	assert_false(rk_decimal_guess(bytes("3～4"), guess));
	assert_false(rk_decimal_guess(bytes("数名"), guess));
}

static void amounts_are_scaled_without_rounding(void **unused)
{
	struct rk_decimal read;
	int64_t out;

	(void)unused;
	assert_true(rk_decimal_read(bytes("1,234.50"), &read));
	assert_true(rk_decimal_scale(read, 2, &out));
	assert_int_equal(out, 123450);
	assert_false(rk_decimal_scale(read, 0, &out));
	assert_true(rk_decimal_read(bytes("999999999999999999"), &read));
	assert_false(rk_decimal_scale(read, 2, &out));
}

static void a_code_is_the_word_before_the_blank(void **unused)
{
	static const struct {
		enum rk_codes codes;
		const char *text, *code, *guess;
	} cases[] = {
		{RK_CODES_LG,       "401005 北九州市",               "401005",       ""                   },
		{RK_CODES_LG,       "４０１００５　北九州市", "401005",       ""                   },
		{RK_CODES_LG,       "401006",                            "401006",       ""                   },
		{RK_CODES_LG,       "北九州市",                      "北九州市", "401005 北九州市"},
		{RK_CODES_LG,       "北九州",                         "北九州",    "401005 北九州市"},
		{RK_CODES_LG,       "九州市",                         "九州市",    "401005 北九州市"},
		{RK_CODES_GB,       "大連",                            "大連",       "210200 大連市"   },
		{RK_CODES_GB,       "大连",                            "大连",       "210200 大連市"   },
		{RK_CODES_LG,       "横浜",                            "横浜",       ""                   },
		{RK_CODES_CURRENCY, "JPY 円",                           "JPY",          ""                   },
		{RK_CODES_CURRENCY, "円",                               "JPY",          ""                   },
		{RK_CODES_CURRENCY, "cny",                               "CNY",          ""                   },
		{RK_CODES_CURRENCY, "USD",                               "USD",          ""                   },
		{RK_CODES_COUNTRY,  "中国",                            "CN",           ""                   },
		{RK_CODES_UNIT,     "t/year",                            "t/year",       ""                   },
	};

	char code[RK_VALUE_TEXT], guess[RK_VALUE_TEXT];

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		rk_value_code(
			cases[i].codes, RK_JA, NULL, rk_slice_str(cases[i].text), code, guess);
		assert_string_equal(code, cases[i].code);
		assert_string_equal(guess, cases[i].guess);
	}
}

static void a_number_gets_the_zero_of_its_code_back(void **unused)
{
	const struct rk_tab_cell cell = {.kind = RK_TAB_NUMBER, .text = "11002", .number = 11002};
	char code[RK_VALUE_TEXT], guess[RK_VALUE_TEXT];

	(void)unused;
	rk_value_code(RK_CODES_LG, RK_JA, &cell, rk_slice_str(cell.text), code, guess);
	assert_string_equal(code, "011002");
	rk_value_code(RK_CODES_LG, RK_JA, NULL, rk_slice_str(cell.text), code, guess);
	assert_string_equal(code, "11002");
}

static void read_date(const char *text, enum rk_tab_kind kind, double number, int32_t year,
	int32_t month, int32_t day, const char *meant)
{
	const struct rk_tab_cell cell = {.kind = kind, .text = text, .number = number};
	Renkei__V1__PartialDate date;
	char guess[RK_VALUE_TEXT];
	bool outdated;
	const char *code = rk_value_date(&cell, false, &date, &outdated, guess);

	assert_string_equal(guess, meant);
	assert_int_equal(code == NULL, year != 0);
	if (code)
		return;
	assert_int_equal(date.year, year);
	assert_int_equal(date.month, month);
	assert_int_equal(date.day, day);
}

static void dates_are_read_and_guessed_but_never_filled_in(void **unused)
{
	(void)unused;
	read_date("2016-10-12", RK_TAB_DATE, 42655, 2016, 10, 12, "");
	read_date("2016-10", RK_TAB_DATE, 42644, 2016, 10, 0, "");
	read_date("平成28年10月12日", RK_TAB_TEXT, 0, 2016, 10, 12, "");
	read_date("２０１６／１０／１２", RK_TAB_TEXT, 0, 2016, 10, 12, "");
	read_date("H28.10.12", RK_TAB_TEXT, 0, 2016, 10, 12, "");
	read_date("Ｒ１．５．１", RK_TAB_TEXT, 0, 2019, 5, 1, "");
	read_date("s63/1", RK_TAB_TEXT, 0, 1988, 1, 0, "");
	read_date("2016.10.12", RK_TAB_TEXT, 0, 2016, 10, 12, "");
	read_date("H28.10.12～13", RK_TAB_TEXT, 0, 0, 0, 0, "");
	read_date("2016.5", RK_TAB_NUMBER, 2016.5, 0, 0, 0, "");
	read_date("FY2016", RK_TAB_TEXT, 0, 2016, 0, 0, "");
	read_date("2016", RK_TAB_NUMBER, 2016, 0, 0, 0, "2016年");
	read_date("20161012", RK_TAB_NUMBER, 20161012, 2016, 10, 12, "");
	read_date("42655", RK_TAB_NUMBER, 42655, 0, 0, 0, "2016-10-12");
	read_date("20161012", RK_TAB_TEXT, 0, 2016, 10, 12, "");
	read_date("2016/7/12", RK_TAB_TEXT, 0, 2016, 7, 12, "");
	read_date("平成28年 7月 12日", RK_TAB_TEXT, 0, 2016, 7, 12, "");
	read_date("平成 28年　７月", RK_TAB_TEXT, 0, 2016, 7, 0, "");
	read_date("H28. 7.12", RK_TAB_TEXT, 0, 2016, 7, 12, "");
	read_date("平成28.7.12", RK_TAB_TEXT, 0, 2016, 7, 12, "");
	read_date("平成元/1/8", RK_TAB_TEXT, 0, 0, 0, 0, "");
	read_date("2016 7 12", RK_TAB_TEXT, 0, 0, 0, 0, "");
	read_date("秋", RK_TAB_TEXT, 0, 0, 0, 0, "");
}

static void read_impossible(
	const char *text, const char *expected, int32_t month, const char *meant)
{
	const struct rk_tab_cell cell = {.kind = RK_TAB_TEXT, .text = text};
	Renkei__V1__PartialDate date;
	char guess[RK_VALUE_TEXT];
	bool outdated;
	const char *code = rk_value_date(&cell, false, &date, &outdated, guess);

	assert_string_equal(code ? code : "", expected);
	assert_string_equal(guess, meant);
	assert_int_equal(date.month, month);
}

/* What was understood and cannot be: the numbers are the rules' to tell, an era that was over is told here. */
static void an_impossible_date_says_what_of_it_cannot_be(void **unused)
{
	(void)unused;
	read_impossible("平成28年13月1日", "", 13, "");
	read_impossible("H28.13.1", "", 13, "");
	read_impossible("20161332", "", 13, "");
	read_impossible("昭和64年2月1日", "DATE_OUTSIDE_ERA", 2, "平成元年2月1日");
	read_impossible("平成元年1月7日", "DATE_OUTSIDE_ERA", 1, "昭和64年1月7日");
	read_impossible("平成50年4月1日", "DATE_OUTSIDE_ERA", 4, "令和20年4月1日");
	read_impossible("平成0年4月1日", "DATE_OUTSIDE_ERA", 4, "昭和63年4月1日");
}

static void a_year_of_an_era_after_its_end_is_read_and_said_so(void **unused)
{
	static const struct {
		const char *text;
		bool outdated;
	} cases[] = {
		{"平成31年4月30日", false},
		{"平成31年5月1日",  true },
		{"H32.7.12",             true },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct rk_tab_cell cell = {.kind = RK_TAB_TEXT, .text = cases[i].text};
		Renkei__V1__PartialDate date;
		char guess[RK_VALUE_TEXT];
		bool outdated;

		assert_null(rk_value_date(&cell, false, &date, &outdated, guess));
		assert_int_equal(outdated, cases[i].outdated);
	}
}

static void the_nearest_label_is_suggested(void **unused)
{
	char out[RK_VALUE_TEXT];

	(void)unused;
	assert_string_equal(rk_value_near(&renkei__v1__activity_kind__descriptor, RK_JA,
				    bytes("現地セミナ"), out),
		"現地セミナー");
	assert_string_equal(rk_value_near(&renkei__v1__activity_kind__descriptor, RK_EN,
				    bytes("local seminars"), out),
		"local seminar");
	assert_string_equal(
		rk_value_near(&renkei__v1__activity_kind__descriptor, RK_JA, bytes("宴会"), out),
		"");
	assert_string_equal(
		rk_value_near(&renkei__v1__party_role__descriptor, RK_JA, bytes("主催"), out),
		"主催・受入");
	/* 訪日研修, or 訪日調査・視察受入? */
	assert_string_equal(
		rk_value_near(&renkei__v1__activity_kind__descriptor, RK_JA, bytes("訪日"), out),
		"");
	assert_contains(
		rk_value_choices(&renkei__v1__activity_mode__descriptor, RK_JA, out), "対面");
	assert_contains(rk_value_choices(&renkei__v1__activity_kind__descriptor, RK_JA, out), "…");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_as_people_write_them),
		cmocka_unit_test(what_may_mean_two_numbers_is_none),
		cmocka_unit_test(the_only_number_in_a_text_is_guessed),
		cmocka_unit_test(amounts_are_scaled_without_rounding),
		cmocka_unit_test(a_code_is_the_word_before_the_blank),
		cmocka_unit_test(a_number_gets_the_zero_of_its_code_back),
		cmocka_unit_test(dates_are_read_and_guessed_but_never_filled_in),
		cmocka_unit_test(an_impossible_date_says_what_of_it_cannot_be),
		cmocka_unit_test(a_year_of_an_era_after_its_end_is_read_and_said_so),
		cmocka_unit_test(the_nearest_label_is_suggested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
