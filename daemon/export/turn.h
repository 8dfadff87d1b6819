/* turn.h - exports of one database are made one after the other, in the order in which they came.
 *
 * Its processors would be the submissions' otherwise: an export of its own machine has little priority, but what PostgreSQL does for it has not.
 * The line stands in the database that is read (sql/functions/take_export_turn.sql); whoever dies leaves it with the connection.
 */
#pragma once
#include "db/plain.h"

/* Waits until all that came before have gone, and keeps the place until plain is closed; outside of a transaction.  A line that has not moved
 * for half an hour is passed by.  going as in struct rk_export_order.
 * Errors: those of the database and of going. */
RK_MUST_USE enum rk_status rk_export_turn_take(struct rk_plain *plain,
	enum rk_status (*going)(void *arg, struct rk_err *err), void *arg, struct rk_err *err);
