/* The command of a handover as a process: begun, watched, its end told. */
#include "base/clock.h"
#include "base/log.h"
#include "export/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TAIL_BYTES  1000
#define LOOK_MS     200
#define ASK_MS      2000
#define PATIENCE_MS 5000

struct child {
	const struct rk_handover_terms *terms;
	const char *name;
	pid_t pid;
	int out; /* what it says */
	char tail[TAIL_BYTES + 1];
	size_t len;
	int64_t begun_ms, asked_ms;
};

/* Between fork and exec: nothing here may take memory or a lock. */
static void become(const char *const *words, const char *const *environment, const char *folder,
	int out, pid_t parent)
{
	sigset_t none;
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);

	sigemptyset(&none);
	for (int s = 1; s < NSIG; s++)
		(void)signal(s, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Who died before that sends no signal any more. */
	if (getppid() != parent)
		_exit(127);
	if (in >= 0 && dup2(in, 0) >= 0 && dup2(out, 1) >= 0 && dup2(out, 2) >= 0 &&
		syscall(SYS_close_range, 3U, ~0U, 0U) == 0 && chdir(folder) == 0)
		/* execve takes the words for its own; the memory is the child's. */
		(void)execve(words[0], (char *const *)(uintptr_t)words,
			(char *const *)(uintptr_t)environment);
	_exit(127);
}

static enum rk_status begin(struct child *child, struct rk_arena *arena,
	const struct rk_handover *handover, const struct rk_handover_bundle *bundle,
	struct rk_err *err)
{
	const char *words[RK_HANDOVER_WORDS + 1];
	const char *environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8",
		"HOME=/nonexistent", rk_arena_printf(arena, "RENKEI_BUNDLE=%s", bundle->folder),
		rk_arena_printf(arena, "RENKEI_SCHEDULE=%s", bundle->schedule),
		rk_arena_printf(arena, "RENKEI_BUNDLE_ID=%s", bundle->id), NULL};
	const char *home = getenv("HOME");
	pid_t parent = getpid();
	int pipes[2];

	if (home && *home)
		environment[2] = rk_arena_printf(arena, "HOME=%s", home);
	for (size_t i = 2; i < 6; i++) {
		if (!environment[i])
			return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a command");
	}
	RK_TRY(rk_handover_fill(arena, handover, bundle, words, err));
	if (access(words[0], X_OK) != 0)
		return rk_fail(err, RK_FAILED_PRECONDITION, "command '%s': %s: %s", child->name,
			words[0], strerror(errno));
	if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) != 0)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "command '%s': %s", child->name,
			strerror(errno));
	/* What it writes waits for us, and not the other way round. */
	(void)fcntl(pipes[1], F_SETFL, 0);
	child->pid = fork();
	if (child->pid == 0)
		become(words, environment, bundle->folder, pipes[1], parent);
	close(pipes[1]);
	child->out = pipes[0];
	if (child->pid > 0)
		return RK_OK;
	close(pipes[0]);
	return rk_fail(
		err, RK_RESOURCE_EXHAUSTED, "command '%s': %s", child->name, strerror(errno));
}

static void keep(struct child *child, const char *text, size_t len)
{
	size_t gone = child->len + len > TAIL_BYTES ? child->len + len - TAIL_BYTES : 0;

	if (gone >= child->len) {
		text += gone - child->len;
		len -= gone - child->len;
		child->len = 0;
	} else if (gone) {
		memmove(child->tail, child->tail + gone, child->len - gone);
		child->len -= gone;
	}
	memcpy(child->tail + child->len, text, len);
	child->len += len;
	child->tail[child->len] = '\0';
}

static void listen_to(struct child *child, int wait_ms)
{
	struct pollfd at = {.fd = child->out, .events = POLLIN};
	char text[4096];
	ssize_t got;

	if (poll(&at, 1, wait_ms) <= 0)
		return;
	while ((got = read(child->out, text, sizeof text)) > 0)
		keep(child, text, (size_t)got);
	/* Whoever closed its output may still be at work. */
	if (got == 0)
		(void)poll(NULL, 0, wait_ms);
}

