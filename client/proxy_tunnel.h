/* proxy_tunnel.h - asks a proxy for a way through to a server, on a socket that is connected to it. */
#pragma once
#include "proxy.h"

#include <stdint.h>

/* rk_proxy_tunnel: what is sent on fd (not blocking, the caller's) afterwards reaches host and port.  until_ms: of rk_clock_ms.
 *
 * Errors, each with the values proxy, server, and said, what the proxy answered:
 *   RK_FAILED_PRECONDITION PROXY_LOGIN_WANTED  it wants a user and a password, and has been told none
 *                          PROXY_LOGIN_OTHER   it takes none that is sent as Basic
 *                          PROXY_IS_NONE       what answers there is no HTTP proxy
 *   RK_UNAUTHENTICATED     PROXY_LOGIN_REFUSED it does not accept this user and password
 *   RK_PERMISSION_DENIED   PROXY_FORBIDS       it lets nobody through to this server
 *   RK_UNAVAILABLE         PROXY_CANNOT_REACH  it does not reach the server itself
 *                          PROXY_SILENT, PROXY_CUT  no answer in time, or the line broke before it was whole
 *   those of rk_proxy_request. */
RK_MUST_USE enum rk_status rk_proxy_tunnel(int fd, const struct rk_proxy *proxy, const char *host,
	const char *port, int64_t until_ms, struct rk_err *err);
/* A failure that names the proxy and the server, as all of the above do. */
enum rk_status rk_proxy_fail(const struct rk_proxy *proxy, const char *host, enum rk_status status,
	const char *reason, const char *said, struct rk_err *err);
