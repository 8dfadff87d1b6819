#include "base/arena.h"
#include "settings_own.h"

#include <confuse.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) offsetof(struct rk_settings, field)

/* clang-format off */
const struct rk_setting rk_settings_table[RK_SETTINGS_COUNT] = {
	{"listen", RK_SETTING_TEXT, true, AT(listen), "127.0.0.1:7443", 0, 0, 0, "Address and port to serve on; port 0 lets the kernel choose."},
	{"ca", RK_SETTING_PATH, false, AT(ca), NULL, 0, 0, 0, "PEM bundle that client certificates must chain to."},
	{"certificate", RK_SETTING_PATH, false, AT(certificate), NULL, 0, 0, 0, "The server's certificate, PEM, leaf first."},
	{"key", RK_SETTING_PATH, false, AT(key), NULL, 0, 0, 0, "Its private key, PEM, readable by its owner alone."},
	{"crl", RK_SETTING_PATH, false, AT(crl), "", 0, 0, 0, "Revocation list of the CA, PEM; empty: none."},
	{"ca_key", RK_SETTING_PATH, false, AT(ca_key), "", 0, 0, 0, "Key of the authority in ca that signs certificates of the invited, PEM; empty: none are signed."},
	{"enrolment_listen", RK_SETTING_TEXT, true, AT(enrolment_listen), "", 0, 0, 0, "Address and port where the invited get their certificate, without showing one; empty: none."},
	{"enrolments_per_minute", RK_SETTING_NUMBER, false, AT(enrolments_per_minute), NULL, 120, 1, 1000, "Tries to use an invitation in one minute, from everywhere."},
	{"enrolments_per_source", RK_SETTING_NUMBER, false, AT(enrolments_per_source), NULL, 10, 1, 1000, "The same of one IPv4 address or IPv6 /64."},
	{"certificate_days", RK_SETTING_NUMBER, false, AT(certificate_days), NULL, 400, 1, 825, "Life of a municipality's certificate; one who comes once a quarter has to find it alive."},
	{"office_certificate_days", RK_SETTING_NUMBER, false, AT(office_certificate_days), NULL, 90, 1, 825, "The same of all others."},
	{"receipt_key", RK_SETTING_PATH, false, AT(receipt_key), "", 0, 0, 0, "Ed25519 key that signs receipts, PEM; without it no report is taken."},
	{"receipt_keys_older", RK_SETTING_PATHS, false, AT(receipt_keys_older), NULL, 0, 0, 0, "Earlier receipt keys, so that old receipts are given again as they were."},
	{"database", RK_SETTING_TEXT, false, AT(database), NULL, 0, 0, 0, "libpq connection string of the login that serves."},
	{"database_connections", RK_SETTING_NUMBER, false, AT(database_connections), NULL, 5, 1, 64, "Connections of one worker; as many as batch_slots carry submissions alone, at least one carries the rest."},
	{"database_slots", RK_SETTING_NUMBER, false, AT(database_slots), NULL, 16, 1, 64, "Transactions in flight on one connection."},
	{"database_queue", RK_SETTING_NUMBER, false, AT(database_queue), NULL, 1024, 1, 100000, "Transactions that may wait in one worker before calls are refused."},
	{"queue_wait_ms", RK_SETTING_NUMBER, false, AT(queue_wait_ms), NULL, 500, 10, 600000, "A submission or query that would wait longer for the database is refused at once."},
	{"workers", RK_SETTING_NUMBER, true, AT(workers), NULL, 0, 0, 64, "Worker processes; 0: one for two processors."},
	{"control_socket", RK_SETTING_PATH, true, AT(control_socket), "/run/renkei/control.sock", 0, 0, 0, "Unix socket for `renkeid ctl`; empty: none."},
	{"metrics_listen", RK_SETTING_TEXT, true, AT(metrics_listen), "", 0, 0, 0, "Loopback address and port for Prometheus without TLS; empty: none."},
	{"log_level", RK_SETTING_TEXT, false, AT(log_level), "info", 0, 0, 0, "error, warning, notice, info or debug."},
	{"log_to", RK_SETTING_TEXT, false, AT(log_to), "stderr", 0, 0, 0, "stderr or journal."},
	{"max_message_bytes", RK_SETTING_NUMBER, false, AT(max_message_bytes), NULL, 1048576, 1024, 16777216, "Largest message of a request."},
	{"max_connections", RK_SETTING_NUMBER, false, AT(max_connections), NULL, 1024, 1, 100000, "Connections, all workers together."},
	{"max_connections_per_principal", RK_SETTING_NUMBER, false, AT(max_connections_per_principal), NULL, 8, 1, 10000, "Connections of one principal, in one worker."},
	{"max_calls", RK_SETTING_NUMBER, false, AT(max_calls), NULL, 4096, 1, 1000000, "Calls at once, all workers together; more are refused."},
	{"max_calls_per_principal", RK_SETTING_NUMBER, false, AT(max_calls_per_principal), NULL, 32, 1, 10000, "Calls of one principal at once, all workers together."},
	{"max_bytes_per_principal", RK_SETTING_NUMBER, false, AT(max_bytes_per_principal), NULL, 33554432, 1048576, 1073741824, "Bytes of its requests held at once, and of what they are decoded into."},
	{"max_request_bytes", RK_SETTING_NUMBER, false, AT(max_request_bytes), NULL, 134217728, 16777216, 17179869184, "The same of all principals together; more is refused."},
	{"max_handshakes", RK_SETTING_NUMBER, false, AT(max_handshakes), NULL, 128, 1, 10000, "Unfinished handshakes, all workers together; more close the oldest."},
	{"max_handshakes_per_source", RK_SETTING_NUMBER, false, AT(max_handshakes_per_source), NULL, 16, 1, 10000, "Unfinished handshakes of one IPv4 address or IPv6 /64 in one worker."},
	{"default_timeout_ms", RK_SETTING_NUMBER, false, AT(default_timeout_ms), NULL, 30000, 100, 600000, "Time for a call that names none."},
	{"max_timeout_ms", RK_SETTING_NUMBER, false, AT(max_timeout_ms), NULL, 60000, 100, 600000, "Longest time for a call of one answer."},
	{"request_timeout_ms", RK_SETTING_NUMBER, false, AT(request_timeout_ms), NULL, 30000, 100, 600000, "A request must be complete within."},
	{"handshake_timeout_ms", RK_SETTING_NUMBER, false, AT(handshake_timeout_ms), NULL, 10000, 100, 600000, "A TLS handshake must be complete within."},
	{"idle_timeout_ms", RK_SETTING_NUMBER, false, AT(idle_timeout_ms), NULL, 300000, 1000, 86400000, "A connection without a call is closed after."},
	{"connection_age_ms", RK_SETTING_NUMBER, false, AT(connection_age_ms), NULL, 3600000, 1000, 604800000, "A connection is ended in order after, give or take a tenth."},
	{"drain_ms", RK_SETTING_NUMBER, false, AT(drain_ms), NULL, 30000, 0, 600000, "How long running calls may take when the daemon stops."},
	{"batch_items", RK_SETTING_NUMBER, false, AT(batch_items), NULL, 64, 1, 256, "Submissions that may share one transaction."},
	{"batch_bytes", RK_SETTING_NUMBER, false, AT(batch_bytes), NULL, 4194304, 1048576, 67108864, "Their bytes together."},
	{"batch_slots", RK_SETTING_NUMBER, false, AT(batch_slots), NULL, 3, 1, 8, "Such transactions in flight in one worker."},
};
/* clang-format on */
#define COUNT RK_SETTINGS_COUNT

