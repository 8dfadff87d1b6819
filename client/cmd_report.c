/* renkei report - list, show, history, withdraw. */
#include "act.h"
#include "attach.h"
#include "base/text.h"
#include "command.h"
#include "compare.h"
#include "days.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "report_text.h"
#include "server_info.h"
#include "submit.h"
#include "summary.h"
#include "waiting.h"
#include "who.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

/* Code and version stand in the receipt's number: without them the table fits 80 columns. */
#define RETURNS_TOLD 5

/* Fills the filters of a request from the options. */
static int list_filters(struct rk_run *run, Renkei__V1__ListReportsRequest *request)
{
	const char *text;
	size_t states = 0;
	int32_t last;
	struct rk_err err;
	int64_t number;

	if (rk_as_of_asked(run, &err) != RK_OK)
		return rk_trouble(run, &err);
	if ((text = rk_run_option(run, "municipality")))
		request->municipality_code = rk_run_str(run, text);
	if ((text = rk_run_option(run, "year")) &&
		(rk_years_parse(text, &request->fiscal_year, &last, &err) != RK_OK ||
			request->fiscal_year != last))
		return rk_usage(run, "usage.one_year", "value", text);
	if ((text = rk_run_option(run, "quarter")))
		request->quarter = (Renkei__V1__Quarter)(text[0] - '0');
	for (; (text = rk_run_option_at(run, "state", states)); states++)
		if (strcmp(text, "missing") == 0)
			return rk_usage(run, "usage.missing_elsewhere");
	request->states = rk_run_alloc(run, states * sizeof *request->states);
	for (; request->n_states < states; request->n_states++)
		request->states[request->n_states] = (Renkei__V1__ReportState)rk_enum_value(run,
			&renkei__v1__report_state__descriptor,
			rk_run_option_at(run, "state", request->n_states), NULL);
	request->unconfirmed = rk_run_flag(run, "unconfirmed");
	if ((text = rk_run_option(run, "limit")) &&
		!rk_text_i64(rk_slice_str(text), 1, 1000000, &number))
		return rk_usage(run, "usage.number", "option", "limit", "value", text);
	return EX_OK;
}

enum rk_status rk_list_reports(struct rk_run *run, Renkei__V1__ListReportsRequest *request,
	size_t limit, Renkei__V1__ListReportsResponse *all, struct rk_failure *failure)
{
	size_t cap = 0;

	renkei__v1__list_reports_response__init(all);
	request->as_of = (Google__Protobuf__Timestamp *)(uintptr_t)run->as_of;
	do {
		Renkei__V1__ListReportsResponse *page = NULL;

		request->page_size = limit - all->n_reports < 1000
			? (int32_t)(limit - all->n_reports)
			: 1000;
		RK_TRY(rk_call(run, "ReportService/ListReports", request, list_reports_response,
			&page, failure));
		if (all->n_reports + page->n_reports > cap) {
			Renkei__V1__ReportSummary **grown;

			cap = (all->n_reports + page->n_reports) * 2;
			grown = rk_run_alloc(run, cap * sizeof *grown);
			if (all->n_reports)
				memcpy(grown, all->reports, all->n_reports * sizeof *grown);
			all->reports = grown;
		}
		if (page->n_reports)
			memcpy(all->reports + all->n_reports, page->reports,
				page->n_reports * sizeof *all->reports);
		all->n_reports += page->n_reports;
		request->page_token = page->next_page_token;
		all->next_page_token = page->next_page_token;
		all->as_of = page->as_of;
	} while (request->page_token[0] && all->n_reports < limit);
	return RK_OK;
}

enum rk_status rk_list_versions(struct rk_run *run, const char *municipality,
	Renkei__V1__Period *period, Renkei__V1__ListReportVersionsResponse **response,
	struct rk_failure *failure)
{
	Renkei__V1__ListReportVersionsRequest request =
		RENKEI__V1__LIST_REPORT_VERSIONS_REQUEST__INIT;

	request.municipality_code = rk_run_str(run, municipality);
	request.period = period;
	request.as_of = (Google__Protobuf__Timestamp *)(uintptr_t)run->as_of;
	return rk_call(run, "ReportService/ListReportVersions", &request,
		list_report_versions_response, response, failure);
}

/* The change of the key's version to this state; *step NULL when there was none. */
static enum rk_status step_to(struct rk_run *run, struct rk_report_key *key,
	Renkei__V1__ReportState state, const Renkei__V1__ReportTransition **step,
	struct rk_failure *failure)
{
	Renkei__V1__ListReportVersionsResponse *response = NULL;

