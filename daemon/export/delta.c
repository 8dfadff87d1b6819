#include "export/delta.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_COLUMNS  128
#define CHUNK        ((size_t)1 << 20)
#define LONGEST      ((size_t)64 << 20) /* a record; more is no file of ours */
#define MANIFEST_MAX ((off_t)64 << 20)

struct rk_delta {
	struct rk_arena arena;
	const struct rk_export_base *base;
	json_t *manifest;
	sqlite3 *db;
	sqlite3_stmt *put, *take, *rest;
	const struct rk_export_table *table;
	struct rk_column columns[MAX_COLUMNS];
	struct rk_table text; /* rows of now as CSV */
	struct rk_buf record, key;
};

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the changes since a bundle");
}

static enum rk_status spoiled(const struct rk_delta *delta, const char *path, struct rk_err *err)
{
	return rk_fail(err, RK_DATA_LOSS, "%s/%s is not as it was made", delta->base->folder, path);
}

static enum rk_status failed(const struct rk_delta *delta, struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "the keys of %s: %s", delta->base->name,
		delta->db ? sqlite3_errmsg(delta->db) : "no memory");
}

static enum rk_status run(const struct rk_delta *delta, const char *sql, struct rk_err *err)
{
	return sqlite3_exec(delta->db, sql, NULL, NULL, NULL) == SQLITE_OK ? RK_OK
									   : failed(delta, err);
}

