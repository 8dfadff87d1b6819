#include "db/migrate_core.h"

#include "base/log.h"
#include "base/text.h"
#include "db/migrate_sql.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 512 };

/* Puts the file's name before the sentence. */
static enum rk_status in_file(const struct rk_sql_file *file, struct rk_err *err)
{
	struct rk_err inner = *err;

	return rk_fail_reason(
		err, inner.status, inner.reason, "sql/%s: %s", file->name, inner.text);
}

/* On the way out of a failure, whose sentence matters more. */
static void run_anyway(struct rk_plain *plain, const char *sql)
{
	struct rk_err err;

	if (rk_plain_run(plain, sql, &err) != RK_OK)
		rk_log(RK_LOG_NOTICE, "migrate", RK_TEXT("text", err.text));
}

static bool is_api(const struct rk_sql_file *file)
{
	return strncmp(file->name, "functions/", 10) == 0 || strncmp(file->name, "views/", 6) == 0;
}

int rk_migrate_number(const struct rk_sql_file *file)
{
	int number = 0;
	const char *at = file->name + 11;

	if (strncmp(file->name, "migrations/", 11) != 0)
		return 0;
	for (; *at >= '0' && *at <= '9' && number < 100000; at++)
		number = number * 10 + (*at - '0');
	return *at == '_' ? number : 0;
}

int rk_migrate_newest_of(const struct rk_sql_file *files)
{
	int newest = 0;

	for (; files->name; files++)
		if (rk_migrate_number(files) > newest)
			newest = rk_migrate_number(files);
	return newest;
}

enum rk_status rk_migrate_digest(
	const struct rk_sql_file *files, char out[RK_SHA256_HEX], struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf all = {0};

	for (; files->name; files++)
		if ((is_api(files) || rk_migrate_number(files) > 0) &&
			rk_buf_addf(&all, "%s %s\n", files->name, files->sha256) != RK_OK)
			return rk_fail(err, RK_RESOURCE_EXHAUSTED,
				"no memory for the digest of the SQL files");
	rk_sha256_hex(rk_buf_slice(&all), out);
	return RK_OK;
}

/* Appends one value; "" without a row. */
static enum rk_status ask(struct rk_plain *plain, const char *sql, const char *param,
	struct rk_buf *out, struct rk_err *err)
{
	const char *params[] = {param};
	enum rk_status status = rk_plain_ask(plain, sql, param ? 1 : 0, params, out, err);

	if (status == RK_NOT_FOUND)
		status = RK_OK;
	if (status == RK_OK && !rk_buf_cstr(out))
		return rk_fail(
			err, RK_RESOURCE_EXHAUSTED, "no memory for the answer of the database");
	return status;
}

static enum rk_status ask_number(
	struct rk_plain *plain, const char *sql, int64_t *number, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};

	RK_TRY(ask(plain, sql, NULL, &text, err));
	if (!rk_text_i64(rk_buf_slice(&text), INT32_MIN, INT32_MAX, number))
		return rk_fail(
			err, RK_INTERNAL, "the database answered with no number to: %s", sql);
	return RK_OK;
}

static enum rk_status check_order(const struct rk_sql_file *files, struct rk_err *err)
{
	int expected = 1;

	for (; files->name; files++) {
		if (strncmp(files->name, "migrations/", 11) != 0)
			continue;
		if (rk_migrate_number(files) != expected)
			return rk_fail(err, RK_INTERNAL, "sql/%s: number %d was expected here",
				files->name, expected);
		expected++;
	}
	return RK_OK;
}

/* Every file that was applied must be what was applied then. */
static enum rk_status check_applied(struct rk_plain *plain, const struct rk_sql_file *files,
	int64_t applied, struct rk_err *err)
{
	int newest = rk_migrate_newest_of(files);

	if (applied > newest)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
			"the database is newer: it has migration %d, this program knows %d; install the newer program",
			(int)applied, newest);
	for (; files->name; files++) {
		RK_AUTO(rk_buf_clear) struct rk_buf sha256 = {0};
		int number = rk_migrate_number(files);
		char text[12];

		if (number == 0 || number > applied)
			continue;
		(void)snprintf(text, sizeof(text), "%d", number);
		RK_TRY(ask(plain, "select sha256 from renkei.migration where number = $1::integer",
			text, &sha256, err));
		if (!rk_slice_equal_str(rk_buf_slice(&sha256), files->sha256))
			return rk_fail_reason(err, RK_FAILED_PRECONDITION, "MIGRATION_CHANGED",
				"sql/%s: not what was applied to this database (SHA-256 %.12s here, %.12s there); migrations are never edited",
				files->name, files->sha256,
				sha256.len ? (char *)sha256.at : "none");
	}
	return RK_OK;
}

