#include "ca/request.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <errno.h>
#include <string.h>

#define PEM_FRONT "-----BEGIN "

static void csr_free(X509_REQ **csr)
{
	X509_REQ_free(*csr);
}

/* An empty passphrase stands where OpenSSL would otherwise ask for one on the terminal, and wait. */
static X509_REQ *read_pem(struct rk_slice bytes)
{
	BIO *bio = BIO_new_mem_buf(bytes.at, (int)bytes.len);
	X509_REQ *csr = bio ? PEM_read_bio_X509_REQ(bio, NULL, NULL, "") : NULL;

	BIO_free(bio);
	return csr;
}

static X509_REQ *read_der(struct rk_slice bytes)
{
	const unsigned char *at = bytes.at;
	X509_REQ *csr = d2i_X509_REQ(NULL, &at, (long)bytes.len);

	if (csr && at != bytes.at + bytes.len) {
		X509_REQ_free(csr);
		return NULL;
	}
	return csr;
}

static bool is_named_curve(EVP_PKEY *key)
{
	char text[64];
	size_t len;

	/* Parameters written out could describe a curve on which everybody can sign; a point in another form would be another name for
	 * the same key. */
	if (EVP_PKEY_get_utf8_string_param(
		    key, OSSL_PKEY_PARAM_EC_ENCODING, text, sizeof text, &len) != 1 ||
		strcmp(text, OSSL_PKEY_EC_ENCODING_GROUP) != 0 ||
		EVP_PKEY_get_ec_point_conv_form(key) != POINT_CONVERSION_UNCOMPRESSED)
		return false;
	return EVP_PKEY_get_group_name(key, text, sizeof text, &len) == 1 &&
		(strcmp(text, "prime256v1") == 0 || strcmp(text, "secp384r1") == 0);
}

/* A huge exponent would make each look at a signature dear. */
static bool has_usual_exponent(EVP_PKEY *key)
{
	BIGNUM *exponent = NULL;
	bool usual = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 &&
		BN_is_word(exponent, RSA_F4);

	BN_free(exponent);
	return usual;
}

static bool is_strong(EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);

	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_EC:
		return is_named_curve(key);
	case EVP_PKEY_ED25519:
		return true;
	case EVP_PKEY_RSA:
		return bits >= 3072 && bits <= 4096 && has_usual_exponent(key);
	default:
		return false;
	}
}

static enum rk_status take_key(X509_REQ *csr, struct rk_ca_request *out, struct rk_err *err)
{
	EVP_PKEY *key = X509_REQ_get0_pubkey(csr);
	unsigned char *der = NULL;
	int len;

	if (!key)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "CSR_INVALID",
			"the request for a certificate has no key that can be read");
	if (!is_strong(key))
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "CSR_KEY_WEAK",
			"the key of the request is none of ECDSA P-256 and P-384, Ed25519, RSA of 3072 to 4096 bits");
	if (X509_REQ_verify(csr, key) != 1)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "CSR_SIGNATURE_INVALID",
			"the request for a certificate is not signed by its own key");
	len = i2d_PUBKEY(key, &der);
	if (len <= 0 || EVP_PKEY_up_ref(key) != 1) {
		OPENSSL_free(der);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a key");
	}
	rk_sha256_hex(rk_slice_of(der, (size_t)len), out->spki_sha256);
	OPENSSL_free(der);
	out->key = key;
	return RK_OK;
}

enum rk_status rk_ca_request_read(
	struct rk_slice bytes, struct rk_ca_request *out, struct rk_err *err)
{
	RK_AUTO(csr_free) X509_REQ *csr = NULL;
	bool pem = bytes.len >= strlen(PEM_FRONT) &&
		memcmp(bytes.at, PEM_FRONT, strlen(PEM_FRONT)) == 0;
	enum rk_status status;

	*out = (struct rk_ca_request){0};
	errno = 0;
	if (bytes.len == 0 || bytes.len > RK_CA_REQUEST_BYTES)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "CSR_INVALID",
			"a request for a certificate of %zu bytes; 1 to %d", bytes.len,
			RK_CA_REQUEST_BYTES);
	csr = pem ? read_pem(bytes) : read_der(bytes);
	status = csr ? take_key(csr, out, err)
		     : rk_fail_reason(err, RK_INVALID_ARGUMENT, "CSR_INVALID",
			       "the bytes are not one request for a certificate (PKCS#10)");
	/* Without memory OpenSSL finds fault with bytes that have none. */
	if (status != RK_OK && errno == ENOMEM)
		status = rk_fail(
			err, RK_RESOURCE_EXHAUSTED, "no memory for the request for a certificate");
	/* What OpenSSL noted must not be taken for a fault of a connection. */
	ERR_clear_error();
	return status;
}

void rk_ca_request_clear(struct rk_ca_request *request)
{
	EVP_PKEY_free(request->key);
	request->key = NULL;
}
