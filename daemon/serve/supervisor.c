#include "serve/supervisor.h"

#include "base/clock.h"
#include "base/log.h"
#include "serve/control.h"
#include "serve/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define MAX_WORKERS    64
#define MAX_CHILDREN   (MAX_WORKERS * 3)
#define RELOAD_MS      15000
#define STOP_GRACE_MS  5000
#define CRASH_PAUSE_MS 1000

struct child {
	pid_t pid; /* 0: free */
	int index; /* which socket */
	int notify;
	int64_t born_ms;
	bool listening, ready;
	bool pending; /* of a reload that is not decided yet */
	bool stopping;
};

struct supervisor {
	const struct rk_supervisor_options *options;
	struct rk_config config, next;
	struct rk_counters *counters;
	struct child children[MAX_CHILDREN]; /* the place is also the slot of the counters */
	int64_t again_ms[MAX_WORKERS];       /* when a crashed worker may start again; 0: now */
	int workers, sockets[MAX_WORKERS], scrape, control, signals, port;
	char host[128];
	int client;              /* who waits for a reload; -1: nobody */
	int64_t reload_until_ms; /* 0: none under way */
	int64_t stop_until_ms;   /* 0: serving */
	bool told_listening, told_ready;
	int status;
};

static void child_serve(
	struct supervisor *s, int slot, int index, const struct rk_config *config, int notify)
{
	const struct rk_server_options options = {
		.config = config,
		.listen_fd = s->sockets[index],
		.scrape_fd = index == 0 ? s->scrape : -1,
		.notify_fd = notify,
		.workers = s->workers,
		.counters = s->counters,
		.slot = slot,
	};
	sigset_t none;
	int status;

	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	close(s->signals);
	if (s->control >= 0)
		close(s->control);
	if (s->client >= 0)
		close(s->client);
	for (int i = 0; i < MAX_CHILDREN; i++) {
		if (s->children[i].pid)
			close(s->children[i].notify);
	}
	if (s->options->in_worker)
		s->options->in_worker(s->options->arg);
	status = rk_server_run(&options);
	rk_config_close(&s->config);
	rk_config_close(&s->next);
	exit(status);
}

static int free_slot(const struct supervisor *s)
{
	for (int i = 0; i < MAX_CHILDREN; i++) {
		if (!s->children[i].pid)
			return i;
	}
	return -1;
}

static bool child_start(struct supervisor *s, int index, bool pending)
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
	s->children[slot] = (struct child){
		.pid = pid,
		.index = index,
		.notify = pipes[0],
		.born_ms = rk_clock_ms(),
		.pending = pending,
	};
	return true;
}

static void children_stop(struct supervisor *s, bool pending, int signal_number)
{
	for (int i = 0; i < MAX_CHILDREN; i++) {
		struct child *child = &s->children[i];

		if (!child->pid || child->pending != pending || child->stopping)
			continue;
		child->stopping = true;
		kill(child->pid, signal_number);
	}
}

static void stop(struct supervisor *s)
{
	if (s->stop_until_ms)
		return;
	rk_log(RK_LOG_NOTICE, "stopping", RK_NUMBER("workers", s->workers));
	s->stop_until_ms = rk_clock_ms() + s->config.settings->drain_ms + STOP_GRACE_MS;
	s->reload_until_ms = 0;
	rk_control_answer(&s->client, "error: the daemon is stopping\n");
	children_stop(s, false, SIGTERM);
	children_stop(s, true, SIGTERM);
}

static void reload_fail(struct supervisor *s, const char *why)
{
	rk_log(RK_LOG_ERROR, "reload_failed", RK_TEXT("why", why));
	rk_control_answer(&s->client, "error: the old configuration stays: %s\n", why);
	s->reload_until_ms = 0;
	children_stop(s, true, SIGTERM);
	rk_config_close(&s->next);
}

static const char *fixed_setting_changed(
	const struct rk_settings *old, const struct rk_settings *new)
{
	if (strcmp(old->listen, new->listen) != 0)
		return "listen";
	if (strcmp(old->metrics_listen, new->metrics_listen) != 0)
		return "metrics_listen";
	if (strcmp(old->control_socket, new->control_socket) != 0)
		return "control_socket";
	return old->workers != new->workers ? "workers" : NULL;
}

