#include "ca/ca.h"
#include "ca/folder.h"
#include "ca/request.h"
#include "ca/store.h"
#include "check.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <stdlib.h>
#include <unistd.h>

static char folder[] = P_tmpdir "/renkei-ca-XXXXXX";

/* A request of key, signed by signer; DER in out. */
static size_t make(EVP_PKEY *key, EVP_PKEY *signer, const EVP_MD *digest, unsigned char *out)
{
	X509_REQ *csr = X509_REQ_new();
	unsigned char *at = out;
	int len;

	assert_non_null(csr);
	assert_int_equal(X509_REQ_set_pubkey(csr, key), 1);
	assert_true(X509_REQ_sign(csr, signer, digest) > 0);
	len = i2d_X509_REQ(csr, NULL);
	assert_in_range(len, 1, RK_CA_REQUEST_BYTES);
	len = i2d_X509_REQ(csr, &at);
	X509_REQ_free(csr);
	EVP_PKEY_free(key);
	return (size_t)len;
}

static const char *reason_of(struct rk_slice bytes)
{
	static struct rk_err err;
	RK_AUTO(rk_ca_request_clear) struct rk_ca_request request = {0};

	err = (struct rk_err){0};
	if (rk_ca_request_read(bytes, &request, &err) == RK_OK)
		return "taken";
	assert_int_equal(err.status, RK_INVALID_ARGUMENT);
	assert_null(request.key);
	assert_int_equal(ERR_peek_error(), 0);
	return err.reason;
}

static void strong_keys_are_taken(void **unused)
{
	unsigned char der[RK_CA_REQUEST_BYTES];
	EVP_PKEY *keys[] = {EVP_EC_gen("P-256"), EVP_EC_gen("P-384"),
		EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), EVP_RSA_gen(3072)};

	(void)unused;
	for (int i = 0; i < 4; i++) {
		size_t len = make(keys[i], keys[i], i == 2 ? NULL : EVP_sha256(), der);

		assert_string_equal(reason_of(rk_slice_of(der, len)), "taken");
	}
}

static void weak_keys_are_not(void **unused)
{
	unsigned char der[RK_CA_REQUEST_BYTES];
	EVP_PKEY *explicit_curve = EVP_EC_gen("P-256");
	EVP_PKEY *keys[] = {EVP_RSA_gen(2048), EVP_EC_gen("secp256k1"), EVP_EC_gen("P-521"),
		EVP_PKEY_Q_keygen(NULL, NULL, "ED448"), explicit_curve};

	(void)unused;
	assert_int_equal(EVP_PKEY_set_utf8_string_param(explicit_curve, "encoding", "explicit"), 1);
	for (int i = 0; i < 5; i++) {
		size_t len = make(keys[i], keys[i], i == 3 ? NULL : EVP_sha256(), der);

		assert_string_equal(reason_of(rk_slice_of(der, len)), "CSR_KEY_WEAK");
	}
}

static void who_has_not_the_key_gets_nothing(void **unused)
{
	unsigned char der[RK_CA_REQUEST_BYTES];
	EVP_PKEY *other = EVP_EC_gen("P-256");
	size_t len = make(EVP_EC_gen("P-256"), other, EVP_sha256(), der);

	(void)unused;
	assert_string_equal(reason_of(rk_slice_of(der, len)), "CSR_SIGNATURE_INVALID");
	EVP_PKEY_free(other);
}

static void bytes_that_are_no_request_are_refused(void **unused)
{
	unsigned char der[RK_CA_REQUEST_BYTES + 1] = {0};
	EVP_PKEY *key = EVP_EC_gen("P-256");
	size_t len = make(key, key, EVP_sha256(), der);

	(void)unused;
	assert_string_equal(reason_of(rk_slice_of(der, 0)), "CSR_INVALID");
	assert_string_equal(reason_of(rk_slice_of(der, len - 1)), "CSR_INVALID");
	assert_string_equal(reason_of(rk_slice_of(der, len + 1)), "CSR_INVALID");
	assert_string_equal(reason_of(rk_slice_of(der, sizeof der)), "CSR_INVALID");
	assert_string_equal(
		reason_of(bytes("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n")), "CSR_INVALID");
}

