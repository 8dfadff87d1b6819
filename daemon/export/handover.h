/* handover.h - a finished bundle is handed over by a command of the operator: an argument vector, run without a shell.
 *
 * Commands stand in renkeid.conf and nowhere else, each under a name; a schedule names one.  So whoever may edit schedules chooses among what
 * the operator wrote, and brings no word of an argument.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"

#include <stdint.h>

#define RK_HANDOVER_WORDS 32 /* program and arguments */

struct rk_handover {
	const char *name; /* 1 to 40 of a-z 0-9 "-", a letter first */
	const char *words[RK_HANDOVER_WORDS +
		1]; /* the program's absolute path and its arguments, ended by NULL */
};

/* What is handed over. */
struct rk_handover_bundle {
	const char *folder; /* absolute */
	const char *schedule, *id;
};

/* rk_handover_parse reads "NAME PROGRAM ARGUMENT ...", words parted by blanks; nothing is quoted.  In arguments {bundle} stands for the folder,
 * {schedule} and {id} for the names; other words in braces are refused.
 * Errors: RK_INVALID_ARGUMENT with what is wrong; RK_RESOURCE_EXHAUSTED */
RK_MUST_USE enum rk_status rk_handover_parse(
	struct rk_arena *arena, const char *line, struct rk_handover *handover, struct rk_err *err);
/* The words with the bundle's names in the place of {...}; in the arena.
 * Errors: RK_RESOURCE_EXHAUSTED */
RK_MUST_USE enum rk_status rk_handover_fill(struct rk_arena *arena,
	const struct rk_handover *handover, const struct rk_handover_bundle *bundle,
	const char *words[RK_HANDOVER_WORDS + 1], struct rk_err *err);
/* Is there a command of this name among lines (ended by NULL)?  *line is it, or NULL; returns the names of all, ", " between them, in the arena;
 * NULL without memory. */
const char *rk_handover_find(
	struct rk_arena *arena, const char *const *lines, const char *name, const char **line);

struct rk_handover_terms {
	const char *const *commands; /* of the operator, ended by NULL */
	int64_t limit_ms; /* then it is ended: asked to, and after five seconds made to */
	/* Asked every other second: may this go on?  NULL: it may. */
	enum rk_status (*going)(void *arg, struct rk_err *err);
	void *arg;
};

/* rk_handover_run runs the command in the bundle's folder and waits for it: no input, output to the log alone (its last 1,000 bytes), and of the
 * environment PATH, HOME, LANG, RENKEI_BUNDLE, RENKEI_SCHEDULE and RENKEI_BUNDLE_ID.  However it ends, what it began ends with it: all of its process group,
 * also what it left in the background.  When this process dies, the command is killed; of what it began only what minds that.  What has made itself a group of
 * its own (setsid) is out of reach.
 * Errors: RK_FAILED_PRECONDITION this daemon has no such command, or it cannot be run; RK_UNAVAILABLE it failed;
 *         RK_DEADLINE_EXCEEDED it took longer than limit_ms; those of going */
RK_MUST_USE enum rk_status rk_handover_run(const struct rk_handover_terms *terms, const char *name,
	const struct rk_handover_bundle *bundle, struct rk_err *err);
