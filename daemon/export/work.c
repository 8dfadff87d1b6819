#include "export/work.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "export/handover.h"
#include "export/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A run that nobody renewed for so long is anybody's. */
#define LEASE_S "60"
#define TELL_MS 5000

struct work {
	const struct rk_export_house *house;
	struct rk_plain *plain;
	const char *name;
	char due[24], attempt[16];
	const char *folder; /* its bundles are in */
	struct rk_arena arena;
	struct rk_export_base base;    /* folder NULL: the bundle is whole */
	struct rk_export_lease *lease; /* NULL: the database knows nothing of this run */
	const struct rk_export_made *made;
	int64_t told_ms; /* when the database heard last how far it is */
	int lock; /* of the folder, shared while a bundle is made and until the database knows of it; -1: not held */
};

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for an export");
}

static enum rk_status sign(
	void *arg, struct rk_slice text, uint8_t signature[64], struct rk_err *err)
{
	const struct work *work = arg;

	return work->house->sign(work->house->sign_arg, text, signature, err);
}

/* For who waits: that nobody hears it harms nothing. */
static void tell_rows(struct work *work)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_err err;
	char rows[24];
	const char *params[] = {work->name, work->due, work->attempt, rows};

	if (!work->lease || !work->made || rk_clock_ms() < work->told_ms + TELL_MS)
		return;
	work->told_ms = rk_clock_ms();
	snprintf(rows, sizeof rows, "%" PRId64, work->made->rows);
	if (rk_plain_ask(work->plain, "select renkei_api.tell_export($1, $2, $3, $4)", 4, params,
		    &out, &err) != RK_OK)
		rk_log(RK_LOG_DEBUG, "export_not_told", RK_TEXT("why", err.text));
}

/* Asked often enough between the rows that both are done here: who waits is told, and whoever lost the run stops. */
static enum rk_status tell_and_check(void *arg, struct rk_err *err)
{
	struct work *work = arg;

	tell_rows(work);
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

static void leave(struct work *work)
{
	if (work->lock >= 0)
		close(work->lock);
	work->lock = -1;
}

/* How far the primary is now: a standby that is behind lacks what was accepted. */
static enum rk_status find_lsn(struct work *work, struct rk_buf *lsn, struct rk_err *err)
{
	RK_TRY(rk_plain_ask(
		work->plain, "select pg_catalog.pg_current_wal_lsn()", 0, NULL, lsn, err));
	return rk_buf_cstr(lsn) ? RK_OK : no_memory(err);
}

/* The bundle that changes are told since, where they are. */
static enum rk_status find_base(struct work *work, const struct rk_export_schedule *schedule,
	const char *as_of, struct rk_err *err)
{
	const char *params[] = {schedule->base, as_of ? as_of : ""};
	RK_AUTO(rk_buf_clear) struct rk_buf found = {0};
	enum rk_status status;
	char *words, *rest;

	work->base.name = schedule->since;
	if (!schedule->since && *schedule->base) {
		status = rk_plain_ask(work->plain,
			"select $1 || '/' || id || ' ' || manifest_sha256 from renkei_api.export_base($1, $2)",
			2, params, &found, err);
		if (status == RK_NOT_FOUND)
			return rk_fail(err, RK_FAILED_PRECONDITION,
				"schedule '%s' has no bundle yet that changes could be told since",
				schedule->base);
		RK_TRY(status);
		words = rk_arena_slice(&work->arena, rk_buf_slice(&found));
		if (!words)
			return no_memory(err);
		work->base.name = strtok_r(words, " ", &rest);
		work->base.manifest_sha256 = rest;
	}
	if (!work->base.name)
		return RK_OK;
	work->base.folder = rk_arena_printf(
		&work->arena, "%s/%s", work->house->dir, work->base.name);
	return work->base.folder ? RK_OK : no_memory(err);
}

/* What is made belongs to the run from before it is there, and what it is told since stays. */
static enum rk_status note(struct work *work, const char *as_of, struct rk_err *err)
{
	const char *params[] = {work->name, work->due, work->attempt, as_of, work->base.name};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	if (!work->lease)
		return RK_OK;
	RK_TRY(rk_plain_ask(work->plain, "select renkei_api.note_export($1, $2, $3, $4, $5)", 5,
		params, &out, err));
	if (rk_slice_equal_str(rk_buf_slice(&out), "t"))
		return RK_OK;
	if (work->base.name)
		return rk_fail(err, RK_FAILED_PRECONDITION,
			"bundle %s, which changes were to be told since, is given out no longer",
			work->base.name);
	return rk_fail_reason(err, RK_ABORTED, "EXPORT_TAKEN",
		"another daemon has taken this run of %s", work->name);
}

static enum rk_status make(struct work *work, const struct rk_export_schedule *schedule,
	const char *as_of, const char *folder, struct rk_export_made *made, struct rk_err *err)
{
	const struct rk_export_house *house = work->house;
	RK_AUTO(rk_buf_clear) struct rk_buf lsn = {0};
	struct rk_export_order order = {
		.name = schedule->name,
		.database = house->read_database,
		.parent = folder,
		.formats = schedule->formats,
		.selection = schedule->selection,
		.sign = house->sign ? sign : NULL,
		.key_id = house->sign ? house->key_id : "",
		.public_pem = house->sign ? house->public_pem : "",
		.going = tell_and_check,
		.arg = work,
		.schema = house->schema,
	};

	if (!*house->read_database)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "EXPORTS_NOT_SET_UP",
			"read_database is empty: exports need a login of renkei_analyst to read from");
	RK_TRY(find_lsn(work, &lsn, err));
	order.lsn = (const char *)lsn.at;
	order.selection.as_of = as_of;
	RK_TRY(find_base(work, schedule, as_of, err));
	order.base = work->base.folder ? &work->base : NULL;
	RK_TRY(note(work, as_of, err));
	RK_TRY(enter(folder, &work->lock, err));
	work->made = made;
	*made = (struct rk_export_made){0};
	return rk_export_make(&order, made, err);
}

