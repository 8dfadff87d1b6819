/* renkei query - totals over activities, each with its coverage and, with --list, with what stands behind it. */
#include "command.h"
#include "coverage.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "report_text.h"
#include "summary.h"

#include "renkei/v1/status_service.pb-c.h"

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

static int take_options(struct rk_run *run, Renkei__V1__AggregateActivitiesRequest *request,
	Google__Protobuf__Timestamp *as_of)
{
	const char *measures = rk_run_option(run, "measure"),
		   *groups = rk_run_option(run, "group-by");
	const char *years = rk_run_option(run, "year"), *moment = rk_run_option(run, "as-of");
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
	if ((years &&
		    rk_years_parse(years, &request->first_fiscal_year, &request->last_fiscal_year,
			    &err) != RK_OK) ||
		(moment && rk_moment_parse(moment, as_of, &err) != RK_OK))
		return rk_trouble(run, &err);
	request->as_of = moment ? as_of : NULL;
	request->include_submitted = rk_run_flag(run, "include-submitted");
	request->list_records = rk_run_flag(run, "list");
	return take_filters(run, request);
}

/* The columns follow from what was asked: keys, then number, events and unknown events of each measure, then coverage. */
struct shape {
	struct rk_grid grid;
	struct rk_grid_column *columns;
	const char **heads;
	size_t at;
};

static void shape_column(struct shape *shape, const char *name, const char *head,
	enum rk_column_kind kind, enum rk_column_where where)
{
	shape->columns[shape->at] = (struct rk_grid_column){name, kind, where};
	shape->heads[shape->at++] = head;
}

static void shape_begin(struct rk_run *run, struct shape *shape,
	const Renkei__V1__AggregateActivitiesRequest *request)
{
	size_t room = 2 * request->n_group_by + 3 * request->n_measures + 10;

	shape->columns = rk_run_alloc(run, room * sizeof *shape->columns);
	shape->heads = rk_run_alloc(run, room * sizeof *shape->heads);
	shape_column(shape, "row", NULL, RK_COLUMN_TEXT, RK_COLUMN_DATA);
	for (size_t i = 0; i < request->n_group_by; i++) {
		const char *name = rk_enum_name(
			run, &renkei__v1__dimension__descriptor, (int)request->group_by[i]);

		shape_column(shape, name, rk_tell(run, rk_run_printf(run, "dimension.%s", name)),
			RK_COLUMN_TEXT, RK_COLUMN_ALL);
		shape_column(shape, rk_run_printf(run, "%s_label", name), NULL, RK_COLUMN_TEXT,
			RK_COLUMN_DATA);
	}
	for (size_t i = 0; i < request->n_measures; i++) {
		int measure = (int)request->measures[i];
		const char *name = rk_enum_name(run, &renkei__v1__measure__descriptor, measure);

		shape_column(shape, name,
			rk_label_enum(run, &renkei__v1__measure__descriptor, measure),
			RK_COLUMN_NUMBER, RK_COLUMN_ALL);
		shape_column(shape, rk_run_printf(run, "%s_events_counted", name),
			rk_tell(run, "col.events_counted"), RK_COLUMN_NUMBER, RK_COLUMN_ALL);
		shape_column(shape, rk_run_printf(run, "%s_events_unknown", name),
			rk_tell(run, "col.events_unknown"), RK_COLUMN_NUMBER, RK_COLUMN_ALL);
	}
	static const char *const counts[] = {"expected", "reported", "nil_reports", "missing",
		"not_due", "late", "returned", "accepted"};

	shape_column(shape, "coverage", NULL, RK_COLUMN_TEXT, RK_COLUMN_HUMAN);
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		shape_column(shape, counts[i], NULL, RK_COLUMN_NUMBER, RK_COLUMN_DATA);
	shape->grid = (struct rk_grid){.run = run,
		.columns = shape->columns,
		.column_count = shape->at,
		.heads = shape->heads};
}

static const Renkei__V1__MeasureValue *find_value(
	const Renkei__V1__AggregateRow *row, Renkei__V1__Measure measure)
{
	for (size_t i = 0; i < row->n_values; i++)
		if (row->values[i]->measure == measure)
			return row->values[i];
	return NULL;
}

static const char *key_text(
	struct rk_run *run, const Renkei__V1__AggregateRow *row, size_t i, bool total)
{
	const char *key = i < row->n_keys ? row->keys[i] : "";

	if (total)
		return i == 0 ? rk_tell(run, "status.total") : "";
	if (!rk_out_is_human(run) || i >= row->n_labels_ja || !row->labels_ja[i][0])
		return key;
	return run->language == RK_EN ? key : row->labels_ja[i];
}

