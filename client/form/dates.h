/* dates.h - dates as people write them in a form: as one text, or as numbers that say by themselves how much is known.
 *
 * The bytes of a report are evidence, and the rules judge them as they are; what is made plain here is so before there are bytes.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#define RK_FORM_DATE_TEXT 16

/* rk_form_date_read appends the fields of a PartialDate written as "2016-10-12", "2016-10", "FY2016", "2016年", "平成28年10月12日" or any
 * other form of words/partial.h but a bare "2016", which may be either kind of year; a day that there never was is left to the rules.
 *
 * Returns NULL, or the code of what is wrong: JSON_EXPECTS_DATE; BAD_JSON_VALUE without memory. */
RK_MUST_USE const char *rk_form_date_read(struct rk_slice text, struct rk_buf *out);

/* rk_form_date_complete adds the precision to a PartialDate whose fields stand in out from begin, when it is left out and month
 * or day leave no doubt.  shown is then the date as ISO text, else "".  RK_RESOURCE_EXHAUSTED without memory. */
RK_MUST_USE enum rk_status rk_form_date_complete(
	struct rk_buf *out, size_t begin, char shown[RK_FORM_DATE_TEXT]);
