#include "export/catalogue.h"

#include "export/labels.h"

#include <string.h>

#define MAX_TABLES 64

/* One row a column, tables in their order; $1 and $2 leave columns out; $3 asks for what single formats are made of, and $4 names these. */
static const char catalogue_sql[] =
	"select t.name, t.label_ja, t.label_en, t.label_zh, t.keys,"
	" coalesce(pg_catalog.obj_description(('renkei_api.export_' || t.name)::pg_catalog.regclass), ''),"
	" c.name, c.type, c.codes, c.unit, c.key, c.missing, c.absent_when, c.says"
	" from renkei_api.export_tables t join renkei_api.export_columns c on c.table_name = t.name"
	" where not (c.free_text and $1::boolean) and not (c.company_name and $2::boolean)"
	" and t.document = $3::boolean and (not t.document or t.name = any (string_to_array($4, ',')))"
	" order by t.position, c.position";

enum {
	NAME,
	LABEL_JA,
	LABEL_EN,
	LABEL_ZH,
	KEYS,
	SAYS,
	COLUMN,
	TYPE,
	CODES,
	UNIT,
	KEY,
	MISSING,
	ABSENT_WHEN,
	COLUMN_SAYS
};

static const struct rk_export_column columns_columns[] = {
	{.name = "table_name",          .key = true,								.missing = "",								   .says = "Table."},
	{.name = "position",
         .kind = RK_EXPORT_INTEGER,
         .key = true,
         .missing = "",
         .says = "Order in the table, from 1."},
	{.name = "column_name",                 .missing = "",								     .says = "Column."																		   },
	{.name = "type",
         .missing = "",
         .says = "text, code, date (ISO 8601 as far as it is known), time (RFC 3339, UTC), integer, real or bool."},
	{.name = "key",                 .kind = RK_EXPORT_BOOL, .missing = "",																				.says = "Part of the table's key."},
	{.name = "codes",
         .missing = "not_applicable",
         .says = "List in table codes, or lg_code and gb2260, whose codes stand in municipalities and partner_governments."},
	{.name = "unit",               .missing = "not_applicable",									       .says = "Unit."									},
	{.name = "missing",
         .missing = "not_applicable",
         .says = "What a missing value means: unknown (or not said), not_applicable (there is none), withheld (known and not told); missing itself = a value is always there."                                  },
	{.name = "not_applicable_when",
         .missing = "not_applicable",
         .says = "Rows in which a missing value is not applicable and not unknown: those where another column of the table has one of these values (COLUMN=A,B), or has another one (COLUMN!=A,B)."                     },
	{.name = "label_ja", .missing = "",									       .says = "Label in Japanese."},
	{.name = "label_en",            .missing = "",									 .says = "Label in English."                                             },
	{.name = "label_zh",            .missing = "",							      .says = "Label in Chinese."                                         },
	{.name = "says",            .missing = "",							      .says = "What it means."                                                    },
};
static const struct rk_export_column codes_columns[] = {
	{.name = "list",
         .key = true,
         .missing = "",
         .says = "Name of the list, as in table columns."},
	{.name = "value",					    .key = true,							   .missing = "",                                            .says = "The word that stands in the data."},
	{.name = "position",
         .kind = RK_EXPORT_INTEGER,
         .missing = "",
         .says = "Order in the list, from 1."},
	{.name = "label_ja",				.missing = "",                                        .says = "Label in Japanese."									      },
	{.name = "label_en",.missing = "",.says = "Label in English."},
	{.name = "label_zh",				.missing = "",									 .says = "Label in Chinese."																							     },
};

struct reading {
	struct rk_export_catalogue *catalogue;
	struct rk_export_column *columns; /* of the table being read */
	size_t column_count;
	struct rk_buf query;
	const char *keys;
};

const char *rk_export_kind_name(enum rk_export_kind kind)
{
	static const char *const names[] = {
		"text", "code", "date", "time", "integer", "real", "bool"};

	return names[kind];
}

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the catalogue of an export");
}

static const char *keep(struct reading *reading, struct rk_slice text)
{
	return text.at ? rk_arena_slice(&reading->catalogue->arena, text) : NULL;
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), tail = strlen(end);

	return len > tail && strcmp(text + len - tail, end) == 0;
}

