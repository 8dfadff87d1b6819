/* renkei query save, run, list, remove - questions that are kept under a name and cited by their digest. */
#include "base/text.h"
#include "cmd_auth.h"
#include "cmd_query.h"
#include "command.h"
#include "labels.h"
#include "periods.h"
#include "remote.h"
#include "summary.h"

#include <string.h>

static const struct rk_grid_column columns[] = {
	{"name",        RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"version",     RK_COLUMN_NUMBER, RK_COLUMN_ALL },
	{"question",    RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"description", RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"taken_off",   RK_COLUMN_BOOL,   RK_COLUMN_WIDE},
	{"saved_at",    RK_COLUMN_TEXT,   RK_COLUMN_WIDE},
	{"saved_by",    RK_COLUMN_TEXT,   RK_COLUMN_WIDE},
	{"digest",      RK_COLUMN_TEXT,   RK_COLUMN_WIDE},
};

static const char *names(
	struct rk_run *run, const ProtobufCEnumDescriptor *type, const int *values, size_t count)
{
	const char *all = "";

	for (size_t i = 0; i < count; i++)
		all = rk_run_printf(
			run, "%s%s%s", all, i ? "," : "", rk_enum_name(run, type, values[i]));
	return all;
}

static const char *filters(
	struct rk_run *run, const Renkei__V1__AggregateActivitiesRequest *question)
{
	const char *all = "";

	for (size_t i = 0; i < question->n_where; i++) {
		const Renkei__V1__DimensionFilter *filter = question->where[i];

		all = rk_run_printf(run, "%s%s%s=", all, i ? "," : "",
			rk_enum_name(
				run, &renkei__v1__dimension__descriptor, (int)filter->dimension));
		for (size_t n = 0; n < filter->n_values; n++)
			all = rk_run_printf(run, "%s%s%s", all, n ? "|" : "", filter->values[n]);
	}
	return all;
}

/* A question as it is typed behind "renkei query". */
static const char *typed(struct rk_run *run, const Renkei__V1__AggregateActivitiesRequest *question)
{
	const char *text;

	if (!question)
		return "";
	text = rk_run_printf(run, "--measure %s",
		names(run, &renkei__v1__measure__descriptor, (const int *)question->measures,
			question->n_measures));
	if (question->n_where)
		text = rk_run_printf(run, "%s --where '%s'", text, filters(run, question));
	if (question->n_group_by)
		text = rk_run_printf(run, "%s --group-by %s", text,
			names(run, &renkei__v1__dimension__descriptor,
				(const int *)question->group_by, question->n_group_by));
	if (question->first_fiscal_year || question->last_fiscal_year)
		text = rk_run_printf(run, "%s --year %d..%d", text, question->first_fiscal_year,
			question->last_fiscal_year);
	return question->include_submitted ? rk_run_printf(run, "%s --include-submitted", text)
					   : text;
}

static int print(struct rk_run *run, Renkei__V1__SavedQuery *const *queries, size_t count,
	const ProtobufCMessage *answer)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	for (size_t i = 0; i < count; i++) {
		const Renkei__V1__SavedQuery *query = queries[i];

		rk_grid_add(&grid,
			(const char *const[]){query->name, rk_run_printf(run, "%d", query->version),
				typed(run, query->query), query->description,
				query->removed ? "true" : "false",
				rk_moment_japan(run, query->saved_at), query->saved_by,
				query->digest});
	}
	return rk_answer_print(&grid, answer);
}

int rk_cmd_query_save(struct rk_run *run)
{
	Renkei__V1__SaveQueryRequest request = RENKEI__V1__SAVE_QUERY_REQUEST__INIT;
	Renkei__V1__AggregateActivitiesRequest question =
		RENKEI__V1__AGGREGATE_ACTIVITIES_REQUEST__INIT;
	Renkei__V1__SaveQueryResponse *answer = NULL;
	const char *description = rk_run_option(run, "description");
	struct rk_failure failure = {.retry_ms = -1};
	int status = rk_query_take(run, &question);

	if (status != EX_OK)
		return status;
	request.request_id = rk_request_id(run);
	if (!request.request_id)
		return EX_OSERR;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.name = rk_run_str(run, run->operands[0]);
	request.description = rk_run_str(run, description ? description : "");
	request.query = &question;
	if (rk_call(run, "StatusService/SaveQuery", &request, save_query_response, &answer,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return print(run, &answer->query, 1, &answer->base);
}

int rk_cmd_query_list(struct rk_run *run)
{
	Renkei__V1__ListQueriesRequest request = RENKEI__V1__LIST_QUERIES_REQUEST__INIT;
	Renkei__V1__ListQueriesResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (run->operand_count)
		request.name = rk_run_str(run, run->operands[0]);
	request.all_versions = rk_run_flag(run, "all");
	if (rk_call(run, "StatusService/ListQueries", &request, list_queries_response, &answer,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return print(run, answer->queries, answer->n_queries, &answer->base);
}

/* "NAME", or "NAME@VERSION". */
static int take_name(struct rk_run *run, Renkei__V1__ListQueriesRequest *request)
{
	char *version = rk_run_str(run, run->operands[0]);
	int64_t number;

	request->name = strsep(&version, "@");
	if (!version)
		return EX_OK;
	if (!rk_text_i64(rk_slice_str(version), 1, INT32_MAX, &number))
		return rk_usage(run, "usage.query_version", "value", run->operands[0]);
	request->version = (int32_t)number;
	return EX_OK;
}

int rk_cmd_query_run(struct rk_run *run)
{
	Renkei__V1__ListQueriesRequest request = RENKEI__V1__LIST_QUERIES_REQUEST__INIT;
	Renkei__V1__ListQueriesResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	int status = take_name(run, &request);

	if (status != EX_OK)
		return status;
	if (rk_call(run, "StatusService/ListQueries", &request, list_queries_response, &answer,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (answer->n_queries != 1 || !answer->queries[0]->query)
		return rk_usage(run, "usage.query_version", "value", run->operands[0]);
	return rk_query_ask(run, answer->queries[0]->query);
}

int rk_cmd_query_remove(struct rk_run *run)
{
	Renkei__V1__RemoveQueryRequest request = RENKEI__V1__REMOVE_QUERY_REQUEST__INIT;
	Renkei__V1__RemoveQueryResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (!rk_confirm(run, "query.ask_remove", NULL))
		return rk_not_confirmed();
	request.request_id = rk_request_id(run);
	if (!request.request_id)
		return EX_OSERR;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.name = rk_run_str(run, run->operands[0]);
	if (rk_call(run, "StatusService/RemoveQuery", &request, remove_query_response, &answer,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return print(run, &answer->query, 1, &answer->base);
}
