/* comments.h - a copy of a workbook with comments at its cells; all other parts stay what they are, byte for byte.
 *
 * Comments that stood on a sheet keep author, place and text, but not their looks; those of RK_COMMENTS_AUTHOR are of the last time and go.
 */
#pragma once
#include "base/arena.h"
#include "form/workbook.h"

#define RK_COMMENTS_AUTHOR "renkei check"

struct rk_comment {
	const struct rk_tab *tab; /* of the workbook that rk_workbook_read made of the same bytes */
	struct rk_address at;
	const char *text;
};

/* rk_comments_write appends the copy to out.  Several comments for one cell become one, in their order.
 *
 * Errors, RK_INVALID_ARGUMENT: those of rk_archive_open and rk_archive_walk; WORKBOOK_NOT_WRITABLE: a sheet has controls, or a part is no UTF-8.
 * RK_RESOURCE_EXHAUSTED. */
RK_MUST_USE enum rk_status rk_comments_write(struct rk_arena *arena, const char *file,
	struct rk_slice bytes, const struct rk_comment *comments, size_t count, struct rk_buf *out,
	struct rk_err *err);
