/* cmd_query.h - what renkei query is made of: the columns of its rows, and the list of records. */
#pragma once
#include "out.h"

#include "renkei/v1/status_service.pb-c.h"

/* The columns follow from what was asked: keys, then number, events and unknown events of each measure, then coverage, and
 * for programs the records behind each number, each in a row below it.  run must be set. */
struct rk_query_shape {
	struct rk_run *run;
	const Renkei__V1__AggregateActivitiesRequest *request;
	struct rk_grid grid;
	struct rk_grid_column *columns;
	const char **heads;
	size_t at;
};

void rk_query_begin(struct rk_query_shape *shape);
/* A row with its number, the last one as total; its records follow where programs read. */
void rk_query_add(struct rk_query_shape *shape, const Renkei__V1__AggregateRow *row, bool total);
/* The records behind each number, for people: a table of its own.  Returns an exit status. */
int rk_query_print_records(struct rk_run *run,
	const Renkei__V1__AggregateActivitiesRequest *request,
	const Renkei__V1__AggregateActivitiesResponse *answer);
