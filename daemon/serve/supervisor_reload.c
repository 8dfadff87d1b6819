/* A reload: all of the new workers serve, or the old ones stay. */
#include "base/clock.h"
#include "base/log.h"
#include "serve/control.h"
#include "serve/supervisor_own.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define RELOAD_MS 15000

static void reload_fail(struct rk_supervisor *s, const char *why)
{
	rk_log(RK_LOG_ERROR, "reload_failed", RK_TEXT("why", why));
	rk_control_answer(&s->client, "error: the old configuration stays: %s\n", why);
	s->reload_until_ms = 0;
	rk_children_stop(s, true, SIGTERM);
	rk_config_close(&s->next);
}

/* A key that was lost before must not stand in the way of all that comes after. */
static bool lacks_more_keys(const struct rk_supervisor *s, struct rk_err *err)
{
	struct rk_err before;

	if (!s->options->check_keys ||
		s->options->check_keys(&s->next, err) != RK_FAILED_PRECONDITION)
		return false;
	return s->options->check_keys(&s->config, &before) != RK_FAILED_PRECONDITION ||
		strcmp(before.text, err->text) != 0;
}

void rk_reload(struct rk_supervisor *s)
{
	struct rk_err err = {0};
	const char *fixed;

	if (rk_config_open(s->options->config_path, &s->next, &err) != RK_OK) {
		reload_fail(s, err.text);
		return;
	}
	fixed = rk_settings_fixed(s->config.settings, s->next.settings);
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
	if (lacks_more_keys(s, &err)) {
		reload_fail(s, err.text);
		return;
	}
	rk_config_warn(&s->next);
	s->reload_until_ms = rk_clock_ms() + RELOAD_MS;
	for (int i = 0; i < s->workers; i++) {
		if (!rk_child_start(s, i, true)) {
			reload_fail(s, "no worker could be started");
			return;
		}
	}
}

static void reload_commit(struct rk_supervisor *s)
{
	rk_children_stop(s, false, SIGUSR1);
	for (int i = 0; i < MAX_CHILDREN; i++)
		s->children[i].pending = false;
	/* Who crashed before has been replaced with the others. */
	memset(s->again_ms, 0, sizeof s->again_ms);
	rk_config_close(&s->config);
	s->config = s->next;
	s->next = (struct rk_config){0};
	rk_keeper_stop(s);
	s->reload_until_ms = 0;
	rk_server_log(s->config.settings);
	rk_log(RK_LOG_NOTICE, "reloaded", RK_TEXT("file", s->options->config_path));
	rk_control_answer(&s->client, "ok: the new configuration serves\n");
}

void rk_reload_decide(struct rk_supervisor *s)
{
	int all, listening, ready;

	if (!s->reload_until_ms)
		return;
	rk_children_count(s, true, &all, &listening, &ready);
	if (all < s->workers)
		reload_fail(s, "a worker ended at once; the log says why");
	else if (ready == all)
		reload_commit(s);
	else if (rk_clock_ms() >= s->reload_until_ms)
		reload_fail(s, "the database did not answer the new workers; the log says why");
}
