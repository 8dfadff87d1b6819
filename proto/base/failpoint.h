/* failpoint.h - places where a test build dies on purpose.
 *
 * Compiled with RENKEI_FAILPOINTS, a process whose environment says RENKEI_FAILPOINT=name:n kills itself when it passes the
 * place of that name for the n-th time, as if the power had gone: nothing is flushed, nothing is said.  Without it the places
 * are nothing, and no release has them.
 */
#pragma once
#include <stddef.h>

#ifdef RENKEI_FAILPOINTS
void rk_failpoint(const char *name);
/* For a place that hands len bytes on: how many to hand on.  That is len, until the n-th pass hands on half of them and the
 * next ones none; the process dies when the half has had 20 ms to leave.  Fewer than 128 bytes are no pass. */
size_t rk_failpoint_cut(const char *name, size_t len);
#	define RK_FAILPOINT(name)          rk_failpoint(name)
#	define RK_FAILPOINT_CUT(name, len) rk_failpoint_cut(name, len)
#else
#	define RK_FAILPOINT(name)          ((void)0)
#	define RK_FAILPOINT_CUT(name, len) (len)
#endif
