/* today.h - which day it is: what --today says, else the server's clock once it was heard, else this computer's.
 *
 * An officer's computer may be a day behind or ahead and nobody has noticed.  What counts is when the server receives a report, so
 * a command that talks to one asks it, as soon as the day decides about a finding.
 */
#pragma once
#include "run.h"

/* The day that reports are judged by.  Errors: those of rk_date_parse, of --today. */
RK_MUST_USE enum rk_status rk_today(const struct rk_run *run, int32_t *date, struct rk_err *err);
/* Whether nobody but this computer says so: neither --today nor a server. */
bool rk_today_is_own(const struct rk_run *run);
/* Whether a day is so near to today, or behind it, that a clock wrong by a day would judge it otherwise; 0 is none. */
bool rk_today_decides(const struct rk_run *run, int32_t day);
/* Seconds since 1970, by the server's clock where it was heard. */
int64_t rk_now(const struct rk_run *run);

/* An answer that has come just now says the server's time (NULL: it does not). */
void rk_clock_heard(struct rk_run *run, const Google__Protobuf__Timestamp *now);
/* In a command that talks to a server (run->asks_clock) asks it for its time, once, without patience, and tells when it differs.
 * True when it was heard. */
bool rk_clock_ask(struct rk_run *run);
/* Says on stderr, once, by how much this computer's clock differs from the server's, when that is more than a few minutes. */
void rk_clock_tell(struct rk_run *run);
