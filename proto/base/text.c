#include "base/text.h"

#include <string.h>
#include <sys/random.h>
#include <utf8proc.h>

bool rk_text_i64(struct rk_slice text, int64_t min, int64_t max, int64_t *value)
{
	bool negative = text.len > 0 && text.at[0] == '-';
	int64_t sum = 0;

	if (text.len == (size_t)negative)
		return false;
	/* Summed below zero, where there is room for the smallest number too. */
	for (size_t i = negative; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9' || __builtin_mul_overflow(sum, 10, &sum) ||
			__builtin_sub_overflow(sum, text.at[i] - '0', &sum))
			return false;
	}
	if (!negative && __builtin_sub_overflow((int64_t)0, sum, &sum))
		return false;
	if (sum < min || sum > max)
		return false;
	*value = sum;
	return true;
}

/* printf would do, at twenty times the work: documents are full of numbers. */
static enum rk_status add_digits(struct rk_buf *out, bool negative, uint64_t value)
{
	char text[24], *at = text + sizeof text;

	do
		*--at = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	if (negative)
		*--at = '-';
	return rk_buf_add(out, at, (size_t)(text + sizeof text - at));
}

enum rk_status rk_text_add_i64(struct rk_buf *out, int64_t value)
{
	return add_digits(out, value < 0, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

enum rk_status rk_text_add_u64(struct rk_buf *out, uint64_t value)
{
	return add_digits(out, false, value);
}

/* Length of the character at text.at[i], 0 if it is none; its code point in *point. */
static size_t character(struct rk_slice text, size_t i, uint32_t *point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint8_t lead = text.at[i];
	size_t len = lead < 0x80 ? 1
		: lead < 0xc2    ? 0
		: lead < 0xe0    ? 2
		: lead < 0xf0    ? 3
		: lead < 0xf5    ? 4
				 : 0;
	uint32_t sum = len == 1 ? lead : lead & (0x7fU >> len);

	if (len == 0 || len > text.len - i)
		return 0;
	for (size_t k = 1; k < len; k++) {
		if ((text.at[i + k] & 0xc0) != 0x80)
			return 0;
		sum = sum << 6 | (text.at[i + k] & 0x3fU);
	}
	if (sum < least[len] || sum > 0x10ffff || (sum >= 0xd800 && sum <= 0xdfff))
		return 0;
	*point = sum;
	return len;
}

size_t rk_text_utf8_bad(struct rk_slice text)
{
	uint64_t eight; /* of ASCII at a stride */
	uint32_t point;
	size_t i = 0, len;

	while (i < text.len) {
		if (text.len - i >= sizeof eight) {
			memcpy(&eight, text.at + i, sizeof eight);
			if ((eight & 0x8080808080808080) == 0) {
				i += sizeof eight;
				continue;
			}
		}
		len = character(text, i, &point);
		if (len == 0)
			return i;
		i += len;
	}
	return text.len;
}

struct rk_slice rk_text_front(struct rk_slice text, size_t max)
{
	text.len = text.len < max ? text.len : max;
	text.len = rk_text_utf8_bad(text);
	return text;
}

uint32_t rk_text_next(struct rk_slice text, size_t *at)
{
	uint32_t point = 0;
	size_t len;

	if (*at >= text.len)
		return 0;
	len = character(text, *at, &point);
	/* Not promised for bad text, but a walk must come to an end and stay inside. */
	*at += len ? len : 1;
	return len ? point : 0xfffd;
}

bool rk_text_is_control(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0);
}

bool rk_text_is_direction(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

enum rk_status rk_text_add_visible(struct rk_buf *out, struct rk_slice text)
{
	size_t at = 0, begin;

	while ((begin = at) < text.len) {
		uint32_t c = rk_text_next(text, &at);

		if (rk_text_is_control(c) || rk_text_is_direction(c) || c == '\n')
			RK_TRY(rk_buf_addf(out, "\\u%04X", c));
		else
			RK_TRY(rk_buf_add(out, text.at + begin, at - begin));
	}
	return RK_OK;
}

size_t rk_text_chars(struct rk_slice text)
{
	size_t at = 0, count = 0;

	for (; at < text.len; count++)
		(void)rk_text_next(text, &at);
	return count;
}

size_t rk_text_width(struct rk_slice text)
{
	size_t at = 0, width = 0;

	while (at < text.len) {
		int columns = utf8proc_charwidth((utf8proc_int32_t)rk_text_next(text, &at));

		width += columns > 0 ? (size_t)columns : 0;
	}
	return width;
}

static bool is_hex(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool rk_text_is_uuid(struct rk_slice text)
{
	bool any = false;

	if (text.len != 36)
		return false;
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text.at[i] != '-' : !is_hex(text.at[i]))
			return false;
		any = any || (!dash && text.at[i] != '0');
	}
	return any;
}

bool rk_text_uuid(char out[37])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t bytes[16];
	size_t len = 0;

	if (getentropy(bytes, sizeof bytes) != 0)
		return false;
	bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof bytes; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[len++] = '-';
		out[len++] = digits[bytes[i] >> 4];
		out[len++] = digits[bytes[i] & 15];
	}
	out[len] = '\0';
	return true;
}
