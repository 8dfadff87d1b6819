/* lease.h - a run that is ours stays ours while we work, however long one step takes: a thread renews it with a connection of its own. */
#pragma once
#include "base/err.h"

struct rk_export_lease;

/* Renews the attempt every ten seconds, each time for a minute, until rk_export_lease_close.  Strings are borrowed until then.
 * Errors: RK_RESOURCE_EXHAUSTED */
RK_MUST_USE enum rk_status rk_export_lease_open(const char *database, const char *name,
	const char *due, const char *attempt, struct rk_export_lease **out, struct rk_err *err);
/* Errors: RK_ABORTED EXPORT_TAKEN when the database said that it is another's; not when it could not be asked for a while. */
RK_MUST_USE enum rk_status rk_export_lease_check(
	const struct rk_export_lease *lease, struct rk_err *err);
void rk_export_lease_close(struct rk_export_lease **lease);