static void pem_is_taken_too(void **unused)
{
	BIO *bio = BIO_new(BIO_s_mem());
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509_REQ *csr = X509_REQ_new();
	char *at;
	long len;

	(void)unused;
	assert_int_equal(X509_REQ_set_pubkey(csr, key), 1);
	assert_true(X509_REQ_sign(csr, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_bio_X509_REQ(bio, csr), 1);
	len = BIO_get_mem_data(bio, &at);
	assert_string_equal(reason_of(rk_slice_of(at, (size_t)len)), "taken");
	BIO_free(bio);
	X509_REQ_free(csr);
	EVP_PKEY_free(key);
}

static void an_authority_signs_only_the_key(void **unused)
{
	RK_AUTO(rk_ca_request_clear) struct rk_ca_request request = {0};
	RK_AUTO(rk_ca_close) struct rk_ca *ca = NULL;
	RK_AUTO(rk_buf_clear) struct rk_buf pem = {0};
	unsigned char der[RK_CA_REQUEST_BYTES];
	EVP_PKEY *key = EVP_EC_gen("P-256");
	size_t len = make(key, key, EVP_sha256(), der);
	struct rk_ca_leaf leaf = {.common_name = "401005",
		.uri = "renkei://x/municipality/401005",
		.serial = "4a0b",
		.not_before = 1500000000,
		.not_after = 1600000000};
	struct rk_ca_facts facts;
	struct rk_err err = {0};
	BIO *bio;
	X509 *cert;

	(void)unused;
	assert_ok(rk_ca_folder_make(folder, "Test", 10, &err), err);
	assert_ok(rk_ca_folder_open(folder, &ca, &err), err);
	assert_ok(rk_ca_request_read(rk_slice_of(der, len), &request, &err), err);
	assert_ok(rk_ca_issue(ca, &request, &leaf, &pem, &err), err);
	bio = BIO_new_mem_buf(pem.at, (int)pem.len);
	cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	assert_non_null(cert);
	assert_ok(rk_ca_facts_of(cert, &facts, &err), err);
	assert_string_equal(facts.serial, "4a0b");
	assert_string_equal(facts.spki_sha256, request.spki_sha256);
	assert_string_equal(facts.issuer, rk_ca_issuer(ca));
	assert_int_equal(facts.not_before, 1500000000);
	assert_int_equal(facts.not_after, 1600000000);
	assert_int_equal(X509_check_purpose(cert, X509_PURPOSE_SSL_CLIENT, 0), 1);
	assert_int_equal(X509_verify(cert, X509_get0_pubkey(rk_ca_cert(ca))), 1);
	leaf.uri = "renkei://x/municipality/401005,DNS:evil";
	assert_int_equal(rk_ca_issue(ca, &request, &leaf, &pem, &err), RK_INVALID_ARGUMENT);
	X509_free(cert);
	BIO_free(bio);
}

static void serial_numbers_are_long_and_positive(void **unused)
{
	char one[RK_SERIAL_HEX], other[RK_SERIAL_HEX];

	(void)unused;
	for (int i = 0; i < 100; i++) {
		assert_true(rk_ca_serial(one) && rk_ca_serial(other));
		assert_int_equal(strlen(one), 32);
		assert_in_range(one[0], '4', '7');
		assert_string_not_equal(one, other);
	}
}

static int setup(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	static const char *const files[] = {"ca.crt", "ca.key"};
	char path[PATH_MAX];
	struct rk_err err;

	(void)state;
	for (int i = 0; i < 2; i++)
		if (rk_ca_path(path, folder, files[i], "", &err) == RK_OK)
			(void)unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strong_keys_are_taken),
		cmocka_unit_test(weak_keys_are_not),
		cmocka_unit_test(who_has_not_the_key_gets_nothing),
		cmocka_unit_test(bytes_that_are_no_request_are_refused),
		cmocka_unit_test(pem_is_taken_too),
		cmocka_unit_test(an_authority_signs_only_the_key),
		cmocka_unit_test(serial_numbers_are_long_and_positive),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
