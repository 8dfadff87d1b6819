/* request.h - a request for a certificate (PKCS#10, RFC 2986), of which only the key is taken.
 *
 * Its signature is the proof that whoever asks has the private key.  Name, extensions and all else it says are passed over: what a
 * certificate says is the authority's affair.
 */
#pragma once
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"

#define RK_CA_REQUEST_BYTES 8192

struct evp_pkey_st; /* OpenSSL's EVP_PKEY */

struct rk_ca_request {
	struct evp_pkey_st *key;
	char spki_sha256[RK_SHA256_HEX]; /* of its SubjectPublicKeyInfo (DER) */
};

/* rk_ca_request_read takes DER, or PEM when it begins like it; one request and nothing behind it, at most RK_CA_REQUEST_BYTES.
 * Keys: ECDSA on the named curves P-256 and P-384, Ed25519, RSA of 3072 to 4096 bits with the exponent 65537.
 * Errors: RK_INVALID_ARGUMENT CSR_INVALID, CSR_SIGNATURE_INVALID, CSR_KEY_WEAK; RK_RESOURCE_EXHAUSTED without memory. */
RK_MUST_USE enum rk_status rk_ca_request_read(
	struct rk_slice bytes, struct rk_ca_request *out, struct rk_err *err);
void rk_ca_request_clear(struct rk_ca_request *request);
