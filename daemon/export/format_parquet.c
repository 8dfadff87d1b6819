/* parquet/TABLE.parquet: Apache Parquet, a file a table; what a data frame reads in one line, types and missing values kept.
 *
 * Values are PLAIN in version 1 data pages, not compressed: one page for a column of a row group, and a row group for each GROUP_BYTES of
 * values, which is what a table needs of memory whatever its length.  Statistics have the missing values' count, and least and greatest.
 * A column is REQUIRED where it is part of the key, else OPTIONAL.  Text, codes and dates known in part are UTF-8 (a date's precision is
 * the column behind it), times are microseconds in UTC (parquet-format 2.9: Encodings.md, LogicalTypes.md, parquet.thrift).
 */
#include "export/formats.h"
#include "export/parquet_column.h"

#include <assert.h>
#include <stdlib.h>

#define MAGIC       "PAR1"
#define GROUP_BYTES ((size_t)4 << 20)

enum { PLAIN = 0, RLE = 3 };

enum { CONVERTED_UTF8 = 0, CONVERTED_TIMESTAMP_MICROS = 10 };

struct parquet {
	struct rk_export_folder *folder;
	const struct rk_export_about *about;
	const struct rk_export_table *table;
	struct rk_export_file file;
	struct rk_export_entry *entry;
	struct rk_parquet_column *columns;
	struct rk_buf groups; /* described for the end of the file */
	size_t group_count;
	int64_t rows, group_rows;
};

static enum rk_status no_memory(const struct parquet *state, struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for table %s", state->table->name);
}

/* row groups ------------------------------------------------------------------------------------------------------- */

/* ColumnChunk. */
static enum rk_status describe(struct rk_thrift *thrift, struct rk_parquet_column *column,
	const struct rk_export_column *about, int64_t offset, int64_t bytes)
{
	enum rk_parquet_type type = rk_parquet_type_of(about->kind);

	rk_thrift_item_begin(thrift);
	rk_thrift_i64(thrift, 2, offset);
	rk_thrift_begin(thrift, 3);
	rk_thrift_i32(thrift, 1, (int32_t)type);
	rk_thrift_list(thrift, 2, RK_THRIFT_I32, 2);
	rk_thrift_item_i32(thrift, PLAIN);
	rk_thrift_item_i32(thrift, RLE);
	rk_thrift_list(thrift, 3, RK_THRIFT_BINARY, 1);
	rk_thrift_item_binary(thrift, rk_slice_str(about->name));
	rk_thrift_i32(thrift, 4, 0);
	rk_thrift_i64(thrift, 5, column->rows);
	rk_thrift_i64(thrift, 6, bytes);
	rk_thrift_i64(thrift, 7, bytes);
	rk_thrift_i64(thrift, 9, offset);
	RK_TRY(rk_parquet_statistics(thrift, 12, column, type));
	rk_thrift_end(thrift);
	rk_thrift_end(thrift);
	return RK_OK;
}

/* PageHeader, of a version 1 data page that is the whole chunk. */
static enum rk_status add_page_header(struct rk_buf *out, int64_t rows, size_t bytes)
{
	struct rk_thrift thrift = {.out = out};

	rk_thrift_i32(&thrift, 1, 0);
	rk_thrift_i32(&thrift, 2, (int32_t)bytes);
	rk_thrift_i32(&thrift, 3, (int32_t)bytes);
	rk_thrift_begin(&thrift, 5);
	rk_thrift_i32(&thrift, 1, (int32_t)rows);
	rk_thrift_i32(&thrift, 2, PLAIN);
	rk_thrift_i32(&thrift, 3, RLE);
	rk_thrift_i32(&thrift, 4, RLE);
	rk_thrift_end(&thrift);
	rk_thrift_end(&thrift);
	return thrift.failed ? RK_RESOURCE_EXHAUSTED : RK_OK;
}

static int64_t here(const struct parquet *state)
{
	return state->file.written + (int64_t)state->file.buf.len;
}

static enum rk_status write_chunk(struct parquet *state, struct rk_parquet_column *column,
	const struct rk_export_column *about, struct rk_thrift *thrift, int64_t *bytes,
	struct rk_err *err)
{
	struct rk_buf *out = &state->file.buf;
	int64_t offset = here(state);
	size_t levels = 0;