static void shape_add(struct shape *shape, const Renkei__V1__AggregateActivitiesRequest *request,
	const Renkei__V1__AggregateRow *row, bool total)
{
	struct rk_run *run = shape->grid.run;
	const char **values = rk_run_alloc(run, shape->at * sizeof *values);
	const Renkei__V1__Coverage none = RENKEI__V1__COVERAGE__INIT;
	const Renkei__V1__Coverage *coverage = row->coverage ? row->coverage : &none;
	size_t at = 0;

	values[at++] = total ? "total" : "group";
	for (size_t i = 0; i < request->n_group_by; i++) {
		values[at++] = total && !rk_out_is_human(run) ? NULL : key_text(run, row, i, total);
		values[at++] = i < row->n_labels_ja && !total ? row->labels_ja[i] : NULL;
	}
	for (size_t i = 0; i < request->n_measures; i++) {
		const Renkei__V1__MeasureValue *value = find_value(row, request->measures[i]);
		bool known = value && value->_value_case == RENKEI__V1__MEASURE_VALUE___VALUE_VALUE;

		values[at++] = known ? rk_count(run, value->value) : NULL;
		values[at++] = value ? rk_count(run, value->events_counted) : NULL;
		values[at++] = value ? rk_count(run, value->events_unknown) : NULL;
	}
	const int32_t counts[] = {coverage->expected, coverage->reported, coverage->nil,
		coverage->missing, coverage->not_due, coverage->late, coverage->returned,
		coverage->accepted};

	values[at++] = row->coverage
		? rk_run_printf(run, "%d/%d", coverage->accepted, coverage->expected)
		: NULL;
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		values[at++] = row->coverage ? rk_count(run, counts[i]) : NULL;
	rk_grid_add(&shape->grid, values);
}

static void print_records(struct rk_run *run, const Renkei__V1__AggregateActivitiesResponse *answer)
{
	FILE *out = rk_out(run);

	for (size_t r = 0; out && r < answer->n_rows + 1; r++) {
		/* Without groups the records stand at the total only. */
		const Renkei__V1__AggregateRow *row = r < answer->n_rows ? answer->rows[r]
			: answer->n_rows                                 ? NULL
									 : answer->total;

		if (!row || row->n_records == 0)
			continue;
		fputc('\n', out);
		for (size_t k = 0; k < row->n_keys; k++)
			fprintf(out, "%s%s", k ? " / " : "", key_text(run, row, k, false));
		fputs(row->n_keys ? "\n" : "", out);
		for (size_t i = 0; i < row->n_records; i++) {
			const Renkei__V1__ActivityReference *record = row->records[i];

			fprintf(out, "  %s %s  %s  %s  %s  [%s]\n", record->municipality_code,
				record->activity_id, rk_partial_date(run, record->actual_start),
				rk_label_enum(run, &renkei__v1__activity_kind__descriptor,
					(int)record->kind),
				record->title, record->receipt_number);
		}
	}
}

int rk_cmd_query(struct rk_run *run)
{
	Renkei__V1__AggregateActivitiesRequest request =
		RENKEI__V1__AGGREGATE_ACTIVITIES_REQUEST__INIT;
	Renkei__V1__AggregateActivitiesResponse *answer = NULL;
	Google__Protobuf__Timestamp as_of;
	struct rk_failure failure = {.retry_ms = -1};
	struct shape shape = {0};
	int status = take_options(run, &request, &as_of);

	if (status != EX_OK)
		return status;
	if (rk_call(run, "StatusService/AggregateActivities", &request,
		    aggregate_activities_response, &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (run->output == RK_OUT_JSON)
		return rk_message_print(run, &answer->base);
	shape_begin(run, &shape, &request);
	for (size_t i = 0; i < answer->n_rows; i++)
		shape_add(&shape, &request, answer->rows[i], false);
	if (answer->total)
		shape_add(&shape, &request, answer->total, true);
	status = rk_grid_print(&shape.grid);
	if (status != EX_OK || !rk_out_is_human(run))
		return status;
	if (request.list_records)
		print_records(run, answer);
	fprintf(rk_out(run), "\n%s\n%s\n",
		rk_coverage_line(run, answer->total ? answer->total->coverage : NULL),
		rk_tell(run, "as_of", "time", rk_moment_japan(run, answer->as_of)));
	if (rk_run_flag(run, "explain"))
		fprintf(rk_out(run), "%s\n", answer->definition);
	return EX_OK;
}
