/* renkei context - which server, with which certificate. */
#include "command.h"
#include "out.h"
#include "proxy.h"
#include "remote.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const struct rk_grid_column columns[] = {
	{"current",           RK_COLUMN_BOOL, RK_COLUMN_ALL },
	{"name",              RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"server",            RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"municipality_code", RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"ca",		RK_COLUMN_TEXT, RK_COLUMN_WIDE},
	{"cert",              RK_COLUMN_TEXT, RK_COLUMN_WIDE},
	{"key",               RK_COLUMN_TEXT, RK_COLUMN_WIDE},
	{"proxy",             RK_COLUMN_TEXT, RK_COLUMN_WIDE},
};

static int load(struct rk_run *run, const char **path, struct rk_profiles *profiles)
{
	char *folder = rk_profile_config_dir(&run->arena);
	struct rk_err err = {0};

	if (!folder) {
		rk_fail_reason(&err, RK_FAILED_PRECONDITION, "CONTEXTS_BAD",
			"neither HOME nor XDG_CONFIG_HOME is set");
		return rk_trouble(run, &err);
	}
	*path = rk_run_printf(run, "%s/contexts.conf", folder);
	if (rk_profiles_load(&run->arena, *path, profiles, &err) != RK_OK)
		return rk_trouble(run, &err);
	return EX_OK;
}

static int save(struct rk_run *run, const char *path, const struct rk_profiles *profiles)
{
	struct rk_err err;

	return rk_profiles_save(path, profiles, &err) == RK_OK ? EX_OK : rk_trouble(run, &err);
}

static void add(
	struct rk_grid *grid, const struct rk_profiles *profiles, const struct rk_profile *profile)
{
	struct rk_run *run = grid->run;
	char proxy[440] = "";
	bool current = profiles->current && strcmp(profiles->current, profile->name) == 0;

	if (profile->proxy)
		rk_proxy_shown(profile->proxy, proxy);
	rk_grid_add(grid,
		(const char *const[]){current ? "true" : "false", profile->name, profile->server,
			profile->municipality, profile->ca, profile->cert, profile->key,
			profile->proxy ? rk_run_str(run, proxy) : NULL});
}

int rk_cmd_context_list(struct rk_run *run)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	struct rk_profiles profiles = {0};
	const char *path = NULL;
	int status = load(run, &path, &profiles);

	for (size_t i = 0; status == EX_OK && i < profiles.count; i++)
		add(&grid, &profiles, &profiles.at[i]);
	return status == EX_OK ? rk_grid_print(&grid) : status;
}

static struct rk_profile *find(struct rk_run *run, struct rk_profiles *profiles, const char *name)
{
	struct rk_profile *profile = rk_profiles_find(profiles, name ? name : "");

	if (!profile)
		rk_usage(run, "usage.no_context", "name", name ? name : "-");
	return profile;
}

int rk_cmd_context_show(struct rk_run *run)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	struct rk_profiles profiles = {0};
	const char *path = NULL;
	int status = load(run, &path, &profiles);

	if (status != EX_OK)
		return status;
	if (!run->operand_count && !profiles.current) {
		rk_talk(run, profiles.count ? "context.none_current" : "context.none");
		run->failed = true;
		return EX_CONFIG;
	}
	const struct rk_profile *profile = find(
		run, &profiles, run->operand_count ? run->operands[0] : profiles.current);

	if (!profile)
		return EX_USAGE;
	add(&grid, &profiles, profile);
	/* One context is always shown whole. */
	if (run->output == RK_OUT_TABLE)
		run->output = RK_OUT_WIDE;
	return rk_grid_print(&grid);
}

/* The context must hold wherever renkei is started. */
static const char *absolute(struct rk_run *run, const char *path)
{
	char full[PATH_MAX];

	if (!path || path[0] == '/')
		return path;
	return realpath(path, full) ? rk_run_str(run, full) : path;
}

int rk_cmd_context_set(struct rk_run *run)
{
	struct rk_profiles profiles = {0};
	const char *path = NULL, *name = run->operands[0], *server = rk_run_option(run, "server");
	const char *proxy = rk_run_option(run, "proxy");
	struct rk_proxy parsed;
	char host[256], port[6];
	struct rk_err err;
	int status = load(run, &path, &profiles);

	if (status != EX_OK)
		return status;
	if (!name[0] ||
		strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") !=
			strlen(name))
		return rk_usage(run, "usage.context_name", "name", name);
	if (!server && !rk_run_option(run, "ca") && !rk_run_option(run, "cert") &&
		!rk_run_option(run, "key") && !rk_run_option(run, "municipality") && !proxy)
		return rk_usage(run, "usage.context_empty");
	if (server && rk_remote_address(server, host, port, &err) != RK_OK)
		return rk_trouble(run, &err);
	if (proxy && strcmp(proxy, RK_PROXY_NONE) != 0 &&
		rk_proxy_parse(proxy, &parsed, &err) != RK_OK)
		return rk_trouble(run, &err);
	struct rk_profile *profile = rk_profiles_find(&profiles, name);

	if (!profile) {
		if (profiles.count == RK_PROFILE_MAX)
			return rk_usage(run, "usage.context_many");
		profile = &profiles.at[profiles.count++];
		*profile = (struct rk_profile){.name = name};
	}
	rk_profile_overlay(profile,
		&(struct rk_profile){.server = server,
			.ca = absolute(run, rk_run_option(run, "ca")),
			.cert = absolute(run, rk_run_option(run, "cert")),
			.key = absolute(run, rk_run_option(run, "key")),
			.municipality = rk_run_option(run, "municipality"),
			.proxy = proxy});
	if (!profiles.current)
		profiles.current = name;
	status = save(run, path, &profiles);
	if (status == EX_OK)
		rk_talk(run, "context.saved", "name", name, "file", path);
	return status;
}

int rk_cmd_context_use(struct rk_run *run)
{
	struct rk_profiles profiles = {0};
	const char *path = NULL;
	int status = load(run, &path, &profiles);

	if (status != EX_OK)
		return status;
	if (!find(run, &profiles, run->operands[0]))
		return EX_USAGE;
	profiles.current = run->operands[0];
	status = save(run, path, &profiles);
	if (status == EX_OK)
		rk_talk(run, "context.used", "name", profiles.current);
	return status;
}

int rk_cmd_context_remove(struct rk_run *run)
{
	struct rk_profiles profiles = {0};
	const char *path = NULL;
	int status = load(run, &path, &profiles);

	if (status != EX_OK)
		return status;
	struct rk_profile *profile = find(run, &profiles, run->operands[0]);

	if (!profile)
		return EX_USAGE;
	if (profiles.current && strcmp(profiles.current, profile->name) == 0)
		profiles.current = NULL;
	*profile = profiles.at[--profiles.count];
	status = save(run, path, &profiles);
	if (status == EX_OK)
		rk_talk(run, "context.removed", "name", run->operands[0]);
	return status;
}
