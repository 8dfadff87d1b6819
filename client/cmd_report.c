/* renkei report - list, show, history, withdraw. */
#include "base/text.h"
#include "command.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "report_text.h"
#include "server_info.h"
#include "summary.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

/* Code and version stand in the receipt's number: without them the table fits 80 columns. */
static const struct rk_grid_column summary_columns[] = {
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"municipality_name", RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"period",            RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"version",           RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"state",             RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"nil",               RK_COLUMN_BOOL,   RK_COLUMN_WIDE },
	{"receipt_number",    RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"received",          RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"received_at",       RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"due_at",            RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"timeliness",        RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"late_seconds",      RK_COLUMN_NUMBER, RK_COLUMN_DATA },
	{"activity_count",    RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"outcome_count",     RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"warning_count",     RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"sha256",            RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
};

static void add_summary(struct rk_grid *grid, const Renkei__V1__ReportSummary *summary)
{
	struct rk_run *run = grid->run;

	rk_grid_add(grid,
		(const char *const[]){summary->municipality_code, summary->municipality_name_ja,
			rk_period_tag(run, summary->period),
			rk_run_printf(run, "%d", summary->version),
			rk_shown_enum(
				run, &renkei__v1__report_state__descriptor, (int)summary->state),
			summary->nil ? "true" : "false", summary->receipt_number,
			rk_moment_japan(run, summary->received_at),
			rk_moment_utc(run, summary->received_at),
			rk_moment_utc(run, summary->due_at),
			rk_shown_enum(
				run, &renkei__v1__timeliness__descriptor, (int)summary->timeliness),
			rk_run_printf(run, "%lld", (long long)summary->late_seconds),
			rk_run_printf(run, "%d", summary->activity_count),
			rk_run_printf(run, "%d", summary->outcome_count),
			rk_run_printf(run, "%d", summary->warning_count), summary->sha256});
}

/* Fills the filters of a request from the options. */
static int list_filters(struct rk_run *run, Renkei__V1__ListReportsRequest *request)
{
	const char *text;
	size_t states = 0;
	int32_t last;
	struct rk_err err;
	int64_t number;

	if ((text = rk_run_option(run, "municipality")))
		request->municipality_code = rk_run_str(run, text);
	if ((text = rk_run_option(run, "year")) &&
		(rk_years_parse(text, &request->fiscal_year, &last, &err) != RK_OK ||
			request->fiscal_year != last))
		return rk_usage(run, "usage.one_year", "value", text);
	if ((text = rk_run_option(run, "quarter")))
		request->quarter = (Renkei__V1__Quarter)(text[0] - '0');
	while (rk_run_option_at(run, "state", states))
		states++;
	request->states = rk_run_alloc(run, states * sizeof *request->states);
	for (; request->n_states < states; request->n_states++)
		request->states[request->n_states] = (Renkei__V1__ReportState)rk_enum_value(run,
			&renkei__v1__report_state__descriptor,
			rk_run_option_at(run, "state", request->n_states), NULL);
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
	} while (request->page_token[0] && all->n_reports < limit);
	return RK_OK;
}

int rk_cmd_report_list(struct rk_run *run)
{
	Renkei__V1__ListReportsRequest request = RENKEI__V1__LIST_REPORTS_REQUEST__INIT;
	Renkei__V1__ListReportsResponse all;
	struct rk_failure failure;
	struct rk_grid grid = {.run = run,
		.columns = summary_columns,
		.column_count = sizeof summary_columns / sizeof summary_columns[0]};
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
		add_summary(&grid, all.reports[i]);
	return rk_answer_print(&grid, &all.base);
}

enum rk_status rk_report_asked(
	struct rk_run *run, const char *text, struct rk_report_key *key, struct rk_err *err)
{
	int64_t version;
	const char *asked = rk_run_option(run, "version");

