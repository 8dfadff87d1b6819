/* renkei export run - a run of a schedule now, waited for. */
#include "base/clock.h"
#include "cmd_auth.h"
#include "cmd_export.h"
#include "command.h"
#include "days.h"
#include "out.h"
#include "periods.h"
#include "remote_again.h"
#include "summary.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#define LOOK_MS      1000
#define LOOK_MOST_MS 5000
/* Who looks on is told so often where no line can be drawn again. */
#define SAY_MS 30000

struct waiting {
	struct rk_run *run;
	const Renkei__V1__ExportRun *ordered;
	Renkei__V1__ListExportsResponse *answer;
	int64_t begun_ms, said_ms;
	Renkei__V1__ExportRunState state; /* that was told last */
};

static enum rk_status order(struct rk_run *run, const char *name, bool dry,
	Renkei__V1__RunExportResponse **response, struct rk_failure *failure)
{
	Renkei__V1__RunExportRequest request = RENKEI__V1__RUN_EXPORT_REQUEST__INIT;
	const char *moment = rk_run_option(run, "as-of");
	Google__Protobuf__Timestamp as_of;

	if (moment)
		RK_TRY(rk_moment_parse(moment, &as_of, &failure->err));
	request.as_of = moment ? &as_of : NULL;
	request.request_id = rk_request_id(run);
	if (!request.request_id)
		return rk_fail(&failure->err, RK_RESOURCE_EXHAUSTED, "no random numbers");
	request.name = rk_run_str(run, name);
	request.validate_only = dry;
	return rk_call(
		run, "ExportService/RunExport", &request, run_export_response, response, failure);
}

/* What became of it so far. */
static enum rk_status look(struct waiting *w, struct rk_failure *failure)
{
	Renkei__V1__ListExportsRequest request = RENKEI__V1__LIST_EXPORTS_REQUEST__INIT;

	request.schedule = w->ordered->schedule;
	request.due_at = w->ordered->due_at;
	RK_TRY(rk_call(w->run, "ExportService/ListExports", &request, list_exports_response,
		&w->answer, failure));
	if (w->answer->n_runs == 1)
		return RK_OK;
	failure->retry_ms = RK_RETRY_NEVER;
	return rk_fail_reason(
		&failure->err, RK_INTERNAL, "SERVER_ANSWER_BAD", "%zu runs", w->answer->n_runs);
}

static void tell(struct waiting *w, const Renkei__V1__ExportRun *one)
{
	int64_t now_ms = rk_clock_ms();
	const char *seconds = rk_run_printf(w->run, "%" PRId64, (now_ms - w->begun_ms) / 1000);

	if (one->state == w->state && now_ms < w->said_ms + SAY_MS)
		return;
	w->state = one->state;
	w->said_ms = now_ms;
	if (one->state == RENKEI__V1__EXPORT_RUN_STATE__EXPORT_RUN_STATE_RUNNING)
		rk_talk(w->run, "export.running", "name", one->schedule, "count",
			rk_run_printf(w->run, "%" PRId64, one->rows), "seconds", seconds);
	else if (one->state == RENKEI__V1__EXPORT_RUN_STATE__EXPORT_RUN_STATE_ORDERED)
		rk_talk(w->run, "export.waits", "name", one->schedule, "seconds", seconds);
}

static void pause_for(int64_t ms)
{
	const struct timespec time = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

/* It goes on without us; so a line that is gone for a while is no reason to give up. */
static enum rk_status wait_for(struct waiting *w, struct rk_failure *failure)
{
	int64_t until = w->run->timeout_ms ? w->begun_ms + w->run->timeout_ms : INT64_MAX;
	int64_t pause_ms = LOOK_MS;

	for (;;) {
		enum rk_status status = look(w, failure);
		const Renkei__V1__ExportRun *one;

		if (status != RK_OK && !rk_again_may_pass(failure))
			return status;
		one = status == RK_OK ? w->answer->runs[0] : w->ordered;
		if (one->state == RENKEI__V1__EXPORT_RUN_STATE__EXPORT_RUN_STATE_DONE ||
			one->state == RENKEI__V1__EXPORT_RUN_STATE__EXPORT_RUN_STATE_FAILED)
			return RK_OK;
		if (status == RK_OK)
			tell(w, one);
		if (rk_clock_ms() + pause_ms >= until)
			return rk_fail_reason(&failure->err, RK_DEADLINE_EXCEEDED, "EXPORT_GOES_ON",
				"%s", one->schedule);
		pause_for(pause_ms);
		pause_ms = pause_ms < LOOK_MOST_MS ? pause_ms * 3 / 2 : LOOK_MOST_MS;
	}
}

/* A full disk has a sentence of its own; the server's words for its operator stand in each. */
static int say_failed(struct rk_run *run, const Renkei__V1__ExportRun *one)
{
	bool room = strcmp(one->reason, "EXPORT_NO_ROOM") == 0;
	struct rk_err err = {0};
	int status;

	(void)rk_fail_reason(
		&err, RK_UNAVAILABLE, room ? "EXPORT_NO_ROOM" : "EXPORT_FAILED", "%s", one->why);
	status = rk_trouble(run, &err);
	if (one->retry_at)
		rk_talk(run, "export.again", "at", rk_moment_told(run, one->retry_at));
	return status;
}

int rk_cmd_export_run(struct rk_run *run)
{
	Renkei__V1__RunExportResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct waiting w = {.run = run, .begun_ms = rk_clock_ms()};
	const Renkei__V1__ExportRun *one;

	if (order(run, run->operands[0], rk_run_flag(run, "dry-run"), &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!response || !response->run || !response->run->due_at)
		return rk_answer_bad(run, "run");
	if (rk_run_flag(run, "dry-run"))
		return rk_export_print(run, &response->run, 1, &response->base);
	w.ordered = response->run;
	rk_talk(run, "export.ordered", "name", rk_visible(run, w.ordered->schedule), "at",
		rk_moment_told(run, w.ordered->as_of ? w.ordered->as_of : w.ordered->due_at));
	if (wait_for(&w, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	one = w.answer->runs[0];
	if (one->state == RENKEI__V1__EXPORT_RUN_STATE__EXPORT_RUN_STATE_FAILED)
		return say_failed(run, one);
	if (run->out_path)
		return rk_export_get(run, one->bundle);
	return rk_export_print(run, w.answer->runs, 1, &w.answer->base);
}
