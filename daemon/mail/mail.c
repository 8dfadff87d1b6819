#include "mail/mail.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "db/plain.h"
#include "mail/smtp.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "words/export_letter.h"

#include "renkei/v1/export_service.pb-c.h"
#include "renkei/v1/reminder_service.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of one run; more wait for the next. */
enum { MOST_LETTERS = 500, MOST_LOGIN = 512 };

struct sender {
	const struct rk_mail_options *options;
	struct rk_plain *plain;
	char login[MOST_LOGIN];
	struct rk_mail_count *count;
};

/* NOLINTNEXTLINE(readability-function-size): a question, what it is asked with, and where the answer goes */
static enum rk_status ask(struct sender *sender, const char *sql, const char *a, const char *b,
	const char *c, struct rk_buf *out, struct rk_err *err)
{
	const char *const params[] = {sender->options->now, a, b, c};
	int count = c ? 4 : a ? 2 : 1;

	return rk_plain_ask(sender->plain, sql, count, params, out, err);
}

/* The user's name and password, in one line. */
static enum rk_status read_login(struct sender *sender, struct rk_err *err)
{
	const char *path = sender->options->login;
	FILE *file;

	if (!*path)
		return RK_OK;
	file = fopen(path, "re");
	if (!file || !fgets(sender->login, sizeof sender->login, file)) {
		if (file)
			(void)fclose(file);
		return rk_fail(err, RK_FAILED_PRECONDITION, "%s cannot be read", path);
	}
	(void)fclose(file);
	sender->login[strcspn(sender->login, "\r\n")] = '\0';
	return strchr(sender->login, ':')
		? RK_OK
		: rk_fail(err, RK_FAILED_PRECONDITION, "%s is not user:password", path);
}

/* What is written into two outboxes leaves by one door. */
struct outbox {
	const char *plan, *claim, *settle; /* SQL */
	const ProtobufCMessageDescriptor *type;
	enum rk_status (*mail)(const void *letter, const struct rk_letter_head *head,
		struct rk_buf *out, struct rk_err *err);
	const char *(*id)(const void *letter);
	const char *(*email)(const void *letter);
};

static enum rk_status reminder_mail(const void *letter, const struct rk_letter_head *head,
	struct rk_buf *out, struct rk_err *err)
{
	return rk_letter_mail(letter, head, out, err);
}

static const char *reminder_id(const void *letter)
{
	return ((const Renkei__V1__Reminder *)letter)->reminder_id;
}

static const char *reminder_email(const void *letter)
{
	return ((const Renkei__V1__Reminder *)letter)->email;
}

static enum rk_status export_mail(const void *letter, const struct rk_letter_head *head,
	struct rk_buf *out, struct rk_err *err)
{
	return rk_export_letter_mail(letter, head, out, err);
}

static const char *export_id(const void *letter)
{
	return ((const Renkei__V1__ExportLetter *)letter)->letter_id;
}

static const char *export_email(const void *letter)
{
	return ((const Renkei__V1__ExportLetter *)letter)->email;
}

static const struct outbox outboxes[] = {
	{
         .plan = "select renkei_api.plan_reminders($1::timestamptz)",
         .claim = "select letter from renkei_api.claim_reminder($1::timestamptz)",
         .settle = "select renkei_api.settle_reminder($2, $3, $4, $1::timestamptz)",
         .type = &renkei__v1__reminder__descriptor,
         .mail = reminder_mail,
         .id = reminder_id,
         .email = reminder_email,
	 },
	{
         .plan = "select renkei_api.plan_export_letters($1::timestamptz)",
         .claim = "select letter from renkei_api.claim_export_letter($1::timestamptz)",
         .settle = "select renkei_api.settle_export_letter($2, $3, $4, $1::timestamptz)",
         .type = &renkei__v1__export_letter__descriptor,
         .mail = export_mail,
         .id = export_id,
         .email = export_email,
	 },
};

static enum rk_status read_letter(const struct outbox *outbox, struct rk_arena *arena,
	struct rk_slice json, ProtobufCMessage **letter, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};

	RK_TRY(rk_json_to_wire(outbox->type, json, &wire, err));
	return rk_unpack(arena, outbox->type, rk_buf_slice(&wire), letter, err);
}

static enum rk_smtp_outcome send_letter(struct sender *sender, const struct outbox *outbox,
	const ProtobufCMessage *letter, struct rk_err *err)
{
	const struct rk_letter_head head = {
		.from = sender->options->from, .at = rk_clock_now_us() / 1000000};
	const struct rk_smtp_server server = {.url = sender->options->url,
		.from = sender->options->from,
		.login = sender->login,
		.timeout_ms = sender->options->timeout_ms};
	RK_AUTO(rk_buf_clear) struct rk_buf mail = {0};
	enum rk_status status = outbox->mail(letter, &head, &mail, err);

	if (status != RK_OK)
		return status == RK_INVALID_ARGUMENT ? RK_SMTP_REFUSED : RK_SMTP_AGAIN;
	RK_FAILPOINT("mail_claimed");
	return rk_smtp_send(&server, outbox->email(letter), rk_buf_slice(&mail), err);
}

