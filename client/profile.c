#include "profile.h"

#include "form/file.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *xdg_dir(struct rk_arena *arena, const char *variable, const char *below_home)
{
	const char *dir = getenv(variable), *home = getenv("HOME");

	if (dir && dir[0] == '/')
		return rk_arena_printf(arena, "%s/renkei", dir);
	if (home && home[0])
		return rk_arena_printf(arena, "%s/%s/renkei", home, below_home);
	return NULL;
}

char *rk_profile_config_dir(struct rk_arena *arena)
{
	return xdg_dir(arena, "XDG_CONFIG_HOME", ".config");
}

char *rk_profile_state_dir(struct rk_arena *arena)
{
	return xdg_dir(arena, "XDG_STATE_HOME", ".local/state");
}

static cfg_opt_t context_options[] = {
	CFG_STR("server", NULL, CFGF_NONE),
	CFG_STR("ca", NULL, CFGF_NONE),
	CFG_STR("cert", NULL, CFGF_NONE),
	CFG_STR("key", NULL, CFGF_NONE),
	CFG_STR("municipality", NULL, CFGF_NONE),
	CFG_STR("proxy", NULL, CFGF_NONE),
	CFG_END(),
};
static cfg_opt_t file_options[] = {
	CFG_STR("current", NULL, CFGF_NONE),
	CFG_SEC("context", context_options, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	CFG_END(),
};

/* libconfuse reports through a function without an argument of ours. */
static struct rk_err *load_err;

/* What libconfuse says is wrong in the file, by how it begins; the word in quotes is what is named. */
static const char *confuse_cause(const char *text)
{
	static const struct {
		const char *begins;
		const char *cause;
	} causes[] = {
		{"no such option",     "OPTION_UNKNOWN"  },
		{"duplicate",          "OPTION_TWICE"    },
		{"found duplicate",    "OPTION_TWICE"    },
		{"missing equal sign", "OPTION_NO_EQUALS"},
		{"premature end",      "FILE_ENDS"       },
	};

	for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
		if (strncmp(text, causes[i].begins, strlen(causes[i].begins)) == 0)
			return causes[i].cause;
	return "LINE_WRONG";
}

static void RK_PRINTF(2, 0) on_confuse_error(cfg_t *cfg, const char *format, va_list args)
{
	const char *file = cfg->filename ? cfg->filename : "contexts.conf", *word;
	char text[300];
	int len;

	vsnprintf(text, sizeof text, format, args);
	word = strchr(text, '\'');
	len = word ? (int)strcspn(word + 1, "'") : 0;
	rk_fail_reason(load_err, RK_FAILED_PRECONDITION, "CONTEXTS_BAD", "%s:%d: %s", file,
		cfg->line, text);
	(void)rk_err_values(load_err, RK_FAILED_PRECONDITION,
		"cause=%s\nline=%d\nword=%.*s\nfile=%s", confuse_cause(text), cfg->line, len,
		word ? word + 1 : "", file);
}

static const char *copy(struct rk_arena *arena, cfg_t *section, const char *name)
{
	const char *value = cfg_getstr(section, name);

	return value && *value ? rk_arena_str(arena, value) : NULL;
}

static enum rk_status take_context(
	struct rk_arena *arena, cfg_t *section, struct rk_profiles *profiles, struct rk_err *err)
{
	if (profiles->count == RK_PROFILE_MAX)
		return rk_err_values(err,
			rk_fail_reason(err, RK_FAILED_PRECONDITION, "CONTEXTS_BAD",
				"more than %d contexts", RK_PROFILE_MAX),
			"cause=CONTEXTS_MANY\nlimit=%d", RK_PROFILE_MAX);
	profiles->at[profiles->count++] = (struct rk_profile){
		.name = rk_arena_str(arena, cfg_title(section)),
		.server = copy(arena, section, "server"),
		.ca = copy(arena, section, "ca"),
		.cert = copy(arena, section, "cert"),
		.key = copy(arena, section, "key"),
		.municipality = copy(arena, section, "municipality"),
		.proxy = copy(arena, section, "proxy"),
	};
	return RK_OK;
}

enum rk_status rk_profiles_load(
	struct rk_arena *arena, const char *path, struct rk_profiles *profiles, struct rk_err *err)
{
	enum rk_status status = RK_OK;

	memset(profiles, 0, sizeof *profiles);
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return RK_OK;
	cfg_t *cfg = cfg_init(file_options, CFGF_NONE);

	if (!cfg)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "out of memory");
	rk_fail_errno(err, RK_FAILED_PRECONDITION, "CONTEXTS_BAD", path, EIO);
	load_err = err;
	cfg_set_error_function(cfg, on_confuse_error);
	switch (cfg_parse(cfg, path)) {
	case CFG_SUCCESS:
		break;
	case CFG_FILE_ERROR:
		status = rk_fail_errno(err, RK_FAILED_PRECONDITION, "CONTEXTS_BAD", path, errno);
		break;
	default:
		status = RK_FAILED_PRECONDITION;
	}
	if (status == RK_OK)
		profiles->current = copy(arena, cfg, "current");
	for (unsigned i = 0; status == RK_OK && i < cfg_size(cfg, "context"); i++)
		status = take_context(arena, cfg_getnsec(cfg, "context", i), profiles, err);
	cfg_free(cfg);
	load_err = NULL;
	return status;
}

