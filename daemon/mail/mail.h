/* mail.h - reminders and letters about exports by mail: queues what is due and sends what waits, the blocking way, in a process of its own.
 *
 * A letter is claimed in one transaction, sent, and settled in another.  Who dies in between leaves it claimed for ten minutes, and then it is
 * sent (again, if it had left already: the same Message-ID).  One process sends at a time, by a lock of its session, so that several daemons on
 * one database are one.
 */
#pragma once
#include "base/err.h"

#include <stdint.h>

struct rk_mail_options {
	const char *database; /* libpq connection string */
	const char *url;      /* "smtp://host:25", "smtps://host" */
	const char *from;     /* an address */
	const char *login;    /* a file with "user:password"; "": none */
	int64_t timeout_ms;   /* for one letter */
	const char *now;      /* RFC 3339; NULL: the database's clock */
};

/* What came of it. */
struct rk_mail_count {
	int64_t queued, sent, again, failed;
};

/* rk_mail_run queues and sends until nothing waits.  Returns RK_OK also when another process is at it, or letters wait for the mail server.
 * Errors: RK_UNAVAILABLE the database is away; RK_FAILED_PRECONDITION url, from or login are not fit. */
RK_MUST_USE enum rk_status rk_mail_run(
	const struct rk_mail_options *options, struct rk_mail_count *count, struct rk_err *err);
