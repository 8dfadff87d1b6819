/* renkei export list, verify - bundles of data for analysts. */
#include "cmd_export.h"

#include "attach.h"
#include "command.h"
#include "out.h"
#include "periods.h"
#include "summary.h"
#include "words/correction.h"

#include "renkei/v1/export_service.pb-c.h"

#include <inttypes.h>
#include <string.h>

static const struct rk_grid_column columns[] = {
	{"bundle",          RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"schedule",        RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"state",           RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"as_of_japan",     RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"as_of",           RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"due_at",          RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"rows",            RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"size",            RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"attempt",         RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"why",             RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"corrected",       RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"changes_since",   RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"manifest_sha256", RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
};

static void add_row(struct rk_grid *grid, const Renkei__V1__ExportRun *one)
{
	struct rk_run *run = grid->run;
	bool made = *one->bundle;

	rk_grid_add(grid,
		(const char *const[]){made             ? one->bundle
				: rk_out_is_human(run) ? one->schedule
						       : NULL,
			one->schedule,
			rk_shown_enum(
				run, &renkei__v1__export_run_state__descriptor, (int)one->state),
			rk_moment_japan(run, one->as_of ? one->as_of : one->due_at),
			rk_moment_utc(run, one->as_of), rk_moment_utc(run, one->due_at),
			made ? rk_run_printf(run, "%" PRId64, one->rows) : NULL,
			made ? rk_attachment_size(run, one->bytes) : NULL,
			rk_run_printf(run, "%d", one->attempt), *one->why ? one->why : NULL,
			made ? rk_run_printf(run, "%d", one->correction_count) : NULL,
			*one->since ? one->since : NULL,
			*one->manifest_sha256 ? one->manifest_sha256 : NULL});
}

enum rk_status rk_export_runs(struct rk_run *run, const char *schedule, bool all,
	Renkei__V1__ListExportsResponse **response, struct rk_failure *failure)
{
	Renkei__V1__ListExportsRequest request = RENKEI__V1__LIST_EXPORTS_REQUEST__INIT;

	request.schedule = rk_run_str(run, schedule ? schedule : "");
	request.include_all = all;
	return rk_call(run, "ExportService/ListExports", &request, list_exports_response, response,
		failure);
}

int rk_export_print(struct rk_run *run, Renkei__V1__ExportRun *const *runs, size_t count,
	const ProtobufCMessage *answer)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	for (size_t i = 0; i < count; i++)
		add_row(&grid, runs[i]);
	return rk_answer_print(&grid, answer);
}

/* Which figures of a bundle somebody may have used are others now. */
static int print_corrections(struct rk_run *run, const Renkei__V1__ExportRun *one)
{
	int more = one->correction_count - (int)one->n_corrections;
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	for (size_t i = 0; i < one->n_corrections; i++) {
		if (rk_correction_add(one->corrections[i], run->language, &text) != RK_OK)
			return EX_OSERR;
	}
	fprintf(out, "\n%s\n",
		rk_tell(run, "export.corrected", "bundle", rk_visible(run, one->bundle)));
	for (const char *at = rk_run_slice(run, rk_buf_slice(&text)); *at;) {
		size_t len = strcspn(at, "\n");

		fprintf(out, "%s\n", rk_visible(run, rk_run_slice(run, rk_slice_of(at, len))));
		at += len + (at[len] == '\n');
	}
	if (more > 0)
		fprintf(out, "%s\n",
			rk_tell(run, "export.corrected_more", "count",
				rk_run_printf(run, "%d", more)));
	return EX_OK;
}

int rk_cmd_export_list(struct rk_run *run)
{
	Renkei__V1__ListExportsResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	int status;

	if (rk_export_runs(run, rk_run_option(run, "schedule"), rk_run_flag(run, "all"), &response,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	status = rk_export_print(run, response->runs, response->n_runs, &response->base);
	for (size_t i = 0; rk_out_is_human(run) && status == EX_OK && i < response->n_runs; i++) {
		if (response->runs[i]->correction_count > 0)
			status = print_corrections(run, response->runs[i]);
	}
	return status;
}

int rk_export_verify(struct rk_run *run, const char *folder, const char *shown, bool fetched,
	struct rk_bundle *bundle)
{
	const struct rk_bundle_terms terms = {
		.public_key = fetched ? NULL : rk_run_option(run, "public-key"),
		.removes = fetched};
	struct rk_err err = {0};
	size_t differ = 0;
	bool own_key, vouched;

	if (rk_bundle_verify(run, folder, &terms, bundle, &differ, &own_key, &err) != RK_OK)
		return rk_trouble(run, &err);
	if (differ) {
		run->failed = true;
		rk_talk(run, fetched ? "bundle.removed" : "bundle.bad", "folder",
			rk_visible(run, folder), "count", rk_run_printf(run, "%zu", differ));
		return EX_DATAERR;
	}
	vouched = *bundle->key_id && !own_key;
	if (!*bundle->key_id)
		rk_talk(run, "bundle.unsigned");
	else if (own_key)
		rk_talk(run, "bundle.own_key", "key", bundle->key_id);
	/* The connection vouches for what is fetched. */
	if (!vouched && !fetched) {
		run->failed = true;
		rk_talk(run, "bundle.unvouched", "folder", rk_visible(run, shown));
		return EX_DATAERR;
	}
	rk_talk(run, "bundle.good", "folder", rk_visible(run, shown), "id", bundle->id, "count",
		rk_run_printf(run, "%zu", bundle->count));
	if (*bundle->since)
		rk_talk(run, "bundle.changes", "folder", rk_visible(run, shown), "since",
			rk_visible(run, bundle->since));
	return EX_OK;
}

int rk_cmd_export_verify(struct rk_run *run)
{
	struct rk_bundle bundle;

	return rk_export_verify(run, run->operands[0], run->operands[0], false, &bundle);
}
