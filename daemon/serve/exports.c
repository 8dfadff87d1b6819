#include "serve/exports.h"

#include "base/clock.h"
#include "base/log.h"
#include "db/migrate.h"
#include "export/keeper.h"
#include "serve/supervisor_own.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEEPER_PAUSE_MS 10000

static enum rk_status sign(
	void *arg, struct rk_slice text, uint8_t signature[64], struct rk_err *err)
{
	return rk_keyring_sign(arg, text, signature, err);
}

bool rk_exports_are_made(const struct rk_settings *settings)
{
	return *settings->export_dir && *settings->read_database;
}

void rk_exports_house(const struct rk_config *config, struct rk_export_house *house)
{
	const struct rk_settings *settings = config->settings;
	bool signs = *rk_keyring_current(config->keys);

	*house = (struct rk_export_house){
		.database = settings->database,
		.read_database = settings->read_database,
		.dir = settings->export_dir,
		.commands = settings->export_commands,
		.command_limit_ms = settings->export_command_s * 1000,
		/* Without a mail server a letter would wait for ever. */
		.operator_email = *settings->smtp_url ? settings->operator_email : "",
		.sign = signs ? sign : NULL,
		.sign_arg = config->keys,
		.key_id = rk_keyring_current(config->keys),
		.public_pem = signs ? rk_keyring_info(config->keys, 0)->public_pem : "",
		.schema = rk_migrate_newest(),
	};
}

/* Whatever it holds of the supervisor's is closed: a listening socket in it would take clients that nobody serves. */
static void close_others(struct rk_supervisor *s)
{
	close(s->signals);
	if (s->control >= 0)
		close(s->control);
	if (s->client >= 0)
		close(s->client);
	if (s->scrape >= 0)
		close(s->scrape);
	if (s->enrol >= 0)
		close(s->enrol);
	for (int i = 0; i < s->workers; i++)
		close(s->sockets[i]);
	for (int i = 0; i < MAX_CHILDREN; i++) {
		if (s->children[i].pid)
			close(s->children[i].notify);
	}
}

static void keep(struct rk_supervisor *s, pid_t parent)
{
	struct rk_stats *stats = rk_counters_slot(s->counters, RK_COUNTERS_SLOTS - 1);
	const struct rk_export_figures figures = {&stats->exports_made, &stats->exports_failed,
		&stats->export_last, &stats->exports_failing};
	struct rk_export_house house;
	sigset_t none;

	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	close_others(s);
	prctl(PR_SET_NAME, "renkeid-exports");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	if (s->options->in_worker)
		s->options->in_worker(s->options->arg);
	rk_exports_house(&s->config, &house);
	rk_export_keep(&house, &figures);
}

void rk_keeper_tend(struct rk_supervisor *s)
{
	const struct rk_settings *settings = s->config.settings;
	pid_t parent = getpid();
	int status;

	if (s->keeper && waitpid(s->keeper, &status, WNOHANG) > 0) {
		if (!s->stop_until_ms)
			rk_log(RK_LOG_WARNING, "exports_ended",
				RK_NUMBER("exit", WIFEXITED(status) ? WEXITSTATUS(status) : -1),
				RK_NUMBER("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0));
		s->keeper = 0;
	}
	if (s->keeper || s->stop_until_ms || !rk_exports_are_made(settings) ||
		rk_clock_ms() < s->keeper_again_ms)
		return;
	s->keeper_again_ms = rk_clock_ms() + KEEPER_PAUSE_MS;
	s->keeper = fork();
	if (s->keeper == 0)
		keep(s, parent);
	if (s->keeper < 0)
		s->keeper = 0;
}

void rk_keeper_stop(struct rk_supervisor *s)
{
	/* A run that is cut off leaves what was whole before, and is taken up again. */
	if (s->keeper)
		kill(s->keeper, SIGTERM);
	s->keeper_again_ms = 0;
}
