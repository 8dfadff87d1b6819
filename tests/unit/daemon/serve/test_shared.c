/* daemon/serve/counters.c, daemon/call/quota.c and daemon/call/stats.c: what several workers write at once.
 *
 * Threads stand for the processes that share the memory in earnest, so that a sanitizer sees who touches what (tests/analysis/run tsan).
 */
#include "check.h"
#include "serve/counters.h"

#include <pthread.h>
#include <stdio.h>

enum { WORKERS = 4, ROUNDS = 20000, PRINCIPALS = 7, HELD = 3 };

struct worker {
	pthread_t thread;
	int slot;
	struct rk_quota quota;
	struct rk_stats *stats;
	int refused;
};

static struct rk_counters *counters;

static int set_up(void **unused)
{
	struct rk_err err;

	(void)unused;
	return rk_counters_open(&counters, &err) == RK_OK ? 0 : -1;
}

static int tear_down(void **unused)
{
	(void)unused;
	rk_counters_close(&counters);
	return 0;
}

static void one_call(struct worker *worker, int round)
{
	struct rk_quota_share share = {0};
	struct rk_err err;
	char uri[16];

	snprintf(uri, sizeof uri, "principal %d", round % PRINCIPALS);
	if (rk_quota_enter(&worker->quota, uri, &share, &err) != RK_OK) {
		worker->refused++;
		return;
	}
	worker->refused += rk_quota_hold(&worker->quota, &share, 100, &err) != RK_OK;
	rk_stats_call(worker->stats, round % RK_STATS_METHODS, 0, round);
	rk_quota_leave(&worker->quota, &share);
}

static void *work(void *arg)
{
	struct worker *worker = arg;

	atomic_store(&worker->stats->pid, worker->slot + 1);
	for (int round = 0; round < ROUNDS; round++)
		one_call(worker, round);
	return NULL;
}

/* It ends as kill -9 ends it: with what it holds. */
static void *work_and_die(void *arg)
{
	struct worker *worker = arg;
	struct rk_quota_share held[HELD] = {0};
	struct rk_err err;

	(void)work(arg);
	for (int i = 0; i < HELD; i++) {
		worker->refused += rk_quota_enter(&worker->quota, "one", &held[i], &err) != RK_OK;
		worker->refused += rk_quota_hold(&worker->quota, &held[i], 1000, &err) != RK_OK;
	}
	return NULL;
}

static void start(struct worker *worker, int slot, void *(*run)(void *arg))
{
	*worker = (struct worker){
		.slot = slot,
		.quota = {.all = rk_counters_book(counters),
			  .mine = rk_counters_book_of(counters, slot),
			  .max_calls = 1000,
			  .max_bytes = 1 << 20},
		.stats = rk_counters_slot(counters, slot)
        };
	assert_int_equal(pthread_create(&worker->thread, NULL, run, worker), 0);
}

static uint64_t counted(void)
{
	uint64_t sum = 0;

	for (int slot = 0; slot < WORKERS; slot++)
		for (int method = 0; method < RK_STATS_METHODS; method++)
			sum += atomic_load(&rk_counters_slot(counters, slot)->calls[method][0]);
	return sum;
}

static void nothing_is_lost_between_workers_that_count_at_once(void **unused)
{
	struct worker workers[WORKERS];
	uint64_t seen = 0;

	(void)unused;
	for (int slot = 0; slot < WORKERS; slot++)
		start(&workers[slot], slot, slot == 0 ? work_and_die : work);
	/* Whoever reads the figures meanwhile sees them grow. */
	for (int i = 0; i < 100; i++) {
		uint64_t now = counted();

		assert_true(now >= seen);
		seen = now;
	}
	/* What the first held is given back while the others go on. */
	assert_int_equal(pthread_join(workers[0].thread, NULL), 0);
	assert_int_equal(atomic_load(&rk_counters_book_of(counters, 0)->calls), HELD);
	rk_counters_forget(counters, 0);
	for (int slot = 1; slot < WORKERS; slot++)
		assert_int_equal(pthread_join(workers[slot].thread, NULL), 0);
	for (int slot = 0; slot < WORKERS; slot++)
		assert_int_equal(workers[slot].refused, 0);
	assert_int_equal(counted(), (uint64_t)WORKERS * ROUNDS);
	assert_int_equal(atomic_load(&rk_counters_book(counters)->calls), 0);
	assert_int_equal(atomic_load(&rk_counters_book(counters)->bytes), 0);
	for (int at = 0; at < RK_QUOTA_PLACES; at++)
		for (int table = 0; table < 2; table++) {
			struct rk_quota_book *all = rk_counters_book(counters);

			assert_int_equal(atomic_load(&all->calls_of[table][at]), 0);
			assert_int_equal(atomic_load(&all->bytes_of[table][at]), 0);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			nothing_is_lost_between_workers_that_count_at_once, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
