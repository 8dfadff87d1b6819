#include "export/lease.h"

#include "db/plain.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#define EVERY_S 10
#define LEASE_S "60"

struct rk_export_lease {
	const char *database, *name, *due, *attempt;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool ending; /* under the lock */
	_Atomic bool lost;
};

static void renew(struct rk_export_lease *lease)
{
	RK_AUTO(rk_plain_close) struct rk_plain *plain = NULL;
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	const char *params[] = {lease->name, lease->due, lease->attempt, LEASE_S};
	struct rk_err err;

	if (rk_plain_open(lease->database, &plain, &err) == RK_OK &&
		rk_plain_ask(plain, "select renkei_api.renew_export($1, $2, $3, $4)", 4, params,
			&out, &err) == RK_OK &&
		!rk_slice_equal_str(rk_buf_slice(&out), "t"))
		atomic_store(&lease->lost, true);
}

static void *keep_renewing(void *arg)
{
	struct rk_export_lease *lease = arg;
	struct timespec until;

	pthread_mutex_lock(&lease->lock);
	while (!lease->ending) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += EVERY_S;
		(void)pthread_cond_timedwait(&lease->changed, &lease->lock, &until);
		if (lease->ending)
			break;
		pthread_mutex_unlock(&lease->lock);
		renew(lease);
		pthread_mutex_lock(&lease->lock);
	}
	pthread_mutex_unlock(&lease->lock);
	return NULL;
}

enum rk_status rk_export_lease_open(const char *database, const char *name, const char *due,
	const char *attempt, struct rk_export_lease **out, struct rk_err *err)
{
	struct rk_export_lease *lease = calloc(1, sizeof *lease);

	*out = NULL;
	if (!lease)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for an export");
	lease->database = database;
	lease->name = name;
	lease->due = due;
	lease->attempt = attempt;
	pthread_mutex_init(&lease->lock, NULL);
	pthread_cond_init(&lease->changed, NULL);
	if (pthread_create(&lease->thread, NULL, keep_renewing, lease) != 0) {
		free(lease);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no thread for an export");
	}
	*out = lease;
	return RK_OK;
}

enum rk_status rk_export_lease_check(const struct rk_export_lease *lease, struct rk_err *err)
{
	if (lease && atomic_load(&lease->lost))
		return rk_fail_reason(err, RK_ABORTED, "EXPORT_TAKEN",
			"another daemon has taken this run of %s", lease->name);
	return RK_OK;
}

void rk_export_lease_close(struct rk_export_lease **lease)
{
	struct rk_export_lease *l = *lease;

	*lease = NULL;
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->ending = true;
	pthread_cond_signal(&l->changed);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	pthread_cond_destroy(&l->changed);
	pthread_mutex_destroy(&l->lock);
	free(l);
}
