/* renkei export schedule - when bundles are made, and of what. */
#include "base/text.h"
#include "cmd_auth.h"
#include "command.h"
#include "out.h"
#include "periods.h"
#include "summary.h"
#include "today.h"
#include "words/calendar.h"

#include "renkei/v1/export_service.pb-c.h"

#include <string.h>

#define MAX_NEXT 100

static const struct rk_grid_column columns[] = {
	{"name",          RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"calendar",      RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"time_zone",     RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"next",          RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"next_at",       RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"formats",       RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"keep",          RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"paused",        RK_COLUMN_BOOL,   RK_COLUMN_WIDE },
	{"contents",      RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"changes_since", RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"command",       RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"recipients",    RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"letters",       RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
};
static const struct rk_grid_column next_columns[] = {
	{"name",    RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"next",    RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"next_at", RK_COLUMN_TEXT, RK_COLUMN_ALL  },
};

static int64_t micros(const Google__Protobuf__Timestamp *at)
{
	return at->seconds * 1000000 + at->nanos / 1000;
}

/* The next moment behind another, by this computer's reading of the calendar, which is the server's. */
static const Google__Protobuf__Timestamp *next_of(struct rk_run *run,
	const Renkei__V1__ExportSchedule *schedule,
	const Renkei__V1__ListExportSchedulesResponse *all, int64_t after_us)
{
	int64_t *deadlines = rk_run_alloc(run, (all->n_deadlines + 1) * sizeof *deadlines), next_us;
	Google__Protobuf__Timestamp *at = rk_run_alloc(run, sizeof *at);
	struct rk_calendar calendar;
	struct rk_err err;

	for (size_t i = 0; i < all->n_deadlines; i++)
		deadlines[i] = micros(all->deadlines[i]);
	if (schedule->paused ||
		rk_calendar_parse(rk_slice_str(schedule->calendar), schedule->time_zone, &calendar,
			&err) != RK_OK ||
		!rk_calendar_next(&calendar, after_us, deadlines, all->n_deadlines, &next_us))
		return NULL;
	google__protobuf__timestamp__init(at);
	at->seconds = next_us / 1000000;
	at->nanos = (int32_t)(next_us % 1000000) * 1000;
	return at;
}

static const char *joined(struct rk_run *run, char *const *names, size_t count)
{
	const char *text = "";

	for (size_t i = 0; i < count; i++)
		text = rk_run_printf(run, "%s%s%s", text, i ? "," : "", names[i]);
	return text;
}

static const char *contents(struct rk_run *run, const Renkei__V1__ExportSchedule *s)
{
	return rk_run_printf(run, "%s%s%s%s%s", s->all_versions ? "all-versions " : "",
		s->planned ? "planned " : "", s->public_only ? "public-only " : "",
		s->without_free_text ? "without-text " : "",
		s->without_company_names ? "without-companies" : "");
}

/* Behind what was handled; one that is only judged has handled nothing yet. */
static int64_t behind(struct rk_run *run, const Renkei__V1__ExportSchedule *schedule)
{
	return schedule->handled_to ? micros(schedule->handled_to) : rk_now(run) * 1000000;
}

/* A schedule that is never due would be believed to work until somebody misses its bundle. */
static void warn_without_next(struct rk_run *run, const Renkei__V1__ExportSchedule *s,
	const Renkei__V1__ListExportSchedulesResponse *all)
{
	if (s->paused || next_of(run, s, all, behind(run, s)))
		return;
	rk_talk(run,
		strstr(s->calendar, "deadline") ? "schedule.no_next_deadline"
						: "schedule.no_next_day",
		"schedule", rk_visible(run, s->name), "calendar", rk_visible(run, s->calendar));
}

static int print(struct rk_run *run, Renkei__V1__ExportSchedule *const *schedules, size_t count,
	const Renkei__V1__ListExportSchedulesResponse *all, const ProtobufCMessage *answer)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	for (size_t i = 0; i < count; i++) {
		const Renkei__V1__ExportSchedule *s = schedules[i];
		const Google__Protobuf__Timestamp *next = next_of(run, s, all, behind(run, s));

		rk_grid_add(&grid,
			(const char *const[]){s->name, s->calendar, s->time_zone,
				next ? rk_moment_japan(run, next)
				     : rk_tell(run, "schedule.no_next"),
				rk_moment_utc(run, next), joined(run, s->formats, s->n_formats),
				rk_run_printf(run, "%d", s->keep), s->paused ? "true" : "false",
				contents(run, s), s->since, s->command,
				joined(run, s->recipients, s->n_recipients), s->language});
	}
	return rk_answer_print(&grid, answer);
}

