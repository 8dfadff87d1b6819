/* client/submit_send.c: what is sent again and what becomes of it, with a server that answers as it is told. */
#include "base/clock.h"
#include "check.h"
#include "form/file.h"
#include "remote_again.h"
#include "submit.h"
#include "wire/pack.h"

#include "renkei/v1/report_service.pb-c.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MANY = 500 };

/* What the server says to the items of one stream, and to a call of its own. */
static struct {
	int attempts, failures; /* so many attempts fail as a whole, with: */
	struct rk_failure failure;
	int taken;           /* items of a stream that are received; the others are refused with: */
	enum rk_status code; /* RK_OK: the stream ends without a word about them */
	const char *reason;
	int32_t retry_ms; /* of the first of them; the others may come again at once */
	int64_t slept_ms;
} server;

static struct rk_run run;
static struct rk_submit submit;
static struct rk_submit_item items[MANY];
static struct rk_form_report reports[MANY];
static char folder[64];

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

static void answer_item(const struct rk_exchange *exchange, size_t index)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};
	Renkei__V1__SubmitReportsResponse answer = RENKEI__V1__SUBMIT_REPORTS_RESPONSE__INIT;

	answer.index = (int64_t)index;
	answer.request_id = items[submit.sent[index]].box.request_id;
	if ((int)index >= server.taken) {
		answer.code = (int32_t)server.code;
		answer.reason = (char *)(uintptr_t)server.reason;
		answer.retry_ms = (int)index == server.taken ? server.retry_ms : 1;
	}
	assert_int_equal(rk_pack(&answer.base, &bytes), RK_OK);
	exchange->on_message(exchange->arg, rk_buf_slice(&bytes));
}

enum rk_status rk_remote_exchange(
	struct rk_run *unused, const struct rk_exchange *exchange, struct rk_failure *failure)
{
	(void)unused;
	*failure = (struct rk_failure){.retry_ms = -1};
	if (server.attempts++ < server.failures) {
		*failure = server.failure;
		return failure->err.status;
	}
	if (strcmp(exchange->path, "/renkei.v1.ReportService/SubmitReports") != 0) {
		exchange->on_message(exchange->arg, rk_slice_of("", 0));
		return RK_OK;
	}
	for (size_t i = 0; i < exchange->count; i++)
		if ((int)i < server.taken || server.code != RK_OK)
			answer_item(exchange, i);
	return RK_OK;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

static int set_up(void **unused)
{
	(void)unused;
	memset(&server, 0, sizeof server);
	memset(&run, 0, sizeof run);
	memset(items, 0, sizeof items);
	run.language = RK_EN;
	strcpy(folder, P_tmpdir "/renkei-submit-XXXXXX");
	if (!mkdtemp(folder) || setenv("XDG_STATE_HOME", folder, 1) != 0)
		return -1;
	rk_clock_set(1, 1000);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	rk_arena_clear(&run.arena);
	rk_clock_set(0, 0);
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Sends so many reports, and gives up after a minute. */
static void send(size_t count)
{
	struct rk_err err = {0};

	submit = (struct rk_submit){
		.run = &run, .items = items, .count = count, .until = rk_clock_ms() + 60000};
	submit.sent = rk_run_alloc(&run, count * sizeof *submit.sent);
	for (size_t i = 0; i < count; i++) {
		const char *text = rk_run_printf(&run, "report %zu", i);

		reports[i].name = text;
		items[i].report = &reports[i];
		assert_ok(rk_outbox_open(&run,
				  &(const struct rk_outbox_wish){
					  RK_OUTBOX_REPORT, "report.json", "", rk_slice_str(text)},
				  &items[i].box, &err),
			err);
	}
	rk_submit_send(&submit);
}

static bool is_pending(const struct rk_submit_item *item)
{
	return access(rk_run_printf(&run, "%s/renkei/pending/%s.binpb", folder, item->box.key),
		       F_OK) == 0;
}

static void fail_with(enum rk_status status, const char *reason, int64_t retry_ms)
{
	server.failures = 1000;
	server.failure = (struct rk_failure){
		.from_server = true, .sentence = "as the test says", .retry_ms = retry_ms};
	rk_fail_reason(&server.failure.err, status, reason, "as the test says");
}

static void what_may_be_stored_stays_in_the_outbox_although_nobody_may_ask_again(void **unused)
{
	static const struct {
		enum rk_status status;
		const char *reason;
	} cases[] = {
		{RK_UNAVAILABLE,       "OUTCOME_UNKNOWN"  },
		{RK_DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		memset(items, 0, sizeof items);
		server.attempts = 0;
		fail_with(cases[i].status, cases[i].reason, RK_RETRY_NEVER);
		send(1);
		assert_int_equal(server.attempts, 1);
		assert_string_equal(items[0].outcome, "unconfirmed");
		assert_int_equal(items[0].status, rk_exit_status(cases[i].status));
		assert_true(is_pending(&items[0]));
	}
}

static void what_broke_off_before_anything_was_sent_is_unsent(void **unused)
{
	static const char *const reasons[] = {
		"SERVER_CUT", "SERVER_REFUSES", "SERVER_UNREACHABLE", "PROXY_CUT"};

	(void)unused;
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		memset(items, 0, sizeof items);
		fail_with(RK_UNAVAILABLE, reasons[i], -1);
		server.failure.from_server = false;
		send(1);
		assert_string_equal(items[0].outcome, "unsent");
		assert_true(is_pending(&items[0]));
	}
}

static void what_is_refused_leaves_the_outbox(void **unused)
{
	(void)unused;
	fail_with(RK_INVALID_ARGUMENT, "REPORT_REFUSED", -1);
	send(1);
	assert_string_equal(items[0].outcome, "refused");
	assert_int_equal(items[0].status, EX_DATAERR);
	assert_false(is_pending(&items[0]));
}

static void a_stream_that_goes_on_does_not_use_the_budget_up(void **unused)
{
	(void)unused;
	/* One item of each round is not taken: 499 successes to one failure. */
	server.taken = MANY - 1;
	server.code = RK_RESOURCE_EXHAUSTED;
	server.reason = "SERVER_BUSY";
	run.retry_spent = 9 * 10;
	send(MANY);
	for (size_t i = 0; i < MANY; i++)
		assert_true(items[i].settled && items[i].status == EX_OK);
	assert_int_equal(server.attempts, 2);
}

static void a_stream_that_ends_before_every_answer_is_a_failure(void **unused)
{
	(void)unused;
	server.taken = 1;
	send(3);
	assert_int_equal(server.attempts, 3);
	assert_int_equal(run.retry_spent, 10 - 1 + 10 - 1);
	assert_true(items[2].settled && items[2].status == EX_OK);
}

static void items_come_again_when_the_server_says(void **unused)
{
	(void)unused;
	server.taken = 1;
	server.code = RK_RESOURCE_EXHAUSTED;
	server.reason = "SERVER_BUSY";
	server.retry_ms = 7000;
	send(3);
	assert_int_equal(server.attempts, 3);
	/* Two rounds were refused; a pause by chance comes on top. */
	assert_in_range(server.slept_ms, 2 * 7000, 2 * 7000 + 2000 + 4000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_may_be_stored_stays_in_the_outbox_although_nobody_may_ask_again,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_broke_off_before_anything_was_sent_is_unsent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_refused_leaves_the_outbox, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_stream_that_goes_on_does_not_use_the_budget_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_stream_that_ends_before_every_answer_is_a_failure, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			items_come_again_when_the_server_says, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
