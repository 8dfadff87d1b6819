#include "base/text.h"
#include "words/era.h"
#include "words/letter_own.h"
#include "words/period.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Bytes of text in one encoded word of a header: 45 are 72 characters of it, and 75 are allowed; the first of a subject has less room on its line. */
enum { WORD_BYTES = 45, SUBJECT_BYTES = 39, LINE_BYTES = 57 };

const char *rk_letter_municipality(const Renkei__V1__Reminder *reminder, enum rk_language language)
{
	return language == RK_EN && reminder->municipality_name_en[0]
		? reminder->municipality_name_en
		: language == RK_ZH && reminder->municipality_name_zh[0]
		? reminder->municipality_name_zh
		: reminder->municipality_name_ja;
}

const char *rk_letter_period(
	struct rk_arena *arena, enum rk_language language, const Renkei__V1__Period *message)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	struct rk_period period;

	if (!message || !rk_period_from_message(message, &period))
		return "?";
	if (language == RK_JA)
		return rk_period_add_ja(&text, period, false) == RK_OK
			? rk_arena_slice(arena, rk_buf_slice(&text))
			: NULL;
	return rk_arena_printf(arena, language == RK_EN ? "FY%d Q%d%s" : "%d年度第%d季度%s",
		period.fiscal_year, period.quarter,
		!period.forecast            ? ""
			: language == RK_EN ? " (forecast)"
					    : "（预计）");
}

/* "2016Q3": what stands in a command. */
const char *rk_letter_tag(struct rk_arena *arena, const Renkei__V1__Period *message)
{
	struct rk_period period;
	char text[RK_PERIOD_TEXT] = "?";

	if (message && rk_period_from_message(message, &period))
		rk_period_print(period, text);
	return rk_arena_str(arena, text);
}

const char *rk_letter_day(
	struct rk_arena *arena, enum rk_language language, const Google__Protobuf__Timestamp *at)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	time_t japan = at ? (time_t)(at->seconds + RK_JST_SECONDS) : 0;
	struct tm parts;
	enum rk_status status;

	if (!at || !gmtime_r(&japan, &parts))
		return "?";
	status = language == RK_JA
		? rk_era_add_day_told(&text, parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday)
		: rk_buf_addf(&text, "%04d-%02d-%02d", parts.tm_year + 1900, parts.tm_mon + 1,
			  parts.tm_mday);
	return status == RK_OK ? rk_arena_slice(arena, rk_buf_slice(&text)) : NULL;
}

static const char *days_words(
	struct rk_arena *arena, enum rk_language language, const Renkei__V1__ReminderItem *item)
{
	const char *days = rk_arena_printf(
		arena, "%d", item->days_left < 0 ? -item->days_left : item->days_left);
	const struct rk_say_value values[] = {
		{"days", days},
                {NULL,   NULL}
        };

	return rk_say(arena, language,
		item->days_left > 0            ? "LETTER_DAYS_LEFT"
			: item->days_left == 0 ? "LETTER_TODAY"
					       : "LETTER_DAYS_OVER",
		values);
}

static const char *owed_words(
	struct rk_arena *arena, enum rk_language language, const Renkei__V1__ReminderItem *item)
{
	const struct rk_say_value values[] = {
		{"period", rk_letter_tag(arena, item->period)},
                {NULL,        NULL                       }
        };

	switch (item->owed) {
	case RENKEI__V1__OWED__OWED_RETURNED:
		return rk_say(arena, language, "LETTER_RETURNED", values);
	case RENKEI__V1__OWED__OWED_AWAITING_RELEASE:
		return rk_say(arena, language, "LETTER_AWAITING_RELEASE", values);
	case RENKEI__V1__OWED__OWED_SENT_BACK:
		return rk_say(arena, language, "LETTER_SENT_BACK", values);
	default:
		return rk_say(arena, language, "LETTER_MISSING", values);
	}
}

enum rk_status rk_letter_line(struct rk_buf *out, const char *front, const char *text)
{
	if (!text)
		return RK_RESOURCE_EXHAUSTED;
	RK_TRY(rk_buf_add_str(out, front));
	RK_TRY(rk_buf_add_str(out, text));
	return rk_buf_add_str(out, "\n");
}

enum rk_status rk_letter_words(
	struct rk_arena *arena, struct rk_buf *out, const char *front, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\r\n");

		if (len)
			RK_TRY(rk_letter_line(
				out, front, rk_arena_slice(arena, rk_slice_of(text, len))));
		text += len + strspn(text + len, "\r\n");
	}
	return RK_OK;
}

