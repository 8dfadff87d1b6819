#include "base/text.h"
#include "base/wrap.h"
#include "check.h"
#include "table/table.h"

#include <locale.h>
#include <math.h>

static const struct rk_column columns[] = {
	{"code",    "コード", RK_VALUE_TEXT,    false},
	{"name",    "自治体", RK_VALUE_TEXT,    false},
	{"persons", "人数",    RK_VALUE_INTEGER, false},
	{"share",   NULL,        RK_VALUE_REAL,    true },
	{"late",    "遅れ",    RK_VALUE_BOOL,    false},
};

/* Three rows with everything that is easily lost. */
static const char *table_text(
	const char *format, struct rk_buf *out, size_t row_count, size_t width)
{
	const struct rk_value rows[3][5] = {
		{rk_value_text("011002"), rk_value_text("札幌市"),  rk_value_integer(12),
                 rk_value_real(0.1),									  rk_value_bool(true) },
		{rk_value_text("401005"), rk_value_text("a,\"b\"\nc"), rk_value_integer(0),
                 rk_value_real(-2),									   rk_value_bool(false)},
		{rk_value_text(""),       rk_value_text(NULL),         rk_value_null(),      rk_value_null(),
                 rk_value_null()												  },
	};
	RK_AUTO(rk_table_clear)
	struct rk_table table = {.format = rk_format_find(format),
		.columns = columns,
		.column_count = 5,
		.out = out,
		.width = width,
		.yes = "はい"};
	struct rk_err err = {0};

	assert_non_null(table.format);
	assert_ok(rk_table_begin(&table, &err), err);
	for (size_t i = 0; i < row_count; i++)
		assert_ok(rk_table_row(&table, rows[i], &err), err);
	assert_ok(rk_table_end(&table, &err), err);
	return rk_buf_cstr(out);
}

static void csv_is_exact_and_keeps_missing_from_empty(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	(void)unused;
	assert_string_equal(table_text("csv", &out, 3, 0),
		"code,name,persons,share,late\n"
		"011002,札幌市,12,0.1,true\n"
		"401005,\"a,\"\"b\"\"\nc\",0,-2,false\n"
		"\"\",,,,\n");
}

static void json_is_an_array_with_one_object_a_line(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0}, none = {0};

	(void)unused;
	assert_string_equal(table_text("json", &out, 3, 0),
		"[\n{\"code\":\"011002\",\"name\":\"札幌市\",\"persons\":12,\"share\":0.1,\"late\":true},\n"
		"{\"code\":\"401005\",\"name\":\"a,\\\"b\\\"\\nc\",\"persons\":0,\"share\":-2,\"late\":false},\n"
		"{\"code\":\"\",\"name\":null,\"persons\":null,\"share\":null,\"late\":null}\n]\n");
	assert_string_equal(table_text("json", &none, 0, 0), "[]\n");
}

static void jsonl_is_an_object_a_line(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0}, none = {0};

	(void)unused;
	assert_string_equal(table_text("jsonl", &out, 1, 0),
		"{\"code\":\"011002\",\"name\":\"札幌市\",\"persons\":12,\"share\":0.1,\"late\":true}\n");
	assert_string_equal(table_text("jsonl", &none, 0, 0), "");
}

static void the_screen_is_aligned_by_display_width(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0}, none = {0};

	(void)unused;
	assert_string_equal(table_text("table", &out, 3, 0),
		"コード  自治体   人数  遅れ\n"
		"011002  札幌市     12  はい\n"
		"401005  a,\"b\" c     0  no\n"
		"        -           -  -\n");
	assert_string_equal(table_text("table", &none, 0, 0), "");
}

static void wide_shows_all_columns(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	(void)unused;
	assert_string_equal(table_text("wide", &out, 1, 0),
		"コード  自治体  人数  share  遅れ\n"
		"011002  札幌市    12    0.1  はい\n");
}

static void long_rows_are_wrapped_inside_a_given_width(void **unused)
{
	static const struct rk_column two[] = {
		{"n",    NULL, RK_VALUE_INTEGER, false},
                {"text", NULL, RK_VALUE_TEXT,    false}
        };
	const struct rk_value row[] = {rk_value_integer(1),
		rk_value_text("訪日研修を通じて大気環境改善の技術と知見を共有した")};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	RK_AUTO(rk_table_clear)
	struct rk_table table = {.format = rk_format_find("table"),
		.columns = two,
		.column_count = 2,
		.out = &out,
		.width = 30};
	struct rk_err err = {0};
	size_t lines = 0;

	(void)unused;
	assert_ok(rk_table_begin(&table, &err), err);
	assert_ok(rk_table_row(&table, row, &err), err);
	assert_ok(rk_table_end(&table, &err), err);
	for (size_t i = 0; i < out.len; i++)
		lines += out.at[i] == '\n';
	assert_true(lines >= 3);
}

