#include "base/clock.h"
#include "check.h"

static void a_test_can_set_the_clocks(void **unused)
{
	(void)unused;
	rk_clock_set(1468594799000000, 77);
	assert_int_equal(rk_clock_now_us(), 1468594799000000);
	assert_int_equal(rk_clock_ms(), 77);
	rk_clock_set(0, 0);
	assert_true(rk_clock_now_us() > 1468594799000000);
	assert_true(rk_clock_ms() > 0 && rk_clock_ms() <= rk_clock_ms());
}

static void japan_is_nine_hours_ahead(void **unused)
{
	(void)unused;
	assert_int_equal(rk_clock_japan_date(1468594799999999), 20160715); /* 23:59:59 there */
	assert_int_equal(rk_clock_japan_date(1468594800000000), 20160716);
	assert_int_equal(rk_clock_japan_date(0), 19700101);
	assert_int_equal(rk_clock_japan_date(-32400000000), 19700101); /* midnight there */
	assert_int_equal(rk_clock_japan_date(-32400000001), 19691231);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_test_can_set_the_clocks),
		cmocka_unit_test(japan_is_nine_hours_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