/* What it began and left behind ends with it; until it is waited for, its number is nobody else's. */
static bool ended(struct child *child, int *status)
{
	siginfo_t said = {0};

	if (waitid(P_PID, (id_t)child->pid, &said, WEXITED | WNOHANG | WNOWAIT) != 0 ||
		said.si_pid != child->pid)
		return false;
	(void)kill(-child->pid, SIGKILL);
	return waitpid(child->pid, status, 0) == child->pid;
}

static void end(struct child *child)
{
	int64_t until = rk_clock_ms() + PATIENCE_MS;
	int status;

	(void)kill(-child->pid, SIGTERM);
	while (!ended(child, &status)) {
		if (rk_clock_ms() >= until)
			(void)kill(-child->pid, SIGKILL);
		listen_to(child, LOOK_MS);
	}
}

static enum rk_status watch(struct child *child, int *status, struct rk_err *err)
{
	const struct rk_handover_terms *terms = child->terms;

	while (!ended(child, status)) {
		int64_t now_ms = rk_clock_ms();

		if (now_ms - child->begun_ms > terms->limit_ms) {
			end(child);
			return rk_fail(err, RK_DEADLINE_EXCEEDED,
				"command '%s' took longer than %lld s (export_command_s) and was ended",
				child->name, (long long)(terms->limit_ms / 1000));
		}
		if (terms->going && now_ms > child->asked_ms + ASK_MS) {
			child->asked_ms = now_ms;
			if (terms->going(terms->arg, err) != RK_OK) {
				end(child);
				return err->status;
			}
		}
		listen_to(child, LOOK_MS);
	}
	listen_to(child, 0);
	return RK_OK;
}

/* Arguments and output may hold what only the operator may read: neither is in err, which goes to the list of runs. */
static enum rk_status judge(const struct child *child, int status, struct rk_err *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return RK_OK;
	if (WIFEXITED(status))
		return rk_fail(err, RK_UNAVAILABLE,
			"command '%s' ended with %d; the log has what it said", child->name,
			WEXITSTATUS(status));
	return rk_fail(err, RK_UNAVAILABLE,
		"command '%s' was ended by signal %d; the log has what it said", child->name,
		WTERMSIG(status));
}

static enum rk_status run(struct child *child, struct rk_arena *arena,
	const struct rk_handover_bundle *bundle, struct rk_err *err)
{
	struct rk_handover handover;
	const char *line, *names;
	enum rk_status status;
	int ending = 0;

	names = rk_handover_find(arena, child->terms->commands, child->name, &line);
	if (!line)
		return rk_fail(err, RK_FAILED_PRECONDITION,
			"export_commands of this daemon has no command '%s'; it has: %s",
			child->name, names && *names ? names : "none");
	RK_TRY(rk_handover_parse(arena, line, &handover, err));
	child->begun_ms = child->asked_ms = rk_clock_ms();
	RK_TRY(begin(child, arena, &handover, bundle, err));
	status = watch(child, &ending, err);
	if (status == RK_OK)
		status = judge(child, ending, err);
	close(child->out);
	rk_log(status == RK_OK ? RK_LOG_NOTICE : RK_LOG_ERROR, "export_handed_over",
		RK_TEXT("schedule", bundle->schedule), RK_TEXT("bundle", bundle->id),
		RK_TEXT("command", child->name),
		RK_TEXT("status", status == RK_OK ? "OK" : "FAILED"),
		RK_NUMBER("ms", rk_clock_ms() - child->begun_ms), RK_TEXT("output", child->tail));
	return status;
}

enum rk_status rk_handover_run(const struct rk_handover_terms *terms, const char *name,
	const struct rk_handover_bundle *bundle, struct rk_err *err)
{
	struct child child = {.terms = terms, .name = name};
	struct rk_arena arena = {0};
	enum rk_status status = run(&child, &arena, bundle, err);

	rk_arena_clear(&arena);
	return status;
}
