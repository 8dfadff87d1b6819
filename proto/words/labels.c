#include "words/labels.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct label {
	const char *name;
	const char *ja;
	const char *zh;
};

/* Both sorted by name; "where.values" is a field that is called otherwise inside that one. */
static const struct label fields[] = {
#include "words/labels_fields.inc"
};
static const struct label values[] = {
#include "words/labels_values.inc"
};

static int compare(const void *name, const void *label)
{
	return strcmp(name, ((const struct label *)label)->name);
}

static const char *look_up(
	enum rk_language language, const char *name, const struct label *table, size_t count)
{
	const struct label *label = bsearch(name, table, count, sizeof *table, compare);

	if (!label || language == RK_EN)
		return NULL;
	return language == RK_JA ? label->ja : label->zh;
}

const char *rk_words_field(enum rk_language language, const char *name)
{
	return look_up(language, name, fields, sizeof fields / sizeof fields[0]);
}

const char *rk_words_value(enum rk_language language, const char *name)
{
	return look_up(language, name, values, sizeof values / sizeof values[0]);
}

#define NAME_MAX_LEN 80

/* One word of a path, "values[1]", behind another one's name. */
static enum rk_status add_word(
	struct rk_buf *out, enum rk_language language, struct rk_slice before, struct rk_slice word)
{
	char name[NAME_MAX_LEN], number[32] = "";
	const uint8_t *bracket = memchr(word.at, '[', word.len);
	size_t len = bracket ? (size_t)(bracket - word.at) : word.len;
	const char *label;

	snprintf(name, sizeof name, "%.*s.%.*s", (int)before.len, (const char *)before.at, (int)len,
		(const char *)word.at);
	label = rk_words_field(language, name);
	if (!label) {
		snprintf(name, sizeof name, "%.*s", (int)len, (const char *)word.at);
		label = rk_words_field(language, name);
	}
	if (bracket)
		snprintf(number, sizeof number, "%llu",
			strtoull((const char *)bracket + 1, NULL, 10) + 1);
	if (out->len)
		RK_TRY(rk_buf_add_str(out, " > "));
	RK_TRY(label ? rk_buf_add_str(out, label) : rk_buf_add(out, word.at, len));
	return rk_buf_add_str(out, number);
}

const char *rk_words_path(struct rk_arena *arena, enum rk_language language, const char *path)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_slice before = rk_slice_of(path, 0);
	const char *text;

	if (language == RK_EN)
		return path;
	for (const char *at = path; *at;) {
		struct rk_slice word = rk_slice_of(at, strcspn(at, "."));

		if (add_word(&out, language, before, word) != RK_OK)
			return path;
		before = rk_slice_of(at, strcspn(at, ".["));
		at += word.len;
		at += *at == '.';
	}
	text = rk_arena_slice(arena, rk_buf_slice(&out));
	return text ? text : path;
}
