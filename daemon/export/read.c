/* The rows of a table: what PostgreSQL writes becomes typed values. */
#include "base/text.h"
#include "export/catalogue.h"
#include "export/labels.h"

#include <string.h>

#define MAX_COLUMNS 128

struct reading {
	const struct rk_export_catalogue *catalogue;
	const struct rk_export_table *table;
	rk_export_row_fn row;
	void *arg;
};

/* "2026-11-27 21:52:44.50538+00" to "2026-11-27T21:52:44.50538Z"; the session's zone is UTC, so nothing else comes. */
static bool add_time(struct rk_slice text, char out[40])
{
	if (text.len < 22 || text.len > 34 || memcmp(text.at + text.len - 3, "+00", 3) != 0 ||
		text.at[10] != ' ')
		return false;
	for (size_t i = 0; i < text.len - 3; i++)
		out[i] = (char)text.at[i];
	out[10] = 'T';
	out[text.len - 3] = 'Z';
	out[text.len - 2] = '\0';
	return true;
}

static bool value_of(
	enum rk_export_kind kind, struct rk_slice text, struct rk_value *value, char time[40])
{
	int64_t integer;
	double real;

	if (!text.at) {
		*value = rk_value_null();
		return true;
	}
	switch (kind) {
	case RK_EXPORT_INTEGER:
		if (!rk_text_i64(text, INT64_MIN, INT64_MAX, &integer))
			return false;
		*value = rk_value_integer(integer);
		return true;
	case RK_EXPORT_REAL:
		if (!rk_text_double(text, &real))
			return false;
		*value = rk_value_real(real);
		return true;
	case RK_EXPORT_BOOL:
		*value = rk_value_bool(rk_slice_equal_str(text, "t"));
		return true;
	case RK_EXPORT_TIME:
		if (!add_time(text, time))
			return false;
		*value = rk_value_text(time);
		return true;
	default:
		*value = rk_value_slice(text);
		return true;
	}
}

static enum rk_status on_row(
	void *arg, const struct rk_slice *texts, size_t count, struct rk_err *err)
{
	struct reading *reading = arg;
	const struct rk_export_table *table = reading->table;
	struct rk_value values[MAX_COLUMNS];
	char times[MAX_COLUMNS][40];

	if (count != table->column_count || count > MAX_COLUMNS)
		return rk_fail(err, RK_INTERNAL, "table %s: %zu columns came, not %zu", table->name,
			count, table->column_count);
	for (size_t i = 0; i < count; i++) {
		if (!value_of(table->columns[i].kind, texts[i], &values[i], times[i]))
			return rk_fail(err, RK_INTERNAL, "table %s: '%.*s' is no %s",
				table->columns[i].name, (int)texts[i].len,
				(const char *)texts[i].at,
				rk_export_kind_name(table->columns[i].kind));
	}
	return reading->row(reading->arg, values, err);
}

static enum rk_status give_column(
	struct reading *reading, const struct rk_export_table *table, size_t at, struct rk_err *err)
{
	const struct rk_export_column *c = &table->columns[at];
	const struct rk_value values[] = {
		rk_value_text(table->name),
		rk_value_integer((int64_t)at + 1),
		rk_value_text(c->name),
		rk_value_text(rk_export_kind_name(c->kind)),
		rk_value_bool(c->key),
		rk_value_text(c->codes),
		rk_value_text(c->unit),
		rk_value_text(*c->missing ? c->missing : NULL),
		rk_value_text(c->absent_when),
		rk_value_text(c->label[RK_JA]),
		rk_value_text(c->label[RK_EN]),
		rk_value_text(c->label[RK_ZH]),
		rk_value_text(c->says),
	};

	return reading->row(reading->arg, values, err);
}

static bool is_used(const struct rk_export_catalogue *catalogue, struct rk_slice list)
{
	for (size_t t = 0; t < catalogue->count; t++) {
		for (size_t c = 0; c < catalogue->tables[t].column_count; c++) {
			if (catalogue->tables[t].columns[c].codes &&
				rk_slice_equal_str(list, catalogue->tables[t].columns[c].codes))
				return true;
		}
	}
	return false;
}

static enum rk_status on_code(
	void *arg, const struct rk_slice *texts, size_t count, struct rk_err *err)
{
	struct reading *reading = arg;
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	const char *list, *value, *labels[RK_EXPORT_LANGUAGES];
	int64_t position;

	(void)count;
	if (!is_used(reading->catalogue, texts[0]))
		return RK_OK;
	list = rk_arena_slice(&arena, texts[0]);
	value = rk_arena_slice(&arena, texts[1]);
	if (!list || !value || !rk_text_i64(texts[2], 1, 10000, &position))
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a code");
	for (int l = 0; l < RK_EXPORT_LANGUAGES; l++)
		labels[l] = rk_export_code_label(&arena, (enum rk_language)l, list, value);

	const struct rk_value values[] = {
		rk_value_text(list),
		rk_value_text(value),
		rk_value_integer(position),
		rk_value_text(labels[RK_JA]),
		rk_value_text(labels[RK_EN]),
		rk_value_text(labels[RK_ZH]),
	};

	return reading->row(reading->arg, values, err);
}

enum rk_status rk_export_table_read(struct rk_plain *plain,
	const struct rk_export_catalogue *catalogue, size_t table, rk_export_row_fn row, void *arg,
	struct rk_err *err)
{
	struct reading reading = {
		.catalogue = catalogue, .table = &catalogue->tables[table], .row = row, .arg = arg};

	if (catalogue->queries[table])
		return rk_plain_copy(plain, catalogue->queries[table],
			&(struct rk_plain_reader){on_row, &reading}, err);
	if (strcmp(reading.table->name, "codes") == 0)
		return rk_plain_each(plain,
			"select list, value, position from renkei_api.export_codes order by list collate \"C\", position",
			0, NULL, &(struct rk_plain_reader){on_code, &reading}, err);
	for (size_t t = 0; t < catalogue->count; t++) {
		for (size_t c = 0; c < catalogue->tables[t].column_count; c++)
			RK_TRY(give_column(&reading, &catalogue->tables[t], c, err));
	}
	return RK_OK;
}
