#include "demo/cluster.h"

#include "base/clock.h"
#include "base/disk.h"
#include "demo/cluster_inside.h"
#include "demo/cluster_user.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PORT = 5432, START_MS = 60000, STOP_MS = 60000, ARGS_MAX = 64 };

struct rk_cluster {
	struct rk_cluster_user user;
	char bin[64];        /* "/usr/lib/postgresql/15/bin" */
	char data[PATH_MAX]; /* the folder itself, not the link to it */
	char sock[108];
	char log[PATH_MAX];
	struct rk_arena arena;
	const char *args[ARGS_MAX];
	pid_t pid;
};

/* The newest version that has what is needed. */
static enum rk_status find_programs(struct rk_cluster *cluster, struct rk_err *err)
{
	DIR *folder = opendir("/usr/lib/postgresql");
	struct dirent *entry;
	long best = 0;

	while (folder && (entry = readdir(folder)) != NULL) {
		char *end, path[PATH_MAX];
		long version = strtol(entry->d_name, &end, 10);

		(void)snprintf(
			path, sizeof(path), "/usr/lib/postgresql/%s/bin/initdb", entry->d_name);
		if (*end == '\0' && version > best && access(path, X_OK) == 0)
			best = version;
	}
	if (folder)
		(void)closedir(folder);
	if (best < 15)
		return rk_fail_reason(err, RK_NOT_FOUND, "NO_POSTGRESQL",
			"no PostgreSQL 15 or later under /usr/lib/postgresql; install the package postgresql");
	(void)snprintf(cluster->bin, sizeof(cluster->bin), "/usr/lib/postgresql/%ld/bin", best);
	return RK_OK;
}

static const char *data_name(const struct rk_cluster *cluster)
{
	return cluster->user.closed ? RK_CLUSTER_DATA : cluster->data;
}

