#include "check.h"
#include "db/sqlstate.h"

static void codes_of_ours_keep_their_number(void **unused)
{
	(void)unused;
	assert_int_equal(rk_sqlstate_status("RK400"), RK_INVALID_ARGUMENT);
	assert_int_equal(rk_sqlstate_status("RK401"), RK_UNAUTHENTICATED);
	assert_int_equal(rk_sqlstate_status("RK403"), RK_PERMISSION_DENIED);
	assert_int_equal(rk_sqlstate_status("RK404"), RK_NOT_FOUND);
	assert_int_equal(rk_sqlstate_status("RK406"), RK_ALREADY_EXISTS);
	assert_int_equal(rk_sqlstate_status("RK409"), RK_FAILED_PRECONDITION);
	assert_int_equal(rk_sqlstate_status("RK410"), RK_ABORTED);
	assert_int_equal(rk_sqlstate_status("RK416"), RK_OUT_OF_RANGE);
	assert_int_equal(rk_sqlstate_status("RK429"), RK_RESOURCE_EXHAUSTED);
	assert_int_equal(rk_sqlstate_status("RK503"), RK_UNAVAILABLE);
}

static void codes_of_the_standard_say_what_a_caller_can_do(void **unused)
{
	(void)unused;
	assert_int_equal(rk_sqlstate_status("23505"), RK_ALREADY_EXISTS);
	assert_int_equal(rk_sqlstate_status("40001"), RK_ABORTED);
	assert_int_equal(rk_sqlstate_status("40P01"), RK_ABORTED);
	assert_int_equal(rk_sqlstate_status("53200"), RK_RESOURCE_EXHAUSTED);
	assert_int_equal(rk_sqlstate_status("53100"), RK_UNAVAILABLE);
	assert_int_equal(rk_sqlstate_status("58030"), RK_UNAVAILABLE);
	assert_int_equal(rk_sqlstate_status("57014"), RK_DEADLINE_EXCEEDED);
	assert_int_equal(rk_sqlstate_status("57P01"), RK_UNAVAILABLE);
	assert_int_equal(rk_sqlstate_status("08006"), RK_UNAVAILABLE);
	assert_int_equal(rk_sqlstate_status("25006"), RK_UNAVAILABLE);
	assert_int_equal(rk_sqlstate_status("XX001"), RK_DATA_LOSS);
}

static void all_else_is_internal(void **unused)
{
	(void)unused;
	assert_int_equal(rk_sqlstate_status("XX000"), RK_INTERNAL);
	assert_int_equal(rk_sqlstate_status("22P02"), RK_INTERNAL);
	assert_int_equal(rk_sqlstate_status("RK999"), RK_INTERNAL);
	assert_int_equal(rk_sqlstate_status(""), RK_INTERNAL);
}

static void an_error_without_a_code_is_a_lost_connection(void **unused)
{
	(void)unused;
	assert_int_equal(rk_sqlstate_status(NULL), RK_UNAVAILABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_of_ours_keep_their_number),
		cmocka_unit_test(codes_of_the_standard_say_what_a_caller_can_do),
		cmocka_unit_test(all_else_is_internal),
		cmocka_unit_test(an_error_without_a_code_is_a_lost_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
