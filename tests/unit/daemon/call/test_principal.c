#include "call/principal.h"
#include "certs.h"
#include "check.h"
#include "link/tls_paper.h"

#include <stdio.h>
#include <unistd.h>

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

/* Who signed, by a certificate of our authority with this name. */
static enum rk_status signed_by(const char *folder, const struct test_cert *ca, const char *san,
	struct rk_principal *principal, struct rk_err *err)
{
	struct test_cert leaf = test_issue(
		folder, ca, &(struct test_leaf){.name = "leaf", .eku = "clientAuth", .san = san});
	struct test_cert server = test_issue(folder, ca,
		&(struct test_leaf){.name = "server", .eku = "serverAuth", .san = "DNS:localhost"});
	struct rk_tls_files files = {
		.ca = ca->cert_path, .cert = server.cert_path, .key = server.key_path};
	RK_AUTO(rk_tls_free) struct rk_tls *tls = NULL;
	RK_AUTO(rk_buf_clear) struct rk_buf certificate = {0}, signature = {0};
	struct rk_tls_pen *pen;
	enum rk_status status;

	assert_ok(rk_tls_pen_open(leaf.cert_path, leaf.key_path, &pen, err), *err);
	assert_ok(rk_tls_pen_certificate(pen, &certificate, err), *err);
	assert_ok(rk_tls_pen_sign(pen, rk_slice_str("a report"), &signature, err), *err);
	rk_tls_pen_close(&pen);
	assert_ok(rk_tls_server(&files, &tls, err), *err);
	status = rk_principal_from_paper(principal, tls, rk_buf_slice(&certificate),
		rk_slice_str("a report"), rk_buf_slice(&signature), err);
	test_cert_clear(&leaf);
	test_cert_clear(&server);
	return status;
}

static void who_signed_is_whom_the_certificate_names_and_never_nobody(void **unused)
{
	char folder[] = P_tmpdir "/renkei-principal-XXXXXX";
	struct rk_principal principal;
	struct test_cert ca;
	struct rk_err err = {0};

	(void)unused;
	assert_non_null(mkdtemp(folder));
	ca = test_ca(folder, "ca");
	assert_ok(signed_by(folder, &ca, "URI:renkei://demo.renkei/municipality/401005", &principal,
			  &err),
		err);
	assert_string_equal(principal.id, "401005");
	assert_int_equal(
		signed_by(folder, &ca, "DNS:localhost", &principal, &err), RK_FAILED_PRECONDITION);
	assert_string_equal(err.reason, "SEAL_CERTIFICATE_UNKNOWN");
	test_cert_clear(&ca);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_uri_has_authority_role_and_id),
		cmocka_unit_test(anything_else_names_nobody),
		cmocka_unit_test(a_name_has_letters_digits_and_three_signs),
		cmocka_unit_test(a_uri_longer_than_its_place_names_nobody),
		cmocka_unit_test(who_shows_a_certificate_is_whom_it_names),
		cmocka_unit_test(who_signed_is_whom_the_certificate_names_and_never_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
