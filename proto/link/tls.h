/* tls.h - TLS 1.3 contexts for both ends, and what the peer's certificate says.
 *
 * Settings of both roles: TLS 1.3 only, no tickets, no resumption, no early data, ALPN "h2" required on both ends, own
 * CA store only.  Server: a client certificate is required and must be good for clientAuth.  Client: the server's name or
 * address must match its certificate.
 *
 * A connection is made like this, on both ends:
 *
 *	rk_tls_session(tls, host, &ssl, &err)
 *	bev = bufferevent_openssl_socket_new(base, fd, ssl, BUFFEREVENT_SSL_ACCEPTING or _CONNECTING,
 *		BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS)
 *
 * CLOSE_ON_FREE hands ssl and fd over to the bufferevent; DEFER_CALLBACKS keeps its callbacks out of whatever call writes.
 * Set TCP_NODELAY on the socket, enable EV_READ | EV_WRITE, a timeout for the handshake, and wait for BEV_EVENT_CONNECTED
 * before anything else; then rk_tls_peer says who it is, and rk_h2_create takes the bufferevent over.  On BEV_EVENT_ERROR
 * or _EOF before that, rk_tls_failure says why.  bufferevent_openssl_set_allow_dirty_shutdown stays off: an end without
 * close_notify is an error, since it may have been cut off.  The program ignores SIGPIPE: libssl writes to sockets that
 * their peers have closed.
 *
 * In TLS 1.3 a client's handshake is over before the server has looked at its certificate: a refusal reaches the client as
 * the first thing it reads, after BEV_EVENT_CONNECTED (and so as on_dead's sentence).
 */
#pragma once
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"

#include <event2/bufferevent.h>
#include <openssl/ssl.h>

struct rk_tls_files {
	const char *
		ca; /* PEM bundle the peer must chain to; of a server for guests, the one it chains to itself */
	const char *cert; /* PEM, leaf first */
	const char *key;  /* PEM, not readable by others (mode & 077 == 0), else refused */
	const char *crl;  /* PEM, NULL = none */
};

struct rk_tls; /* a reference-counted context: a reload makes a new one, connections keep theirs */

/* Everything is checked before anything is served: files readable, key fits certificate, certificate within its dates and
 * fit for the role, CA file not empty.  Errors: RK_FAILED_PRECONDITION naming the file and what is wrong. */
RK_MUST_USE enum rk_status rk_tls_server(
	const struct rk_tls_files *files, struct rk_tls **out, struct rk_err *err);
RK_MUST_USE enum rk_status rk_tls_client(
	const struct rk_tls_files *files, struct rk_tls **out, struct rk_err *err);
/* A server that asks nobody for a certificate, and sends the authority behind its own along: for who has none yet. */
RK_MUST_USE enum rk_status rk_tls_guests(
	const struct rk_tls_files *files, struct rk_tls **out, struct rk_err *err);
/* A client without a certificate that trusts the one authority with this SHA-256 (of its certificate's DER), which the server sends along;
 * name, dates and purpose are looked at as ever.  The failure of another authority is X509_V_ERR_APPLICATION_VERIFICATION. */
RK_MUST_USE enum rk_status rk_tls_pinned(
	const uint8_t sha256[RK_SHA256_BYTES], struct rk_tls **out, struct rk_err *err);
struct rk_tls *rk_tls_ref(struct rk_tls *tls);
void rk_tls_free(struct rk_tls **tls);
/* Seconds since 1970 at which the own certificate expires. */
int64_t rk_tls_expires(const struct rk_tls *tls);
/* Seconds since 1970 at which a revocation list is stale, and with it every certificate of its authority is refused; INT64_MAX: never. */
int64_t rk_tls_lists_end(const struct rk_tls *tls);
/* SHA-256 of the certificate (DER) of the authority in the CA file that vouches for the own one; false when none does. */
RK_MUST_USE bool rk_tls_authority(const struct rk_tls *tls, uint8_t sha256[RK_SHA256_BYTES]);
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
/* For guests: whether ALPN selected "h2".  Errors: RK_UNAUTHENTICATED. */
RK_MUST_USE enum rk_status rk_tls_guest(SSL *ssl, struct rk_err *err);
/* What a certificate says, whoever showed it.  Errors: RK_UNAUTHENTICATED it has no key or no serial number that can be read. */
RK_MUST_USE enum rk_status rk_tls_cert(X509 *cert, struct rk_tls_peer *out, struct rk_err *err);
/* The one SAN URI of a certificate file (PEM, leaf first); empty when there is none, or more than one, or no certificate. */
void rk_tls_file_uri(const char *path, char out[256]);
/* Why a connection over TLS (or a plain one) failed, as one sentence: the certificate that was refused and what is wrong
 * with it, or what the peer's alert means, or the socket's error.  Takes the bufferevent's OpenSSL errors. */
void rk_tls_failure(struct bufferevent *bev, char *out, size_t size);
/* The pending OpenSSL errors of this thread as one sentence, cleared. */
void rk_tls_error(char *out, size_t size);
