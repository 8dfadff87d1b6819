#include "client.h"

#include "base/streams.h"
#include "base/text.h"
#include "command.h"
#include "encoding.h"
#include "labels.h"
#include "municipality.h"
#include "out.h"
#include "periods.h"
#include "proxy.h"
#include "remote.h"
#include "renewal.h"

#include "renkei/v1/report_service.pb-c.h"

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* libsmartcols and the width of characters need a UTF-8 locale, whatever the user's is. */
static void choose_locale(void)
{
	(void)setlocale(LC_ALL, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	(void)setlocale(LC_NUMERIC, "C");
}

/* What is said before the options are read must already be in the right language. */
static enum rk_language choose_language(int argc, char **argv)
{
	static const char *const variables[] = {"RENKEI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--lang=", 7) == 0)
			return rk_language(argv[i] + 7);
		if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			return rk_language(argv[i + 1]);
	}
	for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
		const char *value = getenv(variables[i]);

		if (value && *value)
			return rk_language(value);
	}
	return RK_EN;
}

static enum rk_output choose_output(const char *name)
{
	static const char *const names[] = {"table", "wide", "json", "jsonl", "csv"};

	for (size_t i = 0; name && i < sizeof names / sizeof names[0]; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum rk_output)i;
	return RK_OUT_TABLE;
}

static int choose_timeout(struct rk_run *run)
{
	const char *text = rk_run_option(run, "timeout");
	int64_t seconds;

	if (!text)
		return EX_OK;
	if (!rk_text_i64(rk_slice_str(text), 1, 86400, &seconds))
		return rk_usage(run, "usage.timeout", "value", text);
	run->timeout_ms = seconds * 1000;
	return EX_OK;
}

static const char *from_environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* The context, above it the environment, above that the options. */
static int choose_profile(struct rk_run *run)
{
	const char *name = rk_run_option(run, "context");
	struct rk_err err = {0};
	struct rk_profiles profiles = {0};
	char *folder = rk_profile_config_dir(&run->arena);

	if (folder &&
		rk_profiles_load(&run->arena, rk_run_printf(run, "%s/contexts.conf", folder),
			&profiles, &err) != RK_OK) {
		rk_trouble(run, &err);
		return EX_CONFIG;
	}
	if (!name)
		name = from_environment("RENKEI_CONTEXT");
	const struct rk_profile *found = rk_profiles_find(&profiles,
		name                       ? name
			: profiles.current ? profiles.current
					   : "");

	if (name && !found)
		return rk_usage(run, "usage.no_context", "name", name);
	if (found)
		run->profile = *found;
	rk_profile_overlay(&run->profile,
		&(struct rk_profile){.server = from_environment("RENKEI_SERVER"),
			.ca = from_environment("RENKEI_CA"),
			.cert = from_environment("RENKEI_CERT"),
			.key = from_environment("RENKEI_KEY"),
			.proxy = from_environment("RENKEI_PROXY")});
	rk_profile_overlay(&run->profile,
		&(struct rk_profile){.server = rk_run_option(run, "server"),
			.ca = rk_run_option(run, "ca"),
			.cert = rk_run_option(run, "cert"),
			.key = rk_run_option(run, "key"),
			.proxy = rk_run_option(run, "proxy")});
	run->profile.proxy = rk_proxy_chosen(
		run->profile.proxy, run->profile.server, &run->profile.proxy_unused);
	return EX_OK;
}

static int check_today(struct rk_run *run)
{
	const char *text = rk_run_option(run, "today");
	int32_t date;
	struct rk_err err;

	return !text || rk_date_parse(text, &date, &err) == RK_OK
		? EX_OK
		: rk_usage(run, "usage.today", "value", text);
}

/* context commands mend what the others need. */
static bool needs_profile(const struct rk_command *command)
{
	return strncmp(command->name, "context ", 8) != 0 &&
		strcmp(command->name, "auth enroll") != 0 && strcmp(command->name, "help") != 0 &&
		strcmp(command->name, "version") != 0 && strcmp(command->name, "completion") != 0;
}

/* What is shown is the report as it is, for nothing was changed: so it is said where it would be. */
static void say_rehearsed(struct rk_run *run)
{
	static const struct {
		const char *command;
		Renkei__V1__ReportState state;
	} moves[] = {
		{"report withdraw",  RENKEI__V1__REPORT_STATE__REPORT_STATE_WITHDRAWN   },
		{"report release",   RENKEI__V1__REPORT_STATE__REPORT_STATE_SUBMITTED   },
		{"report send-back", RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK   },
		{"review start",     RENKEI__V1__REPORT_STATE__REPORT_STATE_UNDER_REVIEW},
		{"review return",    RENKEI__V1__REPORT_STATE__REPORT_STATE_RETURNED    },
		{"review accept",    RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED    },
	};

	for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
		if (strcmp(run->command->name, moves[i].command) == 0) {
			rk_talk(run, "dry_run.state", "state",
				rk_label_enum(run, &renkei__v1__report_state__descriptor,
					(int)moves[i].state));
			return;
		}
	rk_talk(run, "dry_run.note");
}

static int run_command(struct rk_run *run, int argc, char **argv)
{
	bool help = false;
	int status = rk_command_parse(run, argc, argv, &help);

	if (help && status == EX_OK) {
		rk_help_print(run, rk_out(run), run->command);
		return EX_OK;
	}
	if (help)
		rk_help_print(run, stderr, NULL);
	if (status != EX_OK)
		return status;
	run->output = choose_output(rk_run_option(run, "output"));
	run->excel = rk_run_flag(run, "excel");
	if (run->excel && rk_run_option(run, "output") && run->output != RK_OUT_CSV)
		return rk_usage(run, "usage.excel");
	if (run->excel)
		run->output = RK_OUT_CSV;
	run->out_path = rk_run_option(run, "out");
	status = rk_encoding_check(run);
	if (status != EX_OK)
		return status;
	if (rk_run_flag(run, "no-color"))
		run->colour = false;
	status = choose_timeout(run);
	if (status == EX_OK)
		status = check_today(run);
	if (status == EX_OK && needs_profile(run->command))
		status = choose_profile(run);
	if (status == EX_OK)
		status = rk_municipality_take(run);
	if (status == EX_OK)
		status = run->command->run(run);
	if (status == EX_OK && rk_run_flag(run, "dry-run"))
		say_rehearsed(run);
	return status;
}

int rk_client_main(int argc, char **argv)
{
	struct rk_run run = {.arena = {.cap = (size_t)1 << 30}};
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

	if (!rk_streams_hold())
		return EX_OSERR;
	choose_locale();
	(void)signal(SIGPIPE, SIG_IGN);
	run.language = choose_language(argc, argv);
	run.colour = isatty(STDERR_FILENO) && !(no_colour && *no_colour) && term &&
		strcmp(term, "dumb") != 0;
	int status = run_command(&run, argc, argv);
	int closed = rk_out_close(&run, !run.failed);

	if (status == EX_OK && closed == EX_OK && run.written && run.out_path &&
		strcmp(run.out_path, "-") != 0)
		rk_talk(&run, "out.written", "what", run.written, "file",
			rk_visible(&run, run.out_path));

	/* Its own commands say what they have to say themselves. */
	if (run.command && strncmp(run.command->name, "auth ", 5) != 0)
		rk_renewal_tend(&run);
	rk_remote_close(&run.remote);
	rk_arena_clear(&run.arena);
	return rk_worse(status, closed);
}
