/* main.c - renkeid: find the command, do it. */
#include "base/streams.h"
#include "base/text.h"
#include "ca_command.h"
#include "db/migrate.h"
#include "db/plain.h"
#include "demo/demo.h"
#include "doctor.h"
#include "export_command.h"
#include "mail/mail.h"
#include "rpc/rpc.h"
#include "serve/control.h"
#include "serve/supervisor.h"
#include "settings.h"

#include <event2/event.h>

#include <assert.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define DEFAULT_CONFIG "/etc/renkei/renkeid.conf"

/* What the command line said. */
struct options {
	const char *config;
	const char *dir;
	const char *database;
	const char *word; /* ctl's and ca's */
	const char *at;
	struct rk_ca_words ca;
	struct rk_export_words export;
	int port;
	bool print, check, help;
};

struct command {
	const char *name;
	const char *arguments;
	const char *sentence;
	int (*run)(const struct options *options);
};

static int run_serve(const struct options *options);
static int run_demo(const struct options *options);
static int run_migrate(const struct options *options);
static int run_ctl(const struct options *options);
static int run_ca(const struct options *options);
static int run_export(const struct options *options);
static int run_remind(const struct options *options);
static int run_doctor(const struct options *options);
static int run_settings(const struct options *options);
static int run_version(const struct options *options);
static int run_help(const struct options *options);

/* One command, one line. */
/* clang-format off */
static const struct command commands[] = {
	{"serve", "[--check]", "Serve (the default); --check reads the configuration and all it names, tries the addresses, and stops.", run_serve},
	{"demo", "--dir DIR [--port N]", "Make a whole platform in DIR, or resume it, and serve it until SIGTERM.", run_demo},
	{"migrate", "--database CONNINFO | --print", "Bring the database to this program's schema; --print writes the SQL instead.", run_migrate},
	{"ctl", "reload|status|stop", "Tell the daemon that serves with this configuration.", run_ctl},
	{"ca", "init|show|issue|revoke|crl|rotate --dir DIR", "Keep an authority that signs certificates.", run_ca},
	{"export", "run NAME [-O DIR] [--as-of TIME] [--since BUNDLE]", "Make the bundle of a schedule now; -O puts it into DIR and lists it nowhere.", run_export},
	{"remind", "[--at TIME]", "Write the reminders that are due and send what waits, now and not in a minute; --at as if it were then.", run_remind},
	{"doctor", "", "Examine configuration, certificates, database and schema.", run_doctor},
	{"settings", "", "Explain every setting of the configuration file.", run_settings},
	{"version", "", "Say which program this is, its schema and its libraries.", run_version},
	{"help", "", "Say this.", run_help},
	{NULL, NULL, NULL, NULL},
};

/* clang-format on */

static int complain(const struct rk_err *err, int status)
{
	fprintf(stderr, "renkeid: %s\n", err->text);
	return status;
}

static int sysexit_of(const struct rk_err *err)
{
	switch (err->status) {
	case RK_UNAVAILABLE:
	case RK_DEADLINE_EXCEEDED:
		return EX_UNAVAILABLE;
	case RK_NOT_FOUND:
		return EX_NOINPUT;
	case RK_PERMISSION_DENIED:
	case RK_UNAUTHENTICATED:
		return EX_NOPERM;
	case RK_FAILED_PRECONDITION:
	case RK_INVALID_ARGUMENT:
		return EX_CONFIG;
	default:
		return EX_SOFTWARE;
	}
}

static enum rk_status serve_on_listening(void *arg, const char *host, int port, struct rk_err *err)
{
	(void)arg;
	(void)err;
	sd_notifyf(0, "READY=1\nSTATUS=serving on %s:%d", host, port);
	return RK_OK;
}

