/* renkei review - start looking at reports, return one with reasons, or accept exactly what was seen. */
#include "base/text.h"
#include "command.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "reopening.h"
#include "return_place.h"
#include "summary.h"
#include "words/judge.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

/* What is sent, and how the places in it were typed, one an item; NULL for the report as a whole. */
struct returning {
	Renkei__V1__ReturnReportRequest request;
	const Renkei__V1__Report *report;
	const char **typed;
};

/* "activities[0].title=reason", or only a reason for the report as a whole. */
static int take_item(struct rk_run *run, struct returning *returning, const char *text)
{
	Renkei__V1__ReturnItem *item = rk_run_alloc(run, sizeof *item);
	const char *equals = strchr(text, '='), *path = "", *typed = NULL;
	size_t n = returning->request.n_items++;
	int status = EX_OK;

	renkei__v1__return_item__init(item);
	if (rk_is_blank(rk_slice_str(equals ? equals + 1 : text)))
		return rk_usage(run, "usage.reason_blank", "option", "item");
	/* Without its reason the whole report would go back, with the place for a reason. */
	if (!equals && rk_is_place(run, returning->report, text))
		return rk_usage(run, "usage.item_without_reason", "value", text);
	if (equals) {
		typed = rk_run_slice(run, rk_slice_of(text, (size_t)(equals - text)));
		status = rk_return_path(run, returning->report, typed, &path);
	}
	if (status != EX_OK)
		return status;
	item->field_path = rk_run_str(run, path);
	item->reason = rk_run_str(run, equals ? equals + 1 : text);
	returning->typed[n] = typed;
	returning->request.items[n] = item;
	return EX_OK;
}

static int take_items(struct rk_run *run, struct returning *returning)
{
	size_t count = 0;
	int status = EX_OK;

	while (rk_run_option_at(run, "item", count))
		count++;
	returning->request.items = rk_run_alloc(run, count * sizeof *returning->request.items);
	returning->typed = rk_run_alloc(run, count * sizeof *returning->typed);
	for (size_t i = 0; i < count && status == EX_OK; i++)
		status = take_item(run, returning, rk_run_option_at(run, "item", i));
	return status;
}

/* A cell is of the form as it is written: what it was taken for is told, before anything is sent and when it was. */
static void tell_items(struct rk_run *run, const struct returning *returning, bool all)
{
	for (size_t i = 0; i < returning->request.n_items; i++) {
		const Renkei__V1__ReturnItem *item = returning->request.items[i];
		const char *typed = returning->typed[i];
		bool place = typed && strcmp(typed, item->field_path) != 0;

		if (!all && !place)
			continue;
		rk_talk(run, place ? "return.place" : "return.item", "typed",
			rk_visible(run, place ? typed : ""), "place",
			rk_visible(run, rk_label_item(run, returning->report, item->field_path)),
			"reason", rk_visible(run, item->reason));
	}
}

/* What the server would refuse is refused before anybody is asked. */
static enum rk_status send_return(struct rk_run *run, struct returning *returning,
	bool validate_only, Renkei__V1__ReturnReportResponse **response, struct rk_failure *failure)
{
	returning->request.validate_only = validate_only;
	return rk_call(run, "ReportService/ReturnReport", &returning->request,
		return_report_response, response, failure);
}

static int ask_and_send(
	struct rk_run *run, struct returning *returning, const Renkei__V1__ReportSummary *seen)
{
	Renkei__V1__ReturnReportResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	bool dry = rk_run_flag(run, "dry-run");
	bool asks = !dry && !rk_run_flag(run, "yes") && rk_on_terminal();