	if (rk_parquet_complete(column) != RK_OK)
		return no_memory(state, err);
	if (rk_parquet_optional(about))
		levels = 4 + column->levels.len;
	if (add_page_header(out, column->rows, levels + column->values.len) != RK_OK ||
		(levels && rk_parquet_little(out, column->levels.len, 4) != RK_OK) ||
		rk_buf_add_slice(out, rk_buf_slice(&column->levels)) != RK_OK ||
		rk_buf_add_slice(out, rk_buf_slice(&column->values)) != RK_OK ||
		describe(thrift, column, about, offset, here(state) - offset) != RK_OK)
		return no_memory(state, err);
	*bytes += here(state) - offset;
	rk_parquet_reset(column);
	return rk_export_file_flush(&state->file, err);
}

static enum rk_status write_group(struct parquet *state, struct rk_err *err)
{
	struct rk_thrift thrift = {.out = &state->groups};
	int64_t offset = here(state), bytes = 0;

	if (!state->group_rows)
		return RK_OK;
	rk_thrift_list(&thrift, 1, RK_THRIFT_STRUCT, state->table->column_count);
	for (size_t i = 0; i < state->table->column_count; i++)
		RK_TRY(write_chunk(state, &state->columns[i], &state->table->columns[i], &thrift,
			&bytes, err));
	rk_thrift_i64(&thrift, 2, bytes);
	rk_thrift_i64(&thrift, 3, state->group_rows);
	rk_thrift_i64(&thrift, 5, offset);
	rk_thrift_i64(&thrift, 6, bytes);
	rk_thrift_end(&thrift);
	if (thrift.failed)
		return no_memory(state, err);
	state->group_count++;
	state->rows += state->group_rows;
	state->group_rows = 0;
	return RK_OK;
}

/* the end of the file ---------------------------------------------------------------------------------------------- */

static void describe_column(struct rk_thrift *thrift, const struct rk_export_column *column)
{
	enum rk_parquet_type type = rk_parquet_type_of(column->kind);

	rk_thrift_item_begin(thrift);
	rk_thrift_i32(thrift, 1, (int32_t)type);
	rk_thrift_i32(thrift, 3, rk_parquet_optional(column));
	rk_thrift_binary(thrift, 4, rk_slice_str(column->name));
	if (type == RK_PARQUET_BYTE_ARRAY) {
		rk_thrift_i32(thrift, 6, CONVERTED_UTF8);
		rk_thrift_begin(thrift, 10);
		rk_thrift_begin(thrift, 1);
		rk_thrift_end(thrift);
		rk_thrift_end(thrift);
	} else if (column->kind == RK_EXPORT_TIME) {
		rk_thrift_i32(thrift, 6, CONVERTED_TIMESTAMP_MICROS);
		rk_thrift_begin(thrift, 10);
		rk_thrift_begin(thrift, 8);
		rk_thrift_bool(thrift, 1, true);
		rk_thrift_begin(thrift, 2);
		rk_thrift_begin(thrift, 2);
		for (int i = 0; i < 4; i++)
			rk_thrift_end(thrift);
	}
	rk_thrift_end(thrift);
}

static void describe_schema(struct rk_thrift *thrift, const struct rk_export_table *table)
{
	rk_thrift_list(thrift, 2, RK_THRIFT_STRUCT, table->column_count + 1);
	rk_thrift_item_begin(thrift);
	rk_thrift_binary(thrift, 4, rk_slice_str(table->name));
	rk_thrift_i32(thrift, 5, (int32_t)table->column_count);
	rk_thrift_end(thrift);
	for (size_t i = 0; i < table->column_count; i++)
		describe_column(thrift, &table->columns[i]);
}

static void describe_pair(struct rk_thrift *thrift, const char *key, const char *value)
{
	rk_thrift_item_begin(thrift);
	rk_thrift_binary(thrift, 1, rk_slice_str(key));
	rk_thrift_binary(thrift, 2, rk_slice_str(value));
	rk_thrift_end(thrift);
}

/* FileMetaData.  Without the order of its columns a reader takes no statistics of texts. */
static enum rk_status describe_file(const struct parquet *state, struct rk_buf *out)
{
	struct rk_thrift thrift = {.out = out};

