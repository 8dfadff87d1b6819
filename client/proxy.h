/* proxy.h - the HTTP proxy through which an office reaches the internet: which it is, and what it is asked for.
 *
 * What --proxy, RENKEI_PROXY or the context say counts, in this order, "none" among it; where none of them says anything, https_proxy
 * (else all_proxy) and no_proxy count as they do for curl, but for what is no HTTP proxy.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

#define RK_PROXY_NONE "none"

struct rk_proxy {
	char host[256], port[6];
	char name[300];  /* "proxy.example:8080", for people: never with the login */
	char login[512]; /* "user:password", as it is sent; "" = none */
	char user[128];  /* "" = none */
};

/* rk_proxy_parse reads "host:port", or "http://[user:password@]host[:port][/]"; user and password percent-encoded, the port 1080 where none
 * is said, as curl does.
 * Errors: RK_FAILED_PRECONDITION PROXY_BAD; its text has nothing of a login. */
RK_MUST_USE enum rk_status rk_proxy_parse(
	const char *text, struct rk_proxy *proxy, struct rk_err *err);
/* rk_proxy_shown puts it as people may see it into out: "user@host:port", and what cannot be read without what stands before its last
 * "@". */
void rk_proxy_shown(const char *text, char out[440]);

/* rk_proxy_chosen returns the one to go through to a server ("host:port"); NULL: straight.
 * said: what option, environment or context say of it; NULL = nothing.  unused: what https_proxy or all_proxy name and is no HTTP proxy,
 * SOCKS for one, which was passed over; NULL: nothing. */
const char *rk_proxy_chosen(const char *said, const char *server, const char **unused);
/* Whether a list such as no_proxy, "localhost,.example.jp 192.0.2.0/24", names the host: "*" is every one, a name stands for all names that
 * end with it behind a point, a number for itself or, with "/", for its network. */
bool rk_proxy_is_exempt(const char *list, const char *host);

/* The request for a way to a host, CONNECT of RFC 9110, section 9.3.6.
 * Errors: RK_FAILED_PRECONDITION SERVER_ADDRESS_BAD the host has bytes that no name has. */
RK_MUST_USE enum rk_status rk_proxy_request(const struct rk_proxy *proxy, const char *host,
	const char *port, struct rk_buf *out, struct rk_err *err);
