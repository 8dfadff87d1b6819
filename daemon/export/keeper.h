/* keeper.h - the process that makes the exports that are due or were ordered, for as long as the daemon serves.
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

/* Looks every other second for what was ordered, every ten for what is due, and makes it, each in a process of its own (export/runners.h), until the process is
 * ended. */
_Noreturn void rk_export_keep(
	const struct rk_export_house *house, const struct rk_export_figures *figures);
