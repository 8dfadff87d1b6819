/* partial.h - dates of which the end may be unknown: never filled in by guessing. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include "renkei/v1/period.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

enum rk_partial_fault {
	RK_PARTIAL_FINE,
	RK_PARTIAL_PRECISION, /* what is known does not agree with the zeroes, or no precision is said */
	RK_PARTIAL_YEAR,      /* outside 1900 to 2199 */
	RK_PARTIAL_MONTH, /* outside 1 to 12 */
	RK_PARTIAL_DAY,   /* the month has no such day */
};

/* The first fault of a date; a date of which nothing is known (all 0), and NULL, are fine. */
enum rk_partial_fault rk_partial_check(const Renkei__V1__PartialDate *date);
/* The first fault of its numbers alone: whatever the precision says, there is no 31 September. */
enum rk_partial_fault rk_partial_check_numbers(const Renkei__V1__PartialDate *date);
/* Something was written, fine or not. */
bool rk_partial_is_given(const Renkei__V1__PartialDate *date);
/* Something is known; the date must be fine. */
bool rk_partial_is_known(const Renkei__V1__PartialDate *date);
/* First and last day the date can mean, as 20161101 and 20161130; false when nothing is known or the date is not fine. */
RK_MUST_USE bool rk_partial_range(
	const Renkei__V1__PartialDate *date, int32_t *earliest, int32_t *latest);
/* Both days known and equal. */
bool rk_partial_is_day(const Renkei__V1__PartialDate *date, int32_t *day);

enum rk_partial_style {
	RK_PARTIAL_ISO, /* 2016-11-05, 2016-11, 2016, FY2016 */
	RK_PARTIAL_ERA, /* 平成28年11月5日, 平成28年11月, 平成28年, 平成28年度 */
	RK_PARTIAL_WESTERN_JA, /* 2016年11月5日, 2016年11月, 2016年, 2016年度 */
};

/* Appends a date that is fine; nothing for one of which nothing is known. */
RK_MUST_USE enum rk_status rk_partial_add(
	struct rk_buf *out, const Renkei__V1__PartialDate *date, enum rk_partial_style style);

/* rk_partial_parse reads all of the styles above, "2016/11/5", "2016.11.5", "20161105", "H28.11.5", "平成28/11/5", blanks between the parts, and the
 * empty text as unknown.  *outdated (may be NULL): era.h.
 * Errors, RK_INVALID_ARGUMENT: DATE_OUTSIDE_ERA the era had not begun or was over; DATE_INVALID; each names the text, and out then has the
 * numbers when they were read and cannot be. */
RK_MUST_USE enum rk_status rk_partial_parse(
	struct rk_slice text, Renkei__V1__PartialDate *out, bool *outdated, struct rk_err *err);
