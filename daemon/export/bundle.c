#include "export/bundle.h"

#include "base/clock.h"
#include "base/text.h"
#include "export/package.h"
#include "export/turn.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_FORMATS    16
#define ROOM_LEAST     ((int64_t)64 << 20)
#define GOING_EVERY_MS 2000
#define REPLAY_MS      20000
#define REPLAY_LOOK_NS 200000000L

struct run {
	const struct rk_export_order *order;
	struct rk_export_made *made;
	struct rk_export_catalogue catalogue; /* as the database has it */
	struct rk_export_catalogue shown;     /* as the bundle has it; its memory is the other's */
	struct rk_delta *delta;               /* NULL: the bundle is whole */
	struct rk_export_folder folder;
	const struct rk_export_format *formats[MAX_FORMATS];
	void *states[MAX_FORMATS];
	size_t format_count, table;
	int64_t *rows;
	struct rk_export_changes *changes; /* of each table; NULL likewise */
	int64_t asked_ms;
	struct rk_sha256_run content; /* of all that makes the snapshot */
	struct rk_buf scratch;
	struct rk_value row[129];      /* with its change */
	int64_t seen;                  /* rows of the database */
	struct rk_export_file reports; /* reports.sha256 */
	size_t receipt_at, sha_at;     /* columns of the table of reports; SIZE_MAX in others */
	char selection[160];
};

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for an export");
}

static enum rk_status still_going(struct run *run, struct rk_err *err)
{
	int64_t now_ms = rk_clock_ms();

	if (!run->order->going || now_ms < run->asked_ms + GOING_EVERY_MS)
		return RK_OK;
	run->asked_ms = now_ms;
	return run->order->going(run->order->arg, err);
}

static enum rk_status find_formats(struct run *run, struct rk_err *err)
{
	for (const char *const *name = run->order->formats; *name; name++) {
		const struct rk_export_format *format = rk_export_format_find(*name);

		if (!format)
			return rk_fail(err, RK_NOT_FOUND, "'%s' is no format of exports", *name);
		if (run->format_count == MAX_FORMATS)
			return rk_fail(
				err, RK_INVALID_ARGUMENT, "more than %d formats", MAX_FORMATS);
		run->formats[run->format_count++] = format;
	}
	return RK_OK;
}

/* A standby that has not replayed what was committed when the run began would give a bundle without it, and nobody could tell. */
static enum rk_status wait_replayed(struct run *run, struct rk_plain *plain, struct rk_err *err)
{
	static const char sql[] =
		"select case when not pg_is_in_recovery() then 0"
		" else greatest(pg_wal_lsn_diff($1::pg_lsn, coalesce(pg_last_wal_replay_lsn(), '0/0')), 0) end";
	int64_t until_ms = rk_clock_ms() + REPLAY_MS;

	while (run->order->lsn) {
		RK_AUTO(rk_buf_clear) struct rk_buf behind = {0};

		RK_TRY(rk_plain_ask(plain, sql, 1, &run->order->lsn, &behind, err));
		if (rk_slice_equal_str(rk_buf_slice(&behind), "0"))
			break;
		if (rk_clock_ms() >= until_ms)
			return rk_fail(err, RK_UNAVAILABLE,
				"the standby of read_database is %.*s bytes behind after %d s: the export would lack what was accepted last",
				(int)behind.len, (const char *)behind.at, REPLAY_MS / 1000);
		RK_TRY(still_going(run, err));
		nanosleep(&(struct timespec){0, REPLAY_LOOK_NS}, NULL);
	}
	return RK_OK;
}

/* One snapshot for all tables; what the views go by holds for this transaction.  One process of the database's is enough: others wait for theirs. */
static enum rk_status begin_snapshot(struct run *run, struct rk_plain *plain, struct rk_err *err)
{
	const struct rk_export_selection *s = &run->order->selection;
	const char *params[] = {s->as_of ? s->as_of : "", s->all_versions ? "all" : "accepted",
		s->planned ? "on" : "off", s->public_only ? "public" : "parties",
		s->no_free_text ? "off" : "on", s->no_companies ? "off" : "on"};
	struct rk_buf out = {0};
	enum rk_status status;

