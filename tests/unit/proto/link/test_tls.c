#include "check.h"
#include "pair.h"

#include <openssl/err.h>

static char folder[64];
static struct test_cert ca, other_ca, server, client;

static struct rk_tls_files files_of(const struct test_cert *leaf, const struct test_cert *trust)
{
	return (struct rk_tls_files){
		.ca = trust->cert_path, .cert = leaf->cert_path, .key = leaf->key_path};
}

static SSL *session(bool is_server, const struct test_cert *leaf, const char *host)
{
	RK_AUTO(rk_tls_free) struct rk_tls *tls = NULL;
	struct rk_tls_files files = files_of(leaf, &ca);
	struct rk_err err = {0};
	SSL *ssl = NULL;

	assert_ok(is_server ? rk_tls_server(&files, &tls, &err) : rk_tls_client(&files, &tls, &err),
		err);
	assert_ok(rk_tls_session(tls, host, &ssl, &err), err);
	return ssl;
}

/* A client that other people wrote: whatever the test wants it to do wrong. */
static SSL *foreign_client(
	int version, const char *alpn, const struct test_cert *leaf, const struct test_cert *trust)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl;

	(void)SSL_CTX_set_min_proto_version(ctx, 0);
	(void)SSL_CTX_set_max_proto_version(ctx, version);
	assert_int_equal(SSL_CTX_load_verify_file(ctx, trust->cert_path), 1);
	if (alpn)
		(void)SSL_CTX_set_alpn_protos(ctx, (const uint8_t *)alpn, (unsigned)strlen(alpn));
	if (leaf) {
		(void)SSL_CTX_use_certificate(ctx, leaf->cert);
		(void)SSL_CTX_use_PrivateKey(ctx, leaf->key);
	}
	ssl = SSL_new(ctx);
	SSL_CTX_free(ctx);
	return ssl;
}

/* The handshake fails, the server says why, and neither end takes it for established. */
static void refused(
	SSL *server_ssl, SSL *client_ssl, const char *server_why, const char *client_why)
{
	struct pair pair;

	pair_open(&pair, server_ssl, client_ssl);
	pair_shake(&pair);
	/* In TLS 1.3 the client may believe itself secured until it reads. */
	for (int i = 0; i < 20 && !(pair.client.failed && pair.server.failed); i++) {
		(void)event_base_loopexit(pair.base, &(struct timeval){0, 10000});
		(void)event_base_loop(pair.base, EVLOOP_ONCE);
	}
	if (server_why) {
		assert_contains(pair.server.why, server_why);
		assert_false(pair.server.secured);
	}
	if (client_why)
		assert_contains(pair.client.why, client_why);
	pair_close(&pair);
}

static struct test_cert leaf(const struct test_leaf *spec, const struct test_cert *issuer)
{
	return test_issue(folder, issuer, spec);
}

static void both_ends_meet_and_know_each_other(void **unused)
{
	struct pair pair;
	struct rk_tls_peer peer;
	struct rk_err err = {0};

	(void)unused;
	pair_open(&pair, session(true, &server, NULL), session(false, &client, "localhost"));
	pair_shake(&pair);
	assert_string_equal(pair.server.why, "");
	assert_true(pair.server.secured && pair.client.secured);
	assert_ok(rk_tls_peer(pair.server.ssl, &peer, &err), err);
	assert_string_equal(peer.uri, "renkei://demo.renkei/municipality/401005");
	assert_string_equal(peer.serial, "ab12");
	assert_in_range(peer.expires, (uint64_t)time(NULL) + 80000, (uint64_t)time(NULL) + 90000);
	assert_ok(rk_tls_peer(pair.client.ssl, &peer, &err), err);
	assert_string_equal(peer.uri, "");
	assert_string_equal(SSL_get_version(pair.server.ssl), "TLSv1.3");
	assert_int_equal(SSL_session_reused(pair.server.ssl), 0);
	assert_int_equal(SSL_SESSION_has_ticket(SSL_get0_session(pair.client.ssl)), 0);
	pair_close(&pair);
}

