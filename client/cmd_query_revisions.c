/* renkei query --revisions - how far numbers have moved since they were first told: the same question as known at several moments, side by side. */
#include "cmd_query.h"
#include "command.h"
#include "coverage.h"
#include "days.h"
#include "labels.h"
#include "periods.h"
#include "remote.h"
#include "summary.h"

#include <inttypes.h>
#include <string.h>

/* Oldest first; the last of them is --as-of, or now. */
#define MOMENTS 12

struct revisions {
	struct rk_run *run;
	const Renkei__V1__AggregateActivitiesRequest *request;
	Renkei__V1__AggregateActivitiesResponse *answers[MOMENTS + 1];
	size_t count;
	struct rk_grid grid;
};

static int64_t japan_seconds(const Google__Protobuf__Timestamp *at)
{
	return at->seconds + INT64_C(9) * 3600;
}

/* Whether a day says which moment each column is of: all but the last are the ends of theirs, and no two are of one day. */
static bool are_days(const struct revisions *revisions)
{
	for (size_t i = 0; i + 1 < revisions->count; i++) {
		int64_t at = japan_seconds(revisions->answers[i]->as_of);
		int64_t next = japan_seconds(revisions->answers[i + 1]->as_of);

		if (at % 86400 != 86399 || at / 86400 == next / 86400)
			return false;
	}
	return true;
}

/* The moment of a column: its day, its second, or as much of it as tells it from the others. */
static const char *moment_head(const struct revisions *revisions, size_t column, bool days)
{
	struct rk_run *run = revisions->run;
	const Google__Protobuf__Timestamp *at = revisions->answers[column]->as_of;
	const char *minute = rk_moment_japan(run, at);
	bool alone = true;

	if (days)
		return rk_run_printf(run, "%.10s", minute);
	for (size_t i = 0; i < revisions->count; i++)
		alone = alone &&
			(i == column || revisions->answers[i]->as_of->seconds != at->seconds);
	return alone ? rk_run_printf(run, "%.16s:%02d", minute, (int)(japan_seconds(at) % 60))
		     : rk_run_printf(run, "%.16s:%02d.%06d", minute, (int)(japan_seconds(at) % 60),
			       at->nanos / 1000);
}

/* One column for the keys of each group, one for the measure; then, for people, a column a moment, and for programs a row a moment. */
static void begin_grid(struct revisions *revisions)
{
	struct rk_run *run = revisions->run;
	size_t groups = revisions->request->n_group_by, at = 0;
	bool human = rk_out_is_human(run);
	struct rk_grid_column *columns = rk_run_alloc(
		run, (groups + MOMENTS + 10) * sizeof *columns);
	const char **heads = rk_run_alloc(run, (groups + MOMENTS + 10) * sizeof *heads);
	static const struct rk_grid_column long_form[] = {
		{"as_of",    RK_COLUMN_TEXT,   RK_COLUMN_ALL},
		{"value",    RK_COLUMN_NUMBER, RK_COLUMN_ALL},
		{"moved",    RK_COLUMN_NUMBER, RK_COLUMN_ALL},
		{"accepted", RK_COLUMN_NUMBER, RK_COLUMN_ALL},
		{"expected", RK_COLUMN_NUMBER, RK_COLUMN_ALL}
        };

	for (size_t i = 0; i < groups; i++) {
		const char *name = rk_enum_name(run, &renkei__v1__dimension__descriptor,
			(int)revisions->request->group_by[i]);

		columns[at] = (struct rk_grid_column){name, RK_COLUMN_TEXT, RK_COLUMN_ALL};
		heads[at++] = rk_tell(run, rk_run_printf(run, "dimension.%s", name));
	}
	columns[at] = (struct rk_grid_column){"measure", RK_COLUMN_TEXT, RK_COLUMN_ALL};
	heads[at++] = NULL;
	for (size_t i = 0; human && i < revisions->count; i++) {
		columns[at] = (struct rk_grid_column){"value", RK_COLUMN_NUMBER, RK_COLUMN_ALL};
		heads[at++] = moment_head(revisions, i, are_days(revisions));
	}
	if (human) {
		columns[at] = (struct rk_grid_column){"moved", RK_COLUMN_NUMBER, RK_COLUMN_ALL};
		heads[at++] = NULL;
		columns[at] = (struct rk_grid_column){"coverage", RK_COLUMN_TEXT, RK_COLUMN_ALL};
		heads[at++] = NULL;
	}
	for (size_t i = 0; !human && i < sizeof long_form / sizeof long_form[0]; i++) {
		columns[at] = long_form[i];
		heads[at++] = NULL;
	}
	revisions->grid = (struct rk_grid){
		.run = run, .columns = columns, .column_count = at, .heads = heads};
}

