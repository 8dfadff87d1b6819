/* cmd_query.h - what renkei query is made of: the question, the columns of its rows, and the list of records. */
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

enum rk_query_row { RK_ROW_GROUP, RK_ROW_SUM, RK_ROW_TOTAL };

void rk_query_begin(struct rk_query_shape *shape);
/* A row with its numbers: of a group, what the groups add up to, or the total; its records follow where programs read. */
void rk_query_add(
	struct rk_query_shape *shape, const Renkei__V1__AggregateRow *row, enum rk_query_row kind);
/* The records behind each number, for people: a table of its own.  Returns an exit status. */
int rk_query_print_records(struct rk_run *run,
	const Renkei__V1__AggregateActivitiesRequest *request,
	const Renkei__V1__AggregateActivitiesResponse *answer);
/* What the options of "renkei query" ask, but for --as-of and --list: they are no part of the question.  Returns an exit status. */
int rk_query_take(struct rk_run *run, Renkei__V1__AggregateActivitiesRequest *request);
/* Asks it, as of --as-of and with what stands behind it (--list), and prints the answer.  Returns an exit status. */
int rk_query_ask(struct rk_run *run, Renkei__V1__AggregateActivitiesRequest *request);
/* --revisions: asks it as known at each of these moments and as of --as-of or now, and prints the answers side by side with the change.  Returns an exit status. */
int rk_query_revisions(struct rk_run *run, Renkei__V1__AggregateActivitiesRequest *request);
/* What each measure and dimension means; of all of them with the words that programs use.  Returns an exit status. */
int rk_query_catalogue(struct rk_run *run);
void rk_query_explain(
	struct rk_run *run, Renkei__V1__Explanation *const *explanations, size_t count);
