#include "base/arena.h"
#include "settings_own.h"

#include <confuse.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

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

static enum rk_status take_list(cfg_t *cfg, const struct rk_setting *setting,
	struct rk_settings *settings, struct rk_arena *arena, struct rk_err *err)
{
	const char **list = (const char **)(void *)((char *)settings + setting->at);
	unsigned count = cfg_size(cfg, setting->name);

	if (count > RK_SETTINGS_KEYS)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "BAD_CONFIGURATION",
			"%s: '%s' has %u entries; at most %d", reading.path, setting->name, count,
			RK_SETTINGS_KEYS);
	for (unsigned i = 0; i < count; i++) {
		const char *text = cfg_getnstr(cfg, setting->name, i);

		list[i] = setting->kind == RK_SETTING_PATHS ? resolve(arena, reading.path, text)
							    : rk_arena_str(arena, text);
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
	if (rk_setting_is_list(setting))
		return take_list(cfg, setting, settings, arena, err);
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
		else if (rk_setting_is_list(setting))
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
		else if (rk_setting_is_list(setting))
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