static void the_key_digest_is_that_of_the_public_key(void **unused)
{
	struct pair pair;
	struct rk_tls_peer peer;
	struct rk_err err = {0};
	unsigned char *der = NULL;
	uint8_t expected[RK_SHA256_BYTES];
	int len = i2d_PUBKEY(client.key, &der);

	(void)unused;
	rk_sha256(rk_slice_of(der, (size_t)len), expected);
	OPENSSL_free(der);
	pair_open(&pair, session(true, &server, NULL), session(false, &client, "localhost"));
	pair_shake(&pair);
	assert_ok(rk_tls_peer(pair.server.ssl, &peer, &err), err);
	assert_memory_equal(peer.spki_sha256, expected, sizeof expected);
	pair_close(&pair);
}

/* Both ends of an enrolment: nobody shows the server a certificate, and the client has nothing but a fingerprint. */
static void meet_by_fingerprint(const struct test_cert *leaf_of, const struct test_cert *pinned,
	const char *host, struct pair *pair)
{
	RK_AUTO(rk_tls_free) struct rk_tls *guests = NULL, *client_tls = NULL;
	struct rk_tls_files files = files_of(leaf_of, &ca);
	uint8_t pin[EVP_MAX_MD_SIZE];
	SSL *server_ssl = NULL, *client_ssl = NULL;
	struct rk_err err = {0};

	assert_int_equal(X509_digest(pinned->cert, EVP_sha256(), pin, NULL), 1);
	assert_ok(rk_tls_guests(&files, &guests, &err), err);
	assert_ok(rk_tls_pinned(pin, &client_tls, &err), err);
	assert_ok(rk_tls_session(guests, NULL, &server_ssl, &err), err);
	assert_ok(rk_tls_session(client_tls, host, &client_ssl, &err), err);
	pair_open(pair, server_ssl, client_ssl);
	pair_shake(pair);
}

static void a_fingerprint_is_enough_to_meet(void **unused)
{
	struct rk_tls_peer peer;
	struct rk_err err = {0};
	struct pair pair;

	(void)unused;
	meet_by_fingerprint(&server, &ca, "localhost", &pair);
	assert_string_equal(pair.client.why, "");
	assert_true(pair.server.secured && pair.client.secured);
	assert_ok(rk_tls_guest(pair.server.ssl, &err), err);
	assert_int_equal(rk_tls_peer(pair.server.ssl, &peer, &err), RK_UNAUTHENTICATED);
	pair_close(&pair);
}

static void another_fingerprint_or_another_name_is_refused(void **unused)
{
	struct pair pair;

	(void)unused;
	meet_by_fingerprint(&server, &other_ca, "localhost", &pair);
	assert_false(pair.client.secured);
	assert_int_equal(
		SSL_get_verify_result(pair.client.ssl), X509_V_ERR_APPLICATION_VERIFICATION);
	pair_close(&pair);
	/* The leaf's own is not an authority's. */
	meet_by_fingerprint(&server, &server, "localhost", &pair);
	assert_false(pair.client.secured);
	pair_close(&pair);
	meet_by_fingerprint(&server, &ca, "other.example", &pair);
	assert_false(pair.client.secured);
	pair_close(&pair);
}

static void the_authority_behind_a_server_is_found(void **unused)
{
	RK_AUTO(rk_tls_free) struct rk_tls *tls = NULL;
	struct rk_tls_files files = files_of(&server, &ca);
	uint8_t found[RK_SHA256_BYTES], expected[EVP_MAX_MD_SIZE];
	struct rk_err err = {0};

	(void)unused;
	assert_ok(rk_tls_server(&files, &tls, &err), err);
	assert_true(rk_tls_authority(tls, found));
	assert_int_equal(X509_digest(ca.cert, EVP_sha256(), expected, NULL), 1);
	assert_memory_equal(found, expected, sizeof found);
	rk_tls_free(&tls);
	files.ca = other_ca.cert_path;
	assert_ok(rk_tls_server(&files, &tls, &err), err);
	assert_false(rk_tls_authority(tls, found));
	rk_tls_free(&tls);
	assert_int_equal(rk_tls_guests(&files, &tls, &err), RK_FAILED_PRECONDITION);
	assert_contains(err.text, other_ca.cert_path);
}

