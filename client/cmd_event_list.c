/* renkei event hints, list - records that look like one event, and events that several records tell of. */
#include "cmd_event.h"
#include "command.h"
#include "days.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "report_text.h"
#include "who.h"

#include <string.h>

const char *rk_activity_name(struct rk_run *run, const char *municipality, const char *activity)
{
	return rk_run_printf(run, "%s/%s", municipality, activity);
}

static const char *reference_name(struct rk_run *run, const Renkei__V1__ActivityReference *record)
{
	return record ? rk_activity_name(run, record->municipality_code, record->activity_id) : "";
}

static void print_reference(struct rk_run *run, const Renkei__V1__ActivityReference *record)
{
	const char *date = record ? rk_partial_told(run, record->actual_start) : "";

	if (record)
		fprintf(rk_out(run), "%s  %s  %s%s%s\n", reference_name(run, record),
			rk_name_of_code(run, record->municipality_code),
			rk_visible(run, record->title), date[0] ? "  " : "", date);
}

/* Each reason by its label, joined. */
static const char *reasons_of(struct rk_run *run, const Renkei__V1__EventPair *pair)
{
	const char *all = "";

	for (size_t i = 0; i < pair->n_reasons; i++) {
		int reason = (int)pair->reasons[i];
		const char *word = rk_out_is_human(run)
			? rk_label_enum(run, &renkei__v1__hint_reason__descriptor, reason)
			: rk_enum_name(run, &renkei__v1__hint_reason__descriptor, reason);

		all = rk_run_printf(run, "%s%s%s", all,
			!i                             ? ""
				: rk_out_is_human(run) ? rk_tell(run, "event.and")
						       : ",",
			word);
	}
	return all;
}

void rk_event_pair_print(struct rk_run *run, const Renkei__V1__EventPair *pair)
{
	print_reference(run, pair->record);
	print_reference(run, pair->other);
	if (pair->n_reasons)
		fprintf(rk_out(run), "  %s\n",
			rk_tell(run, "event.reasons", "reasons", reasons_of(run, pair)));
	for (size_t i = 0; i < pair->n_decisions; i++) {
		const Renkei__V1__EventDecision *at = pair->decisions[i];

		fprintf(rk_out(run), "  %s\n",
			rk_tell(run, "event.said", "word",
				rk_label_enum(
					run, &renkei__v1__event_word__descriptor, (int)at->word),
				"time", rk_moment_told(run, at->decided_at), "who",
				rk_who(run, at->decided_by), "reason",
				rk_visible(run, at->reason)));
	}
}

static int take_years(
	struct rk_run *run, int32_t *first, int32_t *last, Google__Protobuf__Timestamp **as_of)
{
	const char *years = rk_run_option(run, "year"), *moment = rk_run_option(run, "as-of");
	struct rk_err err;

	if (moment)
		*as_of = rk_run_alloc(run, sizeof **as_of);
	if ((years && rk_years_parse(years, first, last, &err) != RK_OK) ||
		(moment && rk_moment_parse(moment, *as_of, &err) != RK_OK))
		return rk_trouble(run, &err);
	return EX_OK;
}

static void add_pair(struct rk_grid *grid, const Renkei__V1__EventPair *pair)
{
	const Renkei__V1__EventDecision *last = pair->n_decisions ? pair->decisions[0] : NULL;
	struct rk_run *run = grid->run;

	rk_grid_add(grid,
		(const char *const[]){reference_name(run, pair->record),
			pair->record ? pair->record->title : NULL, reference_name(run, pair->other),
			pair->other ? pair->other->title : NULL, reasons_of(run, pair),
			rk_run_printf(run, "%d", pair->title_likeness),
			pair->one_event ? "true" : "false",
			last ? rk_enum_name(
				       run, &renkei__v1__event_word__descriptor, (int)last->word)
			     : NULL,
			last ? last->reason : NULL,
			last ? rk_moment_utc(run, last->decided_at) : NULL,
			last ? last->decided_by : NULL});
}