	*step = NULL;
	RK_TRY(rk_list_versions(run, key->municipality, &key->period, &response, failure));
	for (size_t i = 0; i < response->n_transitions; i++)
		if (response->transitions[i]->version == key->version &&
			response->transitions[i]->state == state)
			*step = response->transitions[i];
	return RK_OK;
}

void rk_returned_alone(Renkei__V1__ListReportsRequest *request)
{
	static Renkei__V1__ReportState states[] = {RENKEI__V1__REPORT_STATE__REPORT_STATE_RETURNED,
		RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK};

	request->states = states;
	request->n_states = sizeof states / sizeof states[0];
}

bool rk_is_returned(Renkei__V1__ReportState state)
{
	return state == RENKEI__V1__REPORT_STATE__REPORT_STATE_RETURNED ||
		state == RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK;
}

/* The approver names no items. */
static const Renkei__V1__ReportTransition *as_item(
	struct rk_run *run, const Renkei__V1__ReportTransition *sent_back)
{
	Renkei__V1__ReportTransition *step = rk_run_alloc(run, sizeof *step);
	Renkei__V1__ReturnItem *item = rk_run_alloc(run, sizeof *item);

	*step = *sent_back;
	step->items = rk_run_alloc(run, sizeof *step->items);
	step->items[0] = item;
	step->n_items = 1;
	renkei__v1__return_item__init(item);
	item->reason = sent_back->reason;
	return step;
}

enum rk_status rk_return_step(struct rk_run *run, struct rk_report_key *key,
	Renkei__V1__ReportState state, const Renkei__V1__ReportTransition **step,
	struct rk_failure *failure)
{
	RK_TRY(step_to(run, key, state, step, failure));
	if (*step && state == RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK)
		*step = as_item(run, *step);
	return RK_OK;
}

enum rk_status rk_version_before(struct rk_run *run, const Renkei__V1__ReportSummary *summary,
	bool left, int32_t *version, struct rk_failure *failure)
{
	Renkei__V1__ListReportVersionsResponse *response = NULL;

	*version = 0;
	RK_TRY(rk_list_versions(
		run, summary->municipality_code, summary->period, &response, failure));
	for (size_t i = 0; i < response->n_versions; i++) {
		const Renkei__V1__ReportSummary *at = response->versions[i];

		if (at->version < summary->version && at->version > *version &&
			!(left &&
				at->timeliness ==
					RENKEI__V1__TIMELINESS__TIMELINESS_AWAITING_RELEASE))
			*version = at->version;
	}
	return RK_OK;
}

/* The change of state that gave this version back; NULL when it was not, or may not be known. */
const Renkei__V1__ReportTransition *rk_return_of(
	struct rk_run *run, const Renkei__V1__ReportSummary *summary)
{
	struct rk_report_key key = {
		.municipality = summary->municipality_code, .version = summary->version};
	const Renkei__V1__ReportTransition *step = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (!rk_is_returned(summary->state) || !summary->period)
		return NULL;
	key.period = *summary->period;
	return step_to(run, &key, summary->state, &step, &failure) == RK_OK ? step : NULL;
}

/* Who lists reports and sees one given back wants to know why, and until when. */
static void tell_returns(struct rk_run *run, const Renkei__V1__ListReportsResponse *all)
{
	size_t told = 0, count = 0;

	for (size_t i = 0; i < all->n_reports; i++) {
		const Renkei__V1__ReportSummary *summary = all->reports[i];
		const Renkei__V1__ReportTransition *step = NULL;

		if (!rk_is_returned(summary->state))
			continue;
		count++;
		if (told == RETURNS_TOLD || !(step = rk_return_of(run, summary)))
			continue;
		told++;
		fflush(stdout);
		fprintf(stderr, "\n%s  ", summary->receipt_number);
		rk_returned_text(run, stderr, NULL, step);
	}
	if (count > told)
		rk_talk(run, "returned.where");
}

/* And of one that has not left: whom it waits for, and by when. */
static void tell_awaiting(struct rk_run *run, const Renkei__V1__ListReportsResponse *all)
{
	size_t told = 0;

	for (size_t i = 0; i < all->n_reports && told < RETURNS_TOLD; i++) {
		const Renkei__V1__ReportSummary *at = all->reports[i];

		if (at->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_AWAITING_RELEASE)
			continue;
		told++;
		rk_talk(run, "release.awaited", "receipt", at->receipt_number, "due",
			at->due_at ? rk_moment_told(run, at->due_at)
				   : rk_tell(run, "submit.due_none"));
	}
}

