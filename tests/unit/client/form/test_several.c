/* client/form/several.c: what goes into a cell as several entries comes out as the same ones. */
#include "check.h"
#include "form/several.h"

static void expect(const char *cell, enum rk_several kind, const char *const *entries)
{
	struct rk_slice rest = rk_slice_str(cell);
	RK_AUTO(rk_buf_clear) struct rk_buf entry = {0};

	for (; *entries; entries++) {
		assert_true(rk_several_next(&rest, kind, &entry));
		if (!rk_slice_equal_str(rk_buf_slice(&entry), *entries))
			fail_msg("\"%.*s\", not \"%s\"", (int)entry.len, (const char *)entry.at,
				*entries);
	}
	assert_false(rk_several_next(&rest, kind, &entry));
}

#define EXPECT(cell, kind, ...) expect(cell, kind, (const char *const[]){__VA_ARGS__, NULL})

static void entries_are_cut_where_people_cut_them(void **unused)
{
	(void)unused;
	EXPECT("PM2.5、VOC，NOx,SOx;a；b\nc\r\nd", RK_SEVERAL_CODES, "PM2.5", "VOC", "NOx", "SOx",
		"a", "b", "c", "d");
	EXPECT(" 甲 、　乙　、、\n", RK_SEVERAL_NAMES, "甲", "乙");
	EXPECT("北九州市, 川崎市", RK_SEVERAL_NAMES, "北九州市, 川崎市");
	EXPECT("大気、水について\n第2報；追補", RK_SEVERAL_TEXTS, "大気、水について", "第2報",
		"追補");
	EXPECT("", RK_SEVERAL_CODES, NULL);
	EXPECT(" 、;\n ", RK_SEVERAL_CODES, NULL);
}

static void quotation_marks_keep_what_would_be_cut(void **unused)
{
	(void)unused;
	EXPECT("\"a;b\";c", RK_SEVERAL_TEXTS, "a;b", "c");
	EXPECT("\"say \"\"a\"\"\" ;b", RK_SEVERAL_TEXTS, "say \"a\"", "b");
	EXPECT("\"a\"b;c", RK_SEVERAL_TEXTS, "ab", "c");
	EXPECT("\"never closed;\nb", RK_SEVERAL_TEXTS, "never closed;\nb");
	EXPECT("5\" pipe", RK_SEVERAL_TEXTS, "5\" pipe");
	EXPECT("\"", RK_SEVERAL_TEXTS, "");
}

static void what_is_added_is_read_back(void **unused)
{
	static const char *const entries[] = {"ICETT", "a、b", "a;b", "a\nb", "\"q\"", " x ", "　",
		"Co., Ltd.", "5\"", "、", "", NULL};

	static const enum rk_several kinds[] = {
		RK_SEVERAL_TEXTS, RK_SEVERAL_NAMES, RK_SEVERAL_CODES};

	(void)unused;
	for (size_t k = 0; k < 3; k++) {
		RK_AUTO(rk_buf_clear) struct rk_buf cell = {0};

		for (size_t i = 0; entries[i]; i++)
			assert_int_equal(
				rk_several_add(&cell, kinds[k], rk_slice_str(entries[i])), RK_OK);
		assert_non_null(rk_buf_cstr(&cell));
		expect((const char *)cell.at, kinds[k], entries);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_cut_where_people_cut_them),
		cmocka_unit_test(quotation_marks_keep_what_would_be_cut),
		cmocka_unit_test(what_is_added_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
