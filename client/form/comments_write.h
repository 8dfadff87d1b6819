/* comments_write.h - the two parts in which the comments of a sheet lie; for comments.c only. */
#pragma once
#include "base/buf.h"
#include "form/comments_read.h"

#include <stdbool.h>

/* rk_comments_sort puts them in the order of cells, those of one cell as they came. */
void rk_comments_sort(struct rk_comment_kept *comments, size_t count);

/* The comments themselves, of sorted ones; several of one cell become one: its author is the first's, a blank line parts the texts. */
RK_MUST_USE enum rk_status rk_comments_add_texts(
	struct rk_buf *out, const struct rk_comment_kept *comments, size_t count, bool strict);
/* Their boxes, without which Excel shows no comment (ECMA-376 part 4, VML); number is the sheet's own within the workbook. */
RK_MUST_USE enum rk_status rk_comments_add_boxes(
	struct rk_buf *out, const struct rk_comment_kept *comments, size_t count, size_t number);