static void two_uris_are_nobody(void **unused)
{
	struct test_cert two = leaf(
		&(struct test_leaf){.name = "two",
			.san = "URI:renkei://a/municipality/1,URI:renkei://a/b/2",
			.eku = "clientAuth"},
		&ca);
	struct pair pair;
	struct rk_tls_peer peer;
	struct rk_err err = {0};

	(void)unused;
	pair_open(&pair, session(true, &server, NULL), session(false, &two, "localhost"));
	pair_shake(&pair);
	assert_ok(rk_tls_peer(pair.server.ssl, &peer, &err), err);
	assert_string_equal(peer.uri, "");
	pair_close(&pair);
	test_cert_clear(&two);
}

static void a_peer_before_the_handshake_is_unauthenticated(void **unused)
{
	struct rk_tls_peer peer;
	struct rk_err err = {0};
	SSL *ssl = session(true, &server, NULL);

	(void)unused;
	assert_int_equal(rk_tls_peer(ssl, &peer, &err), RK_UNAUTHENTICATED);
	SSL_free(ssl);
}

static void a_client_without_certificate_is_refused(void **unused)
{
	(void)unused;
	refused(session(true, &server, NULL), foreign_client(TLS1_3_VERSION, "\2h2", NULL, &ca),
		"the peer has shown no certificate", "asks for a certificate");
}

static void a_client_of_another_authority_is_refused(void **unused)
{
	struct test_cert stranger = leaf(
		&(struct test_leaf){.name = "stranger", .eku = "clientAuth"}, &other_ca);

	(void)unused;
	refused(session(true, &server, NULL), session(false, &stranger, "localhost"),
		"CN = stranger, serial 02) is refused: unable to get local issuer",
		"does not know the authority");
	test_cert_clear(&stranger);
}

static void an_expired_client_is_refused(void **unused)
{
	struct test_cert old = leaf(
		&(struct test_leaf){
			.name = "old", .eku = "clientAuth", .from_day = -2, .to_day = -1},
		&ca);

	(void)unused;
	refused(session(true, &server, NULL), foreign_client(TLS1_3_VERSION, "\2h2", &old, &ca),
		"CN = old, serial 02) is refused: certificate has expired", "expired");
	test_cert_clear(&old);
}

static void a_server_certificate_is_no_client(void **unused)
{
	struct test_cert none = leaf(&(struct test_leaf){.name = "none"}, &ca);

	(void)unused;
	refused(session(true, &server, NULL), foreign_client(TLS1_3_VERSION, "\2h2", &server, &ca),
		"not made for a client", "not made for this purpose");
	refused(session(true, &server, NULL), foreign_client(TLS1_3_VERSION, "\2h2", &none, &ca),
		"not made for a client", "not made for this purpose");
	test_cert_clear(&none);
}

static void a_leaf_cannot_issue(void **unused)
{
	struct test_cert forged = leaf(
		&(struct test_leaf){.name = "forged", .eku = "clientAuth"}, &client);

	(void)unused;
	refused(session(true, &server, NULL), foreign_client(TLS1_3_VERSION, "\2h2", &forged, &ca),
		"is refused", "refuses our certificate");
	test_cert_clear(&forged);
}

static void older_versions_are_refused(void **unused)
{
	(void)unused;
	refused(session(true, &server, NULL), foreign_client(TLS1_2_VERSION, "\2h2", &client, &ca),
		"does not speak TLS 1.3", "does not speak TLS 1.3");
}

