/* remote_again.h - when a call is made again, and how long it waits before.
 *
 * A write carries a request_id, and the same bytes sent again are the same request: so whatever may pass by itself is tried again
 * until the run's time is over.  A read is tried again only when the server was not there, a few times: somebody waits for it.
 */
#pragma once
#include "remote.h"

/* The time a call may take with all its attempts: --timeout, else 30 s. */
int64_t rk_patience_ms(const struct rk_run *run);
bool rk_again_for_write(const struct rk_failure *failure);
bool rk_again_for_read(const struct rk_failure *failure, unsigned attempt);
/* How long to wait before attempt + 1: what the server says, else twice as long each time; with jitter, so that those whose
 * line broke at the same moment do not come back at the same moment. */
int64_t rk_again_pause_ms(const struct rk_failure *failure, unsigned attempt);
/* rk_again_wait says that and why, and waits; false when the wait would not end before until. */
bool rk_again_wait(
	struct rk_run *run, const struct rk_failure *failure, unsigned attempt, int64_t until);