static int run_serve(const struct options *options)
{
	const struct rk_supervisor_options supervisor = {
		.config_path = options->config,
		.check = rk_doctor_database,
		.check_keys = rk_doctor_keys,
		.on_listening = serve_on_listening,
	};
	struct rk_config config;
	struct rk_err err = {0};
	enum rk_status status;

	if (!options->check)
		return rk_supervise(&supervisor);
	if (rk_config_open(options->config, &config, &err) != RK_OK)
		return complain(&err, EX_CONFIG);
	status = rk_config_try(&config, &err);
	rk_config_close(&config);
	if (status != RK_OK)
		return complain(&err, EX_CONFIG);
	printf("%s: good\n", options->config);
	return EX_OK;
}

static enum rk_status demo_on_ready(void *arg, const char *host, int port, struct rk_err *err)
{
	const struct rk_demo *const *demo = arg;

	RK_TRY(rk_demo_ready(*demo, host, port, err));
	printf("ready %s:%d\n", host, port);
	fflush(stdout);
	return RK_OK;
}

/* Whoever tries out what happens without a database gets it back. */
static void demo_on_turn(void *arg)
{
	struct rk_demo *const *demo = arg;
	struct rk_err err = {0};

	if (rk_demo_tend(*demo, &err) != RK_OK)
		fprintf(stderr, "renkeid: %s\n", err.text);
}

/* A worker must not stop its parent's PostgreSQL. */
static void demo_in_worker(void *arg)
{
	rk_demo_forget(arg);
}

static int run_demo(const struct options *options)
{
	struct rk_demo *demo = NULL;
	struct rk_err err = {0};
	struct rk_supervisor_options supervisor = {
		.check = rk_doctor_database,
		.check_keys = rk_doctor_keys,
		.on_ready = demo_on_ready,
		.on_turn = demo_on_turn,
		.in_worker = demo_in_worker,
		.arg = &demo,
	};
	int status;

	if (!options->dir) {
		rk_fail(&err, RK_INVALID_ARGUMENT, "demo needs --dir DIR");
		return complain(&err, EX_USAGE);
	}
	if (rk_demo_prepare(options->dir, options->port, stderr, &demo, &err) != RK_OK)
		return complain(&err, sysexit_of(&err));
	supervisor.config_path = demo->config;
	status = rk_supervise(&supervisor);
	rk_demo_finish(&demo);
	return status;
}

static int run_migrate(const struct options *options)
{
	struct rk_plain *plain = NULL;
	struct rk_err err = {0};
	enum rk_status status;

	if (options->print) {
		if (rk_migrate_print(stdout, &err) != RK_OK)
			return complain(&err, EX_IOERR);
		return EX_OK;
	}
	if (!options->database) {
		rk_fail(&err, RK_INVALID_ARGUMENT,
			"migrate needs --database CONNINFO of a login that is a member of renkei_owner");
		return complain(&err, EX_USAGE);
	}
	status = rk_plain_open(options->database, &plain, &err);
	if (status == RK_OK)
		status = rk_migrate(plain, stderr, &err);
	rk_plain_close(&plain);
	return status == RK_OK ? EX_OK : complain(&err, sysexit_of(&err));
}

static int run_ctl(const struct options *options)
{
	RK_AUTO(rk_buf_clear) struct rk_buf answer = {0};
	struct rk_err err = {0};
	enum rk_status status;
	char socket[PATH_MAX];
	const char *text;

	if (!options->word) {
		rk_fail(&err, RK_INVALID_ARGUMENT, "ctl needs reload, status or stop");
		return complain(&err, EX_USAGE);
	}
	/* The daemon serves with what the file said before somebody mistyped. */
	if (rk_settings_control(options->config, socket, &err) != RK_OK)
		return complain(&err, sysexit_of(&err));
	if (!*socket) {
		rk_fail(&err, RK_FAILED_PRECONDITION,
			"%s: control_socket is empty; send SIGHUP or SIGTERM instead",
			options->config);
		return complain(&err, EX_CONFIG);
	}
	status = rk_control_ask(socket, options->word, &answer, &err);
	if (status != RK_OK)
		return complain(&err, sysexit_of(&err));
	text = rk_buf_cstr(&answer);
	if (text && strncmp(text, "ok", 2) == 0) {
		fputs(text, stdout);
		return EX_OK;
	}
	fprintf(stderr, "renkeid: %s", text ? text : "no memory\n");
	return EX_CONFIG;
}

