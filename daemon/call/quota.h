/* quota.h - what one principal may hold at once, and what all may together: running calls, and bytes of requests.
 *
 * Counted in memory that all workers share, so that a principal has its share of the platform and not of each worker.  A principal
 * is a place in each of two tables, and the smaller count is believed.  Several share a place, now and then in both tables: a count is
 * never too low, and may be too high by what those others hold.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdatomic.h>
#include <stdint.h>

#define RK_QUOTA_PLACES 4096

/* What is held: by all workers in one, by one worker alone in its own, so that it can be given back when that worker dies.  Zeroed. */
struct rk_quota_book {
	_Atomic int64_t bytes;
	_Atomic int32_t calls;
	_Atomic int64_t bytes_of[2][RK_QUOTA_PLACES];
	_Atomic int32_t calls_of[2][RK_QUOTA_PLACES];
};

struct rk_quota {
	struct rk_quota_book *all, *mine;
	int max_calls;         /* of one principal; 0: any number */
	int max_all_calls;     /* of all; 0: any number */
	int64_t max_bytes;     /* of one principal; 0: any number */
	int64_t max_all_bytes; /* bodies and what they are decoded into, of all; 0: any number */
};

/* What one call holds; {0} before it has entered. */
struct rk_quota_share {
	uint16_t at[2];
	bool entered;
	int64_t bytes;
};

/* rk_quota_enter counts one more call of uri.
 * Errors, with err->retry_ms and nothing counted: RK_RESOURCE_EXHAUSTED QUOTA_EXCEEDED its principal has too many, SERVER_BUSY all have. */
RK_MUST_USE enum rk_status rk_quota_enter(
	struct rk_quota *quota, const char *uri, struct rk_quota_share *share, struct rk_err *err);
/* rk_quota_hold says that a call that has entered holds so many bytes now, less than before or more.  The last quarter of max_all_bytes is
 * for principals that hold a 512th of it at most.
 * Errors: RK_RESOURCE_EXHAUSTED QUOTA_EXCEEDED its principal would hold too many, SERVER_BUSY all would; counted as before then. */
RK_MUST_USE enum rk_status rk_quota_hold(
	struct rk_quota *quota, struct rk_quota_share *share, size_t bytes, struct rk_err *err);
/* Whether its principal holds more than half of what it may: whoever can wait takes no more now, and is not refused then. */
bool rk_quota_tight(const struct rk_quota *quota, const struct rk_quota_share *share);
/* Its bytes are gone, it is not. */
void rk_quota_drop(struct rk_quota *quota, struct rk_quota_share *share);
/* One call less, and its bytes; nothing when it has not entered. */
void rk_quota_leave(struct rk_quota *quota, struct rk_quota_share *share);

/* For bytes that outlive their call: is there room, and so many more or less.  quota NULL: there is. */
bool rk_quota_room(const struct rk_quota *quota, size_t bytes);
void rk_quota_bytes(struct rk_quota *quota, int64_t change);

/* A worker is gone: what it held is given back. */
void rk_quota_forget(struct rk_quota_book *all, struct rk_quota_book *gone);
