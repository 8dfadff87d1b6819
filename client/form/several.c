#include "form/several.h"

#include <string.h>

/* Length of the separator at the front of text; 0 = there is none. */
static size_t separator(struct rk_slice text, enum rk_several kind)
{
	static const struct {
		const char *text;
		enum rk_several from; /* the first kind that it separates */
	} all[] = {
		{"\n",  RK_SEVERAL_TEXTS},
		{"\r",  RK_SEVERAL_TEXTS},
		{";",   RK_SEVERAL_TEXTS},
		{"；", RK_SEVERAL_TEXTS},
		{"、", RK_SEVERAL_NAMES},
		{",",   RK_SEVERAL_CODES},
		{"，", RK_SEVERAL_CODES},
	};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		size_t len = strlen(all[i].text);

		if (kind >= all[i].from && text.len >= len &&
			memcmp(text.at, all[i].text, len) == 0)
			return len;
	}
	return 0;
}

/* Length of the blank at the front, half or full width. */
static size_t blank(struct rk_slice text)
{
	if (text.len >= 1 && (*text.at == ' ' || *text.at == '\t'))
		return 1;
	return text.len >= 3 && memcmp(text.at, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

static struct rk_slice behind(struct rk_slice text, size_t len)
{
	return rk_slice_of(text.at + len, text.len - len);
}

static size_t blank_at_end(struct rk_slice text)
{
	if (text.len >= 3 && memcmp(text.at + text.len - 3, "\xe3\x80\x80", 3) == 0)
		return 3;
	return text.len >= 1 && blank(behind(text, text.len - 1)) ? 1 : 0;
}

static bool needs_quotes(struct rk_slice entry, enum rk_several kind)
{
	if (entry.len == 0 || blank(entry) || blank_at_end(entry))
		return true;
	for (size_t i = 0; i < entry.len; i++) {
		if (entry.at[i] == '"' || separator(behind(entry, i), kind))
			return true;
	}
	return false;
}

static enum rk_status add_quoted(struct rk_buf *cell, struct rk_slice entry)
{
	RK_TRY(rk_buf_add_str(cell, "\""));
	for (size_t i = 0; i < entry.len; i++) {
		if (entry.at[i] == '"')
			RK_TRY(rk_buf_add_str(cell, "\""));
		RK_TRY(rk_buf_add(cell, entry.at + i, 1));
	}
	return rk_buf_add_str(cell, "\"");
}

enum rk_status rk_several_add(struct rk_buf *cell, enum rk_several kind, struct rk_slice entry)
{
	if (cell->len)
		RK_TRY(rk_buf_add_str(cell, kind == RK_SEVERAL_TEXTS ? "\n" : "、"));
	return needs_quotes(entry, kind) ? add_quoted(cell, entry) : rk_buf_add_slice(cell, entry);
}

/* From behind the opening mark to behind the closing one; a missing one is at the end. */
static enum rk_status take_quoted(struct rk_slice *rest, struct rk_buf *entry)
{
	while (rest->len) {
		bool mark = *rest->at == '"';

		if (mark && !(rest->len > 1 && rest->at[1] == '"')) {
			*rest = behind(*rest, 1);
			return RK_OK;
		}
		*rest = behind(*rest, mark);
		RK_TRY(rk_buf_add(entry, rest->at, 1));
		*rest = behind(*rest, 1);
	}
	return RK_OK;
}

static enum rk_status take_plain(struct rk_slice *rest, enum rk_several kind, struct rk_buf *entry)
{
	size_t len = 0;
	struct rk_slice text;

	while (len < rest->len && !separator(behind(*rest, len), kind))
		len++;
	text = rk_slice_of(rest->at, len);
	*rest = behind(*rest, len);
	for (size_t end; (end = blank_at_end(text)) > 0;)
		text.len -= end;
	return rk_buf_add_slice(entry, text);
}

bool rk_several_next(struct rk_slice *rest, enum rk_several kind, struct rk_buf *entry)
{
	entry->len = 0;
	for (size_t skip; (skip = separator(*rest, kind)) > 0 || (skip = blank(*rest)) > 0;)
		*rest = behind(*rest, skip);
	if (!rest->len)
		return false;
	if (*rest->at == '"') {
		*rest = behind(*rest, 1);
		if (take_quoted(rest, entry) != RK_OK)
			return false;
	}
	return take_plain(rest, kind, entry) == RK_OK;
}
