#include "db/segment.h"

#include "db/sqlstate.h"

#include <libpq-fe.h>

#include <assert.h>
#include <string.h>

static enum rk_segment synced(const struct rk_slot *slot, const char **why)
{
	if (slot->failure)
		return RK_SEGMENT_SETTLED;
	if (slot->doubtful) {
		*why = "a commit came back with a warning";
		return RK_SEGMENT_LOST;
	}
	if (slot->seen == 2 && (slot->rows || !slot->query))
		return RK_SEGMENT_SETTLED;
	*why = "a segment ended without its answers";
	return RK_SEGMENT_LOST;
}

enum rk_segment rk_segment_take(struct rk_slot *slot, PGresult *result, const char **why)
{
	PGresult **kept = NULL;
	enum rk_segment segment = RK_SEGMENT_OPEN;

	switch (PQresultStatus(result)) {
	case PGRES_PIPELINE_SYNC:
		segment = synced(slot, why);
		break;
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
		assert(slot->seen != 1 || !slot->rows);
		if (slot->seen++ == 1 && slot->query)
			kept = &slot->rows;
		break;
	case PGRES_FATAL_ERROR:
		slot->seen++;
		if (!slot->failure)
			kept = &slot->failure;
		break;
	case PGRES_PIPELINE_ABORTED:
		break;
	default:
		*why = "an answer of a kind nobody asked for";
		segment = RK_SEGMENT_LOST;
	}
	if (kept)
		*kept = result;
	else
		PQclear(result);
	return segment;
}

bool rk_segment_hear(struct rk_slot *slot, const PGresult *notice)
{
	const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *source = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
	bool warning = severity && strcmp(severity, "WARNING") == 0;

	if (slot && warning && !(source && strcmp(source, "exec_stmt_raise") == 0))
		slot->doubtful = true;
	return warning;
}

static void outcome(const struct rk_slot *slot, struct rk_query *query, const struct rk_err *lost)
{
	bool speaks = slot->failure && !(lost && rk_sqlstate_is_lost(slot->failure));

	if (speaks)
		rk_query_take_failure(query, slot->failure);
	else if (lost)
		query->status = rk_fail_reason(
			&query->err, lost->status, lost->reason, "%s", lost->text);
	else
		rk_query_take(query, slot->rows);
}

struct rk_query *rk_segment_settle(struct rk_slot *slot, const struct rk_err *lost)
{
	struct rk_query *query = slot->query;

	assert(!query || query->slot == slot);
	if (query) {
		query->slot = NULL;
		outcome(slot, query, lost);
	}
	PQclear(slot->rows);
	PQclear(slot->failure);
	*slot = (struct rk_slot){0};
	return query;
}
