/* renkei doctor - everything that can be wrong between this computer and a receipt, each with what to do. */
#include "base/clock.h"
#include "command.h"
#include "coverage.h"
#include "days.h"
#include "link/tls.h"
#include "out.h"
#include "outbox.h"
#include "periods.h"
#include "proxy.h"
#include "remote_connect.h"
#include "server_info.h"
#include "waiting.h"
#include "words/rules.h"
#include "words/terms.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SKEW_WARN_S   60
#define EXPIRY_WARN_S ((int64_t)30 * 86400)

static const struct rk_grid_column columns[] = {
	{"check",  RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"result", RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"detail", RK_COLUMN_TEXT, RK_COLUMN_ALL},
};

enum result { GOOD, DOUBTFUL, BAD };

struct doctor {
	struct rk_run *run;
	struct rk_grid grid;
	int status;
};

static void say(struct doctor *doctor, const char *check, enum result result, const char *detail)
{
	static const char *const names[] = {"good", "doubtful", "bad"};
	struct rk_run *run = doctor->run;
	bool human = rk_out_is_human(run);

	rk_grid_add(&doctor->grid,
		(const char *const[]){
			human ? rk_tell(run, rk_run_printf(run, "doctor.%s", check)) : check,
			human ? rk_tell(run, rk_run_printf(run, "result.%s", names[result]))
			      : names[result],
			detail});
	if (result == BAD && doctor->status == EX_OK)
		doctor->status = EX_CONFIG;
}

/* What the TLS library refuses of the three files, of which it names one. */
struct files {
	struct rk_err err;
	bool asked, told;
};

static bool is_refused(const struct files *files, const char *path)
{
	const char *named = strstr(files->err.values, "\nfile=");

	return named && strncmp(named + strlen("\nfile="), path, strlen(path)) == 0 &&
		strchr("\n", named[strlen("\nfile=") + strlen(path)]);
}

static void check_file(struct doctor *doctor, const char *check, const char *path, bool secret,
	struct files *files)
{
	struct rk_run *run = doctor->run;
	struct stat about;

	if (!path)
		say(doctor, check, BAD, rk_tell(run, "doctor.not_set"));
	else if (access(path, R_OK) != 0 || stat(path, &about) != 0)
		say(doctor, check, BAD, rk_tell(run, "doctor.unreadable", "file", path));
	else if (secret && (about.st_mode & 077))
		say(doctor, check, BAD, rk_tell(run, "doctor.open_key", "file", path));
	else if (is_refused(files, path))
		say(doctor, check, BAD, rk_sentence(run, &files->err));
	else {
		say(doctor, check, GOOD, path);
		return;
	}
	files->told = true;
}

static void check_contexts_file(struct doctor *doctor)
{
	struct rk_run *run = doctor->run;
	char *folder = rk_profile_config_dir(&run->arena);
	const char *path = folder ? rk_run_printf(run, "%s/contexts.conf", folder) : NULL;
	struct stat about;

	if (!path || stat(path, &about) != 0)
		say(doctor, "contexts", GOOD, rk_tell(run, "doctor.no_contexts"));
	else if (about.st_mode & 077)
		say(doctor, "contexts", DOUBTFUL,
			rk_tell(run, "doctor.open_contexts", "file", path));
	else
		say(doctor, "contexts", GOOD, path);
}

/* Everything that the TLS library itself would refuse later, by file, and the day on which it will. */
static void check_files(struct doctor *doctor)
{
	struct rk_run *run = doctor->run;
	const struct rk_profile *profile = &run->profile;
	Google__Protobuf__Timestamp end = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	struct files files = {.asked = profile->ca && profile->cert && profile->key};
	struct rk_tls *tls = NULL;
	bool fit = files.asked && rk_connect_files(profile, &tls, &files.err) == RK_OK;

	check_file(doctor, "ca", profile->ca, false, &files);
	check_file(doctor, "cert", profile->cert, false, &files);
	check_file(doctor, "key", profile->key, true, &files);
	if (!fit) {
		if (files.asked && !files.told)
			say(doctor, "expiry", BAD, rk_sentence(run, &files.err));
		return;
	}
	end.seconds = rk_tls_expires(tls);
	int64_t left = end.seconds - rk_clock_now_us() / 1000000;

	say(doctor, "expiry", left < EXPIRY_WARN_S ? DOUBTFUL : GOOD,
		rk_tell(run, "doctor.expires", "time", rk_moment_told(run, &end), "days",
			rk_count(run, left / 86400)));
	rk_tls_free(&tls);
}

static void check_clock(struct doctor *doctor, const Renkei__V1__GetServerInfoResponse *info)
{
	struct rk_run *run = doctor->run;

	if (!info->now)
		return;
	int64_t skew = rk_clock_now_us() / 1000000 - info->now->seconds;
	const char *detail = rk_tell(run, "doctor.skew", "seconds", rk_count(run, skew));

	say(doctor, "clock", skew > SKEW_WARN_S || skew < -SKEW_WARN_S ? DOUBTFUL : GOOD, detail);
}