static enum rk_status list(struct rk_run *run, Renkei__V1__ListExportSchedulesResponse **all,
	struct rk_failure *failure)
{
	Renkei__V1__ListExportSchedulesRequest request =
		RENKEI__V1__LIST_EXPORT_SCHEDULES_REQUEST__INIT;

	return rk_call(run, "ExportService/ListExportSchedules", &request,
		list_export_schedules_response, all, failure);
}

static Renkei__V1__ExportSchedule *named(
	const Renkei__V1__ListExportSchedulesResponse *all, const char *name)
{
	for (size_t i = 0; i < all->n_schedules; i++) {
		if (strcmp(all->schedules[i]->name, name) == 0)
			return all->schedules[i];
	}
	return NULL;
}

static int unknown(struct rk_run *run, const char *name)
{
	struct rk_err err;

	run->failed = true;
	rk_talk(run, "export.no_schedule", "name", rk_visible(run, name));
	return rk_exit_status(rk_fail(&err, RK_NOT_FOUND, "%s", name));
}

/* Words with commas between them. */
static void take_words(struct rk_run *run, const char *text, char ***words, size_t *count)
{
	char *save = NULL, *names = rk_run_str(run, text);

	*words = rk_run_alloc(run, (strlen(text) + 1) * sizeof **words);
	*count = 0;
	for (char *at = strtok_r(names, ", ", &save); at; at = strtok_r(NULL, ", ", &save))
		(*words)[(*count)++] = at;
}

/* A text of an option that was given; an empty one takes away what there was. */
static void take_text(struct rk_run *run, const char *name, char **value)
{
	const char *given = rk_run_option(run, name);

	if (given)
		*value = rk_run_str(run, given);
}

/* "yes" or "no" of an option that was given. */
static void take_flag(struct rk_run *run, const char *name, protobuf_c_boolean *value)
{
	const char *given = rk_run_option(run, name);

	if (given)
		*value = strcmp(given, "yes") == 0;
}

static void take_opposite(struct rk_run *run, const char *name, protobuf_c_boolean *value)
{
	const char *given = rk_run_option(run, name);

	if (given)
		*value = strcmp(given, "no") == 0;
}

/* What was said; what was not stays as it is. */
static int take_options(struct rk_run *run, Renkei__V1__ExportSchedule *schedule)
{
	const char *calendar = rk_run_option(run, "calendar"),
		   *zone = rk_run_option(run, "time-zone"),
		   *formats = rk_run_option(run, "formats"),
		   *recipients = rk_run_option(run, "recipients"),
		   *keep = rk_run_option(run, "keep");
	int64_t number;

	if (calendar)
		schedule->calendar = rk_run_str(run, calendar);
	if (zone)
		schedule->time_zone = rk_run_str(run, zone);
	if (formats)
		take_words(run, formats, &schedule->formats, &schedule->n_formats);
	if (recipients)
		take_words(run, recipients, &schedule->recipients, &schedule->n_recipients);
	take_text(run, "command", &schedule->command);
	take_text(run, "letters", &schedule->language);
	take_text(run, "since", &schedule->since);
	if (keep && !rk_text_i64(rk_slice_str(keep), 1, 1000, &number))
		return rk_usage(run, "usage.number", "option", "keep", "value", keep);
	if (keep)
		schedule->keep = (int32_t)number;
	take_flag(run, "all-versions", &schedule->all_versions);
	take_flag(run, "planned", &schedule->planned);
	take_flag(run, "public-only", &schedule->public_only);
	take_flag(run, "paused", &schedule->paused);
	take_opposite(run, "text", &schedule->without_free_text);
	take_opposite(run, "companies", &schedule->without_company_names);
	return EX_OK;
}

