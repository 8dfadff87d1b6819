/* municipality.h - a municipality of the registry, by its code or by its name, as people call it. */
#pragma once
#include "remote.h"

#include "renkei/v1/registry_service.pb-c.h"

/* rk_municipality_get asks for the one that is called so: digits are a code, everything else a name, which the server looks up as for
 * an invitation.
 *
 * Returns RK_OK with (*answer)->municipality there, in the memory of the run.
 * Errors: those of the call; RK_INTERNAL SERVER_ANSWER_BAD  an answer without a municipality
 */
RK_MUST_USE enum rk_status rk_municipality_get(struct rk_run *run, const char *called,
	Renkei__V1__GetMunicipalityResponse **answer, struct rk_failure *failure);

/* rk_municipality_take makes codes of names that were given as --municipality: those that are compiled in by themselves, every other one by asking the server.
 * Returns an exit status, after it has said what is wrong. */
int rk_municipality_take(struct rk_run *run);
