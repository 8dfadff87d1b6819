/* remote_connect.h - name or address to an established TLS connection, with a sentence for whatever stands in the way. */
#pragma once
#include "base/err.h"
#include "profile.h"

#include <stdbool.h>

struct bufferevent;
struct event_base;

/* rk_connect tries every address of the profile's server, or of its proxy, in turn until TLS is done and ALPN has said h2.  met: it has been so before
 * in this run; a handshake that is cut off is then the line's fault, and not that of another kind of server.
 *
 * Returns RK_OK with *out, owned by the caller.
 * Errors: RK_FAILED_PRECONDITION SERVER_ADDRESS_BAD, those of rk_connect_files, TLS_CA, TLS_PIN, TLS_NAME, TLS_DATE,
 *         TLS_FAILED (the server's certificate does not convince); RK_UNAUTHENTICATED TLS_CLIENT_REFUSED;
 *         RK_UNAVAILABLE SERVER_UNKNOWN_NAME, SERVER_REFUSES, SERVER_UNREACHABLE, SERVER_CUT; those of proxy_tunnel.h, PROXY_BAD;
 *         RK_UNAVAILABLE PROXY_UNKNOWN_NAME, PROXY_UNREACHABLE; PROXY_SERVER_SILENT (the proxy opened the way, and nothing came through it). */
RK_MUST_USE enum rk_status rk_connect(struct event_base *base, const struct rk_profile *profile,
	bool met, int64_t timeout_ms, struct bufferevent **out, struct rk_err *err);

struct rk_tls;

/* The profile's own three files, read and judged; *tls is freed with rk_tls_free.
 *
 * Errors: RK_FAILED_PRECONDITION CERTIFICATE_MISSING (one is not named), CERTIFICATE_BAD, CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID. */
RK_MUST_USE enum rk_status rk_connect_files(
	const struct rk_profile *profile, struct rk_tls **tls, struct rk_err *err);