	if (asks && send_return(run, returning, true, &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (asks)
		tell_items(run, returning, true);
	if (!rk_confirm(run, "return.ask", seen))
		return rk_not_confirmed();
	if (send_return(run, returning, dry, &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	const Renkei__V1__ReportSummary *summary = response->summary;
	int status = rk_print_summaries(run, &summary, summary ? 1 : 0);

	tell_items(run, returning, false);
	return status;
}

int rk_cmd_review_return(struct rk_run *run)
{
	struct returning returning = {.request = RENKEI__V1__RETURN_REPORT_REQUEST__INIT};
	Renkei__V1__ReturnReportRequest *request = &returning.request;
	Renkei__V1__GetReportResponse *seen = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key;
	char request_id[37];
	int32_t date;
	const char *due = rk_run_option(run, "due");

	if (!rk_run_option(run, "item"))
		return rk_usage(run, "usage.option_missing", "option", "item");
	if (!due)
		return rk_usage(run, "usage.option_missing", "option", "due");
	if (rk_date_parse(due, &date, &failure.err) != RK_OK ||
		rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK ||
		rk_get_report(run, &key, &seen, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!seen->summary || !seen->report)
		return rk_answer_bad(run, "a report without summary or content");
	returning.report = seen->report;
	int status = take_items(run, &returning);

	if (status != EX_OK)
		return status;
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request->request_id = request_id;
	request->municipality_code = rk_run_str(run, key.municipality);
	request->period = &key.period;
	request->version = key.version ? key.version : seen->summary->version;
	request->due_date = rk_run_str(run, rk_date_iso(run, date));
	return ask_and_send(run, &returning, seen->summary);
}

static const struct rk_grid_column reopening_columns[] = {
	{"reopening_number",  RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"municipality_name", RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"receipt_number",    RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"reopened_state",    RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"open",              RK_COLUMN_BOOL,   RK_COLUMN_DATA },
	{"until",             RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"items",             RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"reason",            RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
};

static void add_reopening(struct rk_grid *grid, const Renkei__V1__Reopening *at)
{
	struct rk_run *run = grid->run;

	rk_grid_add(grid,
		(const char *const[]){at->number, at->municipality_name_ja, at->receipt_number,
			rk_tell(run, at->open ? "reopening.open" : "reopening.ended"),
			at->open ? "true" : "false", at->until_date,
			rk_run_printf(run, "%zu", at->n_items), at->reason});
}

int rk_cmd_review_reopened(struct rk_run *run)
{
	Renkei__V1__ListReopeningsResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {.run = run,
		.columns = reopening_columns,
		.column_count = sizeof reopening_columns / sizeof reopening_columns[0]};
	const char *only = rk_run_option(run, "municipality");

	if (rk_reopenings_of(run, only ? only : "", NULL, rk_run_flag(run, "open"), &response,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < response->n_reopenings; i++)
		add_reopening(&grid, response->reopenings[i]);
	return rk_answer_print(&grid, &response->base);
}

/* The items are said as those of a return. */
static int send_reopening(struct rk_run *run, const struct returning *items, const char *until)
{
	Renkei__V1__ReopenReportRequest request = RENKEI__V1__REOPEN_REPORT_REQUEST__INIT;
	Renkei__V1__ReopenReportResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {.run = run,
		.columns = reopening_columns,
		.column_count = sizeof reopening_columns / sizeof reopening_columns[0]};

	request.request_id = items->request.request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.municipality_code = items->request.municipality_code;
	request.period = items->request.period;
	request.version = items->request.version;
	request.n_items = items->request.n_items;
	request.items = items->request.items;
	request.until_date = rk_run_str(run, until);
	request.reason = rk_run_str(run, rk_run_option(run, "reason"));
	if (rk_call(run, "ReviewService/ReopenReport", &request, reopen_report_response, &response,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	tell_items(run, items, false);
	if (!response->reopening)
		return EX_OK;
	add_reopening(&grid, response->reopening);
	return rk_answer_print(&grid, &response->reopening->base);
}

/* Items are those of what was accepted, though a correction of it was returned or withdrawn meanwhile. */
static enum rk_status get_accepted(struct rk_run *run, const Renkei__V1__ReportSummary *latest,
	Renkei__V1__Report **report, struct rk_failure *failure)
{
	struct rk_report_key key = {.municipality = latest->municipality_code};
	Renkei__V1__GetReportResponse *response = NULL;

	if (!latest->period || latest->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED)
		return RK_OK;
	key.period = *latest->period;
	RK_TRY(rk_reopenable_version(run, latest, &key.version, failure));
	if (key.version == 0)
		return RK_OK;
	RK_TRY(rk_get_report(run, &key, &response, failure));
	if (response->report)
		*report = response->report;
	return RK_OK;
}

int rk_cmd_review_reopen(struct rk_run *run)
{
	static const char *const wanted[] = {"item", "until", "reason"};
	struct returning items = {.request = RENKEI__V1__RETURN_REPORT_REQUEST__INIT};
	Renkei__V1__GetReportResponse *seen = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key;
	char request_id[37];
	int32_t date;

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (!rk_run_option(run, wanted[i]))
			return rk_usage(run, "usage.option_missing", "option", wanted[i]);
	if (rk_date_parse(rk_run_option(run, "until"), &date, &failure.err) != RK_OK ||
		rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK ||
		rk_get_report(run, &key, &seen, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!seen->summary || !seen->report)
		return rk_answer_bad(run, "a report without summary or content");
	if (get_accepted(run, seen->summary, &seen->report, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	items.report = seen->report;
	int status = take_items(run, &items);

	if (status != EX_OK)
		return status;
	if (rk_on_terminal() && !rk_run_flag(run, "yes"))
		tell_items(run, &items, true);
	if (!rk_confirm(run, "reopening.ask", seen->summary))
		return rk_not_confirmed();
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	items.request.request_id = request_id;
	items.request.municipality_code = seen->summary->municipality_code;
	items.request.period = seen->summary->period;
	items.request.version = seen->summary->version;
	return send_reopening(run, &items, rk_date_iso(run, date));
}

/* One of several reports to the next state; *moved is the report as it is then. */
typedef enum rk_status step_fn(struct rk_run *run, const Renkei__V1__ReportSummary *seen,
	const Renkei__V1__ReportSummary **moved, struct rk_failure *failure);

static enum rk_status start_one(struct rk_run *run, const Renkei__V1__ReportSummary *seen,
	const Renkei__V1__ReportSummary **started, struct rk_failure *failure)
{
	Renkei__V1__StartReviewRequest request = RENKEI__V1__START_REVIEW_REQUEST__INIT;
	Renkei__V1__StartReviewResponse *response = NULL;
	char request_id[37];

	*failure = (struct rk_failure){.retry_ms = -1};
	if (!rk_text_uuid(request_id))
		return rk_fail(&failure->err, RK_INTERNAL, "no random numbers from the system");
	request.request_id = request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.municipality_code = seen->municipality_code;
	request.period = seen->period;
	request.version = seen->version;
	RK_TRY(rk_call(run, "ReportService/StartReview", &request, start_review_response, &response,
		failure));
	*started = response->summary ? response->summary : seen;
	return RK_OK;
}

/* What is accepted is the version and digest that were read here, not whatever is the latest when the call arrives. */
static enum rk_status accept_one(struct rk_run *run, const Renkei__V1__ReportSummary *seen,
	const Renkei__V1__ReportSummary **accepted, struct rk_failure *failure)
{
	Renkei__V1__AcceptReportRequest request = RENKEI__V1__ACCEPT_REPORT_REQUEST__INIT;
	Renkei__V1__AcceptReportResponse *response = NULL;
	char request_id[37];

	*failure = (struct rk_failure){.retry_ms = -1};
	if (!rk_text_uuid(request_id))
		return rk_fail(&failure->err, RK_INTERNAL, "no random numbers from the system");
	request.request_id = request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.municipality_code = seen->municipality_code;
	request.period = seen->period;
	request.version = seen->version;
	request.sha256 = seen->sha256;
	RK_TRY(rk_call(run, "ReportService/AcceptReport", &request, accept_report_response,
		&response, failure));
	*accepted = response->summary ? response->summary : seen;
	return RK_OK;
}

static int gather_all(struct rk_run *run, const Renkei__V1__ReportSummary ***seen, size_t *count)
{
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	Renkei__V1__ListReportsResponse all;
	Renkei__V1__ReportState states[] = {RENKEI__V1__REPORT_STATE__REPORT_STATE_SUBMITTED,
		RENKEI__V1__REPORT_STATE__REPORT_STATE_UNDER_REVIEW};
	struct rk_failure failure = {.retry_ms = -1};
	const char *year = rk_run_option(run, "year");
	int32_t last;

	if (year &&
		(rk_years_parse(year, &request.fiscal_year, &last, &failure.err) != RK_OK ||
			last != request.fiscal_year))
		return rk_usage(run, "usage.one_year", "value", year);
	request.states = states;
	request.n_states = sizeof states / sizeof *states;
	if (rk_list_reports(run, &request, 1000000, &all, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	*seen = rk_run_alloc(run, all.n_reports * sizeof **seen);
	for (size_t i = 0; i < all.n_reports; i++) {
		const Renkei__V1__ReportSummary *summary = all.reports[i];

		/* Older versions may stand in a list; only the last that left its house can be accepted. */
		if (summary->superseded_by == 0)
			(*seen)[(*count)++] = summary;
	}
	return EX_OK;
}

static int gather_named(struct rk_run *run, const Renkei__V1__ReportSummary ***seen, size_t *count)
{
	int worst = EX_OK;

	*seen = rk_run_alloc(run, run->operand_count * sizeof **seen);
	for (size_t i = 0; i < run->operand_count; i++) {
		struct rk_failure failure = {.retry_ms = -1};
		struct rk_report_key key;
		Renkei__V1__GetReportResponse *response = NULL;

		if (rk_report_asked(run, run->operands[i], &key, &failure.err) != RK_OK ||
			rk_get_report(run, &key, &response, &failure) != RK_OK) {
			fprintf(stderr, "%s: ", run->operands[i]);
			worst = rk_worse(worst, rk_trouble_at(run, &failure));
		} else if (response->summary) {
			(*seen)[(*count)++] = response->summary;
		}
	}
	return worst;
}

static bool agreed(struct rk_run *run, const Renkei__V1__ReportSummary *const *seen, size_t count,
	const char *ask_one, const char *ask_many)
{
	if (count == 1)
		return rk_confirm(run, ask_one, seen[0]);
	if (rk_run_flag(run, "yes") || rk_run_flag(run, "dry-run"))
		return true;
	if (!rk_on_terminal())
		return rk_confirm(run, ask_one, NULL);
	for (size_t i = 0; i < count; i++)
		rk_talk(run, "summary.about", "receipt", seen[i]->receipt_number, "name",
			seen[i]->municipality_name_ja, "period",
			rk_period_label(run, seen[i]->period), "state",
			rk_label_enum(
				run, &renkei__v1__report_state__descriptor, (int)seen[i]->state),
			"sha256", seen[i]->sha256);
	if (rk_ask(run, rk_tell(run, ask_many, "count", rk_run_printf(run, "%zu", count))))
		return true;
	rk_talk(run, "ask.nothing_done");
	return false;
}

static int each(struct rk_run *run, const Renkei__V1__ReportSummary *const *seen, size_t count,
	step_fn *step, int worst)
{
	const Renkei__V1__ReportSummary **moved = rk_run_alloc(run, count * sizeof *moved);
	size_t done = 0;

	for (size_t i = 0; i < count; i++) {
		struct rk_failure failure;

		if (step(run, seen[i], &moved[done], &failure) == RK_OK) {
			done++;
			continue;
		}
		fprintf(stderr, "%s: ", seen[i]->receipt_number);
		worst = rk_worse(worst, rk_trouble_at(run, &failure));
		if (failure.err.status == RK_UNAVAILABLE ||
			failure.err.status == RK_PERMISSION_DENIED)
			break;
	}
	/* What was done is told, whatever happened to the rest. */
	run->failed = false;
	return rk_worse(worst, rk_print_summaries(run, moved, done));
}

int rk_cmd_review_start(struct rk_run *run)
{
	const Renkei__V1__ReportSummary **seen = NULL;
	size_t count = 0;
	int worst = gather_named(run, &seen, &count);

	if (count == 0)
		return worst;
	if (!agreed(run, seen, count, "start.ask", "start.ask_many"))
		return rk_not_confirmed();
	return each(run, seen, count, start_one, worst);
}

int rk_cmd_review_accept(struct rk_run *run)
{
	const Renkei__V1__ReportSummary **seen = NULL;
	size_t count = 0;
	bool all = rk_run_flag(run, "all");

	if (all == (run->operand_count > 0))
		return rk_usage(run, "usage.accept");
	int worst = all ? gather_all(run, &seen, &count) : gather_named(run, &seen, &count);

	if (count == 0) {
		if (worst == EX_OK)
			rk_talk(run, "accept.none");
		return worst;
	}
	if (!agreed(run, seen, count, "accept.ask", "accept.ask_many"))
		return rk_not_confirmed();
	return each(run, seen, count, accept_one, worst);
}
