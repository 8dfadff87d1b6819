#include "base/xlsx_text.h"

#include <string.h>

#define HEX        "0123456789ABCDEFabcdef"
#define UNDERSCORE "_x005F_"

/* _xHHHH_ at the beginning of it. */
static bool is_escape(struct rk_slice text)
{
	if (text.len < strlen(UNDERSCORE) || memcmp(text.at, "_x", 2) != 0 || text.at[6] != '_')
		return false;
	for (size_t i = 2; i < 6; i++)
		if (!memchr(HEX, text.at[i], sizeof HEX - 1))
			return false;
	return true;
}

static enum rk_status add(struct rk_buf *out, struct rk_slice text)
{
	size_t from = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (!is_escape(rk_slice_of(text.at + i, text.len - i)))
			continue;
		RK_TRY(rk_buf_add(out, text.at + from, i - from));
		RK_TRY(rk_buf_add_str(out, UNDERSCORE));
		from = i + 1;
	}
	return rk_buf_add(out, text.at + from, text.len - from);
}

const char *rk_xlsx_text(struct rk_buf *room, struct rk_slice text)
{
	room->len = 0;
	return text.len == 0 || add(room, text) == RK_OK ? rk_buf_cstr(room) : NULL;
}
