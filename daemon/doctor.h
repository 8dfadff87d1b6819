/* doctor.h - is everything in order: configuration, certificates, database, schema. */
#pragma once
#include "serve/server.h"
#include "settings.h"

#include <stdio.h>

/* Asks the database what a start needs to know; blocks for seconds.
 * Errors: RK_UNAVAILABLE it is away; RK_FAILED_PRECONDITION it must not be used: settings, login or schema. */
RK_MUST_USE enum rk_status rk_doctor_database(
	const struct rk_settings *settings, struct rk_err *err);
/* Compares the keys that signed receipts with those of the configuration; blocks for seconds.
 * Errors: RK_UNAVAILABLE the database is away; RK_FAILED_PRECONDITION RECEIPT_KEY_MISSING naming those it lacks. */
RK_MUST_USE enum rk_status rk_doctor_keys(const struct rk_config *config, struct rk_err *err);
/* Writes one line a finding to out.  Returns the exit status: 0, 69 or 78. */
int rk_doctor(const char *config_path, FILE *out);
