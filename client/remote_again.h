/* remote_again.h - when a call is made again, and how long it waits before.
 *
 * A write carries a request_id, and the same bytes sent again are the same request: so whatever may pass by itself is tried again
 * until the run's time is over.  A read is tried again a few times when the server was not there, and when it says when: somebody waits
 * for it.  A run has a budget of retries, as gRPC's retryThrottling has: a server that answers nothing but failures is left alone.
 */
#pragma once
#include "remote.h"

/* The budget, in tokens: a failure that may pass takes one, a success gives back a tenth, and below the half nothing is tried again. */
#define RK_AGAIN_TOKENS 20

/* The time a call may take with all its attempts: --timeout, else 30 s. */
int64_t rk_patience_ms(const struct rk_run *run);
/* Whether what failed may pass by itself, whatever the server says about coming again: until it has passed, nobody knows what
 * became of a write. */
bool rk_again_may_pass(const struct rk_failure *failure);
/* Whether the server has judged a write: nothing will be stored of this request.  Other failures may have come after it was stored, also
 * when the server wants to hear no more of it; and who does not know the method (versions.h) has judged nothing. */
bool rk_again_is_refusal(const struct rk_failure *failure);
bool rk_again_for_write(const struct rk_failure *failure);
bool rk_again_for_read(const struct rk_failure *failure, unsigned attempt);
/* How long to wait before attempt + 1: what the server says, and by chance up to 2 s more, 4 s, 8 s, twice as many each time, 15 s
 * at most: those whose line broke at the same moment do not come back at the same moment. */
int64_t rk_again_pause_ms(const struct rk_failure *failure, unsigned attempt);
/* For the budget: a call, or an item of a stream, was answered with what was asked for; an attempt has failed.  A refusal for good is
 * neither: the server is well, and nobody will try again (gRFC A6). */
void rk_again_succeeded(struct rk_run *run);
void rk_again_failed(struct rk_run *run, const struct rk_failure *failure);
/* rk_again_wait says that and why, and waits; false when the budget is used up or the wait would not end before until. */
bool rk_again_wait(
	struct rk_run *run, const struct rk_failure *failure, unsigned attempt, int64_t until);