	rk_thrift_i32(&thrift, 1, 1);
	describe_schema(&thrift, state->table);
	rk_thrift_i64(&thrift, 3, state->rows);
	rk_thrift_list(&thrift, 4, RK_THRIFT_STRUCT, state->group_count);
	if (rk_buf_add_slice(out, rk_buf_slice(&state->groups)) != RK_OK)
		return RK_RESOURCE_EXHAUSTED;
	rk_thrift_list(&thrift, 5, RK_THRIFT_STRUCT, 2);
	describe_pair(&thrift, "as_of", state->about->as_of);
	describe_pair(&thrift, "selection", state->about->selection);
	rk_thrift_binary(&thrift, 6, rk_slice_str("renkei"));
	rk_thrift_list(&thrift, 7, RK_THRIFT_STRUCT, state->table->column_count);
	for (size_t i = 0; i < state->table->column_count; i++) {
		rk_thrift_item_begin(&thrift);
		rk_thrift_begin(&thrift, 1);
		rk_thrift_end(&thrift);
		rk_thrift_end(&thrift);
	}
	rk_thrift_end(&thrift);
	return thrift.failed ? RK_RESOURCE_EXHAUSTED : RK_OK;
}

/* the format ------------------------------------------------------------------------------------------------------- */

static void table_clear(struct parquet *state)
{
	for (size_t i = 0; state->columns && i < state->table->column_count; i++)
		rk_parquet_clear(&state->columns[i]);
	free(state->columns);
	state->columns = NULL;
	rk_buf_clear(&state->groups);
}

static void parquet_close(void *arg)
{
	struct parquet *state = arg;

	if (!state)
		return;
	table_clear(state);
	rk_export_file_clear(&state->file);
	free(state);
}

static enum rk_status parquet_open(struct rk_export_folder *folder,
	const struct rk_export_about *about, void **out, struct rk_err *err)
{
	struct parquet *state = calloc(1, sizeof *state);

	*out = state;
	if (!state)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for format parquet");
	state->folder = folder;
	state->about = about;
	return RK_OK;
}

static enum rk_status parquet_begin(
	void *arg, const struct rk_export_table *table, struct rk_err *err)
{
	struct parquet *state = arg;
	const char *path = rk_arena_printf(
		&state->folder->arena, "parquet/%s.parquet", table->name);

	assert(!state->columns);
	state->table = table;
	state->columns = calloc(table->column_count, sizeof *state->columns);
	if (!path || !state->columns)
		return no_memory(state, err);
	state->rows = state->group_rows = 0;
	state->group_count = 0;
	state->file = (struct rk_export_file){0};
	RK_TRY(rk_export_file_open(&state->file, state->folder, path, &state->entry, err));
	state->entry->format = "parquet";
	state->entry->table = table->name;
	return rk_buf_add_str(&state->file.buf, MAGIC) == RK_OK ? RK_OK : no_memory(state, err);
}

static enum rk_status parquet_row(void *arg, const struct rk_value *values, struct rk_err *err)
{
	struct parquet *state = arg;
	size_t bytes = 0;

	for (size_t i = 0; i < state->table->column_count; i++) {
		enum rk_status status = rk_parquet_add(
			&state->columns[i], &state->table->columns[i], &values[i]);

		if (status == RK_INTERNAL)
			return rk_fail(err, RK_INTERNAL, "%s.%s has no value, or none of its kind",
				state->table->name, state->table->columns[i].name);
		if (status != RK_OK)
			return no_memory(state, err);
		bytes += state->columns[i].values.len + state->columns[i].levels.len;
	}
	state->group_rows++;
	return bytes < GROUP_BYTES ? RK_OK : write_group(state, err);
}

static enum rk_status parquet_end(void *arg, struct rk_err *err)
{
	struct parquet *state = arg;
	struct rk_buf *out = &state->file.buf;
	int64_t begin;

	RK_TRY(write_group(state, err));
	begin = here(state);
	if (describe_file(state, out) != RK_OK ||
		rk_parquet_little(out, (uint64_t)(here(state) - begin), 4) != RK_OK ||
		rk_buf_add_str(out, MAGIC) != RK_OK)
		return no_memory(state, err);
	state->entry->rows = state->rows;
	table_clear(state);
	return rk_export_file_end(&state->file, err);
}

static enum rk_status parquet_finish(void *arg, struct rk_err *err)
{
	(void)arg;
	(void)err;
	return RK_OK;
}

const struct rk_export_format rk_export_parquet = {
	.name = "parquet",
	.says = "Apache Parquet, a file a table: types and missing values kept, statistics, not compressed",
	.open = parquet_open,
	.begin = parquet_begin,
	.row = parquet_row,
	.end = parquet_end,
	.finish = parquet_finish,
	.close = parquet_close,
};