enum rk_status rk_export_by_hand(const struct rk_export_house *house,
	const struct rk_export_schedule *schedule, const char *folder, struct rk_export_made *made,
	struct rk_err *err)
{
	struct work work = {.house = house, .name = schedule->name, .lock = -1};
	enum rk_status status;

	RK_TRY(rk_plain_open(house->database, &work.plain, err));
	status = make(&work, schedule, schedule->selection.as_of, folder, made, err);
	leave(&work);
	rk_plain_close(&work.plain);
	rk_arena_clear(&work.arena);
	return status;
}

/* Every attempt hands over again: the command has to take the same bundle twice. */
static enum rk_status hand_over(struct work *work, const struct rk_export_schedule *schedule,
	const struct rk_export_made *made, struct rk_err *err)
{
	const struct rk_handover_terms terms = {.commands = work->house->commands,
		.limit_ms = work->house->command_limit_ms,
		.going = tell_and_check,
		.arg = work};
	RK_AUTO(rk_buf_clear) struct rk_buf path = {0};
	char whole[PATH_MAX];

	if (!*schedule->command)
		return RK_OK;
	if (rk_buf_addf(&path, "%s/%s", work->folder, made->id) != RK_OK || !rk_buf_cstr(&path))
		return no_memory(err);
	if (!realpath((const char *)path.at, whole))
		return rk_fail(err, RK_UNKNOWN, "%s: %s", (const char *)path.at, strerror(errno));
	if (work->house->on_handover)
		work->house->on_handover(work->house->handover_arg);
	return rk_handover_run(&terms, schedule->command,
		&(struct rk_handover_bundle){
			.folder = whole, .schedule = schedule->name, .id = made->id},
		err);
}

static enum rk_status finish(
	struct work *work, const struct rk_export_made *made, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0}, out = {0};
	const char *params[] = {
		work->name, work->due, work->attempt, NULL, work->house->operator_email};

	if (rk_buf_addf(&json,
		    "{\"id\": \"%s\", \"as_of\": \"%s\", \"manifest_sha256\": \"%s\", \"bytes\": %" PRId64
		    ", \"files\": %" PRId64 ", \"rows\": %" PRId64 "%s%s%s}",
		    made->id, made->as_of, made->manifest_sha256, made->bytes, made->files,
		    made->rows, work->base.folder ? ", \"since\": \"" : "",
		    work->base.folder ? work->base.name : "",
		    work->base.folder ? "\"" : "") != RK_OK ||
		!rk_buf_cstr(&json))
		return no_memory(err);
	params[3] = (const char *)json.at;
	RK_TRY(rk_plain_ask(work->plain, "select renkei_api.finish_export($1, $2, $3, $4, $5)", 5,
		params, &out, err));
	if (!rk_slice_equal_str(rk_buf_slice(&out), "t"))
		return rk_fail_reason(err, RK_ABORTED, "EXPORT_TAKEN",
			"another daemon has taken this run of %s", work->name);
	return RK_OK;
}

