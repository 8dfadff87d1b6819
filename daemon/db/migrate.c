#include "db/migrate.h"

#include "base/text.h"
#include "db/migrate_core.h"

#include <assert.h>
#include <string.h>

enum rk_status rk_migrate(struct rk_plain *plain, FILE *talk, struct rk_err *err)
{
	return rk_migrate_files(plain, rk_sql_files, talk, err);
}

int rk_migrate_newest(void)
{
	return rk_migrate_newest_of(rk_sql_files);
}

enum rk_status rk_migrate_print(FILE *out, struct rk_err *err)
{
	return rk_migrate_print_files(out, rk_sql_files, err);
}

/* The word after those before, cut off; empty at the end. */
static struct rk_slice next_word(const char **at)
{
	size_t len = strcspn(*at, " ");
	struct rk_slice word = rk_slice_of(*at, len);

	*at += len;
	*at += strspn(*at, " ");
	return word;
}

static const struct rk_sql_file *migration_of(int number)
{
	for (const struct rk_sql_file *file = rk_sql_files; file->name; file++)
		if (rk_migrate_number(file) == number)
			return file;
	return NULL;
}

/* Each migration the database has is, by its hash, the one this program has; *newest is the last number there, 0 for none. */
static enum rk_status compare_hashes(const char *migrations, int *newest, struct rk_err *err)
{
	*newest = 0;
	while (*migrations) {
		int64_t number;
		struct rk_slice told = next_word(&migrations), sha256 = next_word(&migrations);

		if (!rk_text_i64(told, 1, INT32_MAX, &number) ||
			(number <= rk_migrate_newest() && number != *newest + 1))
			return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
				"the database has migration %.*s after %d; one is missing",
				(int)told.len, (const char *)told.at, *newest);
		const struct rk_sql_file *file = migration_of((int)number);

		if (file && !rk_slice_equal_str(sha256, file->sha256))
			return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
				"sql/%s is not what was applied to this database (SHA-256 %.12s here, %.*s there); install the program that belongs to it, or restore the database",
				file->name, file->sha256, sha256.len < 12 ? (int)sha256.len : 12,
				(const char *)sha256.at);
		*newest = (int)number;
	}
	return RK_OK;
}

enum rk_status rk_migrate_compare(
	const char *migrations, const char *built_from, struct rk_err *err)
{
	char ours[RK_SHA256_HEX];
	int theirs;

	RK_TRY(compare_hashes(migrations, &theirs, err));
	if (theirs == 0)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
			"the database has no migration; run renkeid migrate");
	if (theirs > rk_migrate_newest())
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
			"the database is newer: it has migration %d, this program knows %d; install the newer program",
			theirs, rk_migrate_newest());
	if (theirs < rk_migrate_newest())
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
			"the database is older: it has migration %d, this program needs %d; run renkeid migrate",
			theirs, rk_migrate_newest());
	RK_TRY(rk_migrate_digest(rk_sql_files, ours, err));
	if (strcmp(ours, built_from) != 0)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
			"the schema in the database is of another build (SHA-256 %.12s there, %.12s here); run renkeid migrate",
			built_from, ours);
	return RK_OK;
}

enum rk_status rk_migrate_check(struct rk_plain *plain, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf row = {0};
	struct rk_err inner = {0};

	if (rk_plain_ask(plain,
		    "select coalesce(q.migrations, '') || '/' || q.built_from from (" RK_MIGRATE_QUESTION
		    ") q (migrations, built_from)",
		    0, NULL, &row, &inner) != RK_OK) {
		if (inner.status == RK_UNAVAILABLE)
			return rk_fail_reason(err, inner.status, inner.reason, "%s", inner.text);
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
			"the database has no schema of renkei, or an older one (%s); run renkeid migrate",
			inner.text);
	}
	if (!rk_buf_cstr(&row))
		return rk_fail(
			err, RK_RESOURCE_EXHAUSTED, "no memory for the answer of the database");
	char *built_from = strchr((char *)row.at, '/');

	assert(built_from);
	*built_from++ = '\0';
	return rk_migrate_compare((char *)row.at, built_from, err);
}