static void a_client_must_offer_http2(void **unused)
{
	(void)unused;
	refused(session(true, &server, NULL), foreign_client(TLS1_3_VERSION, NULL, &client, &ca),
		"HTTP/2", "HTTP/2");
	refused(session(true, &server, NULL),
		foreign_client(TLS1_3_VERSION, "\10http/1.1", &client, &ca), "HTTP/2", "HTTP/2");
}

static void a_server_of_another_name_is_refused(void **unused)
{
	(void)unused;
	refused(session(true, &server, NULL), session(false, &client, "example.org"), NULL,
		"ostname mismatch");
	refused(session(true, &server, NULL), session(false, &client, "127.0.0.9"), NULL,
		"IP address mismatch");
}

static void a_server_is_known_by_its_address_too(void **unused)
{
	static const char *const hosts[] = {"127.0.0.1", "::1"};

	(void)unused;
	for (int i = 0; i < 2; i++) {
		struct pair pair;

		pair_open(&pair, session(true, &server, NULL), session(false, &client, hosts[i]));
		pair_shake(&pair);
		assert_string_equal(pair.client.why, "");
		assert_true(pair.server.secured && pair.client.secured);
		pair_close(&pair);
	}
}

static void a_revoked_client_is_refused(void **unused)
{
	RK_AUTO(rk_tls_free) struct rk_tls *tls = NULL;
	char crl[128];
	struct rk_tls_files files = files_of(&server, &ca);
	struct rk_err err = {0};
	SSL *ssl = NULL;

	(void)unused;
	test_revoke(folder, &ca, 0xab12, crl);
	files.crl = crl;
	assert_ok(rk_tls_server(&files, &tls, &err), err);
	assert_ok(rk_tls_session(tls, NULL, &ssl, &err), err);
	refused(ssl, session(false, &client, "localhost"),
		"CN = 401005, serial AB12) is refused: certificate revoked", "revoked");
	files.ca = other_ca.cert_path;
	rk_tls_free(&tls);
	assert_int_equal(rk_tls_server(&files, &tls, &err), RK_FAILED_PRECONDITION);
	assert_contains(err.text, "not signed by an authority of the CA file");
	(void)unlink(crl);
}

/* rk_tls_server refuses these files with a sentence that holds all of text. */
static void bad_files(const struct rk_tls_files *files, const char *text)
{
	struct rk_tls *tls = NULL;
	struct rk_err err = {0};

	assert_int_equal(rk_tls_server(files, &tls, &err), RK_FAILED_PRECONDITION);
	assert_null(tls);
	assert_contains(err.text, text);
	assert_int_equal(ERR_peek_error(), 0);
}

static void files_are_checked_before_anything_is_served(void **unused)
{
	struct rk_tls_files files = files_of(&server, &ca);

	(void)unused;
	files.key = client.key_path;
	bad_files(&files, "401005.key: does not belong to the certificate");
	files.key = server.cert_path;
	bad_files(&files, "others can read it (mode 0644); chmod 600 it");
	files.key = "/nonexistent/key";
	bad_files(&files, "private key /nonexistent/key: No such file");
	files.key = folder;
	bad_files(&files, "not a file");
	files.key = "";
	bad_files(&files, "no private key file is given");
	files = files_of(&server, &ca);
	files.ca = "/dev/null";
	bad_files(&files, "CA file /dev/null: not a file");
	files.ca = server.key_path;
	bad_files(&files, "holds no PEM certificate");
	files.ca = server.cert_path;
	bad_files(&files, "is not an authority's certificate");
	files = files_of(&server, &ca);
	files.crl = ca.cert_path;
	bad_files(&files, "holds no PEM list");
	files = files_of(&client, &ca);
	bad_files(&files, "not made for a server (extended key usage serverAuth is missing)");
}

