#include "check.h"
#include "export/format.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct rk_export_column columns[] = {
	{.name = "municipality_code",
         .kind = RK_EXPORT_CODE,
         .key = true,
         .codes = "lg_code",
         .missing = "",
         .says = "",
         .label = {"自治体コード", "municipality code", "自治体代码"}},
	{.name = "text",
         .kind = RK_EXPORT_TEXT,
         .missing = "unknown",
         .says = "",
         .label = {"本文", "text", "正文"}  },
	{.name = "persons",
         .kind = RK_EXPORT_INTEGER,
         .unit = "person",
         .missing = "unknown",
         .says = "",
         .label = {"実人数", "persons", "人数"}},
	{.name = "share",
         .kind = RK_EXPORT_REAL,
         .missing = "unknown",
         .says = "",
         .label = {"割合", "share", "比例"}},
	{.name = "late",
         .kind = RK_EXPORT_BOOL,
         .missing = "unknown",
         .says = "",
         .label = {"遅れ", "late", "逾期"}},
};
static const struct rk_export_table table = {
	.name = "things",
	.label = {"もの", "things", "东西"},
	.says = "Things.",
	.columns = columns,
	.column_count = 5
};

static char parent[64];

static int make_parent(void **unused)
{
	(void)unused;
	snprintf(parent, sizeof parent, P_tmpdir "/renkei-export-XXXXXX");
	return mkdtemp(parent) ? 0 : -1;
}

static int remove_parent(void **unused)
{
	(void)unused;
	return rk_export_folder_remove(AT_FDCWD, parent) ? 0 : -1;
}

static void write_bundle(const char *format_name, const char *name)
{
	const struct rk_value rows[][5] = {
		{rk_value_text("011002"), rk_value_text("札幌,\"a\"\n厦门"), rk_value_integer(12),
                 rk_value_real(0.1),										    rk_value_bool(true) },
		{rk_value_text("401005"), rk_value_text("=cmd|' /C calc'!A0"),   rk_value_integer(0),
                 rk_value_null(),										       rk_value_bool(false)},
		{rk_value_text("401005"), rk_value_text(""),                     rk_value_null(),      rk_value_null(),
                 rk_value_null()													    },
	};
	const struct rk_export_about about = {.name = "quarterly",
		.as_of = "2016-07-15T14:59:59Z",
		.selection = "{}",
		.tables = &table,
		.table_count = 1};
	const struct rk_export_format *format = rk_export_format_find(format_name);
	RK_AUTO(rk_export_folder_close) struct rk_export_folder folder = {0};
	struct rk_err err = {0};
	void *state = NULL;

	assert_non_null(format);
	assert_ok(rk_export_folder_open(&folder, parent, &err), err);
	assert_ok(format->open(&folder, &about, &state, &err), err);
	assert_ok(format->begin(state, &table, &err), err);
	for (size_t i = 0; i < 3; i++)
		assert_ok(format->row(state, rows[i], &err), err);
	assert_ok(format->end(state, &err), err);
	assert_ok(format->finish(state, &err), err);
	format->close(state);
	assert_ok(rk_export_folder_measure(&folder, &err), err);
	assert_int_equal(strlen(folder.entries->sha256), 64);
	assert_ok(rk_export_folder_publish(&folder, name, &err), err);
}

static const char *file_text(const char *name, const char *path)
{
	static char text[4096];
	char full[256];
	FILE *file;

	snprintf(full, sizeof full, "%s/%s/%s", parent, name, path);
	file = fopen(full, "re");
	assert_non_null(file);
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void csv_is_exact(void **unused)
{
	(void)unused;
	write_bundle("csv", "a");
	assert_string_equal(file_text("a", "csv/things.csv"),
		"municipality_code,text,persons,share,late\n"
		"011002,\"札幌,\"\"a\"\"\n厦门\",12,0.1,true\n"
		"401005,=cmd|' /C calc'!A0,0,,false\n"
		"401005,\"\",,,\n");
}

static void csv_for_excel_has_a_mark_crlf_and_no_formula(void **unused)
{
	(void)unused;
	write_bundle("csv-excel", "b");
	assert_string_equal(file_text("b", "csv-excel/things.csv"),
		"\xef\xbb\xbfmunicipality_code,text,persons,share,late\r\n"
		"011002,\"札幌,\"\"a\"\"\n厦门\",12,0.1,true\r\n"
		"401005,'=cmd|' /C calc'!A0,0,,false\r\n"
		"401005,\"\",,,\r\n");
}

static void cp932_is_written_with_a_list_of_what_it_lacks(void **unused)
{
	(void)unused;
	write_bundle("csv-cp932", "e");
	assert_string_equal(file_text("e", "csv-cp932/things.csv"),
		"municipality_code,text,persons,share,late\r\n"
		"011002,\"\x8e\x44\x96\x79,\"\"a\"\"\n\x99\xcd\x81\xac\",12,0.1,true\r\n"
		"401005,'=cmd|' /C calc'!A0,0,,false\r\n"
		"401005,\"\",,,\r\n");
	assert_string_equal(file_text("e", "csv-cp932/LOSSES.csv"),
		"\xef\xbb\xbftable,row,column,character,code_point\r\n"
		"things,2,text,门,U+95E8\r\n");
}

static void json_lines_keep_missing_from_empty(void **unused)
{
	(void)unused;
	write_bundle("jsonl", "c");
	assert_string_equal(file_text("c", "jsonl/things.jsonl"),
		"{\"municipality_code\":\"011002\",\"text\":\"札幌,\\\"a\\\"\\n厦门\",\"persons\":12,\"share\":0.1,\"late\":true}\n"
		"{\"municipality_code\":\"401005\",\"text\":\"=cmd|' /C calc'!A0\",\"persons\":0,\"share\":null,\"late\":false}\n"
		"{\"municipality_code\":\"401005\",\"text\":\"\",\"persons\":null,\"share\":null,\"late\":null}\n");
}

static void what_is_not_published_leaves_nothing(void **unused)
{
	struct rk_export_folder folder = {0};
	struct rk_export_file file = {0};
	struct rk_err err = {0};
	char path[256];

	(void)unused;
	assert_ok(rk_export_folder_open(&folder, parent, &err), err);
	assert_ok(rk_export_file_open(&file, &folder, "csv/x.csv", NULL, &err), err);
	snprintf(path, sizeof path, "%s", folder.path);
	assert_int_equal(access(path, F_OK), 0);
	rk_export_file_clear(&file);
	rk_export_folder_close(&folder);
	assert_int_equal(access(path, F_OK), -1);
}

static void a_bundle_never_takes_the_place_of_another(void **unused)
{
	RK_AUTO(rk_export_folder_close) struct rk_export_folder folder = {0};
	struct rk_err err = {0};

	(void)unused;
	write_bundle("csv", "d");
	assert_ok(rk_export_folder_open(&folder, parent, &err), err);
	assert_int_equal(rk_export_folder_publish(&folder, "d", &err), RK_ALREADY_EXISTS);
	assert_non_null(strstr(file_text("d", "csv/things.csv"), "011002"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_is_exact),
		cmocka_unit_test(csv_for_excel_has_a_mark_crlf_and_no_formula),
		cmocka_unit_test(cp932_is_written_with_a_list_of_what_it_lacks),
		cmocka_unit_test(json_lines_keep_missing_from_empty),
		cmocka_unit_test(what_is_not_published_leaves_nothing),
		cmocka_unit_test(a_bundle_never_takes_the_place_of_another),
	};

	return cmocka_run_group_tests(tests, make_parent, remove_parent);
}
