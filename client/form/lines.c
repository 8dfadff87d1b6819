#include "form/lines.h"

#include "wire/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct look {
	const uint8_t *at, *end;
};

static bool is_at(const struct look *look, char c)
{
	return look->at < look->end && *look->at == (uint8_t)c;
}

/* Blanks, and what stands between one value and the next. */
static void skip_between(struct look *look)
{
	while (look->at < look->end && strchr(" \t\r\n,:", *look->at) && *look->at)
		look->at++;
}

static void skip_text(struct look *look)
{
	for (look->at++; look->at < look->end && !is_at(look, '"'); look->at++) {
		if (is_at(look, '\\') && look->at + 1 < look->end)
			look->at++;
	}
	if (look->at < look->end)
		look->at++;
}

static void skip_value(struct look *look)
{
	size_t depth = 0;

	do {
		if (is_at(look, '"')) {
			skip_text(look);
			continue;
		}
		if (is_at(look, '{') || is_at(look, '['))
			depth++;
		if (is_at(look, '}') || is_at(look, ']')) {
			if (depth == 0)
				return;
			depth--;
		}
		if (look->at < look->end)
			look->at++;
	} while (
		look->at < look->end && (depth || !strchr(" \t\r\n,:]}", *look->at) || !*look->at));
}

/* To the value under this name; false when the object has none. */
static bool enter_field(struct look *look, const char *name)
{
	while (skip_between(look), is_at(look, '"')) {
		const uint8_t *key = look->at + 1;
		char text[64];

		skip_text(look);
		snprintf(text, sizeof text, "%.*s",
			(int)(look->at - key > 0 ? look->at - key - 1 : 0), (const char *)key);
		skip_between(look);
		if (strcmp(text, name) == 0 || rk_json_is_camel_of(text, name))
			return true;
		skip_value(look);
	}
	return false;
}

static bool enter_element(struct look *look, unsigned long index)
{
	skip_between(look);
	while (index-- > 0 && look->at < look->end && !is_at(look, ']')) {
		const uint8_t *before = look->at;

		skip_value(look);
		skip_between(look);
		if (look->at == before)
			return false;
	}
	return look->at < look->end && !is_at(look, ']');
}

/* One step down the path, which is left behind it. */
static bool step(struct look *look, const char **path)
{
	char name[64];
	size_t len = strcspn(*path, ".[");

	if (**path == '[') {
		unsigned long index = strtoul(*path + 1, NULL, 10);

		*path += strcspn(*path, "]");
		*path += **path == ']';
		*path += **path == '.';
		if (!is_at(look, '['))
			return false;
		look->at++;
		return enter_element(look, index);
	}
	if (len >= sizeof name || !is_at(look, '{'))
		return false;
	memcpy(name, *path, len);
	name[len] = '\0';
	*path += len + ((*path)[len] == '.');
	look->at++;
	return enter_field(look, name);
}

size_t rk_form_line_of(struct rk_slice text, const char *path)
{
	struct look look = {text.at, text.at + text.len};
	const uint8_t *found;
	size_t lines = 0;

	skip_between(&look);
	found = look.at;
	while (*path && step(&look, &path))
		found = look.at;
	for (const uint8_t *at = text.at; at < found; at++)
		lines += *at == '\n';
	return lines;
}
