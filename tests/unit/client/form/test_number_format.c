/* client/form/number_format: which numbers are dates. */
#include "check.h"
#include "form/number_format.h"

static void a_format_shows_as_much_of_a_date_as_it_has_letters(void **unused)
{
	static const struct {
		const char *code;
		enum rk_shows shows;
	} cases[] = {
		{"General",			      RK_SHOWS_NUMBER},
		{"0.00E+00",			     RK_SHOWS_NUMBER},
		{"#,##0;[Red]-#,##0",                    RK_SHOWS_NUMBER},
		{"0\"日\"",			     RK_SHOWS_NUMBER},
		{"#,##0\\d",			     RK_SHOWS_NUMBER},
		{"@",				    RK_SHOWS_NUMBER},
		{"h:mm",				 RK_SHOWS_NUMBER},
		{"mm:ss.0",			      RK_SHOWS_NUMBER},
		{"[h]:mm:ss",                            RK_SHOWS_NUMBER},
		{"h:mm AM/PM",                           RK_SHOWS_NUMBER},
		{"yyyy\\-mm\\-dd",                       RK_SHOWS_DAY   },
		{"[$-411]ggge\"年\"m\"月\"d\"日\";@", RK_SHOWS_DAY   },
		{"[$-411]ge.m.d;@",                      RK_SHOWS_DAY   },
		{"m/d/yy h:mm",                          RK_SHOWS_DAY   },
		{"aaaa",				 RK_SHOWS_DAY   },
		{"yyyy/m",			       RK_SHOWS_MONTH },
		{"mmm\\-yy",			     RK_SHOWS_MONTH },
		{"[$-411]ggge\"年\"m\"月\"",           RK_SHOWS_MONTH },
		{"yyyy\"年\"",                          RK_SHOWS_YEAR  },
		{"[$-411]ggge\"年\"",                   RK_SHOWS_YEAR  },
		{"[",				    RK_SHOWS_NUMBER},
		{"\"d",				  RK_SHOWS_NUMBER},
		{"\\",				   RK_SHOWS_NUMBER},
		{"",				     RK_SHOWS_NUMBER},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		if (rk_number_format_shows(rk_slice_str(cases[i].code)) != cases[i].shows)
			fail_msg("%s: shows %d", cases[i].code,
				(int)rk_number_format_shows(rk_slice_str(cases[i].code)));
	}
}

static void formats_without_code_are_known_by_number(void **unused)
{
	(void)unused;
	assert_int_equal(rk_number_format_builtin(0), RK_SHOWS_NUMBER);
	assert_int_equal(rk_number_format_builtin(14), RK_SHOWS_DAY);
	assert_int_equal(rk_number_format_builtin(17), RK_SHOWS_MONTH);
	assert_int_equal(rk_number_format_builtin(20), RK_SHOWS_NUMBER);
	assert_int_equal(rk_number_format_builtin(55), RK_SHOWS_MONTH);
	assert_int_equal(rk_number_format_builtin(58), RK_SHOWS_DAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_format_shows_as_much_of_a_date_as_it_has_letters),
		cmocka_unit_test(formats_without_code_are_known_by_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
