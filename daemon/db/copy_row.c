#include "db/copy_row.h"

#include <string.h>

/* What stands for itself behind a backslash is told as it is. */
static char meant(char c)
{
	static const char letters[] = "b\bf\fn\nr\rt\tv\v";

	for (const char *at = letters; *at; at += 2) {
		if (*at == c)
			return at[1];
	}
	return c;
}

/* Takes the backslashes out; returns the length then. */
static size_t unescape(char *text, size_t len)
{
	char *first = memchr(text, '\\', len);
	size_t from, to;

	if (!first)
		return len;
	for (from = to = (size_t)(first - text); from < len; from++) {
		if (text[from] == '\\' && from + 1 < len)
			text[to++] = meant(text[++from]);
		else
			text[to++] = text[from];
	}
	return to;
}

size_t rk_copy_row(char *row, size_t len, struct rk_slice *values, size_t max)
{
	size_t count = 0, begin = 0;

	if (len > 0 && row[len - 1] == '\n')
		len--;
	for (;;) {
		char *tab = begin < len ? memchr(row + begin, '\t', len - begin) : NULL;
		size_t end = tab ? (size_t)(tab - row) : len;

		if (count == max)
			return 0;
		if (end - begin == 2 && row[begin] == '\\' && row[begin + 1] == 'N')
			values[count++] = (struct rk_slice){0};
		else
			values[count++] = rk_slice_of(
				row + begin, unescape(row + begin, end - begin));
		if (!tab)
			return count;
		begin = end + 1;
	}
}
