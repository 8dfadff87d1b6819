/* era.h - Japanese eras and western years.
 *
 * 昭和 n = 1925 + n, 平成 n = 1988 + n, 令和 n = 2018 + n; 令和 began on 2019-05-01, 平成 on 1989-01-08; year 1 is written 元年.
 * FY2019 is 平成31年度 in papers before the change and 令和元年度 for the whole year in papers after it; papers that say
 * 平成31年5月 or 平成32年 stay valid and are read on, but flagged.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rk_era_fault {
	RK_ERA_FINE,
	RK_ERA_NUMBERS, /* no such month, or no such day of it */
	RK_ERA_OUTSIDE, /* the era had not begun, or was long over */
};

struct rk_era_year {
	int32_t year;       /* western */
	int32_t month, day; /* 0 = not said */
	bool fiscal;        /* 年度, FY */
	bool heisei;        /* written as a year of 平成 */
	bool outdated;      /* 平成 past the change: right, but 令和 is meant now */
	enum rk_era_fault fault;
};

/* rk_era_parse reads a year, fiscal year, month or day as Japanese papers write it: "H26", "平成26年度", "平成三十一年度", "令和元年度",
 * "R1", "令和1年度", "平成28年11月5日", "2019年度", "FY2019", "2019", "2019年4月"; full-width digits and letters too.
 * H, R, S with a number and no 年 mean the fiscal year, as in tables.
 * Errors: RK_INVALID_ARGUMENT ERA_INVALID, naming the text and what is wrong with it. */
RK_MUST_USE enum rk_status rk_era_parse(
	struct rk_slice text, struct rk_era_year *out, struct rk_err *err);

/* The two halves of it, for readers of longer texts: rk_era_plain writes text with full-width ASCII made plain and blanks
 * at both ends gone, false when it is not valid UTF-8, has a NUL or does not fit; rk_era_read reads from the front of such
 * a text and says how much.  When what it read cannot be, it is false and the fault says so; out and used are then filled all the same. */
RK_MUST_USE bool rk_era_plain(struct rk_slice text, char *out, size_t size);
RK_MUST_USE bool rk_era_read(const char *plain, struct rk_era_year *out, size_t *used);

/* Appends "平成28年度", "令和元年度"; years before 昭和 as "1925年度". */
RK_MUST_USE enum rk_status rk_era_add_fiscal_year(struct rk_buf *out, int32_t fiscal_year);
/* The era whose name or letter text begins with, "平成" for "H28.7.12"; used is the length of what was read.  NULL: none. */
const char *rk_era_name(const char *text, size_t *used);

/* Appends "平成28年11月5日"; month or day 0 end it earlier.  A calendar year of two eras without a month takes the later one. */
RK_MUST_USE enum rk_status rk_era_add_date(
	struct rk_buf *out, int32_t year, int32_t month, int32_t day);
/* Appends a day as sentences for municipalities tell it, "平成29年1月31日（2017-01-31）": as papers have it, and as commands and tables do. */
RK_MUST_USE enum rk_status rk_era_add_day_told(
	struct rk_buf *out, int32_t year, int32_t month, int32_t day);
