/* daemon/mail/mail.c between a database and a mail server that a test plays. */
#include "check.h"
#include "db/plain.h"
#include "mail/mail.h"
#include "mail/smtp.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { REMINDERS, EXPORTS, OUTBOXES };

static struct {
	bool away, others; /* nobody answers; another process is at it */
	int asked, fails;  /* the number of the question that fails; 0: none does */
	bool begun;
	int waiting[OUTBOXES], planned[OUTBOXES];
	const char *letter[OUTBOXES];
	int settled;
	char id[40], outcome[16], why[80]; /* of the last one */
} database;

static struct {
	enum rk_smtp_outcome outcome;
	int sent;
	char to[80], login[80];
} server;

static const char reminder[] =
	"{\"reminder_id\": \"00000000-0000-4000-9000-000000000001\", \"email\": \"kankyo@example.jp\", \"language\": \"ja\"}";
static const char nobodys[] =
	"{\"reminder_id\": \"00000000-0000-4000-9000-000000000002\", \"email\": \"kankyo\", \"language\": \"ja\"}";
static const char export[] =
	"{\"letter_id\": \"00000000-0000-4000-9000-000000000003\", \"kind\": \"EXPORT_LETTER_KIND_FAILED\", \"email\": \"data@example.jp\", \"language\": \"en\", \"schedule\": \"q\", \"why\": \"x\"}";

enum rk_status rk_plain_open(const char *conninfo, struct rk_plain **out, struct rk_err *err)
{
	(void)conninfo;
	*out = (struct rk_plain *)(void *)&database;
	return database.away ? rk_fail(err, RK_UNAVAILABLE, "away") : RK_OK;
}

void rk_plain_close(struct rk_plain **plain)
{
	*plain = NULL;
}

static enum rk_status claim(int outbox, struct rk_buf *out, struct rk_err *err)
{
	assert_true(database.begun);
	if (database.waiting[outbox] == 0)
		return rk_fail(err, RK_NOT_FOUND, "nothing waits");
	database.waiting[outbox]--;
	return rk_buf_add_str(out, database.letter[outbox]);
}

static enum rk_status settle(const char *const *params, struct rk_buf *out)
{
	database.settled++;
	snprintf(database.id, sizeof database.id, "%s", params[1]);
	snprintf(database.outcome, sizeof database.outcome, "%s", params[2]);
	snprintf(database.why, sizeof database.why, "%s", params[3]);
	return rk_buf_add_str(out, "t");
}

enum rk_status rk_plain_ask(struct rk_plain *plain, const char *sql, int count,
	const char *const *params, struct rk_buf *out, struct rk_err *err)
{
	int outbox = strstr(sql, "export") ? EXPORTS : REMINDERS;

	(void)plain;
	if (++database.asked == database.fails)
		return rk_fail(err, RK_UNAVAILABLE, "question %d", database.asked);
	if (strstr(sql, "pg_try_advisory_lock"))
		return rk_buf_add_str(out, database.others ? "f" : "t");
	if (strstr(sql, "begin_work('letters'")) {
		database.begun = true;
		return rk_buf_add_str(out, "worker_letters");
	}
	assert_true(count >= 1);
	assert_string_equal(params[0], "2017-01-03T00:00:00Z");
	if (strstr(sql, "claim_"))
		return claim(outbox, out, err);
	if (strstr(sql, "settle_"))
		return settle(params, out);
	database.planned[outbox]++;
	return rk_buf_add_str(out, "2");
}

enum rk_smtp_outcome rk_smtp_send(const struct rk_smtp_server *to_server, const char *to,
	struct rk_slice mail, struct rk_err *err)
{
	server.sent++;
	snprintf(server.to, sizeof server.to, "%s", to);
	snprintf(server.login, sizeof server.login, "%s", to_server->login);
	assert_true(mail.len > 0);
	if (server.outcome != RK_SMTP_SENT)
		(void)rk_fail(err, RK_UNAVAILABLE, "the server says no");
	return server.outcome;
}

static const struct rk_mail_options options = {.database = "",
	.url = "smtp://mail.example.jp",
	.from = "renkei@example.jp",
	.login = "",
	.now = "2017-01-03T00:00:00Z"};

static int set_up(void **unused)
{
	(void)unused;
	memset(&database, 0, sizeof database);
	memset(&server, 0, sizeof server);
	database.letter[REMINDERS] = reminder;
	database.letter[EXPORTS] = export;
	database.waiting[REMINDERS] = database.waiting[EXPORTS] = 1;
	return 0;
}

static struct rk_mail_count run(enum rk_status wanted, const struct rk_mail_options *with)
{
	struct rk_mail_count count;
	struct rk_err err = {0};

	assert_int_equal(rk_mail_run(with, &count, &err), wanted);
	return count;
}

static void letters_of_both_outboxes_are_sent_and_settled(void **unused)
{
	struct rk_mail_count count = run(RK_OK, &options);

	(void)unused;
	assert_int_equal(count.queued, 4);
	assert_int_equal(count.sent, 2);
	assert_int_equal(database.settled, 2);
	assert_string_equal(server.to, "data@example.jp");
	assert_string_equal(database.id, "00000000-0000-4000-9000-000000000003");
	assert_string_equal(database.outcome, "sent");
}

