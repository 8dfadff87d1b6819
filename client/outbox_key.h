/* outbox_key.h - what makes two requests of this computer the same one: sent again, today or next year, it has the same request_id. */
#pragma once
#include "base/digest.h"
#include "outbox.h"

/* rk_outbox_key gives the key under which the request for this wish is kept already; else that of the present authority.  It is the SHA-256 of the bytes, the
 * authority and the own principal, of what is no report of its kind too: what stays when a server moves, the authority is rotated (authority.h) or
 * a certificate is renewed.  A certificate without a name stands for itself.  Errors: those of rk_authorities_read and rk_sha256_file. */
RK_MUST_USE enum rk_status rk_outbox_key(struct rk_run *run, const struct rk_outbox_wish *wish,
	char key[RK_SHA256_HEX], struct rk_err *err);
/* Whether what waits under this key was made with the certificate and the authority that are set now, or with one that a rotation
 * has replaced (authority.h). */
bool rk_outbox_is_own(struct rk_run *run, struct rk_outbox_wish wish, const char *key);
