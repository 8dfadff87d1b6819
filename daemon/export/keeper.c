#include "export/keeper.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "words/calendar.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define EVERY_S       10
#define MAX_DEADLINES 100

struct turn {
	const struct rk_export_house *house;
	const struct rk_export_figures *figures;
	int64_t deadlines[MAX_DEADLINES];
	size_t deadline_count;
};

static enum rk_status on_deadline(
	void *arg, const struct rk_slice *values, size_t count, struct rk_err *err)
{
	struct turn *turn = arg;

	(void)count;
	(void)err;
	if (turn->deadline_count < MAX_DEADLINES &&
		rk_text_i64(
			values[0], INT64_MIN, INT64_MAX, &turn->deadlines[turn->deadline_count]))
		turn->deadline_count++;
	return RK_OK;
}

/* The other schedules go on, whatever becomes of this one. */
static enum rk_status on_schedule(
	void *arg, struct rk_export_schedule *schedule, struct rk_err *unused)
{
	const struct turn *turn = arg;
	struct rk_export_made made;
	struct rk_calendar calendar;
	struct rk_err err = {0};
	bool taken = false;
	int64_t due_us;

	(void)unused;
	if (rk_calendar_parse(rk_slice_str(schedule->calendar), schedule->time_zone, &calendar,
		    &err) != RK_OK) {
		rk_log(RK_LOG_ERROR, "export_calendar", RK_TEXT("schedule", schedule->name),
			RK_TEXT("why", err.text));
		return RK_OK;
	}
	if (!rk_calendar_missed(&calendar, schedule->handled_to_us, schedule->now_us,
		    turn->deadlines, turn->deadline_count, &due_us))
		return RK_OK;
	if (rk_export_run(turn->house, schedule, due_us, &taken, &made, &err) != RK_OK) {
		if (taken && err.status != RK_ABORTED)
			atomic_fetch_add(turn->figures->failed, 1);
	} else if (taken) {
		atomic_fetch_add(turn->figures->made, 1);
		atomic_store(turn->figures->last_s, rk_clock_now_us() / 1000000);
	}
	return RK_OK;
}

static enum rk_status count_failing(
	struct rk_plain *plain, const struct rk_export_figures *figures, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	int64_t count;

	RK_TRY(rk_plain_ask(
		plain, "select renkei_api.count_failing_exports()", 0, NULL, &out, err));
	if (rk_text_i64(rk_buf_slice(&out), 0, INT64_MAX, &count))
		atomic_store(figures->failing, count);
	return RK_OK;
}

enum rk_status rk_export_turn(const struct rk_export_house *house,
	const struct rk_export_figures *figures, struct rk_err *err)
{
	RK_AUTO(rk_plain_close) struct rk_plain *plain = NULL;
	struct turn turn = {.house = house, .figures = figures};
	char from[24];
	const char *params[] = {from};

	snprintf(from, sizeof from, "%" PRId64, rk_clock_now_us());
	RK_TRY(rk_plain_open(house->database, &plain, err));
	RK_TRY(rk_plain_each(plain, "select renkei_api.export_deadlines($1)", 1, params,
		&(struct rk_plain_reader){on_deadline, &turn}, err));
	RK_TRY(rk_export_schedules(plain, NULL, on_schedule, &turn, err));
	return count_failing(plain, figures, err);
}

void rk_export_keep(const struct rk_export_house *house, const struct rk_export_figures *figures)
{
	bool away = false;

	rk_export_be_modest();
	for (;;) {
		struct rk_err err = {0};
		bool failed = rk_export_turn(house, figures, &err) != RK_OK;

		/* Once, and not every ten seconds of an outage. */
		if (failed && !away)
			rk_log(RK_LOG_WARNING, "exports_wait", RK_TEXT("why", err.text));
		away = failed;
		sleep(EVERY_S);
	}
}
