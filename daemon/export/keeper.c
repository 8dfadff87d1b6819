#include "export/keeper.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "export/runners.h"
#include "words/calendar.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An order is somebody's who waits; what falls due is not so pressing. */
#define ORDERS_S      2
#define SCHEDULES_S   10
#define MAX_DEADLINES 100
#define MAX_ORDERS    64

struct order {
	char name[48], as_of[40];
	int64_t due_us;
};

struct turn {
	const struct rk_export_house *house;
	const struct rk_export_figures *figures;
	struct rk_runners *runners;
	int64_t deadlines[MAX_DEADLINES];
	size_t deadline_count;
	struct order orders[MAX_ORDERS];
	size_t order_count;
};

/* What a process of its own is begun for. */
struct job {
	const struct turn *turn;
	const struct rk_export_schedule *schedule;
	int64_t due_us;
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

static void run(void *arg, void (*on_handover)(void *arg), void *handover_arg)
{
	const struct job *job = arg;
	const struct rk_export_figures *figures = job->turn->figures;
	struct rk_export_house house = *job->turn->house;
	struct rk_export_made made;
	struct rk_err err = {0};
	bool taken = false;

	house.on_handover = on_handover;
	house.handover_arg = handover_arg;
	if (rk_export_run(&house, job->schedule, job->due_us, &taken, &made, &err) != RK_OK) {
		if (taken && err.status != RK_ABORTED)
			atomic_fetch_add(figures->failed, 1);
	} else if (taken) {
		atomic_fetch_add(figures->made, 1);
		atomic_store(figures->last_s, rk_clock_now_us() / 1000000);
	}
}

/* The other schedules go on, whatever becomes of this one. */
static void begin(
	const struct turn *turn, const struct rk_export_schedule *schedule, int64_t due_us)
{
	struct job job = {turn, schedule, due_us};
	struct rk_err err = {0};

	if (rk_runners_begin(turn->runners, schedule->name, run, &job, &err) != RK_OK)
		rk_log(RK_LOG_ERROR, "export_not_begun", RK_TEXT("schedule", schedule->name),
			RK_TEXT("why", err.text));
}

static enum rk_status on_schedule(
	void *arg, struct rk_export_schedule *schedule, struct rk_err *unused)
{
	const struct turn *turn = arg;
	struct rk_calendar calendar;
	struct rk_err err = {0};
	int64_t due_us;

	(void)unused;
	if (rk_calendar_parse(rk_slice_str(schedule->calendar), schedule->time_zone, &calendar,
		    &err) != RK_OK)
		rk_log(RK_LOG_ERROR, "export_calendar", RK_TEXT("schedule", schedule->name),
			RK_TEXT("why", err.text));
	else if (rk_calendar_missed(&calendar, schedule->handled_to_us, schedule->now_us,
			 turn->deadlines, turn->deadline_count, &due_us))
		begin(turn, schedule, due_us);
	return RK_OK;
}

static enum rk_status on_order(
	void *arg, const struct rk_slice *values, size_t count, struct rk_err *err)
{
	struct turn *turn = arg;
	struct order *order = &turn->orders[turn->order_count];

	(void)count;
	(void)err;
	if (turn->order_count == MAX_ORDERS ||
		!rk_text_i64(values[1], INT64_MIN, INT64_MAX, &order->due_us))
		return RK_OK;
	snprintf(order->name, sizeof order->name, "%.*s", (int)values[0].len,
		(const char *)values[0].at);
	snprintf(order->as_of, sizeof order->as_of, "%.*s", (int)values[2].len,
		(const char *)values[2].at);
	turn->order_count++;
	return RK_OK;
}

static enum rk_status on_ordered(
	void *arg, struct rk_export_schedule *schedule, struct rk_err *unused)
{
	const struct turn *turn = arg;

	(void)unused;
	for (size_t i = 0; i < turn->order_count; i++) {
		if (strcmp(turn->orders[i].name, schedule->name) != 0)
			continue;
		schedule->selection.as_of = turn->orders[i].as_of;
		begin(turn, schedule, turn->orders[i].due_us);
	}
	return RK_OK;
}

static enum rk_status make_ordered(struct rk_plain *plain, struct turn *turn, struct rk_err *err)
{
	turn->order_count = 0;
	RK_TRY(rk_plain_each(plain, "select * from renkei_api.export_orders()", 0, NULL,
		&(struct rk_plain_reader){on_order, turn}, err));
	for (size_t i = 0; i < turn->order_count; i++)
		RK_TRY(rk_export_schedules(plain, turn->orders[i].name, on_ordered, turn, err));
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

static enum rk_status make_due(struct rk_plain *plain, struct turn *turn, struct rk_err *err)
{
	char from[24];
	const char *params[] = {from};

	snprintf(from, sizeof from, "%" PRId64, rk_clock_now_us());
	turn->deadline_count = 0;
	RK_TRY(rk_plain_each(plain, "select renkei_api.export_deadlines($1)", 1, params,
		&(struct rk_plain_reader){on_deadline, turn}, err));
	RK_TRY(rk_export_schedules(plain, NULL, on_schedule, turn, err));
	return count_failing(plain, turn->figures, err);
}

/* A connection is kept: whoever asks every other second makes none anew each time. */
static enum rk_status look(
	struct rk_plain **plain, struct turn *turn, bool schedules_too, struct rk_err *err)
{
	enum rk_status status = RK_OK;

	rk_runners_reap(turn->runners);
	if (!*plain)
		status = rk_plain_open(turn->house->database, plain, err);
	if (status == RK_OK)
		status = make_ordered(*plain, turn, err);
	if (status == RK_OK && schedules_too)
		status = make_due(*plain, turn, err);
	if (status != RK_OK)
		rk_plain_close(plain);
	return status;
}

void rk_export_keep(const struct rk_export_house *house, const struct rk_export_figures *figures)
{
	struct rk_runners runners = {0};
	struct turn turn = {.house = house, .figures = figures, .runners = &runners};
	struct rk_plain *plain = NULL;
	bool away = false;

	rk_export_be_modest();
	for (unsigned number = 0;; number++) {
		struct rk_err err = {0};
		bool failed = look(&plain, &turn, number % (SCHEDULES_S / ORDERS_S) == 0, &err) !=
			RK_OK;

		/* Once, and not every few seconds of an outage. */
		if (failed && !away)
			rk_log(RK_LOG_WARNING, "exports_wait", RK_TEXT("why", err.text));
		away = failed;
		sleep(ORDERS_S);
	}
}
