#include "export/runners.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void say_made(void *arg)
{
	const int *out = arg;
	ssize_t put = write(*out, "", 1);

	(void)put;
}

/* What ended otherwise than it should is seen by its lease; here it is only said. */
static void tell_end(const char *schedule, int status)
{
	if (WIFSIGNALED(status))
		rk_log(RK_LOG_ERROR, "export_process_died", RK_TEXT("schedule", schedule),
			RK_NUMBER("signal", WTERMSIG(status)));
}

void rk_runners_reap(struct rk_runners *runners)
{
	for (size_t i = 0; i < RK_RUNNERS; i++) {
		int status;

		if (!runners->each[i].pid ||
			waitpid(runners->each[i].pid, &status, WNOHANG) != runners->each[i].pid)
			continue;
		tell_end(runners->each[i].schedule, status);
		runners->each[i].pid = 0;
	}
}

/* A free place, unless a run of the schedule goes on: RK_RUNNERS then. */
static size_t place_for(const struct rk_runners *runners, const char *schedule)
{
	size_t place = RK_RUNNERS;

	for (size_t i = 0; i < RK_RUNNERS; i++) {
		if (!runners->each[i].pid)
			place = i;
		else if (strcmp(runners->each[i].schedule, schedule) == 0)
			return RK_RUNNERS;
	}
	return place;
}

/* The byte of say_made, or the end of the process. */
static bool wait_made(int in)
{
	char byte;
	ssize_t got;

	do
		got = read(in, &byte, 1);
	while (got < 0 && errno == EINTR);
	return got == 1;
}

enum rk_status rk_runners_begin(struct rk_runners *runners, const char *schedule,
	void (*run)(void *arg, void (*on_handover)(void *arg), void *handover_arg), void *arg,
	struct rk_err *err)
{
	pid_t parent = getpid(), pid;
	size_t place;
	int pipes[2], status;

	rk_runners_reap(runners);
	place = place_for(runners, schedule);
	if (place == RK_RUNNERS)
		return RK_OK;
	if (pipe2(pipes, O_CLOEXEC) != 0)
		return rk_fail(
			err, RK_RESOURCE_EXHAUSTED, "no pipe for an export: %s", strerror(errno));
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NAME, "renkeid-export");
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(pipes[0]);
		if (getppid() == parent)
			run(arg, say_made, &pipes[1]);
		_exit(0);
	}
	close(pipes[1]);
	if (pid < 0) {
		close(pipes[0]);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no process for an export: %s",
			strerror(errno));
	}
	if (wait_made(pipes[0])) {
		runners->each[place].pid = pid;
		snprintf(runners->each[place].schedule, sizeof runners->each[place].schedule, "%s",
			schedule);
	} else if (waitpid(pid, &status, 0) == pid) {
		tell_end(schedule, status);
	}
	close(pipes[0]);
	return RK_OK;
}
