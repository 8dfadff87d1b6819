/* enrol_rate.h - how many tries to use an invitation one minute sees: in all, and of one source.
 *
 * Whoever guesses tokens has a few guesses a minute, and a flood of them costs the database nothing.  Plain arithmetic: the caller
 * brings the time.
 */
#pragma once
#include "base/err.h"

#include <stdint.h>

/* More sources than tries that one minute may see. */
#define RK_ENROL_SOURCES 1024

/* {.per_minute, .per_source}, the rest zeroed. */
struct rk_enrol_rate {
	int per_minute, per_source;
	int64_t until_ms; /* when the minute ends */
	int count;

	struct {
		uint64_t source;
		int count; /* 0: free */
	} places[RK_ENROL_SOURCES];
};

/* Counts a try.  Errors: RK_RESOURCE_EXHAUSTED ENROLMENT_LIMIT, with err->retry_ms the rest of the minute. */
RK_MUST_USE enum rk_status rk_enrol_rate_take(
	struct rk_enrol_rate *rate, uint64_t source, int64_t now_ms, struct rk_err *err);
