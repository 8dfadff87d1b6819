/* cmd_export.h - what the commands about bundles share. */
#pragma once
#include "bundle.h"
#include "remote.h"

#include "renkei/v1/export_service.pb-c.h"

/* Runs of a schedule, or of all (NULL); all: those too that have no bundle. */
RK_MUST_USE enum rk_status rk_export_runs(struct rk_run *run, const char *schedule, bool all,
	Renkei__V1__ListExportsResponse **response, struct rk_failure *failure);
/* Runs as rows, or answer as it is where that is asked for. */
int rk_export_print(struct rk_run *run, Renkei__V1__ExportRun *const *runs, size_t count,
	const ProtobufCMessage *answer);
/* Exit 65 when something differs, and then it says what; it is called as shown says.  Of one that is being fetched what differs is removed. */
int rk_export_verify(struct rk_run *run, const char *folder, const char *shown, bool fetched,
	struct rk_bundle *bundle);
/* Fetches SCHEDULE/ID into the folder of -O, or here, and verifies it; goes on where an earlier try stopped.  Returns the exit status. */
int rk_export_get(struct rk_run *run, const char *name);
