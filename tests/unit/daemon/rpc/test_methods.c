#include "check.h"
#include "rpc/rpc.h"

static void the_list_equals_the_proto_files(void **unused)
{
	struct rk_err err = {0};

	(void)unused;
	if (rk_methods_check(rk_methods, rk_services, &err) != RK_OK)
		fail_msg("%s", err.text);
}

static void a_method_without_a_service_is_named(void **unused)
{
	static const struct rk_method stray = {.path = "/renkei.v1.Nothing/Here"};
	static const struct rk_method *const list[] = {&stray, NULL};
	static const ProtobufCServiceDescriptor *const none[] = {NULL};
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(rk_methods_check(list, none, &err), RK_INTERNAL);
	assert_non_null(strstr(err.text, "/renkei.v1.Nothing/Here"));
}

static void a_service_without_a_method_is_named(void **unused)
{
	static const struct rk_method *const none[] = {NULL};
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(rk_methods_check(none, rk_services, &err), RK_INTERNAL);
	assert_non_null(strstr(err.text, "/renkei.v1.ReportService/CheckReport"));
}

static void every_method_has_a_place_in_the_counters(void **unused)
{
	int count = 0;

	(void)unused;
	while (rk_methods[count])
		count++;
	assert_true(count < RK_STATS_METHODS);
}

static void every_statement_has_its_own_name(void **unused)
{
	const struct rk_statement *const *list = rk_rpc_statements();

	(void)unused;
	assert_non_null(list);
	for (int i = 0; list[i]; i++) {
		for (int j = 0; j < i; j++)
			assert_string_not_equal(list[i]->name, list[j]->name);
	}
}

static void who_asks_the_database_says_which_roles_may(void **unused)
{
	(void)unused;
	for (int i = 0; rk_methods[i]; i++) {
		bool asks_as_somebody = rk_methods[i]->statement && !rk_methods[i]->guests;

		if (asks_as_somebody && !rk_methods[i]->roles)
			fail_msg("%s", rk_methods[i]->path);
	}
}

static void one_method_is_for_who_has_no_certificate(void **unused)
{
	(void)unused;
	for (int i = 0; rk_methods[i]; i++)
		assert_int_equal(rk_methods[i]->guests, rk_methods[i] == &rk_method_enroll);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_equals_the_proto_files),
		cmocka_unit_test(a_method_without_a_service_is_named),
		cmocka_unit_test(a_service_without_a_method_is_named),
		cmocka_unit_test(every_method_has_a_place_in_the_counters),
		cmocka_unit_test(every_statement_has_its_own_name),
		cmocka_unit_test(who_asks_the_database_says_which_roles_may),
		cmocka_unit_test(one_method_is_for_who_has_no_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
