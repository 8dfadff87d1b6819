#include "check.h"
#include "rpc/wirewalk.h"

static void fields_come_one_after_the_other(void **unused)
{
	struct rk_wirewalk walk = {.rest = bytes("\x0a\x02hi\x10\x96\x01\x1a\x00")};

	(void)unused;
	assert_true(rk_wirewalk_next(&walk));
	assert_int_equal(walk.number, 1);
	assert_true(rk_slice_equal_str(walk.bytes, "hi"));
	assert_true(rk_wirewalk_next(&walk));
	assert_int_equal(walk.number, 2);
	assert_int_equal(walk.varint, 150);
	assert_true(rk_wirewalk_next(&walk));
	assert_int_equal(walk.number, 3);
	assert_non_null(walk.bytes.at);
	assert_int_equal(walk.bytes.len, 0);
	assert_false(rk_wirewalk_next(&walk));
	assert_false(walk.bad);
}

static void broken_bytes_are_bad(void **unused)
{
	const struct rk_slice broken[] = {
		bytes("\x0a"),
		bytes("\x0a\x05hi"),
		bytes("\x08"),
		bytes("\x08\xff"),
		bytes("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
		bytes("\x00\x01"),
		bytes("\x0b"),
		bytes("\x0f"),
		bytes("\x09\x01\x02"),
		bytes("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
	};

	(void)unused;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct rk_wirewalk walk = {.rest = broken[i]};

		assert_false(rk_wirewalk_next(&walk));
		assert_true(walk.bad);
		assert_false(rk_wirewalk_next(&walk));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_come_one_after_the_other),
		cmocka_unit_test(broken_bytes_are_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
