/* client/outbox.c and client/out.c: what stays on this computer. */
#include "act.h"
#include "check.h"
#include "out.h"
#include "outbox.h"
#include "state_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

static enum rk_status open_report(struct rk_run *run, const char *name, const char *on_behalf_of,
	struct rk_outbox_item *item, struct rk_err *err)
{
	const struct rk_outbox_wish wish = {RK_OUTBOX_REPORT, name, on_behalf_of, bytes("report")};

	return rk_outbox_open(run, &wish, item, err);
}

static void the_same_report_has_the_same_request_until_it_is_refused(void **state)
{
	struct rk_run *run = *state;
	struct rk_outbox_item first, second, third;
	struct rk_err err = {0};

	assert_ok(open_report(run, "report.json", "", &first, &err), err);
	assert_false(first.known);
	rk_outbox_settle(run, &first, true);
	assert_ok(open_report(run, "report.json", "", &second, &err), err);
	assert_true(second.known);
	assert_string_equal(first.request_id, second.request_id);
	rk_outbox_settle(run, &second, false);
	assert_ok(open_report(run, "report.json", "", &third, &err), err);
	assert_false(third.known);
	assert_string_not_equal(first.request_id, third.request_id);
}

static void a_request_keeps_on_whose_behalf_it_was_made(void **state)
{
	struct rk_run *run = *state;
	struct rk_outbox_item first, again;
	struct rk_err err = {0};
	char code[7];

	assert_ok(open_report(run, "a.json", "281000", &first, &err), err);
	assert_string_equal(first.on_behalf_of, "281000");
	assert_ok(open_report(run, "a.json", NULL, &again, &err), err);
	assert_string_equal(again.on_behalf_of, "281000");
	assert_ok(rk_outbox_on_behalf_of(run, bytes("report"), code, &err), err);
	assert_string_equal(code, "281000");
	/* Sent as one's own, it is the same request of one's own. */
	assert_ok(open_report(run, "a.json", "", &again, &err), err);
	assert_string_equal(again.on_behalf_of, "");
	assert_string_equal(again.request_id, first.request_id);
	assert_ok(open_report(run, "a.json", NULL, &again, &err), err);
	assert_string_equal(again.on_behalf_of, "");
	assert_ok(rk_outbox_on_behalf_of(run, bytes("another"), code, &err), err);
	assert_string_equal(code, "");
}

/* A name of a file is no line of its own making. */
static void what_is_no_code_is_on_nobodys_behalf(void **state)
{
	struct rk_run *run = *state;
	struct rk_outbox_item item;
	struct rk_err err = {0};

	assert_ok(open_report(run, "a\non-behalf-of: 281001", "", &item, &err), err);
	assert_ok(open_report(run, "a", NULL, &item, &err), err);
	assert_string_equal(item.on_behalf_of, "");
}

static void a_folder_that_cannot_be_made_is_named(void **state)
{
	struct rk_run *run = *state;
	struct rk_outbox_item item;
	struct rk_err err = {0};

	assert_ok(rk_file_write(
			  rk_run_printf(run, "%s/renkei", folder), bytes("no folder"), 0600, &err),
		err);
	assert_int_equal(open_report(run, "report.json", "", &item, &err), RK_DATA_LOSS);
	assert_string_equal(err.reason, "FILE_NOT_WRITTEN");
	assert_null(strstr(err.text, ".lock"));
}

static void a_request_that_cannot_be_read_is_not_made_anew(void **state)
{
	struct rk_run *run = *state;
	struct rk_outbox_item item;
	struct rk_err err = {0};

	assert_ok(open_report(run, "report.json", "", &item, &err), err);
	const char *request = below(run, rk_run_printf(run, "sent/%s.request", item.key));

	assert_int_equal(unlink(request), 0);
	assert_int_equal(mkdir(request, 0700), 0);
	assert_int_equal(open_report(run, "report.json", "", &item, &err), RK_NOT_FOUND);
	assert_string_equal(err.reason, "FILE_IS_FOLDER");
}

static Renkei__V1__Receipt receipt_with(const char *statement)
{
	Renkei__V1__Receipt receipt = RENKEI__V1__RECEIPT__INIT;

	receipt.number = (char *)(uintptr_t) "401005-2016Q1-1";
	receipt.statement = (char *)(uintptr_t)statement;
	return receipt;
}

