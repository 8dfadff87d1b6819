#include "serve/supervisor.h"

#include "base/clock.h"
#include "base/log.h"
#include "serve/control.h"
#include "serve/listener.h"
#include "serve/supervisor_own.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define STOP_GRACE_MS 5000

static void close_listeners(struct rk_supervisor *s)
{
	for (int i = 0; i < MAX_WORKERS; i++) {
		if (s->sockets[i] >= 0)
			close(s->sockets[i]);
		s->sockets[i] = -1;
	}
	if (s->scrape >= 0)
		close(s->scrape);
	if (s->enrol >= 0)
		close(s->enrol);
	s->scrape = s->enrol = -1;
}

/* Who connects now is to be refused and go elsewhere, not to wait for the end of the drain. */
static void stop(struct rk_supervisor *s)
{
	if (s->stop_until_ms)
		return;
	rk_log(RK_LOG_NOTICE, "stopping", RK_NUMBER("workers", s->workers));
	s->stop_until_ms = rk_clock_ms() + s->config.settings->drain_ms + STOP_GRACE_MS;
	s->reload_until_ms = 0;
	(void)sd_notify(0, "STOPPING=1");
	rk_control_answer(&s->client, "error: the daemon is stopping\n");
	rk_children_stop(s, false, SIGTERM);
	rk_children_stop(s, true, SIGTERM);
	rk_mail_stop(s);
	rk_keeper_stop(s);
	close_listeners(s);
}

static void tell_status(struct rk_supervisor *s, int *client)
{
	char text[7000];
	size_t len = 0;

	if (s->enrol_port)
		len = (size_t)snprintf(text, sizeof text, "enrolment on port %d\n", s->enrol_port);
	for (int i = 0; i < MAX_CHILDREN && len < sizeof text - 400; i++) {
		const struct rk_child *child = &s->children[i];
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
	rk_control_answer(client, "ok: renkeid %s, process %d, port %d%s\n%.*s", RENKEI_VERSION,
		(int)getpid(), s->port, s->stop_until_ms ? ", draining" : "", (int)len, text);
}

static void on_control(struct rk_supervisor *s)
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
		rk_reload(s);
	}
}

static void on_signals(struct rk_supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
			stop(s);
		else if (info.ssi_signo == SIGHUP && !s->stop_until_ms && !s->reload_until_ms)
			rk_reload(s);
	}
	rk_children_reap(s);
}

static void tell(struct rk_supervisor *s, bool *told,
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

static void tell_progress(struct rk_supervisor *s)
{
	int all, listening, ready;

	if (s->stop_until_ms)
		return;
	rk_children_count(s, false, &all, &listening, &ready);
	if (!s->told_listening && listening == s->workers) {
		rk_log(RK_LOG_NOTICE, "listening", RK_TEXT("host", s->host),
			RK_NUMBER("port", s->port), RK_NUMBER("workers", s->workers));
		tell(s, &s->told_listening, s->options->on_listening);
	}
	if (!s->told_ready && ready == s->workers && !s->stop_until_ms)
		tell(s, &s->told_ready, s->options->on_ready);
}

static int patience_ms(const struct rk_supervisor *s)
{
	bool restarting = false;

	for (int i = 0; i < s->workers; i++)
		restarting = restarting || s->again_ms[i];
	return s->stop_until_ms || s->reload_until_ms || restarting ? 200 : 10000;
}

static void turn(struct rk_supervisor *s)
{
	struct pollfd fds[2 + MAX_CHILDREN];
	struct rk_child *whose[2 + MAX_CHILDREN] = {NULL};
	nfds_t used = 2;

	fds[0] = (struct pollfd){.fd = s->signals, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = s->control, .events = POLLIN};
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
			rk_child_on_notice(whose[i]);
	}
	on_signals(s);
	if (fds[1].revents)
		on_control(s);
	rk_reload_decide(s);
	rk_children_restart(s);
	tell_progress(s);
	(void)sd_notify(0, "WATCHDOG=1");
	rk_mail_tend(s);
	if (s->told_ready || s->stop_until_ms)
		rk_keeper_tend(s);
	if (s->options->on_turn && !s->stop_until_ms)
		s->options->on_turn(s->options->arg);
}