static bool is_digest(const char *path, const char *wanted)
{
	RK_AUTO(rk_buf_clear) struct rk_buf hex = {0};
	uint8_t digest[RK_SHA256_BYTES];
	struct rk_err unused;

	return wanted && rk_sha256_file(path, digest, &unused) == RK_OK &&
		rk_text_hex(&hex, rk_slice_of(digest, sizeof digest)) == RK_OK &&
		rk_slice_equal_str(rk_buf_slice(&hex), wanted);
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static enum rk_status read_manifest(
	struct rk_delta *delta, const char *selection, struct rk_err *err)
{
	const struct rk_export_base *base = delta->base;
	const char *path = rk_arena_printf(&delta->arena, "%s/MANIFEST.json", base->folder);
	struct stat stat_of;

	if (!path)
		return no_memory(err);
	if (stat(path, &stat_of) != 0)
		return rk_fail(err, RK_NOT_FOUND,
			"%s does not lie in this daemon's export_dir (%s: %s)", base->name, path,
			strerror(errno));
	if (base->manifest_sha256 && !is_digest(path, base->manifest_sha256))
		return spoiled(delta, "MANIFEST.json", err);
	delta->manifest = stat_of.st_size > MANIFEST_MAX ? NULL : json_load_file(path, 0, NULL);
	if (strcmp(text_of(delta->manifest, "manifest"), "renkei export v1") != 0)
		return spoiled(delta, "MANIFEST.json", err);
	if (*text_of(delta->manifest, "since"))
		return rk_fail(err, RK_FAILED_PRECONDITION,
			"%s holds changes alone; changes can be told since a whole bundle",
			base->name);
	if (strcmp(text_of(delta->manifest, "selection"), selection) != 0)
		return rk_fail(err, RK_FAILED_PRECONDITION,
			"%s holds \"%s\" and not \"%s\": its changes would not be those of the whole",
			base->name, text_of(delta->manifest, "selection"), selection);
	return RK_OK;
}

/* The file has no name any more once it is open: whatever ends this process takes it along. */
static enum rk_status open_keys(
	struct rk_delta *delta, const struct rk_export_folder *folder, struct rk_err *err)
{
	const char *path = rk_arena_printf(&delta->arena, "%s/.keys", folder->path);

	if (!path)
		return no_memory(err);
	if (sqlite3_open_v2(path, &delta->db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
			    SQLITE_OPEN_NOFOLLOW,
		    NULL) != SQLITE_OK)
		return failed(delta, err);
	RK_TRY(run(delta,
		"pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -8192; pragma locking_mode = exclusive;"
		" pragma temp_store = memory; create table row (key blob primary key, digest blob not null) without rowid",
		err));
	(void)unlink(path);
	if (sqlite3_prepare_v2(delta->db, "insert into row values (?, ?)", -1, &delta->put, NULL) !=
			SQLITE_OK ||
		sqlite3_prepare_v2(delta->db, "delete from row where key = ? returning digest", -1,
			&delta->take, NULL) != SQLITE_OK ||
		sqlite3_prepare_v2(delta->db, "select key from row order by key", -1, &delta->rest,
			NULL) != SQLITE_OK)
		return failed(delta, err);
	return RK_OK;
}

enum rk_status rk_delta_open(const struct rk_export_base *base, const char *selection,
	const struct rk_export_folder *folder, struct rk_delta **out, struct rk_err *err)
{
	*out = calloc(1, sizeof **out);
	if (!*out)
		return no_memory(err);
	(*out)->base = base;
	RK_TRY(read_manifest(*out, selection, err));
	return open_keys(*out, folder, err);
}

void rk_delta_close(struct rk_delta **delta)
{
	struct rk_delta *d = *delta;

	*delta = NULL;
	if (!d)
		return;
	sqlite3_finalize(d->put);
	sqlite3_finalize(d->take);
	sqlite3_finalize(d->rest);
	sqlite3_close(d->db);
	json_decref(d->manifest);
	rk_table_clear(&d->text);
	rk_buf_clear(&d->record);
	rk_buf_clear(&d->key);
	rk_arena_clear(&d->arena);
	free(d);
}

enum rk_status rk_delta_shape(struct rk_arena *arena, const struct rk_export_table *table,
	struct rk_export_table *out, struct rk_err *err)
{
	size_t count = table->column_count;
	struct rk_export_column *columns = rk_arena_alloc(arena, (count + 1) * sizeof *columns);

	if (!columns)
		return no_memory(err);
	for (size_t c = 0; c < count; c++) {
		columns[c] = table->columns[c];
		if (!columns[c].key && !*columns[c].missing)
			columns[c].missing = "not_applicable";
	}
	columns[count] = (struct rk_export_column){
		.name = "change",
		.missing = "",
		.label = {"変更の種類", "Change", "变更类型"},
		.says = "added, changed (the row as it is now) or removed (its key alone), since the bundle that MANIFEST.json names."
        };
	*out = *table;
	out->columns = columns;
	out->column_count = count + 1;
	return RK_OK;
}

static enum rk_value_kind value_kind(enum rk_export_kind kind)
{
	return kind == RK_EXPORT_INTEGER ? RK_VALUE_INTEGER
		: kind == RK_EXPORT_REAL ? RK_VALUE_REAL
		: kind == RK_EXPORT_BOOL ? RK_VALUE_BOOL
					 : RK_VALUE_TEXT;
}

/* The head of the table's CSV is in record then. */
static enum rk_status begin_text(struct rk_delta *delta, struct rk_err *err)
{
	const struct rk_export_table *table = delta->table;

	if (table->column_count > MAX_COLUMNS)
		return rk_fail(err, RK_INTERNAL, "a table of an export has at most %d columns",
			MAX_COLUMNS);
	for (size_t c = 0; c < table->column_count; c++)
		delta->columns[c] = (struct rk_column){
			.name = table->columns[c].name, .kind = value_kind(table->columns[c].kind)};
	rk_table_clear(&delta->text);
	delta->text = (struct rk_table){.format = rk_format_find("csv"),
		.columns = delta->columns,
		.column_count = table->column_count,
		.out = &delta->record};
	delta->record.len = 0;
	return rk_table_begin(&delta->text, err);
}

/* Key and digest of a record. */
static enum rk_status take_apart(struct rk_delta *delta, struct rk_slice record,
	const struct rk_slice *fields, char digest[RK_SHA256_HEX], struct rk_err *err)
{
	delta->key.len = 0;
	for (size_t c = 0; c < delta->table->column_count; c++) {
		if (!delta->table->columns[c].key)
			continue;
		if (rk_buf_add_slice(&delta->key, fields[c]) != RK_OK ||
			rk_buf_add_str(&delta->key, ",") != RK_OK)
			return no_memory(err);
	}
	rk_sha256_hex(record, digest);
	return RK_OK;
}

static enum rk_status put_record(struct rk_delta *delta, struct rk_slice record,
	const struct rk_slice *fields, struct rk_err *err)
{
	char digest[RK_SHA256_HEX];

	RK_TRY(take_apart(delta, record, fields, digest, err));
	if (sqlite3_bind_blob64(delta->put, 1, delta->key.at, delta->key.len, SQLITE_STATIC) !=
			SQLITE_OK ||
		sqlite3_bind_blob(delta->put, 2, digest, 64, SQLITE_STATIC) != SQLITE_OK ||
		sqlite3_step(delta->put) != SQLITE_DONE || sqlite3_reset(delta->put) != SQLITE_OK)
		return failed(delta, err);
	return RK_OK;
}

/* Every whole record in buf; what is left of it begins the next one. */
static enum rk_status put_records(
	struct rk_delta *delta, struct rk_buf *buf, bool *headed, struct rk_err *err)
{
	struct rk_slice text = rk_buf_slice(buf), record, fields[MAX_COLUMNS];
	size_t count;

	while ((count = rk_csv_record(&text, &record, fields, MAX_COLUMNS)) > 0) {
		if (!*headed &&
			!rk_slice_equal(
				record, rk_slice_of(delta->record.at, delta->record.len - 1)))
			return rk_fail(err, RK_FAILED_PRECONDITION,
				"table %s of %s has other columns: the next whole bundle is needed first",
				delta->table->name, delta->base->name);
		if (count != delta->table->column_count)
			return spoiled(delta, delta->table->name, err);
		if (*headed)
			RK_TRY(put_record(delta, record, fields, err));
		*headed = true;
	}
	memmove(buf->at, text.at, text.len);
	buf->len = text.len;
	return buf->len > LONGEST ? spoiled(delta, delta->table->name, err) : RK_OK;
}

static enum rk_status put_file(struct rk_delta *delta, int fd, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf buf = {0};
	uint8_t *chunk = malloc(CHUNK);
	enum rk_status status = chunk ? RK_OK : no_memory(err);
	bool headed = false;
	ssize_t got = 1;

	while (status == RK_OK && (got = read(fd, chunk, CHUNK)) > 0) {
		status = rk_buf_add(&buf, chunk, (size_t)got) == RK_OK ? RK_OK : no_memory(err);
		if (status == RK_OK)
			status = put_records(delta, &buf, &headed, err);
	}
	free(chunk);
	if (status == RK_OK && (got < 0 || buf.len > 0 || !headed))
		status = spoiled(delta, delta->table->name, err);
	return status;
}

/* The entry of the manifest, or NULL. */
static const json_t *file_of(const struct rk_delta *delta, const char *table)
{
	const json_t *file;
	size_t at;

	json_array_foreach(json_object_get(delta->manifest, "files"), at, file)
	{
		if (strcmp(text_of(file, "format"), "csv") == 0 &&
			strcmp(text_of(file, "table"), table) == 0)
			return file;
	}
	return NULL;
}

enum rk_status rk_delta_begin(
	struct rk_delta *delta, const struct rk_export_table *table, struct rk_err *err)
{
	const json_t *file = file_of(delta, table->name);
	const char *path;
	enum rk_status status;
	int fd;

	if (!file)
		return rk_fail(err, RK_FAILED_PRECONDITION,
			"%s has no table %s as CSV: the next whole bundle is needed first",
			delta->base->name, table->name);
	delta->table = table;
	RK_TRY(run(delta, "delete from row; begin", err));
	RK_TRY(begin_text(delta, err));
	/* The name is ours: a manifest's path could lead anywhere. */
	path = rk_arena_printf(&delta->arena, "%s/csv/%s.csv", delta->base->folder, table->name);
	if (!path)
		return no_memory(err);
	if (!is_digest(path, text_of(file, "sha256")))
		return spoiled(delta, table->name, err);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return spoiled(delta, table->name, err);
	status = put_file(delta, fd, err);
	close(fd);
	return status;
}

enum rk_status rk_delta_row(struct rk_delta *delta, const struct rk_value *values,
	enum rk_change *change, struct rk_err *err)
{
	struct rk_slice text, record, fields[MAX_COLUMNS];
	char digest[RK_SHA256_HEX];
	int step;

	delta->record.len = 0;
	RK_TRY(rk_table_row(&delta->text, values, err));
	text = rk_buf_slice(&delta->record);
	if (rk_csv_record(&text, &record, fields, MAX_COLUMNS) != delta->table->column_count)
		return rk_fail(err, RK_INTERNAL, "table %s: a row is no record of CSV",
			delta->table->name);
	RK_TRY(take_apart(delta, record, fields, digest, err));
	if (sqlite3_bind_blob64(delta->take, 1, delta->key.at, delta->key.len, SQLITE_STATIC) !=
		SQLITE_OK)
		return failed(delta, err);
	step = sqlite3_step(delta->take);
	*change = step != SQLITE_ROW ? RK_ADDED
		: sqlite3_column_bytes(delta->take, 0) == 64 &&
			memcmp(sqlite3_column_blob(delta->take, 0), digest, 64) == 0
		? RK_UNCHANGED
		: RK_CHANGED;
	if ((step != SQLITE_ROW && step != SQLITE_DONE) ||
		(step == SQLITE_ROW && sqlite3_step(delta->take) != SQLITE_DONE) ||
		sqlite3_reset(delta->take) != SQLITE_OK)
		return failed(delta, err);
	return RK_OK;
}

/* A field as CSV has it to its value; a text's bytes go into the arena. */
static bool value_of(struct rk_arena *arena, enum rk_export_kind kind, struct rk_slice field,
	struct rk_value *value)
{
	int64_t integer;
	double real;
	char *text;
	size_t len = 0;

	switch (kind) {
	case RK_EXPORT_INTEGER:
		*value = rk_text_i64(field, INT64_MIN, INT64_MAX, &integer)
			? rk_value_integer(integer)
			: rk_value_null();
		return value->kind != RK_VALUE_NULL;
	case RK_EXPORT_REAL:
		*value = rk_text_double(field, &real) ? rk_value_real(real) : rk_value_null();
		return value->kind != RK_VALUE_NULL;
	case RK_EXPORT_BOOL:
		*value = rk_value_bool(rk_slice_equal_str(field, "true"));
		return true;
	default:
		break;
	}
	text = rk_arena_alloc(arena, field.len + 1);
	if (!text)
		return false;
	for (size_t i = 0; i < field.len; i++) {
		bool quote = field.at[0] == '"' && field.at[i] == '"';

		/* The outer quotes go, of two inside one stays. */
		if (quote && (i == 0 || i + 1 == field.len || field.at[++i] != '"'))
			continue;
		text[len++] = (char)field.at[i];
	}
	*value = rk_value_slice(rk_slice_of(text, len));
	return true;
}

static enum rk_status give_removed(struct rk_delta *delta, struct rk_slice key,
	enum rk_status (*removed)(void *arg, const struct rk_value *values, struct rk_err *err),
	void *arg, struct rk_err *err)
{
	const struct rk_export_table *table = delta->table;
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	struct rk_value values[MAX_COLUMNS];
	struct rk_slice record, fields[MAX_COLUMNS];
	uint8_t *line = rk_arena_alloc(&arena, key.len);
	size_t at = 0, count;

	if (!line)
		return no_memory(err);
	/* A comma stands behind each field, and the last one's is the record's end. */
	memcpy(line, key.at, key.len);
	line[key.len - 1] = '\n';
	key = rk_slice_of(line, key.len);
	count = rk_csv_record(&key, &record, fields, MAX_COLUMNS);
	for (size_t c = 0; c < table->column_count; c++) {
		values[c] = rk_value_null();
		if (table->columns[c].key &&
			(at == count ||
				!value_of(
					&arena, table->columns[c].kind, fields[at++], &values[c])))
			return spoiled(delta, table->name, err);
	}
	return removed(arg, values, err);
}

/* NOLINTNEXTLINE(readability-function-size): what is given, and to whom */
enum rk_status rk_delta_end(struct rk_delta *delta,
	enum rk_status (*removed)(void *arg, const struct rk_value *values, struct rk_err *err),
	void *arg, struct rk_err *err)
{
	enum rk_status status = RK_OK;
	int step;

	while (status == RK_OK && (step = sqlite3_step(delta->rest)) == SQLITE_ROW)
		status = give_removed(delta,
			rk_slice_of(sqlite3_column_blob(delta->rest, 0),
				(size_t)sqlite3_column_bytes(delta->rest, 0)),
			removed, arg, err);
	if (status == RK_OK && step != SQLITE_DONE)
		status = failed(delta, err);
	(void)sqlite3_reset(delta->rest);
	return status == RK_OK ? run(delta, "commit", err) : status;
}
