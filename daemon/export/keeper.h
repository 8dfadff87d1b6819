/* keeper.h - the process that makes the exports that are due, one after the other, for as long as the daemon serves.
 *
 * Any number of daemons may keep the same schedules: the database gives each run to one of them (renkei_api.claim_export).  A run that was missed
 * while nobody kept them is caught up once, as of the moment it was due.
 */
#pragma once
#include "export/work.h"

#include <stdatomic.h>

/* What is counted, in memory that others may read. */
struct rk_export_figures {
	_Atomic uint64_t *made, *failed;
	_Atomic int64_t *last_s;  /* when the last bundle was made, seconds since 1970 */
	_Atomic int64_t *failing; /* schedules whose latest run failed */
};

/* Looks once for what is due and makes it.  Errors are those of asking the database; a run that fails is logged and counted. */
RK_MUST_USE enum rk_status rk_export_turn(const struct rk_export_house *house,
	const struct rk_export_figures *figures, struct rk_err *err);
/* Does so every ten seconds, until the process is ended. */
_Noreturn void rk_export_keep(
	const struct rk_export_house *house, const struct rk_export_figures *figures);
