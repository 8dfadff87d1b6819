/* A schedule is read before it is stored: what is stored, whoever keeps schedules understands. */
#include "call/argument.h"
#include "export/format.h"
#include "export/handover.h"
#include "rpc/rpc.h"
#include "words/calendar.h"

#include "renkei/v1/export_service.pb-c.h"

static const struct rk_statement statement = {
	"put_export_schedule", "select renkei_api.put_export_schedule($1::jsonb) as reply", 1};

static enum rk_status refuse(struct rk_call *call, const struct rk_argument *argument)
{
	return rk_argument_refuse(&call->arena, argument, &call->detail, &call->err);
}

static char *format_names(struct rk_arena *arena)
{
	char *names = rk_arena_str(arena, "");

	for (const struct rk_export_format *const *f = rk_export_formats; names && *f; f++)
		names = rk_arena_printf(arena, "%s%s%s", names, *names ? ", " : "", (*f)->name);
	return names;
}

/* None is all of them, told by their names: what a later version can do more is not in an earlier wish. */
static enum rk_status take_all_formats(struct rk_call *call, Renkei__V1__ExportSchedule *schedule)
{
	size_t count = 0;

	while (rk_export_formats[count])
		count++;
	schedule->formats = rk_arena_alloc(&call->arena, count * sizeof *schedule->formats);
	if (!schedule->formats)
		return rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for a schedule");
	for (size_t i = 0; i < count; i++) {
		schedule->formats[i] = rk_arena_str(&call->arena, rk_export_formats[i]->name);
		if (!schedule->formats[i])
			return rk_fail(
				&call->err, RK_RESOURCE_EXHAUSTED, "no memory for a schedule");
	}
	schedule->n_formats = count;
	return RK_OK;
}

/* Of what the operator wrote, and nothing else: a schedule brings no word that is run. */
static enum rk_status check_command(
	struct rk_call *call, const Renkei__V1__ExportSchedule *schedule)
{
	const char *line, *names;

	if (!*schedule->command)
		return RK_OK;
	names = rk_handover_find(
		&call->arena, rk_rpc_of(call)->export_commands, schedule->command, &line);
	if (!names)
		return rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for a schedule");
	return line ? RK_OK
		    : refuse(call,
			      &(struct rk_argument){.reason = "EXPORT_COMMAND_UNKNOWN",
				      .field = "schedule.command",
				      .value = schedule->command,
				      .range = *names ? names : NULL});
}

static enum rk_status check(struct rk_call *call)
{
	const Renkei__V1__PutExportScheduleRequest *request = (const void *)call->message;
	Renkei__V1__ExportSchedule *schedule = request->schedule;
	struct rk_calendar calendar;
	struct rk_err why;

	if (!schedule)
		return refuse(call,
			&(struct rk_argument){.reason = "ARGUMENT_REQUIRED",
				.field = "schedule",
				.rule = "REQUIRED_MISSING"});
	if (rk_calendar_parse(rk_slice_str(schedule->calendar),
		    *schedule->time_zone ? schedule->time_zone : "Asia/Tokyo", &calendar,
		    &why) != RK_OK) {
		bool zone = why.reason[9] == 'Z';

		return refuse(call,
			&(struct rk_argument){.reason = zone ? "CALENDAR_ZONE" : "CALENDAR_INVALID",
				.field = zone ? "schedule.time_zone" : "schedule.calendar",
				.value = zone ? schedule->time_zone : schedule->calendar});
	}
	RK_TRY(check_command(call, schedule));
	for (size_t i = 0; i < schedule->n_formats; i++) {
		if (!rk_export_format_find(schedule->formats[i]))
			return refuse(call,
				&(struct rk_argument){.reason = "EXPORT_FORMAT_UNKNOWN",
					.field = rk_arena_printf(
						&call->arena, "schedule.formats[%zu]", i),
					.value = schedule->formats[i],
					.range = format_names(&call->arena)});
	}
	return schedule->n_formats ? RK_OK : take_all_formats(call, schedule);
}

const struct rk_method rk_method_put_export_schedule = {
	.path = "/renkei.v1.ExportService/PutExportSchedule",
	.input = &renkei__v1__put_export_schedule_request__descriptor,
	.output = &renkei__v1__put_export_schedule_response__descriptor,
	.statement = &statement,
	.roles = "{secretariat}",
	.check = check,
};
