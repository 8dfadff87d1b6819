/* conn_prepare.h - what a connection asks before it serves: is this database safe, is it ours; and all statements. */
#pragma once
#include "db/conn.h"

#define RK_BEGIN_CALL  "rk_begin_call"
#define RK_BEGIN_BATCH "rk_begin_batch"
#define RK_BEGIN_WORK  "rk_begin_work"

/* Sends the questions (one segment). */
RK_MUST_USE bool rk_prepare_ask(struct pg_conn *pg);
/* One answer, the seen-th: fails with the sentence for the operator. */
RK_MUST_USE enum rk_status rk_prepare_answer(
	int seen, const struct pg_result *result, struct rk_err *err);
/* Sends begin_call, begin_batch, begin_work, with check_safety rk_safety_statement, and the statements (one segment). */
RK_MUST_USE bool rk_prepare_statements(
	struct pg_conn *pg, const struct rk_statement *const *statements, bool check_safety);

/* The question to a connection that serves, whether a commit is durable and the server safe; and what its settled query says:
 * RK_OK, STORE_UNSAFE with the sentence for the operator, or STORE_UNAVAILABLE when it takes no writes. */
extern const struct rk_statement rk_safety_statement;
RK_MUST_USE enum rk_status rk_safety_answer(const struct rk_query *query, struct rk_err *err);
