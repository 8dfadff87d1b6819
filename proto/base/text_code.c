/* Hexadecimal, base64 and percent encoding. */
#include "base/text.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

static int hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum rk_status rk_text_hex(struct rk_buf *out, struct rk_slice bytes)
{
	uint8_t *at = bytes.len <= SIZE_MAX / 2 ? rk_buf_reserve(out, bytes.len * 2) : NULL;

	if (!at)
		return RK_RESOURCE_EXHAUSTED;
	for (size_t i = 0; i < bytes.len; i++) {
		*at++ = (uint8_t)hex_digits[bytes.at[i] >> 4];
		*at++ = (uint8_t)hex_digits[bytes.at[i] & 15];
	}
	out->len += bytes.len * 2;
	return RK_OK;
}

bool rk_text_unhex(struct rk_buf *out, struct rk_slice text)
{
	uint8_t *at = text.len % 2 == 0 ? rk_buf_reserve(out, text.len / 2) : NULL;

	if (!at)
		return false;
	for (size_t i = 0; i < text.len; i += 2) {
		int high = hex_value(text.at[i]), low = hex_value(text.at[i + 1]);

		if (high < 0 || low < 0)
			return false;
		*at++ = (uint8_t)(high << 4 | low);
	}
	out->len += text.len / 2;
	return true;
}

enum rk_status rk_text_base64(struct rk_buf *out, struct rk_slice bytes)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = bytes.len / 3 * 4 + (bytes.len % 3 ? 4 : 0);
	uint8_t *at = bytes.len <= SIZE_MAX / 2 ? rk_buf_reserve(out, len) : NULL;

	if (!at)
		return RK_RESOURCE_EXHAUSTED;
	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		uint32_t bits = (uint32_t)bytes.at[i] << 16 |
			(left > 1 ? (uint32_t)bytes.at[i + 1] << 8 : 0) |
			(left > 2 ? bytes.at[i + 2] : 0U);

		*at++ = (uint8_t)digits[bits >> 18];
		*at++ = (uint8_t)digits[bits >> 12 & 63];
		*at++ = left > 1 ? (uint8_t)digits[bits >> 6 & 63] : '=';
		*at++ = left > 2 ? (uint8_t)digits[bits & 63] : '=';
	}
	out->len += len;
	return RK_OK;
}

static int base64_value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool rk_text_unbase64(struct rk_buf *out, struct rk_slice text)
{
	uint32_t bits = 0;
	size_t len = text.len;
	uint8_t *at, *begin;

	if (len % 4 == 0) {
		for (int pad = 0; pad < 2 && len > 0 && text.at[len - 1] == '='; pad++)
			len--;
	}
	at = begin = len % 4 == 1 ? NULL : rk_buf_reserve(out, len / 4 * 3 + 2);
	if (!at)
		return false;
	for (size_t i = 0; i < len; i++) {
		int value = base64_value(text.at[i]);

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		if (i % 4 == 3) {
			*at++ = (uint8_t)(bits >> 16);
			*at++ = (uint8_t)(bits >> 8);
			*at++ = (uint8_t)bits;
			bits = 0;
		}
	}
	/* Bits beyond the last byte must be zero: one run of bytes has one encoding. */
	if (len % 4 == 2) {
		if (bits & 15)
			return false;
		*at++ = (uint8_t)(bits >> 4);
	} else if (len % 4 == 3) {
		if (bits & 3)
			return false;
		*at++ = (uint8_t)(bits >> 10);
		*at++ = (uint8_t)(bits >> 2);
	}
	out->len += (size_t)(at - begin);
	return true;
}

enum rk_status rk_text_percent(struct rk_buf *out, struct rk_slice text)
{
	uint8_t *at = text.len <= SIZE_MAX / 3 ? rk_buf_reserve(out, text.len * 3) : NULL,
		*begin = at;

	if (!at)
		return RK_RESOURCE_EXHAUSTED;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];

		if (c >= 0x20 && c <= 0x7e && c != '%') {
			*at++ = c;
			continue;
		}
		*at++ = '%';
		*at++ = (uint8_t) "0123456789ABCDEF"[c >> 4];
		*at++ = (uint8_t) "0123456789ABCDEF"[c & 15];
	}
	out->len += (size_t)(at - begin);
	return RK_OK;
}

enum rk_status rk_text_unpercent(struct rk_buf *out, struct rk_slice text)
{
	uint8_t *at = rk_buf_reserve(out, text.len), *begin = at;

	if (!at)
		return RK_RESOURCE_EXHAUSTED;
	for (size_t i = 0; i < text.len; i++) {
		int high = -1, low = -1;

		if (text.at[i] == '%' && text.len - i > 2) {
			high = hex_value(text.at[i + 1]);
			low = hex_value(text.at[i + 2]);
		}
		if (high < 0 || low < 0) {
			*at++ = text.at[i];
			continue;
		}
		*at++ = (uint8_t)(high << 4 | low);
		i += 2;
	}
	out->len += (size_t)(at - begin);
	return RK_OK;
}