static void serve(struct rk_supervisor *s)
{
	for (int i = 0; i < s->workers; i++)
		s->again_ms[i] = rk_clock_ms();
	rk_children_restart(s);
	while (!s->stop_until_ms || rk_children_any(s) || s->keeper) {
		turn(s);
		if (!s->stop_until_ms || rk_clock_ms() < s->stop_until_ms)
			continue;
		for (int i = 0; i < MAX_CHILDREN; i++) {
			if (s->children[i].pid)
				kill(s->children[i].pid, SIGKILL);
		}
		if (s->keeper)
			kill(s->keeper, SIGKILL);
	}
}

static int worker_count(const struct rk_settings *settings)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (settings->workers)
		return (int)settings->workers;
	if (processors / 2 > MAX_WORKERS)
		return MAX_WORKERS;
	return processors < 4 ? 1 : (int)(processors / 2);
}

static enum rk_status open_sockets(struct rk_supervisor *s, struct rk_err *err)
{
	const struct rk_settings *settings = s->config.settings;
	char address[160];
	int port;

	if (!rk_listener_host(settings->listen, s->host, sizeof s->host))
		return rk_fail(err, RK_FAILED_PRECONDITION, "listen: '%s' is no host:port",
			settings->listen);
	RK_TRY(rk_listener_alone(settings->listen, err));
	RK_TRY(rk_listener_socket(settings->listen, false, &s->sockets[0], &s->port, err));
	snprintf(address, sizeof address, strchr(s->host, ':') ? "[%s]:%d" : "%s:%d", s->host,
		s->port);
	for (int i = 1; i < s->workers; i++)
		RK_TRY(rk_listener_socket(address, false, &s->sockets[i], &port, err));
	if (*settings->enrolment_listen)
		RK_TRY(rk_listener_socket(
			settings->enrolment_listen, false, &s->enrol, &s->enrol_port, err));
	if (*settings->metrics_listen)
		RK_TRY(rk_listener_socket(settings->metrics_listen, true, &s->scrape, &port, err));
	if (*settings->control_socket)
		RK_TRY(rk_control_listen(settings->control_socket, &s->control, err));
	return RK_OK;
}

static enum rk_status open_signals(struct rk_supervisor *s, struct rk_err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	(void)signal(SIGPIPE, SIG_IGN);
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

static enum rk_status start(struct rk_supervisor *s, struct rk_err *err)
{
	struct rk_err missing;

	RK_TRY(rk_config_open(s->options->config_path, &s->config, err));
	if (s->options->check &&
		s->options->check(s->config.settings, err) == RK_FAILED_PRECONDITION)
		return RK_FAILED_PRECONDITION;
	rk_server_log(s->config.settings);
	rk_config_warn(&s->config);
	if (s->options->check_keys &&
		s->options->check_keys(&s->config, &missing) == RK_FAILED_PRECONDITION)
		rk_log(RK_LOG_ERROR, "receipt_key_missing", RK_TEXT("why", missing.text));
	s->workers = worker_count(s->config.settings);
	RK_TRY(rk_counters_open(&s->counters, err));
	RK_TRY(open_sockets(s, err));
	return open_signals(s, err);
}

static void finish(struct rk_supervisor *s)
{
	if (s->control >= 0) {
		close(s->control);
		unlink(s->config.settings->control_socket);
	}
	close_listeners(s);
	if (s->signals >= 0)
		close(s->signals);
	rk_control_answer(&s->client, "error: the daemon has stopped\n");
	rk_counters_close(&s->counters);
	rk_config_close(&s->next);
	rk_config_close(&s->config);
}

int rk_supervise(const struct rk_supervisor_options *options)
{
	struct rk_supervisor *s = calloc(1, sizeof *s);
	struct rk_err err = {0};
	int status;

	if (!s)
		return EX_OSERR;
	s->options = options;
	s->scrape = s->enrol = s->control = s->signals = s->client = -1;
	memset(s->sockets, -1, sizeof s->sockets);
	if (start(s, &err) == RK_OK) {
		serve(s);
		status = s->status;
		rk_log(RK_LOG_NOTICE, "stopped", RK_NUMBER("exit", status));
	} else {
		fprintf(stderr, "renkeid: %s\n", err.text);
		status = sysexit_of(err.status);
	}
	finish(s);
	free(s);
	return status;
}