static bool same_keys(const Renkei__V1__AggregateRow *one, const Renkei__V1__AggregateRow *other)
{
	if (one->n_keys != other->n_keys)
		return false;
	for (size_t i = 0; i < one->n_keys; i++)
		if (strcmp(one->keys[i], other->keys[i]) != 0)
			return false;
	return true;
}

/* Of an answer the row with these keys; NULL: it has none.  total: the one over all. */
static const Renkei__V1__AggregateRow *row_of(const Renkei__V1__AggregateActivitiesResponse *answer,
	const Renkei__V1__AggregateRow *row, bool total)
{
	if (total)
		return answer->total;
	for (size_t i = 0; i < answer->n_rows; i++)
		if (same_keys(answer->rows[i], row))
			return answer->rows[i];
	return NULL;
}

static const Renkei__V1__MeasureValue *value_of(
	const Renkei__V1__AggregateRow *row, Renkei__V1__Measure measure)
{
	for (size_t i = 0; row && i < row->n_values; i++)
		if (row->values[i]->measure == measure &&
			row->values[i]->_value_case == RENKEI__V1__MEASURE_VALUE___VALUE_VALUE)
			return row->values[i];
	return NULL;
}

static const char *number(struct rk_run *run, const Renkei__V1__MeasureValue *value)
{
	return value ? rk_count(run, value->value) : NULL;
}

/* Both known, or there is no difference to tell. */
static const char *change(struct rk_run *run, const Renkei__V1__MeasureValue *from,
	const Renkei__V1__MeasureValue *to)
{
	if (!from || !to)
		return NULL;
	return rk_out_is_human(run) && to->value > from->value
		? rk_run_printf(run, "+%" PRId64, to->value - from->value)
		: rk_count(run, to->value - from->value);
}

static size_t add_keys(const struct revisions *revisions, const char **values,
	const Renkei__V1__AggregateRow *row, bool total, Renkei__V1__Measure measure)
{
	struct rk_run *run = revisions->run;
	bool human = rk_out_is_human(run);
	size_t at = 0;

	for (; at < revisions->request->n_group_by; at++)
		values[at] = total ? human && at == 0 ? rk_tell(run, "query.total") : NULL
			: human && run->language != RK_EN && at < row->n_labels_ja &&
				row->labels_ja[at][0]
			? row->labels_ja[at]
			: row->keys[at];
	values[at++] = human ? rk_label_enum(run, &renkei__v1__measure__descriptor, (int)measure)
			     : rk_enum_name(run, &renkei__v1__measure__descriptor, (int)measure);
	return at;
}

static void add_row(struct revisions *revisions, const Renkei__V1__AggregateRow *row, bool total,
	Renkei__V1__Measure measure)
{
	struct rk_run *run = revisions->run;
	const char **values = rk_run_alloc(run, revisions->grid.column_count * sizeof *values);
	size_t at = add_keys(revisions, values, row, total, measure), last = revisions->count - 1;
	const Renkei__V1__MeasureValue *first = value_of(
		row_of(revisions->answers[0], row, total), measure);

	for (size_t i = 0; i < revisions->count; i++) {
		const Renkei__V1__AggregateRow *then = row_of(revisions->answers[i], row, total);
		const Renkei__V1__MeasureValue *value = value_of(then, measure);
		const Renkei__V1__Coverage *coverage = then ? then->coverage : NULL;
		size_t to = at;

		if (rk_out_is_human(run)) {
			values[at + i] = number(run, value);
			values[at + revisions->count] = change(run, first, value);
			values[at + revisions->count + 1] = coverage
				? rk_run_printf(
					  run, "%d/%d", coverage->accepted, coverage->expected)
				: NULL;
			if (i == last)
				rk_grid_add(&revisions->grid, values);
			continue;
		}
		values[to++] = rk_moment_utc(run, revisions->answers[i]->as_of);
		values[to++] = number(run, value);
		values[to++] = change(run, first, value);
		values[to++] = coverage ? rk_count(run, coverage->accepted) : NULL;
		values[to++] = coverage ? rk_count(run, coverage->expected) : NULL;
		rk_grid_add(&revisions->grid, values);
	}
}

