/* renkei.sqlite: the tables with types and keys, and of each a view in each language, whose columns are the labels and whose codes are words.
 *
 * One transaction, no journal: the file is in a folder that nobody sees before it is whole.  Columns are declared NOT NULL where a value is always
 * there; truth is 0 and 1; dates and times are text, as everywhere in SQLite.
 */
#include "export/formats.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sqlite_state {
	struct rk_export_folder *folder;
	const struct rk_export_about *about;
	sqlite3 *db;
	sqlite3_stmt *insert;
	size_t column_count;
};

static enum rk_status failed(struct sqlite_state *state, struct rk_err *err)
{
	int code = state->db ? sqlite3_errcode(state->db) : SQLITE_NOMEM;

	return rk_fail(err,
		code == SQLITE_FULL || code == SQLITE_NOMEM ? RK_RESOURCE_EXHAUSTED : RK_INTERNAL,
		"renkei.sqlite: %s", state->db ? sqlite3_errmsg(state->db) : "no memory");
}

static enum rk_status run(struct sqlite_state *state, const char *sql, struct rk_err *err)
{
	return sqlite3_exec(state->db, sql, NULL, NULL, NULL) == SQLITE_OK ? RK_OK
									   : failed(state, err);
}

static void sqlite_close_all(void *arg)
{
	struct sqlite_state *state = arg;

	if (!state)
		return;
	sqlite3_finalize(state->insert);
	sqlite3_close(state->db);
	free(state);
}

static enum rk_status sqlite_begin_all(struct rk_export_folder *folder,
	const struct rk_export_about *about, void **out, struct rk_err *err)
{
	struct sqlite_state *state = calloc(1, sizeof *state);
	const char *path = rk_arena_printf(&folder->arena, "%s/renkei.sqlite", folder->path);

	*out = state;
	if (!state || !path)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for renkei.sqlite");
	state->folder = folder;
	state->about = about;
	if (sqlite3_open_v2(path, &state->db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
			    SQLITE_OPEN_NOFOLLOW,
		    NULL) != SQLITE_OK)
		return failed(state, err);
	return run(state,
		"pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -4096; pragma page_size = 4096;"
		" pragma application_id = 1919249513; begin",
		err);
}

static const char *type_of(enum rk_export_kind kind)
{
	switch (kind) {
	case RK_EXPORT_INTEGER:
	case RK_EXPORT_BOOL:
		return "INTEGER";
	case RK_EXPORT_REAL:
		return "REAL";
	default:
		return "TEXT";
	}
}

/* %w doubles quotation marks within a name. */
static char *create_sql(const struct rk_export_table *table)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);
	const char *comma = "";

	sqlite3_str_appendf(sql, "create table \"%w\" (", table->name);
	for (size_t c = 0; c < table->column_count; c++)
		sqlite3_str_appendf(sql, "%s\"%w\" %s%s", c ? ", " : "", table->columns[c].name,
			type_of(table->columns[c].kind),
			*table->columns[c].missing ? "" : " not null");
	sqlite3_str_appendall(sql, ", primary key (");
	for (size_t c = 0; c < table->column_count; c++) {
		if (!table->columns[c].key)
			continue;
		sqlite3_str_appendf(sql, "%s\"%w\"", comma, table->columns[c].name);
		comma = ", ";
	}
	sqlite3_str_appendall(sql, ")) without rowid");
	return sqlite3_str_finish(sql);
}

static char *insert_sql(const struct rk_export_table *table)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);

	sqlite3_str_appendf(sql, "insert into \"%w\" values (", table->name);
	for (size_t c = 0; c < table->column_count; c++)
		sqlite3_str_appendall(sql, c ? ", ?" : "?");
	sqlite3_str_appendall(sql, ")");
	return sqlite3_str_finish(sql);
}

