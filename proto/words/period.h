/* period.h - dates, fiscal years and quarters.
 *
 * A date is a number: 20160715.  The Japanese fiscal year begins on 1 April: a visit in January 2016 is FY2015 Q4.
 * Pure arithmetic (proleptic Gregorian calendar), no clock: "today" is always handed in.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include "renkei/v1/period.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

struct rk_period {
	int32_t fiscal_year; /* 2000 to 2199 */
	int32_t quarter;     /* 1 to 4 */
	bool forecast;       /* only with quarter 4 */
};

#define RK_FISCAL_YEAR_MIN 2000
#define RK_FISCAL_YEAR_MAX 2199
#define RK_PERIOD_TEXT     16 /* "2016Q4F" and its NUL */
/* Seconds that Japan is ahead of UTC, all year round. */
#define RK_JST_SECONDS INT64_C(32400)

/* A day of the calendar, years 1900 to 2199. */
bool rk_date_is_real(int32_t date);
int32_t rk_date_make(int32_t year, int32_t month, int32_t day);
/* Days since 1970-01-01 of a date, and back; the date must be real. */
int32_t rk_date_to_days(int32_t date);
int32_t rk_date_from_days(int32_t days);
/* Days of a month, 28 to 31; 0 for a month that does not exist. */
int32_t rk_days_of_month(int32_t year, int32_t month);

/* year if month >= 4, else year - 1; ((month + 8) mod 12) div 3 + 1. */
int32_t rk_fiscal_year_of(int32_t date);
int32_t rk_quarter_of(int32_t date);
/* The regular period a date falls into. */
struct rk_period rk_period_of(int32_t date);
/* First and last day of the quarter. */
int32_t rk_period_first_day(struct rk_period period);
int32_t rk_period_last_day(struct rk_period period);

/* Limits above hold, and a forecast is of the fourth quarter. */
bool rk_period_is_valid(struct rk_period period);
/* To and from the message; false when an enum or a limit does not hold (NULL too). */
RK_MUST_USE bool rk_period_from_message(const Renkei__V1__Period *message, struct rk_period *out);
void rk_period_to_message(struct rk_period period, Renkei__V1__Period *out);

/* "2016Q1", "2016Q4F" for a forecast. */
void rk_period_print(struct rk_period period, char out[RK_PERIOD_TEXT]);
/* Appends the period in words of ja, with the era or the western year: "平成28年度第1四半期", "2016年度第4四半期（見込み）". */
RK_MUST_USE enum rk_status rk_period_add_ja(struct rk_buf *out, struct rk_period period, bool era);

/* rk_period_parse reads "2016Q1", "2016Q4F", "FY2016 Q1", "H28Q1", "平成28年度第1四半期", "2016年度第4四半期（見込み）", also in
 * full-width digits and letters and in either case.  *outdated (may be NULL) tells that 平成 was written for a year that
 * is 令和 now (era.h).
 * Errors: RK_INVALID_ARGUMENT PERIOD_INVALID, naming the text and what is read. */
RK_MUST_USE enum rk_status rk_period_parse(
	struct rk_slice text, struct rk_period *out, bool *outdated, struct rk_err *err);