/* What came of a letter is written down before the next one is looked at. */
/* NOLINTNEXTLINE(readability-function-size): a letter, what came of it and why */
static enum rk_status settle(struct sender *sender, const struct outbox *outbox, const char *id,
	enum rk_smtp_outcome outcome, const struct rk_err *why, struct rk_err *err)
{
	static const char *const words[] = {"sent", "again", "failed", "again"};
	RK_AUTO(rk_buf_clear) struct rk_buf there = {0};

	RK_FAILPOINT("mail_sent");
	sender->count->sent += outcome == RK_SMTP_SENT;
	sender->count->again += outcome == RK_SMTP_AGAIN || outcome == RK_SMTP_AWAY;
	sender->count->failed += outcome == RK_SMTP_REFUSED;
	if (outcome != RK_SMTP_SENT)
		rk_log(RK_LOG_WARNING, "mail_not_sent", RK_TEXT("letter", id),
			RK_TEXT("outcome", words[outcome]), RK_TEXT("text", why->text));
	return ask(sender, outbox->settle, id, words[outcome], why->text, &there, err);
}

/* RK_NOT_FOUND: nothing waits.  *away: the mail server takes nothing. */
static enum rk_status send_next(struct sender *sender, const struct outbox *outbox,
	struct rk_arena *arena, bool *away, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0};
	ProtobufCMessage *letter = NULL;
	enum rk_smtp_outcome outcome;
	struct rk_err why = {0};

	RK_TRY(ask(sender, outbox->claim, NULL, NULL, NULL, &json, err));
	RK_TRY(read_letter(outbox, arena, rk_buf_slice(&json), &letter, err));
	outcome = send_letter(sender, outbox, letter, &why);
	RK_TRY(settle(sender, outbox, outbox->id(letter), outcome, &why, err));
	/* The next would fare no better. */
	*away = outcome == RK_SMTP_AWAY;
	return RK_OK;
}

static enum rk_status send_all(
	struct sender *sender, const struct outbox *outbox, bool *away, struct rk_err *err)
{
	for (int i = 0; i < MOST_LETTERS && !*away; i++) {
		struct rk_arena arena = {0};
		enum rk_status status = send_next(sender, outbox, &arena, away, err);

		rk_arena_clear(&arena);
		if (status != RK_OK)
			return status == RK_NOT_FOUND ? RK_OK : status;
	}
	return RK_OK;
}

static enum rk_status plan(struct sender *sender, const struct outbox *outbox, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf queued = {0};
	const char *text;

	RK_TRY(ask(sender, outbox->plan, NULL, NULL, NULL, &queued, err));
	text = rk_buf_cstr(&queued);
	sender->count->queued += text ? strtoll(text, NULL, 10) : 0;
	return RK_OK;
}

static enum rk_status work(struct sender *sender, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf alone = {0}, role = {0};
	bool away = false;

	/* Held until the session ends, which it does with this process, however that ends. */
	RK_TRY(rk_plain_ask(sender->plain,
		"select pg_try_advisory_lock(hashtextextended('renkei mail', 0))", 0, NULL, &alone,
		err));
	if (!rk_slice_equal_str(rk_buf_slice(&alone), "t"))
		return RK_OK;
	RK_TRY(rk_plain_ask(sender->plain, "select renkei_api.begin_work('letters', null)", 0, NULL,
		&role, err));
	for (size_t i = 0; i < sizeof outboxes / sizeof outboxes[0]; i++) {
		RK_TRY(plan(sender, &outboxes[i], err));
		RK_TRY(send_all(sender, &outboxes[i], &away, err));
	}
	return RK_OK;
}

enum rk_status rk_mail_run(
	const struct rk_mail_options *options, struct rk_mail_count *count, struct rk_err *err)
{
	struct sender sender = {.options = options, .count = count};
	enum rk_status status;

	*count = (struct rk_mail_count){0};
	if (!rk_letter_address(options->from))
		return rk_fail(err, RK_FAILED_PRECONDITION, "smtp_from: '%.80s' is no address",
			options->from);
	RK_TRY(read_login(&sender, err));
	RK_TRY(rk_plain_open(options->database, &sender.plain, err));
	status = work(&sender, err);
	rk_plain_close(&sender.plain);
	memset(sender.login, 0, sizeof sender.login);
	if (count->sent || count->again || count->failed)
		rk_log(RK_LOG_NOTICE, "mail", RK_NUMBER("queued", count->queued),
			RK_NUMBER("sent", count->sent), RK_NUMBER("again", count->again),
			RK_NUMBER("failed", count->failed));
	return status;
}
