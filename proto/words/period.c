#include "words/period.h"

#include "base/text.h"
#include "words/era.h"

#include <stdio.h>
#include <string.h>

static bool is_leap(int32_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int32_t rk_days_of_month(int32_t year, int32_t month)
{
	static const int8_t days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month < 1 || month > 12)
		return 0;
	return month == 2 && is_leap(year) ? 29 : days[month];
}

int32_t rk_date_make(int32_t year, int32_t month, int32_t day)
{
	return year * 10000 + month * 100 + day;
}

bool rk_date_is_real(int32_t date)
{
	int32_t year = date / 10000, month = date / 100 % 100, day = date % 100;

	return year >= 1900 && year <= 2199 && day >= 1 && day <= rk_days_of_month(year, month);
}

/* Counts in years that begin in March, so that the leap day is the last one of a year. */
int32_t rk_date_to_days(int32_t date)
{
	int32_t month = date / 100 % 100, day = date % 100;
	int32_t year = date / 10000 - (month <= 2);
	int32_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719468;
}

int32_t rk_date_from_days(int32_t days)
{
	int32_t z = days + 719468;
	int32_t era = z / 146097, day_of_era = z % 146097;
	int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
				      day_of_era / 146096) /
		365;
	int32_t day_of_year = day_of_era -
		(365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int32_t mp = (5 * day_of_year + 2) / 153;
	int32_t month = mp < 10 ? mp + 3 : mp - 9;

	return rk_date_make(year_of_era + era * 400 + (month <= 2), month,
		day_of_year - (153 * mp + 2) / 5 + 1);
}

int32_t rk_fiscal_year_of(int32_t date)
{
	return date / 10000 - (date / 100 % 100 < 4);
}

int32_t rk_quarter_of(int32_t date)
{
	return (date / 100 % 100 + 8) % 12 / 3 + 1;
}

struct rk_period rk_period_of(int32_t date)
{
	return (struct rk_period){rk_fiscal_year_of(date), rk_quarter_of(date), false};
}

int32_t rk_period_first_day(struct rk_period period)
{
	return period.quarter == 4 ? rk_date_make(period.fiscal_year + 1, 1, 1)
				   : rk_date_make(period.fiscal_year, 1 + 3 * period.quarter, 1);
}

int32_t rk_period_last_day(struct rk_period period)
{
	int32_t first = rk_period_first_day(period);
	int32_t year = first / 10000, month = first / 100 % 100 + 2;

	return rk_date_make(year, month, rk_days_of_month(year, month));
}

bool rk_period_is_valid(struct rk_period period)
{
	return period.fiscal_year >= RK_FISCAL_YEAR_MIN &&
		period.fiscal_year <= RK_FISCAL_YEAR_MAX && period.quarter >= 1 &&
		period.quarter <= 4 && (!period.forecast || period.quarter == 4);
}

bool rk_period_from_message(const Renkei__V1__Period *message, struct rk_period *out)
{
	if (!message ||
		(message->variant != RENKEI__V1__VARIANT__VARIANT_REGULAR &&
			message->variant != RENKEI__V1__VARIANT__VARIANT_FORECAST))
		return false;
	*out = (struct rk_period){message->fiscal_year, (int32_t)message->quarter,
		message->variant == RENKEI__V1__VARIANT__VARIANT_FORECAST};
	return rk_period_is_valid(*out);
}

void rk_period_to_message(struct rk_period period, Renkei__V1__Period *out)
{
	renkei__v1__period__init(out);
	out->fiscal_year = period.fiscal_year;
	out->quarter = (Renkei__V1__Quarter)period.quarter;
	out->variant = period.forecast ? RENKEI__V1__VARIANT__VARIANT_FORECAST
				       : RENKEI__V1__VARIANT__VARIANT_REGULAR;
}

void rk_period_print(struct rk_period period, char out[RK_PERIOD_TEXT])
{
	snprintf(out, RK_PERIOD_TEXT, "%04dQ%d%s", period.fiscal_year % 10000, period.quarter % 10,
		period.forecast ? "F" : "");
}

enum rk_status rk_period_add_ja(struct rk_buf *out, struct rk_period period, bool era)
{
	if (era)
		RK_TRY(rk_era_add_fiscal_year(out, period.fiscal_year));
	else
		RK_TRY(rk_buf_addf(out, "%d年度", period.fiscal_year));
	return rk_buf_addf(
		out, "第%d四半期%s", period.quarter, period.forecast ? "（見込み）" : "");
}

static bool skip(const char **at, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

/* "Q1", "q1", "-Q1", "第1四半期", then "F" or a word for forecast. */
static bool parse_quarter(const char *at, struct rk_period *out)
{
	bool words;

	while (skip(&at, " ") || skip(&at, "-") || skip(&at, "_"))
		;
	words = skip(&at, "第");
	if (!words && !skip(&at, "Q") && !skip(&at, "q"))
		return false;
	if (*at < '1' || *at > '4')
		return false;
	out->quarter = *at++ - '0';
	if (words && !skip(&at, "四半期"))
		return false;
	while (skip(&at, " ") || skip(&at, "-"))
		;
	out->forecast = skip(&at, "F") || skip(&at, "f") || skip(&at, "(見込み)") ||
		skip(&at, "(見込)") || skip(&at, "見込み") || skip(&at, "見込");
	return *at == '\0';
}

enum rk_status rk_period_parse(
	struct rk_slice text, struct rk_period *out, bool *outdated, struct rk_err *err)
{
	struct rk_slice shown = rk_text_front(text, 60);
	char plain[64];
	struct rk_era_year year;
	size_t used;

	if (rk_era_plain(text, plain, sizeof plain) && rk_era_read(plain, &year, &used) &&
		year.month == 0 && parse_quarter(plain + used, out)) {
		out->fiscal_year = year.year;
		if (rk_period_is_valid(*out)) {
			if (outdated)
				*outdated = year.year >= 2019 && year.heisei;
			return RK_OK;
		}
	}
	return rk_fail_reason(err, RK_INVALID_ARGUMENT, "PERIOD_INVALID",
		"period \"%.*s\" is not like 2016Q1, 2016Q4F or 平成28年度第1四半期 of the years %d to %d",
		(int)shown.len, shown.len ? (const char *)shown.at : "", RK_FISCAL_YEAR_MIN,
		RK_FISCAL_YEAR_MAX);
}