static enum rk_status kind_of(
	struct rk_export_column *column, struct rk_slice type, struct rk_err *err)
{
	static const struct {
		const char *type;
		enum rk_export_kind kind;
	} kinds[] = {
		{"text",        RK_EXPORT_TEXT   },
		{"int2",        RK_EXPORT_INTEGER},
		{"int4",        RK_EXPORT_INTEGER},
		{"int8",        RK_EXPORT_INTEGER},
		{"float8",      RK_EXPORT_REAL   },
		{"bool",        RK_EXPORT_BOOL   },
		{"timestamptz", RK_EXPORT_TIME   },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (!rk_slice_equal_str(type, kinds[i].type))
			continue;
		column->kind = kinds[i].kind;
		if (column->kind == RK_EXPORT_TEXT && column->codes)
			column->kind = RK_EXPORT_CODE;
		return RK_OK;
	}
	return rk_fail(err, RK_INTERNAL, "column %s has type %.*s, which exports do not know",
		column->name, (int)type.len, (const char *)type.at);
}

static enum rk_status label_column(struct rk_arena *arena, const char *table,
	struct rk_export_column *column, struct rk_err *err)
{
	for (int l = 0; l < RK_EXPORT_LANGUAGES; l++) {
		column->label[l] = rk_export_label(arena, (enum rk_language)l, table, column->name);
		if (!column->label[l])
			return no_memory(err);
	}
	return RK_OK;
}

/* The query of the table that is read to its end. */
static enum rk_status end_table(struct reading *reading, struct rk_err *err)
{
	struct rk_export_catalogue *catalogue = reading->catalogue;
	size_t at = catalogue->total - 1;
	char *query;

	if (!reading->columns)
		return RK_OK;
	catalogue->tables[at].columns = reading->columns;
	catalogue->tables[at].column_count = reading->column_count;
	if (rk_buf_addf(&reading->query, " from renkei_api.export_%s order by %s",
		    catalogue->tables[at].name, reading->keys) != RK_OK)
		return no_memory(err);
	query = rk_arena_slice(&catalogue->arena, rk_buf_slice(&reading->query));
	catalogue->queries[at] = query;
	return query ? RK_OK : no_memory(err);
}

static enum rk_status begin_table(
	struct reading *reading, const struct rk_slice *values, struct rk_err *err)
{
	struct rk_export_catalogue *catalogue = reading->catalogue;
	struct rk_export_table *table;

	RK_TRY(end_table(reading, err));
	if (catalogue->total + 2 >= MAX_TABLES)
		return rk_fail(err, RK_INTERNAL, "an export has at most %d tables", MAX_TABLES - 2);
	table = &catalogue->tables[catalogue->total++];
	table->name = keep(reading, values[NAME]);
	table->label[RK_JA] = keep(reading, values[LABEL_JA]);
	table->label[RK_EN] = keep(reading, values[LABEL_EN]);
	table->label[RK_ZH] = keep(reading, values[LABEL_ZH]);
	table->says = keep(reading, values[SAYS]);
	reading->keys = keep(reading, values[KEYS]);
	reading->columns = rk_arena_alloc(&catalogue->arena, 128 * sizeof *reading->columns);
	reading->column_count = 0;
	reading->query.len = 0;
	if (!table->name || !table->label[RK_ZH] || !table->says || !reading->keys ||
		!reading->columns || rk_buf_add_str(&reading->query, "select ") != RK_OK)
		return no_memory(err);
	return RK_OK;
}

/* A date is a text with its precision behind it: then the one before was no text. */
static enum rk_status on_column(
	void *arg, const struct rk_slice *values, size_t count, struct rk_err *err)
{
	struct reading *reading = arg;
	struct rk_export_catalogue *catalogue = reading->catalogue;
	struct rk_export_column *column;

	(void)count;
	if (catalogue->total == 0 ||
		!rk_slice_equal_str(values[NAME], catalogue->tables[catalogue->total - 1].name))
		RK_TRY(begin_table(reading, values, err));
	if (reading->column_count == 128)
		return rk_fail(err, RK_INTERNAL, "a table of an export has at most 128 columns");
	column = &reading->columns[reading->column_count++];
	column->name = keep(reading, values[COLUMN]);
	column->codes = keep(reading, values[CODES]);
	column->unit = keep(reading, values[UNIT]);
	column->says = keep(reading, values[COLUMN_SAYS]);
	column->key = rk_slice_equal_str(values[KEY], "t");
	column->missing = column->key ? "" : keep(reading, values[MISSING]);
	column->absent_when = keep(reading, values[ABSENT_WHEN]);
	if (!column->name || !column->says || !column->missing)
		return no_memory(err);
	RK_TRY(kind_of(column, values[TYPE], err));
	if (ends_with(column->name, "_precision") && reading->column_count > 1)
		reading->columns[reading->column_count - 2].kind = RK_EXPORT_DATE;
	RK_TRY(label_column(
		&catalogue->arena, catalogue->tables[catalogue->total - 1].name, column, err));
	if (rk_buf_addf(&reading->query, "%s%s", reading->column_count > 1 ? ", " : "",
		    column->name) != RK_OK)
		return no_memory(err);
	return RK_OK;
}