static void a_readable_key_is_refused(void **unused)
{
	struct rk_tls_files files = files_of(&server, &ca);

	(void)unused;
	(void)chmod(server.key_path, 0640);
	bad_files(&files, "server.key: others can read it (mode 0640); chmod 600 it");
	(void)chmod(server.key_path, 0400);
	SSL_free(session(true, &server, NULL));
	(void)chmod(server.key_path, 0600);
}

static void dates_of_the_own_certificate_are_checked(void **unused)
{
	struct test_cert old = leaf(
		&(struct test_leaf){
			.name = "gone", .eku = "serverAuth", .from_day = -3, .to_day = -1},
		&ca);
	struct test_cert young = leaf(
		&(struct test_leaf){
			.name = "young", .eku = "serverAuth", .from_day = 1, .to_day = 2},
		&ca);
	struct rk_tls_files files = files_of(&old, &ca);

	(void)unused;
	bad_files(&files, "(CN = gone, serial 02): expired on ");
	files = files_of(&young, &ca);
	bad_files(&files, "(CN = young, serial 02): not valid before ");
	test_cert_clear(&old);
	test_cert_clear(&young);
}

static void connections_keep_the_context_they_began_with(void **unused)
{
	RK_AUTO(rk_tls_free) struct rk_tls *tls = NULL;
	struct rk_tls_files files = files_of(&server, &ca);
	struct rk_err err = {0};
	struct rk_tls *kept;

	(void)unused;
	assert_ok(rk_tls_server(&files, &tls, &err), err);
	kept = rk_tls_ref(tls);
	rk_tls_free(&tls);
	assert_null(tls);
	assert_in_range(rk_tls_expires(kept), (uint64_t)time(NULL), (uint64_t)time(NULL) + 90000);
	rk_tls_free(&kept);
}

static int prepare(void **unused)
{
	(void)unused;
	(void)snprintf(folder, sizeof folder, P_tmpdir "/renkei-tls-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	ca = test_ca(folder, "ca");
	other_ca = test_ca(folder, "other");
	server = leaf(&(struct test_leaf){.name = "server",
			      .eku = "serverAuth",
			      .san = "DNS:localhost,IP:127.0.0.1,IP:::1"},
		&ca);
	client = leaf(&(struct test_leaf){.name = "401005",
			      .eku = "clientAuth",
			      .serial = 0xab12,
			      .san = "URI:renkei://demo.renkei/municipality/401005"},
		&ca);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ends_meet_and_know_each_other),
		cmocka_unit_test(the_key_digest_is_that_of_the_public_key),
		cmocka_unit_test(a_fingerprint_is_enough_to_meet),
		cmocka_unit_test(another_fingerprint_or_another_name_is_refused),
		cmocka_unit_test(the_authority_behind_a_server_is_found),
		cmocka_unit_test(two_uris_are_nobody),
		cmocka_unit_test(a_peer_before_the_handshake_is_unauthenticated),
		cmocka_unit_test(a_client_without_certificate_is_refused),
		cmocka_unit_test(a_client_of_another_authority_is_refused),
		cmocka_unit_test(an_expired_client_is_refused),
		cmocka_unit_test(a_server_certificate_is_no_client),
		cmocka_unit_test(a_leaf_cannot_issue),
		cmocka_unit_test(older_versions_are_refused),
		cmocka_unit_test(a_client_must_offer_http2),
		cmocka_unit_test(a_server_of_another_name_is_refused),
		cmocka_unit_test(a_server_is_known_by_its_address_too),
		cmocka_unit_test(a_revoked_client_is_refused),
		cmocka_unit_test(files_are_checked_before_anything_is_served),
		cmocka_unit_test(a_readable_key_is_refused),
		cmocka_unit_test(dates_of_the_own_certificate_are_checked),
		cmocka_unit_test(connections_keep_the_context_they_began_with),
	};

	return cmocka_run_group_tests(tests, prepare, clean);
}
