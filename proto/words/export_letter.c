#include "words/export_letter.h"

#include "words/correction.h"
#include "words/letter_own.h"
#include "words/period.h"

#include <string.h>
#include <time.h>

/* "2016-07-15 06:00", in Japan; in Japanese "平成28年7月15日（2016-07-15）06:00". */
static const char *moment_of(
	struct rk_arena *arena, enum rk_language language, const Google__Protobuf__Timestamp *at)
{
	const char *day = rk_letter_day(arena, language, at);
	time_t japan = at ? (time_t)(at->seconds + RK_JST_SECONDS) : 0;
	struct tm parts;

	return at && day && gmtime_r(&japan, &parts)
		? rk_arena_printf(arena, "%s%s%02d:%02d", day, language == RK_JA ? "" : " ",
			  parts.tm_hour, parts.tm_min)
		: "?";
}

static const char *bundles_of(struct rk_arena *arena, const Renkei__V1__ExportLetter *letter)
{
	const char *names = "";

	for (size_t i = 0; i < letter->n_bundles && names; i++)
		names = rk_arena_printf(arena, "%s%s%s", names, i ? ", " : "", letter->bundles[i]);
	return names;
}

/* What a program wrote about its failure may have several lines. */
static const char *one_line(struct rk_arena *arena, const char *text)
{
	char *line = rk_arena_str(arena, text);

	for (char *at = line; line && *at; at++) {
		if ((unsigned char)*at < ' ')
			*at = ' ';
	}
	return line;
}

struct writing {
	struct rk_arena arena;
	const Renkei__V1__ExportLetter *letter;
	enum rk_language language;
	struct rk_say_value values[9];
};

static void writing_begin(struct writing *writing, const Renkei__V1__ExportLetter *letter)
{
	struct rk_arena *arena = &writing->arena;
	enum rk_language language = rk_language(letter->language);
	int more = letter->correction_count - (int)letter->n_corrections;
	const struct rk_say_value values[] = {
		{"schedule",       letter->schedule  },
		{"due",            moment_of(arena,    language, letter->due_at)},
		{"retry", moment_of(arena,                   language, letter->retry_at)},
		{"since", moment_of(arena,language, letter->failing_since)},
		{"why",                one_line(arena,                            letter->why)},
		{"bundles",        bundles_of(arena,            letter)},
		{"count",            rk_arena_printf(arena, "%d", letter->correction_count)},
		{"more",                rk_arena_printf(arena,                          "%d", more)},
		{NULL,         NULL               },
	};

	writing->letter = letter;
	writing->language = language;
	memcpy(writing->values, values, sizeof values);
}

static enum rk_status add(struct writing *writing, const char *code, struct rk_buf *out)
{
	const char *text = rk_say(&writing->arena, writing->language, code, writing->values);

	return text ? rk_buf_add_str(out, text) : RK_RESOURCE_EXHAUSTED;
}

static enum rk_status add_line(struct writing *writing, const char *code, struct rk_buf *out)
{
	RK_TRY(add(writing, code, out));
	return rk_buf_add_str(out, "\n");
}

static enum rk_status add_corrections(struct writing *writing, struct rk_buf *out)
{
	const Renkei__V1__ExportLetter *letter = writing->letter;

	RK_TRY(rk_buf_add_str(out, "\n"));
	for (size_t i = 0; i < letter->n_corrections; i++)
		RK_TRY(rk_correction_add(letter->corrections[i], writing->language, out));
	if (letter->correction_count > (int)letter->n_corrections)
		RK_TRY(add_line(writing, "EXPORT_LETTER_MORE", out));
	RK_TRY(rk_buf_add_str(out, "\n"));
	RK_TRY(add_line(writing, "EXPORT_LETTER_BUNDLES", out));
	return add_line(writing, "EXPORT_LETTER_AFTER", out);
}

static enum rk_status add_text(struct writing *writing, struct rk_buf *out)
{
	switch (writing->letter->kind) {
	case RENKEI__V1__EXPORT_LETTER_KIND__EXPORT_LETTER_KIND_FAILED:
		RK_TRY(add_line(writing, "EXPORT_LETTER_FAILED", out));
		RK_TRY(add_line(writing, "EXPORT_LETTER_WHY", out));
		RK_TRY(add_line(writing, "EXPORT_LETTER_RETRY", out));
		break;
	case RENKEI__V1__EXPORT_LETTER_KIND__EXPORT_LETTER_KIND_MADE_AGAIN:
		RK_TRY(add_line(writing, "EXPORT_LETTER_MADE_AGAIN", out));
		RK_TRY(add_line(writing, "EXPORT_LETTER_NEW", out));
		break;
	default:
		RK_TRY(add_line(writing, "EXPORT_LETTER_CORRECTED", out));
		RK_TRY(add_corrections(writing, out));
		break;
	}
	RK_TRY(rk_buf_add_str(out, "\n"));
	return add_line(writing, "EXPORT_LETTER_CLOSING", out);
}

static enum rk_status add_subject(struct writing *writing, struct rk_buf *out)
{
	switch (writing->letter->kind) {
	case RENKEI__V1__EXPORT_LETTER_KIND__EXPORT_LETTER_KIND_FAILED:
		return add(writing, "EXPORT_LETTER_FAILED_SUBJECT", out);
	case RENKEI__V1__EXPORT_LETTER_KIND__EXPORT_LETTER_KIND_MADE_AGAIN:
		return add(writing, "EXPORT_LETTER_MADE_AGAIN_SUBJECT", out);
	default:
		return add(writing, "EXPORT_LETTER_CORRECTED_SUBJECT", out);
	}
}

enum rk_status rk_export_letter_subject(const Renkei__V1__ExportLetter *letter, struct rk_buf *out)
{
	struct writing writing = {0};
	enum rk_status status;

	writing_begin(&writing, letter);
	status = add_subject(&writing, out);
	rk_arena_clear(&writing.arena);
	return status;
}

enum rk_status rk_export_letter_text(const Renkei__V1__ExportLetter *letter, struct rk_buf *out)
{
	struct writing writing = {0};
	enum rk_status status;

	writing_begin(&writing, letter);
	status = add_text(&writing, out);
	rk_arena_clear(&writing.arena);
	return status;
}

enum rk_status rk_export_letter_mail(const Renkei__V1__ExportLetter *letter,
	const struct rk_letter_head *head, struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf subject = {0}, text = {0};

	if (rk_export_letter_subject(letter, &subject) != RK_OK || !rk_buf_cstr(&subject) ||
		rk_export_letter_text(letter, &text) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a letter");
	return rk_letter_put(&(struct rk_letter){.id = letter->letter_id,
				     .name = "",
				     .email = letter->email,
				     .subject = rk_buf_cstr(&subject),
				     .text = rk_buf_slice(&text)},
		head, out, err);
}
