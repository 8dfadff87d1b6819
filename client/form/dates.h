/* dates.h - dates as people write them in a form: as one text, or as numbers that say by themselves how much is known.
 *
 * The bytes of a report are evidence, and the rules judge them as they are; what is made plain here is so before there are bytes.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include "renkei/v1/period.pb-c.h"

#include <stdbool.h>

#define RK_FORM_DATE_TEXT 16

/* rk_form_date_read appends the fields of a PartialDate written as "2016-10-12", "2016-10", "FY2016", "2016年", "平成28年10月12日" or any
 * other form of words/partial.h but a bare "2016", which may be either kind of year; a day that there never was is left to the rules.
 *
 * Returns NULL, or the code of what is wrong: JSON_EXPECTS_DATE, DATE_OUTSIDE_ERA; BAD_JSON_VALUE without memory. */
RK_MUST_USE const char *rk_form_date_read(struct rk_slice text, struct rk_buf *out);
/* The same into date, and whether it is a year of 平成 after its end. */
RK_MUST_USE const char *rk_form_date_parse(
	struct rk_slice text, Renkei__V1__PartialDate *date, bool *outdated);
/* rk_form_date_meant appends a date that was written in an era's years before or after its own, in the right one: "平成元年2月1日"
 * of 昭和64年2月1日.  false without memory, or when there is no such date. */
RK_MUST_USE bool rk_form_date_meant(struct rk_slice text, struct rk_buf *out);

/* rk_form_date_complete adds the precision to a PartialDate whose fields stand in out from begin, when it is left out and month
 * or day leave no doubt.  shown is then the date as ISO text, else "".  RK_RESOURCE_EXHAUSTED without memory. */
RK_MUST_USE enum rk_status rk_form_date_complete(
	struct rk_buf *out, size_t begin, char shown[RK_FORM_DATE_TEXT]);
