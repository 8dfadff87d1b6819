/* tls_files.h - certificates, keys and revocation lists from files, checked before they are used.
 *
 * Errors of all functions: RK_FAILED_PRECONDITION naming the file and what is wrong with it, and as values "cause=KEY_PASSPHRASE"
 * (or the name of an errno) and "file=PATH"; with the reason CERTIFICATE_EXPIRED or CERTIFICATE_NOT_YET_VALID where only the day is wrong.
 */
#pragma once
#include "base/err.h"

#include <openssl/ssl.h>

#include <sys/types.h>

/* The bytes of a file, what it is called in errors, and its mode; the caller frees *out. */
RK_MUST_USE enum rk_status rk_tls_read_file(
	const char *what, const char *path, BIO **out, mode_t *mode, struct rk_err *err);
/* Its certificates, at least one; the caller frees *out, also after an error. */
RK_MUST_USE enum rk_status rk_tls_read_certificates(
	const char *what, const char *path, STACK_OF(X509) * *out, struct rk_err *err);
/* The private key of a file that nobody but its owner can read; the caller frees it. */
RK_MUST_USE enum rk_status rk_tls_read_key(const char *path, EVP_PKEY **out, struct rk_err *err);
/* Leaf, key and the certificates behind the leaf into ctx; purpose is X509_PURPOSE_SSL_SERVER or _CLIENT.  *expires gets
 * the leaf's end in seconds since 1970. */
RK_MUST_USE enum rk_status rk_tls_use_own(SSL_CTX *ctx, const char *cert_path, const char *key_path,
	int purpose, int64_t *expires, struct rk_err *err);
/* The CA bundle becomes ctx's only trust; crl_path NULL = no revocation list. */
RK_MUST_USE enum rk_status rk_tls_use_trust(
	SSL_CTX *ctx, const char *ca_path, const char *crl_path, struct rk_err *err);

struct rk_tls;
/* What connections are made with, borrowed. */
SSL_CTX *rk_tls_context(const struct rk_tls *tls);

/* A certificate for people: "CN=401005, serial 0a1b". */
void rk_tls_describe(X509 *cert, char *out, size_t size);
/* Seconds since 1970; INT64_MIN when it is no time. */
int64_t rk_tls_seconds(const ASN1_TIME *time);
