#include "certs.h"
#include "check.h"
#include "link/tls_paper.h"
#include "meagre.h"

#include <openssl/crypto.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];
static struct test_cert ca, other_ca, server, client;

/* What a client signs. */
struct paper {
	struct rk_buf certificate, signature;
};

static void paper_clear(struct paper *paper)
{
	rk_buf_clear(&paper->certificate);
	rk_buf_clear(&paper->signature);
}

static void sign(const struct test_cert *by, const char *text, struct paper *paper)
{
	struct rk_tls_pen *pen;
	struct rk_err err = {0};

	assert_ok(rk_tls_pen_open(by->cert_path, by->key_path, &pen, &err), err);
	assert_ok(rk_tls_pen_certificate(pen, &paper->certificate, &err), err);
	assert_ok(rk_tls_pen_sign(pen, rk_slice_str(text), &paper->signature, &err), err);
	rk_tls_pen_close(&pen);
	assert_null(pen);
}

static enum rk_status check(const struct paper *paper, const char *text, const char *crl,
	struct rk_tls_peer *peer, struct rk_err *err)
{
	struct rk_tls_files files = {
		.ca = ca.cert_path, .cert = server.cert_path, .key = server.key_path, .crl = crl};
	RK_AUTO(rk_tls_free) struct rk_tls *tls = NULL;

	assert_ok(rk_tls_server(&files, &tls, err), *err);
	return rk_tls_paper_check(tls, rk_buf_slice(&paper->certificate), rk_slice_str(text),
		rk_buf_slice(&paper->signature), peer, err);
}

static void refused(const struct paper *paper, const char *text, const char *crl,
	enum rk_status status, const char *reason)
{
	struct rk_tls_peer peer;
	struct rk_err err = {0};

	assert_int_equal(check(paper, text, crl, &peer, &err), status);
	assert_string_equal(err.reason, reason);
}

static void what_was_signed_is_known_by_its_certificate(void **unused)
{
	RK_AUTO(paper_clear) struct paper paper = {0};
	struct rk_tls_peer peer;
	struct rk_err err = {0};

	(void)unused;
	sign(&client, "a report", &paper);
	assert_ok(check(&paper, "a report", NULL, &peer, &err), err);
	assert_string_equal(peer.uri, "renkei://demo.renkei/municipality/401005");
	assert_string_equal(peer.serial, "ab12");
}

static void a_changed_byte_does_not_fit(void **unused)
{
	RK_AUTO(paper_clear) struct paper paper = {0};

	(void)unused;
	sign(&client, "a report", &paper);
	refused(&paper, "A report", NULL, RK_INVALID_ARGUMENT, "SEAL_SIGNATURE_INVALID");
	refused(&paper, "a report.", NULL, RK_INVALID_ARGUMENT, "SEAL_SIGNATURE_INVALID");
	paper.signature.at[paper.signature.len - 1] ^= 1;
	refused(&paper, "a report", NULL, RK_INVALID_ARGUMENT, "SEAL_SIGNATURE_INVALID");
	paper.signature.at[paper.signature.len - 1] ^= 1;
	/* Nothing may stand behind the certificate. */
	assert_int_equal(rk_buf_add_str(&paper.certificate, "x"), RK_OK);
	refused(&paper, "a report", NULL, RK_INVALID_ARGUMENT, "SEAL_SIGNATURE_INVALID");
	paper.certificate.len = 0;
	refused(&paper, "a report", NULL, RK_INVALID_ARGUMENT, "SEAL_SIGNATURE_INVALID");
}

static void a_paper_of_another_authority_is_refused(void **unused)
{
	RK_AUTO(paper_clear) struct paper paper = {0}, own = {0};
	struct test_cert stranger = test_issue(folder, &other_ca,
		&(struct test_leaf){.name = "stranger",
			.eku = "clientAuth",
			.san = "URI:renkei://demo.renkei/municipality/401005"});
	struct test_cert forged = test_issue(
		folder, &client, &(struct test_leaf){.name = "forged", .eku = "clientAuth"});

	(void)unused;
	sign(&stranger, "a report", &paper);
	refused(&paper, "a report", NULL, RK_FAILED_PRECONDITION, "SEAL_CERTIFICATE_UNKNOWN");
	sign(&forged, "a report", &own);
	refused(&own, "a report", NULL, RK_FAILED_PRECONDITION, "SEAL_CERTIFICATE_UNKNOWN");
	test_cert_clear(&stranger);
	test_cert_clear(&forged);
}