	RK_TRY(rk_plain_run(plain,
		"begin transaction isolation level repeatable read read only; set local timezone = 'UTC'; set local datestyle = 'ISO';"
		" set local extra_float_digits = 1; set local jit = off; set local max_parallel_workers_per_gather = 0; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0",
		err));
	status = rk_plain_ask(plain,
		"select coalesce(set_config('renkei.export_as_of', coalesce(nullif($1, '')::timestamptz, now())::text, true) || set_config('renkei.export_versions', $2, true)"
		" || set_config('renkei.export_planned', $3, true) || set_config('renkei.export_disclosure', $4, true)"
		" || set_config('renkei.export_free_text', $5, true) || set_config('renkei.export_company_names', $6, true), '') is not null",
		6, params, &out, err);
	out.len = 0;
	if (status == RK_OK)
		status = rk_plain_ask(plain,
			"select to_char(t, case when extract(microseconds from t)::bigint % 1000000 = 0 then 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'"
			" else 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"' end) from (select current_setting('renkei.export_as_of')::timestamptz as t) as s",
			0, NULL, &out, err);
	if (status == RK_OK)
		snprintf(run->made->as_of, sizeof run->made->as_of, "%.*s", (int)out.len,
			(const char *)out.at);
	rk_buf_clear(&out);
	snprintf(run->selection, sizeof run->selection,
		"versions=%s planned=%s disclosure=%s free_text=%s company_names=%s", params[1],
		s->planned ? "yes" : "no", params[3], s->no_free_text ? "no" : "yes",
		s->no_companies ? "no" : "yes");
	return status;
}

/* Each format holds about what the tables do; the bytes of reports and attachments are not exported. */
static enum rk_status find_room(struct run *run, struct rk_plain *plain, struct rk_err *err)
{
	struct rk_buf out = {0};
	struct statvfs disk;
	int64_t needed = 0, room;
	enum rk_status status = rk_plain_ask(plain,
		"select sum(pg_catalog.pg_relation_size(oid))::bigint from pg_catalog.pg_class where relkind = 'r' and"
		" relnamespace = (select oid from pg_catalog.pg_namespace where nspname = 'renkei') and relname not in ('report_version', 'attachment_chunk')",
		0, NULL, &out, err);

	if (status == RK_OK && !rk_text_i64(rk_buf_slice(&out), 0, INT64_MAX / 64, &needed))
		needed = 0;
	rk_buf_clear(&out);
	RK_TRY(status);
	needed = ROOM_LEAST + needed * (int64_t)run->format_count;
	if (fstatvfs(run->folder.fd, &disk) != 0)
		return rk_fail(err, RK_UNKNOWN, "%s: how much room there is cannot be told",
			run->order->parent);
	room = (int64_t)(disk.f_bavail * disk.f_frsize);
	if (room < needed)
		return rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "EXPORT_NO_ROOM",
			"%s: an export may need %lld bytes, and %lld are free", run->order->parent,
			(long long)needed, (long long)room);
	return RK_OK;
}

static void hash_text(struct run *run, const char *text)
{
	rk_sha256_add(&run->content, rk_slice_of(text, strlen(text) + 1));
}

/* Kind and length before each value, so that no two rows are the same bytes. */
static enum rk_status hash_row(
	struct run *run, const struct rk_value *values, size_t count, struct rk_err *err)
{
	run->scratch.len = 0;
	for (size_t i = 0; i < count; i++) {
		const struct rk_value *v = &values[i];
		struct rk_slice bytes = {0};
		uint8_t head[9] = {(uint8_t)v->kind};

		if (v->kind == RK_VALUE_TEXT)
			bytes = v->as.text;
		else if (v->kind == RK_VALUE_BOOL)
			head[8] = v->as.truth;
		else if (v->kind != RK_VALUE_NULL)
			bytes = rk_slice_of(&v->as, sizeof v->as.integer);
		for (int b = 0; b < 7; b++)
			head[1 + b] = (uint8_t)(bytes.len >> (8 * b));
		if (rk_buf_add(&run->scratch, head, sizeof head) != RK_OK ||
			rk_buf_add_slice(&run->scratch, bytes) != RK_OK)
			return no_memory(err);
	}
	rk_sha256_add(&run->content, rk_buf_slice(&run->scratch));
	return RK_OK;
}

