/* RFC 3339 in the proleptic Gregorian calendar, years 1 to 9999, without leap seconds. */
#include "base/text.h"

#include <stdio.h>

enum { DAY = 86400 };

static const int64_t first_second = -62135596800; /* 0001-01-01T00:00:00Z */
static const int64_t last_second = 253402300799;  /* 9999-12-31T23:59:59Z */

/* Days since 1970-01-01; years are counted from March, so that the leap day is the last of its year. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t era, of_era, of_year;

	year -= month <= 2;
	era = year / 400;
	of_era = year % 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(int64_t days, int *year, int *month, int *day)
{
	int64_t era, of_era, years, of_year, m;

	days += 719468;
	era = days / 146097;
	of_era = days % 146097;
	years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * years + years / 4 - years / 100);
	m = (5 * of_year + 2) / 153;
	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(years + era * 400 + (*month <= 2));
}

/* Reads count digits and, unless it is 0, the sign behind them. */
static bool digits(struct rk_slice text, size_t *at, size_t count, char behind, int64_t *value)
{
	if (text.len - *at < count + (behind != 0))
		return false;
	if (text.at[*at] == '-' ||
		!rk_text_i64(rk_slice_of(text.at + *at, count), 0, INT64_MAX, value))
		return false;
	*at += count;
	if (behind == 'T' && text.at[*at] == 't')
		behind = 't';
	if (behind && text.at[(*at)++] != (uint8_t)behind)
		return false;
	return true;
}

static bool fraction(struct rk_slice text, size_t *at, int32_t *nanos)
{
	int32_t sum = 0;
	size_t count = 0;

	if (*at < text.len && text.at[*at] == '.') {
		for (++*at; *at < text.len && text.at[*at] >= '0' && text.at[*at] <= '9'; ++*at) {
			if (++count > 9)
				return false;
			sum = sum * 10 + (text.at[*at] - '0');
		}
		if (count == 0)
			return false;
	}
	for (; count < 9; count++)
		sum *= 10;
	*nanos = sum;
	return true;
}

static bool offset(struct rk_slice text, size_t at, int64_t *seconds)
{
	int64_t hours, minutes;
	bool west;

	*seconds = 0;
	if (text.len - at == 1)
		return text.at[at] == 'Z' || text.at[at] == 'z';
	if (text.len - at != 6 || (text.at[at] != '+' && text.at[at] != '-'))
		return false;
	west = text.at[at++] == '-';
	if (!digits(text, &at, 2, ':', &hours) || !digits(text, &at, 2, 0, &minutes) ||
		hours > 23 || minutes > 59)
		return false;
	*seconds = (hours * 60 + minutes) * (west ? -60 : 60);
	return true;
}

bool rk_text_rfc3339(struct rk_slice text, int64_t *seconds, int32_t *nanos)
{
	static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t year, month, day, hour, minute, second, east, sum;
	int32_t rest;
	size_t at = 0;
	bool leap;

	if (!digits(text, &at, 4, '-', &year) || !digits(text, &at, 2, '-', &month) ||
		!digits(text, &at, 2, 'T', &day) || !digits(text, &at, 2, ':', &hour) ||
		!digits(text, &at, 2, ':', &minute) || !digits(text, &at, 2, 0, &second) ||
		!fraction(text, &at, &rest) || !offset(text, at, &east))
		return false;
	if (year < 1 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59)
		return false;
	leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	if (day < 1 || day > lengths[month - 1] + (month == 2 && leap))
		return false;
	sum = days_of(year, month, day) * DAY + hour * 3600 + minute * 60 + second - east;
	if (sum < first_second || sum > last_second)
		return false;
	*seconds = sum;
	*nanos = rest;
	return true;
}

enum rk_status rk_text_add_nanos(struct rk_buf *out, int32_t nanos)
{
	if (nanos == 0)
		return RK_OK;
	if (nanos % 1000000 == 0)
		return rk_buf_addf(out, ".%03d", nanos / 1000000);
	if (nanos % 1000 == 0)
		return rk_buf_addf(out, ".%06d", nanos / 1000);
	return rk_buf_addf(out, ".%09d", nanos);
}

enum rk_status rk_text_add_rfc3339(struct rk_buf *out, int64_t seconds, int32_t nanos)
{
	int64_t days, rest;
	int year, month, day;
	char text[40];
	int len;

	if (seconds < first_second || seconds > last_second || nanos < 0 || nanos > 999999999)
		return RK_OUT_OF_RANGE;
	rest = ((seconds % DAY) + DAY) % DAY;
	days = (seconds - rest) / DAY;
	date_of(days, &year, &month, &day);
	len = snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day,
		(int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
	RK_TRY(rk_buf_add(out, text, (size_t)len));
	RK_TRY(rk_text_add_nanos(out, nanos));
	return rk_buf_add_str(out, "Z");
}