static void reload(struct supervisor *s)
{
	struct rk_err err = {0};
	const char *fixed;

	if (rk_config_open(s->options->config_path, &s->next, &err) != RK_OK) {
		reload_fail(s, err.text);
		return;
	}
	fixed = fixed_setting_changed(s->config.settings, s->next.settings);
	if (fixed) {
		snprintf(err.text, sizeof err.text, "'%s' changes only at a new start", fixed);
		reload_fail(s, err.text);
		return;
	}
	if (s->options->check &&
		s->options->check(s->next.settings, &err) == RK_FAILED_PRECONDITION) {
		reload_fail(s, err.text);
		return;
	}
	s->reload_until_ms = rk_clock_ms() + RELOAD_MS;
	for (int i = 0; i < s->workers; i++) {
		if (!child_start(s, i, true)) {
			reload_fail(s, "no worker could be started");
			return;
		}
	}
}

/* How many of one kind there are, listen, can ask the database. */
static void count(const struct supervisor *s, bool pending, int *all, int *listening, int *ready)
{
	*all = *listening = *ready = 0;
	for (int i = 0; i < MAX_CHILDREN; i++) {
		const struct child *child = &s->children[i];

		if (!child->pid || child->pending != pending || child->stopping)
			continue;
		++*all;
		*listening += child->listening;
		*ready += child->ready;
	}
}

static void reload_commit(struct supervisor *s)
{
	children_stop(s, false, SIGUSR1);
	for (int i = 0; i < MAX_CHILDREN; i++)
		s->children[i].pending = false;
	/* Who crashed before has been replaced with the others. */
	memset(s->again_ms, 0, sizeof s->again_ms);
	rk_config_close(&s->config);
	s->config = s->next;
	s->next = (struct rk_config){0};
	s->reload_until_ms = 0;
	rk_log(RK_LOG_NOTICE, "reloaded", RK_TEXT("file", s->options->config_path));
	rk_control_answer(&s->client, "ok: the new configuration serves\n");
}

static void reload_decide(struct supervisor *s)
{
	int all, listening, ready;

	if (!s->reload_until_ms)
		return;
	count(s, true, &all, &listening, &ready);
	if (all < s->workers)
		reload_fail(s, "a worker ended at once; the log says why");
	else if (ready == all)
		reload_commit(s);
	else if (rk_clock_ms() >= s->reload_until_ms)
		reload_fail(s, "the database did not answer the new workers; the log says why");
}

static void tell_status(struct supervisor *s, int *client)
{
	char text[7000];
	size_t len = 0;

	for (int i = 0; i < MAX_CHILDREN && len < sizeof text - 400; i++) {
		const struct child *child = &s->children[i];
		struct rk_stats *stats = rk_counters_slot(s->counters, i);

		if (!child->pid)
			continue;
		len += (size_t)snprintf(text + len, sizeof text - len,
			"worker %d: %s for %lld s, %lld connections, %lld calls, database %s%s%s\n",
			(int)child->pid, child->stopping ? "draining" : "serving",
			(long long)((rk_clock_ms() - child->born_ms) / 1000),
			(long long)atomic_load(&stats->peers_open),
			(long long)atomic_load(&stats->calls_open),
			atomic_load(&stats->db_ready) ? "ready" : "away", *stats->why ? ": " : "",
			stats->why);
	}
	rk_control_answer(client, "ok: renkeid %s, process %d, port %d\n%.*s", RENKEI_VERSION,
		(int)getpid(), s->port, (int)len, text);
}

static void on_control(struct supervisor *s)
{
	char word[32];
	int client;

	rk_control_accept(s->control, &client, word);
	if (client < 0)
		return;
	if (strcmp(word, "status") == 0) {
		tell_status(s, &client);
	} else if (strcmp(word, "stop") == 0) {
		rk_control_answer(&client, "ok: stopping\n");
		stop(s);
	} else if (strcmp(word, "reload") != 0) {
		rk_control_answer(&client, "error: reload, status or stop\n");
	} else if (s->reload_until_ms || s->stop_until_ms) {
		rk_control_answer(&client, "error: busy with a reload or a stop\n");
	} else {
		s->client = client;
		reload(s);
	}
}