static enum rk_status on_retired(
	void *arg, const struct rk_slice *values, size_t count, struct rk_err *err)
{
	const struct work *work = arg;
	char id[RK_EXPORT_ID];
	int fd = open(work->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)count;
	(void)err;
	snprintf(id, sizeof id, "%.*s", (int)values[0].len, (const char *)values[0].at);
	if (fd >= 0 && !strchr(id, '/') && *id != '.' && rk_export_folder_remove(fd, id))
		rk_log(RK_LOG_INFO, "export_removed", RK_TEXT("bundle", id));
	if (fd >= 0)
		close(fd);
	return RK_OK;
}

/* After a run that failed too: what could not be handed over is not given out, and is made again with it. */
static void retire(struct work *work)
{
	const struct rk_plain_reader reader = {on_retired, work};
	RK_AUTO(rk_buf_clear) struct rk_buf ids = {0};
	const char *params[] = {work->name, NULL};
	struct rk_err err = {0};
	enum rk_status status = rk_plain_each(
		work->plain, "select renkei_api.retire_exports($1)", 1, params, &reader, &err);

	/* What another daemon retired, or one that died before it had removed it, lies here still. */
	if (status == RK_OK && rk_export_folder_list(work->folder, &ids) == RK_OK) {
		params[1] = (const char *)ids.at;
		status = rk_plain_each(work->plain, "select renkei_api.gone_exports($1, $2)", 2,
			params, &reader, &err);
	}
	if (status != RK_OK)
		rk_log(RK_LOG_WARNING, "export_not_retired", RK_TEXT("schedule", work->name),
			RK_TEXT("why", err.text));
}

static void fail(struct work *work, const struct rk_err *why)
{
	const char *params[] = {work->name, work->due, work->attempt, why->text,
		work->house->operator_email, why->reason};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_err err = {0};

	rk_log(RK_LOG_ERROR, "export_failed", RK_TEXT("schedule", work->name),
		RK_TEXT("attempt", work->attempt), RK_TEXT("why", why->text));
	if (why->status != RK_ABORTED &&
		rk_plain_ask(work->plain, "select renkei_api.fail_export($1, $2, $3, $4, $5, $6)",
			6, params, &out, &err) != RK_OK)
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
	int64_t begun_ms = rk_clock_ms();

	if (mkdir(work->house->dir, 0750) != 0 && errno != EEXIST)
		return rk_fail(
			err, RK_PERMISSION_DENIED, "%s: %s", work->house->dir, strerror(errno));
	RK_TRY(make(work, schedule, as_of, work->folder, made, err));
	RK_TRY(hand_over(work, schedule, made, err));
	RK_TRY(finish(work, made, err));
	rk_log(RK_LOG_NOTICE, "export_made", RK_TEXT("schedule", work->name),
		RK_TEXT("bundle", made->id), RK_NUMBER("rows", made->rows),
		RK_NUMBER("bytes", made->bytes), RK_NUMBER("ms", rk_clock_ms() - begun_ms));
	return RK_OK;
}

enum rk_status rk_export_run(const struct rk_export_house *house,
	const struct rk_export_schedule *schedule, int64_t due_us, bool *taken,
	struct rk_export_made *made, struct rk_err *err)
{
	const char *as_of = schedule->selection.as_of;
	RK_AUTO(rk_buf_clear) struct rk_buf due = {0};
	struct work work = {.house = house, .name = schedule->name, .lock = -1};
	enum rk_status status;

	*taken = false;
	if (!as_of &&
		rk_text_add_rfc3339(&due, due_us / 1000000, (int32_t)(due_us % 1000000) * 1000) ==
			RK_OK)
		as_of = rk_buf_cstr(&due);
	work.folder = rk_arena_printf(&work.arena, "%s/%s", house->dir, work.name);
	if (!as_of || !work.folder) {
		rk_arena_clear(&work.arena);
		return no_memory(err);
	}
	status = rk_plain_open(house->database, &work.plain, err);
	if (status == RK_OK)
		status = claim(&work, schedule, due_us, taken, err);
	if (status == RK_OK && *taken) {
		status = rk_export_lease_open(
			house->database, work.name, work.due, work.attempt, &work.lease, err);
		if (status == RK_OK)
			status = make_claimed(&work, schedule, as_of, made, err);
		leave(&work);
		rk_export_lease_close(&work.lease);
		if (status != RK_OK)
			fail(&work, err);
		retire(&work);
	}
	rk_plain_close(&work.plain);
	rk_arena_clear(&work.arena);
	return status;
}
