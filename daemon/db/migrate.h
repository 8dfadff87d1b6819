/* migrate.h - apply sql/ in order, one at a time, under a lock. */
#pragma once
#include "base/err.h"
#include "db/plain.h"

#include <stdio.h>

/* Applies what is missing of migrations/, then rebuilds schema renkei_api from views/ and functions/ in one transaction and fills
 * renkei.wire_field from the message descriptors.  Needs a member of renkei_owner.  Errors name file, line and sentence. */
RK_MUST_USE enum rk_status rk_migrate(struct rk_plain *plain, FILE *talk, struct rk_err *err);
/* Compares the database with the embedded files; RK_FAILED_PRECONDITION SCHEMA_MISMATCH says which number and who is newer. */
RK_MUST_USE enum rk_status rk_migrate_check(struct rk_plain *plain, struct rk_err *err);
/* What a database is asked for rk_migrate_compare: the one row is number and SHA-256 of every migration of
 * renkei_api.schema_state(), and renkei_api.built_from(). */
#define RK_MIGRATE_QUESTION                                                                                       \
	"select string_agg(number || ' ' || coalesce(sha256, '-'), ' ' order by number), renkei_api.built_from()" \
	" from renkei_api.schema_state()"
/* The same as rk_migrate_check for a database that answered RK_MIGRATE_QUESTION; for the pool, which must not block. */
RK_MUST_USE enum rk_status rk_migrate_compare(
	const char *migrations, const char *built_from, struct rk_err *err);
/* Number of the newest embedded migration. */
int rk_migrate_newest(void);
/* Writes the SQL for those who apply it by hand. */
RK_MUST_USE enum rk_status rk_migrate_print(FILE *out, struct rk_err *err);
