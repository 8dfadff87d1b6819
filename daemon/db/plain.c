#include "db/plain.h"

#include "base/log.h"
#include "db/conninfo.h"
#include "db/copy_row.h"
#include "db/sqlstate.h"

#include <libpq-fe.h>

#include <stdlib.h>
#include <string.h>

struct rk_plain {
	PGconn *conn;
};

static void plain_on_notice(void *arg, const PGresult *notice)
{
	const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);

	(void)arg;
	rk_log(severity && strcmp(severity, "WARNING") == 0 ? RK_LOG_WARNING : RK_LOG_DEBUG,
		"database_says",
		RK_TEXT("text", PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY)));
}

static void cut_newline(char *text)
{
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
}

enum rk_status rk_plain_open(const char *conninfo, struct rk_plain **out, struct rk_err *err)
{
	RK_AUTO(rk_conninfo_clear) struct rk_conninfo full = {0};
	struct rk_plain *plain;

	RK_TRY(rk_conninfo_parse(conninfo, &full, err));
	plain = calloc(1, sizeof(*plain));
	if (!plain)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a database connection");
	plain->conn = PQconnectdbParams(full.keywords, full.values, 0);
	if (PQstatus(plain->conn) != CONNECTION_OK) {
		enum rk_status status = rk_fail_reason(err, RK_UNAVAILABLE, "STORE_UNAVAILABLE",
			"%s", PQerrorMessage(plain->conn));

		if (err)
			cut_newline(err->text);
		rk_plain_close(&plain);
		return status;
	}
	PQsetNoticeReceiver(plain->conn, plain_on_notice, NULL);
	*out = plain;
	return RK_OK;
}

void rk_plain_close(struct rk_plain **plain)
{
	if (!*plain)
		return;
	PQfinish((*plain)->conn);
	free(*plain);
	*plain = NULL;
}

static int line_of(const char *sql, const char *position)
{
	int line = 1;
	long at = position ? strtol(position, NULL, 10) : 0;

	/* PostgreSQL counts characters from 1, UTF-8 continuation bytes are none. */
	for (; *sql && at > 1; sql++) {
		if (((unsigned char)sql[1] & 0xC0) != 0x80)
			at--;
		line += *sql == '\n';
	}
	return line;
}

/* Here the reader is the operator: the whole sentence, with the line of the text that failed. */
static enum rk_status plain_fail(
	const struct rk_plain *plain, const PGresult *result, const char *sql, struct rk_err *err)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);

	if (!sqlstate || !text) {
		(void)rk_fail_reason(err, RK_UNAVAILABLE, "STORE_UNAVAILABLE", "%s",
			PQerrorMessage(plain->conn));
		if (err)
			cut_newline(err->text);
		return RK_UNAVAILABLE;
	}
	if (position)
		return rk_fail(err, rk_sqlstate_status(sqlstate), "line %d: %s%s%s (SQLSTATE %s)",
			line_of(sql, position), text, detail ? "; " : "", detail ? detail : "",
			sqlstate);
	return rk_fail(err, rk_sqlstate_status(sqlstate), "%s%s%s%s%s (SQLSTATE %s)", text,
		detail ? "; " : "", detail ? detail : "", context ? "; " : "",
		context ? context : "", sqlstate);
}

enum rk_status rk_plain_run(struct rk_plain *plain, const char *sql, struct rk_err *err)
{
	PGresult *result = PQexec(plain->conn, sql);
	ExecStatusType kind = PQresultStatus(result);
	enum rk_status status = RK_OK;

	if (kind != PGRES_COMMAND_OK && kind != PGRES_TUPLES_OK && kind != PGRES_EMPTY_QUERY)
		status = plain_fail(plain, result, sql, err);
	else if (strcmp(PQcmdStatus(result), "ROLLBACK") == 0 && strncasecmp(sql, "commit", 6) == 0)
		status = rk_fail(err, RK_ABORTED, "the transaction was rolled back at its commit");
	PQclear(result);
	return status;
}

enum rk_status rk_plain_ask(struct rk_plain *plain, const char *sql, int count,
	const char *const *params, struct rk_buf *out, struct rk_err *err)
{
	PGresult *result = PQexecParams(plain->conn, sql, count, NULL, params, NULL, NULL, 0);
	enum rk_status status = RK_OK;

	if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
		status = plain_fail(plain, result, sql, err);
	else if (PQntuples(result) == 0)
		status = rk_fail(err, RK_NOT_FOUND, "no row");
	else if (rk_buf_add(out, PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0)) !=
		RK_OK)
		status = rk_fail(
			err, RK_RESOURCE_EXHAUSTED, "no memory for the answer of the database");
	PQclear(result);
	return status;
}