/* A format of all tables, or of the one that it is made of. */
static bool takes(const struct run *run, const struct rk_export_format *format)
{
	if (!format->table)
		return run->table < run->catalogue.count;
	return strcmp(format->table, run->catalogue.tables[run->table].name) == 0;
}

/* Of a bundle of changes: what is told as changes since its base.  What single formats are made of, and our own tables, are told as they are. */
static bool is_compared(const struct run *run)
{
	return run->delta && run->table < run->catalogue.count &&
		run->catalogue.queries[run->table];
}

/* A row of the bundle. */
static enum rk_status give_row(struct run *run, const struct rk_value *values, struct rk_err *err)
{
	RK_TRY(hash_row(run, values, run->shown.tables[run->table].column_count, err));
	for (size_t f = 0; f < run->format_count; f++) {
		if (takes(run, run->formats[f]))
			RK_TRY(run->formats[f]->row(run->states[f], values, err));
	}
	if (run->sha_at != SIZE_MAX && values[run->sha_at].kind == RK_VALUE_TEXT) {
		if (rk_buf_addf(&run->reports.buf, "%.*s  %.*s\n",
			    (int)values[run->sha_at].as.text.len,
			    (const char *)values[run->sha_at].as.text.at,
			    (int)values[run->receipt_at].as.text.len,
			    (const char *)values[run->receipt_at].as.text.at) != RK_OK)
			return no_memory(err);
		RK_TRY(rk_export_file_flush(&run->reports, err));
	}
	run->rows[run->table]++;
	if (run->table < run->catalogue.count)
		run->made->rows++;
	return RK_OK;
}

static enum rk_status give_change(
	struct run *run, const struct rk_value *values, const char *change, struct rk_err *err)
{
	size_t count = run->catalogue.tables[run->table].column_count;
	struct rk_value *row = run->row;

	memcpy(row, values, count * sizeof *row);
	row[count] = rk_value_text(change);
	return give_row(run, row, err);
}

static enum rk_status on_removed(void *arg, const struct rk_value *values, struct rk_err *err)
{
	struct run *run = arg;

	run->changes[run->table].removed++;
	return give_change(run, values, "removed", err);
}

/* A row of the database. */
static enum rk_status on_row(void *arg, const struct rk_value *values, struct rk_err *err)
{
	struct run *run = arg;
	enum rk_change change;

	if (++run->seen % 256 == 0)
		RK_TRY(still_going(run, err));
	if (!is_compared(run))
		return give_row(run, values, err);
	RK_TRY(rk_delta_row(run->delta, values, &change, err));
	if (change == RK_UNCHANGED)
		return RK_OK;
	run->changes[run->table].added += change == RK_ADDED;
	run->changes[run->table].changed += change == RK_CHANGED;
	return give_change(run, values, change == RK_ADDED ? "added" : "changed", err);
}

/* The reports in a bundle are those of their own table: attachments have digests beside the number of their report, too. */
static void find_digests(struct run *run, const struct rk_export_table *table)
{
	run->receipt_at = run->sha_at = SIZE_MAX;
	if (strcmp(table->name, "reports") != 0)
		return;
	for (size_t c = 0; c < table->column_count; c++) {
		if (strcmp(table->columns[c].name, "receipt_number") == 0)
			run->receipt_at = c;
		if (strcmp(table->columns[c].name, "sha256") == 0)
			run->sha_at = c;
	}
	if (run->receipt_at == SIZE_MAX)
		run->sha_at = SIZE_MAX;
}

static enum rk_status write_table(struct run *run, struct rk_plain *plain, struct rk_err *err)
{
	const struct rk_export_table *table = &run->shown.tables[run->table];
	bool own = !run->catalogue.queries[run->table];

	find_digests(run, table);
	hash_text(run, table->name);
	for (size_t c = 0; c < table->column_count; c++)
		hash_text(run, table->columns[c].name);
	for (size_t f = 0; f < run->format_count; f++) {
		if (takes(run, run->formats[f]))
			RK_TRY(run->formats[f]->begin(run->states[f], table, err));
	}
	if (is_compared(run))
		RK_TRY(rk_delta_begin(run->delta, &run->catalogue.tables[run->table], err));
	/* Our own tables tell of the bundle as it is. */
	RK_TRY(rk_export_table_read(
		plain, own ? &run->shown : &run->catalogue, run->table, on_row, run, err));
	if (is_compared(run))
		RK_TRY(rk_delta_end(run->delta, on_removed, run, err));
	for (size_t f = 0; f < run->format_count; f++) {
		if (takes(run, run->formats[f]))
			RK_TRY(run->formats[f]->end(run->states[f], err));
	}
	return still_going(run, err);
}

