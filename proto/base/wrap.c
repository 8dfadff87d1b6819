#include "base/wrap.h"

#include "base/text.h"

#include <string.h>

/* No line begins with these (行頭禁則), and none ends with those (行末禁則). */
static const char not_first[] =
	"、。，．）」』】〕］｝ー々〟゛゜！？：；・ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.)]}!?:;";
static const char not_last[] = "（「『【〔［｛〝([{";

static bool stands_in(const char *set, uint32_t c)
{
	struct rk_slice text = rk_slice_str(set);
	size_t at = 0;
	uint32_t other;

	while ((other = rk_text_next(text, &at)))
		if (other == c)
			return true;
	return false;
}

static bool is_latin(uint32_t c)
{
	return c > ' ' && c < 0x2000;
}

static bool may_break(uint32_t before, uint32_t after)
{
	if (after == ' ')
		return true;
	if (stands_in(not_first, after) || stands_in(not_last, before))
		return false;
	return !(is_latin(before) && is_latin(after));
}

static struct rk_slice cut(struct rk_slice *text, size_t line_len, size_t skip)
{
	struct rk_slice line = rk_slice_of(text->at, line_len);

	text->at += line_len + skip;
	text->len -= line_len + skip;
	while (line.len && line.at[line.len - 1] == ' ')
		line.len--;
	return line;
}

struct rk_slice rk_wrap_next(struct rk_slice *text, size_t width)
{
	size_t at = 0, columns = 0, good = 0;
	uint32_t before = 0;

	while (at < text->len) {
		size_t begin = at;
		uint32_t c = rk_text_next(*text, &at);

		if (c == '\n')
			return cut(text, begin, 1);
		if (begin && may_break(before, c))
			good = begin;
		columns += rk_text_width(rk_slice_of(text->at + begin, at - begin));
		if (width && columns > width && begin) {
			size_t len = good ? good : begin, skip = 0;

			while (len + skip < text->len && text->at[len + skip] == ' ')
				skip++;
			return cut(text, len, skip);
		}
		before = c;
	}
	return cut(text, text->len, 0);
}