static int put(struct rk_run *run, Renkei__V1__ExportSchedule *schedule)
{
	Renkei__V1__PutExportScheduleRequest request =
		RENKEI__V1__PUT_EXPORT_SCHEDULE_REQUEST__INIT;
	Renkei__V1__PutExportScheduleResponse *response = NULL;
	Renkei__V1__ListExportSchedulesResponse *all = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	int status = take_options(run, schedule);

	if (status != EX_OK)
		return status;
	request.request_id = rk_request_id(run);
	if (!request.request_id)
		return EX_OSERR;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.schedule = schedule;
	if (rk_call(run, "ExportService/PutExportSchedule", &request, put_export_schedule_response,
		    &response, &failure) != RK_OK ||
		list(run, &all, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	status = print(run, &response->schedule, 1, all, &response->base);
	if (status == EX_OK)
		warn_without_next(run, response->schedule, all);
	return status;
}

static int run_list(
	struct rk_run *run, const char *name, const Renkei__V1__ListExportSchedulesResponse *all)
{
	int status = print(run, all->schedules, all->n_schedules, all, &all->base);

	(void)name;
	for (size_t i = 0; i < all->n_schedules && status == EX_OK; i++)
		warn_without_next(run, all->schedules[i], all);
	return status;
}

static int run_add(
	struct rk_run *run, const char *name, const Renkei__V1__ListExportSchedulesResponse *all)
{
	Renkei__V1__ExportSchedule schedule = RENKEI__V1__EXPORT_SCHEDULE__INIT;

	if (named(all, name))
		return rk_usage(run, "export.schedule_there", "name", name);
	if (!rk_run_option(run, "calendar"))
		return rk_usage(run, "usage.option_missing", "option", "calendar");
	schedule.name = rk_run_str(run, name);
	return put(run, &schedule);
}

static int run_edit(
	struct rk_run *run, const char *name, const Renkei__V1__ListExportSchedulesResponse *all)
{
	Renkei__V1__ExportSchedule *schedule = named(all, name);

	return schedule ? put(run, schedule) : unknown(run, name);
}

static int run_remove(
	struct rk_run *run, const char *name, const Renkei__V1__ListExportSchedulesResponse *all)
{
	Renkei__V1__RemoveExportScheduleRequest request =
		RENKEI__V1__REMOVE_EXPORT_SCHEDULE_REQUEST__INIT;
	Renkei__V1__RemoveExportScheduleResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (!named(all, name))
		return unknown(run, name);
	if (!rk_run_flag(run, "yes") && !rk_run_flag(run, "dry-run")) {
		if (!rk_on_terminal()) {
			rk_talk(run, "ask.needs_yes");
			return rk_not_confirmed();
		}
		if (!rk_ask(run, rk_tell(run, "export.ask_remove", "name", name)))
			return rk_not_confirmed();
	}
	request.request_id = rk_request_id(run);
	if (!request.request_id)
		return EX_OSERR;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.name = rk_run_str(run, name);
	if (rk_call(run, "ExportService/RemoveExportSchedule", &request,
		    remove_export_schedule_response, &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return print(run, &response->schedule, 1, all, &response->base);
}

static int run_next(
	struct rk_run *run, const char *name, const Renkei__V1__ListExportSchedulesResponse *all)
{
	struct rk_grid grid = {.run = run,
		.columns = next_columns,
		.column_count = sizeof next_columns / sizeof next_columns[0]};
	const Renkei__V1__ExportSchedule *schedule = named(all, name);
	const char *text = rk_run_option(run, "count");
	int64_t count = 5, at_us;

	if (!schedule)
		return unknown(run, name);
	if (text && !rk_text_i64(rk_slice_str(text), 1, MAX_NEXT, &count))
		return rk_usage(run, "usage.number", "option", "count", "value", text);
	at_us = behind(run, schedule);
	for (int64_t i = 0; i < count; i++) {
		const Google__Protobuf__Timestamp *next = next_of(run, schedule, all, at_us);

		if (!next)
			break;
		rk_grid_add(&grid,
			(const char *const[]){schedule->name, rk_moment_japan(run, next),
				rk_moment_utc(run, next)});
		at_us = micros(next);
	}
	return rk_grid_print(&grid);
}

int rk_cmd_export_schedule(struct rk_run *run)
{
	static const struct {
		const char *word;
		int (*run)(struct rk_run *run, const char *name,
			const Renkei__V1__ListExportSchedulesResponse *all);
		bool named;
	} verbs[] = {
		{"list",   run_list,   false},
                {"add",    run_add,    true },
                {"edit",   run_edit,   true },
		{"remove", run_remove, true },
                {"next",   run_next,   true }
        };

	const char *word = run->operand_count ? run->operands[0] : "list",
		   *name = run->operand_count > 1 ? run->operands[1] : NULL;
	Renkei__V1__ListExportSchedulesResponse *all = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
		if (strcmp(verbs[i].word, word) != 0)
			continue;
		if (verbs[i].named != (name != NULL))
			return rk_usage(run,
				verbs[i].named ? "usage.schedule_name" : "usage.schedule_no_name");
		if (list(run, &all, &failure) != RK_OK)
			return rk_trouble_at(run, &failure);
		return verbs[i].run(run, name, all);
	}
	return rk_usage(run, "usage.schedule_word", "value", word);
}
