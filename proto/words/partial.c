#include "words/partial.h"

#include "base/text.h"
#include "words/era.h"
#include "words/period.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRECISION(name) RENKEI__V1__DATE_PRECISION__DATE_PRECISION_##name

enum rk_partial_fault rk_partial_check_numbers(const Renkei__V1__PartialDate *date)
{
	bool month, day;

	if (!date)
		return RK_PARTIAL_FINE;
	month = date->month != 0, day = date->day != 0;
	if (date->year != 0 && (date->year < 1900 || date->year > 2199))
		return RK_PARTIAL_YEAR;
	if (month && (date->month < 1 || date->month > 12))
		return RK_PARTIAL_MONTH;
	/* Without its month or year a day can only be too large for any. */
	if (day &&
		(date->day < 1 ||
			date->day > (month ? rk_days_of_month(
						     date->year ? date->year : 2000, date->month)
					   : 31)))
		return RK_PARTIAL_DAY;
	return RK_PARTIAL_FINE;
}

enum rk_partial_fault rk_partial_check(const Renkei__V1__PartialDate *date)
{
	bool year, month, day;

	if (!date)
		return RK_PARTIAL_FINE;
	year = date->year != 0, month = date->month != 0, day = date->day != 0;
	switch (date->precision) {
	case PRECISION(UNSPECIFIED):
		return year || month || day ? RK_PARTIAL_PRECISION : RK_PARTIAL_FINE;
	case PRECISION(DAY):
		if (!year || !month || !day)
			return RK_PARTIAL_PRECISION;
		break;
	case PRECISION(MONTH):
		if (!year || !month || day)
			return RK_PARTIAL_PRECISION;
		break;
	case PRECISION(YEAR):
	case PRECISION(FISCAL_YEAR):
		if (!year || month || day)
			return RK_PARTIAL_PRECISION;
		break;
	default:
		return RK_PARTIAL_PRECISION;
	}
	return rk_partial_check_numbers(date);
}

bool rk_partial_is_given(const Renkei__V1__PartialDate *date)
{
	return date && (date->year || date->month || date->day || date->precision);
}

bool rk_partial_is_known(const Renkei__V1__PartialDate *date)
{
	return date && date->precision != PRECISION(UNSPECIFIED);
}

bool rk_partial_range(const Renkei__V1__PartialDate *date, int32_t *earliest, int32_t *latest)
{
	if (!rk_partial_is_known(date) || rk_partial_check(date) != RK_PARTIAL_FINE)
		return false;
	switch (date->precision) {
	case PRECISION(DAY):
		*earliest = *latest = rk_date_make(date->year, date->month, date->day);
		return true;
	case PRECISION(MONTH):
		*earliest = rk_date_make(date->year, date->month, 1);
		*latest = rk_date_make(
			date->year, date->month, rk_days_of_month(date->year, date->month));
		return true;
	case PRECISION(YEAR):
		*earliest = rk_date_make(date->year, 1, 1);
		*latest = rk_date_make(date->year, 12, 31);
		return true;
	default:
		*earliest = rk_date_make(date->year, 4, 1);
		*latest = rk_date_make(date->year + 1, 3, 31);
		return true;
	}
}

bool rk_partial_is_day(const Renkei__V1__PartialDate *date, int32_t *day)
{
	int32_t latest;

	return rk_partial_range(date, day, &latest) && *day == latest;
}

static enum rk_status add_iso(struct rk_buf *out, const Renkei__V1__PartialDate *date)
{
	if (date->precision == PRECISION(FISCAL_YEAR))
		return rk_buf_addf(out, "FY%04d", date->year);
	RK_TRY(rk_buf_addf(out, "%04d", date->year));
	if (date->month)
		RK_TRY(rk_buf_addf(out, "-%02d", date->month));
	if (date->day)
		RK_TRY(rk_buf_addf(out, "-%02d", date->day));
	return RK_OK;
}

static enum rk_status add_western(struct rk_buf *out, const Renkei__V1__PartialDate *date)
{
	RK_TRY(rk_buf_addf(out, "%d年", date->year));
	if (date->precision == PRECISION(FISCAL_YEAR))
		return rk_buf_add_str(out, "度");
	if (date->month)
		RK_TRY(rk_buf_addf(out, "%d月", date->month));
	if (date->day)
		RK_TRY(rk_buf_addf(out, "%d日", date->day));
	return RK_OK;
}

enum rk_status rk_partial_add(
	struct rk_buf *out, const Renkei__V1__PartialDate *date, enum rk_partial_style style)
{
	if (!rk_partial_is_known(date))
		return RK_OK;
	if (style == RK_PARTIAL_ISO)
		return add_iso(out, date);
	if (style == RK_PARTIAL_WESTERN_JA)
		return add_western(out, date);
	if (date->precision == PRECISION(FISCAL_YEAR))
		return rk_era_add_fiscal_year(out, date->year);
	return rk_era_add_date(out, date->year, date->month, date->day);
}

/* One or two digits after '-' or '/'. */
static bool read_part(const char **at, int32_t *number)
{
	const char *p = *at;

	if (*p != '-' && *p != '/')
		return false;
	for (p++, *number = 0; *p >= '0' && *p <= '9' && p - *at <= 2; p++)
		*number = *number * 10 + (*p - '0');
	if (p == *at + 1)
		return false;
	*at = p;
	return true;
}

