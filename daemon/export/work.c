#include "export/work.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "export/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A run that nobody renewed for so long is anybody's. */
#define LEASE_S "60"

struct work {
	const struct rk_export_house *house;
	struct rk_plain *plain;
	const char *name;
	char due[24], attempt[16];
	struct rk_export_lease *lease; /* NULL: the database knows nothing of this run */
};

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
	CHANGED_AT
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
	s.formats = split(&s.arena, rk_arena_slice(&s.arena, values[FORMATS]));
	s.selection = (struct rk_export_selection){
		.all_versions = yes(values[ALL_VERSIONS]),
		.planned = yes(values[PLANNED]),
		.public_only = yes(values[PUBLIC_ONLY]),
		.no_free_text = !yes(values[FREE_TEXT]),
		.no_companies = !yes(values[COMPANY_NAMES]),
	};
	if (!s.name || !s.calendar || !s.time_zone || !s.formats ||
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

static enum rk_status sign(
	void *arg, struct rk_slice text, uint8_t signature[64], struct rk_err *err)
{
	const struct work *work = arg;

	return work->house->sign(work->house->sign_arg, text, signature, err);
}

static enum rk_status ask(struct work *work, const char *sql, const char *last, struct rk_buf *out,
	struct rk_err *err)
{
	const char *params[] = {work->name, work->due, work->attempt, last};

	return rk_plain_ask(work->plain, sql, 4, params, out, err);
}

static enum rk_status going(void *arg, struct rk_err *err)
{
	const struct work *work = arg;

	return rk_export_lease_check(work->lease, err);
}

/* Whoever has the folder to itself tidies it; while others make bundles in it nothing of theirs is in the way. */
static enum rk_status enter(const char *folder, int *lock, struct rk_err *err)
{
	char path[4096];

	if (mkdir(folder, 0750) != 0 && errno != EEXIST)
		return rk_fail(err, errno == ENOSPC ? RK_RESOURCE_EXHAUSTED : RK_PERMISSION_DENIED,
			"%s: %s", folder, strerror(errno));
	snprintf(path, sizeof path, "%s/.lock", folder);
	*lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (*lock < 0)
		return rk_fail(err, RK_PERMISSION_DENIED, "%s: %s", path, strerror(errno));
	if (flock(*lock, LOCK_EX | LOCK_NB) == 0)
		rk_export_sweep(folder);
	if (flock(*lock, LOCK_SH) != 0)
		return rk_fail(err, RK_UNKNOWN, "%s: %s", path, strerror(errno));
	return RK_OK;
}

static enum rk_status make(struct work *work, const struct rk_export_schedule *schedule,
	const char *as_of, const char *folder, struct rk_export_made *made, struct rk_err *err)
{
	const struct rk_export_house *house = work->house;
	struct rk_export_order order = {
		.name = schedule->name,
		.database = house->read_database,
		.parent = folder,
		.formats = schedule->formats,
		.selection = schedule->selection,
		.sign = house->sign ? sign : NULL,
		.key_id = house->sign ? house->key_id : "",
		.public_pem = house->sign ? house->public_pem : "",
		.going = going,
		.arg = work,
		.schema = house->schema,
	};
	enum rk_status status;
	int lock = -1;

	if (!*house->read_database)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "EXPORTS_NOT_SET_UP",
			"read_database is empty: exports need a login of renkei_analyst to read from");
	order.selection.as_of = as_of;
	status = enter(folder, &lock, err);
	if (status == RK_OK)
		status = rk_export_make(&order, made, err);
	if (lock >= 0)
		close(lock);
	return status;
}

enum rk_status rk_export_by_hand(const struct rk_export_house *house,
	const struct rk_export_schedule *schedule, const char *folder, struct rk_export_made *made,
	struct rk_err *err)
{
	struct work work = {.house = house, .name = schedule->name};

	return make(&work, schedule, schedule->selection.as_of, folder, made, err);
}

static enum rk_status finish(
	struct work *work, const struct rk_export_made *made, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0}, out = {0};

	if (rk_buf_addf(&json,
		    "{\"id\": \"%s\", \"as_of\": \"%s\", \"manifest_sha256\": \"%s\", \"bytes\": %" PRId64
		    ", \"files\": %" PRId64 ", \"rows\": %" PRId64 "}",
		    made->id, made->as_of, made->manifest_sha256, made->bytes, made->files,
		    made->rows) != RK_OK ||
		!rk_buf_cstr(&json))
		return no_memory(err);
	RK_TRY(ask(work, "select renkei_api.finish_export($1, $2, $3, $4)", (const char *)json.at,
		&out, err));
	if (!rk_slice_equal_str(rk_buf_slice(&out), "t"))
		return rk_fail_reason(err, RK_ABORTED, "EXPORT_TAKEN",
			"another daemon has taken this run of %s", work->name);
	return RK_OK;
}

