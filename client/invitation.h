/* invitation.h - an invitation on this computer: used by one renkei at a time, and remembered once it was.
 *
 * A file a token under $XDG_STATE_HOME/renkei/invitations, named by part of the token's SHA-256: empty while nobody knows how it ends, then the
 * context that came of it.  The token itself stands nowhere.
 */
#pragma once
#include "run.h"

struct rk_invitation {
	int fd;           /* the lock; -1: there is no place for one */
	const char *path; /* in the run's arena */
};

/* rk_invitation_open takes the lock and waits for whoever has it; plain: the token without hyphens, in capitals.
 * Errors: RK_DATA_LOSS FILE_NOT_WRITTEN. */
RK_MUST_USE enum rk_status rk_invitation_open(struct rk_run *run, const char *plain,
	struct rk_invitation *invitation, struct rk_err *err);
void rk_invitation_close(const struct rk_invitation *invitation);
/* The context it became; "" when it became none yet. */
const char *rk_invitation_context(struct rk_run *run, const struct rk_invitation *invitation);
/* It became this context, or, when the server refuses it, will become none. */
void rk_invitation_used(const struct rk_invitation *invitation, const char *context);
void rk_invitation_forget(const struct rk_invitation *invitation);
