/* segment.h - what the database's answers to one segment come to: committed, refused, or unknown.
 *
 * What lies between two syncs of the pipeline is one transaction.  Nothing is acknowledged before its sync: a commit can fail after the rows
 * have arrived.  A warning of the server itself makes a commit doubtful, and one that came without its answers is none.  Results in, an
 * outcome out: no connection, no loop.
 */
#pragma once
#include "db/query_own.h"

struct pg_result;

struct rk_slot {
	struct rk_query *query; /* NULL: abandoned; what comes is read and dropped */
	int seen; /* results so far; the prologue's, the statement's, and one more when the commit fails */
	struct pg_result *rows, *failure;
	enum rk_cost cost;
	bool doubtful;      /* a warning came that no function of ours raised */
	int64_t timeout_ms; /* counts from when it became the head */
};

enum rk_segment {
	RK_SEGMENT_OPEN,    /* more is to come */
	RK_SEGMENT_SETTLED, /* its sync came: the transaction is committed, or refused */
	RK_SEGMENT_LOST,    /* nothing that the connection says is believed any more */
};

/* rk_segment_take takes over the next result of a slot.  LOST: *why is the sentence for the operator. */
RK_MUST_USE enum rk_segment rk_segment_take(
	struct rk_slot *slot, struct pg_result *result, const char **why);
/* rk_segment_hear takes a notice that came while the slot (NULL: none) was the first in flight, and returns whether it is a warning.  A cancelled wait for
 * the synchronous standby is one, after which the commit looks successful; what a function raises on purpose is told apart by its source. */
bool rk_segment_hear(struct rk_slot *slot, const struct pg_result *notice);
/* rk_segment_settle writes the outcome into the slot's query, which is cut from it, frees what the slot held and returns the query, NULL when it was
 * abandoned.  lost: the connection is no more, and this is what is known of what had no answer; but what the database refused with a code of
 * its own is undone for certain. */
struct rk_query *rk_segment_settle(struct rk_slot *slot, const struct rk_err *lost);
