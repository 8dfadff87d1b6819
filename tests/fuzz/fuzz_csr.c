/* Any bytes as a request for a certificate: what is taken is one whole request with a strong key that signed it, and nothing is left in
 * OpenSSL's queue. */
#include "ca/request.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Read again in another way than the code under test does. */
static void check_taken(const uint8_t *data, size_t size, const struct rk_ca_request *request)
{
	const unsigned char *at = data;
	unsigned char *der = NULL;
	char digest[RK_SHA256_HEX];
	X509_REQ *csr;
	int len = i2d_PUBKEY(request->key, &der);

	assert(len > 0);
	rk_sha256_hex(rk_slice_of(der, (size_t)len), digest);
	OPENSSL_free(der);
	assert(strcmp(digest, request->spki_sha256) == 0);
	assert(EVP_PKEY_get_security_bits(request->key) >= 128);
	if (data[0] == '-')
		return;
	csr = d2i_X509_REQ(NULL, &at, (long)size);
	assert(csr && at == data + size);
	assert(EVP_PKEY_eq(X509_REQ_get0_pubkey(csr), request->key) == 1);
	assert(X509_REQ_verify(csr, request->key) == 1);
	X509_REQ_free(csr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	RK_AUTO(rk_ca_request_clear) struct rk_ca_request request = {0};
	struct rk_err err = {0};

	if (rk_ca_request_read(rk_slice_of(data, size), &request, &err) == RK_OK) {
		assert(size > 0 && size <= RK_CA_REQUEST_BYTES);
		check_taken(data, size, &request);
	} else {
		assert(!request.key && err.reason[0]);
	}
	assert(ERR_peek_error() == 0);
	return 0;
}
