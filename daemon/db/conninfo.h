/* conninfo.h - a connection string with what renkei adds to it. */
#pragma once
#include "base/err.h"

#define RK_CONNINFO_MAX 64

/* Keywords and values as PQconnectStartParams takes them; owned by itself. */
struct rk_conninfo {
	const char *keywords[RK_CONNINFO_MAX];
	const char *values[RK_CONNINFO_MAX];
	int hosts; /* entries in host or hostaddr, at least 1 */
	void *parsed;
};

/* Takes text (libpq's "key=value" or URI) and adds, where text is silent: client_encoding UTF8 (always), keep-alives,
 * tcp_user_timeout, connect_timeout (which only the blocking way heeds), application_name, target_session_attrs=read-write.
 * Errors: RK_INVALID_ARGUMENT with libpq's sentence. */
RK_MUST_USE enum rk_status rk_conninfo_parse(
	const char *text, struct rk_conninfo *conninfo, struct rk_err *err);
/* Puts the first host last: a host that swallows packets must not stand in the way of the next one for ever, and libpq
 * has no time limit a host when it is polled. */
RK_MUST_USE enum rk_status rk_conninfo_rotate(struct rk_conninfo *conninfo, struct rk_err *err);
void rk_conninfo_clear(struct rk_conninfo *conninfo);
