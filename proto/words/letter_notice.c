/* What became of reports, in a letter: returned, accepted, to be confirmed, to be released. */
#include "words/labels.h"
#include "words/letter_own.h"
#include "words/period.h"

/* What asks most of the reader first. */
static const struct wording {
	Renkei__V1__LetterTopic topic;
	const char *head, *what_to_do, *subject;
} wordings[] = {
	{RENKEI__V1__LETTER_TOPIC__LETTER_TOPIC_RETURNED,     "LETTER_NOTICE_RETURNED",
         "LETTER_DO_RETURNED",     "LETTER_RETURNED_SUBJECT"    },
	{RENKEI__V1__LETTER_TOPIC__LETTER_TOPIC_RELEASE,      "LETTER_NOTICE_RELEASE",
         "LETTER_DO_RELEASE",      "LETTER_RELEASE_SUBJECT"     },
	{RENKEI__V1__LETTER_TOPIC__LETTER_TOPIC_CONFIRMATION, "LETTER_NOTICE_CONFIRMATION",
         "LETTER_DO_CONFIRMATION", "LETTER_CONFIRMATION_SUBJECT"},
	{RENKEI__V1__LETTER_TOPIC__LETTER_TOPIC_ACCEPTED,     "LETTER_NOTICE_ACCEPTED",
         "LETTER_DO_ACCEPTED",     "LETTER_ACCEPTED_SUBJECT"    },
};

enum { WORDINGS = sizeof wordings / sizeof wordings[0] };

/* One of a later server than this program: told as an acceptance would be, which asks for nothing. */
static size_t wording_of(const Renkei__V1__Notice *notice)
{
	size_t at = 0;

	while (at + 1 < WORDINGS && wordings[at].topic != notice->topic)
		at++;
	return at;
}

bool rk_letter_is_owed(const Renkei__V1__Reminder *reminder, const Renkei__V1__ReminderItem *item)
{
	Renkei__V1__LetterTopic topic = item->owed == RENKEI__V1__OWED__OWED_RETURNED
		? RENKEI__V1__LETTER_TOPIC__LETTER_TOPIC_RETURNED
		: item->owed == RENKEI__V1__OWED__OWED_AWAITING_RELEASE
		? RENKEI__V1__LETTER_TOPIC__LETTER_TOPIC_RELEASE
		: RENKEI__V1__LETTER_TOPIC__LETTER_TOPIC_UNSPECIFIED;
	struct rk_period period, told;

	if (!item->period || !rk_period_from_message(item->period, &period))
		return true;
	for (size_t i = 0; i < reminder->n_notices; i++) {
		const Renkei__V1__Notice *notice = reminder->notices[i];

		if (notice->topic == topic && notice->period &&
			rk_period_from_message(notice->period, &told) &&
			told.fiscal_year == period.fiscal_year && told.quarter == period.quarter &&
			told.forecast == period.forecast)
			return false;
	}
	return true;
}

size_t rk_letter_owed(const Renkei__V1__Reminder *reminder)
{
	size_t count = 0;

	for (size_t i = 0; i < reminder->n_items; i++)
		count += rk_letter_is_owed(reminder, reminder->items[i]);
	return count;
}

static enum rk_status add_item(struct rk_arena *arena, enum rk_language language,
	const Renkei__V1__ReturnItem *item, struct rk_buf *out)
{
	const struct rk_say_value values[] = {
		{"place",            rk_words_path(arena, language, item->field_path)},
                {NULL, NULL                   }
        };

	if (!*item->field_path)
		return rk_letter_words(arena, out, "    ", item->reason);
	RK_TRY(rk_letter_line(out, "    ", rk_say(arena, language, "LETTER_NOTICE_PLACE", values)));
	return rk_letter_words(arena, out, "      ", item->reason);
}

static enum rk_status add_notice(struct rk_arena *arena, enum rk_language language,
	const Renkei__V1__Notice *notice, struct rk_buf *out)
{
	const struct wording *wording = &wordings[wording_of(notice)];
	const struct rk_say_value head[] = {
		{"period",             rk_letter_period(arena, language, notice->period)},
		{"due",     rk_letter_day(arena,                           language, notice->due_at)},
                {NULL,NULL}
        };
	const struct rk_say_value more[] = {
		{"period", rk_letter_tag(arena, notice->period)},
		{"receipt",        notice->receipt_number                  },
                {"sha256",        notice->sha256 },
                {NULL,        NULL                      }
        };

	RK_TRY(rk_letter_line(out, "- ", rk_say(arena, language, wording->head, head)));
	if (*notice->receipt_number)
		RK_TRY(rk_letter_line(
			out, "  ", rk_say(arena, language, "LETTER_NOTICE_RECEIPT", more)));
	for (size_t i = 0; i < notice->n_items; i++)
		RK_TRY(add_item(arena, language, notice->items[i], out));
	return rk_letter_line(out, "  ", rk_say(arena, language, wording->what_to_do, more));
}

enum rk_status rk_letter_notices(
	struct rk_arena *arena, const Renkei__V1__Reminder *reminder, struct rk_buf *out)
{
	enum rk_language language = rk_language(reminder->language);
	const struct rk_say_value values[] = {
		{"municipality", rk_letter_municipality(reminder, language)},
                {NULL,              NULL                                         }
        };

	if (reminder->n_notices == 0)
		return RK_OK;
	RK_TRY(rk_letter_line(out, "\n", rk_say(arena, language, "LETTER_NOTICE_OPENING", values)));
	RK_TRY(rk_buf_add_str(out, "\n"));
	for (size_t i = 0; i < reminder->n_notices; i++)
		RK_TRY(add_notice(arena, language, reminder->notices[i], out));
	return RK_OK;
}

enum rk_status rk_letter_notice_subject(
	struct rk_arena *arena, const Renkei__V1__Reminder *reminder, struct rk_buf *out)
{
	enum rk_language language = rk_language(reminder->language);
	size_t owed = rk_letter_owed(reminder), least = WORDINGS;
	size_t others = owed + reminder->n_notices - 1;
	const Renkei__V1__Notice *first = NULL;

	for (size_t i = 0; i < reminder->n_notices; i++) {
		size_t at = wording_of(reminder->notices[i]);

		if (at < least) {
			least = at;
			first = reminder->notices[i];
		}
	}
	/* An acceptance asks for nothing, what is owed does. */
	if (!first || (least + 1 == WORDINGS && owed))
		return RK_NOT_FOUND;
	const struct rk_say_value values[] = {
		{"municipality",  rk_letter_municipality(reminder, language)},
		{"period",               rk_letter_period(arena,                                       language, first->period)},
		{"due",       rk_letter_day(arena,language, first->due_at)},
		{"count",           others ? rk_arena_printf(arena,                 "%zu", others) : ""},
                {NULL, NULL                               }
        };
	const char *text = rk_say(arena, language, wordings[least].subject, values);

	return text ? rk_buf_add_str(out, text) : RK_RESOURCE_EXHAUSTED;
}
