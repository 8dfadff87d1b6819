/* comments_read.h - the comments that stand on a sheet already; for comments.c only. */
#pragma once
#include "base/arena.h"
#include "form/archive.h"
#include "form/workbook.h"

struct rk_comment_kept {
	struct rk_address at;
	const char *author;
	const char *text;
	size_t order; /* comments_write.h's */
};

/* rk_comments_read appends those of a part to kept (struct rk_comment_kept), but for the ones of RK_COMMENTS_AUTHOR.
 * Errors: those of rk_archive_walk; RK_RESOURCE_EXHAUSTED. */
RK_MUST_USE enum rk_status rk_comments_read(struct rk_arena *arena, struct rk_archive *archive,
	const char *part, struct rk_buf *kept, struct rk_err *err);
