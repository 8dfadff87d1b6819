/* renewal.h - a certificate made by enrolment is renewed by itself, when two thirds of its life are over. */
#pragma once
#include "identity.h"
#include "remote.h"

/* Seconds since 1970 from which it is renewed. */
int64_t rk_renewal_due(const struct rk_identity_facts *facts);
/* rk_renewal_run renews the run's certificate now, under a lock of its own; *renewed is false when somebody else is just doing it, or
 * has done it.
 * Errors: those of the call; RK_FAILED_PRECONDITION IDENTITY_NOT_OURS the files were handed out, not made here. */
RK_MUST_USE enum rk_status rk_renewal_run(
	struct rk_run *run, bool *renewed, struct rk_failure *failure);
/* At the end of a command that has talked to the server: renews what is due, and says what ends soon.  Never changes how the
 * command ends. */
void rk_renewal_tend(struct rk_run *run);