static void where_a_row_is_too_long_only_its_longest_text_gives_way(void **unused)
{
	static const struct rk_column three[] = {
		{"receipt",  NULL, RK_VALUE_TEXT, false},
                {"sentence", NULL, RK_VALUE_TEXT, false},
		{"state",    NULL, RK_VALUE_TEXT, false}
        };
	const struct rk_value row[] = {rk_value_text("401005-2016Q4F-1"),
		rk_value_text("訪日研修を通じて大気環境改善の技術と知見を共有した"),
		rk_value_text("under review")};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	RK_AUTO(rk_table_clear)
	struct rk_table table = {.format = rk_format_find("table"),
		.columns = three,
		.column_count = 3,
		.out = &out,
		.width = 50};
	struct rk_err err = {0};

	(void)unused;
	assert_ok(rk_table_begin(&table, &err), err);
	assert_ok(rk_table_row(&table, row, &err), err);
	assert_ok(rk_table_end(&table, &err), err);
	assert_contains(rk_buf_cstr(&out), "401005-2016Q4F-1");
	assert_contains(rk_buf_cstr(&out), "under review");
}

static void two_long_texts_share_what_is_left(void **unused)
{
	static const struct rk_column three[] = {
		{"item",   NULL, RK_VALUE_TEXT, false},
                {"before", NULL, RK_VALUE_TEXT, false},
		{"after",  NULL, RK_VALUE_TEXT, false}
        };
	const struct rk_value row[] = {rk_value_text("取組"),
		rk_value_text("訪日研修を通じて大気環境改善の技術と知見を共有した。"),
		rk_value_text("現地のセミナーを通じて大気環境改善の技術を共有した。")};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	RK_AUTO(rk_table_clear)
	struct rk_table table = {.format = rk_format_find("table"),
		.columns = three,
		.column_count = 3,
		.out = &out,
		.width = 60};
	struct rk_err err = {0};

	(void)unused;
	assert_ok(rk_table_begin(&table, &err), err);
	assert_ok(rk_table_row(&table, row, &err), err);
	assert_ok(rk_table_end(&table, &err), err);
	/* Half a line each, and none begins with a full stop. */
	assert_contains(
		rk_buf_cstr(&out), "訪日研修を通じて大気環境改  現地のセミナーを通じて大気");
	assert_contains(rk_buf_cstr(&out), "善の技術と知見を共有した。");
	for (struct rk_slice rest = rk_buf_slice(&out); rest.len;) {
		struct rk_slice line = rk_wrap_next(&rest, 0);

		assert_true(rk_text_width(line) <= 60);
	}
}

static void control_characters_do_not_reach_the_screen(void **unused)
{
	static const struct rk_column one[] = {
		{"t", NULL, RK_VALUE_TEXT, false}
        };
	const struct rk_value row[] = {rk_value_text("\x1b[2Jx")};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	RK_AUTO(rk_table_clear)
	struct rk_table table = {
		.format = rk_format_find("table"), .columns = one, .column_count = 1, .out = &out};
	struct rk_err err = {0};

	(void)unused;
	assert_ok(rk_table_begin(&table, &err), err);
	assert_ok(rk_table_row(&table, row, &err), err);
	assert_ok(rk_table_end(&table, &err), err);
	assert_null(memchr(out.at, 0x1b, out.len));
}

static void a_value_that_is_none_is_named_by_row_and_column(void **unused)
{
	const struct rk_value bad_text[5] = {rk_value_text("\xff")};
	const struct rk_value bad_real[5] = {[3] = rk_value_real((double)NAN)};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	RK_AUTO(rk_table_clear)
	struct rk_table table = {.format = rk_format_find("csv"),
		.columns = columns,
		.column_count = 5,
		.out = &out};
	struct rk_err err = {0};
	size_t before;

	(void)unused;
	assert_ok(rk_table_begin(&table, &err), err);
	before = out.len;
	assert_int_equal(rk_table_row(&table, bad_text, &err), RK_INVALID_ARGUMENT);
	assert_string_equal(err.text, "row 1, column code: text is not UTF-8");
	assert_int_equal(rk_table_row(&table, bad_real, &err), RK_INVALID_ARGUMENT);
	assert_int_equal(out.len, before);
	out.max = out.len + 2;
	assert_int_equal(
		rk_table_row(&table, (const struct rk_value[5]){{0}}, &err), RK_RESOURCE_EXHAUSTED);
	assert_int_equal(out.len, before);
}