static enum rk_status write_tables(struct run *run, struct rk_plain *plain, struct rk_err *err)
{
	const struct rk_export_about about = {
		.name = run->order->name,
		.as_of = run->made->as_of,
		.selection = run->selection,
		.tables = run->shown.tables,
		.table_count = run->shown.count,
	};

	for (size_t f = 0; f < run->format_count; f++)
		RK_TRY(run->formats[f]->open(&run->folder, &about, &run->states[f], err));
	RK_TRY(rk_export_file_open(&run->reports, &run->folder, "reports.sha256", NULL, err));
	for (run->table = 0; run->table < run->catalogue.total; run->table++) {
		/* What single formats are made of is gathered from whole tables, whose size PostgreSQL cannot guess behind a function. */
		if (run->table == run->catalogue.count)
			RK_TRY(rk_plain_run(plain, "set local enable_nestloop = off", err));
		RK_TRY(write_table(run, plain, err));
	}
	/* What follows needs no database, and may take its time. */
	RK_TRY(rk_plain_run(plain, "commit", err));
	RK_TRY(rk_export_file_end(&run->reports, err));
	for (size_t f = 0; f < run->format_count; f++)
		RK_TRY(run->formats[f]->finish(run->states[f], err));
	return RK_OK;
}

/* The compact form sorts by time and is a name in every file system. */
static void name_bundle(struct run *run)
{
	char schema[24], digest[RK_SHA256_HEX], moment[20];
	size_t at = 0;

	snprintf(schema, sizeof schema, "schema %d", run->order->schema);
	hash_text(run, schema);
	hash_text(run, RENKEI_VERSION);
	hash_text(run, run->order->name);
	hash_text(run, run->selection);
	hash_text(run, run->made->as_of);
	if (run->order->base)
		hash_text(run, run->order->base->name);
	for (size_t f = 0; f < run->format_count; f++)
		hash_text(run, run->formats[f]->name);
	rk_sha256_end(&run->content, digest);
	snprintf(run->made->snapshot, sizeof run->made->snapshot, "%.16s", digest);
	for (const char *c = run->made->as_of;
		*c && *c != '.' && *c != 'Z' && at < sizeof moment - 1; c++) {
		if (*c != '-' && *c != ':')
			moment[at++] = *c;
	}
	moment[at] = '\0';
	snprintf(run->made->id, sizeof run->made->id, "%sZ-%s", moment, run->made->snapshot);
}

static enum rk_status write_package(struct run *run, struct rk_err *err)
{
	struct rk_export_package package = {
		.order = run->order,
		.made = run->made,
		.catalogue = &run->shown,
		.rows = run->rows,
		.changes = run->changes,
		.selection = run->selection,
		.folder = &run->folder,
	};

	RK_TRY(rk_export_folder_measure(&run->folder, err));
	RK_TRY(rk_export_datapackage(&package, err));
	RK_TRY(rk_export_csvw(&package, err));
	RK_TRY(rk_export_dictionary(&package, err));
	RK_TRY(rk_export_readme(&package, err));
	return rk_export_manifest(&package, run->made->manifest_sha256, err);
}

/* A run whose end nobody heard of is made again, and finds what it had made. */
static enum rk_status publish(struct run *run, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf path = {0};
	uint8_t digest[RK_SHA256_BYTES];
	RK_AUTO(rk_buf_clear) struct rk_buf hex = {0};
	enum rk_status status;

	run->asked_ms = 0;
	RK_TRY(still_going(run, err));
	status = rk_export_folder_publish(&run->folder, run->made->id, err);
	if (status != RK_ALREADY_EXISTS)
		return status;
	if (rk_buf_addf(&path, "%s/%s/MANIFEST.json", run->order->parent, run->made->id) != RK_OK ||
		!rk_buf_cstr(&path))
		return no_memory(err);
	RK_TRY(rk_sha256_file((const char *)path.at, digest, err));
	RK_TRY(rk_text_hex(&hex, rk_slice_of(digest, sizeof digest)));
	if (!rk_slice_equal_str(rk_buf_slice(&hex), run->made->manifest_sha256))
		return rk_fail(err, RK_DATA_LOSS, "%s is there already and is not the same",
			run->made->id);
	run->made->was_there = true;
	return RK_OK;
}

