#include "form/number_format.h"

#include <stdbool.h>
#include <string.h>

/* Which letters a format has outside of its quotes. */
struct letters {
	bool year, month, day, time;
};

/* Behind what is no letter of the format: "text", [Red], \x, _x, *x. */
static size_t skip(struct rk_slice code, size_t at)
{
	uint8_t c = code.at[at];
	const char *close = c == '"' ? "\"" : c == '[' ? "]" : NULL;

	if (!close)
		return at + (c == '\\' || c == '_' || c == '*' ? 2 : 0);
	const uint8_t *end = memchr(code.at + at + 1, *close, code.len - at - 1);

	return end ? (size_t)(end - code.at) + 1 : code.len;
}

static bool begins(struct rk_slice code, size_t at, const char *word)
{
	return code.len - at >= strlen(word) &&
		strncasecmp((const char *)code.at + at, word, strlen(word)) == 0;
}

static void take_letter(struct letters *letters, uint8_t letter)
{
	switch (letter | 0x20) {
	case 'y':
	case 'e':
	case 'b':
	case 'g':
		letters->year = true;
		break;
	case 'm':
		letters->month = true;
		break;
	case 'd':
	case 'a':
		letters->day = true;
		break;
	case 'h':
	case 's':
		letters->time = true;
		break;
	default:
		break;
	}
}

/* Words made of letters that mean something else. */
static size_t skip_word(struct rk_slice code, size_t at)
{
	static const char *const words[] = {"general", "am/pm", "a/p", "e+", "e-"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (begins(code, at, words[i]))
			return at + strlen(words[i]);
	return at;
}

enum rk_shows rk_number_format_shows(struct rk_slice code)
{
	struct letters letters = {0};

	/* Behind ";" come other forms of the same, for negative numbers and texts. */
	for (size_t at = 0; at < code.len && code.at[at] != ';';) {
		size_t next = skip(code, at);

		if (next == at)
			next = skip_word(code, at);
		if (next == at)
			take_letter(&letters, code.at[at++]);
		else
			at = next;
	}
	if (letters.day)
		return RK_SHOWS_DAY;
	/* Beside hours or seconds m are minutes. */
	if (letters.month && (letters.year || !letters.time))
		return RK_SHOWS_MONTH;
	return letters.year ? RK_SHOWS_YEAR : RK_SHOWS_NUMBER;
}

enum rk_shows rk_number_format_builtin(uint32_t id)
{
	switch (id) {
	case 17: /* mmm-yy */
	case 34: /* yyyy年m月, as 52 and 55 */
	case 52:
	case 55:
		return RK_SHOWS_MONTH;
	case 14:
	case 15:
	case 16:
	case 22:
	case 27:
	case 28:
	case 29:
	case 30:
	case 31:
	case 35:
	case 36:
	case 50:
	case 51:
	case 53:
	case 54:
	case 56:
	case 57:
	case 58:
		return RK_SHOWS_DAY;
	default:
		return RK_SHOWS_NUMBER;
	}
}
