#include "check.h"
#include "wire/meta.h"

static void content_types_of_grpc_are_known(void **unused)
{
	(void)unused;
	assert_true(rk_meta_is_grpc(bytes("application/grpc")));
	assert_true(rk_meta_is_grpc(bytes("application/grpc+proto")));
	assert_true(rk_meta_is_grpc(bytes("application/grpc;charset=utf-8")));
	assert_true(rk_meta_is_grpc(bytes("application/grpc+proto;x")));
	assert_false(rk_meta_is_grpc(bytes("application/grpc+json")));
	assert_false(rk_meta_is_grpc(bytes("application/grpc-web")));
	assert_false(rk_meta_is_grpc(bytes("application/grpcx")));
	assert_false(rk_meta_is_grpc(bytes("application/grp")));
	assert_false(rk_meta_is_grpc(bytes("")));
}

static void timeouts_are_read_in_every_unit(void **unused)
{
	static const struct {
		const char *text;
		int64_t us;
	} good[] = {
		{"1n",        1                 },
                {"1001n",     2                 },
                {"0n",        0                 },
                {"7u",        7                 },
                {"100m",      100000            },
                {"3S",        3000000           },
		{"2M",        120000000         },
                {"1H",        3600000000        },
                {"99999999H", 359999996400000000}
        };

	int64_t us;

	(void)unused;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(rk_meta_timeout(rk_slice_str(good[i].text), &us, NULL), RK_OK);
		assert_true(us == good[i].us);
	}
}

static void odd_timeouts_are_refused(void **unused)
{
	static const char *const bad[] = {"", "S", "1", "123456789S", "-1S", "+1S", "1s", "1h",
		"1 S", " 1S", "1.5S", "1SS", "1S "};
	int64_t us;

	(void)unused;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (rk_meta_timeout(rk_slice_str(bad[i]), &us, NULL) != RK_INVALID_ARGUMENT)
			fail_msg("%s", bad[i]);
	}
}

static void timeouts_are_written_in_eight_digits_and_never_shorter(void **unused)
{
	static const int64_t waits[] = {1, 99999999, 100000000, 100000001, 99999999000, 99999999001,
		INT64_C(1) << 40, INT64_C(1) << 60};
	char out[12];
	int64_t us;

	(void)unused;
	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		rk_meta_format_timeout(waits[i], out);
		assert_int_equal(rk_meta_timeout(rk_slice_str(out), &us, NULL), RK_OK);
		assert_true(us >= waits[i] || i == 7);
		assert_true(us - waits[i] <= waits[i] / 1000 || i == 7);
	}
	rk_meta_format_timeout(100000001, out);
	assert_string_equal(out, "100001m");
	rk_meta_format_timeout(-5, out);
	assert_string_equal(out, "1n");
	rk_meta_format_timeout(INT64_MAX, out);
	assert_string_equal(out, "99999999H");
}

static void the_language_is_the_one_most_wanted(void **unused)
{
	(void)unused;
	assert_string_equal(rk_meta_language(bytes("")), "en");
	assert_string_equal(rk_meta_language(bytes("ja")), "ja");
	assert_string_equal(rk_meta_language(bytes("fr, ZH-Hans-CN;q=0.9, ja;q=0.8")), "zh");
	assert_string_equal(rk_meta_language(bytes("zh;q=0.5,ja ; q=0.75")), "ja");
	assert_string_equal(rk_meta_language(bytes("ja;q=0, zh;q=0.001")), "zh");
	assert_string_equal(rk_meta_language(bytes("jav, *")), "en");
	assert_string_equal(rk_meta_language(bytes(",;,;;q=,ja;q")), "ja");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_types_of_grpc_are_known),
		cmocka_unit_test(timeouts_are_read_in_every_unit),
		cmocka_unit_test(odd_timeouts_are_refused),
		cmocka_unit_test(timeouts_are_written_in_eight_digits_and_never_shorter),
		cmocka_unit_test(the_language_is_the_one_most_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
