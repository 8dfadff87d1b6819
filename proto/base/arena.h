/* arena.h - memory that dies at once, with a cap. */
#pragma once
#include "base/buf.h"

#include <stddef.h>

struct rk_arena_block;

/* {.cap = bytes} is an empty arena; cap 0 = 16 MiB. */
struct rk_arena {
	struct rk_arena_block *blocks;
	size_t used;
	size_t cap;
};

/* rk_arena_alloc returns zeroed memory, aligned for any type, or NULL when the cap or the machine's memory is reached.
 * It lives until rk_arena_clear. */
RK_MUST_USE void *rk_arena_alloc(struct rk_arena *arena, size_t size);
/* Copies, ended by a NUL that is not counted; NULL as above. */
RK_MUST_USE char *rk_arena_str(struct rk_arena *arena, const char *text);
RK_MUST_USE char *rk_arena_slice(struct rk_arena *arena, struct rk_slice slice);
RK_MUST_USE char *rk_arena_printf(struct rk_arena *arena, const char *format, ...) RK_PRINTF(2, 3);
/* rk_arena_clear frees everything; the arena can be used again. */
void rk_arena_clear(struct rk_arena *arena);