static void csv_quotes_what_a_reader_would_take_apart_or_trim(void **unused)
{
	static const char *const texts[][2] = {
		{"a,b",  "\"a,b\"" },
		{"a\rb", "\"a\rb\""},
		{"a\nb", "\"a\nb\""},
		{"\"",   "\"\"\"\""},
		{" a",   "\" a\""  },
		{"a ",   "\"a \""  },
		{"a b",  "a b"     },
		{"=1",   "=1"      },
	};
	static const struct rk_column one[] = {
		{"t", NULL, RK_VALUE_TEXT, false}
        };

	(void)unused;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const struct rk_value row[] = {rk_value_text(texts[i][0])};
		RK_AUTO(rk_buf_clear) struct rk_buf out = {0}, want = {0};
		RK_AUTO(rk_table_clear)
		struct rk_table table = {.format = rk_format_find("csv"),
			.columns = one,
			.column_count = 1,
			.out = &out};
		struct rk_err err = {0};

		assert_ok(rk_table_begin(&table, &err), err);
		assert_ok(rk_table_row(&table, row, &err), err);
		assert_ok(rk_buf_addf(&want, "t\n%s\n", texts[i][1]), err);
		assert_string_equal(rk_buf_cstr(&out), rk_buf_cstr(&want));
	}
}

/* A buffer that is full at each byte in turn: what was written is a beginning of the whole, and the row that did not fit is not begun. */
static void csv_without_room_ends_with_a_whole_row(void **unused)
{
	static const struct rk_column named[] = {
		{"a,b", NULL, RK_VALUE_TEXT,    false},
                {"c",   NULL, RK_VALUE_INTEGER, false}
        };
	const struct rk_value row[] = {rk_value_text("x\"y\"z"), rk_value_integer(-12)};
	static const char whole[] = "\"a,b\",c\n\"x\"\"y\"\"z\",-12\n";
	const size_t head = strcspn(whole, "\n") + 1;

	(void)unused;
	for (size_t max = 1; max <= sizeof whole - 1; max++) {
		RK_AUTO(rk_buf_clear) struct rk_buf out = {.max = max};
		RK_AUTO(rk_table_clear)
		struct rk_table table = {.format = rk_format_find("csv"),
			.columns = named,
			.column_count = 2,
			.out = &out};
		struct rk_err err = {0};
		enum rk_status begun = rk_table_begin(&table, &err);

		assert_int_equal(begun, max < head ? RK_RESOURCE_EXHAUSTED : RK_OK);
		if (begun != RK_OK)
			continue;
		assert_int_equal(rk_table_row(&table, row, &err),
			max < sizeof whole - 1 ? RK_RESOURCE_EXHAUSTED : RK_OK);
		assert_int_equal(out.len, max < sizeof whole - 1 ? head : sizeof whole - 1);
		assert_memory_equal(out.at, whole, out.len);
	}
}

static void formats_are_found_by_name(void **unused)
{
	(void)unused;
	for (size_t i = 0; rk_formats[i]; i++)
		assert_ptr_equal(rk_format_find(rk_formats[i]->name), rk_formats[i]);
	assert_null(rk_format_find("xml"));
}

static int utf8(void **state)
{
	(void)state;
	return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_is_exact_and_keeps_missing_from_empty),
		cmocka_unit_test(json_is_an_array_with_one_object_a_line),
		cmocka_unit_test(jsonl_is_an_object_a_line),
		cmocka_unit_test(the_screen_is_aligned_by_display_width),
		cmocka_unit_test(wide_shows_all_columns),
		cmocka_unit_test(long_rows_are_wrapped_inside_a_given_width),
		cmocka_unit_test(two_long_texts_share_what_is_left),
		cmocka_unit_test(where_a_row_is_too_long_only_its_longest_text_gives_way),
		cmocka_unit_test(control_characters_do_not_reach_the_screen),
		cmocka_unit_test(a_value_that_is_none_is_named_by_row_and_column),
		cmocka_unit_test(csv_quotes_what_a_reader_would_take_apart_or_trim),
		cmocka_unit_test(csv_without_room_ends_with_a_whole_row),
		cmocka_unit_test(formats_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, utf8, NULL);
}
