#include "check.h"
#include "rpc/enrol_rate.h"
#include "rpc/token.h"

static void a_token_is_seven_groups_of_four_and_never_the_same(void **unused)
{
	char one[RK_TOKEN_TEXT], other[RK_TOKEN_TEXT], digest[RK_SHA256_HEX];

	(void)unused;
	assert_true(rk_token_make(one) && rk_token_make(other));
	assert_int_equal(strlen(one), 34);
	for (size_t i = 0; i < 34; i++)
		assert_int_equal(one[i] == '-', i % 5 == 4);
	assert_null(strpbrk(one, "ILOUilou"));
	assert_string_not_equal(one, other);
	assert_true(rk_token_digest(rk_slice_str(one), digest));
}

static void what_is_meant_counts_and_not_how_it_is_written(void **unused)
{
	static const char *const same[] = {"0123-4567-89AB-CDEF-GHJK-MNPQ-RST1",
		"0123456789abcdefghjkmnpqrst1", "o123 4567 89ab cdef ghjk mnpq rstl",
		"O1234567-89AB-CDEF-GHJK-MNPQ-RSTI"};
	char first[RK_SHA256_HEX], other[RK_SHA256_HEX];

	(void)unused;
	assert_true(rk_token_digest(rk_slice_str(same[0]), first));
	for (size_t i = 1; i < sizeof same / sizeof same[0]; i++) {
		assert_true(rk_token_digest(rk_slice_str(same[i]), other));
		assert_string_equal(first, other);
	}
}

static void what_cannot_be_a_token_is_none(void **unused)
{
	const struct rk_slice none[] = {bytes(""), bytes("0123-4567"),
		bytes("0123-4567-89AB-CDEF-GHJK-MNPQ-RST"),
		bytes("0123-4567-89AB-CDEF-GHJK-MNPQ-RSTVW"),
		bytes("0123-4567-89AB-CDEF-GHJK-MNPQ-RSTU"),
		bytes("0123-4567-89AB-CDEF-GHJK-MNPQ-RST\0"),
		bytes("0123-4567-89AB-CDEF-GHJK-MNPQ-RST\xff")};
	char digest[RK_SHA256_HEX];

	(void)unused;
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		assert_false(rk_token_digest(none[i], digest));
}

static void one_source_has_its_share_of_a_minute(void **unused)
{
	static struct rk_enrol_rate rate;
	struct rk_err err = {0};

	(void)unused;
	rate = (struct rk_enrol_rate){.per_minute = 100, .per_source = 2};
	assert_ok(rk_enrol_rate_take(&rate, 7, 1000, &err), err);
	assert_ok(rk_enrol_rate_take(&rate, 7, 1000, &err), err);
	assert_int_equal(rk_enrol_rate_take(&rate, 7, 31000, &err), RK_RESOURCE_EXHAUSTED);
	assert_string_equal(err.reason, "ENROLMENT_LIMIT");
	assert_int_equal(err.retry_ms, 30000);
	assert_ok(rk_enrol_rate_take(&rate, 8, 31000, &err), err);
	assert_ok(rk_enrol_rate_take(&rate, 7, 61000, &err), err);
}

static void all_together_have_theirs(void **unused)
{
	static struct rk_enrol_rate rate;
	struct rk_err err = {0};

	(void)unused;
	rate = (struct rk_enrol_rate){.per_minute = 1000, .per_source = 1};
	for (uint64_t i = 0; i < 1000; i++)
		assert_ok(rk_enrol_rate_take(&rate, i << 32, 5, &err), err);
	assert_int_equal(rk_enrol_rate_take(&rate, 1, 6, &err), RK_RESOURCE_EXHAUSTED);
	assert_int_equal(rk_enrol_rate_take(&rate, 3ull << 32, 6, &err), RK_RESOURCE_EXHAUSTED);
	assert_ok(rk_enrol_rate_take(&rate, 1, 60005, &err), err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_seven_groups_of_four_and_never_the_same),
		cmocka_unit_test(what_is_meant_counts_and_not_how_it_is_written),
		cmocka_unit_test(what_cannot_be_a_token_is_none),
		cmocka_unit_test(one_source_has_its_share_of_a_minute),
		cmocka_unit_test(all_together_have_theirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
