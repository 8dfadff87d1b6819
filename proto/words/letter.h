/* letter.h - a reminder as a letter: subject and text in the language of who reads it, and the mail as RFC 5322 and 2045 to 2047 want it.
 *
 * What people typed stands in a mail only encoded (base64): no name and no reason can end a header or begin one.
 */
#pragma once
#include "base/buf.h"
#include "words/say.h"

#include "renkei/v1/reminder_service.pb-c.h"

/* Appends the subject, one line without its end; the text, lines ended by LF. */
RK_MUST_USE enum rk_status rk_letter_subject(
	const Renkei__V1__Reminder *reminder, struct rk_buf *out);
RK_MUST_USE enum rk_status rk_letter_text(const Renkei__V1__Reminder *reminder, struct rk_buf *out);

struct rk_letter_head {
	const char *from; /* an address of ASCII characters */
	int64_t at;       /* seconds since 1970 */
};

/* A period in words: "2016年度第3四半期"; in the arena, NULL without memory. */
const char *rk_letter_period(
	struct rk_arena *arena, enum rk_language language, const Renkei__V1__Period *message);

/* Appends a line of a letter: what stands in front of the text, the text, LF.  RK_RESOURCE_EXHAUSTED also where text is NULL. */
RK_MUST_USE enum rk_status rk_letter_line(struct rk_buf *out, const char *front, const char *text);

/* Any letter of the platform: texts of people, which stand in a mail only encoded. */
struct rk_letter {
	const char *id;   /* UUID */
	const char *name; /* whom it addresses; "": the address alone stands in the head */
	const char *email;
	const char *subject;  /* one line */
	struct rk_slice text; /* lines ended by LF */
};

/* rk_letter_address tells whether text is one address: ASCII, one @, no blank, no control character, none of <>,;:"()[]\.  What is none must
 * reach no mail server. */
bool rk_letter_address(const char *text);
/* rk_letter_put appends the whole mail, lines ended by CR LF, of at most 78 characters but where an address is longer.  The Message-ID is that of the letter for ever: a mail
 * program shows one that was sent twice once.
 * Errors: RK_INVALID_ARGUMENT from or the letter's address is none, or its id no UUID. */
RK_MUST_USE enum rk_status rk_letter_put(const struct rk_letter *letter,
	const struct rk_letter_head *head, struct rk_buf *out, struct rk_err *err);
/* The same of a reminder. */
RK_MUST_USE enum rk_status rk_letter_mail(const Renkei__V1__Reminder *reminder,
	const struct rk_letter_head *head, struct rk_buf *out, struct rk_err *err);