static void a_list_of_the_authority_holds_for_papers_too(void **unused)
{
	RK_AUTO(paper_clear) struct paper paper = {0};
	char crl[128];

	(void)unused;
	sign(&client, "a report", &paper);
	test_revoke(folder, &ca, 0xab12, crl);
	refused(&paper, "a report", crl, RK_FAILED_PRECONDITION, "SEAL_CERTIFICATE_REVOKED");
	(void)unlink(crl);
}

static void who_is_no_client_does_not_sign(void **unused)
{
	struct test_cert old = test_issue(folder, &ca,
		&(struct test_leaf){
			.name = "old", .eku = "clientAuth", .from_day = -2, .to_day = -1});
	struct rk_tls_pen *pen;
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(rk_tls_pen_open(server.cert_path, server.key_path, &pen, &err),
		RK_FAILED_PRECONDITION);
	assert_int_equal(rk_tls_pen_open(client.cert_path, server.key_path, &pen, &err),
		RK_FAILED_PRECONDITION);
	assert_int_equal(
		rk_tls_pen_open(old.cert_path, old.key_path, &pen, &err), RK_FAILED_PRECONDITION);
	assert_string_equal(err.reason, "CERTIFICATE_EXPIRED");
	assert_null(pen);
	test_cert_clear(&old);
}

static int prepare(void **unused)
{
	(void)unused;
	(void)snprintf(folder, sizeof folder, P_tmpdir "/renkei-paper-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	ca = test_ca(folder, "ca");
	other_ca = test_ca(folder, "other");
	server = test_issue(folder, &ca,
		&(struct test_leaf){.name = "server", .eku = "serverAuth", .san = "DNS:localhost"});
	client = test_issue(folder, &ca,
		&(struct test_leaf){.name = "401005",
			.eku = "clientAuth",
			.serial = 0xab12,
			.san = "URI:renkei://demo.renkei/municipality/401005"});
	return 0;
}

static int clean(void **unused)
{
	(void)unused;
	test_cert_clear(&ca);
	test_cert_clear(&other_ca);
	test_cert_clear(&server);
	test_cert_clear(&client);
	return rmdir(folder);
}

/* Whoever has no memory to look has seen nothing wrong. */
static void without_memory_a_good_paper_is_not_called_bad(void **unused)
{
	RK_AUTO(paper_clear) struct paper paper = {0};
	struct rk_tls_files files = {
		.ca = ca.cert_path, .cert = server.cert_path, .key = server.key_path};
	RK_AUTO(rk_tls_free) struct rk_tls *tls = NULL;
	struct rk_err err = {0};
	bool failed = true;

	(void)unused;
	sign(&client, "a report", &paper);
	assert_ok(rk_tls_server(&files, &tls, &err), err);
	for (size_t n = 1; failed; n++) {
		struct rk_tls_peer peer;

		meagre_from_now(n);
		assert_ok(rk_tls_paper_check(tls, rk_buf_slice(&paper.certificate),
				  rk_slice_str("a report"), rk_buf_slice(&paper.signature), &peer,
				  &err),
			err);
		failed = meagre_ends();
		/* What was thought of it for a moment is not left behind. */
		assert_int_equal(err.status, RK_OK);
		assert_string_equal(peer.uri, "renkei://demo.renkei/municipality/401005");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_signed_is_known_by_its_certificate),
		cmocka_unit_test(a_changed_byte_does_not_fit),
		cmocka_unit_test(a_paper_of_another_authority_is_refused),
		cmocka_unit_test(a_list_of_the_authority_holds_for_papers_too),
		cmocka_unit_test(who_is_no_client_does_not_sign),
		cmocka_unit_test(without_memory_a_good_paper_is_not_called_bad),
	};

	if (!meagre_begin())
		return 1;
	return cmocka_run_group_tests(tests, prepare, clean);
}