/* What the bundle has of each table: of one of changes a column more, but for our own. */
static enum rk_status shape(struct run *run, struct rk_err *err)
{
	struct rk_arena *arena = &run->catalogue.arena;
	size_t count = run->catalogue.total;

	run->rows = rk_arena_alloc(arena, count * sizeof *run->rows);
	run->shown = run->catalogue;
	run->shown.arena = (struct rk_arena){0};
	if (!run->rows)
		return no_memory(err);
	if (!run->order->base)
		return RK_OK;
	run->changes = rk_arena_alloc(arena, count * sizeof *run->changes);
	run->shown.tables = rk_arena_alloc(arena, count * sizeof *run->shown.tables);
	if (!run->changes || !run->shown.tables)
		return no_memory(err);
	for (size_t t = 0; t < count; t++) {
		run->shown.tables[t] = run->catalogue.tables[t];
		if (t < run->catalogue.count && run->catalogue.queries[t])
			RK_TRY(rk_delta_shape(
				arena, &run->catalogue.tables[t], &run->shown.tables[t], err));
	}
	return rk_delta_open(run->order->base, run->selection, &run->folder, &run->delta, err);
}

static enum rk_status make(struct run *run, struct rk_plain *plain, struct rk_err *err)
{
	RK_TRY(find_formats(run, err));
	RK_TRY(rk_export_turn_take(plain, run->order->going, run->order->arg, err));
	RK_TRY(wait_replayed(run, plain, err));
	RK_TRY(begin_snapshot(run, plain, err));
	RK_TRY(rk_export_catalogue_read(
		plain, &run->order->selection, run->order->formats, &run->catalogue, err));
	RK_TRY(rk_export_folder_open(&run->folder, run->order->parent, err));
	RK_TRY(shape(run, err));
	RK_TRY(find_room(run, plain, err));
	rk_sha256_begin(&run->content);
	RK_TRY(write_tables(run, plain, err));
	name_bundle(run);
	RK_TRY(write_package(run, err));
	for (const struct rk_export_entry *e = run->folder.entries; e; e = e->next) {
		run->made->bytes += e->bytes;
		run->made->files++;
	}
	return publish(run, err);
}

enum rk_status rk_export_make(
	const struct rk_export_order *order, struct rk_export_made *made, struct rk_err *err)
{
	struct run *run = calloc(1, sizeof *run);
	RK_AUTO(rk_plain_close) struct rk_plain *plain = NULL;
	enum rk_status status;

	if (!run)
		return no_memory(err);
	*made = (struct rk_export_made){0};
	run->order = order;
	run->made = made;
	status = rk_plain_open(order->database, &plain, err);
	if (status == RK_OK)
		status = make(run, plain, err);
	for (size_t f = 0; f < run->format_count; f++)
		run->formats[f]->close(run->states[f]);
	rk_delta_close(&run->delta);
	rk_export_file_clear(&run->reports);
	rk_export_folder_close(&run->folder);
	rk_export_catalogue_clear(&run->catalogue);
	rk_buf_clear(&run->scratch);
	free(run);
	return status;
}

void rk_export_sweep(const char *parent)
{
	int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	for (struct dirent *at; dir && (at = readdir(dir));) {
		if (strncmp(at->d_name, ".making-", 8) == 0)
			(void)rk_export_folder_remove(fd, at->d_name);
	}
	if (dir)
		closedir(dir);
}

/* ionice's best effort, its last level: idle would wait for ever on a busy disk. */
void rk_export_be_modest(void)
{
	const long lowest = 2 << 13 | 7;

	(void)setpriority(PRIO_PROCESS, 0, 19);
	(void)syscall(SYS_ioprio_set, 1, 0, lowest);
}