#define MAX_COLUMNS 256

static enum rk_status give_row(
	const PGresult *result, const struct rk_plain_reader *reader, struct rk_err *err)
{
	struct rk_slice values[MAX_COLUMNS];
	int count = PQnfields(result);

	if (count > MAX_COLUMNS)
		return rk_fail(err, RK_INTERNAL, "%d columns; at most %d", count, MAX_COLUMNS);
	for (int i = 0; i < count; i++) {
		values[i] = rk_slice_of(
			PQgetvalue(result, 0, i), (size_t)PQgetlength(result, 0, i));
		if (PQgetisnull(result, 0, i))
			values[i].at = NULL;
	}
	return reader->row(reader->arg, values, (size_t)count, err);
}

/* Whoever had enough of it does not wait for the rest of a long answer. */
static void cancel(struct rk_plain *plain)
{
	PGcancel *asked = PQgetCancel(plain->conn);
	char said[256];

	if (asked && !PQcancel(asked, said, sizeof said))
		rk_log(RK_LOG_WARNING, "cancel_failed", RK_TEXT("why", said));
	PQfreeCancel(asked);
}

enum rk_status rk_plain_each(struct rk_plain *plain, const char *sql, int count,
	const char *const *params, const struct rk_plain_reader *reader, struct rk_err *err)
{
	enum rk_status status = RK_OK;
	PGresult *result;

	if (!PQsendQueryParams(plain->conn, sql, count, NULL, params, NULL, NULL, 0) ||
		!PQsetSingleRowMode(plain->conn)) {
		(void)rk_fail_reason(err, RK_UNAVAILABLE, "STORE_UNAVAILABLE", "%s",
			PQerrorMessage(plain->conn));
		if (err)
			cut_newline(err->text);
		return RK_UNAVAILABLE;
	}
	while ((result = PQgetResult(plain->conn))) {
		ExecStatusType kind = PQresultStatus(result);

		if (status == RK_OK && kind == PGRES_SINGLE_TUPLE) {
			status = give_row(result, reader, err);
			if (status != RK_OK)
				cancel(plain);
		} else if (status == RK_OK && kind != PGRES_TUPLES_OK && kind != PGRES_COMMAND_OK) {
			status = plain_fail(plain, result, sql, err);
		}
		PQclear(result);
	}
	return status;
}

static enum rk_status give_copied(char *row, int len, size_t columns,
	const struct rk_plain_reader *reader, struct rk_err *err)
{
	struct rk_slice values[MAX_COLUMNS];
	size_t count = rk_copy_row(row, (size_t)len, values, MAX_COLUMNS);

	if (count != columns)
		return rk_fail(err, RK_INTERNAL, "a row of %zu columns; the query has %zu", count,
			columns);
	return reader->row(reader->arg, values, count, err);
}

/* What is said after the last row: whether these were all. */
static enum rk_status end_copy(
	struct rk_plain *plain, const char *sql, enum rk_status status, struct rk_err *err)
{
	PGresult *result;

	while ((result = PQgetResult(plain->conn))) {
		if (status == RK_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
			status = plain_fail(plain, result, sql, err);
		PQclear(result);
	}
	return status;
}

static enum rk_status copy_rows(struct rk_plain *plain, const char *sql, size_t columns,
	const struct rk_plain_reader *reader, struct rk_err *err)
{
	enum rk_status status = RK_OK;
	char *row;
	int len;

	while ((len = PQgetCopyData(plain->conn, &row, 0)) > 0) {
		if (status == RK_OK) {
			status = give_copied(row, len, columns, reader, err);
			if (status != RK_OK)
				cancel(plain);
		}
		PQfreemem(row);
	}
	return end_copy(plain, sql, status, err);
}

enum rk_status rk_plain_copy(struct rk_plain *plain, const char *query,
	const struct rk_plain_reader *reader, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf sql = {0};
	enum rk_status status;
	PGresult *result;
	size_t columns;

	if (rk_buf_addf(&sql, "copy (%s) to stdout", query) != RK_OK || !rk_buf_cstr(&sql))
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a query");
	result = PQexec(plain->conn, (const char *)sql.at);
	columns = (size_t)PQnfields(result);
	if (PQresultStatus(result) == PGRES_COPY_OUT)
		status = copy_rows(plain, (const char *)sql.at, columns, reader, err);
	else
		status = plain_fail(plain, result, (const char *)sql.at, err);
	PQclear(result);
	return status;
}