static int run_ca(const struct options *options)
{
	struct rk_ca_words words = options->ca;

	words.word = options->word;
	words.dir = options->dir;
	return rk_ca_command(&words, stdout);
}

static int run_export(const struct options *options)
{
	struct rk_export_words words = options->export;

	words.config = options->config;
	words.word = options->word;
	return rk_export_command(&words, stdout);
}

static int run_remind(const struct options *options)
{
	struct rk_settings *settings = NULL;
	struct rk_mail_count count = {0};
	struct rk_err err = {0};
	enum rk_status status = rk_settings_read(options->config, &settings, &err);

	if (status == RK_OK && !*settings->smtp_url)
		status = rk_fail(&err, RK_FAILED_PRECONDITION,
			"%s: smtp_url is empty: there is no mail server for reminders",
			options->config);
	if (status == RK_OK) {
		const struct rk_mail_options mail = {.database = settings->database,
			.url = settings->smtp_url,
			.from = settings->smtp_from,
			.login = settings->smtp_login,
			.timeout_ms = settings->smtp_timeout_ms,
			.now = options->at};

		status = rk_mail_run(&mail, &count, &err);
	}
	rk_settings_free(&settings);
	if (status != RK_OK)
		return complain(&err, sysexit_of(&err));
	printf("written %lld, sent %lld, to be tried again %lld, refused %lld\n",
		(long long)count.queued, (long long)count.sent, (long long)count.again,
		(long long)count.failed);
	return EX_OK;
}

static int run_doctor(const struct options *options)
{
	return rk_doctor(options->config, stdout);
}

static int run_settings(const struct options *options)
{
	(void)options;
	rk_settings_describe(stdout);
	return EX_OK;
}

static int run_version(const struct options *options)
{
	(void)options;
	printf("renkeid %s, schema %d\n", RENKEI_VERSION, rk_migrate_newest());
	printf("libevent %s, protobuf-c %s, jansson %s\n", event_get_version(),
		protobuf_c_version(), jansson_version_str());
	return EX_OK;
}

static int run_help(const struct options *options)
{
	(void)options;
	printf("renkeid [--config FILE] COMMAND\n\n");
	for (const struct command *c = commands; c->name; c++)
		printf("  %s%s%s\n      %s\n", c->name, *c->arguments ? " " : "", c->arguments,
			c->sentence);
	printf("\nThe configuration is %s unless --config names another.\n", DEFAULT_CONFIG);
	return EX_OK;
}

/* What one command takes, and what there is to know before it is started. */
static int command_help(const struct command *command)
{
	printf("renkeid [--config FILE] %s%s%s\n\n%s\n", command->name,
		*command->arguments ? " " : "", command->arguments, command->sentence);
	if (command->run == run_ca)
		rk_ca_command_help(stdout);
	if (command->run == run_demo)
		fputs("\nDIR/pg        a PostgreSQL of its own\n"
		      "DIR/keys      certificates and keys of the server and of everybody\n"
		      "DIR/demo.env  variables for renkei: its address, and a certificate and key for everybody\n\n"
		      "It prints `ready HOST:PORT` when it serves; --port N names the port. Started again with\n"
		      "the same DIR it goes on with what is there. Then, in another shell:\n\n"
		      "  . DIR/demo.env\n"
		      "  renkei --cert $RENKEI_CERT_SECRETARIAT --key $RENKEI_KEY_SECRETARIAT org list\n\n"
		      "It is for trying out: everybody's keys lie in one folder.\n",
			stdout);
	return EX_OK;
}

