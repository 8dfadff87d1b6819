/* quota.h - how many calls of one principal run at once.
 *
 * So that one client that has lost count takes a share of the server and not all of it.  Only who has calls running is kept:
 * a short list, searched in turn.
 */
#pragma once
#include "base/err.h"
#include "base/list.h"

struct rk_quota_share;

/* All principals of a worker; rk_quota_init before the first call, nothing to clear after the last. */
struct rk_quota {
	struct rk_list shares;
	int max; /* calls of one principal; 0: any number */
};

void rk_quota_init(struct rk_quota *quota, int max);
/* rk_quota_enter counts one more call of uri; *share is what rk_quota_leave takes, and NULL when it fails or nothing is counted.
 * Errors: RK_RESOURCE_EXHAUSTED QUOTA_EXCEEDED. */
RK_MUST_USE enum rk_status rk_quota_enter(
	struct rk_quota *quota, const char *uri, struct rk_quota_share **share, struct rk_err *err);
/* One call less; sets *share to NULL, takes NULL. */
void rk_quota_leave(struct rk_quota_share **share);