static enum rk_status add_item(struct rk_arena *arena, enum rk_language language,
	const Renkei__V1__ReminderItem *item, struct rk_buf *out)
{
	const struct rk_say_value values[] = {
		{"period",             rk_letter_period(arena, language, item->period)},
		{"due",       rk_letter_day(arena,                             language, item->due_at)},
		{"days",days_words(arena,language, item)},
                {NULL,                    NULL                                    }
        };

	RK_TRY(rk_letter_line(out, "- ", rk_say(arena, language, "LETTER_ITEM", values)));
	RK_TRY(rk_letter_line(out, "  ", owed_words(arena, language, item)));
	for (size_t i = 0; i < item->n_reasons; i++)
		RK_TRY(rk_letter_words(arena, out, "    ", item->reasons[i]));
	return RK_OK;
}

/* What is owed, with the sentence before it. */
static enum rk_status add_owed(
	struct rk_arena *arena, const Renkei__V1__Reminder *reminder, struct rk_buf *out)
{
	enum rk_language language = rk_language(reminder->language);
	const struct rk_say_value values[] = {
		{"municipality", rk_letter_municipality(reminder, language)},
                {NULL,              NULL                                         }
        };

	if (rk_letter_owed(reminder) == 0)
		return RK_OK;
	RK_TRY(rk_letter_line(out, "\n", rk_say(arena, language, "LETTER_OPENING", values)));
	RK_TRY(rk_buf_add_str(out, "\n"));
	for (size_t i = 0; i < reminder->n_items; i++)
		if (rk_letter_is_owed(reminder, reminder->items[i]))
			RK_TRY(add_item(arena, language, reminder->items[i], out));
	return rk_letter_line(out, "\n", rk_say(arena, language, "LETTER_HOW", NULL));
}

static enum rk_status add_text(
	struct rk_arena *arena, const Renkei__V1__Reminder *reminder, struct rk_buf *out)
{
	enum rk_language language = rk_language(reminder->language);
	const struct rk_say_value values[] = {
		{"name", reminder->name},
                {NULL,   NULL          }
        };

	RK_TRY(rk_letter_line(out, "", rk_say(arena, language, "LETTER_DEAR", values)));
	RK_TRY(rk_letter_notices(arena, reminder, out));
	RK_TRY(add_owed(arena, reminder, out));
	return rk_letter_line(out, rk_letter_owed(reminder) ? "" : "\n",
		rk_say(arena, language, "LETTER_CLOSING", NULL));
}

enum rk_status rk_letter_text(const Renkei__V1__Reminder *reminder, struct rk_buf *out)
{
	struct rk_arena arena = {0};
	enum rk_status status = add_text(&arena, reminder, out);

	rk_arena_clear(&arena);
	return status;
}

/* The letter is as urgent as the one report that is most so. */
static const Renkei__V1__ReminderItem *most_urgent(const Renkei__V1__Reminder *reminder)
{
	const Renkei__V1__ReminderItem *first = NULL;

	for (size_t i = 0; i < reminder->n_items; i++)
		if (!first || reminder->items[i]->days_left < first->days_left)
			first = reminder->items[i];
	return first;
}

static enum rk_status add_subject(
	struct rk_arena *arena, const Renkei__V1__Reminder *reminder, struct rk_buf *out)
{
	enum rk_language language = rk_language(reminder->language);
	const Renkei__V1__ReminderItem *item = most_urgent(reminder);
	size_t others = rk_letter_owed(reminder) + reminder->n_notices - 1;
	enum rk_status status = rk_letter_notice_subject(arena, reminder, out);
	const char *text;

	if (status != RK_NOT_FOUND)
		return status;
	if (!item)
		return rk_buf_add_str(out, "renkei");
	const struct rk_say_value values[] = {
		{"municipality",    rk_letter_municipality(reminder, language)},
		{"period",                 rk_letter_period(arena,                                         language, item->period)},
		{"due",         rk_letter_day(arena,language, item->due_at)},
		{"days",             days_words(arena,                 language, item)},
		{"count",    others ? rk_arena_printf(arena,                                   "%zu", others) : ""},
                {NULL,NULL}
        };

	text = rk_say(arena, language, "LETTER_SUBJECT", values);
	return text ? rk_buf_add_str(out, text) : RK_RESOURCE_EXHAUSTED;
}

enum rk_status rk_letter_subject(const Renkei__V1__Reminder *reminder, struct rk_buf *out)
{
	struct rk_arena arena = {0};
	enum rk_status status = add_subject(&arena, reminder, out);

	rk_arena_clear(&arena);
	return status;
}

bool rk_letter_address(const char *text)
{
	size_t len = strlen(text), at = strcspn(text, "@");

	if (len < 3 || len > 254 || at == 0 || at > 64 || at + 1 >= len ||
		strchr(text + at + 1, '@'))
		return false;
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~' || strchr("<>,;:\"()[]\\", text[i]))
			return false;
	return true;
}