/* In the child: another user, another session, output into the log; the death of the parent is its end too. */
static void child_run(
	const struct rk_cluster *cluster, pid_t parent, int log, int death, const char *const *args)
{
	char *const no_locale[] = {(char[]){"LC_ALL=C.UTF-8"}, (char[]){"PATH=/usr/bin:/bin"},
		(char[]){"TZ=UTC"}, NULL};
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	/* Before the mask falls: the parent's handlers are not for here. */
	for (int i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	/* A Ctrl-C at the terminal is for the daemon, which then stops PostgreSQL in its order. */
	(void)setsid();
	if (null < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 ||
		chdir("/") != 0 ||
		(cluster->user.closed && !rk_cluster_user_open(cluster->data, cluster->sock)) ||
		!rk_cluster_user_become(&cluster->user))
		_exit(126);
	/* After the change of user, which forgets it. */
	(void)umask(077);
	if (death && (prctl(PR_SET_PDEATHSIG, death) != 0 || getppid() != parent))
		_exit(126);
	(void)close_range(cluster->user.closed ? 5 : 3, ~0U, 0);
	/* execve takes the arguments for its own; the memory is the child's. */
	(void)execve(args[0], (char *const *)(uintptr_t)args, no_locale);
	_exit(127);
}

static enum rk_status child_start(const struct rk_cluster *cluster, int death,
	const char *const *args, pid_t *pid, struct rk_err *err)
{
	int log = open(cluster->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	pid_t parent = getpid();

	if (log < 0)
		return rk_fail(err, RK_UNKNOWN, "%s: %s", cluster->log, strerror(errno));
	*pid = fork();
	if (*pid == 0)
		child_run(cluster, parent, log, death, args);
	(void)close(log);
	return *pid < 0 ? rk_fail(err, RK_RESOURCE_EXHAUSTED, "fork: %s", strerror(errno)) : RK_OK;
}

static enum rk_status log_tail(const struct rk_cluster *cluster, enum rk_status status,
	const char *what, struct rk_err *err)
{
	char tail[321] = "";
	int log = open(cluster->log, O_RDONLY | O_CLOEXEC);
	ssize_t got = 0;

	if (log >= 0) {
		off_t size = lseek(log, 0, SEEK_END);

		got = pread(log, tail, sizeof(tail) - 1, size > 320 ? size - 320 : 0);
		(void)close(log);
	}
	tail[got > 0 ? got : 0] = '\0';
	return rk_fail(err, status, "%s; %s ends with: %s", what, cluster->log, tail);
}

static enum rk_status initdb(struct rk_cluster *cluster, FILE *talk, struct rk_err *err)
{
	char program[96], version[PATH_MAX + 16];
	const char *args[] = {program, "-D", data_name(cluster), "--username=postgres",
		"--auth=trust", "--encoding=UTF8", "--locale-provider=icu", "--icu-locale=und",
		"--locale=C.UTF-8", "--data-checksums", "--no-instructions", NULL};
	pid_t pid = -1;
	int end;

	(void)snprintf(version, sizeof(version), "%s/PG_VERSION", cluster->data);
	if (access(version, F_OK) == 0)
		return RK_OK;
	if (talk)
		(void)fprintf(talk, "making a PostgreSQL cluster in %s\n", cluster->data);
	(void)snprintf(program, sizeof(program), "%s/initdb", cluster->bin);
	RK_TRY(child_start(cluster, SIGKILL, args, &pid, err));
	if (waitpid(pid, &end, 0) != pid || end != 0)
		return log_tail(cluster, RK_INTERNAL, "initdb failed", err);
	return RK_OK;
}

/* After a crash the old server may still be on its way out, or only its pid file is left, which would say "ready". */
static enum rk_status wait_for_old(const struct rk_cluster *cluster, struct rk_err *err)
{
	int64_t until = rk_clock_ms() + STOP_MS;
	char path[PATH_MAX + 16];
	pid_t old;

	while ((old = rk_cluster_anyone_inside(cluster->data)) != 0) {
		if (rk_clock_ms() > until)
			return rk_fail_reason(err, RK_FAILED_PRECONDITION, "DEMO_IN_USE",
				"%s is in use by process %d", cluster->data, (int)old);
		(void)usleep(50000);
	}
	(void)snprintf(path, sizeof(path), "%s/postmaster.pid", cluster->data);
	if (unlink(path) != 0 && errno != ENOENT)
		return rk_fail(err, RK_UNKNOWN, "%s: %s", path, strerror(errno));
	return RK_OK;
}

static bool accepts(const struct rk_cluster *cluster)
{
	char path[PATH_MAX + 16], state[16] = "";
	FILE *file;

	/* The eighth line of the pid file is the postmaster's own word on it. */
	(void)snprintf(path, sizeof(path), "%s/postmaster.pid", cluster->data);
	file = fopen(path, "re");
	if (!file)
		return false;
	for (int line = 1; line <= 8; line++) {
		char text[PATH_MAX];

		if (!fgets(text, sizeof(text), file))
			break;
		if (line == 8)
			(void)snprintf(state, sizeof(state), "%.10s", text);
	}
	(void)fclose(file);
	return strncmp(state, "ready", 5) == 0;
}

static enum rk_status args_make(
	struct rk_cluster *cluster, const char *const *settings, struct rk_err *err)
{
	/* Small, because it shares a machine with whoever tries it; nothing that makes a commit less than durable. */
	static const char *const ours[] = {"listen_addresses=", "unix_socket_permissions=0700",
		"max_connections=100", "shared_buffers=128MB", "max_wal_size=1GB",
		"log_timezone=UTC", "timezone=UTC", "log_min_messages=warning",
		"log_line_prefix=%m [%p] %q%u@%d ", "password_encryption=scram-sha-256",
		"idle_in_transaction_session_timeout=10s", "client_connection_check_interval=5s",
		"fsync=on", "full_page_writes=on", "synchronous_commit=on", "jit=off", NULL};
	const char *const *lists[] = {ours, settings};
	int n = 0;

	cluster->args[n++] = rk_arena_printf(&cluster->arena, "%s/postgres", cluster->bin);
	cluster->args[n++] = "-D";
	cluster->args[n++] = data_name(cluster);
	cluster->args[n++] = "-k";
	cluster->args[n++] = cluster->user.closed ? RK_CLUSTER_SOCK : cluster->sock;
	cluster->args[n++] = "-p";
	cluster->args[n++] = rk_arena_printf(&cluster->arena, "%d", PORT);
	for (int list = 0; list < 2; list++)
		for (const char *const *at = lists[list]; at && *at; at++) {
			if (n > ARGS_MAX - 3)
				return rk_fail(err, RK_INVALID_ARGUMENT,
					"too many settings for PostgreSQL");
			cluster->args[n++] = "-c";
			cluster->args[n++] = rk_arena_str(&cluster->arena, *at);
		}
	for (int i = 0; i < n; i++)
		if (!cluster->args[i])
			return rk_fail(
				err, RK_RESOURCE_EXHAUSTED, "no memory for PostgreSQL's arguments");
	cluster->args[n] = NULL;
	return RK_OK;
}

enum rk_status rk_cluster_start(struct rk_cluster *cluster, struct rk_err *err)
{
	int64_t until = rk_clock_ms() + START_MS;
	int end;

	RK_TRY(wait_for_old(cluster, err));
	RK_TRY(child_start(cluster, SIGINT, cluster->args, &cluster->pid, err));
	while (!accepts(cluster)) {
		if (waitpid(cluster->pid, &end, WNOHANG) == cluster->pid) {
			cluster->pid = 0;
			return log_tail(cluster, RK_UNAVAILABLE, "PostgreSQL did not start", err);
		}
		if (rk_clock_ms() > until) {
			rk_cluster_stop(cluster, SIGQUIT);
			return log_tail(
				cluster, RK_UNAVAILABLE, "PostgreSQL was not ready in time", err);
		}
		(void)usleep(20000);
	}
	return RK_OK;
}

bool rk_cluster_ended(struct rk_cluster *cluster)
{
	int end;

	if (cluster->pid > 0 && waitpid(cluster->pid, &end, WNOHANG) == cluster->pid)
		cluster->pid = 0;
	return cluster->pid <= 0;
}

void rk_cluster_stop(struct rk_cluster *cluster, int signal_number)
{
	int64_t until = rk_clock_ms() + STOP_MS;

	if (cluster->pid <= 0)
		return;
	(void)kill(cluster->pid, signal_number);
	for (;;) {
		pid_t got = waitpid(cluster->pid, NULL, WNOHANG);

		/* Whoever waits for any child may have taken it already. */
		if (got == cluster->pid ||
			(got < 0 && errno == ECHILD && kill(cluster->pid, 0) != 0))
			break;
		if (rk_clock_ms() > until) {
			(void)kill(cluster->pid, SIGQUIT);
			until = INT64_MAX;
		}
		(void)usleep(10000);
	}
	cluster->pid = 0;
}

static enum rk_status cluster_prepare(struct rk_cluster *cluster, const char *dir,
	const char *const *settings, FILE *talk, struct rk_err *err)
{
	char real[PATH_MAX];

	/* The postmaster is known by its working directory, which the system gives without links. */
	if (!realpath(dir, real))
		return rk_fail(err, RK_NOT_FOUND, "%s: %s", dir, strerror(errno));
	if ((size_t)snprintf(cluster->log, sizeof(cluster->log), "%s/postgres.log", real) >=
		sizeof(cluster->log))
		return rk_fail(err, RK_INVALID_ARGUMENT, "%s: the path is too long", real);
	RK_TRY(find_programs(cluster, err));
	RK_TRY(rk_cluster_user_choose(&cluster->user, err));
	RK_TRY(rk_cluster_user_folders(&cluster->user, real, cluster->data, cluster->sock, err));
	RK_TRY(initdb(cluster, talk, err));
	RK_TRY(args_make(cluster, settings, err));
	return rk_cluster_start(cluster, err);
}

enum rk_status rk_cluster_open(const char *dir, const char *const *settings, FILE *talk,
	struct rk_cluster **out, struct rk_err *err)
{
	struct rk_cluster *cluster = calloc(1, sizeof(*cluster));
	enum rk_status status;

	if (!cluster)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a cluster");
	status = cluster_prepare(cluster, dir, settings, talk, err);
	if (status != RK_OK)
		rk_cluster_close(&cluster);
	else
		*out = cluster;
	return status;
}

const char *rk_cluster_socket(const struct rk_cluster *cluster)
{
	return cluster->sock;
}

int rk_cluster_port(const struct rk_cluster *cluster)
{
	(void)cluster;
	return PORT;
}

pid_t rk_cluster_pid(const struct rk_cluster *cluster)
{
	return cluster->pid;
}

char *rk_cluster_conninfo(const struct rk_cluster *cluster, struct rk_arena *arena,
	const char *user, const char *database)
{
	RK_AUTO(rk_buf_clear) struct rk_buf host = {0};

	for (const char *c = cluster->sock; *c; c++)
		if (rk_buf_addf(&host, *c == '\'' || *c == '\\' ? "\\%c" : "%c", *c) != RK_OK)
			return NULL;
	if (!rk_buf_cstr(&host))
		return NULL;
	return rk_arena_printf(arena, "host='%s' port=%d user='%s' dbname='%s'", (char *)host.at,
		PORT, user, database);
}

void rk_cluster_forget(struct rk_cluster **cluster)
{
	if (!*cluster)
		return;
	rk_arena_clear(&(*cluster)->arena);
	free(*cluster);
	*cluster = NULL;
}

void rk_cluster_close(struct rk_cluster **cluster)
{
	if (!*cluster)
		return;
	rk_cluster_stop(*cluster, SIGINT);
	rk_cluster_user_tidy((*cluster)->sock);
	rk_cluster_forget(cluster);
}
