/* zip_parts.h - an archive of parts, stored as they are: for tests and fuzz targets that bring their own XML. */
#pragma once
#include "base/buf.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define ZIP_PARTS_MAX 16

struct zip_part {
	const char *name;
	struct rk_slice bytes;
};

static inline uint32_t zip_crc(struct rk_slice bytes)
{
	static uint32_t table[256];
	uint32_t crc = 0xffffffff;

	for (uint32_t i = 0; !table[255] && i < 256; i++) {
		uint32_t c = i;

		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
		table[i] = c;
	}
	for (size_t i = 0; i < bytes.len; i++)
		crc = table[(crc ^ bytes.at[i]) & 0xff] ^ crc >> 8;
	return ~crc;
}

static inline void zip_put(struct rk_buf *out, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		const uint8_t byte = (uint8_t)(i < sizeof value ? value >> 8 * i : 0);

		(void)!rk_buf_add(out, &byte, 1);
	}
}

/* What the local head and the directory say alike, from the version on. */
static inline void zip_head(struct rk_buf *out, const struct zip_part *part)
{
	zip_put(out, 20, 2);
	zip_put(out, 0x0800, 2); /* names are UTF-8 */
	zip_put(out, 0, 2);
	zip_put(out, 0x4a4c0000, 4);
	zip_put(out, zip_crc(part->bytes), 4);
	zip_put(out, part->bytes.len, 4);
	zip_put(out, part->bytes.len, 4);
	zip_put(out, strlen(part->name), 2);
	zip_put(out, 0, 2);
}

/* Appends the archive; out is empty before. */
static inline void zip_parts(struct rk_buf *out, const struct zip_part *parts, size_t count)
{
	struct rk_buf directory = {0};
	size_t begin;

	for (size_t i = 0; i < count; i++) {
		zip_put(&directory, 0x02014b50, 4);
		zip_put(&directory, 20, 2);
		zip_head(&directory, &parts[i]);
		zip_put(&directory, 0, 10);
		zip_put(&directory, out->len, 4);
		(void)!rk_buf_add_str(&directory, parts[i].name);
		zip_put(out, 0x04034b50, 4);
		zip_head(out, &parts[i]);
		(void)!rk_buf_add_str(out, parts[i].name);
		(void)!rk_buf_add_slice(out, parts[i].bytes);
	}
	begin = out->len;
	(void)!rk_buf_add_slice(out, rk_buf_slice(&directory));
	zip_put(out, 0x06054b50, 4);
	zip_put(out, 0, 4);
	zip_put(out, count, 2);
	zip_put(out, count, 2);
	zip_put(out, directory.len, 4);
	zip_put(out, begin, 4);
	zip_put(out, 0, 2);
	rk_buf_clear(&directory);
}

/* The parts of a text, each behind a line "=== NAME"; names are cut where they are too long. */
static inline size_t zip_split(
	struct rk_slice text, struct zip_part parts[ZIP_PARTS_MAX], char names[ZIP_PARTS_MAX][64])
{
	size_t count = 0;

	while (count < ZIP_PARTS_MAX && text.len > 4 && memcmp(text.at, "=== ", 4) == 0) {
		const uint8_t *line = memchr(text.at, '\n', text.len), *end = text.at + text.len;
		size_t len = line ? (size_t)(line - text.at) - 4 : 0;
		const uint8_t *next;

		if (!line)
			break;
		snprintf(names[count], 64, "%.*s", (int)(len < 63 ? len : 63),
			(const char *)text.at + 4);
		next = memmem(line + 1, (size_t)(end - line - 1), "\n=== ", 5);
		next = next ? next + 1 : end;
		parts[count] = (struct zip_part){
			names[count], rk_slice_of(line + 1, (size_t)(next - line - 1))};
		text = rk_slice_of(next, (size_t)(end - next));
		count++;
	}
	return count;
}

/* Appends the archive of such a text; false when it is none. */
static inline bool zip_of_text(struct rk_buf *out, struct rk_slice text)
{
	struct zip_part parts[ZIP_PARTS_MAX];
	char names[ZIP_PARTS_MAX][64];

	if (text.len <= 4 || memcmp(text.at, "=== ", 4) != 0)
		return false;
	zip_parts(out, parts, zip_split(text, parts, names));
	return true;
}
