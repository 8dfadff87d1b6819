/* base/wrap.c: lines of a display width. */
#include "base/text.h"
#include "base/wrap.h"
#include "check.h"

static void no_line_begins_with_a_full_stop(void **unused)
{
	struct rk_slice text = rk_slice_str("人材の育成を図る。");

	(void)unused;
	assert_slice_equal(rk_wrap_next(&text, 16), "人材の育成を図");
	assert_slice_equal(rk_wrap_next(&text, 16), "る。");
	assert_int_equal(text.len, 0);
}

static void words_stay_whole_when_they_fit_on_a_line(void **unused)
{
	struct rk_slice text = rk_slice_str("また直面する VOC 対策等");

	(void)unused;
	assert_slice_equal(rk_wrap_next(&text, 15), "また直面する");
	assert_slice_equal(rk_wrap_next(&text, 15), "VOC 対策等");
}

static void nothing_is_lost_but_the_blank_at_a_break(void **unused)
{
	const char *whole =
		"福岡県及び IGES と共同して北九州市内で都市間連携協力セミナーを開催。中国から 7 都市等の代表計 49 人が参加した。";

	(void)unused;
	for (size_t width = 4; width < 120; width++) {
		struct rk_slice rest = rk_slice_str(whole);
		char seen[512] = "", bare[512] = "";

		while (rest.len) {
			struct rk_slice line = rk_wrap_next(&rest, width);

			if (width >= 8)
				assert_true(rk_text_width(line) <= width);
			strncat(seen, (const char *)line.at, line.len);
		}
		for (const char *at = seen; *at; at++)
			if (*at != ' ')
				strncat(bare, at, 1);
		char expected[512] = "";
		for (const char *at = whole; *at; at++)
			if (*at != ' ')
				strncat(expected, at, 1);
		assert_string_equal(bare, expected);
	}
}

static void width_0_breaks_only_at_line_ends(void **unused)
{
	struct rk_slice text = rk_slice_str("一行目\n二行目");

	(void)unused;
	assert_slice_equal(rk_wrap_next(&text, 0), "一行目");
	assert_slice_equal(rk_wrap_next(&text, 0), "二行目");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_line_begins_with_a_full_stop),
		cmocka_unit_test(words_stay_whole_when_they_fit_on_a_line),
		cmocka_unit_test(nothing_is_lost_but_the_blank_at_a_break),
		cmocka_unit_test(width_0_breaks_only_at_line_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