/* libconfuse's callbacks carry no argument: what one read needs.  rk_settings_lines has seen the file before: what is told here it has
 * not understood. */
static struct {
	const char *path;
	int lines[COUNT];
	struct rk_err *err;
} reading;

/* The first thing wrong is the one that is told. */
__attribute__((format(printf, 2, 3))) static void complain(int line, const char *format, ...)
{
	char text[300];
	va_list args;

	if (reading.err && reading.err->status != RK_OK)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	rk_fail_reason(reading.err, RK_FAILED_PRECONDITION, "BAD_CONFIGURATION", "%s:%d: %s",
		reading.path, line, text);
}

static void on_error(cfg_t *cfg, const char *format, va_list args)
{
	char text[300];

	vsnprintf(text, sizeof text, format, args);
	complain(cfg->line, "%s", text);
}

static const struct rk_setting *setting_of(const char *name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(rk_settings_table[i].name, name) == 0)
			return &rk_settings_table[i];
	}
	return NULL;
}

/* A number from the environment is seen here first. */
static int on_value(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct rk_setting *setting = setting_of(cfg_opt_name(opt));
	int64_t number;

	if (!setting)
		return -1;
	if (setting->kind != RK_SETTING_NUMBER)
		return 0;
	number = cfg_opt_getnint(opt, 0);
	if (number >= setting->min && number <= setting->max)
		return 0;
	complain(cfg->line, "'%s' is %lld; it may be from %lld to %lld", setting->name,
		(long long)number, (long long)setting->min, (long long)setting->max);
	return -1;
}

