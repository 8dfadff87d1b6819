/* daemon/call/quota.c: calls counted by principal. */
#include "call/quota.h"
#include "check.h"

#include <stdio.h>

static void one_principal_has_its_share_and_leaves_the_others_theirs(void **unused)
{
	struct rk_quota quota;
	struct rk_quota_share *first, *second, *third, *other;
	struct rk_err err = {0};

	(void)unused;
	rk_quota_init(&quota, 2);
	assert_ok(rk_quota_enter(&quota, "a", &first, &err), err);
	assert_ok(rk_quota_enter(&quota, "a", &second, &err), err);
	assert_int_equal(rk_quota_enter(&quota, "a", &third, &err), RK_RESOURCE_EXHAUSTED);
	assert_string_equal(err.reason, "QUOTA_EXCEEDED");
	assert_null(third);
	assert_ok(rk_quota_enter(&quota, "b", &other, &err), err);
	rk_quota_leave(&first);
	assert_ok(rk_quota_enter(&quota, "a", &third, &err), err);
	rk_quota_leave(&second);
	rk_quota_leave(&third);
	rk_quota_leave(&other);
	assert_true(rk_list_empty(&quota.shares));
}

static void leaving_without_a_share_is_nothing(void **unused)
{
	struct rk_quota_share *none = NULL;

	(void)unused;
	rk_quota_leave(&none);
	assert_null(none);
}

static void nothing_is_counted_without_a_limit(void **unused)
{
	struct rk_quota quota;
	struct rk_quota_share *share;
	struct rk_err err = {0};

	(void)unused;
	rk_quota_init(&quota, 0);
	for (int i = 0; i < 1000; i++) {
		assert_ok(rk_quota_enter(&quota, "a", &share, &err), err);
		assert_null(share);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_principal_has_its_share_and_leaves_the_others_theirs),
		cmocka_unit_test(leaving_without_a_share_is_nothing),
		cmocka_unit_test(nothing_is_counted_without_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
