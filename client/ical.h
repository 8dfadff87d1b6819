/* ical.h - deadlines for a calendar (RFC 5545), a pure function of texts. */
#pragma once
#include "base/buf.h"

struct rk_ical_event {
	const char
		*uid; /* of this deadline for ever: a calendar that reads the file again moves it */
	const char *summary;     /* one line */
	const char *description; /* may have several; "" = none */
	int64_t at;              /* seconds since 1970 */
	int alarm_days[4];       /* so many days before; ended by 0 */
};

/* The head of a calendar; name is shown. */
RK_MUST_USE enum rk_status rk_ical_begin(struct rk_buf *out, const char *name);
/* An event; stamp: when the calendar was made, seconds since 1970. */
RK_MUST_USE enum rk_status rk_ical_add(
	struct rk_buf *out, const struct rk_ical_event *event, int64_t stamp);
RK_MUST_USE enum rk_status rk_ical_end(struct rk_buf *out);