static void child_ended(struct supervisor *s, int slot, int status)
{
	struct child child = s->children[slot];
	bool crashed = !child.stopping && !s->stop_until_ms;

	rk_log(crashed ? RK_LOG_ERROR : RK_LOG_INFO, "worker_ended", RK_NUMBER("pid", child.pid),
		RK_NUMBER("exit", WIFEXITED(status) ? WEXITSTATUS(status) : -1),
		RK_NUMBER("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0));
	close(child.notify);
	s->children[slot] = (struct child){0};
	rk_counters_forget(s->counters, slot);
	if (!crashed || child.pending)
		return;
	s->again_ms[child.index] = rk_clock_ms();
	if (rk_clock_ms() - child.born_ms < CRASH_PAUSE_MS)
		s->again_ms[child.index] += CRASH_PAUSE_MS;
}

/* Only workers: other children (the demo's PostgreSQL) belong to who made them. */
static void reap(struct supervisor *s)
{
	for (int i = 0; i < MAX_CHILDREN; i++) {
		int status;

		if (s->children[i].pid && waitpid(s->children[i].pid, &status, WNOHANG) > 0)
			child_ended(s, i, status);
	}
}

static void restart(struct supervisor *s)
{
	for (int i = 0; i < s->workers && !s->stop_until_ms; i++) {
		if (!s->again_ms[i] || rk_clock_ms() < s->again_ms[i])
			continue;
		s->again_ms[i] = child_start(s, i, false) ? 0 : rk_clock_ms() + CRASH_PAUSE_MS;
	}
}

static void on_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
			stop(s);
		else if (info.ssi_signo == SIGHUP && !s->stop_until_ms && !s->reload_until_ms)
			reload(s);
	}
	reap(s);
}

static void tell(struct supervisor *s, bool *told,
	enum rk_status (*fn)(void *, const char *, int, struct rk_err *))
{
	struct rk_err err = {0};

	*told = true;
	if (!fn || fn(s->options->arg, s->host, s->port, &err) == RK_OK)
		return;
	rk_log(RK_LOG_ERROR, "start_failed", RK_TEXT("why", err.text));
	s->status = EX_SOFTWARE;
	stop(s);
}

static void on_notice(struct child *child)
{
	char what;

	while (read(child->notify, &what, 1) == 1) {
		child->listening = child->listening || what == 'L';
		child->ready = child->ready || what == 'R';
	}
}

static void tell_progress(struct supervisor *s)
{
	int all, listening, ready;

	if (s->stop_until_ms)
		return;
	count(s, false, &all, &listening, &ready);
	if (!s->told_listening && listening == s->workers) {
		rk_log(RK_LOG_NOTICE, "listening", RK_TEXT("host", s->host),
			RK_NUMBER("port", s->port), RK_NUMBER("workers", s->workers));
		tell(s, &s->told_listening, s->options->on_listening);
	}
	if (!s->told_ready && ready == s->workers && !s->stop_until_ms)
		tell(s, &s->told_ready, s->options->on_ready);
}

static bool any_child(const struct supervisor *s)
{
	for (int i = 0; i < MAX_CHILDREN; i++) {
		if (s->children[i].pid)
			return true;
	}
	return false;
}

static int patience_ms(const struct supervisor *s)
{
	bool restarting = false;

	for (int i = 0; i < s->workers; i++)
		restarting = restarting || s->again_ms[i];
	return s->stop_until_ms || s->reload_until_ms || restarting ? 200 : 10000;
}

static void turn(struct supervisor *s)
{
	struct pollfd fds[2 + MAX_CHILDREN];
	struct child *whose[2 + MAX_CHILDREN] = {NULL};
	nfds_t used = 2;

	fds[0] = (struct pollfd){.fd = s->signals, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = s->stop_until_ms ? -1 : s->control, .events = POLLIN};
	for (int i = 0; i < MAX_CHILDREN; i++) {
		if (!s->children[i].pid || (s->children[i].listening && s->children[i].ready))
			continue;
		whose[used] = &s->children[i];
		fds[used++] = (struct pollfd){.fd = s->children[i].notify, .events = POLLIN};
	}
	if (poll(fds, used, patience_ms(s)) < 0 && errno != EINTR)
		return;
	for (nfds_t i = 2; i < used; i++) {
		if (fds[i].revents)
			on_notice(whose[i]);
	}
	on_signals(s);
	if (fds[1].revents)
		on_control(s);
	reload_decide(s);
	restart(s);
	tell_progress(s);
	if (s->options->on_turn && !s->stop_until_ms)
		s->options->on_turn(s->options->arg);
}