static const struct command *command_find(const char *name)
{
	for (const struct command *c = commands; c->name; c++) {
		if (strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
}

/* The value of "--name VALUE" or "--name=VALUE"; NULL when the argument is another. */
static const char *value_of(const char *name, int count, char **args, int *at)
{
	size_t len = strlen(name);

	assert(args[*at]);
	if (strncmp(args[*at], name, len) != 0)
		return NULL;
	if (args[*at][len] == '=')
		return args[*at] + len + 1;
	if (args[*at][len] != '\0' || *at + 1 >= count || !args[*at + 1])
		return NULL;
	return args[++*at];
}

static bool take_port(const char *text, int *port)
{
	int64_t number;

	if (!rk_text_i64(rk_slice_str(text), 0, 65535, &number))
		return false;
	*port = (int)number;
	return true;
}

static bool take_ca_argument(struct rk_ca_words *words, int count, char **args, int *at)
{
	const struct {
		const char *name;
		const char **value;
	} options[] = {
		{"--name",   &words->name  },
		{"--days",   &words->days  },
		{"--uri",    &words->uri   },
		{"--host",   &words->host  },
		{"--csr",    &words->csr   },
		{"--reason", &words->reason},
	};

	const char *value;

	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		if ((value = value_of(options[i].name, count, args, at))) {
			*options[i].value = value;
			return true;
		}
	if (args[*at][0] == '-' || words->what)
		return false;
	words->what = args[*at];
	return true;
}

static bool take_export_argument(struct rk_export_words *words, int count, char **args, int *at)
{
	const char *value;

	if ((value = value_of("-O", count, args, at)))
		words->folder = value;
	else if ((value = value_of("--as-of", count, args, at)))
		words->as_of = value;
	else if ((value = value_of("--since", count, args, at)))
		words->since = value;
	else if (args[*at][0] == '-' || words->name)
		return false;
	else
		words->name = args[*at];
	return true;
}

static bool take_argument(
	struct options *options, const struct command **command, int count, char **args, int *at)
{
	const char *value;

	if ((value = value_of("--config", count, args, at)))
		options->config = value;
	else if ((value = value_of("--dir", count, args, at)))
		options->dir = value;
	else if ((value = value_of("--database", count, args, at)))
		options->database = value;
	else if ((value = value_of("--at", count, args, at)))
		options->at = value;
	else if ((value = value_of("--port", count, args, at)))
		return take_port(value, &options->port);
	else if (strcmp(args[*at], "--check") == 0)
		options->check = true;
	else if (strcmp(args[*at], "--print") == 0)
		options->print = true;
	else if (strcmp(args[*at], "--version") == 0)
		*command = command_find("version");
	else if (strcmp(args[*at], "--help") == 0 || strcmp(args[*at], "-h") == 0)
		options->help = true;
	else if (args[*at][0] != '-' && !*command)
		return (*command = command_find(args[*at])) != NULL;
	else if (*command && args[*at][0] != '-' && !options->word &&
		((*command)->run == run_ctl || (*command)->run == run_ca ||
			(*command)->run == run_export))
		options->word = args[*at];
	else if (*command && (*command)->run == run_ca)
		return take_ca_argument(&options->ca, count, args, at);
	else if (*command && (*command)->run == run_export)
		return take_export_argument(&options->export, count, args, at);
	else
		return false;
	return true;
}

int main(int count, char **args)
{
	struct options options = {.config = DEFAULT_CONFIG};
	const struct command *command = NULL;
	struct rk_err err = {0};

	if (!rk_streams_hold())
		return EX_OSERR;
	for (int i = 1; i < count; i++) {
		if (take_argument(&options, &command, count, args, &i))
			continue;
		fprintf(stderr,
			"renkeid: '%s' is not understood; `renkeid help` lists the commands\n",
			args[i < count ? i : count - 1]);
		return EX_USAGE;
	}
	if (options.help)
		return command ? command_help(command) : run_help(&options);
	if (rk_methods_check(rk_methods, rk_services, &err) != RK_OK)
		return complain(&err, EX_SOFTWARE);
	if (!command)
		command = command_find("serve");
	assert(command);
	return command->run(&options);
}
