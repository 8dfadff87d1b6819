#include "call/principal.h"
#include "check.h"

static void a_uri_has_authority_role_and_id(void **unused)
{
	struct rk_principal principal = {0};

	(void)unused;
	assert_true(rk_principal_parse(&principal, "renkei://demo.renkei/municipality/401005"));
	assert_string_equal(principal.uri, "renkei://demo.renkei/municipality/401005");
	assert_string_equal(principal.authority, "demo.renkei");
	assert_string_equal(principal.role, "municipality");
	assert_string_equal(principal.id, "401005");
}

static void anything_else_names_nobody(void **unused)
{
	static const char *const bad[] = {
		"",
		"renkei://",
		"renkei://a/b",
		"renkei://a/b/",
		"renkei:///b/c",
		"renkei://a//c",
		"renkei://a/b/c/d",
		"renkei://a/b/c?d",
		"renkei://a/b/c d",
		"renkei://a/b/%63",
		"RENKEI://a/b/c",
		"https://a/b/c",
		" renkei://a/b/c",
		"renkei://a/this-role-has-more-than-thirty-one-letters/c",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct rk_principal principal = {.uri = "left"};

		assert_false(rk_principal_parse(&principal, bad[i]));
		assert_string_equal(principal.uri, "");
		assert_string_equal(principal.id, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_uri_has_authority_role_and_id),
		cmocka_unit_test(anything_else_names_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
