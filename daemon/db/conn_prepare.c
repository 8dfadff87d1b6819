#include "db/conn_prepare.h"

#include "db/migrate.h"

#include <libpq-fe.h>

#include <string.h>

/* The schema first: another version may not know the second question. */
static const char *const questions[] = {
	RK_MIGRATE_QUESTION,
	"select problem from renkei_api.check_safety()",
};

const struct rk_statement rk_safety_statement = {
	"proof", "select problem from renkei_api.prove_commit()", 0};

bool rk_prepare_ask(PGconn *pg)
{
	for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++)
		if (!PQsendQueryParams(pg, questions[i], 0, NULL, NULL, NULL, NULL, 0))
			return false;
	return PQpipelineSync(pg);
}

static enum rk_status refuse_unsafe(const PGresult *result, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf list = {.max = 400};

	if (PQntuples(result) == 0)
		return RK_OK;
	for (int row = 0; row < PQntuples(result); row++)
		if (rk_buf_addf(&list, "%s%s", row ? "; " : "", PQgetvalue(result, row, 0)) !=
			RK_OK)
			break;
	return rk_fail_reason(err, RK_FAILED_PRECONDITION, "STORE_UNSAFE",
		"the database is not safe: %.*s", (int)list.len,
		list.at ? (const char *)list.at : "");
}

enum rk_status rk_safety_answer(const struct rk_query *query, struct rk_err *err)
{
	struct rk_slice problem = {0};
	struct rk_err why;
	enum rk_status status = rk_query_status(query, NULL, &why);

	if (status == RK_UNAVAILABLE && strcmp(why.reason, "STORE_UNAVAILABLE") == 0)
		return rk_fail_reason(err, status, why.reason, "%s", why.text);
	/* A server that is busy, rebuilt or gone has not answered. */
	if (status != RK_OK && status != RK_INTERNAL)
		return RK_OK;
	if (status != RK_OK)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "STORE_UNSAFE",
			"the database cannot be checked: %s", why.text);
	if (rk_query_rows(query) == 0)
		return RK_OK;
	if (!rk_query_value(query, 0, "problem", &problem))
		problem = rk_slice_str("it does not say why");
	return rk_fail_reason(err, RK_FAILED_PRECONDITION, "STORE_UNSAFE",
		"the database is not safe any more: %.*s", (int)problem.len,
		(const char *)problem.at);
}

enum rk_status rk_prepare_answer(int seen, const PGresult *result, struct rk_err *err)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (sqlstate && (strcmp(sqlstate, "3F000") == 0 || strcmp(sqlstate, "42883") == 0))
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
			"the database has no schema of renkei, or an older one (%s); run renkeid migrate",
			text);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "STORE_UNSAFE",
			"the database cannot be checked: %s",
			text ? text : PQresStatus(PQresultStatus(result)));
	if (seen == 1)
		return refuse_unsafe(result, err);
	if (PQntuples(result) == 0)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH",
			"the database has no schema of renkei; run renkeid migrate");
	return rk_migrate_compare(PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1), err);
}

bool rk_prepare_statements(
	PGconn *pg, const struct rk_statement *const *statements, bool check_safety)
{
	if (!PQsendPrepare(pg, RK_BEGIN_CALL,
		    "select role, municipality_code from renkei_api.begin_call($1, $2, $3, $4)", 0,
		    NULL) ||
		!PQsendPrepare(pg, RK_BEGIN_BATCH, "select renkei_api.begin_batch($1)", 0, NULL) ||
		!PQsendPrepare(pg, RK_BEGIN_WORK, "select renkei_api.begin_work($1, $2)", 0, NULL))
		return false;
	if (check_safety &&
		!PQsendPrepare(pg, rk_safety_statement.name, rk_safety_statement.sql, 0, NULL))
		return false;
	for (; *statements; statements++)
		if (!PQsendPrepare(pg, (*statements)->name, (*statements)->sql, 0, NULL))
			return false;
	return PQpipelineSync(pg);
}
