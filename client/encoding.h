/* encoding.h - text for those whose programs read CP932 (--encoding cp932).
 *
 * A character that CP932 does not have is never lost silently: each is told with its place, and 〓 stands for it, or nothing is
 * written at all (--strict).
 */
#pragma once
#include "run.h"

/* The exit status of an output that has 〓 in it. */
#define RK_EX_LOSSY 79

/* Whether this run writes CP932. */
bool rk_encoding_is_cp932(const struct rk_run *run);
/* rk_encoding_check refuses what CP932 cannot be asked for: JSON, bytes, calendars.  Returns an exit status. */
int rk_encoding_check(struct rk_run *run);

/* rk_encode appends text, which is UTF-8 with or without its mark, as CP932 to out, and tells on stderr what it has not: by row and field of a CSV
 * file, else by line; behind the name of a file (NULL: none).
 * Returns EX_OK, RK_EX_LOSSY, EX_DATAERR when --strict forbids that, EX_CONFIG when the system has no table. */
int rk_encode(
	struct rk_run *run, const char *file, bool csv, struct rk_slice text, struct rk_buf *out);
