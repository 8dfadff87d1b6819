/* calendar.h - when something happens again and again: a part of systemd.time(7)'s OnCalendar, and deadlines of quarters.
 *
 *     daily, weekly, monthly, quarterly, semiannually, yearly, hourly, minutely
 *     Mon..Fri *-04,07,10-01..07/2 06:30:00 Asia/Tokyo      weekdays, date, time, time zone, each of which may be left out
 *     *-*~01 18:00                                          the last day of each month
 *     quarter-deadline + 10 days 06:00                      ten days behind the deadline of each quarter's reports
 *
 * A list has commas, a range two points, and /n takes every n-th from a start on.  Not taken of systemd: fractions of a second, years of two
 * digits, @epochs, ranges from the end of a month, and time zones but Asia/Tokyo, Asia/Shanghai and UTC, none of which has summer time.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define RK_CALENDAR_FIRST_YEAR 1970
#define RK_CALENDAR_LAST_YEAR  2199

/* Bits of what fits, from 0, but days and months from 1. */
struct rk_calendar {
	bool deadline;      /* of quarters; then days_after, and the time when has_time */
	int32_t days_after; /* 0 to 3660 */
	bool has_time;      /* the time was said */
	uint8_t weekdays;   /* bit 0 = Monday */
	uint64_t years[4];  /* from RK_CALENDAR_FIRST_YEAR */
	uint16_t months;
	uint32_t days;      /* from the front of the month */
	uint32_t days_back; /* from its end, 1 = the last */
	uint32_t hours;
	uint64_t minutes, seconds;
	int32_t offset_s; /* of the time zone, east of UTC */
	const char *zone; /* its name */
};

/* rk_calendar_parse reads at most 200 bytes; zone is that of a text that names none ("Asia/Tokyo").
 * Errors: RK_INVALID_ARGUMENT CALENDAR_INVALID with what is not understood, or CALENDAR_ZONE */
RK_MUST_USE enum rk_status rk_calendar_parse(
	struct rk_slice text, const char *zone, struct rk_calendar *out, struct rk_err *err);

/* The first moment after another, in microseconds since 1970; false when there is none until the end of RK_CALENDAR_LAST_YEAR, or of the deadlines.
 * deadlines: microseconds since 1970, in order; only a calendar of deadlines looks at them. */
bool rk_calendar_next(const struct rk_calendar *calendar, int64_t after_us,
	const int64_t *deadlines, size_t count, int64_t *next_us);
/* The last moment not after now that is after another: what is to be caught up, once however often it was missed. */
bool rk_calendar_missed(const struct rk_calendar *calendar, int64_t after_us, int64_t now_us,
	const int64_t *deadlines, size_t count, int64_t *due_us);
