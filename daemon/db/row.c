/* row.c - rows: columns by name; NULL kept apart from empty. */
#include "db/query_own.h"
#include "db/sqlstate.h"

#include <libpq-fe.h>

#include <assert.h>
#include <string.h>

static bool rows_copy(struct rk_query *query, const PGresult *rows)
{
	int columns = PQnfields(rows), count = PQntuples(rows);
	size_t cells = (size_t)columns * (size_t)count;

	assert(!query->cells && query->rows == 0);
	query->names = rk_arena_alloc(query->arena, ((size_t)columns + 1) * sizeof(*query->names));
	query->cells = rk_arena_alloc(query->arena, (cells + 1) * sizeof(*query->cells));
	if (!query->names || !query->cells)
		return false;
	for (int c = 0; c < columns; c++) {
		query->names[c] = rk_arena_str(query->arena, PQfname(rows, c));
		if (!query->names[c])
			return false;
	}
	for (int r = 0; r < count; r++)
		for (int c = 0; c < columns; c++) {
			struct rk_slice *cell = &query->cells[r * columns + c];

			if (PQgetisnull(rows, r, c))
				continue;
			cell->len = (size_t)PQgetlength(rows, r, c);
			cell->at = (const uint8_t *)rk_arena_slice(
				query->arena, rk_slice_of(PQgetvalue(rows, r, c), cell->len));
			if (!cell->at)
				return false;
		}
	query->columns = columns;
	query->rows = count;
	return true;
}

void rk_query_take(struct rk_query *query, const PGresult *rows)
{
	if (rows_copy(query, rows))
		query->status = RK_OK;
	else
		query->status = rk_fail_reason(&query->err, RK_RESOURCE_EXHAUSTED,
			"ANSWER_TOO_LARGE",
			"the answer of %s does not fit into the memory of its call",
			query->statement->name);
}

void rk_query_take_failure(struct rk_query *query, const PGresult *failure)
{
	struct rk_slice detail;

	query->status = rk_sqlstate_fail(failure, &detail, &query->err);
	query->detail = (struct rk_slice){NULL, 0};
	if (detail.at) {
		query->detail.at = (const uint8_t *)rk_arena_slice(query->arena, detail);
		query->detail.len = query->detail.at ? detail.len : 0;
	}
}

int rk_query_rows(const struct rk_query *query)
{
	return query->rows;
}

bool rk_query_value(
	const struct rk_query *query, int row, const char *column, struct rk_slice *value)
{
	*value = (struct rk_slice){NULL, 0};
	if (row < 0 || row >= query->rows)
		return false;
	assert(query->names && query->cells);
	for (int c = 0; c < query->columns; c++)
		if (strcmp(query->names[c], column) == 0) {
			*value = query->cells[row * query->columns + c];
			return value->at != NULL;
		}
	return false;
}

void rk_query_release(struct rk_query *query)
{
	query->rows = 0;
	query->columns = 0;
	query->names = NULL;
	query->cells = NULL;
}
