/* The rows of renkei query: columns by what was asked, numbers, and the records behind them. */
#include "cmd_query.h"
#include "coverage.h"
#include "labels.h"
#include "report_text.h"

#include <string.h>

/* Enough for every column that is not a dimension's or a measure's. */
#define OTHERS 20

static void column_add(struct rk_query_shape *shape, const char *name, const char *head,
	enum rk_column_kind kind, enum rk_column_where where)
{
	shape->columns[shape->at] = (struct rk_grid_column){name, kind, where};
	shape->heads[shape->at++] = head;
}

static void columns_init(struct rk_query_shape *shape)
{
	size_t room = 2 * shape->request->n_group_by + 3 * shape->request->n_measures + OTHERS;

	shape->columns = rk_run_alloc(shape->run, room * sizeof *shape->columns);
	shape->heads = rk_run_alloc(shape->run, room * sizeof *shape->heads);
}

static void columns_done(struct rk_query_shape *shape)
{
	shape->grid = (struct rk_grid){.run = shape->run,
		.columns = shape->columns,
		.column_count = shape->at,
		.heads = shape->heads};
}

static void columns_of_keys(struct rk_query_shape *shape)
{
	struct rk_run *run = shape->run;

	for (size_t i = 0; i < shape->request->n_group_by; i++) {
		const char *name = rk_enum_name(
			run, &renkei__v1__dimension__descriptor, (int)shape->request->group_by[i]);

		column_add(shape, name, rk_tell(run, rk_run_printf(run, "dimension.%s", name)),
			RK_COLUMN_TEXT, RK_COLUMN_ALL);
		column_add(shape, rk_run_printf(run, "%s_label", name), NULL, RK_COLUMN_TEXT,
			RK_COLUMN_DATA);
	}
}

static void columns_of_measures(struct rk_query_shape *shape, bool events)
{
	struct rk_run *run = shape->run;

	for (size_t i = 0; i < shape->request->n_measures; i++) {
		int measure = (int)shape->request->measures[i];
		const char *name = rk_enum_name(run, &renkei__v1__measure__descriptor, measure);

		column_add(shape, name,
			rk_label_enum(run, &renkei__v1__measure__descriptor, measure),
			RK_COLUMN_NUMBER, RK_COLUMN_ALL);
		if (!events)
			continue;
		column_add(shape, rk_run_printf(run, "%s_events_counted", name),
			rk_tell(run, "col.events_counted"), RK_COLUMN_NUMBER, RK_COLUMN_ALL);
		column_add(shape, rk_run_printf(run, "%s_events_unknown", name),
			rk_tell(run, "col.events_unknown"), RK_COLUMN_NUMBER, RK_COLUMN_ALL);
	}
}

/* What a record is, in the order of both lists; the names are told apart from those of dimensions. */
static const char *const record_names[] = {"record_municipality_code", "record_activity_id",
	"record_actual_start", "record_kind", "record_title", "record_receipt_number",
	"record_report_state"};
#define RECORD_COLUMNS (sizeof record_names / sizeof record_names[0])

static void columns_of_records(struct rk_query_shape *shape, enum rk_column_where where)
{
	for (size_t i = 0; i < RECORD_COLUMNS; i++)
		column_add(shape, record_names[i],
			rk_label_field(shape->run, record_names[i] + strlen("record_")),
			RK_COLUMN_TEXT, where);
}

void rk_query_begin(struct rk_query_shape *shape)
{
	static const char *const counts[] = {"expected", "reported", "nil_reports", "missing",
		"not_due", "late", "returned", "accepted"};

	columns_init(shape);
	column_add(shape, "row", NULL, RK_COLUMN_TEXT, RK_COLUMN_DATA);
	column_add(shape, "basis", NULL, RK_COLUMN_TEXT, RK_COLUMN_DATA);
	columns_of_keys(shape);
	columns_of_measures(shape, true);
	column_add(shape, "coverage", NULL, RK_COLUMN_TEXT, RK_COLUMN_HUMAN);
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		column_add(shape, counts[i], NULL, RK_COLUMN_NUMBER, RK_COLUMN_DATA);
	if (shape->request->list_records)
		columns_of_records(shape, RK_COLUMN_DATA);
	columns_done(shape);
}

static const char *key_text(
	struct rk_run *run, const Renkei__V1__AggregateRow *row, size_t i, enum rk_query_row kind)
{
	const char *key = i < row->n_keys ? row->keys[i] : "";

	if (kind != RK_ROW_GROUP && i > 0)
		return "";
	if (kind != RK_ROW_GROUP)
		return rk_tell(run, kind == RK_ROW_TOTAL ? "query.total" : "query.rows_sum");
	if (!rk_out_is_human(run) || i >= row->n_labels_ja || !row->labels_ja[i][0])
		return key;
	return run->language == RK_EN ? key : row->labels_ja[i];
}

static size_t add_keys(const struct rk_query_shape *shape, const char **values,
	const Renkei__V1__AggregateRow *row, enum rk_query_row kind)
{
	bool human = rk_out_is_human(shape->run), keyed = kind == RK_ROW_GROUP;
	size_t at = 0;

	for (size_t i = 0; i < shape->request->n_group_by; i++) {
		values[at++] = keyed || human ? key_text(shape->run, row, i, kind) : NULL;
		values[at++] = i < row->n_labels_ja && keyed ? row->labels_ja[i] : NULL;
	}
	return at;
}

