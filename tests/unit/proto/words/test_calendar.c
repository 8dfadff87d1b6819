#include "check.h"
#include "words/calendar.h"

#define US ((int64_t)1000000)
/* 2016-07-01 00:00:00 in Japan. */
#define JULY ((int64_t)1467298800 * US)

static const int64_t deadlines[] = {1468594799 * US, 1476543599 * US,
	1484578799 * US}; /* 2016-07-15, 2016-10-15, 2017-01-16, 23:59:59 in Japan */

static int64_t next(const char *text, int64_t after_us)
{
	struct rk_calendar calendar;
	struct rk_err err = {0};
	int64_t next_us;

	assert_ok(rk_calendar_parse(rk_slice_str(text), "Asia/Tokyo", &calendar, &err), err);
	return rk_calendar_next(&calendar, after_us, deadlines, 3, &next_us) ? next_us / US : -1;
}

static void a_day_begins_where_its_zone_says(void **unused)
{
	(void)unused;
	assert_int_equal(next("daily", JULY), 1467298800 + 86400);
	assert_int_equal(next("daily", JULY - 1), 1467298800);
	assert_int_equal(next("daily UTC", JULY), 1467331200);
	assert_int_equal(next("06:30 Asia/Shanghai", JULY), 1467325800);
}

static void weekdays_dates_and_times_must_all_fit(void **unused)
{
	(void)unused;
	/* 2016-07-04 was a Monday. */
	assert_int_equal(next("Mon", JULY), 1467298800 + 3 * 86400);
	assert_int_equal(
		next("Mon..Fri *-*-01..07/2 06:30:15", JULY), 1467298800 + 6 * 3600 + 30 * 60 + 15);
	assert_int_equal(next("*-*~01 18:00", JULY), 1467298800 + 30 * 86400 + 18 * 3600);
	assert_int_equal(next("2020-02-29", JULY), 1582902000);
	assert_int_equal(next("2020-02-29", 1582902000 * US), -1);
	assert_int_equal(next("*-02-30", JULY), -1);
}

static void a_deadline_is_followed_by_days_of_the_calendar(void **unused)
{
	(void)unused;
	assert_int_equal(next("quarter-deadline", JULY), 1468594799);
	assert_int_equal(next("quarter-deadline + 10 days", JULY), 1468594799 + 10 * 86400);
	/* 2016-07-25 06:00 in Japan. */
	assert_int_equal(next("quarter-deadline + 10 days 06:00", JULY), 1469394000);
	assert_int_equal(
		next("quarter-deadline + 2 weeks 06:00", 1469739600 * US), 1469739600 + 92 * 86400);
	assert_int_equal(next("quarter-deadline + 1 day", 1500000000 * US), -1);
}

static void what_was_missed_is_caught_up_once_and_is_the_last(void **unused)
{
	struct rk_calendar calendar;
	struct rk_err err = {0};
	int64_t due_us;

	(void)unused;
	assert_ok(rk_calendar_parse(rk_slice_str("daily"), "Asia/Tokyo", &calendar, &err), err);
	assert_true(rk_calendar_missed(
		&calendar, JULY, JULY + (400 * 86400 + 5) * US, NULL, 0, &due_us));
	assert_int_equal(due_us, JULY + 400 * 86400 * US);
	assert_false(rk_calendar_missed(&calendar, JULY, JULY + 86399 * US, NULL, 0, &due_us));
}

static void what_is_not_understood_is_refused(void **unused)
{
	static const char *const texts[] = {"", " ", "dayly", "Fri..Mon", "25:00", "*-13-01",
		"2016-07-01 06", "Mon Tue", "*-*-* 06:30:00 Europe/Berlin",
		"quarter-deadline + ten days", "quarter-deadline + 4000 days",
		"quarter-deadline 06,07:00", "quarter-deadline-1", "*-*-00", "*:61", "daily daily"};
	struct rk_calendar calendar;
	struct rk_err err;

	(void)unused;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (rk_calendar_parse(rk_slice_str(texts[i]), "Asia/Tokyo", &calendar, &err) ==
			RK_OK)
			fail_msg("'%s' was taken", texts[i]);
		assert_string_equal(err.reason, "CALENDAR_INVALID");
	}
	assert_int_equal(rk_calendar_parse(rk_slice_str("daily"), "Asia/Seoul", &calendar, &err),
		RK_INVALID_ARGUMENT);
	assert_string_equal(err.reason, "CALENDAR_ZONE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_begins_where_its_zone_says),
		cmocka_unit_test(weekdays_dates_and_times_must_all_fit),
		cmocka_unit_test(a_deadline_is_followed_by_days_of_the_calendar),
		cmocka_unit_test(what_was_missed_is_caught_up_once_and_is_the_last),
		cmocka_unit_test(what_is_not_understood_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
