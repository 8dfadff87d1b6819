/* store.h - certificates and keys in files, whole or not at all; and what the database wants to know of a certificate. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <openssl/x509.h>

#include <limits.h>
#include <stdint.h>

struct rk_ca_facts {
	char spki_sha256
		[65];     /* SHA-256 of the SubjectPublicKeyInfo (DER), lower-case hexadecimal */
	char serial[64];  /* lower-case hexadecimal */
	char issuer[256]; /* RFC 2253 */
	int64_t not_before, not_after; /* seconds since 1970 */
};

/* folder/name and suffix.  Errors: RK_INVALID_ARGUMENT the path is too long. */
RK_MUST_USE enum rk_status rk_ca_path(char path[PATH_MAX], const char *folder, const char *name,
	const char *suffix, struct rk_err *err);
/* The first certificate, or the key without passphrase, of a file; NULL when it is not there or not whole. */
X509 *rk_ca_read_cert(const char *path);
EVP_PKEY *rk_ca_read_key(const char *path);
/* All certificates of a file; NULL without memory, empty when there is none. */
STACK_OF(X509) * rk_ca_read_certs(const char *path);
void rk_ca_certs_free(STACK_OF(X509) * *certs);
/* PEM; a certificate 0644, a key (PKCS#8) 0600. */
RK_MUST_USE enum rk_status rk_ca_write_cert(const char *path, X509 *cert, struct rk_err *err);
RK_MUST_USE enum rk_status rk_ca_write_certs(
	const char *path, const STACK_OF(X509) * certs, struct rk_err *err);
RK_MUST_USE enum rk_status rk_ca_write_key(const char *path, EVP_PKEY *key, struct rk_err *err);
RK_MUST_USE enum rk_status rk_ca_write_public(const char *path, EVP_PKEY *key, struct rk_err *err);
RK_MUST_USE enum rk_status rk_ca_write_crls(
	const char *path, const STACK_OF(X509_CRL) * lists, struct rk_err *err);
/* Appends a certificate as PEM. */
RK_MUST_USE enum rk_status rk_ca_add_pem(struct rk_buf *out, X509 *cert, struct rk_err *err);
RK_MUST_USE enum rk_status rk_ca_facts_of(
	X509 *cert, struct rk_ca_facts *facts, struct rk_err *err);
/* Appends a name as RFC 2253 writes it, cut to out's size. */
void rk_ca_name(const X509_NAME *name, char *out, size_t size);
/* Seconds since 1970; 0 when it is no time. */
int64_t rk_ca_seconds(const ASN1_TIME *time);
/* What OpenSSL says went wrong, behind what was tried. */
enum rk_status rk_ca_fail(const char *what, struct rk_err *err);
