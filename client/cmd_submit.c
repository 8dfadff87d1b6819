/* renkei submit - check, ask, send with a request_id that is on disk before the first byte leaves, keep the receipt. */
#include "base/clock.h"
#include "base/text.h"
#include "command.h"
#include "out.h"
#include "outbox.h"
#include "periods.h"
#include "remote.h"
#include "server_info.h"
#include "verdict.h"
#include "wire/pack.h"
#include "words/receipt.h"

#include "renkei/v1/registry_service.pb-c.h"
#include "renkei/v1/report_service.pb-c.h"

#include <string.h>
#include <time.h>

#define DEFAULT_TIMEOUT_MS 120000
#define BACKOFF_FIRST_MS   500
#define BACKOFF_MOST_MS    15000

/* One report on its way. */
struct item {
	const struct rk_form_report *report;
	const Renkei__V1__Report *content;
	struct rk_outbox_item box;
	struct rk_slice request; /* packed SubmitReportRequest */
	const Renkei__V1__Receipt *receipt;
	bool settled;
	int status; /* exit status */
};

struct batch {
	struct rk_run *run;
	struct item *items;
	size_t count;
	int64_t until;
	/* The exchange that runs: which items stand in it, in its order. */
	size_t *sent;
	size_t sent_count;
	struct rk_failure failure;
};

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

static void put_varint(uint8_t **at, size_t value)
{
	for (; value >= 0x80; value >>= 7)
		*(*at)++ = (uint8_t)(value | 0x80);
	*(*at)++ = (uint8_t)value;
}

/* The report's bytes go in as they are: what the receipt's hash covers is what the file gave. */
static struct rk_slice pack_request(
	struct rk_run *run, const char *request_id, bool validate_only, struct rk_slice report)
{
	uint8_t *bytes = rk_run_alloc(run, report.len + 64), *at = bytes;

	*at++ = 1 << 3 | 2;
	put_varint(&at, strlen(request_id));
	at = (uint8_t *)mempcpy(at, request_id, strlen(request_id));
	if (validate_only) {
		*at++ = 2 << 3;
		*at++ = 1;
	}
	*at++ = 3 << 3 | 2;
	put_varint(&at, report.len);
	at = (uint8_t *)mempcpy(at, report.at, report.len);
	return rk_slice_of(bytes, (size_t)(at - bytes));
}

static struct rk_slice pack_stream_item(struct rk_run *run, struct rk_slice request)
{
	uint8_t *bytes = rk_run_alloc(run, request.len + 16), *at = bytes;

	*at++ = 1 << 3 | 2;
	put_varint(&at, request.len);
	at = (uint8_t *)mempcpy(at, request.at, request.len);
	return rk_slice_of(bytes, (size_t)(at - bytes));
}

/* Everything is read and judged before anything is sent. */
static int gather(struct rk_run *run, struct rk_form *forms, size_t form_count, struct batch *batch)
{
	int worst = EX_OK, errors = 0;
	size_t total = 0;

	for (size_t i = 0; i < form_count; i++)
		total += forms[i].count;
	batch->items = rk_run_alloc(run, total * sizeof *batch->items);
	batch->sent = rk_run_alloc(run, total * sizeof *batch->sent);
	for (size_t i = 0; i < form_count; i++) {
		for (size_t n = 0; n < forms[i].count; n++) {
			const struct rk_form_report *report = &forms[i].reports[n];
			const Renkei__V1__Verdict *verdict;
			struct rk_err err = {0};

			if (rk_check_form(run, report, &verdict, &err) != RK_OK) {
				fprintf(stderr, "%s: ", report->name);
				worst = rk_worse(worst, rk_trouble(run, &err));
				continue;
			}
			errors += verdict->error_count;
			if (verdict->n_findings) {
				fflush(stdout);
				rk_verdict_print_form(run, stderr, report, verdict);
			}
			struct item *item = &batch->items[batch->count++];
			ProtobufCMessage *content = NULL;

			item->report = report;
			if (rk_unpack(&run->arena, &renkei__v1__report__descriptor, report->bytes,
				    &content, &err) == RK_OK)
				item->content = (const Renkei__V1__Report *)(const void *)content;
		}
	}
	if (!errors)
		return worst;
	rk_talk(run, "submit.refused_here", "errors", rk_run_printf(run, "%d", errors));
	run->failed = true;
	return rk_worse(worst, EX_DATAERR);
}