static enum rk_status record(
	struct rk_plain *plain, const struct rk_sql_file *file, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	char number[12];
	const char *params[] = {number, file->name + 11, file->sha256, RENKEI_VERSION};

	(void)snprintf(number, sizeof(number), "%d", rk_migrate_number(file));
	return rk_plain_ask(plain,
		"insert into renkei.migration (number, name, sha256, version) values ($1::integer, $2, $3, $4) returning number",
		4, params, &out, err);
}

static enum rk_status apply(
	struct rk_plain *plain, const struct rk_sql_file *file, struct rk_err *err)
{
	enum rk_status status;

	RK_TRY(rk_plain_run(plain, "begin", err));
	status = rk_plain_run(plain, file->text, err);
	if (status == RK_OK)
		status = record(plain, file, err);
	if (status == RK_OK)
		status = rk_plain_run(plain, "commit", err);
	if (status == RK_OK)
		return RK_OK;
	run_anyway(plain, "rollback");
	return in_file(file, err);
}

/* Makes those that can be made; the others move to the front, and *first says why the first of them could not. */
static enum rk_status build_pass(struct rk_plain *plain, const struct rk_sql_file **waiting,
	size_t *count, struct rk_err *first, struct rk_err *err)
{
	size_t left = 0;

	for (size_t i = 0; i < *count; i++) {
		struct rk_err inner = {0};

		RK_TRY(rk_plain_run(plain, "savepoint file", err));
		if (rk_plain_run(plain, waiting[i]->text, &inner) == RK_OK) {
			RK_TRY(rk_plain_run(plain, "release savepoint file", err));
			continue;
		}
		RK_TRY(rk_plain_run(
			plain, "rollback to savepoint file; release savepoint file", err));
		if (left == 0) {
			*first = inner;
			(void)in_file(waiting[i], first);
		}
		waiting[left++] = waiting[i];
	}
	*count = left;
	return RK_OK;
}

/* What needs a function or view of another file waits for it: passes until nothing is left, or nothing moves. */
static enum rk_status build_api(
	struct rk_plain *plain, const struct rk_sql_file *files, struct rk_err *err)
{
	const struct rk_sql_file *waiting[FILES_MAX];
	size_t count = 0;

	for (; files->name; files++) {
		if (is_api(files) && count == FILES_MAX)
			return rk_fail(err, RK_INTERNAL, "more than %d files in sql/", FILES_MAX);
		if (is_api(files))
			waiting[count++] = files;
	}
	while (count > 0) {
		struct rk_err first = {0};
		size_t before = count;

		RK_TRY(build_pass(plain, waiting, &count, &first, err));
		if (count == before)
			return rk_fail_reason(err, first.status, first.reason, "%s", first.text);
	}
	return RK_OK;
}

static enum rk_status add_state(
	struct rk_buf *out, const struct rk_sql_file *files, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	char digest[RK_SHA256_HEX];

	RK_TRY(rk_migrate_digest(files, digest, err));
	RK_TRY(rk_migrate_wire_json(&wire, err));
	if (!rk_buf_cstr(&wire) || rk_buf_addf(out, RK_SQL_BUILT_FROM, digest) != RK_OK ||
		rk_buf_addf(out, RK_SQL_WIRE_FIELDS, (char *)wire.at) != RK_OK || !rk_buf_cstr(out))
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the table of messages");
	return RK_OK;
}

static enum rk_status refuse_foreign(struct rk_plain *plain, struct rk_err *err)
{
	struct rk_err inner = {0};

	if (rk_plain_run(plain, RK_SQL_REFUSE_FOREIGN, &inner) == RK_OK)
		return RK_OK;
	if (inner.status != RK_INTERNAL)
		return rk_fail_reason(err, inner.status, inner.reason, "%s", inner.text);
	return rk_fail_reason(err, RK_FAILED_PRECONDITION, "FOREIGN_OBJECTS", "%s", inner.text);
}

static enum rk_status rebuild(
	struct rk_plain *plain, const struct rk_sql_file *files, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf state = {0};

	RK_TRY(add_state(&state, files, err));
	RK_TRY(refuse_foreign(plain, err));
	RK_TRY(rk_plain_run(plain, RK_SQL_REBUILD, err));
	RK_TRY(build_api(plain, files, err));
	return rk_plain_run(plain, (char *)state.at, err);
}