#define PLAIN_TEXT 64

static bool parts_of_dates(char c)
{
	return c == '.' || c == '/' || c == '-' || (c & 0x80);
}

/* "平成28年 7月 12日", "H28. 7.12": a blank beside what parts the numbers says nothing. */
static void drop_blanks(char plain[PLAIN_TEXT])
{
	size_t len = 0;

	for (const char *at = plain; *at; at++)
		if (*at != ' ' ||
			!((len && parts_of_dates(plain[len - 1])) || parts_of_dates(at[1])))
			plain[len++] = *at;
	plain[len] = '\0';
}

/* At most max digits. */
static bool read_digits(const char **at, int max, int32_t *number)
{
	int count = 0;

	for (*number = 0; **at >= '0' && **at <= '9'; (*at)++) {
		if (++count > max)
			return false;
		*number = *number * 10 + (**at - '0');
	}
	return count > 0;
}

/* "28.7.12", "28/7": the same sign between all of them. */
static bool read_parted(const char *at, int32_t *year, int32_t *month, int32_t *day)
{
	char parts;

	*day = 0;
	if (!read_digits(&at, 4, year) || !parts_of_dates(*at) || (*at & 0x80))
		return false;
	parts = *at++;
	if (!read_digits(&at, 2, month))
		return false;
	if (*at == parts) {
		at++;
		/* A zero that was written is not the same as one left out. */
		if (!read_digits(&at, 2, day) || *day == 0)
			return false;
	}
	return *at == '\0' && *month != 0;
}

static void write_parted(
	char plain[PLAIN_TEXT], const char *era, int32_t year, int32_t month, int32_t day)
{
	int len = snprintf(plain, PLAIN_TEXT, "%s%d年%d月", era, year, month);

	if (day)
		snprintf(plain + len, PLAIN_TEXT - (size_t)len, "%d日", day);
}

/* What tables have, "H28.7.12", "平成28/7/12", "2016.7.12" and "20160712", as "平成28年7月12日" and "2016年7月12日". */
static void spell_out(char plain[PLAIN_TEXT])
{
	size_t used;
	const char *era;
	int32_t year, month, day;

	drop_blanks(plain);
	era = rk_era_name(plain, &used);
	if (strlen(plain) == 8 && strspn(plain, "0123456789") == 8) {
		year = (int32_t)strtol(plain, NULL, 10);
		write_parted(plain, "", year / 10000, year / 100 % 100, year % 100);
	} else if ((era || strchr(plain, '.')) && read_parted(plain + used, &year, &month, &day)) {
		write_parted(plain, era ? era : "", year, month, day);
	}
}

static bool parse(char plain[PLAIN_TEXT], Renkei__V1__PartialDate *out, bool *outdated,
	enum rk_era_fault *fault)
{
	struct rk_era_year year;
	size_t used = 0;
	const char *at;

	*fault = RK_ERA_FINE;
	spell_out(plain);
	if (*plain == '\0')
		return true;
	if (!rk_era_read(plain, &year, &used) && year.fault == RK_ERA_FINE)
		return false;
	at = plain + used;
	if (used == 4 && !year.fiscal && *at != '\0') {
		if (!read_part(&at, &year.month))
			return false;
		if (*at != '\0' && !read_part(&at, &year.day))
			return false;
		/* A zero that was written is not the same as one left out. */
		if (year.month == 0 || (at - plain > 7 && year.day == 0))
			return false;
	}
	if (*at != '\0')
		return false;
	*fault = year.fault;
	out->year = year.year;
	out->month = year.month;
	out->day = year.day;
	out->precision = year.fiscal ? PRECISION(FISCAL_YEAR)
		: year.day           ? PRECISION(DAY)
		: year.month         ? PRECISION(MONTH)
				     : PRECISION(YEAR);
	if (outdated)
		*outdated = year.outdated;
	return year.fault == RK_ERA_FINE && rk_partial_check(out) == RK_PARTIAL_FINE;
}

enum rk_status rk_partial_parse(
	struct rk_slice text, Renkei__V1__PartialDate *out, bool *outdated, struct rk_err *err)
{
	struct rk_slice shown = rk_text_front(text, 60);
	enum rk_era_fault fault = RK_ERA_FINE;
	char plain[PLAIN_TEXT];

	renkei__v1__partial_date__init(out);
	if (outdated)
		*outdated = false;
	if (rk_era_plain(text, plain, sizeof plain) && parse(plain, out, outdated, &fault))
		return RK_OK;
	if (fault == RK_ERA_OUTSIDE)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "DATE_OUTSIDE_ERA",
			"date \"%.*s\" lies outside its era", (int)shown.len,
			(const char *)shown.at);
	return rk_fail_reason(err, RK_INVALID_ARGUMENT, "DATE_INVALID",
		"date \"%.*s\" is not a day, month, year or fiscal year like 2016-11-05, 2016-11, 2016, FY2016",
		(int)shown.len, shown.len ? (const char *)shown.at : "");
}
