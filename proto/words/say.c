#include "words/say.h"

#include "words/catalogue.h"
#include "words/labels.h"
#include "words/sentences.h"
#include "words/terms.h"

#include <stdlib.h>
#include <string.h>

#define MAX_CODES  512
#define MAX_VALUES 32

/* Codes and sentences by code; made at the first question. */
static const struct rk_sentence *sorted[MAX_CODES];
static const char *codes[MAX_CODES];
static size_t sorted_count;

static int by_code(const void *a, const void *b)
{
	return strcmp((*(const struct rk_sentence *const *)a)->code,
		(*(const struct rk_sentence *const *)b)->code);
}

static void sort_once(void)
{
	size_t count = 0;

	if (sorted_count)
		return;
	while (count < MAX_CODES && rk_sentences[count].code) {
		sorted[count] = &rk_sentences[count];
		count++;
	}
	qsort(sorted, count, sizeof *sorted, by_code);
	for (size_t i = 0; i < count; i++)
		codes[i] = sorted[i]->code;
	sorted_count = count;
}

static const struct rk_sentence *find(const char *code)
{
	struct rk_sentence key = {code, NULL};
	const struct rk_sentence *at = &key;
	const struct rk_sentence **found;

	sort_once();
	found = bsearch(&at, sorted, sorted_count, sizeof *sorted, by_code);
	return found ? *found : NULL;
}

static const char *translated(enum rk_language language, const struct rk_sentence *sentence)
{
	const char *text = NULL;

	if (language == RK_JA)
		text = rk_catalogue_find(rk_slice_of(rk_catalogue_ja, rk_catalogue_ja_len),
			sentence->code, sentence->en);
	else if (language == RK_ZH)
		text = rk_catalogue_find(rk_slice_of(rk_catalogue_zh, rk_catalogue_zh_len),
			sentence->code, sentence->en);
	return text ? text : sentence->en;
}

static const char *value_of(const struct rk_say_value *values, const char *name, size_t len)
{
	for (; values && values->name; values++) {
		if (strlen(values->name) == len && memcmp(values->name, name, len) == 0)
			return values->value && *values->value ? values->value : NULL;
	}
	return NULL;
}

/* The name between '{' and '}', or NULL when at is no placeholder before end. */
static const char *placeholder(const char *at, const char *end, size_t *len)
{
	const char *close;

	if (*at != '{')
		return NULL;
	close = memchr(at, '}', (size_t)(end - at));
	if (!close)
		return NULL;
	*len = (size_t)(close - at) - 1;
	return at + 1;
}

static bool all_known(const char *at, const char *end, const struct rk_say_value *values)
{
	for (; at < end; at++) {
		size_t len;
		const char *name = placeholder(at, end, &len);

		if (name && !value_of(values, name, len))
			return false;
	}
	return true;
}

static enum rk_status fill(
	struct rk_buf *out, const char *at, const char *end, const struct rk_say_value *values)
{
	while (at < end) {
		size_t len;
		const char *name = placeholder(at, end, &len), *value;

		if (!name) {
			RK_TRY(rk_buf_add(out, at++, 1));
			continue;
		}
		value = value_of(values, name, len);
		RK_TRY(rk_buf_add_str(out, value ? value : "…"));
		at = name + len + 1;
	}
	return RK_OK;
}

/* A template: text, and parts in [ ] that stand only when all they name is known. */
static enum rk_status compose(
	struct rk_buf *out, const char *text, const struct rk_say_value *values)
{
	while (*text) {
		size_t run = strcspn(text, "[");
		const char *open = text + run, *close;

		RK_TRY(fill(out, text, open, values));
		if (!*open)
			return RK_OK;
		close = strchr(open, ']');
		if (!close)
			return fill(out, open, open + strlen(open), values);
		if (all_known(open + 1, close, values))
			RK_TRY(fill(out, open + 1, close, values));
		text = close + 1;
	}
	return RK_OK;
}

/* Where a sentence is about a request, its {field} is a path of it. */
static bool is_path(const char *code, const char *name)
{
	return strncmp(code, "ARGUMENT_", 9) == 0 &&
		(strcmp(name, "field") == 0 || strcmp(name, "other") == 0);
}

static const char *in_words(struct rk_arena *arena, enum rk_language language, const char *code,
	const struct rk_say_value *value)
{
	return value->value && is_path(code, value->name)
		? rk_words_path(arena, language, value->value)
		: rk_term(arena, language, value->name, value->value);
}

const char *rk_say(struct rk_arena *arena, enum rk_language language, const char *code,
	const struct rk_say_value *values)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	const struct rk_sentence *sentence = find(code);
	struct rk_say_value terms[MAX_VALUES + 1] = {0};
	size_t count = 0;
	const char *text;

	while (values && count < sizeof terms / sizeof terms[0] - 1 && values[count].name) {
		terms[count] = values[count];
		terms[count].value = in_words(arena, language, code, &values[count]);
		count++;
	}
	if (!sentence || compose(&out, translated(language, sentence), terms) != RK_OK)
		return code;
	text = rk_arena_slice(arena, rk_buf_slice(&out));
	return text ? text : code;
}

enum rk_language rk_language(const char *name)
{
	static const struct {
		char name[3];
		enum rk_language language;
	} known[] = {
		{"ja", RK_JA},
                {"zh", RK_ZH}
        };

	for (size_t i = 0; name && i < sizeof known / sizeof known[0]; i++) {
		/* The letter after a language's two ends it: "jam" is another language. */
		if (strncmp(name, known[i].name, 2) == 0 && strchr("_-.@", name[2]))
			return known[i].language;
	}
	return RK_EN;
}

const char *const *rk_say_codes(size_t *count)
{
	sort_once();
	*count = sorted_count;
	return codes;
}
