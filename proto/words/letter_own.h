/* letter_own.h - what the two parts of a letter share: letter.c tells what is owed, letter_notice.c what became of reports. */
#pragma once
#include "words/letter.h"

/* The municipality as this language calls it. */
const char *rk_letter_municipality(const Renkei__V1__Reminder *reminder, enum rk_language language);
/* "2016Q3", what stands in a command; the day in Japan, "平成29年1月16日（2017-01-16）", in other languages "2017-01-16"; in the arena, NULL without memory. */
const char *rk_letter_tag(struct rk_arena *arena, const Renkei__V1__Period *message);
const char *rk_letter_day(
	struct rk_arena *arena, enum rk_language language, const Google__Protobuf__Timestamp *at);
/* Appends what people wrote, each of its lines behind front: what stands at the left edge is the letter's. */
RK_MUST_USE enum rk_status rk_letter_words(
	struct rk_arena *arena, struct rk_buf *out, const char *front, const char *text);

/* What is owed and no notice of the same letter tells: how much, and whether this is. */
size_t rk_letter_owed(const Renkei__V1__Reminder *reminder);
bool rk_letter_is_owed(const Renkei__V1__Reminder *reminder, const Renkei__V1__ReminderItem *item);

/* Appends what became of reports, with the sentence before it; nothing where nothing did. */
RK_MUST_USE enum rk_status rk_letter_notices(
	struct rk_arena *arena, const Renkei__V1__Reminder *reminder, struct rk_buf *out);
/* Appends the subject of a letter that tells what became of reports, of the one that asks most of its reader; RK_NOT_FOUND, with nothing appended, where
 * what is owed asks for more. */
RK_MUST_USE enum rk_status rk_letter_notice_subject(
	struct rk_arena *arena, const Renkei__V1__Reminder *reminder, struct rk_buf *out);
