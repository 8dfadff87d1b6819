/* The process that sends reminders: one at a time, once a minute, where a mail server is set. */
#include "base/clock.h"
#include "base/log.h"
#include "mail/mail.h"
#include "serve/supervisor_own.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVERY_MS 60000

static void mail_send(struct rk_supervisor *s)
{
	const struct rk_settings *settings = s->config.settings;
	const struct rk_mail_options options = {.database = settings->database,
		.url = settings->smtp_url,
		.from = settings->smtp_from,
		.login = settings->smtp_login,
		.timeout_ms = settings->smtp_timeout_ms};
	struct rk_mail_count count;
	struct rk_err err = {0};
	sigset_t none;
	int status = 0;

	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	rk_supervisor_forget(s, -1);
	if (rk_mail_run(&options, &count, &err) != RK_OK) {
		rk_log(RK_LOG_WARNING, "mail_failed", RK_TEXT("text", err.text));
		status = 1;
	}
	rk_config_close(&s->config);
	rk_config_close(&s->next);
	exit(status);
}

void rk_mail_tend(struct rk_supervisor *s)
{
	int64_t now = rk_clock_ms();

	if (s->mail && waitpid(s->mail, NULL, WNOHANG) > 0)
		s->mail = 0;
	if (s->mail || s->stop_until_ms || !s->told_ready || !*s->config.settings->smtp_url ||
		now < s->mail_next_ms)
		return;
	s->mail_next_ms = now + EVERY_MS;
	s->mail = fork();
	if (s->mail == 0)
		mail_send(s);
	if (s->mail < 0)
		s->mail = 0;
}

/* What it has claimed is sent by another one, later. */
void rk_mail_stop(struct rk_supervisor *s)
{
	if (!s->mail)
		return;
	kill(s->mail, SIGTERM);
	(void)waitpid(s->mail, NULL, 0);
	s->mail = 0;
}