/* "No activity" in one command: a report that says so and nothing else. */
static int gather_nil(struct rk_run *run, struct rk_form *form)
{
	Renkei__V1__Report report = RENKEI__V1__REPORT__INIT;
	Renkei__V1__Period period;
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};
	struct rk_err err;
	const char *municipality = rk_municipality_asked(run, &err);

	if (!municipality || rk_period_asked(rk_run_option(run, "nil"), &period, &err) != RK_OK)
		return rk_trouble(run, &err);
	report.municipality_code = rk_run_str(run, municipality);
	report.period = &period;
	report.action = RENKEI__V1__REPORT_ACTION__REPORT_ACTION_NEW;
	report.nil = 1;
	struct rk_form_report *entry = rk_form_add(&run->arena, form,
		rk_run_printf(run, "%s-%s", municipality, rk_period_tag(run, &period)));

	if (!entry || rk_pack(&report.base, &bytes) != RK_OK)
		return EX_OSERR;
	entry->bytes = rk_slice_of(rk_run_slice(run, rk_buf_slice(&bytes)), bytes.len);
	return EX_OK;
}

static int read_forms(struct rk_run *run, struct rk_form *forms, size_t *count)
{
	int worst = EX_OK;

	if (rk_run_flag(run, "nil"))
		return gather_nil(run, &forms[(*count)++]);
	for (size_t i = 0; i < run->operand_count; i++) {
		struct rk_err err;

		if (rk_form_read(&run->arena, run->operands[i], &forms[*count], &err) != RK_OK)
			worst = rk_worse(worst, rk_trouble(run, &err));
		else
			(*count)++;
	}
	return worst;
}

static void show_item(struct rk_run *run, const struct item *item)
{
	Renkei__V1__GetPeriodRequest request = RENKEI__V1__GET_PERIOD_REQUEST__INIT;
	Renkei__V1__GetPeriodResponse *response = NULL;
	struct rk_failure failure;
	const char *due = rk_tell(run, "submit.due_unknown");

	if (!item->content)
		return;
	request.period = item->content->period;
	if (request.period &&
		rk_call(run, "RegistryService/GetPeriod", &request, get_period_response, &response,
			&failure) == RK_OK)
		due = response->period && response->period->due_at
			? rk_moment_japan(run, response->period->due_at)
			: rk_tell(run, "submit.due_none");
	rk_talk(run, "submit.about", "file", item->report->name, "municipality",
		item->content->municipality_code, "period",
		rk_period_label(run, item->content->period), "due", due);
}

static bool agreed(struct rk_run *run, const struct batch *batch)
{
	if (rk_run_flag(run, "yes") || !rk_on_terminal())
		return true;
	rk_talk(run, "submit.server", "server", run->profile.server ? run->profile.server : "-");
	for (size_t i = 0; i < batch->count && i < 20; i++)
		show_item(run, &batch->items[i]);
	if (batch->count > 20)
		rk_talk(run, "submit.and_more", "count",
			rk_run_printf(run, "%zu", batch->count - 20));
	return rk_ask(
		run, rk_tell(run, "submit.ask", "count", rk_run_printf(run, "%zu", batch->count)));
}

static bool worth_retrying(enum rk_status status)
{
	return status == RK_UNAVAILABLE || status == RK_RESOURCE_EXHAUSTED ||
		status == RK_DEADLINE_EXCEEDED;
}

static void settle_received(struct item *item, const Renkei__V1__Receipt *receipt)
{
	item->settled = true;
	item->receipt = receipt;
	item->status = EX_OK;
}

static void settle_refused(struct batch *batch, struct item *item, const struct rk_failure *failure)
{
	fprintf(stderr, "%s: ", item->report->name);
	item->settled = true;
	item->status = rk_trouble_at(batch->run, failure);
	/* Findings and conflicts will not go away with the same bytes; a missing right may. */
	if (!rk_run_flag(batch->run, "dry-run") &&
		rk_exit_status(failure->err.status) == EX_DATAERR)
		rk_outbox_settle(batch->run, &item->box, false);
}

