/* progress.h - how far long work is, on one line of the terminal that is drawn again and again.
 *
 * Only where stderr is a terminal, so that a log or a pipe never holds it.  Everything else that is said hides it first (rk_talk and
 * its like do), and the next step draws it anew.
 */
#pragma once
#include "base/buf.h"
#include "run.h"

/* A line of at most width - 1 columns: the label, a bar where there is room for ten columns of one, "12/100". */
RK_MUST_USE enum rk_status rk_progress_line(
	struct rk_buf *out, const char *label, size_t done, size_t total, size_t width);

/* One at a time; code: what is done, as rk_tell says it. */
void rk_progress_begin(struct rk_run *run, const char *code, size_t total);
void rk_progress_step(size_t done);
/* Wipes the line; nothing when none is drawn. */
void rk_progress_hide(void);
void rk_progress_end(void);
