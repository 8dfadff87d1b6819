/* client/remote_again.c: what is sent again, and when. */
#include "check.h"
#include "remote_again.h"

static struct rk_failure refused(enum rk_status status, const char *reason)
{
	struct rk_failure failure = {.from_server = true, .retry_ms = -1};

	rk_fail_reason(&failure.err, status, reason, "as the test says");
	return failure;
}

static void a_write_is_sent_again_when_it_may_pass_by_itself(void **unused)
{
	static const struct {
		enum rk_status status;
		const char *reason;
		bool again;
	} cases[] = {
		{RK_UNAVAILABLE,         "STORE_UNAVAILABLE", true },
		{RK_UNAVAILABLE,         "OUTCOME_UNKNOWN",   true },
		{RK_RESOURCE_EXHAUSTED,  "SERVER_BUSY",       true },
		{RK_RESOURCE_EXHAUSTED,  "QUOTA_EXCEEDED",    true },
		{RK_DEADLINE_EXCEEDED,   "DEADLINE_EXCEEDED", true },
		{RK_RESOURCE_EXHAUSTED,  "MESSAGE_TOO_LARGE", false},
		{RK_RESOURCE_EXHAUSTED,  "REQUEST_TOO_LARGE", false},
		{RK_INVALID_ARGUMENT,    "REPORT_REFUSED",    false},
		{RK_ABORTED,             "CONFLICT",          true },
		{RK_ABORTED,             "VERSION_CONFLICT",  false},
		{RK_PERMISSION_DENIED,   "ROLE_NOT_ALLOWED",  false},
		{RK_FAILED_PRECONDITION, "TLS_CA",            false},
		{RK_INTERNAL,            "INTERNAL_ERROR",    false},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rk_failure failure = refused(cases[i].status, cases[i].reason);

		if (rk_again_for_write(&failure) != cases[i].again)
			fail_msg("%s", cases[i].reason);
	}
}

static void memory_that_ran_out_here_is_not_asked_for_again(void **unused)
{
	struct rk_failure failure = refused(RK_RESOURCE_EXHAUSTED, "");

	(void)unused;
	failure.from_server = false;
	assert_false(rk_again_for_write(&failure));
}

