/* sqlstate.h - what PostgreSQL's five characters mean to a caller. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

struct pg_result;

/* Class RK is ours (RK403 and so on), 23505 ALREADY_EXISTS, 40001, 40P01 and 55P03 ABORTED, 53... RESOURCE_EXHAUSTED, 57014
 * DEADLINE_EXCEEDED, 08..., 57P0x and 25006 UNAVAILABLE, XX001 and XX002 DATA_LOSS, anything else INTERNAL.  NULL is UNAVAILABLE:
 * libpq itself speaks without a code, and only of a lost connection. */
enum rk_status rk_sqlstate_status(const char *sqlstate);
/* Fills err from an error result and returns its status.  Class RK keeps its sentence and the reason in its DETAIL, which is
 * borrowed into *detail (may be NULL; at == NULL when there is none); of all others the sentence stays in the log, because
 * it may name another's rows. */
enum rk_status rk_sqlstate_fail(
	const struct pg_result *result, struct rk_slice *detail, struct rk_err *err);
/* The error speaks of the connection's end, not of the statement: nothing is known of its transaction. */
bool rk_sqlstate_is_lost(const struct pg_result *failure);
/* A prepared statement no longer fits what the schema returns: the connection must be replaced. */
bool rk_sqlstate_is_stale(const struct pg_result *failure);