/* Text of a header as encoded words, cut between characters (RFC 2047), behind the words that stand on the line already. */
static enum rk_status add_words(struct rk_buf *out, const char *text, size_t first)
{
	size_t most = first;
	struct rk_slice rest = rk_slice_str(text);

	while (rest.len) {
		struct rk_slice front = rk_text_front(rest, most);

		/* Bytes that are no character are left out rather than sent. */
		if (!front.len) {
			rest.at++;
			rest.len--;
			continue;
		}
		RK_TRY(rk_buf_add_str(out, "=?UTF-8?B?"));
		RK_TRY(rk_text_base64(out, front));
		rest.at += front.len;
		rest.len -= front.len;
		most = WORD_BYTES;
		RK_TRY(rk_buf_add_str(out, rest.len ? "?=\r\n " : "?="));
	}
	return RK_OK;
}

static enum rk_status add_body(struct rk_buf *out, struct rk_slice text)
{
	RK_AUTO(rk_buf_clear) struct rk_buf lines = {0};

	for (size_t i = 0; i < text.len; i++)
		RK_TRY(text.at[i] == '\n' ? rk_buf_add_str(&lines, "\r\n")
					  : rk_buf_add(&lines, text.at + i, 1));
	for (size_t i = 0; i < lines.len; i += LINE_BYTES) {
		size_t len = lines.len - i < LINE_BYTES ? lines.len - i : LINE_BYTES;

		RK_TRY(rk_text_base64(out, rk_slice_of(rk_buf_slice(&lines).at + i, len)));
		RK_TRY(rk_buf_add_str(out, "\r\n"));
	}
	return RK_OK;
}

/* "Thu, 14 Jul 2016 23:00:00 +0900", whatever the locale. */
static enum rk_status add_date(struct rk_buf *out, int64_t at)
{
	static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[12][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t japan = (time_t)(at + RK_JST_SECONDS);
	struct tm parts;
	char text[64];

	if (!gmtime_r(&japan, &parts))
		return RK_INVALID_ARGUMENT;
	snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d +0900", days[parts.tm_wday],
		parts.tm_mday, months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
		parts.tm_min, parts.tm_sec);
	return rk_buf_add_str(out, text);
}

static enum rk_status add_head(
	const struct rk_letter *letter, const struct rk_letter_head *head, struct rk_buf *out)
{
	RK_TRY(rk_buf_addf(out, "From: renkei <%s>\r\nTo: ", head->from));
	if (*letter->name) {
		RK_TRY(add_words(out, letter->name, WORD_BYTES));
		RK_TRY(rk_buf_add_str(out, "\r\n "));
	}
	RK_TRY(rk_buf_addf(out, "<%s>\r\nSubject: ", letter->email));
	RK_TRY(add_words(out, letter->subject, SUBJECT_BYTES));
	RK_TRY(rk_buf_add_str(out, "\r\nDate: "));
	RK_TRY(add_date(out, head->at));
	RK_TRY(rk_buf_addf(out, "\r\nMessage-ID: <%s%s>\r\n", letter->id, strchr(head->from, '@')));
	/* No machine answers it. */
	return rk_buf_add_str(out,
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n");
}

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a letter");
}

enum rk_status rk_letter_put(const struct rk_letter *letter, const struct rk_letter_head *head,
	struct rk_buf *out, struct rk_err *err)
{
	if (!rk_letter_address(head->from) || !rk_letter_address(letter->email))
		return rk_fail(err, RK_INVALID_ARGUMENT, "'%.80s' is no address",
			rk_letter_address(head->from) ? letter->email : head->from);
	if (!rk_text_is_uuid(rk_slice_str(letter->id)))
		return rk_fail(err, RK_INVALID_ARGUMENT, "the letter has no id");
	if (add_head(letter, head, out) != RK_OK || rk_buf_add_str(out, "\r\n") != RK_OK ||
		add_body(out, letter->text) != RK_OK)
		return no_memory(err);
	return RK_OK;
}

enum rk_status rk_letter_mail(const Renkei__V1__Reminder *reminder,
	const struct rk_letter_head *head, struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf subject = {0}, text = {0};

	if (rk_letter_subject(reminder, &subject) != RK_OK || !rk_buf_cstr(&subject) ||
		rk_letter_text(reminder, &text) != RK_OK)
		return no_memory(err);
	return rk_letter_put(&(struct rk_letter){.id = reminder->reminder_id,
				     .name = reminder->name,
				     .email = reminder->email,
				     .subject = rk_buf_cstr(&subject),
				     .text = rk_buf_slice(&text)},
		head, out, err);
}
