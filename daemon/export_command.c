#include "export_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "db/migrate.h"
#include "export/work.h"
#include "serve/exports.h"
#include "serve/server.h"

#include <string.h>
#include <sysexits.h>

/* SCHEDULE/ID, which leads nowhere else. */
static bool is_bundle(const char *text)
{
	size_t schedule = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return schedule > 0 && text[schedule] == '/' && text[schedule + 1] &&
		strspn(text + schedule + 1, "TZ0123456789abcdef-") == strlen(text + schedule + 1);
}

static enum rk_status check(const struct rk_export_words *words, struct rk_err *err)
{
	int64_t seconds;
	int32_t nanos;

	if (!words->word || strcmp(words->word, "run") != 0 || !words->name)
		return rk_fail(
			err, RK_INVALID_ARGUMENT, "export needs `run` and the name of a schedule");
	if (words->as_of && !rk_text_rfc3339(rk_slice_str(words->as_of), &seconds, &nanos))
		return rk_fail(err, RK_INVALID_ARGUMENT,
			"'%s' is no moment such as 2026-07-01T00:00:00Z", words->as_of);
	if (words->since && !is_bundle(words->since))
		return rk_fail(err, RK_INVALID_ARGUMENT,
			"'%s' is no bundle such as quarterly/20260701T000000Z-0123456789abcdef",
			words->since);
	return RK_OK;
}

static enum rk_status run(const struct rk_export_words *words, const struct rk_export_house *house,
	FILE *out, struct rk_err *err)
{
	RK_AUTO(rk_export_schedule_clear) struct rk_export_schedule schedule = {0};
	struct rk_export_made made;
	bool taken = true;

	RK_TRY(rk_export_schedule_find(house, words->name, &schedule, err));
	schedule.selection.as_of = words->as_of;
	schedule.since = words->since;
	if (words->folder)
		RK_TRY(rk_export_by_hand(house, &schedule, words->folder, &made, err));
	else if (!*house->dir)
		return rk_fail(
			err, RK_FAILED_PRECONDITION, "export_dir is empty: name a folder with -O");
	else
		RK_TRY(rk_export_run(house, &schedule, schedule.now_us, &taken, &made, err));
	if (!taken)
		return rk_fail(err, RK_ABORTED, "another daemon makes this run of %s", words->name);
	fprintf(out, "%s/%s%s%s\n", words->folder ? words->folder : house->dir,
		words->folder ? "" : schedule.name, words->folder ? "" : "/", made.id);
	return RK_OK;
}

static int exit_of(const struct rk_err *err)
{
	switch (err->status) {
	case RK_INVALID_ARGUMENT:
		return EX_USAGE;
	case RK_UNAVAILABLE:
	case RK_DEADLINE_EXCEEDED:
	case RK_ABORTED:
		return EX_UNAVAILABLE;
	case RK_NOT_FOUND:
		return EX_NOINPUT;
	case RK_PERMISSION_DENIED:
	case RK_RESOURCE_EXHAUSTED:
		return EX_CANTCREAT;
	case RK_FAILED_PRECONDITION:
		return EX_CONFIG;
	default:
		return EX_SOFTWARE;
	}
}

int rk_export_command(const struct rk_export_words *words, FILE *out)
{
	struct rk_config config = {0};
	struct rk_export_house house;
	struct rk_err err = {0};
	enum rk_status status = check(words, &err);

	if (status == RK_OK)
		status = rk_config_open(words->config, &config, &err);
	if (status == RK_OK) {
		rk_exports_house(&config, &house);
		rk_export_be_modest();
		status = run(words, &house, out, &err);
	}
	rk_config_close(&config);
	if (status == RK_OK)
		return EX_OK;
	fprintf(stderr, "renkeid: %s\n", err.text);
	return exit_of(&err);
}