static size_t receipts_kept(struct rk_run *run)
{
	FILE *list = popen(rk_run_printf(run, "ls '%s' | grep -c '[.]statement[.]txt$'",
				   below(run, "receipts")),
		"r");
	int count = 0;

	assert_non_null(list);
	assert_int_equal(fscanf(list, "%d", &count), 1);
	pclose(list);
	return (size_t)count;
}

static void a_receipt_of_another_server_does_not_take_the_place_of_one_kept(void **state)
{
	struct rk_run *run = *state;
	Renkei__V1__Receipt real = receipt_with("real\n"), rehearsal = receipt_with("rehearsal\n");
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	struct rk_err err = {0};

	assert_ok(rk_receipt_keep(run, &real, bytes("report"), &err), err);
	assert_ok(rk_receipt_keep(run, &real, bytes("report"), &err), err);
	assert_int_equal(receipts_kept(run), 1);
	assert_ok(rk_receipt_keep(run, &rehearsal, bytes("other"), &err), err);
	assert_int_equal(receipts_kept(run), 2);
	assert_ok(rk_file_read(rk_receipt_path(run, real.number, ".statement.txt"), &text, &err),
		err);
	assert_buf_equal(&text, "rehearsal\n");
}

/* What a server sends may be anything. */
static void a_receipt_that_cannot_be_written_down_leaves_nothing(void **state)
{
	struct rk_run *run = *state;
	Renkei__V1__Receipt receipt = receipt_with("text\n");
	Google__Protobuf__Timestamp never = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	struct rk_err err = {0};

	never.seconds = INT64_MAX;
	receipt.received_at = &never;
	assert_int_equal(rk_receipt_keep(run, &receipt, bytes("report"), &err), RK_INTERNAL);
	assert_string_equal(err.reason, "SERVER_ANSWER_BAD");
	assert_int_not_equal(
		access(rk_receipt_path(run, receipt.number, ".statement.txt"), F_OK), 0);
	assert_int_not_equal(access(rk_receipt_path(run, receipt.number, ".binpb"), F_OK), 0);
}

static void an_output_that_is_a_pipe_stays_one(void **state)
{
	struct rk_run *run = *state;
	const char *path = rk_run_printf(run, "%s/pipe", folder);
	struct stat about;
	char read_back[8] = "";

	assert_int_equal(mkfifo(path, 0600), 0);
	int fd = open(path, O_RDWR | O_NONBLOCK);

	run->out_path = path;
	assert_non_null(rk_out(run));
	assert_int_equal(fputs("data\n", rk_out(run)), 1);
	assert_int_equal(rk_out_close(run, true), EX_OK);
	assert_int_equal(stat(path, &about), 0);
	assert_true(S_ISFIFO(about.st_mode));
	assert_int_equal(read(fd, read_back, sizeof read_back), 5);
	close(fd);
}

static void an_output_file_is_there_whole_or_not_at_all(void **state)
{
	struct rk_run *run = *state;
	const char *path = rk_run_printf(run, "%s/file", folder);

	run->out_path = path;
	assert_non_null(rk_out(run));
	fputs("half", rk_out(run));
	assert_int_equal(rk_out_close(run, false), EX_OK);
	assert_int_not_equal(access(path, F_OK), 0);
	run->out_temp = NULL;
	assert_non_null(rk_out(run));
	fputs("whole", rk_out(run));
	assert_int_equal(rk_out_close(run, true), EX_OK);
	assert_int_equal(access(path, F_OK), 0);
}

static void what_is_let_go_waits_again_when_it_is_asked_for_again(void **state)
{
	struct rk_run *run = *state;
	struct rk_outbox_pending *items;
	struct rk_outbox_item first, again;
	struct rk_err err = {0};

	assert_ok(open_report(run, "report.json", "", &first, &err), err);
	rk_outbox_settle(run, &first, true);
	assert_int_equal(rk_outbox_list(run, &items), 0);
	assert_ok(open_report(run, "report.json", "", &again, &err), err);
	assert_int_equal(rk_outbox_list(run, &items), 1);
	assert_string_equal(items[0].request_id, first.request_id);
}