static void batch_on_message(void *arg, struct rk_slice bytes)
{
	struct batch *batch = arg;
	struct rk_run *run = batch->run;
	ProtobufCMessage *message = NULL;
	struct rk_err err;

	if (rk_unpack(&run->arena, &renkei__v1__submit_reports_response__descriptor, bytes,
		    &message, &err) != RK_OK)
		return;
	const Renkei__V1__SubmitReportsResponse *answer = (const void *)message;

	if (answer->index < 0 || (size_t)answer->index >= batch->sent_count)
		return;
	struct item *item = &batch->items[batch->sent[answer->index]];

	if (item->settled || strcmp(item->box.request_id, answer->request_id) != 0)
		return;
	if (answer->code == 0) {
		settle_received(item, answer->receipt);
		return;
	}
	struct rk_failure failure = {.from_server = true,
		.retry_ms = -1,
		.verdict = answer->verdict,
		.request_id = item->box.request_id};

	rk_fail(&failure.err, (enum rk_status)answer->code, "%s", answer->message);
	snprintf(failure.err.reason, sizeof failure.err.reason, "%s", answer->reason);
	const char *own = rk_tell(run, rk_run_str(run, answer->reason));

	/* The stream's items carry one sentence; the reason has it in every language when nothing has to be filled in. */
	failure.sentence = run->language != RK_EN && answer->reason[0] && !strchr(own, '{') &&
			strcmp(own, answer->reason) != 0
		? own
		: answer->message;
	if (worth_retrying(failure.err.status) && rk_clock_ms() < batch->until)
		batch->failure = failure;
	else
		settle_refused(batch, item, &failure);
}

/* One by itself: the server's answer has all its details. */
static enum rk_status send_one(struct batch *batch, struct item *item)
{
	Renkei__V1__SubmitReportResponse *response = NULL;
	enum rk_status status = rk_remote_call_bytes(batch->run,
		"/renkei.v1.ReportService/SubmitReport", item->request,
		&renkei__v1__submit_report_response__descriptor,
		(ProtobufCMessage **)(void *)&response, &batch->failure);

	if (status == RK_OK)
		settle_received(item, response->receipt);
	return status;
}

static enum rk_status send_open_items(struct batch *batch)
{
	struct rk_slice *messages = rk_run_alloc(batch->run, batch->count * sizeof *messages);

	batch->sent_count = 0;
	for (size_t i = 0; i < batch->count; i++) {
		if (batch->items[i].settled)
			continue;
		messages[batch->sent_count] = pack_stream_item(batch->run, batch->items[i].request);
		batch->sent[batch->sent_count++] = i;
	}
	if (batch->sent_count == 0)
		return RK_OK;
	int64_t left = batch->until - rk_clock_ms();

	/* One attempt has the rest of the time; a call that is merely slow is not cut short to be sent again. */
	batch->run->timeout_ms = left > 1000 ? left : 1000;
	batch->failure = (struct rk_failure){.retry_ms = -1};
	if (batch->sent_count == 1)
		return send_one(batch, &batch->items[batch->sent[0]]);
	const struct rk_exchange exchange = {.path = "/renkei.v1.ReportService/SubmitReports",
		.messages = messages,
		.count = batch->sent_count,
		.on_message = batch_on_message,
		.arg = batch};
	struct rk_failure failure;
	enum rk_status status = rk_remote_exchange(batch->run, &exchange, &failure);

	if (status != RK_OK)
		batch->failure = failure;
	else
		status = batch->failure.err.status; /* of an item that may be tried again */
	return status;
}

/* Full jitter (between nothing and twice the step), unless the server names a time. */
static int64_t pause_ms(const struct rk_failure *failure, unsigned attempt)
{
	int64_t step = BACKOFF_FIRST_MS << (attempt < 6 ? attempt : 6);
	char uuid[37];
	uint64_t random = 0;

	step = step > BACKOFF_MOST_MS ? BACKOFF_MOST_MS : step;
	if (rk_text_uuid(uuid))
		for (size_t i = 0; i < 8; i++)
			random = random * 31 + (unsigned char)uuid[i];
	if (failure->retry_ms >= 0)
		return failure->retry_ms + (int64_t)(random % 250);
	return step / 4 + (int64_t)(random % (uint64_t)step);
}

static bool all_settled(const struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		if (!batch->items[i].settled)
			return false;
	return true;
}

static bool any_received(const struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		if (batch->items[i].receipt)
			return true;
	return false;
}

static void give_up(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct item *item = &batch->items[i];

		if (item->settled)
			continue;
		fprintf(stderr, "%s: ", item->report->name);
		item->settled = true;
		item->status = rk_trouble_at(batch->run, &batch->failure);
		if (worth_retrying(batch->failure.err.status))
			rk_talk(batch->run, "submit.kept", "request", item->box.request_id);
	}
}

static void send_all(struct batch *batch)
{
	for (unsigned attempt = 0; !all_settled(batch); attempt++) {
		enum rk_status status = send_open_items(batch);

		if (all_settled(batch))
			return;
		int64_t wait = pause_ms(&batch->failure, attempt);

		if (status == RK_OK) {
			rk_fail_reason(&batch->failure.err, RK_UNAVAILABLE, "CONNECTION_LOST",
				"the stream ended before every answer");
			status = RK_UNAVAILABLE;
		}
		if (!worth_retrying(status) || rk_clock_ms() + wait >= batch->until) {
			give_up(batch);
			return;
		}
		rk_talk(batch->run, "submit.again", "seconds",
			rk_run_printf(batch->run, "%.1f", (double)wait / 1000), "why",
			batch->failure.err.text);
		struct timespec pause = {.tv_sec = wait / 1000, .tv_nsec = (wait % 1000) * 1000000};

		nanosleep(&pause, NULL);
	}
}

