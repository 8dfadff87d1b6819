/* tls_paper.h - what the holder of a certificate signs away from any connection.
 *
 * The certificate is looked at as in a handshake: authority, dates, purpose, revocation list.  It has to be issued by one of the server's
 * authorities itself, because no others come along.  Whether its principal may do what the text says is asked elsewhere, as it is of a connection.
 */
#pragma once
#include "link/tls.h"

/* A key and its certificate, to sign with. */
struct rk_tls_pen;

/* Errors: those of rk_tls_client about certificate and key. */
RK_MUST_USE enum rk_status rk_tls_pen_open(
	const char *cert_path, const char *key_path, struct rk_tls_pen **out, struct rk_err *err);
void rk_tls_pen_close(struct rk_tls_pen **pen);
/* Appends the certificate (DER). */
RK_MUST_USE enum rk_status rk_tls_pen_certificate(
	const struct rk_tls_pen *pen, struct rk_buf *out, struct rk_err *err);
/* Appends the signature of a text: Ed25519, else ECDSA or RSA (PKCS #1) with SHA-256. */
RK_MUST_USE enum rk_status rk_tls_pen_sign(
	const struct rk_tls_pen *pen, struct rk_slice text, struct rk_buf *out, struct rk_err *err);

/* rk_tls_paper_check proves that the text was signed with the key of this certificate (DER, nothing behind it), and that a connection with it
 * would be taken now by the server that tls is the context of.
 * Errors: RK_INVALID_ARGUMENT SEAL_SIGNATURE_INVALID; RK_FAILED_PRECONDITION SEAL_CERTIFICATE_EXPIRED, SEAL_CERTIFICATE_REVOKED (by the authority's
 * list), SEAL_CERTIFICATE_UNKNOWN (not by an authority of this server, or unfit); RK_RESOURCE_EXHAUSTED without memory. */
RK_MUST_USE enum rk_status rk_tls_paper_check(struct rk_tls *tls, struct rk_slice certificate,
	struct rk_slice text, struct rk_slice signature, struct rk_tls_peer *out,
	struct rk_err *err);
