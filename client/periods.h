/* periods.h - periods, dates and moments as people type and read them, and how they came about. */
#pragma once
#include "google/protobuf/timestamp.pb-c.h"
#include "run.h"

#include "renkei/v1/period.pb-c.h"
#include "renkei/v1/problem.pb-c.h"

/* "2016Q1", "2016Q4F" (forecast), and what else words/period.h reads ("H28Q1", "平成28年度第1四半期").  RK_INVALID_ARGUMENT PERIOD_BAD. */
RK_MUST_USE enum rk_status rk_period_asked(
	const char *text, Renkei__V1__Period *period, struct rk_err *err);
/* "2016Q1", "2016Q4F"; "" for NULL. */
const char *rk_period_tag(struct rk_run *run, const Renkei__V1__Period *period);
/* "2016年度 第1四半期", "FY2016 Q1". */
const char *rk_period_label(struct rk_run *run, const Renkei__V1__Period *period);

/* A receipt number's parts: "401005-2016Q1-1". */
RK_MUST_USE enum rk_status rk_receipt_number_parse(struct rk_run *run, const char *text,
	const char **municipality, Renkei__V1__Period *period, int32_t *version,
	struct rk_err *err);

/* "2016-07-15", "平成28年7月15日", "H28.7.15" and what else words/partial.h reads as a day, to 20160715.  RK_INVALID_ARGUMENT DATE_BAD. */
RK_MUST_USE enum rk_status rk_date_parse(const char *text, int32_t *date, struct rk_err *err);
/* 20160715 to "2016-07-15". */
const char *rk_date_iso(struct rk_run *run, int32_t date);
/* RFC 3339, or a date: the end of that day in Japan.  RK_INVALID_ARGUMENT TIME_BAD. */
RK_MUST_USE enum rk_status rk_moment_parse(
	const char *text, Google__Protobuf__Timestamp *at, struct rk_err *err);
/* The moment of --as-of into run->as_of; nothing where it was not given.  Errors as rk_moment_parse. */
RK_MUST_USE enum rk_status rk_as_of_asked(struct rk_run *run, struct rk_err *err);
/* Says, below a table for people, of when it is; nothing for an answer about now. */
void rk_as_of_print(struct rk_run *run, const Google__Protobuf__Timestamp *as_of);
/* RFC 3339 in UTC; NULL for none. */
const char *rk_moment_utc(struct rk_run *run, const Google__Protobuf__Timestamp *at);
/* "2016-07-15 14:59 JST" for people; "" for none. */
const char *rk_moment_japan(struct rk_run *run, const Google__Protobuf__Timestamp *at);
/* Whole days to a deadline, both in seconds since 1970; less than one is none, and what is over is negative. */
int64_t rk_days_left(int64_t now, int64_t due);
/* "2016", "平成28年度", "H28", and ranges of these as "2014-2016" or "2014..2016", to fiscal years.  RK_INVALID_ARGUMENT YEAR_BAD. */
RK_MUST_USE enum rk_status rk_years_parse(
	const char *text, int32_t *first, int32_t *last, struct rk_err *err);
/* A text the server says in three languages, in the run's; "" for NULL. */
const char *rk_in_language(const struct rk_run *run, const Renkei__V1__LocalizedText *text);
