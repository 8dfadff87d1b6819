/* client/remote_call.c: a call made again, with a server that refuses and a clock that jumps where somebody would sleep. */
#include "base/clock.h"
#include "check.h"
#include "remote_again.h"

#include "renkei/v1/report_service.pb-c.h"

#include <stdlib.h>
#include <time.h>

static struct {
	int attempts, refusals;
	int64_t slept_ms, takes_ms;
	struct rk_failure failure;
	struct rk_buf first;
	bool differs;
} server;

int nanosleep(const struct timespec *wait, struct timespec *left)
{
	int64_t ms = (int64_t)wait->tv_sec * 1000 + wait->tv_nsec / 1000000;

	(void)left;
	server.slept_ms += ms;
	rk_clock_set(1, rk_clock_ms() + ms);
	return 0;
}

void rk_remote_close(struct rk_remote **remote)
{
	*remote = NULL;
}

enum rk_status rk_remote_exchange(
	struct rk_run *run, const struct rk_exchange *exchange, struct rk_failure *failure)
{
	struct rk_slice sent = exchange->messages[0];

	(void)run;
	rk_clock_set(1, rk_clock_ms() + server.takes_ms);
	if (server.attempts++ == 0)
		assert_int_equal(rk_buf_add_slice(&server.first, sent), RK_OK);
	server.differs = server.differs || !rk_slice_equal(sent, rk_buf_slice(&server.first));
	*failure = server.failure;
	if (server.attempts <= server.refusals)
		return failure->err.status;
	exchange->on_message(exchange->arg, rk_slice_of("", 0));
	return RK_OK;
}

static enum rk_status call_refused(
	struct rk_run *run, int refusals, int64_t retry_ms, enum rk_status why, const char *reason)
{
	Renkei__V1__WithdrawReportRequest request = RENKEI__V1__WITHDRAW_REPORT_REQUEST__INIT;
	Renkei__V1__WithdrawReportResponse *response = NULL;
	char id[] = "6f1c9a4e-52d1-4a31-9f54-0c3d5d4b8a11";
	struct rk_failure failure;
	enum rk_status status;

	memset(&server, 0, sizeof server);
	server.refusals = refusals;
	server.failure = (struct rk_failure){.from_server = true, .retry_ms = retry_ms};
	rk_fail_reason(&server.failure.err, why, reason, "as the test says");
	request.request_id = id;
	rk_clock_set(1, 1000);
	status = rk_call(run, "ReportService/WithdrawReport", &request, withdraw_report_response,
		&response, &failure);
	assert_false(server.differs);
	rk_buf_clear(&server.first);
	rk_clock_set(0, 0);
	return status;
}

static enum rk_status call(struct rk_run *run, int refusals, int64_t retry_ms)
{
	return call_refused(run, refusals, retry_ms, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY");
}

static void the_same_bytes_are_sent_until_they_are_taken(void **unused)
{
	struct rk_run run = {.timeout_ms = 120000};

	(void)unused;
	assert_int_equal(call(&run, 3, 400), RK_OK);
	assert_int_equal(server.attempts, 4);
	assert_true(server.slept_ms >= 3 * 400);
	rk_arena_clear(&run.arena);
}

static void the_time_of_the_run_bounds_all_attempts(void **unused)
{
	struct rk_run run = {.timeout_ms = 5000};

	(void)unused;
	assert_int_equal(call(&run, 1000, 1500), RK_RESOURCE_EXHAUSTED);
	assert_in_range(server.attempts, 1, 3);
	assert_true(server.slept_ms < 5000);
	rk_arena_clear(&run.arena);
}

static void the_budget_bounds_them_when_there_is_time_enough(void **unused)
{
	struct rk_run run = {.timeout_ms = 3600000};

	(void)unused;
	assert_int_equal(call(&run, 1000, 100), RK_RESOURCE_EXHAUSTED);
	assert_int_equal(server.attempts, RK_AGAIN_TOKENS / 2);
	/* The next call of the run is made once. */
	assert_int_equal(call(&run, 1000, 100), RK_RESOURCE_EXHAUSTED);
	assert_int_equal(server.attempts, 1);
	rk_arena_clear(&run.arena);
}

static void what_the_server_forbids_is_not_made_again(void **unused)
{
	struct rk_run run = {.timeout_ms = 3600000};

	(void)unused;
	assert_int_equal(call(&run, 1000, RK_RETRY_NEVER), RK_RESOURCE_EXHAUSTED);
	assert_int_equal(server.attempts, 1);
	assert_int_equal(server.slept_ms, 0);
	rk_arena_clear(&run.arena);
}

static void a_run_of_refusals_does_not_use_the_budget_up(void **unused)
{
	struct rk_run run = {.timeout_ms = 3600000};

	(void)unused;
	for (int i = 0; i < RK_AGAIN_TOKENS; i++)
		assert_int_equal(call_refused(&run, 1000, -1, RK_NOT_FOUND, "REPORT_NOT_FOUND"),
			RK_NOT_FOUND);
	assert_int_equal(call(&run, 3, 400), RK_OK);
	assert_int_equal(server.attempts, 4);
	rk_arena_clear(&run.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_bytes_are_sent_until_they_are_taken),
		cmocka_unit_test(the_time_of_the_run_bounds_all_attempts),
		cmocka_unit_test(the_budget_bounds_them_when_there_is_time_enough),
		cmocka_unit_test(what_the_server_forbids_is_not_made_again),
		cmocka_unit_test(a_run_of_refusals_does_not_use_the_budget_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
