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
		"renkei://a",
		/* The neighbours of what a name may have. */
		"renkei://a/b/@c",
		"renkei://a/b/[c",
		"renkei://a/b/`c",
		"renkei://a/b/{c",
		"renkei://a/b/:c",
		"renkei://a/b/!c",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct rk_principal principal = {.uri = "left"};

		assert_false(rk_principal_parse(&principal, bad[i]));
		assert_string_equal(principal.uri, "");
		assert_string_equal(principal.id, "");
	}
}

static void a_name_has_letters_digits_and_three_signs(void **unused)
{
	struct rk_principal principal = {0};

	(void)unused;
	assert_true(rk_principal_parse(&principal, "renkei://A.Z-a_z/azAZ/09"));
	assert_string_equal(principal.authority, "A.Z-a_z");
}

static void a_uri_longer_than_its_place_names_nobody(void **unused)
{
	struct rk_principal principal = {.uri = "left"};
	char uri[sizeof principal.uri + 1] = "renkei://a/b/";

	(void)unused;
	memset(uri + strlen(uri), 'c', sizeof uri - 1 - strlen(uri));
	assert_false(rk_principal_parse(&principal, uri));
	assert_string_equal(principal.uri, "");
}

static void who_shows_a_certificate_is_whom_it_names(void **unused)
{
	struct rk_tls_peer peer = {
		.uri = "renkei://demo.renkei/operator/one",
		.spki_sha256 = {1, 2, 3},
		.serial = "0a1b",
		.expires = 1468562399
        };
	struct rk_principal principal = {.uri = "left", .id = "left"};

	(void)unused;
	rk_principal_from_peer(&principal, &peer);
	assert_string_equal(principal.role, "operator");
	assert_string_equal(principal.id, "one");
	assert_memory_equal(principal.spki_sha256, peer.spki_sha256, sizeof peer.spki_sha256);
	assert_string_equal(principal.serial, "0a1b");
	assert_int_equal(principal.expires, 1468562399);
	peer.uri[0] = '\0';
	rk_principal_from_peer(&principal, &peer);
	assert_string_equal(principal.uri, "");
	assert_string_equal(principal.id, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_uri_has_authority_role_and_id),
		cmocka_unit_test(anything_else_names_nobody),
		cmocka_unit_test(a_name_has_letters_digits_and_three_signs),
		cmocka_unit_test(a_uri_longer_than_its_place_names_nobody),
		cmocka_unit_test(who_shows_a_certificate_is_whom_it_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
