/* smtp.h - hands one mail to a mail server; the one place that knows libcurl. */
#pragma once
#include "base/buf.h"

#include <stdint.h>

struct rk_smtp_server {
	const char *url;    /* "smtp://host:25", "smtps://host" */
	const char *from;   /* the envelope's sender */
	const char *login;  /* "user:password"; "": none */
	int64_t timeout_ms; /* for all of it */
};

enum rk_smtp_outcome {
	RK_SMTP_SENT,    /* the server has taken it */
	RK_SMTP_AGAIN,   /* not now: the server would rather have this letter later */
	RK_SMTP_REFUSED, /* never: the server refuses this address or this mail */
	RK_SMTP_AWAY, /* not now, and no other letter either: away, slow, or it does not want us */
};

/* rk_smtp_send waits until the server has answered, at most timeout_ms.  err says what it said, of another outcome than RK_SMTP_SENT.  A login is
 * sent only under TLS; without one TLS is taken where the server offers it. */
enum rk_smtp_outcome rk_smtp_send(const struct rk_smtp_server *server, const char *to,
	struct rk_slice mail, struct rk_err *err);
