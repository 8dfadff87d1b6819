/* export_rows PARENT NAME ROWS FORMAT...: a bundle with one table of every kind of column, for foreign readers and for measuring formats. */
#include "base/text.h"
#include "export/format.h"

#include <stdio.h>
#include <stdlib.h>

#define FORMATS 16

static const struct rk_export_column columns[] = {
	{.name = "code",
         .kind = RK_EXPORT_CODE,
         .key = true,
         .codes = "lg_code",
         .missing = "",
         .says = "",
         .label = {"コード", "code", "代码"}},
	{.name = "number",
         .kind = RK_EXPORT_INTEGER,
         .key = true,
         .missing = "",
         .says = "",
         .label = {"番号", "number", "编号"}},
	{.name = "text",
         .kind = RK_EXPORT_TEXT,
         .missing = "unknown",
         .says = "",
         .label = {"本文", "text", "正文"}                                     },
	{.name = "persons",
         .kind = RK_EXPORT_INTEGER,
         .unit = "person",
         .missing = "unknown",
         .says = "",
         .label = {"人数", "persons", "人数"}},
	{.name = "share",
         .kind = RK_EXPORT_REAL,
         .missing = "unknown",
         .says = "",
         .label = {"割合", "share", "比例"} },
	{.name = "late",
         .kind = RK_EXPORT_BOOL,
         .missing = "unknown",
         .says = "",
         .label = {"遅れ", "late", "逾期"}   },
	{.name = "stored_at",
         .kind = RK_EXPORT_TIME,
         .missing = "unknown",
         .says = "",
         .label = {"受付", "stored", "受理"}},
	{.name = "held_on",
         .kind = RK_EXPORT_DATE,
         .missing = "unknown",
         .says = "",
         .label = {"開催日", "held on", "日期"}   },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static const struct rk_export_table table = {
	.name = "things",
	.label = {"もの", "things", "东西"},
	.says = "Things.",
	.columns = columns,
	.column_count = COLUMNS
};

static void must(enum rk_status status, const struct rk_err *err)
{
	if (status == RK_OK)
		return;
	fprintf(stderr, "export_rows: %s\n", err->text);
	exit(1);
}

static struct rk_value text_of(struct rk_arena *arena, int64_t i)
{
	static const char *hard[] = {
		"", "=1+1", "札幌,\"a\"\nb", "厦门市", "\t@SUM(A1)", "a\rb", "𠮷野"};

	if (i % 7 == 0)
		return rk_value_null();
	if (i % 11 == 0)
		return rk_value_text(rk_arena_printf(arena, "%0200lld", (long long)i));
	return i % 13 < 7 ? rk_value_text(hard[i % 13])
			  : rk_value_text(rk_arena_printf(arena, "活動 %lld", (long long)i));
}

static struct rk_value persons_of(int64_t i)
{
	if (i % 5 == 0)
		return rk_value_null();
	return rk_value_integer(i == 1 ? INT64_MIN : i == 2 ? INT64_MAX : i % 2 ? -i : i);
}

static struct rk_value time_of(struct rk_arena *arena, int64_t i)
{
	struct rk_buf text = {0};
	struct rk_value value;

	if (i % 6 == 0)
		return rk_value_null();
	must(rk_text_add_rfc3339(&text, i == 1 ? -1 : 1468594799 + i, 123456000),
		&(struct rk_err){.text = "no memory"});
	value = rk_value_text(rk_arena_printf(arena, "%.*s", (int)text.len, (const char *)text.at));
	rk_buf_clear(&text);
	return value;
}

static void make_row(struct rk_arena *arena, int64_t i, struct rk_value *row)
{
	row[0] = rk_value_text(rk_arena_printf(arena, "%06lld", (long long)(i % 7)));
	row[1] = rk_value_integer(i);
	row[2] = text_of(arena, i);
	row[3] = persons_of(i);
	row[4] = i % 3 == 0 ? rk_value_null() : rk_value_real(i == 1 ? -0.0 : (double)i / 7);
	row[5] = i % 4 == 0 ? rk_value_null() : rk_value_bool(i % 2 || i % 10 == 2);
	row[6] = time_of(arena, i);
	row[7] = i % 2 ? rk_value_text("2016-11") : rk_value_null();
}

int main(int argc, char **argv)
{
	const struct rk_export_about about = {.name = "rows",
		.as_of = "2016-07-15T14:59:59Z",
		.selection = "{}",
		.tables = &table,
		.table_count = 1};
	const struct rk_export_format *formats[FORMATS];
	void *states[FORMATS] = {NULL};
	struct rk_export_folder folder = {0};
	struct rk_arena arena = {0};
	struct rk_value row[COLUMNS];
	struct rk_err err = {0};
	int count = argc - 4;

	if (count < 1 || count > FORMATS)
		return 64;
	must(rk_export_folder_open(&folder, argv[1], &err), &err);
	for (int f = 0; f < count; f++) {
		formats[f] = rk_export_format_find(argv[4 + f]);
		if (!formats[f])
			return 64;
		must(formats[f]->open(&folder, &about, &states[f], &err), &err);
		must(formats[f]->begin(states[f], &table, &err), &err);
	}
	for (int64_t i = 0; i < atoll(argv[3]); i++) {
		rk_arena_clear(&arena);
		make_row(&arena, i, row);
		for (int f = 0; f < count; f++)
			must(formats[f]->row(states[f], row, &err), &err);
	}
	for (int f = 0; f < count; f++) {
		must(formats[f]->end(states[f], &err), &err);
		must(formats[f]->finish(states[f], &err), &err);
		formats[f]->close(states[f]);
	}
	must(rk_export_folder_measure(&folder, &err), &err);
	must(rk_export_folder_publish(&folder, argv[2], &err), &err);
	rk_export_folder_close(&folder);
	rk_arena_clear(&arena);
	return 0;
}