static size_t add_numbers(const struct rk_query_shape *shape, const char **values,
	Renkei__V1__MeasureValue *const *numbers, size_t count, bool events)
{
	struct rk_run *run = shape->run;
	size_t at = 0;

	for (size_t i = 0; i < shape->request->n_measures; i++) {
		const Renkei__V1__MeasureValue *value = NULL;

		for (size_t n = 0; n < count; n++)
			if (numbers[n]->measure == shape->request->measures[i])
				value = numbers[n];
		bool known = value && value->_value_case == RENKEI__V1__MEASURE_VALUE___VALUE_VALUE;

		values[at++] = known ? rk_count(run, value->value) : NULL;
		if (!events)
			continue;
		values[at++] = value ? rk_count(run, value->events_counted) : NULL;
		values[at++] = value ? rk_count(run, value->events_unknown) : NULL;
	}
	return at;
}

static size_t add_coverage(const struct rk_query_shape *shape, const char **values,
	const Renkei__V1__Coverage *coverage)
{
	const Renkei__V1__Coverage none = RENKEI__V1__COVERAGE__INIT;
	const Renkei__V1__Coverage *c = coverage ? coverage : &none;
	const int32_t counts[] = {c->expected, c->reported, c->nil, c->missing, c->not_due, c->late,
		c->returned, c->accepted};
	size_t at = 0;

	values[at++] = coverage ? rk_run_printf(shape->run, "%d/%d", c->accepted, c->expected)
				: NULL;
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		values[at++] = coverage ? rk_count(shape->run, counts[i]) : NULL;
	return at;
}

/* Words of the protocol for programs, labels for people. */
static const char *word(struct rk_run *run, const ProtobufCEnumDescriptor *type, int value)
{
	return rk_out_is_human(run) ? rk_label_enum(run, type, value)
				    : rk_enum_name(run, type, value);
}

static size_t add_record(
	struct rk_run *run, const char **values, const Renkei__V1__ActivityReference *record)
{
	const char *const all[RECORD_COLUMNS] = {record->municipality_code, record->activity_id,
		rk_partial_date(run, record->actual_start),
		word(run, &renkei__v1__activity_kind__descriptor, (int)record->kind), record->title,
		record->receipt_number,
		word(run, &renkei__v1__report_state__descriptor, (int)record->report_state)};

	memcpy(values, all, sizeof all);
	return RECORD_COLUMNS;
}

void rk_query_add(
	struct rk_query_shape *shape, const Renkei__V1__AggregateRow *row, enum rk_query_row kind)
{
	static const char *const kinds[] = {"group", "rows_sum", "total"};
	const char **values = rk_run_alloc(shape->run, shape->at * sizeof *values);
	const char *basis = rk_enum_name(
		shape->run, &renkei__v1__row_basis__descriptor, (int)row->basis);
	bool list = !rk_out_is_human(shape->run) &&
		(kind == RK_ROW_GROUP || (kind == RK_ROW_TOTAL && shape->request->n_group_by == 0));
	size_t at = 0;

	memset(values, 0, shape->at * sizeof *values);
	values[at++] = kinds[kind];
	values[at++] = basis;
	at += add_keys(shape, values + at, row, kind);
	at += add_numbers(shape, values + at, row->values, row->n_values, true);
	(void)add_coverage(shape, values + at, row->coverage);
	rk_grid_add(&shape->grid, values);
	for (size_t i = 0; list && i < row->n_records; i++) {
		const Renkei__V1__ActivityReference *record = row->records[i];

		at = 0;
		values[at++] = "record";
		values[at++] = basis;
		at += add_keys(shape, values + at, row, kind);
		at += add_numbers(shape, values + at, record->values, record->n_values, true);
		at += add_coverage(shape, values + at, NULL);
		add_record(shape->run, values + at, record);
		rk_grid_add(&shape->grid, values);
	}
}

static void list_row(struct rk_query_shape *shape, const Renkei__V1__AggregateRow *row)
{
	const char **values = rk_run_alloc(shape->run, shape->at * sizeof *values);

	for (size_t i = 0; i < row->n_records; i++) {
		const Renkei__V1__ActivityReference *record = row->records[i];
		size_t at = add_keys(shape, values, row, RK_ROW_GROUP);

		at += add_numbers(shape, values + at, record->values, record->n_values, false);
		add_record(shape->run, values + at, record);
		rk_grid_add(&shape->grid, values);
	}
}

int rk_query_print_records(struct rk_run *run,
	const Renkei__V1__AggregateActivitiesRequest *request,
	const Renkei__V1__AggregateActivitiesResponse *answer)
{
	struct rk_query_shape shape = {.run = run, .request = request};

	columns_init(&shape);
	columns_of_keys(&shape);
	columns_of_measures(&shape, false);
	columns_of_records(&shape, RK_COLUMN_ALL);
	columns_done(&shape);
	for (size_t i = 0; i < answer->n_rows; i++)
		list_row(&shape, answer->rows[i]);
	/* Without groups the records stand at the total only. */
	if (request->n_group_by == 0 && answer->total)
		list_row(&shape, answer->total);
	if (shape.grid.count == 0)
		return EX_OK;
	fputc('\n', rk_out(run));
	return rk_grid_print(&shape.grid);
}
