#include "words/catalogue.h"

#include <string.h>

#define MAGIC 0x950412deu

static uint32_t u32(struct rk_slice mo, size_t at)
{
	if (at > mo.len || mo.len - at < 4)
		return 0;
	return (uint32_t)mo.at[at] | (uint32_t)mo.at[at + 1] << 8 | (uint32_t)mo.at[at + 2] << 16 |
		(uint32_t)mo.at[at + 3] << 24;
}

/* The string of entry i of a table of (length, offset), NULL when it lies outside or is not ended by a NUL. */
static const char *entry(struct rk_slice mo, size_t table, size_t i)
{
	size_t len = u32(mo, table + 8 * i), offset = u32(mo, table + 8 * i + 4);

	if (offset == 0 || offset >= mo.len || len >= mo.len - offset || mo.at[offset + len] != 0)
		return NULL;
	return (const char *)mo.at + offset;
}

/* Compares "context EOT id" with a key, without putting the first together. */
static int compare(const char *context, const char *id, const char *key)
{
	size_t len = strlen(context);
	int order = strncmp(context, key, len);

	if (order != 0)
		return order;
	if (key[len] != '\004')
		return '\004' - (unsigned char)key[len];
	return strcmp(id, key + len + 1);
}

const char *rk_catalogue_find(struct rk_slice mo, const char *context, const char *id)
{
	size_t low = 0, high = u32(mo, 8), ids = u32(mo, 12), texts = u32(mo, 16);

	if (u32(mo, 0) != MAGIC)
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *key = entry(mo, ids, middle);
		int order = key ? compare(context, id, key) : 0;

		if (!key)
			return NULL;
		if (order == 0) {
			const char *text = entry(mo, texts, middle);

			return text && *text ? text : NULL;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
