#include "link/h2_memory.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGES_FROM = 4096, FRAME_FROM = 16384 };

static struct rk_h2_memory_block *block_at(struct rk_h2_memory *memory, const void *at)
{
	for (size_t i = 0; i < RK_H2_MEMORY_BLOCKS; i++)
		if (memory->blocks[i].at == at)
			return &memory->blocks[i];
	return NULL;
}

static void *pages_take(struct rk_h2_memory *memory, size_t size)
{
	struct rk_h2_memory_block *block = block_at(memory, NULL);
	/* The first one so large: nghttp2 takes it when it makes the session.  Also when there are no pages for it. */
	bool is_frame = size >= FRAME_FROM && !memory->frame_passed;
	void *at;

	memory->frame_passed |= is_frame;
	if (size < PAGES_FROM || !block)
		return NULL;
	at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return NULL;
	assert(!block_at(memory, at));
	*block = (struct rk_h2_memory_block){at, size};
	if (is_frame)
		memory->frame = at;
	return at;
}

static void on_free(void *at, void *arg)
{
	struct rk_h2_memory *memory = arg;
	struct rk_h2_memory_block *block = at ? block_at(memory, at) : NULL;

	if (!block) {
		free(at);
		return;
	}
	assert(block->size >= PAGES_FROM);
	(void)munmap(block->at, block->size);
	if (memory->frame == at)
		memory->frame = NULL;
	*block = (struct rk_h2_memory_block){0};
}

static void *on_malloc(size_t size, void *arg)
{
	void *at = pages_take(arg, size);

	return at ? at : malloc(size);
}

static void *on_calloc(size_t count, size_t size, void *arg)
{
	size_t whole;
	void *at = __builtin_mul_overflow(count, size, &whole) ? NULL : pages_take(arg, whole);

	return at ? at : calloc(count, size);
}

static void *on_realloc(void *at, size_t size, void *arg)
{
	struct rk_h2_memory_block *block;
	void *moved;

	if (!at)
		return on_malloc(size, arg);
	block = block_at(arg, at);
	if (!block)
		return realloc(at, size);
	moved = on_malloc(size, arg);
	if (!moved)
		return NULL;
	memcpy(moved, at, block->size < size ? block->size : size);
	on_free(at, arg);
	return moved;
}

void rk_h2_memory_init(struct rk_h2_memory *memory)
{
	*memory = (struct rk_h2_memory){
		.mem = {.mem_user_data = memory,
			.malloc = on_malloc,
			.free = on_free,
			.calloc = on_calloc,
			.realloc = on_realloc}
        };
}

void rk_h2_memory_rest(struct rk_h2_memory *memory)
{
	struct rk_h2_memory_block *block = memory->frame ? block_at(memory, memory->frame) : NULL;

	assert(block || !memory->frame);
	if (block)
		(void)madvise(block->at, block->size, MADV_DONTNEED);
}
