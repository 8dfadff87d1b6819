/* tls.h - TLS 1.3 contexts for both ends, and what the peer's certificate says.
 *
 * Settings of both roles: TLS 1.3 only, no tickets, no resumption, no early data, ALPN "h2" required on both ends, own
 * CA store only.  Server: a client certificate is required and must be good for clientAuth.  Client: the server's name or
 * address must match its certificate.
 */
#pragma once
#include <openssl/ssl.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/digest.h"

struct rk_tls_files {
	const char *ca; /* PEM bundle the peer must chain to */
	const char *cert; /* PEM, leaf first */
	const char *key; /* PEM, not readable by others (mode & 077 == 0), else refused */
	const char *crl; /* PEM, NULL = none */
};

struct rk_tls; /* a reference-counted context: a reload makes a new one, connections keep theirs */

/* Everything is checked before anything is served: files readable, key fits certificate, certificate within its dates and
 * fit for the role, CA file not empty.  Errors: RK_FAILED_PRECONDITION naming the file and what is wrong. */
RK_MUST_USE enum rk_status rk_tls_server(
	const struct rk_tls_files *files, struct rk_tls **out, struct rk_err *err);
RK_MUST_USE enum rk_status rk_tls_client(
	const struct rk_tls_files *files, struct rk_tls **out, struct rk_err *err);
struct rk_tls *rk_tls_ref(struct rk_tls *tls);
void rk_tls_free(struct rk_tls **tls);
/* Seconds since 1970 at which the own certificate expires. */
int64_t rk_tls_expires(const struct rk_tls *tls);
/* A new SSL for one connection, owned by the caller; host is the name or address to match (client; NULL for a server). */
RK_MUST_USE enum rk_status rk_tls_session(
	struct rk_tls *tls, const char *host, SSL **out, struct rk_err *err);

/* What an established connection's peer certificate says. */
struct rk_tls_peer {
	char uri[256]; /* the one SAN URI; empty when there is none or more than one */
	uint8_t spki_sha256[RK_SHA256_BYTES];
	char serial[48]; /* lower-case hexadecimal */
	int64_t expires; /* seconds since 1970 */
};
/* Errors: RK_UNAUTHENTICATED no certificate, or ALPN did not select "h2". */
RK_MUST_USE enum rk_status rk_tls_peer(SSL *ssl, struct rk_tls_peer *out, struct rk_err *err);
/* The pending OpenSSL errors of this thread as one sentence, cleared. */
void rk_tls_error(char *out, size_t size);