static enum rk_status add_own(struct rk_export_catalogue *catalogue,
	const struct rk_export_table *own, const struct rk_export_column *columns, size_t count,
	struct rk_err *err)
{
	struct rk_export_column *copy = rk_arena_alloc(&catalogue->arena, count * sizeof *copy);
	struct rk_export_table *table = &catalogue->tables[catalogue->total++];

	if (!copy)
		return no_memory(err);
	for (size_t i = 0; i < count; i++) {
		copy[i] = columns[i];
		RK_TRY(label_column(&catalogue->arena, own->name, &copy[i], err));
	}
	*table = *own;
	table->columns = copy;
	table->column_count = count;
	return RK_OK;
}

/* The tables of a bundle, or those that its formats are made of. */
static enum rk_status read_tables(struct rk_plain *plain, struct rk_export_catalogue *catalogue,
	const char *const params[4], struct rk_err *err)
{
	struct reading reading = {.catalogue = catalogue};
	enum rk_status status = rk_plain_each(plain, catalogue_sql, 4, params,
		&(struct rk_plain_reader){on_column, &reading}, err);

	if (status == RK_OK)
		status = end_table(&reading, err);
	rk_buf_clear(&reading.query);
	return status;
}

static const char *with_commas(struct rk_arena *arena, const char *const *names)
{
	const char *text = "";

	for (; *names && text; names++)
		text = rk_arena_printf(arena, "%s%s%s", text, *text ? "," : "", *names);
	return text;
}

enum rk_status rk_export_catalogue_read(struct rk_plain *plain,
	const struct rk_export_selection *selection, const char *const *formats,
	struct rk_export_catalogue *catalogue, struct rk_err *err)
{
	static const struct rk_export_table columns = {
		.name = "columns",
		.label = {"列の説明", "Columns", "列说明"},
		.says = "Every column of every table: type, unit, code list, what a missing value means."
        };
	static const struct rk_export_table codes = {
		.name = "codes",
		.label = {"コード表", "Code lists", "代码表"},
		.says = "The words of the code lists with their labels."
        };
	const char *params[] = {
		selection->no_free_text ? "t" : "f", selection->no_companies ? "t" : "f", "f", ""};

	*catalogue = (struct rk_export_catalogue){0};
	catalogue->tables = rk_arena_alloc(
		&catalogue->arena, MAX_TABLES * sizeof *catalogue->tables);
	catalogue->queries = rk_arena_alloc(
		&catalogue->arena, MAX_TABLES * sizeof *catalogue->queries);
	if (!catalogue->tables || !catalogue->queries)
		return no_memory(err);
	RK_TRY(read_tables(plain, catalogue, params, err));
	RK_TRY(add_own(catalogue, &columns, columns_columns,
		sizeof columns_columns / sizeof columns_columns[0], err));
	RK_TRY(add_own(catalogue, &codes, codes_columns,
		sizeof codes_columns / sizeof codes_columns[0], err));
	catalogue->count = catalogue->total;
	/* Nothing is left out of these: they leave out themselves what the transaction's settings say. */
	params[0] = params[1] = "f";
	params[2] = "t";
	params[3] = with_commas(&catalogue->arena, formats);
	return params[3] ? read_tables(plain, catalogue, params, err) : no_memory(err);
}

void rk_export_catalogue_clear(struct rk_export_catalogue *catalogue)
{
	rk_arena_clear(&catalogue->arena);
	*catalogue = (struct rk_export_catalogue){0};
}
