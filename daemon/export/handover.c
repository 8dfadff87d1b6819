/* What an operator's line says; running it is handover_run.c's. */
#include "export/handover.h"

#include "base/buf.h"

#include <string.h>

static const char blanks[] = " \t";

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a command");
}

static bool is_name(const char *text, size_t len)
{
	if (len == 0 || len > 40 || text[0] < 'a' || text[0] > 'z')
		return false;
	return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") >= len;
}

/* The length of {bundle}, {schedule} or {id} where at begins with it, and what it stands for; 0: none. */
static size_t place_of(
	const char *at, const struct rk_handover_bundle *bundle, const char **stands_for)
{
	const struct {
		const char *place, *value;
	} places[] = {
		{"{bundle}",   bundle->folder  },
                {"{schedule}", bundle->schedule},
		{"{id}",       bundle->id      }
        };

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		size_t len = strlen(places[i].place);

		if (strncmp(at, places[i].place, len) == 0) {
			*stands_for = places[i].value;
			return len;
		}
	}
	return 0;
}

static enum rk_status check_word(const char *word, struct rk_err *err)
{
	const struct rk_handover_bundle none = {"", "", ""};
	const char *unused;

	for (const char *at = strchr(word, '{'); at; at = strchr(at + 1, '{')) {
		if (!place_of(at, &none, &unused))
			return rk_fail(err, RK_INVALID_ARGUMENT,
				"'%s': {bundle}, {schedule} and {id} are what can stand in braces",
				word);
	}
	return RK_OK;
}

enum rk_status rk_handover_parse(
	struct rk_arena *arena, const char *line, struct rk_handover *handover, struct rk_err *err)
{
	size_t len = strcspn(line, blanks), count = 0;

	*handover = (struct rk_handover){0};
	if (!is_name(line, len))
		return rk_fail(err, RK_INVALID_ARGUMENT,
			"'%s' does not begin with a name: 1 to 40 of a-z, 0-9 and -, a letter first",
			line);
	handover->name = rk_arena_slice(arena, rk_slice_of(line, len));
	if (!handover->name)
		return no_memory(err);
	for (line += len; *(line += strspn(line, blanks)); line += len) {
		char *word;

		len = strcspn(line, blanks);
		if (count == RK_HANDOVER_WORDS)
			return rk_fail(err, RK_INVALID_ARGUMENT, "'%s' has more than %d words",
				handover->name, RK_HANDOVER_WORDS);
		word = rk_arena_slice(arena, rk_slice_of(line, len));
		if (!word)
			return no_memory(err);
		RK_TRY(check_word(word, err));
		handover->words[count++] = word;
	}
	if (count == 0 || handover->words[0][0] != '/' || strchr(handover->words[0], '{'))
		return rk_fail(err, RK_INVALID_ARGUMENT,
			"'%s' names no program by its whole path, such as /usr/bin/rclone",
			handover->name);
	return RK_OK;
}

static const char *fill_word(
	struct rk_arena *arena, const char *word, const struct rk_handover_bundle *bundle)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	const char *value;

	while (*word) {
		size_t len = place_of(word, bundle, &value);

		if ((len ? rk_buf_add_str(&out, value) : rk_buf_add(&out, word, 1)) != RK_OK)
			return NULL;
		word += len ? len : 1;
	}
	return rk_arena_slice(arena, rk_buf_slice(&out));
}

enum rk_status rk_handover_fill(struct rk_arena *arena, const struct rk_handover *handover,
	const struct rk_handover_bundle *bundle, const char *words[RK_HANDOVER_WORDS + 1],
	struct rk_err *err)
{
	size_t count = 0;

	for (; handover->words[count]; count++) {
		words[count] = fill_word(arena, handover->words[count], bundle);
		if (!words[count])
			return no_memory(err);
	}
	words[count] = NULL;
	return RK_OK;
}

const char *rk_handover_find(
	struct rk_arena *arena, const char *const *lines, const char *name, const char **line)
{
	const char *names = "";

	*line = NULL;
	for (; *lines && names; lines++) {
		size_t len = strcspn(*lines, blanks);

		if (strlen(name) == len && strncmp(*lines, name, len) == 0)
			*line = *lines;
		names = rk_arena_printf(
			arena, "%s%s%.*s", names, *names ? ", " : "", (int)len, *lines);
	}
	return names;
}