static void serve(struct supervisor *s)
{
	for (int i = 0; i < s->workers; i++)
		s->again_ms[i] = rk_clock_ms();
	restart(s);
	while (!s->stop_until_ms || any_child(s)) {
		turn(s);
		if (!s->stop_until_ms || rk_clock_ms() < s->stop_until_ms)
			continue;
		for (int i = 0; i < MAX_CHILDREN; i++) {
			if (s->children[i].pid)
				kill(s->children[i].pid, SIGKILL);
		}
	}
}

static int worker_count(const struct rk_settings *settings)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (settings->workers)
		return (int)settings->workers;
	if (processors > MAX_WORKERS * 2)
		return MAX_WORKERS;
	return processors < 4 ? 1 : (int)(processors / 2);
}

static enum rk_status open_sockets(struct supervisor *s, struct rk_err *err)
{
	const struct rk_settings *settings = s->config.settings;
	char address[160];
	int port;

	if (!rk_listener_host(settings->listen, s->host, sizeof s->host))
		return rk_fail(err, RK_FAILED_PRECONDITION, "listen: '%s' is no host:port",
			settings->listen);
	RK_TRY(rk_listener_socket(settings->listen, false, &s->sockets[0], &s->port, err));
	snprintf(address, sizeof address, strchr(s->host, ':') ? "[%s]:%d" : "%s:%d", s->host,
		s->port);
	for (int i = 1; i < s->workers; i++)
		RK_TRY(rk_listener_socket(address, false, &s->sockets[i], &port, err));
	if (*settings->metrics_listen)
		RK_TRY(rk_listener_socket(settings->metrics_listen, true, &s->scrape, &port, err));
	if (*settings->control_socket)
		RK_TRY(rk_control_listen(settings->control_socket, &s->control, err));
	return RK_OK;
}

static enum rk_status open_signals(struct supervisor *s, struct rk_err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signals >= 0 ? RK_OK : rk_fail(err, RK_INTERNAL, "signalfd: %s", strerror(errno));
}

static int sysexit_of(enum rk_status status)
{
	switch (status) {
	case RK_UNAVAILABLE:
		return EX_UNAVAILABLE;
	case RK_ALREADY_EXISTS:
	case RK_PERMISSION_DENIED:
		return EX_CANTCREAT;
	case RK_INTERNAL:
	case RK_RESOURCE_EXHAUSTED:
		return EX_SOFTWARE;
	default:
		return EX_CONFIG;
	}
}

static enum rk_status start(struct supervisor *s, struct rk_err *err)
{
	RK_TRY(rk_config_open(s->options->config_path, &s->config, err));
	if (s->options->check &&
		s->options->check(s->config.settings, err) == RK_FAILED_PRECONDITION)
		return RK_FAILED_PRECONDITION;
	s->workers = worker_count(s->config.settings);
	RK_TRY(rk_counters_open(&s->counters, err));
	RK_TRY(open_sockets(s, err));
	return open_signals(s, err);
}

static void finish(struct supervisor *s)
{
	if (s->control >= 0) {
		close(s->control);
		unlink(s->config.settings->control_socket);
	}
	for (int i = 0; i < MAX_WORKERS; i++) {
		if (s->sockets[i] >= 0)
			close(s->sockets[i]);
	}
	if (s->scrape >= 0)
		close(s->scrape);
	if (s->signals >= 0)
		close(s->signals);
	rk_control_answer(&s->client, "error: the daemon has stopped\n");
	rk_counters_close(&s->counters);
	rk_config_close(&s->next);
	rk_config_close(&s->config);
}

int rk_supervise(const struct rk_supervisor_options *options)
{
	struct supervisor *s = calloc(1, sizeof *s);
	struct rk_err err = {0};
	int status;

	if (!s)
		return EX_OSERR;
	s->options = options;
	s->scrape = s->control = s->signals = s->client = -1;
	memset(s->sockets, -1, sizeof s->sockets);
	if (start(s, &err) == RK_OK) {
		serve(s);
		status = s->status;
	} else {
		fprintf(stderr, "renkeid: %s\n", err.text);
		status = sysexit_of(err.status);
	}
	finish(s);
	free(s);
	return status;
}