static char *resolve(struct rk_arena *arena, const char *file, const char *path)
{
	const char *slash = strrchr(file, '/');

	if (*path == '/' || *path == '\0' || !slash)
		return rk_arena_str(arena, path);
	return rk_arena_printf(arena, "%.*s/%s", (int)(slash - file), file, path);
}

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the settings");
}

static enum rk_status take_paths(cfg_t *cfg, const struct rk_setting *setting,
	struct rk_settings *settings, struct rk_arena *arena, struct rk_err *err)
{
	const char **list = (const char **)(void *)((char *)settings + setting->at);
	unsigned count = cfg_size(cfg, setting->name);

	if (count > RK_SETTINGS_KEYS)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "BAD_CONFIGURATION",
			"%s: '%s' has %u entries; at most %d", reading.path, setting->name, count,
			RK_SETTINGS_KEYS);
	for (unsigned i = 0; i < count; i++) {
		list[i] = resolve(arena, reading.path, cfg_getnstr(cfg, setting->name, i));
		if (!list[i])
			return no_memory(err);
	}
	return RK_OK;
}

static enum rk_status take(cfg_t *cfg, const struct rk_setting *setting,
	struct rk_settings *settings, struct rk_arena *arena, struct rk_err *err)
{
	char *at = (char *)settings + setting->at;
	const char *text;

	if (setting->kind == RK_SETTING_NUMBER) {
		int64_t number = cfg_getint(cfg, setting->name);

		/* on_value has seen what the file says: a default outside of its limits is one that libconfuse had no memory for. */
		if (number < setting->min || number > setting->max)
			return no_memory(err);
		*(int64_t *)(void *)at = number;
		return RK_OK;
	}
	if (setting->kind == RK_SETTING_PATHS)
		return take_paths(cfg, setting, settings, arena, err);
	text = cfg_getstr(cfg, setting->name);
	if (setting->text && !text)
		return no_memory(err);
	if (!setting->text && (!text || !*text))
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "BAD_CONFIGURATION",
			"%s: '%s' is missing. %s", reading.path, setting->name, setting->sentence);
	text = setting->kind == RK_SETTING_PATH ? resolve(arena, reading.path, text)
						: rk_arena_str(arena, text);
	if (!text)
		return no_memory(err);
	*(const char **)(void *)at = text;
	return RK_OK;
}

static enum rk_status wrong_word(const struct rk_settings *settings, const char *name,
	const char *value, const char *words, struct rk_err *err)
{
	return rk_fail_reason(err, RK_FAILED_PRECONDITION, "BAD_CONFIGURATION",
		"%s:%d: '%s' is '%s'; it may be %s", settings->file,
		rk_settings_line(settings, name), name, value, words);
}

static enum rk_status check_words(const struct rk_settings *settings, struct rk_err *err)
{
	static const char *const levels[] = {"error", "warning", "notice", "info", "debug", NULL};
	bool found = false;

	for (int i = 0; levels[i]; i++)
		found = found || strcmp(settings->log_level, levels[i]) == 0;
	if (!found)
		return wrong_word(settings, "log_level", settings->log_level,
			"error, warning, notice, info or debug", err);
	if (strcmp(settings->log_to, "stderr") != 0 && strcmp(settings->log_to, "journal") != 0)
		return wrong_word(settings, "log_to", settings->log_to, "stderr or journal", err);
	return RK_OK;
}

static void options_fill(cfg_opt_t *options)
{
	for (size_t i = 0; i < COUNT; i++) {
		const struct rk_setting *setting = &rk_settings_table[i];

		if (setting->kind == RK_SETTING_NUMBER)
			options[i] = (cfg_opt_t)CFG_INT(
				setting->name, (long)setting->number, CFGF_NONE);
		else if (setting->kind == RK_SETTING_PATHS)
			options[i] = (cfg_opt_t)CFG_STR_LIST(setting->name, NULL, CFGF_NONE);
		else
			options[i] = (cfg_opt_t)CFG_STR(setting->name, setting->text, CFGF_NONE);
	}
	options[COUNT] = (cfg_opt_t)CFG_END();
}

static enum rk_status fill(cfg_t *cfg, struct rk_settings *settings, struct rk_err *err)
{
	struct rk_arena *arena = settings->memory;
	int *lines;

