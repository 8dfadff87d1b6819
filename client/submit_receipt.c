/* What came back: verified, kept, printed. */
#include "base/text.h"
#include "days.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "server_info.h"
#include "submit.h"
#include "today.h"
#include "words/receipt.h"
#include "words/rules.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

static const struct rk_grid_column columns[] = {
	{"file",              RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"outcome",           RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"receipt_number",    RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"period",            RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"version",           RK_COLUMN_NUMBER, RK_COLUMN_DATA },
	{"received_at",       RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"received",          RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"timeliness",        RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"warning_count",     RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"sha256",            RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"request_id",        RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
};

static bool any_received(const struct rk_submit *submit)
{
	for (size_t i = 0; i < submit->count; i++)
		if (submit->items[i].receipt && !submit->items[i].from_here)
			return true;
	return false;
}

/* Before a receipt is believed: the key is the one this server always had, the signature fits, and it speaks of our bytes. */
static enum rk_status verify(
	struct rk_run *run, const struct rk_submit_item *item, struct rk_err *err)
{
	const Renkei__V1__Receipt *receipt = item->receipt;
	const char *pem = rk_receipt_key_find(run, receipt->key_id);

	if (!pem)
		return rk_fail_reason(err, RK_DATA_LOSS, "RECEIPT_KEY_UNKNOWN",
			"the receipt was signed with key %s, which this server has not named",
			receipt->key_id);
	return rk_receipt_verify(receipt, item->report->bytes, rk_slice_str(pem), err);
}

static bool all_keys_known(const struct rk_submit *submit)
{
	for (size_t i = 0; i < submit->count; i++) {
		const Renkei__V1__Receipt *receipt = submit->items[i].receipt;

		if (receipt && !rk_receipt_key_find(submit->run, receipt->key_id))
			return false;
	}
	return true;
}

static void keep_receipt(struct rk_run *run, struct rk_submit_item *item)
{
	struct rk_err err;

	if (!item->receipt || item->from_here)
		return;
	if (verify(run, item, &err) != RK_OK) {
		fprintf(stderr, "%s: ", item->report->name);
		item->status = rk_trouble(run, &err);
		return;
	}
	/* The report is stored; a receipt that cannot be kept here can be had again. */
	if (rk_receipt_keep(run, item->receipt, item->report->bytes, &err) != RK_OK)
		item->status = rk_trouble(run, &err);
	rk_outbox_settle(run, &item->box, true);
}

/* The first receipt comes back for ever; who took the report back since, or had it returned, must not think it is sent again. */
static void tell_not_in_force(struct rk_run *run, struct rk_submit_item *item)
{
	Renkei__V1__GetReportRequest request = RENKEI__V1__GET_REPORT_REQUEST__INIT;
	Renkei__V1__GetReportResponse *response = NULL;
	const Renkei__V1__ReportSummary *summary;
	struct rk_failure failure;

	if (!item->receipt || item->from_here || !item->box.known || item->status != EX_OK)
		return;
	request.receipt_number = item->receipt->number;
	if (rk_call(run, "ReportService/GetReport", &request, get_report_response, &response,
		    &failure) != RK_OK ||
		!response->summary)
		return;
	summary = item->now = response->summary;
	if (summary->superseded_by != 0 ||
		(summary->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_RETURNED &&
			summary->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK &&
			summary->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_WITHDRAWN))
		return;
	rk_talk(run, "submit.not_in_force", "receipt", item->receipt->number, "state",
		rk_label_enum(run, &renkei__v1__report_state__descriptor, (int)summary->state));
	rk_submit_hint(run, summary, item->report->name);
	item->status = EX_DATAERR;
}

/* Received, judged or refused: the server was there a moment ago. */
static bool any_judged(const struct rk_submit *submit)
{
	for (size_t i = 0; i < submit->count; i++) {
		const char *outcome = submit->items[i].outcome;

		if (outcome && !submit->items[i].from_here && strcmp(outcome, "unsent") != 0 &&
			strcmp(outcome, "unconfirmed") != 0)
			return true;
	}
	return false;
}

void rk_submit_tell_rules(struct rk_submit *submit)
{
	if (submit->alone && any_received(submit))
		rk_talk(submit->run, "compare.not_made");

	const Renkei__V1__GetServerInfoResponse *info;
	struct rk_failure failure;

	if (!any_judged(submit) || rk_server_info(submit->run, &info, &failure) != RK_OK)
		return;
	if (strcmp(info->rule_set_hash, rk_rules_hash()) != 0)
		rk_talk(submit->run, "submit.other_rules");
	rk_clock_tell(submit->run);
}

void rk_submit_keep(struct rk_submit *submit)
{
	struct rk_failure failure;

	/* A server that went away right after its receipts is no matter, as long as their keys are known from before. */
	if (any_received(submit) && rk_server_pin_keys(submit->run, &failure) != RK_OK &&
		!all_keys_known(submit))
		rk_trouble_at(submit->run, &failure);
	for (size_t i = 0; i < submit->count; i++)
		keep_receipt(submit->run, &submit->items[i]);
	for (size_t i = 0; i < submit->count; i++)
		tell_not_in_force(submit->run, &submit->items[i]);
}

static void add_row(struct rk_grid *grid, const struct rk_submit_item *item)
{
	struct rk_run *run = grid->run;
	const Renkei__V1__Receipt *receipt = item->receipt;
	const char *outcome = item->outcome;

	if (rk_out_is_human(run))
		outcome = rk_tell(run, rk_run_printf(run, "outcome.%s", outcome));
	if (!receipt) {
		rk_grid_add(grid,
			(const char *const[]){item->report->name, outcome, NULL, NULL, NULL, NULL,
				NULL, NULL, NULL, NULL, NULL, item->box.request_id});
		return;
	}
	rk_grid_add(grid,
		(const char *const[]){item->report->name, outcome, receipt->number,
			receipt->municipality_code, rk_period_tag(run, receipt->period),
			rk_run_printf(run, "%d", receipt->version),
			rk_moment_utc(run, receipt->received_at),
			rk_moment_japan(run, receipt->received_at), rk_timeliness(run, receipt),
			rk_run_printf(run, "%d", receipt->warning_count), receipt->sha256,
			item->box.request_id});
}

/* Who thinks it is handed in must learn that it is not, whom it waits for, and by when; who sends it again, whether it left since. */
static void tell_awaiting(struct rk_run *run, const struct rk_submit_item *item)
{
	const Renkei__V1__Receipt *receipt = item->receipt;
	const Renkei__V1__ReportSummary *now = item->now;

	if (!receipt || item->status != EX_OK ||
		receipt->timeliness != RENKEI__V1__TIMELINESS__TIMELINESS_AWAITING_RELEASE)
		return;
	if (now && now->released_at)
		rk_talk(run, "submit.released_since", "receipt", receipt->number, "time",
			rk_moment_told(run, now->released_at));
	else if (!now || now->superseded_by == 0)
		rk_talk(run, "submit.awaits_release", "receipt", receipt->number, "due",
			receipt->due_at ? rk_moment_told(run, receipt->due_at)
					: rk_tell(run, "submit.due_none"));
}

int rk_submit_print(struct rk_submit *submit)
{
	struct rk_run *run = submit->run;
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	int worst = EX_OK;

	for (size_t i = 0; i < submit->count; i++) {
		add_row(&grid, &submit->items[i]);
		worst = rk_worse(worst, submit->items[i].status);
	}
	for (size_t i = 0; i < submit->count; i++)
		tell_awaiting(run, &submit->items[i]);
	/* What was received is told in full, whatever happened to the others. */
	run->failed = false;
	if (submit->count == 1 && submit->items[0].receipt && rk_out_is_human(run)) {
		rk_receipt_print(run, submit->items[0].receipt);
		return worst;
	}
	if (submit->count == 1 && submit->items[0].receipt && run->output == RK_OUT_JSON)
		return rk_worse(worst, rk_message_print(run, &submit->items[0].receipt->base));
	return rk_worse(worst, rk_grid_print(&grid));
}