int rk_cmd_report_list(struct rk_run *run)
{
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	Renkei__V1__ListReportsResponse all;
	struct rk_failure failure;
	struct rk_grid grid = {
		.run = run, .columns = rk_summary_columns, .column_count = RK_SUMMARY_COLUMNS};
	const char *limit_text = rk_run_option(run, "limit");
	int64_t limit = 1000000;
	int status = list_filters(run, &request);

	if (status != EX_OK)
		return status;
	if (limit_text && !rk_text_i64(rk_slice_str(limit_text), 1, 1000000, &limit))
		return rk_usage(run, "usage.number", "option", "limit", "value", limit_text);
	if (rk_list_reports(run, &request, (size_t)limit, &all, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < all.n_reports; i++)
		rk_summary_add(&grid, all.reports[i]);
	status = rk_answer_print(&grid, &all.base);
	/* What was to be done then may be done by now. */
	if (status == EX_OK && run->as_of) {
		rk_as_of_print(run, all.as_of);
	} else if (status == EX_OK && rk_out_is_human(run)) {
		tell_returns(run, &all);
		tell_awaiting(run, &all);
		rk_waiting_tell_of(run, &all);
	}
	return status;
}

enum rk_status rk_report_asked(
	struct rk_run *run, const char *text, struct rk_report_key *key, struct rk_err *err)
{
	int64_t version;
	const char *asked = rk_run_option(run, "version");

	*key = (struct rk_report_key){0};
	RK_TRY(rk_as_of_asked(run, err));
	if (strlen(text) > 7 && text[6] == '-') {
		RK_TRY(rk_receipt_number_parse(
			run, text, &key->municipality, &key->period, &key->version, err));
		key->receipt_number = text;
	} else {
		RK_TRY(rk_period_asked(text, &key->period, err));
		key->municipality = rk_municipality_asked(run, err);
		if (!key->municipality)
			return err->status;
	}
	if (asked) {
		if (!rk_text_i64(rk_slice_str(asked), 1, 9999, &version))
			return rk_fail_reason(err, RK_INVALID_ARGUMENT, "VERSION_BAD", "%s", asked);
		key->version = (int32_t)version;
	}
	return RK_OK;
}

enum rk_status rk_get_report(struct rk_run *run, struct rk_report_key *key,
	Renkei__V1__GetReportResponse **response, struct rk_failure *failure)
{
	Renkei__V1__GetReportRequest request = RENKEI__V1__GET_REPORT_REQUEST__INIT;

	request.municipality_code = rk_run_str(run, key->municipality);
	request.period = &key->period;
	request.version = key->version;
	request.as_of = (Google__Protobuf__Timestamp *)(uintptr_t)run->as_of;
	return rk_call(
		run, "ReportService/GetReport", &request, get_report_response, response, failure);
}

static int write_raw(struct rk_run *run, const Renkei__V1__GetReportResponse *response)
{
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	return fwrite(response->report_bytes.data, 1, response->report_bytes.len, out) ==
			response->report_bytes.len
		? EX_OK
		: EX_IOERR;
}

/* As it was kept with the version; else as it is now: what was accepted since is seen beside it, too.  Who may not know it, or cannot be told, is told the rest. */
static void print_comparison(
	struct rk_run *run, FILE *out, const Renkei__V1__GetReportResponse *response)
{
	const Renkei__V1__Comparison *comparison;
	struct rk_failure failure;

	if (response->comparison) {
		fputc('\n', out);
		rk_compare_kept(run, out, response->comparison);
		return;
	}
	if (rk_compare_asked(run,
		    rk_slice_of(response->report_bytes.data, response->report_bytes.len),
		    &comparison, &failure) != RK_OK ||
		!comparison || !comparison->verdict || comparison->verdict->n_findings == 0)
		return;
	fputc('\n', out);
	rk_compare_print(run, out, NULL, comparison);
}

int rk_cmd_report_show(struct rk_run *run)
{
	Renkei__V1__GetReportResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key;
	struct rk_grid grid = {
		.run = run, .columns = rk_summary_columns, .column_count = RK_SUMMARY_COLUMNS};

	if (rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK ||
		rk_get_report(run, &key, &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (rk_run_flag(run, "raw"))
		return write_raw(run, response);
	if (run->output == RK_OUT_JSON || run->output == RK_OUT_JSONL)
		return rk_message_print(run, &response->base);
	if (response->summary && run->output == RK_OUT_CSV) {
		rk_summary_add(&grid, response->summary);
		return rk_grid_print(&grid);
	}
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	rk_report_text(run, out, response,
		response->summary ? rk_return_of(run, response->summary) : NULL);
	rk_as_of_print(run, response->as_of);
	rk_attachments_text(run, out, response);
	/* What is accepted is that of now. */
	if (run->as_of)
		return EX_OK;
	print_comparison(run, out, response);
	return EX_OK;
}

/* Below the step that stored it: that a version corrects an accepted one, and why; who entered it for whom, and who confirmed it; who brought it. */
static void print_version(struct rk_run *run, FILE *out,
	const Renkei__V1__ListReportVersionsResponse *response,
	const Renkei__V1__ReportTransition *step)
{
	if (step->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_SUBMITTED)
		return;
	for (size_t i = 0; i < response->n_versions; i++) {
		const Renkei__V1__ReportSummary *version = response->versions[i];

		if (version->version != step->version)
			continue;
		if (version->action == RENKEI__V1__REPORT_ACTION__REPORT_ACTION_CORRECT)
			fprintf(out, "    %s\n",
				rk_tell(run, "history.correction", "reason",
					version->change_reason));
		if (*version->delegated_by)
			fprintf(out, "    %s\n", rk_delegation_line(run, version));
		if (*version->relayed_by)
			fprintf(out, "    %s\n",
				rk_tell(run, "history.relayed", "who",
					rk_who(run, version->relayed_by)));
	}
}

static void print_transitions(
	struct rk_run *run, const Renkei__V1__ListReportVersionsResponse *response)
{
	FILE *out = rk_out(run);

	for (size_t i = 0; out && i < response->n_transitions; i++) {
		const Renkei__V1__ReportTransition *step = response->transitions[i];

		fprintf(out, "%s  v%d  %s  %s%s%s\n", rk_moment_japan(run, step->at), step->version,
			rk_label_enum(run, &renkei__v1__report_state__descriptor, (int)step->state),
			rk_who(run, step->principal), step->reason[0] ? "  " : "", step->reason);
		rk_return_text(run, out, NULL, step);
		print_version(run, out, response, step);
	}
}

int rk_cmd_report_history(struct rk_run *run)
{
	Renkei__V1__ListReportVersionsResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key;
	struct rk_grid_column columns[RK_SUMMARY_COLUMNS];
	struct rk_grid grid = {.run = run, .columns = columns, .column_count = RK_SUMMARY_COLUMNS};

	/* What each version was for is what a history is asked for. */
	memcpy(columns, rk_summary_columns, sizeof columns);
	for (size_t i = 0; i < RK_SUMMARY_COLUMNS; i++)
		if (strcmp(columns[i].name, "action") == 0)
			columns[i].where = RK_COLUMN_ALL;

	if (rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (rk_list_versions(run, key.municipality, &key.period, &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < response->n_versions; i++)
		rk_summary_add(&grid, response->versions[i]);
	int status = rk_answer_print(&grid, &response->base);

	if (status == EX_OK && rk_out_is_human(run) && response->n_transitions) {
		fputc('\n', rk_out(run));
		print_transitions(run, response);
	}
	if (status == EX_OK)
		rk_as_of_print(run, response->as_of);
	return status;
}

const struct rk_act rk_act_withdraw = {.word = "withdraw",
	.path = "/renkei.v1.ReportService/WithdrawReport",
	.request = &renkei__v1__withdraw_report_request__descriptor,
	.response = &renkei__v1__withdraw_report_response__descriptor,
	.tell = rk_report_act_tell};

int rk_cmd_report_withdraw(struct rk_run *run)
{
	static const struct rk_report_act what = {
		.act = &rk_act_withdraw, .ask = "withdraw.ask", .reason = true};
	const Renkei__V1__ReportSummary *about;
	struct rk_failure failure;
	int status = rk_report_act_run(run, &what, &about, &failure);

	if (about && strcmp(failure.err.reason, "NOTHING_TO_WITHDRAW") == 0 &&
		about->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_ACCEPTED)
		rk_submit_hint(run, about, NULL);
	return status;
}