	settings->file = rk_arena_str(arena, reading.path);
	if (!settings->file)
		return no_memory(err);
	lines = rk_arena_alloc(arena, sizeof reading.lines);
	if (!lines)
		return no_memory(err);
	memcpy(lines, reading.lines, sizeof reading.lines);
	settings->lines = lines;
	for (size_t i = 0; i < COUNT; i++)
		RK_TRY(take(cfg, &rk_settings_table[i], settings, arena, err));
	return check_words(settings, err);
}

static enum rk_status parse(
	cfg_t *cfg, const char *path, struct rk_settings **out, struct rk_err *err)
{
	struct rk_err unused;
	enum rk_status status;

	reading.path = path;
	reading.err = err ? err : &unused;
	*reading.err = (struct rk_err){0};
	cfg_set_error_function(cfg, on_error);
	for (size_t i = 0; i < COUNT; i++)
		cfg_set_validate_func(cfg, rk_settings_table[i].name, on_value);
	RK_TRY(rk_settings_lines(path, reading.lines, reading.err));
	if (cfg_parse(cfg, path) != CFG_SUCCESS) {
		complain(cfg->line, "this is not understood");
		return RK_FAILED_PRECONDITION;
	}
	*out = calloc(1, sizeof **out);
	if (*out)
		(*out)->memory = calloc(1, sizeof(struct rk_arena));
	if (!*out || !(*out)->memory)
		status = no_memory(err);
	else
		status = fill(cfg, *out, reading.err);
	if (status != RK_OK)
		rk_settings_free(out);
	return status;
}

enum rk_status rk_settings_read(const char *path, struct rk_settings **out, struct rk_err *err)
{
	cfg_opt_t options[COUNT + 1];
	enum rk_status status;
	cfg_t *cfg;

	*out = NULL;
	options_fill(options);
	cfg = cfg_init(options, CFGF_NONE);
	if (!cfg)
		return no_memory(err);
	status = parse(cfg, path, out, err);
	cfg_free(cfg);
	return status;
}

void rk_settings_free(struct rk_settings **settings)
{
	if (!*settings)
		return;
	if ((*settings)->memory)
		rk_arena_clear((*settings)->memory);
	free((*settings)->memory);
	free(*settings);
	*settings = NULL;
}

int rk_settings_line(const struct rk_settings *settings, const char *name)
{
	return settings->lines[setting_of(name) - rk_settings_table];
}

/* The longest value that stands in the sentence: one path may begin as another does. */
const char *rk_settings_naming(const struct rk_settings *settings, const char *sentence)
{
	const char *name = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < COUNT; i++) {
		const struct rk_setting *setting = &rk_settings_table[i];
		const char *const *at = (const char *const *)(const void *)((const char *)settings +
			setting->at);

		if (setting->kind != RK_SETTING_PATH && setting->kind != RK_SETTING_PATHS)
			continue;
		for (; *at; at++) {
			if (strlen(*at) > longest && strstr(sentence, *at)) {
				longest = strlen(*at);
				name = setting->name;
			}
			if (setting->kind == RK_SETTING_PATH)
				break;
		}
	}
	return name;
}

const char *rk_settings_fixed(const struct rk_settings *old, const struct rk_settings *new)
{
	for (size_t i = 0; i < COUNT; i++) {
		const struct rk_setting *setting = &rk_settings_table[i];
		const void *a = (const char *)old + setting->at,
			   *b = (const char *)new + setting->at;

		if (!setting->fixed)
			continue;
		if (setting->kind == RK_SETTING_NUMBER
				? *(const int64_t *)a != *(const int64_t *)b
				: strcmp(*(const char *const *)a, *(const char *const *)b) != 0)
			return setting->name;
	}
	return NULL;
}

void rk_settings_describe(FILE *out)
{
	for (size_t i = 0; i < COUNT; i++) {
		const struct rk_setting *setting = &rk_settings_table[i];
		const char *when = setting->fixed ? "start" : "reload";

		if (setting->kind == RK_SETTING_NUMBER)
			fprintf(out, "%s = %lld\n    (%lld to %lld) %s Takes effect: %s.\n",
				setting->name, (long long)setting->number, (long long)setting->min,
				(long long)setting->max, setting->sentence, when);
		else if (setting->kind == RK_SETTING_PATHS)
			fprintf(out,
				"%s = {}\n    %s A list: {\"one\", \"two\"}. Takes effect: %s.\n",
				setting->name, setting->sentence, when);
		else if (setting->text)
			fprintf(out, "%s = \"%s\"\n    %s Takes effect: %s.\n", setting->name,
				setting->text, setting->sentence, when);
		else
			fprintf(out, "%s = ...\n    (needed) %s Takes effect: %s.\n", setting->name,
				setting->sentence, when);
	}
}
