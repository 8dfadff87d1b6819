#include "attach.h"
#include "base/text.h"

#include <string.h>

#define NAME_MOST 200

/* The end of a name, which tells what to open it with. */
static const char *suffix_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name && strlen(dot) <= 16 ? dot : "";
}

static const char *shortened(struct rk_run *run, const char *name)
{
	const char *suffix = suffix_of(name);
	struct rk_slice front = rk_text_front(
		rk_slice_of(name, strlen(name) - strlen(suffix)), NAME_MOST - strlen(suffix));

	return rk_run_printf(run, "%.*s%s", (int)front.len, (const char *)front.at, suffix);
}

const char *rk_attachment_name(struct rk_run *run, const char *said, const char *fallback)
{
	const char *base = said;
	struct rk_slice text;
	char *out;
	size_t at = 0, len = 0;

	for (const char *c = said; *c; c++)
		if (*c == '/' || *c == '\\')
			base = c + 1;
	text = rk_slice_str(base);
	if (!*base || strcmp(base, ".") == 0 || strcmp(base, "..") == 0 ||
		rk_text_utf8_bad(text) != text.len)
		return fallback;
	out = rk_run_alloc(run, text.len + 1);
	while (at < text.len) {
		size_t begin = at;
		uint32_t c = rk_text_next(text, &at);
		bool bad = c == '\n' || c == '\t' || c == ':' || rk_text_is_control(c) ||
			rk_text_is_direction(c) || (len == 0 && (c == '.' || c == '-'));

		if (bad) {
			out[len++] = '_';
		} else {
			memcpy(out + len, text.at + begin, at - begin);
			len += at - begin;
		}
	}
	out[len] = '\0';
	return len > NAME_MOST ? shortened(run, out) : out;
}