static enum rk_status on_retired(
	void *arg, const struct rk_slice *values, size_t count, struct rk_err *err)
{
	const char *folder = arg;
	char id[RK_EXPORT_ID];
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)count;
	(void)err;
	snprintf(id, sizeof id, "%.*s", (int)values[0].len, (const char *)values[0].at);
	if (fd >= 0 && !strchr(id, '/') && *id != '.' && rk_export_folder_remove(fd, id))
		rk_log(RK_LOG_INFO, "export_removed", RK_TEXT("bundle", id));
	if (fd >= 0)
		close(fd);
	return RK_OK;
}

static void retire(struct work *work, char *folder)
{
	struct rk_err err = {0};

	if (rk_plain_each(work->plain, "select renkei_api.retire_exports($1)", 1, &work->name,
		    &(struct rk_plain_reader){on_retired, folder}, &err) != RK_OK)
		rk_log(RK_LOG_WARNING, "export_not_retired", RK_TEXT("schedule", work->name),
			RK_TEXT("why", err.text));
}

static void fail(struct work *work, const struct rk_err *why)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_err err = {0};

	rk_log(RK_LOG_ERROR, "export_failed", RK_TEXT("schedule", work->name),
		RK_TEXT("attempt", work->attempt), RK_TEXT("why", why->text));
	if (why->status != RK_ABORTED &&
		ask(work, "select renkei_api.fail_export($1, $2, $3, $4)", why->text, &out, &err) !=
			RK_OK)
		rk_log(RK_LOG_ERROR, "export_failed", RK_TEXT("schedule", work->name),
			RK_TEXT("why", err.text));
}

static enum rk_status claim(struct work *work, const struct rk_export_schedule *schedule,
	int64_t due_us, bool *taken, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	char host[64] = "", holder[96], changed[24];
	const char *params[] = {work->name, work->due, holder, LEASE_S, changed};

	gethostname(host, sizeof host - 1);
	snprintf(holder, sizeof holder, "%s:%d", host, (int)getpid());
	snprintf(work->due, sizeof work->due, "%" PRId64, due_us);
	snprintf(changed, sizeof changed, "%" PRId64, schedule->changed_at_us);
	RK_TRY(rk_plain_ask(work->plain, "select renkei_api.claim_export($1, $2, $3, $4, $5)", 5,
		params, &out, err));
	*taken = out.len > 0;
	snprintf(work->attempt, sizeof work->attempt, "%.*s", (int)out.len,
		out.len ? (const char *)out.at : "");
	return RK_OK;
}

static enum rk_status make_claimed(struct work *work, const struct rk_export_schedule *schedule,
	const char *as_of, struct rk_export_made *made, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf folder = {0};
	int64_t begun_ms = rk_clock_ms();

	if (rk_buf_addf(&folder, "%s/%s", work->house->dir, work->name) != RK_OK ||
		!rk_buf_cstr(&folder))
		return no_memory(err);
	if (mkdir(work->house->dir, 0750) != 0 && errno != EEXIST)
		return rk_fail(
			err, RK_PERMISSION_DENIED, "%s: %s", work->house->dir, strerror(errno));
	RK_TRY(make(work, schedule, as_of, (char *)folder.at, made, err));
	RK_TRY(finish(work, made, err));
	rk_log(RK_LOG_NOTICE, "export_made", RK_TEXT("schedule", work->name),
		RK_TEXT("bundle", made->id), RK_NUMBER("rows", made->rows),
		RK_NUMBER("bytes", made->bytes), RK_NUMBER("ms", rk_clock_ms() - begun_ms));
	retire(work, (char *)folder.at);
	return RK_OK;
}

enum rk_status rk_export_run(const struct rk_export_house *house,
	const struct rk_export_schedule *schedule, int64_t due_us, bool *taken,
	struct rk_export_made *made, struct rk_err *err)
{
	const char *as_of = schedule->selection.as_of;
	RK_AUTO(rk_buf_clear) struct rk_buf due = {0};
	struct work work = {.house = house, .name = schedule->name};
	enum rk_status status;

	*taken = false;
	if (!as_of &&
		rk_text_add_rfc3339(&due, due_us / 1000000, (int32_t)(due_us % 1000000) * 1000) ==
			RK_OK)
		as_of = rk_buf_cstr(&due);
	if (!as_of)
		return no_memory(err);
	RK_TRY(rk_plain_open(house->database, &work.plain, err));
	status = claim(&work, schedule, due_us, taken, err);
	if (status == RK_OK && *taken) {
		status = rk_export_lease_open(
			house->database, work.name, work.due, work.attempt, &work.lease, err);
		if (status == RK_OK)
			status = make_claimed(&work, schedule, as_of, made, err);
		rk_export_lease_close(&work.lease);
		if (status != RK_OK)
			fail(&work, err);
	}
	rk_plain_close(&work.plain);
	return status;
}
