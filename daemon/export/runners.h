/* runners.h - each run is a process of its own: one makes a bundle at a time, and any number hand theirs over meanwhile.
 *
 * So a command that hangs holds up its own schedule alone, and a run that dies takes nobody along.  Runners are killed when who began them dies.
 */
#pragma once
#include "export/work.h"

#include <sys/types.h>

#define RK_RUNNERS 32 /* that hand over at the same time */

struct rk_runners {
	struct {
		pid_t pid; /* 0: free */
		char schedule[48];
	} each[RK_RUNNERS];
};

/* Begins the run in a process of its own, and returns once its bundle is made and a command hands it over, or the run has ended.  Does nothing while a run of
 * this schedule goes on, or while all hands are full: what is due stays due.  run is called in that process, which ends when it returns; it hands
 * on_handover on to the house (work.h).
 * Errors: RK_RESOURCE_EXHAUSTED no process, no pipe */
RK_MUST_USE enum rk_status rk_runners_begin(struct rk_runners *runners, const char *schedule,
	void (*run)(void *arg, void (*on_handover)(void *arg), void *handover_arg), void *arg,
	struct rk_err *err);
/* Takes note of those that have ended. */
void rk_runners_reap(struct rk_runners *runners);
