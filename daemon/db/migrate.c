#include "db/migrate.h"

#include "base/text.h"
#include "db/migrate_core.h"

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

enum rk_status rk_migrate_compare(const char *number, const char *built_from, struct rk_err *err)
{
	char ours[RK_SHA256_HEX];
	int64_t theirs;

	if (!rk_text_i64(rk_slice_str(number), 0, INT32_MAX, &theirs))
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
			"the database has no migration; run renkeid migrate");
	if (theirs > rk_migrate_newest())
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
			"the database is newer: it has migration %d, this program knows %d; install the newer program",
			(int)theirs, rk_migrate_newest());
	if (theirs < rk_migrate_newest())
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
			"the database is older: it has migration %d, this program needs %d; run renkeid migrate",
			(int)theirs, rk_migrate_newest());
	RK_TRY(rk_migrate_digest(rk_sql_files, ours, err));
	if (strcmp(ours, built_from) != 0)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
			"the schema in the database is of another build (SHA-256 %.12s there, %.12s here); run renkeid migrate",
			built_from, ours);
	return RK_OK;
}

enum rk_status rk_migrate_check(struct rk_plain *plain, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf number = {0}, digest = {0};
	struct rk_err inner = {0};

	if (rk_plain_ask(plain, "select max(number)::text from renkei_api.schema_state()", 0, NULL,
		    &number, &inner) != RK_OK ||
		rk_plain_ask(plain, "select renkei_api.built_from()", 0, NULL, &digest, &inner) !=
			RK_OK) {
		if (inner.status == RK_UNAVAILABLE)
			return rk_fail_reason(err, inner.status, inner.reason, "%s", inner.text);
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
			"the database has no schema of renkei, or an older one (%s); run renkeid migrate",
			inner.text);
	}
	if (!rk_buf_cstr(&number) || !rk_buf_cstr(&digest))
		return rk_fail(
			err, RK_RESOURCE_EXHAUSTED, "no memory for the answer of the database");
	return rk_migrate_compare((char *)number.at, (char *)digest.at, err);
}