static char *view_sql(const struct rk_export_table *table, int language)
{
	static const char *const names[] = {"ja", "en", "zh"};
	sqlite3_str *sql = sqlite3_str_new(NULL);

	sqlite3_str_appendf(sql, "create view \"%w_%s\" as select ", table->name, names[language]);
	for (size_t c = 0; c < table->column_count; c++) {
		const struct rk_export_column *column = &table->columns[c];

		sqlite3_str_appendall(sql, c ? ", " : "");
		if (column->codes)
			sqlite3_str_appendf(sql,
				"coalesce((select k.label_%s from codes k where k.list = %Q and k.value = t.\"%w\"), t.\"%w\")",
				names[language], column->codes, column->name, column->name);
		else
			sqlite3_str_appendf(sql, "t.\"%w\"", column->name);
		sqlite3_str_appendf(sql, " as \"%w\"", column->label[language]);
	}
	sqlite3_str_appendf(sql, " from \"%w\" t", table->name);
	return sqlite3_str_finish(sql);
}

static enum rk_status run_made(struct sqlite_state *state, char *sql, struct rk_err *err)
{
	enum rk_status status = sql ? run(state, sql, err) : failed(state, err);

	sqlite3_free(sql);
	return status;
}

static enum rk_status sqlite_begin(
	void *arg, const struct rk_export_table *table, struct rk_err *err)
{
	struct sqlite_state *state = arg;
	char *sql;
	int code;

	RK_TRY(run_made(state, create_sql(table), err));
	sql = insert_sql(table);
	code = sql ? sqlite3_prepare_v2(state->db, sql, -1, &state->insert, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	state->column_count = table->column_count;
	return code == SQLITE_OK ? RK_OK : failed(state, err);
}

static int bind(sqlite3_stmt *insert, int at, const struct rk_value *value)
{
	switch (value->kind) {
	case RK_VALUE_NULL:
		return sqlite3_bind_null(insert, at);
	case RK_VALUE_INTEGER:
		return sqlite3_bind_int64(insert, at, value->as.integer);
	case RK_VALUE_REAL:
		return sqlite3_bind_double(insert, at, value->as.real);
	case RK_VALUE_BOOL:
		return sqlite3_bind_int(insert, at, value->as.truth);
	default:
		return sqlite3_bind_text64(insert, at,
			value->as.text.len ? (const char *)value->as.text.at : "",
			value->as.text.len, SQLITE_STATIC, SQLITE_UTF8);
	}
}

static enum rk_status sqlite_row(void *arg, const struct rk_value *values, struct rk_err *err)
{
	struct sqlite_state *state = arg;

	for (size_t c = 0; c < state->column_count; c++) {
		if (bind(state->insert, (int)c + 1, &values[c]) != SQLITE_OK)
			return failed(state, err);
	}
	if (sqlite3_step(state->insert) != SQLITE_DONE || sqlite3_reset(state->insert) != SQLITE_OK)
		return failed(state, err);
	return RK_OK;
}

static enum rk_status sqlite_end(void *arg, struct rk_err *err)
{
	struct sqlite_state *state = arg;

	(void)err;
	sqlite3_finalize(state->insert);
	state->insert = NULL;
	return RK_OK;
}

static enum rk_status sqlite_finish(void *arg, struct rk_err *err)
{
	struct sqlite_state *state = arg;
	struct rk_export_entry *entry;

	for (size_t t = 0; t < state->about->table_count; t++) {
		for (int l = 0; l < RK_EXPORT_LANGUAGES; l++)
			RK_TRY(run_made(state, view_sql(&state->about->tables[t], l), err));
	}
	RK_TRY(run(state, "commit", err));
	if (sqlite3_close(state->db) != SQLITE_OK)
		return failed(state, err);
	state->db = NULL;
	RK_TRY(rk_export_folder_add(state->folder, "renkei.sqlite", &entry, err));
	entry->format = "sqlite";
	return RK_OK;
}

const struct rk_export_format rk_export_sqlite = {
	.name = "sqlite",
	.says = "SQLite 3, one file: types, keys, and views NAME_ja, NAME_en and NAME_zh with labels instead of names and codes",
	.open = sqlite_begin_all,
	.begin = sqlite_begin,
	.row = sqlite_row,
	.end = sqlite_end,
	.finish = sqlite_finish,
	.close = sqlite_close_all,
};