/* The same bytes may be asked for in two ways: they are two requests, in the order in which they were made. */
static void acts_and_reports_of_the_same_bytes_are_requests_of_their_own(void **state)
{
	struct rk_run *run = *state;
	struct rk_outbox_pending *items;
	struct rk_outbox_item report, withdrawal, back;
	struct rk_err err = {0};

	assert_ok(open_report(run, "report.json", "", &report, &err), err);
	assert_ok(rk_outbox_open(run,
			  &(const struct rk_outbox_wish){
				  "withdraw", "401005-2016Q2-1", "", bytes("report")},
			  &withdrawal, &err),
		err);
	assert_ok(rk_outbox_open(run,
			  &(const struct rk_outbox_wish){
				  "send-back", "401005-2016Q2-1", "", bytes("report")},
			  &back, &err),
		err);
	assert_string_not_equal(report.request_id, withdrawal.request_id);
	assert_string_not_equal(withdrawal.key, back.key);
	assert_int_equal(rk_outbox_list(run, &items), 3);
	for (size_t i = 0; i < 3; i++) {
		/* In one second: the nanoseconds tell. */
		struct timespec times[2] = {
			{.tv_sec = 1000},
                        { .tv_sec = 1000,  .tv_nsec = 3}
                };

		if (items[i].act)
			times[1].tv_nsec = items[i].act == &rk_act_withdraw ? 1 : 2;
		assert_int_equal(utimensat(AT_FDCWD, items[i].path, times, 0), 0);
	}
	assert_int_equal(rk_outbox_list(run, &items), 3);
	assert_ptr_equal(items[0].act, &rk_act_withdraw);
	assert_ptr_equal(items[1].act, &rk_act_send_back);
	assert_null(items[2].act);
	assert_true(items[0].own && items[1].own && items[2].own);
	assert_string_equal(items[0].name, "401005-2016Q2-1");
	rk_outbox_settle(run, &withdrawal, true);
	assert_int_equal(rk_outbox_list(run, &items), 2);
}

/* How far a file came stays with its request, and nothing else of the request changes. */
static void how_far_a_file_came_is_kept_with_its_request(void **state)
{
	const struct rk_outbox_wish wish = {"attach", "資料/a.pdf", "", bytes("head")};
	struct rk_run *run = *state;
	struct rk_outbox_pending *items;
	struct rk_outbox_item first, again;
	struct rk_err err = {0};

	assert_ok(rk_outbox_open(run, &wish, &first, &err), err);
	assert_int_equal(first.sent, 0);
	assert_int_equal(rk_outbox_list(run, &items), 1);
	assert_ptr_equal(items[0].act, &rk_act_attach);
	assert_int_equal(items[0].sent, 0);
	first.sent = 20 << 20;
	rk_outbox_note(run, &first, wish.name);
	assert_int_equal(rk_outbox_list(run, &items), 1);
	assert_int_equal(items[0].sent, 20 << 20);
	assert_string_equal(items[0].name, "資料/a.pdf");
	assert_ok(rk_outbox_open(run, &wish, &again, &err), err);
	assert_true(again.known && again.sent == 20 << 20);
	assert_string_equal(again.request_id, first.request_id);
	assert_int_equal(rk_outbox_sent(bytes("x\nsent: 7x\n")), 0);
	assert_int_equal(rk_outbox_sent(bytes("x\nsent: -7\n")), 0);
	assert_int_equal(rk_outbox_sent(bytes("x\nsent: 7")), 7);
	rk_outbox_settle(run, &again, false);
	assert_int_equal(rk_outbox_list(run, &items), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_same_report_has_the_same_request_until_it_is_refused),
		TEST(what_is_let_go_waits_again_when_it_is_asked_for_again),
		TEST(acts_and_reports_of_the_same_bytes_are_requests_of_their_own),
		TEST(how_far_a_file_came_is_kept_with_its_request),
		TEST(a_request_keeps_on_whose_behalf_it_was_made),
		TEST(what_is_no_code_is_on_nobodys_behalf),
		TEST(a_folder_that_cannot_be_made_is_named),
		TEST(a_request_that_cannot_be_read_is_not_made_anew),
		TEST(a_receipt_of_another_server_does_not_take_the_place_of_one_kept),
		TEST(a_receipt_that_cannot_be_written_down_leaves_nothing),
		TEST(an_output_that_is_a_pipe_stays_one),
		TEST(an_output_file_is_there_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