/* Groups that were there at any of the moments, each once: those of now in their order, then what is no more. */
static void add_groups(struct revisions *revisions)
{
	for (size_t a = revisions->count; a-- > 0;) {
		const Renkei__V1__AggregateActivitiesResponse *answer = revisions->answers[a];

		for (size_t i = 0; i < answer->n_rows; i++) {
			bool told = false;

			for (size_t later = a + 1; later < revisions->count && !told; later++)
				told = row_of(revisions->answers[later], answer->rows[i], false) !=
					NULL;
			for (size_t m = 0; !told && m < revisions->request->n_measures; m++)
				add_row(revisions, answer->rows[i], false,
					revisions->request->measures[m]);
		}
	}
	for (size_t m = 0; m < revisions->request->n_measures; m++)
		if (revisions->answers[revisions->count - 1]->total)
			add_row(revisions, revisions->answers[revisions->count - 1]->total, true,
				revisions->request->measures[m]);
}

/* Answers as known at a moment, NULL: now. */
static int ask(struct revisions *revisions, Renkei__V1__AggregateActivitiesRequest *request,
	Google__Protobuf__Timestamp *moment)
{
	struct rk_failure failure = {.retry_ms = -1};
	Renkei__V1__AggregateActivitiesResponse *answer = NULL;

	request->as_of = moment;
	if (rk_call(revisions->run, "StatusService/AggregateActivities", request,
		    aggregate_activities_response, &answer, &failure) != RK_OK)
		return rk_trouble_at(revisions->run, &failure);
	if (!answer->as_of)
		return rk_answer_bad(revisions->run, "as_of");
	revisions->answers[revisions->count++] = answer;
	return EX_OK;
}

static bool is_later(
	const Google__Protobuf__Timestamp *one, const Google__Protobuf__Timestamp *other)
{
	return one->seconds != other->seconds ? one->seconds > other->seconds
					      : one->nanos > other->nanos;
}

static int ask_all(struct revisions *revisions, Renkei__V1__AggregateActivitiesRequest *request)
{
	struct rk_run *run = revisions->run;
	char *rest = rk_run_str(run, rk_run_option(run, "revisions")), *part;
	Google__Protobuf__Timestamp moment, before = {.seconds = INT64_MIN};
	struct rk_err err;

	while ((part = strsep(&rest, ","))) {
		if (rk_moment_parse(part, &moment, &err) != RK_OK)
			return rk_trouble(run, &err);
		if (!is_later(&moment, &before) || revisions->count == MOMENTS)
			return rk_usage(run, "usage.revisions", "value", part, "limit",
				rk_count(run, MOMENTS));
		before = moment;
		int status = ask(revisions, request, &moment);

		if (status != EX_OK)
			return status;
	}
	if (rk_as_of_asked(run, &err) != RK_OK)
		return rk_trouble(run, &err);
	if (run->as_of && !is_later(run->as_of, &before))
		return rk_usage(run, "usage.revisions", "value", rk_run_option(run, "as-of"),
			"limit", rk_count(run, MOMENTS));
	return ask(revisions, request, (Google__Protobuf__Timestamp *)(uintptr_t)run->as_of);
}

int rk_query_revisions(struct rk_run *run, Renkei__V1__AggregateActivitiesRequest *request)
{
	struct revisions revisions = {.run = run, .request = request};
	const Renkei__V1__AggregateActivitiesResponse *last;
	int status;

	if (rk_run_flag(run, "list"))
		return rk_usage(run, "usage.revisions_list");
	status = ask_all(&revisions, request);
	if (status != EX_OK)
		return status;
	begin_grid(&revisions);
	add_groups(&revisions);
	status = rk_grid_print(&revisions.grid);
	if (status != EX_OK || !rk_out_is_human(run))
		return status;
	last = revisions.answers[revisions.count - 1];
	fprintf(rk_out(run), "\n%s\n%s\n%s\n",
		rk_tell(run, are_days(&revisions) ? "query.revisions" : "query.revisions_moments"),
		rk_tell(run, "as_of", "time", rk_moment_told(run, last->as_of)),
		rk_tell(run, "query.digest", "digest", last->query_digest));
	return EX_OK;
}