int rk_cmd_event_hints(struct rk_run *run)
{
	static const struct rk_grid_column columns[] = {
		{"record",         RK_COLUMN_TEXT,   RK_COLUMN_DATA},
		{"title",          RK_COLUMN_TEXT,   RK_COLUMN_DATA},
		{"other",          RK_COLUMN_TEXT,   RK_COLUMN_DATA},
		{"other_title",    RK_COLUMN_TEXT,   RK_COLUMN_DATA},
		{"reasons",        RK_COLUMN_TEXT,   RK_COLUMN_DATA},
		{"title_likeness", RK_COLUMN_NUMBER, RK_COLUMN_DATA},
		{"one_event",      RK_COLUMN_BOOL,   RK_COLUMN_DATA},
		{"word",           RK_COLUMN_TEXT,   RK_COLUMN_DATA},
		{"reason",         RK_COLUMN_TEXT,   RK_COLUMN_DATA},
		{"decided_at",     RK_COLUMN_TEXT,   RK_COLUMN_DATA},
		{"decided_by",     RK_COLUMN_TEXT,   RK_COLUMN_DATA}
        };
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	Renkei__V1__ListDuplicateHintsRequest request =
		RENKEI__V1__LIST_DUPLICATE_HINTS_REQUEST__INIT;
	Renkei__V1__ListDuplicateHintsResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	int status = take_years(
		run, &request.first_fiscal_year, &request.last_fiscal_year, &request.as_of);

	if (status != EX_OK)
		return status;
	request.include_submitted = rk_run_flag(run, "include-submitted");
	request.decided = rk_run_flag(run, "decided");
	if (rk_call(run, "EventService/ListDuplicateHints", &request, list_duplicate_hints_response,
		    &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < answer->n_pairs; i++)
		if (rk_out_is_human(run)) {
			if (i)
				fputc('\n', rk_out(run));
			rk_event_pair_print(run, answer->pairs[i]);
		} else {
			add_pair(&grid, answer->pairs[i]);
		}
	if (!rk_out_is_human(run))
		return rk_answer_print(&grid, &answer->base);
	if (answer->left_off)
		rk_talk(run, "event.left_off", "count", rk_run_printf(run, "%d", answer->left_off));
	if (!answer->n_pairs)
		rk_talk(run, request.decided ? "event.none_decided" : "event.no_hints");
	else if (!request.decided)
		rk_talk(run, "event.hints_more");
	return EX_OK;
}

/* "401005/seminar 49", with what it is: the one that counts, chosen. */
static const char *figures_of(struct rk_run *run, const Renkei__V1__EventFigure *figure)
{
	const char *all = "";

	for (size_t i = 0; i < figure->n_figures; i++) {
		const Renkei__V1__RecordFigure *at = figure->figures[i];
		bool known = at->_value_case == RENKEI__V1__RECORD_FIGURE___VALUE_VALUE;

		if (!known || !at->record)
			continue;
		all = rk_run_printf(run, "%s%s%s", all, all[0] ? rk_tell(run, "event.and") : "",
			rk_tell(run,
				at->chosen           ? "event.figure_chosen"
					: at->counts ? "event.figure_counts"
						     : "event.figure",
				"activity",
				rk_activity_name(run, at->record->municipality_code,
					at->record->activity_id),
				"value", rk_run_printf(run, "%lld", (long long)at->value)));
	}
	return all;
}

void rk_joint_event_print(struct rk_run *run, const Renkei__V1__JointEvent *event)
{
	for (size_t i = 0; i < event->n_records; i++)
		print_reference(run, event->records[i]);
	for (size_t i = 0; i < event->n_figures; i++) {
		const Renkei__V1__EventFigure *figure = event->figures[i];

		fprintf(rk_out(run), "  %s\n",
			rk_tell(run, figure->disagrees ? "event.disagrees" : "event.agrees",
				"label",
				rk_label_enum(
					run, &renkei__v1__measure__descriptor, (int)figure->figure),
				"figures", figures_of(run, figure)));
		for (size_t n = 0; n < figure->n_choices; n++) {
			const Renkei__V1__FigureChoice *choice = figure->choices[n];

			fprintf(rk_out(run), "    %s\n",
				rk_tell(run, choice->chosen ? "event.chosen" : "event.taken_back",
					"activity",
					rk_activity_name(run, choice->record->municipality_code,
						choice->record->activity_id),
					"time", rk_moment_told(run, choice->decided_at), "who",
					rk_who(run, choice->decided_by), "reason",
					rk_visible(run, choice->reason)));
		}
	}
}

/* One row a record and figure. */
static void add_event(struct rk_grid *grid, const Renkei__V1__JointEvent *event)
{
	struct rk_run *run = grid->run;

	for (size_t i = 0; i < event->n_figures; i++) {
		const Renkei__V1__EventFigure *figure = event->figures[i];

		for (size_t n = 0; n < figure->n_figures; n++) {
			const Renkei__V1__RecordFigure *at = figure->figures[n];
			bool known = at->_value_case == RENKEI__V1__RECORD_FIGURE___VALUE_VALUE;

			rk_grid_add(grid,
				(const char *const[]){event->event,
					rk_activity_name(run, at->record->municipality_code,
						at->record->activity_id),
					rk_enum_name(run, &renkei__v1__measure__descriptor,
						(int)figure->figure),
					known ? rk_run_printf(run, "%lld", (long long)at->value)
					      : NULL,
					at->counts ? "true" : "false",
					at->chosen ? "true" : "false",
					figure->disagrees ? "true" : "false"});
		}
	}
}

int rk_cmd_event_list(struct rk_run *run)
{
	static const struct rk_grid_column columns[] = {
		{"event",     RK_COLUMN_TEXT,   RK_COLUMN_DATA},
		{"record",    RK_COLUMN_TEXT,   RK_COLUMN_DATA},
		{"figure",    RK_COLUMN_TEXT,   RK_COLUMN_DATA},
		{"value",     RK_COLUMN_NUMBER, RK_COLUMN_DATA},
		{"counts",    RK_COLUMN_BOOL,   RK_COLUMN_DATA},
		{"chosen",    RK_COLUMN_BOOL,   RK_COLUMN_DATA},
		{"disagrees", RK_COLUMN_BOOL,   RK_COLUMN_DATA}
        };
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	Renkei__V1__ListJointEventsRequest request = RENKEI__V1__LIST_JOINT_EVENTS_REQUEST__INIT;
	Renkei__V1__ListJointEventsResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	int status = take_years(
		run, &request.first_fiscal_year, &request.last_fiscal_year, &request.as_of);

	if (status != EX_OK)
		return status;
	request.include_submitted = rk_run_flag(run, "include-submitted");
	request.disagreeing = rk_run_flag(run, "disagreeing");
	if (rk_call(run, "EventService/ListJointEvents", &request, list_joint_events_response,
		    &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < answer->n_events; i++)
		if (rk_out_is_human(run)) {
			if (i)
				fputc('\n', rk_out(run));
			rk_joint_event_print(run, answer->events[i]);
		} else {
			add_event(&grid, answer->events[i]);
		}
	if (!rk_out_is_human(run))
		return rk_answer_print(&grid, &answer->base);
	if (!answer->n_events)
		rk_talk(run, "event.none_joint");
	return EX_OK;
}