/* A libconfuse string: quotes and backslashes escaped, and ${ that would be taken for the environment. */
static enum rk_status add_quoted(struct rk_buf *out, const char *value)
{
	RK_TRY(rk_buf_add_str(out, "\""));
	for (; *value; value++) {
		if (strchr("\"\\$", *value))
			RK_TRY(rk_buf_add_str(out, "\\"));
		RK_TRY(rk_buf_add(out, value, 1));
	}
	return rk_buf_add_str(out, "\"");
}

static enum rk_status add_string(struct rk_buf *out, const char *name, const char *value)
{
	if (!value)
		return RK_OK;
	RK_TRY(rk_buf_addf(out, "%s = ", name));
	RK_TRY(add_quoted(out, value));
	return rk_buf_add_str(out, "\n");
}

/* Whoever writes the file by hand may name a context with blanks. */
static enum rk_status add_name(struct rk_buf *out, const char *name)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	if (*name && strspn(name, plain) == strlen(name))
		return rk_buf_add_str(out, name);
	return add_quoted(out, name);
}

static enum rk_status add_context(struct rk_buf *out, const struct rk_profile *profile)
{
	RK_TRY(rk_buf_add_str(out, "context "));
	RK_TRY(add_name(out, profile->name));
	RK_TRY(rk_buf_add_str(out, " {\n"));
	RK_TRY(add_string(out, "\tserver", profile->server));
	RK_TRY(add_string(out, "\tca", profile->ca));
	RK_TRY(add_string(out, "\tcert", profile->cert));
	RK_TRY(add_string(out, "\tkey", profile->key));
	RK_TRY(add_string(out, "\tmunicipality", profile->municipality));
	RK_TRY(add_string(out, "\tproxy", profile->proxy));
	return rk_buf_add_str(out, "}\n");
}

enum rk_status rk_profiles_save(
	const char *path, const struct rk_profiles *profiles, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};

	RK_TRY(add_string(&text, "current", profiles->current));
	for (size_t i = 0; i < profiles->count; i++)
		RK_TRY(add_context(&text, &profiles->at[i]));
	return rk_file_write(path, rk_buf_slice(&text), 0600, err);
}

struct rk_profile *rk_profiles_find(struct rk_profiles *profiles, const char *name)
{
	for (size_t i = 0; i < profiles->count; i++)
		if (strcmp(profiles->at[i].name, name) == 0)
			return &profiles->at[i];
	return NULL;
}

void rk_profile_overlay(struct rk_profile *profile, const struct rk_profile *over)
{
	if (over->name)
		profile->name = over->name;
	if (over->server)
		profile->server = over->server;
	if (over->ca)
		profile->ca = over->ca;
	if (over->cert)
		profile->cert = over->cert;
	if (over->key)
		profile->key = over->key;
	if (over->municipality)
		profile->municipality = over->municipality;
	if (over->proxy)
		profile->proxy = over->proxy;
}
