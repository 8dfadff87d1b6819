/* Schedules as the database has them. */
#include "base/text.h"
#include "export/work.h"

#include <string.h>

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for an export");
}

struct listing {
	enum rk_status (*on_schedule)(
		void *arg, struct rk_export_schedule *schedule, struct rk_err *err);
	void *arg;
};

enum {
	NAME,
	CALENDAR,
	ZONE,
	FORMATS,
	ALL_VERSIONS,
	PLANNED,
	PUBLIC_ONLY,
	FREE_TEXT,
	COMPANY_NAMES,
	HANDLED_TO,
	NOW,
	CHANGED_AT,
	COMMAND,
	BASE
};

static bool yes(struct rk_slice value)
{
	return rk_slice_equal_str(value, "t");
}

static const char **split(struct rk_arena *arena, char *text)
{
	const char **names = rk_arena_alloc(arena, 20 * sizeof *names);
	size_t count = 0;

	if (!names || !text)
		return NULL;
	for (char *save = NULL, *at = strtok_r(text, ",", &save); at && count < 19;
		at = strtok_r(NULL, ",", &save))
		names[count++] = at;
	return names;
}

static enum rk_status on_row(
	void *arg, const struct rk_slice *values, size_t count, struct rk_err *err)
{
	const struct listing *listing = arg;
	struct rk_export_schedule s = {0};
	enum rk_status status;

	(void)count;
	s.name = rk_arena_slice(&s.arena, values[NAME]);
	s.calendar = rk_arena_slice(&s.arena, values[CALENDAR]);
	s.time_zone = rk_arena_slice(&s.arena, values[ZONE]);
	s.command = rk_arena_slice(&s.arena, values[COMMAND]);
	s.base = rk_arena_slice(&s.arena, values[BASE]);
	s.formats = split(&s.arena, rk_arena_slice(&s.arena, values[FORMATS]));
	s.selection = (struct rk_export_selection){
		.all_versions = yes(values[ALL_VERSIONS]),
		.planned = yes(values[PLANNED]),
		.public_only = yes(values[PUBLIC_ONLY]),
		.no_free_text = !yes(values[FREE_TEXT]),
		.no_companies = !yes(values[COMPANY_NAMES]),
	};
	if (!s.name || !s.calendar || !s.time_zone || !s.command || !s.base || !s.formats ||
		!rk_text_i64(values[HANDLED_TO], INT64_MIN, INT64_MAX, &s.handled_to_us) ||
		!rk_text_i64(values[NOW], INT64_MIN, INT64_MAX, &s.now_us) ||
		!rk_text_i64(values[CHANGED_AT], INT64_MIN, INT64_MAX, &s.changed_at_us))
		status = no_memory(err);
	else
		status = listing->on_schedule(listing->arg, &s, err);
	rk_arena_clear(&s.arena);
	return status;
}

enum rk_status rk_export_schedules(struct rk_plain *plain, const char *name,
	enum rk_status (*on_schedule)(
		void *arg, struct rk_export_schedule *schedule, struct rk_err *err),
	void *arg, struct rk_err *err)
{
	struct listing listing = {on_schedule, arg};

	return rk_plain_each(plain, "select * from renkei_api.export_work($1)", 1, &name,
		&(struct rk_plain_reader){on_row, &listing}, err);
}

/* The caller's schedule takes the arena over. */
static enum rk_status keep(void *arg, struct rk_export_schedule *schedule, struct rk_err *err)
{
	struct rk_export_schedule *out = arg;

	(void)err;
	*out = *schedule;
	schedule->arena = (struct rk_arena){0};
	return RK_OK;
}

enum rk_status rk_export_schedule_find(const struct rk_export_house *house, const char *name,
	struct rk_export_schedule *schedule, struct rk_err *err)
{
	RK_AUTO(rk_plain_close) struct rk_plain *plain = NULL;

	*schedule = (struct rk_export_schedule){0};
	RK_TRY(rk_plain_open(house->database, &plain, err));
	RK_TRY(rk_export_schedules(plain, name, keep, schedule, err));
	if (!schedule->name)
		return rk_fail_reason(err, RK_NOT_FOUND, "EXPORT_SCHEDULE_UNKNOWN",
			"there is no schedule '%s'; `renkei export schedule list` lists them",
			name);
	return RK_OK;
}

void rk_export_schedule_clear(struct rk_export_schedule *schedule)
{
	rk_arena_clear(&schedule->arena);
	*schedule = (struct rk_export_schedule){0};
}
