/* proto/base/cp932.c: there and back, and what has no way there. */
#include "base/cp932.h"
#include "check.h"

#include <string.h>

struct told {
	size_t count, at[8];
	uint32_t character[8];
};

static void tell(void *arg, size_t at, uint32_t character)
{
	struct told *told = arg;

	assert_true(told->count < 8);
	told->at[told->count] = at;
	told->character[told->count++] = character;
}

static void expect_written(const char *text, const char *bytes, struct told *told)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_err err;

	*told = (struct told){0};
	assert_ok(rk_cp932_write(rk_slice_str(text), tell, told, &out, &err), err);
	assert_int_equal(out.len, strlen(bytes));
	assert_memory_equal(out.at, bytes, out.len);
}

static void what_it_has_is_written_and_read_again(void **unused)
{
	static const char text[] = "表紙\t①ｱ髙～−\n";
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0}, again = {0};
	struct told told = {0};
	struct rk_err err;

	(void)unused;
	expect_written("表①ｱ", "\x95\x5c\x87\x40\xb1", &told);
	assert_int_equal(told.count, 0);
	assert_ok(rk_cp932_write(rk_slice_str(text), tell, &told, &bytes, &err), err);
	assert_int_equal(told.count, 0);
	assert_ok(rk_cp932_read(rk_buf_slice(&bytes), &again, &err), err);
	/* Of the minus signs Windows has the full-width one. */
	assert_true(rk_slice_equal(rk_buf_slice(&again), rk_slice_str("表紙\t①ｱ髙～－\n")));
}

static void what_it_lacks_is_told_and_becomes_geta(void **unused)
{
	struct told told;

	(void)unused;
	expect_written("沈阳市𠮷", "\x92\xbe\x81\xac\x8e\x73\x81\xac", &told);
	assert_int_equal(told.count, 2);
	assert_int_equal(told.at[0], 3);
	assert_int_equal(told.character[0], 0x9633);
	assert_int_equal(told.at[1], 9);
	assert_int_equal(told.character[1], 0x20bb7);
	expect_written("阳", "\x81\xac", &told);
	expect_written("", "", &told);
}

static void long_texts_are_cut_nowhere(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0}, bytes = {0}, again = {0};
	struct told told = {0};
	struct rk_err err;

	(void)unused;
	for (int i = 0; i < 5000; i++)
		assert_int_equal(rk_buf_add_str(&text, i % 7 ? "表" : "a"), RK_OK);
	assert_ok(rk_cp932_write(rk_buf_slice(&text), tell, &told, &bytes, &err), err);
	assert_ok(rk_cp932_read(rk_buf_slice(&bytes), &again, &err), err);
	assert_true(rk_slice_equal(rk_buf_slice(&again), rk_buf_slice(&text)));
}

static void what_is_no_cp932_is_refused_with_its_byte(void **unused)
{
	static const struct {
		const char *bytes, *words;
	} cases[] = {
		{"ab\x81",     "byte 3 (0x81)"},
		{"a\x81\x20z", "byte 2 (0x81)"},
		{"\xff",       "byte 1 (0xff)"},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
		struct rk_err err;

		assert_int_equal(rk_cp932_read(rk_slice_str(cases[i].bytes), &out, &err),
			RK_INVALID_ARGUMENT);
		assert_string_equal(err.reason, "FILE_NOT_CP932");
		assert_contains(err.text, cases[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_has_is_written_and_read_again),
		cmocka_unit_test(what_it_lacks_is_told_and_becomes_geta),
		cmocka_unit_test(long_texts_are_cut_nowhere),
		cmocka_unit_test(what_is_no_cp932_is_refused_with_its_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