static void a_read_is_sent_again_a_few_times_and_only_when_nobody_was_there(void **unused)
{
	struct rk_failure away = refused(RK_UNAVAILABLE, "SERVER_REFUSES");
	struct rk_failure slow = refused(RK_DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED");
	struct rk_failure busy = refused(RK_RESOURCE_EXHAUSTED, "SERVER_BUSY");

	(void)unused;
	assert_true(rk_again_for_read(&away, 0));
	assert_true(rk_again_for_read(&away, 2));
	assert_false(rk_again_for_read(&away, 3));
	assert_false(rk_again_for_read(&slow, 0));
	assert_false(rk_again_for_read(&busy, 0));
	/* It says when. */
	busy.retry_ms = 300;
	assert_true(rk_again_for_read(&busy, 2));
	assert_false(rk_again_for_read(&busy, 3));
}

static void the_pause_grows_and_has_an_end(void **unused)
{
	struct rk_failure failure = refused(RK_UNAVAILABLE, "SERVER_REFUSES");

	(void)unused;
	for (unsigned attempt = 0; attempt < 100; attempt++) {
		int64_t step = attempt < 3 ? (int64_t)2000 << attempt : 15000;

		assert_in_range(rk_again_pause_ms(&failure, attempt), 0, step - 1);
	}
}

static void the_server_may_say_when(void **unused)
{
	struct rk_failure failure = refused(RK_RESOURCE_EXHAUSTED, "SERVER_BUSY");

	(void)unused;
	failure.retry_ms = 4000;
	for (unsigned attempt = 0; attempt < 100; attempt++)
		assert_in_range(rk_again_pause_ms(&failure, 0), 4000, 5999);
	/* Who is refused again and again keeps away longer. */
	for (unsigned attempt = 0; attempt < 100; attempt++)
		assert_in_range(rk_again_pause_ms(&failure, attempt), 4000, 18999);
}

static void the_server_may_forbid_it(void **unused)
{
	struct rk_failure failure = refused(RK_UNAVAILABLE, "STORE_UNAVAILABLE");

	(void)unused;
	failure.retry_ms = RK_RETRY_NEVER;
	assert_false(rk_again_for_write(&failure));
	assert_false(rk_again_for_read(&failure, 0));
}

/* A thousand whose line broke at once: no second has more of them than its share of the pause, and a little. */
static void a_thousand_do_not_come_back_in_the_same_second(void **unused)
{
	struct rk_failure failure = refused(RK_RESOURCE_EXHAUSTED, "SERVER_BUSY");

	(void)unused;
	failure.retry_ms = 700;
	for (unsigned attempt = 0; attempt < 6; attempt++) {
		int64_t step = attempt < 3 ? (int64_t)2000 << attempt : 15000;
		int in_second[32] = {0}, most = 0;

		for (int i = 0; i < 1000; i++)
			in_second[rk_again_pause_ms(&failure, attempt) / 1000]++;
		for (int i = 0; i < 32; i++)
			most = in_second[i] > most ? in_second[i] : most;
		assert_in_range(most, 1, 1000 * 1000 / step + 120);
	}
}

static void a_wait_that_would_not_end_in_time_is_not_begun(void **unused)
{
	struct rk_run run = {0};
	struct rk_failure failure = refused(RK_UNAVAILABLE, "SERVER_REFUSES");

	(void)unused;
	failure.retry_ms = 3600000;
	assert_false(rk_again_wait(&run, &failure, 0, 0));
	rk_arena_clear(&run.arena);
}

static void a_run_of_failures_uses_the_budget_up_and_successes_fill_it(void **unused)
{
	struct rk_run run = {0};
	struct rk_failure failure = refused(RK_UNAVAILABLE, "SERVER_REFUSES");

	(void)unused;
	for (int i = 0; i < RK_AGAIN_TOKENS / 2; i++) {
		assert_int_equal(run.retry_spent, 10 * i);
		rk_again_failed(&run, &failure);
	}
	/* Time enough, and all the same. */
	assert_false(rk_again_wait(&run, &failure, 0, INT64_MAX));
	for (int i = 0; i < 1000; i++)
		rk_again_failed(&run, &failure);
	for (int i = 0; i < 20 * 10; i++)
		rk_again_succeeded(&run);
	assert_int_equal(run.retry_spent, 0);
	rk_again_succeeded(&run);
	assert_int_equal(run.retry_spent, 0);
}

static void a_refusal_for_good_leaves_the_budget_alone(void **unused)
{
	static const struct {
		enum rk_status status;
		const char *reason;
		int64_t retry_ms;
		int taken;
	} cases[] = {
		{RK_NOT_FOUND,          "REPORT_NOT_FOUND",  -1,             0 },
		{RK_INVALID_ARGUMENT,   "REPORT_REFUSED",    -1,             0 },
		{RK_RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE", -1,             0 },
		{RK_ABORTED,            "VERSION_CONFLICT",  -1,             0 },
		{RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",       500,            10},
		{RK_UNAVAILABLE,        "STORE_UNAVAILABLE", -1,             10},
		{RK_UNAVAILABLE,        "STORE_UNAVAILABLE", RK_RETRY_NEVER, 10},
		{RK_INTERNAL,           "INTERNAL_ERROR",    RK_RETRY_NEVER, 10},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rk_run run = {0};
		struct rk_failure failure = refused(cases[i].status, cases[i].reason);

		failure.retry_ms = cases[i].retry_ms;
		rk_again_failed(&run, &failure);
		if (run.retry_spent != cases[i].taken)
			fail_msg("%s takes %d", cases[i].reason, run.retry_spent);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_write_is_sent_again_when_it_may_pass_by_itself),
		cmocka_unit_test(memory_that_ran_out_here_is_not_asked_for_again),
		cmocka_unit_test(a_read_is_sent_again_a_few_times_and_only_when_nobody_was_there),
		cmocka_unit_test(the_pause_grows_and_has_an_end),
		cmocka_unit_test(the_server_may_say_when),
		cmocka_unit_test(the_server_may_forbid_it),
		cmocka_unit_test(a_thousand_do_not_come_back_in_the_same_second),
		cmocka_unit_test(a_run_of_failures_uses_the_budget_up_and_successes_fill_it),
		cmocka_unit_test(a_refusal_for_good_leaves_the_budget_alone),
		cmocka_unit_test(a_wait_that_would_not_end_in_time_is_not_begun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