static void check_rules(struct doctor *doctor, const Renkei__V1__GetServerInfoResponse *info)
{
	struct rk_run *run = doctor->run;
	bool same = strcmp(info->rule_set_hash, rk_rules_hash()) == 0;

	say(doctor, "rules", same ? GOOD : DOUBTFUL,
		same ? rk_run_printf(run, "%.16s", rk_rules_hash())
		     : rk_tell(run, "doctor.other_rules", "own",
			       rk_run_printf(run, "%.16s", rk_rules_hash()), "server",
			       rk_run_printf(run, "%.16s", info->rule_set_hash)));
}

/* Only where there are any: whom nobody enters reports for has nothing to read here. */
static void check_waiting(struct doctor *doctor)
{
	struct rk_run *run = doctor->run;
	Renkei__V1__ListReportsResponse all;
	struct rk_failure failure = {.retry_ms = -1};

	if (rk_waiting_list(run, &all, &failure) != RK_OK || all.n_reports == 0)
		return;
	say(doctor, "waiting", DOUBTFUL,
		rk_tell(run, "doctor.waiting_count", "count",
			rk_run_printf(run, "%zu", all.n_reports), "receipt",
			all.reports[0]->receipt_number));
}

static void check_server(struct doctor *doctor)
{
	struct rk_run *run = doctor->run;
	const Renkei__V1__GetServerInfoResponse *info;
	struct rk_failure failure = {.retry_ms = -1};

	if (rk_server_info(run, &info, &failure) != RK_OK) {
		say(doctor, "server", BAD, rk_failure_sentence(run, &failure));
		doctor->status = failure.err.status == RK_FAILED_PRECONDITION
			? EX_CONFIG
			: rk_exit_status(failure.err.status);
		return;
	}
	say(doctor, "server", GOOD,
		rk_run_printf(run, "%s (renkeid %s)", run->profile.server, info->version));
	say(doctor, "version", strcmp(info->version, RENKEI_VERSION) == 0 ? GOOD : DOUBTFUL,
		rk_run_printf(run, "renkei %s, renkeid %s", RENKEI_VERSION, info->version));
	if (info->caller)
		say(doctor, "caller", info->caller->role[0] ? GOOD : BAD,
			rk_run_printf(run, "%s (%s)", info->caller->principal,
				rk_out_is_human(run) ? rk_term(&run->arena, run->language, "role",
							       info->caller->role)
						     : info->caller->role));
	check_clock(doctor, info);
	check_rules(doctor, info);
	say(doctor, "receipt_keys", info->n_receipt_keys ? GOOD : BAD,
		info->n_receipt_keys ? info->receipt_keys[0]->key_id
				     : rk_tell(run, "doctor.not_set"));
	if (info->caller && *info->caller->municipality_code)
		check_waiting(doctor);
}

static void check_outbox(struct doctor *doctor)
{
	struct rk_run *run = doctor->run;
	struct rk_outbox_pending *items;
	size_t count = rk_outbox_list(run, &items);

	say(doctor, "outbox", count ? DOUBTFUL : GOOD,
		count ? rk_tell(run, "doctor.outbox_waits", "count",
				rk_run_printf(run, "%zu", count))
		      : rk_tell(run, "doctor.outbox_empty"));
}

/* Only where there is one: without it there is nothing to go wrong. */
static void check_proxy(struct doctor *doctor)
{
	struct rk_run *run = doctor->run;
	struct rk_proxy proxy;
	struct rk_err err;

	if (!run->profile.proxy)
		return;
	if (rk_proxy_parse(run->profile.proxy, &proxy, &err) != RK_OK)
		say(doctor, "proxy", BAD, rk_sentence(run, &err));
	else
		say(doctor, "proxy", GOOD, rk_proxy_of(run));
}

int rk_cmd_doctor(struct rk_run *run)
{
	struct doctor doctor = {
		.run = run,
		.grid = {.run = run,
			 .columns = columns,
			 .column_count = sizeof columns / sizeof columns[0]}
        };

	say(&doctor, "context", run->profile.name ? GOOD : DOUBTFUL,
		run->profile.name ? run->profile.name : rk_tell(run, "doctor.no_context"));
	check_contexts_file(&doctor);
	check_files(&doctor);
	check_outbox(&doctor);
	check_proxy(&doctor);
	check_server(&doctor);
	int printed = rk_grid_print(&doctor.grid);

	if (!run->profile.server && !run->profile.ca && !run->profile.cert && !run->profile.key)
		rk_talk(run, "auth.nothing_yet");
	return doctor.status == EX_OK ? printed : doctor.status;
}