/* Before a receipt is believed: the key is the one this server always had, the signature fits, and it speaks of our bytes. */
static enum rk_status verify(struct rk_run *run, const struct item *item, struct rk_err *err)
{
	const Renkei__V1__Receipt *receipt = item->receipt;
	const char *pem = rk_receipt_key_find(run, receipt->key_id);

	if (!pem)
		return rk_fail_reason(err, RK_DATA_LOSS, "RECEIPT_KEY_UNKNOWN",
			"the receipt was signed with key %s, which this server has not named",
			receipt->key_id);
	return rk_receipt_verify(receipt, item->report->bytes, rk_slice_str(pem), err);
}

static void keep_receipt(struct rk_run *run, struct item *item)
{
	struct rk_err err;

	if (!item->receipt)
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

static void add_row(struct rk_grid *grid, const struct item *item)
{
	struct rk_run *run = grid->run;
	const Renkei__V1__Receipt *receipt = item->receipt;
	bool dry = rk_run_flag(run, "dry-run");
	const char *outcome = item->status != EX_OK && !receipt ? "refused"
		: dry                                           ? "valid"
								: "received";

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

static int print(struct rk_run *run, struct batch *batch)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	int worst = EX_OK;

	for (size_t i = 0; i < batch->count; i++) {
		add_row(&grid, &batch->items[i]);
		worst = rk_worse(worst, batch->items[i].status);
	}
	/* What was received is told in full, whatever happened to the others. */
	run->failed = false;
	if (batch->count == 1 && batch->items[0].receipt && rk_out_is_human(run)) {
		rk_receipt_print(run, batch->items[0].receipt);
		return worst;
	}
	if (batch->count == 1 && batch->items[0].receipt && run->output == RK_OUT_JSON)
		return rk_worse(worst, rk_message_print(run, &batch->items[0].receipt->base));
	return rk_worse(worst, rk_grid_print(&grid));
}

static int prepare(struct rk_run *run, struct batch *batch)
{
	bool dry = rk_run_flag(run, "dry-run");

	for (size_t i = 0; i < batch->count; i++) {
		struct item *item = &batch->items[i];
		struct rk_err err;

		if (dry) {
			if (!rk_text_uuid(item->box.request_id))
				return EX_OSERR;
		} else if (rk_outbox_open(run, item->report->bytes, &item->box, &err) != RK_OK) {
			return rk_trouble(run, &err);
		} else if (item->box.known) {
			rk_talk(run, "submit.known", "file", item->report->name, "request",
				item->box.request_id);
		}
		item->request = pack_request(run, item->box.request_id, dry, item->report->bytes);
	}
	return EX_OK;
}

int rk_cmd_submit(struct rk_run *run)
{
	struct rk_form *forms = rk_run_alloc(run, (run->operand_count + 1) * sizeof *forms);
	struct batch batch = {.run = run};
	size_t form_count = 0;

	if (rk_run_flag(run, "nil") == (run->operand_count > 0))
		return rk_usage(run, "usage.submit");
	batch.until = rk_clock_ms() + (run->timeout_ms ? run->timeout_ms : DEFAULT_TIMEOUT_MS);
	int status = read_forms(run, forms, &form_count);

	if (status == EX_OK)
		status = gather(run, forms, form_count, &batch);
	if (status != EX_OK)
		return status;
	if (!agreed(run, &batch)) {
		rk_talk(run, "submit.not_sent");
		return EX_TEMPFAIL;
	}
	batch.until = rk_clock_ms() + (run->timeout_ms ? run->timeout_ms : DEFAULT_TIMEOUT_MS);
	status = prepare(run, &batch);
	if (status != EX_OK)
		return status;
	send_all(&batch);
	struct rk_failure failure;

	/* Without the keys the receipts cannot be verified, which is said for each of them. */
	if (any_received(&batch) && rk_server_pin_keys(run, &failure) != RK_OK)
		rk_trouble_at(run, &failure);
	for (size_t i = 0; i < batch.count; i++)
		if (!rk_run_flag(run, "dry-run"))
			keep_receipt(run, &batch.items[i]);
	return print(run, &batch);
}
