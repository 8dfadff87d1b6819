#include "form/richtext.h"

#include <string.h>

#define ESCAPE_LEN 7 /* "_x000D_" */

void rk_richtext_start(struct rk_richtext *rich, const struct rk_xml_element *element)
{
	if (rk_xml_is(element, RK_XML_SHEET, "rPh"))
		rich->phonetic++;
	else if (rk_xml_is(element, RK_XML_SHEET, "t"))
		rich->within = true;
}

void rk_richtext_end(struct rk_richtext *rich, const struct rk_xml_element *element)
{
	if (rk_xml_is(element, RK_XML_SHEET, "rPh") && rich->phonetic)
		rich->phonetic--;
	else if (rk_xml_is(element, RK_XML_SHEET, "t"))
		rich->within = false;
}

enum rk_status rk_richtext_add(struct rk_richtext *rich, struct rk_slice text)
{
	return rich->within && !rich->phonetic ? rk_buf_add_slice(&rich->text, text) : RK_OK;
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The UTF-16 unit that "_xHHHH_" stands for; -1 when none begins here. */
static int32_t escape_at(const struct rk_buf *text, size_t at)
{
	int32_t unit = 0;

	if (text->len - at < ESCAPE_LEN || memcmp(text->at + at, "_x", 2) != 0 ||
		text->at[at + ESCAPE_LEN - 1] != '_')
		return -1;
	for (size_t i = at + 2; i < at + ESCAPE_LEN - 1; i++) {
		int digit = hex_digit(text->at[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

static size_t put_utf8(uint8_t *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

/* The character that one escape, or two of them, stand for; 0: none, or none that a text may have. */
static uint32_t character_at(const struct rk_buf *text, size_t at, size_t *used)
{
	int32_t unit = escape_at(text, at), low;

	*used = ESCAPE_LEN;
	if (unit < 0xd800 || unit > 0xdfff)
		return unit > 0 ? (uint32_t)unit : 0;
	if (unit > 0xdbff || text->len - at < (size_t)2 * ESCAPE_LEN)
		return 0;
	low = escape_at(text, at + ESCAPE_LEN);
	*used = (size_t)2 * ESCAPE_LEN;
	return low >= 0xdc00 && low <= 0xdfff
		? 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(low - 0xdc00)
		: 0;
}

static void undo_escapes(struct rk_buf *text)
{
	size_t to = 0;

	for (size_t from = 0; from < text->len;) {
		size_t used;
		uint32_t c = text->at[from] == '_' ? character_at(text, from, &used) : 0;

		if (c) {
			to += put_utf8(text->at + to, c);
			from += used;
		} else {
			text->at[to++] = text->at[from++];
		}
	}
	text->len = to;
}

void rk_richtext_plain(struct rk_buf *text)
{
	undo_escapes(text);
	rk_richtext_line_ends(text);
}

void rk_richtext_line_ends(struct rk_buf *text)
{
	size_t to = 0;

	for (size_t from = 0; from < text->len; from++) {
		if (text->at[from] != '\r')
			text->at[to++] = text->at[from];
		else if (from + 1 == text->len || text->at[from + 1] != '\n')
			text->at[to++] = '\n';
	}
	text->len = to;
}
