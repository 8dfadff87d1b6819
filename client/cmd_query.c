/* renkei query - totals over activities, each with its coverage and, with --list, with what stands behind it. */
#include "cmd_query.h"

#include "command.h"
#include "coverage.h"
#include "days.h"
#include "labels.h"
#include "periods.h"
#include "remote.h"

#include <string.h>

/* Names in a comma-separated option, as enum values. */
static int take_enums(struct rk_run *run, const char *option, const char *text,
	const ProtobufCEnumDescriptor *type, int **values, size_t *count)
{
	char *rest = rk_run_str(run, text), *part;

	*values = rk_run_alloc(run, (strlen(text) + 1) * sizeof **values);
	while ((part = strsep(&rest, ","))) {
		const char *near = NULL;
		int value = rk_enum_value(run, type, part, &near);

		if (value < 0 && near)
			return rk_usage(run, "usage.unknown_value_near", "option", option, "value",
				part, "near", near);
		if (value < 0)
			return rk_usage(
				run, "usage.unknown_value", "option", option, "value", part);
		(*values)[(*count)++] = value;
	}
	return EX_OK;
}

/* "partner=210000,fiscal_year=2016": several values of one dimension are joined by "|". */
static int take_filters(struct rk_run *run, Renkei__V1__AggregateActivitiesRequest *request)
{
	const char *text;
	size_t room = 0;

	for (size_t n = 0; (text = rk_run_option_at(run, "where", n)); n++)
		room += strlen(text) + 1;
	request->where = rk_run_alloc(run, room * sizeof *request->where);
	for (size_t n = 0; (text = rk_run_option_at(run, "where", n)); n++) {
		char *rest = rk_run_str(run, text), *part;

		while ((part = strsep(&rest, ","))) {
			Renkei__V1__DimensionFilter *filter = rk_run_alloc(run, sizeof *filter);
			char *values = part, *name = strsep(&values, "=");
			const char *near = NULL;
			int dimension = rk_enum_value(
				run, &renkei__v1__dimension__descriptor, name, &near);

			if (!values)
				return rk_usage(run, "usage.filter", "value", part);
			if (dimension < 0 && near)
				return rk_usage(run, "usage.unknown_value_near", "option", "where",
					"value", name, "near", near);
			if (dimension < 0)
				return rk_usage(run, "usage.unknown_value", "option", "where",
					"value", name);
			renkei__v1__dimension_filter__init(filter);
			filter->dimension = (Renkei__V1__Dimension)dimension;
			filter->values = rk_run_alloc(
				run, (strlen(values) + 1) * sizeof *filter->values);
			while ((part = strsep(&values, "|")))
				filter->values[filter->n_values++] = part;
			request->where[request->n_where++] = filter;
		}
	}
	return EX_OK;
}

int rk_query_take(struct rk_run *run, Renkei__V1__AggregateActivitiesRequest *request)
{
	const char *measures = rk_run_option(run, "measure"),
		   *groups = rk_run_option(run, "group-by");
	const char *years = rk_run_option(run, "year");
	int *values = NULL, status;
	size_t count = 0;
	struct rk_err err;

	status = take_enums(run, "measure", measures ? measures : "activities",
		&renkei__v1__measure__descriptor, &values, &request->n_measures);
	if (status != EX_OK)
		return status;
	request->measures = (Renkei__V1__Measure *)(void *)values;
	if (groups) {
		status = take_enums(run, "group-by", groups, &renkei__v1__dimension__descriptor,
			&values, &count);
		if (status != EX_OK)
			return status;
		request->group_by = (Renkei__V1__Dimension *)(void *)values;
		request->n_group_by = count;
	}
	if (years &&
		rk_years_parse(years, &request->first_fiscal_year, &request->last_fiscal_year,
			&err) != RK_OK)
		return rk_trouble(run, &err);
	request->include_submitted = rk_run_flag(run, "include-submitted");
	return take_filters(run, request);
}

static int take_moment(struct rk_run *run, Google__Protobuf__Timestamp *as_of, bool *given)
{
	const char *moment = rk_run_option(run, "as-of");
	struct rk_err err;

	*given = moment != NULL;
	if (moment && rk_moment_parse(moment, as_of, &err) != RK_OK)
		return rk_trouble(run, &err);
	return EX_OK;
}

static void print_foot(struct rk_run *run, const Renkei__V1__AggregateActivitiesResponse *answer)
{
	fprintf(rk_out(run), "\n%s\n%s\n%s\n",
		rk_coverage_line(run, answer->total ? answer->total->coverage : NULL),
		rk_tell(run, "as_of", "time", rk_moment_told(run, answer->as_of)),
		rk_tell(run, "query.digest", "digest", answer->query_digest));
	if (rk_run_flag(run, "explain")) {
		fprintf(rk_out(run), "%s\n\n", rk_in_language(run, answer->definition));
		rk_query_explain(run, answer->explanations, answer->n_explanations);
	}
}

int rk_query_ask(struct rk_run *run, Renkei__V1__AggregateActivitiesRequest *request)
{
	Renkei__V1__AggregateActivitiesResponse *answer = NULL;
	Google__Protobuf__Timestamp as_of;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_query_shape shape = {.run = run, .request = request};
	bool given;
	int status;

	if (rk_run_option(run, "revisions"))
		return rk_query_revisions(run, request);
	status = take_moment(run, &as_of, &given);
	if (status != EX_OK)
		return status;
	request->as_of = given ? &as_of : NULL;
	request->list_records = rk_run_flag(run, "list");
	if (rk_call(run, "StatusService/AggregateActivities", request,
		    aggregate_activities_response, &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (run->output == RK_OUT_JSON)
		return rk_message_print(run, &answer->base);
	rk_query_begin(&shape);
	for (size_t i = 0; i < answer->n_rows; i++)
		rk_query_add(&shape, answer->rows[i], RK_ROW_GROUP);
	if (answer->rows_sum)
		rk_query_add(&shape, answer->rows_sum, RK_ROW_SUM);
	if (answer->total)
		rk_query_add(&shape, answer->total, RK_ROW_TOTAL);
	status = rk_grid_print(&shape.grid);
	if (status != EX_OK || !rk_out_is_human(run))
		return status;
	if (request->list_records) {
		status = rk_query_print_records(run, request, answer);
		if (status != EX_OK)
			return status;
	}
	print_foot(run, answer);
	return EX_OK;
}

int rk_cmd_query(struct rk_run *run)
{
	Renkei__V1__AggregateActivitiesRequest request =
		RENKEI__V1__AGGREGATE_ACTIVITIES_REQUEST__INIT;
	int status = rk_query_take(run, &request);

	if (status != EX_OK)
		return status;
	return rk_run_flag(run, "catalogue") ? rk_query_catalogue(run)
					     : rk_query_ask(run, &request);
}