	*key = (struct rk_report_key){0};
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

int rk_cmd_report_show(struct rk_run *run)
{
	Renkei__V1__GetReportResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key;
	struct rk_grid grid = {.run = run,
		.columns = summary_columns,
		.column_count = sizeof summary_columns / sizeof summary_columns[0]};

	if (rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK ||
		rk_get_report(run, &key, &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (rk_run_flag(run, "raw"))
		return write_raw(run, response);
	if (run->output == RK_OUT_JSON || run->output == RK_OUT_JSONL)
		return rk_message_print(run, &response->base);
	if (response->summary && run->output == RK_OUT_CSV) {
		add_summary(&grid, response->summary);
		return rk_grid_print(&grid);
	}
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	rk_report_text(run, out, response);
	return EX_OK;
}

static void print_transitions(
	struct rk_run *run, const Renkei__V1__ListReportVersionsResponse *response)
{
	FILE *out = rk_out(run);

	for (size_t i = 0; out && i < response->n_transitions; i++) {
		const Renkei__V1__ReportTransition *step = response->transitions[i];

		fprintf(out, "%s  v%d  %s  %s%s%s\n", rk_moment_japan(run, step->at), step->version,
			rk_label_enum(run, &renkei__v1__report_state__descriptor, (int)step->state),
			step->principal, step->reason[0] ? "  " : "", step->reason);
		for (size_t n = 0; n < step->n_items; n++)
			fprintf(out, "    %s: %s\n",
				step->items[n]->field_path[0] ? step->items[n]->field_path
							      : rk_tell(run, "history.whole"),
				step->items[n]->reason);
		if (step->due_date[0])
			fprintf(out, "    %s\n",
				rk_tell(run, "history.due", "date", step->due_date));
	}
}

int rk_cmd_report_history(struct rk_run *run)
{
	Renkei__V1__ListReportVersionsRequest request =
		RENKEI__V1__LIST_REPORT_VERSIONS_REQUEST__INIT;
	Renkei__V1__ListReportVersionsResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key;
	struct rk_grid grid = {.run = run,
		.columns = summary_columns,
		.column_count = sizeof summary_columns / sizeof summary_columns[0]};

	if (rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK)
		return rk_trouble_at(run, &failure);
	request.municipality_code = rk_run_str(run, key.municipality);
	request.period = &key.period;
	if (rk_call(run, "ReportService/ListReportVersions", &request,
		    list_report_versions_response, &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < response->n_versions; i++)
		add_summary(&grid, response->versions[i]);
	int status = rk_answer_print(&grid, &response->base);

	if (status == EX_OK && rk_out_is_human(run) && response->n_transitions) {
		fputc('\n', rk_out(run));
		print_transitions(run, response);
	}
	return status;
}

static int print_summary(struct rk_run *run, const Renkei__V1__ReportSummary *summary)
{
	struct rk_grid grid = {.run = run,
		.columns = summary_columns,
		.column_count = sizeof summary_columns / sizeof summary_columns[0]};

	if (!summary)
		return EX_OK;
	add_summary(&grid, summary);
	return rk_answer_print(&grid, &summary->base);
}

int rk_print_summaries(
	struct rk_run *run, const Renkei__V1__ReportSummary *const *summaries, size_t count)
{
	struct rk_grid grid = {.run = run,
		.columns = summary_columns,
		.column_count = sizeof summary_columns / sizeof summary_columns[0]};

	if (count == 1)
		return print_summary(run, summaries[0]);
	for (size_t i = 0; i < count; i++)
		add_summary(&grid, summaries[i]);
	return count ? rk_grid_print(&grid) : EX_OK;
}

int rk_cmd_report_withdraw(struct rk_run *run)
{
	Renkei__V1__WithdrawReportRequest request = RENKEI__V1__WITHDRAW_REPORT_REQUEST__INIT;
	Renkei__V1__WithdrawReportResponse *response = NULL;
	Renkei__V1__GetReportResponse *seen = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_report_key key;
	char request_id[37];

	if (!rk_run_option(run, "reason"))
		return rk_usage(run, "usage.option_missing", "option", "reason");
	if (rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK ||
		rk_get_report(run, &key, &seen, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!rk_confirm(run, "withdraw.ask", seen->summary))
		return rk_not_confirmed();
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.municipality_code = rk_run_str(run, key.municipality);
	request.period = &key.period;
	request.version = key.version ? key.version : seen->summary ? seen->summary->version : 0;
	request.reason = rk_run_str(run, rk_run_option(run, "reason"));
	if (rk_call(run, "ReportService/WithdrawReport", &request, withdraw_report_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return print_summary(run, response->summary);
}