static enum rk_status rebuild_in_transaction(
	struct rk_plain *plain, const struct rk_sql_file *files, struct rk_err *err)
{
	enum rk_status status;

	RK_TRY(rk_plain_run(plain, "begin", err));
	status = rebuild(plain, files, err);
	if (status == RK_OK)
		status = rk_plain_run(plain, "commit", err);
	if (status != RK_OK)
		run_anyway(plain, "rollback");
	return status;
}

static enum rk_status migrate_locked(
	struct rk_plain *plain, const struct rk_sql_file *files, FILE *talk, struct rk_err *err)
{
	int64_t there, applied = 0;

	RK_TRY(ask_number(plain, "select (to_regclass('renkei.migration') is not null)::integer",
		&there, err));
	if (there)
		RK_TRY(ask_number(plain, "select coalesce(max(number), 0) from renkei.migration",
			&applied, err));
	RK_TRY(check_applied(plain, files, applied, err));
	for (const struct rk_sql_file *file = files; file->name; file++) {
		if (rk_migrate_number(file) == 0 || rk_migrate_number(file) <= applied)
			continue;
		RK_TRY(apply(plain, file, err));
		if (talk)
			(void)fprintf(talk, "applied %s\n", file->name);
	}
	RK_TRY(rebuild_in_transaction(plain, files, err));
	if (talk)
		(void)fprintf(
			talk, "rebuilt renkei_api at number %d\n", rk_migrate_newest_of(files));
	return RK_OK;
}

enum rk_status rk_migrate_files(
	struct rk_plain *plain, const struct rk_sql_file *files, FILE *talk, struct rk_err *err)
{
	struct rk_err own;
	enum rk_status status;

	if (!err)
		err = &own;
	RK_TRY(check_order(files, err));
	RK_TRY(rk_plain_run(plain,
		"set role renkei_owner; set lock_timeout = '5s'; set statement_timeout = 0", err));
	status = rk_plain_run(plain, "select pg_advisory_lock(" RK_SQL_LOCK_KEY ")", err);
	if (status == RK_OK) {
		status = migrate_locked(plain, files, talk, err);
		run_anyway(plain, "select pg_advisory_unlock(" RK_SQL_LOCK_KEY ")");
	} else if (status == RK_ABORTED) {
		(void)rk_fail(err, RK_ABORTED,
			"another migration of this database runs; try again when it has ended");
	}
	run_anyway(plain, "reset role; reset lock_timeout; reset statement_timeout");
	return status;
}

enum rk_status rk_migrate_print_files(
	FILE *out, const struct rk_sql_file *files, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf state = {0};
	int left = 0;

	for (const struct rk_sql_file *file = files; file->name; file++)
		left += is_api(file);
	RK_TRY(check_order(files, err));
	RK_TRY(add_state(&state, files, err));
	(void)fputs(
		"-- For psql, as a member of renkei_owner.  What was applied already is passed over.\n"
		"\\set ON_ERROR_STOP on\nset role renkei_owner;\nset lock_timeout = '5s';\n"
		"select pg_advisory_lock(" RK_SQL_LOCK_KEY ");\n"
		"select to_regclass('renkei.migration') is null as missing \\gset\n",
		out);
	for (const struct rk_sql_file *file = files; file->name; file++) {
		int number = rk_migrate_number(file);

		if (number == 0)
			continue;
		if (number > 1)
			(void)fprintf(out,
				"select not exists (select from renkei.migration where number = %d) as missing \\gset\n",
				number);
		(void)fprintf(out, "\\if :missing\nbegin;\n-- %s\n%s\n", file->name, file->text);
		(void)fprintf(out,
			"insert into renkei.migration (number, name, sha256, version) values (%d, '%s', '%s', '%s');\ncommit;\n\\endif\n",
			number, file->name + 11, file->sha256, RENKEI_VERSION);
	}
	(void)fputs("begin;\n" RK_SQL_REFUSE_FOREIGN RK_SQL_REBUILD RK_SQL_BUILD_BEGIN, out);
	for (const struct rk_sql_file *file = files; file->name; file++)
		if (is_api(file))
			(void)fprintf(out, "\n-- %s\n$renkei_file$%s$renkei_file$%s", file->name,
				file->text, --left > 0 ? "," : "");
	(void)fputs(RK_SQL_BUILD_END, out);
	(void)fprintf(out, "%scommit;\nselect pg_advisory_unlock(" RK_SQL_LOCK_KEY ");\n",
		(char *)state.at);
	return ferror(out) ? rk_fail(err, RK_UNKNOWN, "the SQL cannot be written") : RK_OK;
}