static void what_the_server_says_of_a_letter_is_written_down(void **unused)
{
	static const struct {
		enum rk_smtp_outcome outcome;
		const char *word;
		int again, failed;
	} cases[] = {
		{RK_SMTP_AGAIN,   "again",  2, 0},
		{RK_SMTP_REFUSED, "failed", 0, 2},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rk_mail_count count;

		set_up(unused);
		server.outcome = cases[i].outcome;
		count = run(RK_OK, &options);
		assert_int_equal(database.settled, 2);
		assert_string_equal(database.outcome, cases[i].word);
		assert_string_equal(database.why, "the server says no");
		assert_int_equal(count.sent, 0);
		assert_int_equal(count.again, cases[i].again);
		assert_int_equal(count.failed, cases[i].failed);
	}
}

/* The next letter would fare no better, of either kind; all that is due is still written. */
static void a_server_that_is_away_is_asked_once(void **unused)
{
	struct rk_mail_count count;

	(void)unused;
	database.waiting[REMINDERS] = 5;
	server.outcome = RK_SMTP_AWAY;
	count = run(RK_OK, &options);
	assert_int_equal(server.sent, 1);
	assert_int_equal(count.again, 1);
	assert_string_equal(database.outcome, "again");
	assert_int_equal(database.planned[EXPORTS], 1);
}

static void who_finds_another_at_it_leaves_it_to_that_one(void **unused)
{
	(void)unused;
	database.others = true;
	run(RK_OK, &options);
	assert_int_equal(server.sent + database.planned[REMINDERS], 0);
	assert_false(database.begun);
}

static void whatever_question_is_not_answered_ends_it_and_none_is_told_as_sent_that_was_not(
	void **unused)
{
	int questions;

	run(RK_OK, &options);
	questions = database.asked;
	assert_true(questions >= 10);
	for (int nth = 1; nth <= questions; nth++) {
		struct rk_mail_count count;

		set_up(unused);
		database.fails = nth;
		count = run(RK_UNAVAILABLE, &options);
		assert_true(count.sent <= server.sent && database.settled <= server.sent);
	}
	set_up(unused);
	database.away = true;
	run(RK_UNAVAILABLE, &options);
	assert_int_equal(database.asked, 0);
}

static void a_letter_to_no_address_is_refused_without_the_server(void **unused)
{
	struct rk_mail_count count;

	(void)unused;
	database.letter[REMINDERS] = nobodys;
	database.waiting[EXPORTS] = 0;
	count = run(RK_OK, &options);
	assert_int_equal(count.failed, 1);
	assert_int_equal(server.sent, 0);
	assert_string_equal(database.outcome, "failed");
	assert_string_equal(database.id, "00000000-0000-4000-9000-000000000002");
}

static void what_is_no_letter_is_not_sent(void **unused)
{
	(void)unused;
	database.letter[REMINDERS] = "{\"reminder_id\": 7}";
	run(RK_INVALID_ARGUMENT, &options);
	assert_int_equal(server.sent + database.settled, 0);
}

static void so_many_are_sent_in_one_run_and_the_others_in_the_next(void **unused)
{
	struct rk_mail_count count;

	(void)unused;
	database.waiting[REMINDERS] = 501;
	database.waiting[EXPORTS] = 0;
	count = run(RK_OK, &options);
	assert_int_equal(count.sent, 500);
	assert_int_equal(database.waiting[REMINDERS], 1);
}

static void a_sender_that_is_no_address_sends_nothing(void **unused)
{
	struct rk_mail_options bad = options;

	(void)unused;
	bad.from = "renkei";
	run(RK_FAILED_PRECONDITION, &bad);
	assert_int_equal(database.asked, 0);
}

static enum rk_status run_with_login(const char *text)
{
	char path[] = P_tmpdir "/renkei-login-XXXXXX";
	struct rk_mail_options with = options;
	struct rk_mail_count count;
	struct rk_err err = {0};
	enum rk_status status;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
	with.login = path;
	status = rk_mail_run(&with, &count, &err);
	(void)unlink(path);
	return status;
}

static void a_login_is_read_from_one_line_of_a_file(void **unused)
{
	struct rk_mail_options away = options;

	assert_int_equal(run_with_login("renkei:secret\r\nmore"), RK_OK);
	assert_string_equal(server.login, "renkei:secret");
	set_up(unused);
	assert_int_equal(run_with_login(""), RK_FAILED_PRECONDITION);
	assert_int_equal(run_with_login("renkei\n"), RK_FAILED_PRECONDITION);
	away.login = P_tmpdir "/renkei-login-that-is-not-there";
	run(RK_FAILED_PRECONDITION, &away);
	assert_int_equal(database.asked, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(letters_of_both_outboxes_are_sent_and_settled),
		TEST(what_the_server_says_of_a_letter_is_written_down),
		TEST(a_server_that_is_away_is_asked_once),
		TEST(who_finds_another_at_it_leaves_it_to_that_one),
		TEST(whatever_question_is_not_answered_ends_it_and_none_is_told_as_sent_that_was_not),
		TEST(a_letter_to_no_address_is_refused_without_the_server),
		TEST(what_is_no_letter_is_not_sent),
		TEST(so_many_are_sent_in_one_run_and_the_others_in_the_next),
		TEST(a_sender_that_is_no_address_sends_nothing),
		TEST(a_login_is_read_from_one_line_of_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
