/* The workers: started, heard, buried, started again. */
#include "base/clock.h"
#include "base/log.h"
#include "serve/supervisor_own.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define CRASH_PAUSE_MS 1000

void rk_supervisor_forget(struct rk_supervisor *s, int index)
{
	close(s->signals);
	if (s->control >= 0)
		close(s->control);
	if (s->client >= 0)
		close(s->client);
	for (int i = 0; i < MAX_CHILDREN; i++) {
		if (s->children[i].pid)
			close(s->children[i].notify);
	}
	for (int i = 0; i < s->workers; i++) {
		if (i != index)
			close(s->sockets[i]);
	}
	if (index != 0 && s->scrape >= 0)
		close(s->scrape);
	if (index != 0 && s->enrol >= 0)
		close(s->enrol);
	if (s->options->in_worker)
		s->options->in_worker(s->options->arg);
}

static void child_serve(
	struct rk_supervisor *s, int slot, int index, const struct rk_config *config, int notify)
{
	const struct rk_server_options options = {
		.config = config,
		.listen_fd = s->sockets[index],
		.scrape_fd = index == 0 ? s->scrape : -1,
		.enrol_fd = index == 0 ? s->enrol : -1,
		.enrol_port = s->enrol_port,
		.notify_fd = notify,
		.workers = s->workers,
		.counters = s->counters,
		.slot = slot,
	};
	sigset_t none;
	int status;

	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	rk_supervisor_forget(s, index);
	status = rk_server_run(&options);
	rk_config_close(&s->config);
	rk_config_close(&s->next);
	exit(status);
}

static int free_slot(const struct rk_supervisor *s)
{
	for (int i = 0; i < MAX_CHILDREN; i++) {
		if (!s->children[i].pid)
			return i;
	}
	return -1;
}

bool rk_child_start(struct rk_supervisor *s, int index, bool pending)
{
	int slot = free_slot(s), pipes[2];
	pid_t pid;

	if (slot < 0 || pipe2(pipes, O_CLOEXEC | O_NONBLOCK) != 0)
		return false;
	pid = fork();
	if (pid == 0) {
		close(pipes[0]);
		child_serve(s, slot, index, pending ? &s->next : &s->config, pipes[1]);
	}
	close(pipes[1]);
	if (pid < 0) {
		close(pipes[0]);
		return false;
	}
	s->children[slot] = (struct rk_child){
		.pid = pid,
		.index = index,
		.notify = pipes[0],
		.born_ms = rk_clock_ms(),
		.pending = pending,
	};
	return true;
}

void rk_children_stop(struct rk_supervisor *s, bool pending, int signal_number)
{
	for (int i = 0; i < MAX_CHILDREN; i++) {
		struct rk_child *child = &s->children[i];

		if (!child->pid || child->pending != pending || child->stopping)
			continue;
		child->stopping = true;
		kill(child->pid, signal_number);
	}
}

void rk_children_count(
	const struct rk_supervisor *s, bool pending, int *all, int *listening, int *ready)
{
	*all = *listening = *ready = 0;
	for (int i = 0; i < MAX_CHILDREN; i++) {
		const struct rk_child *child = &s->children[i];

		if (!child->pid || child->pending != pending || child->stopping)
			continue;
		++*all;
		*listening += child->listening;
		*ready += child->ready;
	}
}

void rk_child_on_notice(struct rk_child *child)
{
	char what;

	while (read(child->notify, &what, 1) == 1) {
		child->listening = child->listening || what == 'L';
		child->ready = child->ready || what == 'R';
	}
}

static void child_ended(struct rk_supervisor *s, int slot, int status)
{
	struct rk_child child = s->children[slot];
	bool crashed = !child.stopping && !s->stop_until_ms;

	rk_log(crashed ? RK_LOG_ERROR : RK_LOG_INFO, "worker_ended", RK_NUMBER("worker", child.pid),
		RK_NUMBER("exit", WIFEXITED(status) ? WEXITSTATUS(status) : -1),
		RK_NUMBER("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0));
	close(child.notify);
	s->children[slot] = (struct rk_child){0};
	rk_counters_forget(s->counters, slot);
	if (!crashed || child.pending)
		return;
	s->again_ms[child.index] = rk_clock_ms();
	if (rk_clock_ms() - child.born_ms < CRASH_PAUSE_MS)
		s->again_ms[child.index] += CRASH_PAUSE_MS;
}

/* Only workers: other children (the demo's PostgreSQL) belong to who made them. */
void rk_children_reap(struct rk_supervisor *s)
{
	for (int i = 0; i < MAX_CHILDREN; i++) {
		int status;

		if (s->children[i].pid && waitpid(s->children[i].pid, &status, WNOHANG) > 0)
			child_ended(s, i, status);
	}
}

void rk_children_restart(struct rk_supervisor *s)
{
	for (int i = 0; i < s->workers && !s->stop_until_ms; i++) {
		if (!s->again_ms[i] || rk_clock_ms() < s->again_ms[i])
			continue;
		s->again_ms[i] = rk_child_start(s, i, false) ? 0 : rk_clock_ms() + CRASH_PAUSE_MS;
	}
}

bool rk_children_any(const struct rk_supervisor *s)
{
	for (int i = 0; i < MAX_CHILDREN; i++) {
		if (s->children[i].pid)
			return true;
	}
	return false;
}
