#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAP_DEFAULT = 16 << 20, BLOCK_FIRST = 2048, BLOCK_MOST = 64 << 10 };

struct rk_arena_block {
	struct rk_arena_block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) uint8_t bytes[];
};

static struct rk_arena_block *block_create(size_t size)
{
	struct rk_arena_block *block = malloc(sizeof *block + size);

	if (block)
		*block = (struct rk_arena_block){.size = size};
	return block;
}

static void *block_take(struct rk_arena_block *block, size_t size)
{
	void *at;

	if (!block)
		return NULL;
	assert(block->used <= block->size && block->used % alignof(max_align_t) == 0);
	if (size > block->size - block->used)
		return NULL;
	at = block->bytes + block->used;
	block->used += size;
	/* Not the whole block at first: most of the last one is never taken. */
	return memset(at, 0, size);
}

/* A new first block; one large thing gets its own behind the first, so that the room left there is not lost. */
static void *take_fresh(struct rk_arena *arena, size_t size)
{
	struct rk_arena_block *first = arena->blocks, *block;
	size_t usual = !first                   ? BLOCK_FIRST
		: first->size >= BLOCK_MOST / 2 ? BLOCK_MOST
						: first->size * 2;

	block = block_create(size > usual ? size : usual);
	if (!block)
		return NULL;
	if (first && size > usual / 2) {
		block->next = first->next;
		first->next = block;
	} else {
		block->next = first;
		arena->blocks = block;
	}
	return block_take(block, size);
}

void *rk_arena_alloc(struct rk_arena *arena, size_t size)
{
	size_t cap = arena->cap ? arena->cap : CAP_DEFAULT;
	size_t unit = alignof(max_align_t);
	void *at;

	assert(arena->blocks || arena->used == 0);
	if (arena->used > cap || size > cap - arena->used)
		return NULL;
	size = size ? (size + unit - 1) / unit * unit : unit;
	if (size > cap - arena->used)
		return NULL;
	at = block_take(arena->blocks, size);
	if (!at)
		at = take_fresh(arena, size);
	if (at)
		arena->used += size;
	assert(arena->used <= cap);
	return at;
}

char *rk_arena_str(struct rk_arena *arena, const char *text)
{
	return rk_arena_slice(arena, rk_slice_str(text));
}

char *rk_arena_slice(struct rk_arena *arena, struct rk_slice slice)
{
	char *copy = slice.len < SIZE_MAX ? rk_arena_alloc(arena, slice.len + 1) : NULL;

	assert(slice.at || slice.len == 0);
	if (copy && slice.len)
		memcpy(copy, slice.at, slice.len);
	return copy;
}

char *rk_arena_printf(struct rk_arena *arena, const char *format, ...)
{
	va_list args;
	char *text;
	int len, put;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = len < 0 ? NULL : rk_arena_alloc(arena, (size_t)len + 1);
	if (!text)
		return NULL;
	va_start(args, format);
	put = vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	assert(put == len);
	return text;
}

void rk_arena_clear(struct rk_arena *arena)
{
	while (arena->blocks) {
		struct rk_arena_block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
	arena->used = 0;
}
