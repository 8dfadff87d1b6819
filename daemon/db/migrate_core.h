/* migrate_core.h - migration over any table of files, so that tests can bring their own. */
#pragma once
#include "base/digest.h"
#include "db/plain.h"
#include "embedded.h"

#include <stdio.h>

/* Order of the files: migrations/NNNN_name.sql, numbered from 1 without a gap; functions/ and views/ in any order: what needs
 * another one waits for it.  Each migration is a transaction; the rebuild with what follows from it is one more.
 * Errors: RK_FAILED_PRECONDITION MIGRATION_CHANGED, SCHEMA_MISMATCH (the database is newer), FOREIGN_OBJECTS (with names)
 *         RK_ABORTED when another migration holds the lock; any other with "sql/FILE: line N: sentence". */
RK_MUST_USE enum rk_status rk_migrate_files(
	struct rk_plain *plain, const struct rk_sql_file *files, FILE *talk, struct rk_err *err);
RK_MUST_USE enum rk_status rk_migrate_print_files(
	FILE *out, const struct rk_sql_file *files, struct rk_err *err);
/* Number in the name of a migration, 0 for all other files. */
int rk_migrate_number(const struct rk_sql_file *file);
int rk_migrate_newest_of(const struct rk_sql_file *files);
/* SHA-256 over name, blank, hash, line feed of every file of migrations/, functions/ and views/; what
 * renkei_api.built_from() answers. */
RK_MUST_USE enum rk_status rk_migrate_digest(
	const struct rk_sql_file *files, char out[RK_SHA256_HEX], struct rk_err *err);
/* The messages from renkei.v1.Report down as JSON: {"fields": [...], "enums": [...]} with the columns of renkei.wire_field and
 * renkei.wire_enum. */
RK_MUST_USE enum rk_status rk_migrate_wire_json(struct rk_buf *out, struct rk_err *err);
