#include "call/quota.h"

#include "base/pace.h"

#include <assert.h>
#include <string.h>

/* Whoever has so much under way need not come back before some of it has ended. */
#define AGAIN_MS 500

/* A worker's own book is only its own to write.  That of all may be off by what one that was killed had half entered. */
static bool is_sound(const struct rk_quota *quota, const struct rk_quota_share *share)
{
	bool sound = atomic_load_explicit(&quota->mine->calls, memory_order_relaxed) >= 0;

	for (int i = 0; i < 2; i++)
		sound = sound &&
			atomic_load_explicit(&quota->mine->calls_of[i][share->at[i]],
				memory_order_relaxed) >= 0 &&
			atomic_load_explicit(
				&quota->mine->bytes_of[i][share->at[i]], memory_order_relaxed) >= 0;
	return sound;
}

static uint16_t place_of(const char *uri, uint64_t seed)
{
	return (uint16_t)(rk_slice_hash(rk_slice_str(uri), seed) % RK_QUOTA_PLACES);
}

static void add_calls(struct rk_quota *quota, const struct rk_quota_share *share, int32_t change)
{
	atomic_fetch_add_explicit(&quota->mine->calls, change, memory_order_relaxed);
	atomic_fetch_add_explicit(&quota->all->calls, change, memory_order_relaxed);
	for (int i = 0; i < 2; i++) {
		atomic_fetch_add_explicit(
			&quota->mine->calls_of[i][share->at[i]], change, memory_order_relaxed);
		atomic_fetch_add_explicit(
			&quota->all->calls_of[i][share->at[i]], change, memory_order_relaxed);
	}
	assert(is_sound(quota, share));
}

void rk_quota_bytes(struct rk_quota *quota, int64_t change)
{
	if (!quota || !change)
		return;
	atomic_fetch_add_explicit(&quota->mine->bytes, change, memory_order_relaxed);
	atomic_fetch_add_explicit(&quota->all->bytes, change, memory_order_relaxed);
	assert(atomic_load_explicit(&quota->mine->bytes, memory_order_relaxed) >= 0);
}

static void add_bytes(struct rk_quota *quota, const struct rk_quota_share *share, int64_t change)
{
	for (int i = 0; i < 2; i++) {
		atomic_fetch_add_explicit(
			&quota->mine->bytes_of[i][share->at[i]], change, memory_order_relaxed);
		atomic_fetch_add_explicit(
			&quota->all->bytes_of[i][share->at[i]], change, memory_order_relaxed);
	}
	rk_quota_bytes(quota, change);
	assert(is_sound(quota, share));
}

static int64_t calls_of(const struct rk_quota *quota, const struct rk_quota_share *share)
{
	int32_t a = atomic_load_explicit(
		&quota->all->calls_of[0][share->at[0]], memory_order_relaxed);
	int32_t b = atomic_load_explicit(
		&quota->all->calls_of[1][share->at[1]], memory_order_relaxed);

	return a < b ? a : b;
}

static int64_t bytes_of(const struct rk_quota *quota, const struct rk_quota_share *share)
{
	int64_t a = atomic_load_explicit(
		&quota->all->bytes_of[0][share->at[0]], memory_order_relaxed);
	int64_t b = atomic_load_explicit(
		&quota->all->bytes_of[1][share->at[1]], memory_order_relaxed);

	return a < b ? a : b;
}

static enum rk_status refused(struct rk_err *err, enum rk_status status)
{
	err->retry_ms = rk_pace_spread_ms(AGAIN_MS);
	return status;
}

enum rk_status rk_quota_enter(
	struct rk_quota *quota, const char *uri, struct rk_quota_share *share, struct rk_err *err)
{
	int64_t running;

	assert(!share->entered && share->bytes == 0);
	*share = (struct rk_quota_share){
		.at = {place_of(uri, 0), place_of(uri, 0x9e3779b9U)}
        };
	running = calls_of(quota, share);
	if (quota->max_calls && running >= quota->max_calls)
		return refused(err,
			rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED",
				"%lld calls of this principal run already", (long long)running));
	if (quota->max_all_calls &&
		atomic_load_explicit(&quota->all->calls, memory_order_relaxed) >=
			quota->max_all_calls)
		return refused(err,
			rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
				"as many calls run already as the server takes"));
	add_calls(quota, share, 1);
	share->entered = true;
	return RK_OK;
}

bool rk_quota_room(const struct rk_quota *quota, size_t bytes)
{
	return !quota || !quota->max_all_bytes ||
		atomic_load_explicit(&quota->all->bytes, memory_order_relaxed) + (int64_t)bytes <=
		quota->max_all_bytes;
}

/* The last quarter is for those who hold little: however many others fill the rest, a report of the usual size finds room. */
static bool has_room(const struct rk_quota *quota, const struct rk_quota_share *share, int64_t more)
{
	int64_t holds = bytes_of(quota, share) + more;
	int64_t kept = holds > quota->max_all_bytes / 512 ? quota->max_all_bytes / 4 : 0;

	return rk_quota_room(quota, (size_t)(more + kept));
}

enum rk_status rk_quota_hold(
	struct rk_quota *quota, struct rk_quota_share *share, size_t bytes, struct rk_err *err)
{
	int64_t more = (int64_t)bytes - share->bytes;

	if (!share->entered)
		return RK_OK;
	if (more > 0 && quota->max_bytes && bytes_of(quota, share) + more > quota->max_bytes)
		return refused(err,
			rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED",
				"the calls of this principal hold %lld bytes already",
				(long long)bytes_of(quota, share)));
	if (more > 0 && !has_room(quota, share, more))
		return refused(err,
			rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
				"the requests that are under way fill the server's memory"));
	if (more)
		add_bytes(quota, share, more);
	share->bytes += more;
	assert(share->bytes == (int64_t)bytes);
	return RK_OK;
}

bool rk_quota_tight(const struct rk_quota *quota, const struct rk_quota_share *share)
{
	return share->entered && quota->max_bytes && bytes_of(quota, share) > quota->max_bytes / 2;
}

void rk_quota_drop(struct rk_quota *quota, struct rk_quota_share *share)
{
	assert(share->bytes >= 0 && (share->entered || share->bytes == 0));
	if (share->bytes)
		add_bytes(quota, share, -share->bytes);
	share->bytes = 0;
}

void rk_quota_leave(struct rk_quota *quota, struct rk_quota_share *share)
{
	if (!share->entered)
		return;
	rk_quota_drop(quota, share);
	add_calls(quota, share, -1);
	*share = (struct rk_quota_share){0};
}

/* Most places hold nothing: they are read and not written, so that those the workers use are left alone. */
#define GIVE_BACK(all, gone)                                                 \
	do {                                                                 \
		if (atomic_load_explicit((gone), memory_order_relaxed))      \
			atomic_fetch_sub((all), atomic_exchange((gone), 0)); \
	} while (0)

void rk_quota_forget(struct rk_quota_book *all, struct rk_quota_book *gone)
{
	GIVE_BACK(&all->bytes, &gone->bytes);
	GIVE_BACK(&all->calls, &gone->calls);
	for (int i = 0; i < 2; i++) {
		for (int at = 0; at < RK_QUOTA_PLACES; at++) {
			GIVE_BACK(&all->bytes_of[i][at], &gone->bytes_of[i][at]);
			GIVE_BACK(&all->calls_of[i][at], &gone->calls_of[i][at]);
		}
	}
}
