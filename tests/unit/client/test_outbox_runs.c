/* client/outbox.c: runs that ended in the middle, and several at once. */
#include "check.h"
#include "outbox.h"
#include "state_folder.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* A kill between the two steps of settling leaves the request behind. */
static void what_is_asked_for_anew_is_never_the_request_that_was_answered(void **state)
{
	const struct rk_outbox_wish wish = {"extension", "281000-2016Q3", "", bytes("wish")};
	struct rk_run *run = *state;
	struct rk_outbox_pending *items;
	struct rk_outbox_item first, waits, again;
	struct rk_err err = {0};

	assert_ok(rk_outbox_open(run, &wish, &first, &err), err);
	assert_ok(rk_outbox_open(run, &wish, &waits, &err), err);
	assert_true(waits.known);
	assert_string_equal(waits.request_id, first.request_id);
	assert_int_equal(
		unlink(below(run, rk_run_printf(run, "pending/%s.extension", first.key))), 0);
	assert_ok(rk_outbox_open(run, &wish, &again, &err), err);
	assert_false(again.known);
	assert_string_not_equal(again.request_id, first.request_id);
	assert_int_equal(rk_outbox_list(run, &items), 1);
	assert_string_equal(items[0].request_id, again.request_id);
}

/* Two runs send one request: what the later of them settles or notes may be another by then. */
static void a_run_settles_and_notes_no_request_but_its_own(void **state)
{
	const struct rk_outbox_wish wish = {"attach", "a.pdf", "", bytes("head")};
	struct rk_run *run = *state;
	struct rk_outbox_pending *items;
	struct rk_outbox_item one, other, later;
	struct rk_err err = {0};

	assert_ok(rk_outbox_open(run, &wish, &one, &err), err);
	assert_ok(rk_outbox_open(run, &wish, &other, &err), err);
	rk_outbox_settle(run, &one, false);
	other.sent = 4 << 20;
	rk_outbox_note(run, &other, wish.name);
	assert_int_not_equal(
		access(below(run, rk_run_printf(run, "sent/%s.request", other.key)), F_OK), 0);
	assert_ok(rk_outbox_open(run, &wish, &later, &err), err);
	assert_string_not_equal(later.request_id, other.request_id);
	rk_outbox_note(run, &other, wish.name);
	rk_outbox_settle(run, &other, false);
	assert_int_equal(rk_outbox_list(run, &items), 1);
	assert_string_equal(items[0].request_id, later.request_id);
	assert_int_equal(items[0].sent, 0);
}

/* Whether the process waits for a lock, which it has to before it ends. */
static bool waits_for_a_lock(struct rk_run *run, pid_t process)
{
	const char *sign = rk_run_printf(run, " WRITE %d ", (int)process);
	char line[256];
	int status;

	for (;;) {
		FILE *locks = fopen("/proc/locks", "r");
		bool waits = false;

		assert_non_null(locks);
		while (!waits && fgets(line, sizeof line, locks))
			waits = strstr(line, "-> FLOCK") && strstr(line, sign);
		fclose(locks);
		if (waits || waitpid(process, &status, WNOHANG) != 0)
			return waits;
		sched_yield();
	}
}

static void a_note_waits_while_another_run_settles(void **state)
{
	const struct rk_outbox_wish wish = {"attach", "a.pdf", "", bytes("head")};
	struct rk_run *run = *state;
	struct rk_outbox_item item;
	struct rk_err err = {0};
	int status = -1;

	assert_ok(rk_outbox_open(run, &wish, &item, &err), err);
	const char *request = below(run, rk_run_printf(run, "sent/%s.request", item.key));
	int lock = open(below(run, "sent/.lock"), O_RDWR | O_CLOEXEC);

	assert_int_equal(flock(lock, LOCK_EX), 0);
	pid_t other = fork();

	if (other == 0) {
		close(lock);
		rk_outbox_note(run, &item, wish.name);
		_exit(0);
	}
	assert_true(waits_for_a_lock(run, other));
	assert_int_equal(unlink(request), 0);
	close(lock);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(status, 0);
	assert_int_not_equal(access(request, F_OK), 0);
}

/* Half of a request would wait without a number, and nobody meant it to be sent. */
static void what_could_not_be_kept_whole_does_not_wait(void **state)
{
	const struct rk_outbox_wish wish = {RK_OUTBOX_REPORT, "report.json", "", bytes("report")};
	struct rk_run *run = *state;
	struct rk_outbox_pending *items;
	struct rk_outbox_item item;
	struct rk_err err = {0};

	assert_ok(rk_outbox_open(run, &wish, &item, &err), err);
	rk_outbox_settle(run, &item, false);
	/* The name of the draft that the request is written through. */
	const char *draft = below(
		run, rk_run_printf(run, "sent/%s.request.%d.tmp", item.key, (int)getpid()));

	assert_int_equal(mkdir(draft, 0700), 0);
	assert_int_equal(rk_outbox_open(run, &wish, &item, &err), RK_DATA_LOSS);
	assert_int_equal(rk_outbox_list(run, &items), 0);
	assert_int_equal(rmdir(draft), 0);
	assert_ok(rk_outbox_open(run, &wish, &item, &err), err);
	assert_int_equal(rk_outbox_list(run, &items), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_asked_for_anew_is_never_the_request_that_was_answered),
		TEST(a_run_settles_and_notes_no_request_but_its_own),
		TEST(a_note_waits_while_another_run_settles),
		TEST(what_could_not_be_kept_whole_does_not_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
