/* Sending: one by itself, several in a stream, what is left again. */
#include "base/clock.h"
#include "form/file.h"
#include "remote_again.h"
#include "submit.h"
#include "verdict.h"
#include "wire/pack.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

static void settled(struct rk_submit *submit, struct rk_submit_item *item)
{
	item->settled = true;
	if (submit->on_settled)
		submit->on_settled(submit);
}

/* Said now, or by whoever prints the items. */
static void tell(
	struct rk_submit *submit, struct rk_submit_item *item, const struct rk_failure *failure)
{
	if (submit->quiet) {
		item->failure = *failure;
		item->status = rk_failure_status(failure);
		return;
	}
	fprintf(stderr, "%s: ", item->report->name);
	item->status = rk_trouble_at(submit->run, failure);
}

static void settle_received(
	struct rk_submit *submit, struct rk_submit_item *item, const Renkei__V1__Receipt *receipt)
{
	rk_again_succeeded(submit->run);
	item->receipt = receipt;
	item->status = EX_OK;
	item->outcome = receipt ? "received" : "valid";
	settled(submit, item);
}

static bool is_conflict(const char *reason)
{
	return strcmp(reason, "VERSION_CONFLICT") == 0 ||
		strcmp(reason, "ACTION_NOT_ALLOWED") == 0 ||
		strcmp(reason, "REPORT_UNDER_REVIEW") == 0;
}

/* Findings and conflicts will not go away with the same bytes; a missing right may, and then an earlier attempt counts. */
static void leave_outbox(struct rk_submit *submit, const struct rk_submit_item *item,
	const struct rk_failure *failure)
{
	if (!rk_run_flag(submit->run, "dry-run"))
		rk_outbox_settle(
			submit->run, &item->box, rk_exit_status(failure->err.status) != EX_DATAERR);
}

static void settle_refused(
	struct rk_submit *submit, struct rk_submit_item *item, const struct rk_failure *failure)
{
	item->outcome = "refused";
	item->conflict = is_conflict(failure->err.reason);
	item->status = EX_DATAERR;
	if (item->conflict) {
		item->failure = *failure; /* asked about when nothing else is under way */
	} else {
		tell(submit, item, failure);
		leave_outbox(submit, item, failure);
	}
	settled(submit, item);
}

static void settle_failed(
	struct rk_submit *submit, struct rk_submit_item *item, const struct rk_failure *failure)
{
	if (rk_again_is_refusal(failure)) {
		settle_refused(submit, item, failure);
		return;
	}
	tell(submit, item, failure);
	if (item->held) {
		rk_submit_settle_held(submit, item);
		settled(submit, item);
		return;
	}
	item->outcome = item->tried ? "unconfirmed" : "unsent";
	settled(submit, item);
	if (!submit->quiet && !rk_run_flag(submit->run, "dry-run"))
		rk_talk(submit->run, "submit.kept", "request", item->box.request_id);
}

/* What is left goes together: not before the last of it may come again. */
static void leave_open(struct rk_submit *submit, struct rk_failure *failure)
{
	if (failure->retry_ms < submit->failure.retry_ms)
		failure->retry_ms = submit->failure.retry_ms;
	submit->failure = *failure;
}

static void submit_on_message(void *arg, struct rk_slice bytes)
{
	struct rk_submit *submit = arg;
	struct rk_run *run = submit->run;
	ProtobufCMessage *message = NULL;
	struct rk_err err;

	if (rk_unpack(&run->arena, &renkei__v1__submit_reports_response__descriptor, bytes,
		    &message, &err) != RK_OK)
		return;
	const Renkei__V1__SubmitReportsResponse *answer = (const void *)message;

	if (answer->index < 0 || (size_t)answer->index >= submit->sent_count)
		return;
	struct rk_submit_item *item = &submit->items[submit->sent[answer->index]];

	if (item->settled || strcmp(item->box.request_id, answer->request_id) != 0)
		return;
	if (answer->code == 0) {
		settle_received(submit, item, answer->receipt);
		return;
	}
	struct rk_failure failure = {.from_server = true,
		.retry_ms = answer->retry_ms > 0 ? answer->retry_ms : -1,
		.verdict = answer->verdict,
		.request_id = item->box.request_id};

	failure.sentence = rk_visible(run, answer->message);
	rk_fail(&failure.err, (enum rk_status)answer->code, "%s", failure.sentence);
	snprintf(failure.err.reason, sizeof failure.err.reason, "%s",
		rk_visible(run, answer->reason));
	if (rk_again_for_write(&failure) && rk_clock_ms() < submit->until)
		leave_open(submit, &failure);
	else
		settle_failed(submit, item, &failure);
}

/* One by itself: the server's answer has all its details. */
static enum rk_status send_one(
	struct rk_submit *submit, struct rk_submit_item *item, int64_t timeout_ms)
{
	Renkei__V1__SubmitReportResponse *response = NULL;
	enum rk_status status = rk_remote_once(submit->run, "/renkei.v1.ReportService/SubmitReport",
		item->request, timeout_ms, &renkei__v1__submit_report_response__descriptor,
		(ProtobufCMessage **)(void *)&response, &submit->failure);

	if (status == RK_OK)
		settle_received(submit, item, response->receipt);
	return status;
}

static enum rk_status send_open_items(struct rk_submit *submit)
{
	struct rk_slice *messages = rk_run_alloc(submit->run, submit->count * sizeof *messages);

	submit->sent_count = 0;
	for (size_t i = 0; i < submit->count; i++) {
		if (submit->items[i].settled)
			continue;
		messages[submit->sent_count] = submit->items[i].wrapped;
		submit->sent[submit->sent_count++] = i;
	}
	if (submit->sent_count == 0)
		return RK_OK;
	int64_t left = submit->until - rk_clock_ms();

	/* One attempt has the rest of the time; a call that is merely slow is not cut short to be sent again. */
	left = left > 1000 ? left : 1000;
	submit->failure = (struct rk_failure){.retry_ms = -1};
	if (submit->sent_count == 1)
		return send_one(submit, &submit->items[submit->sent[0]], left);
	const struct rk_exchange exchange = {.path = "/renkei.v1.ReportService/SubmitReports",
		.messages = messages,
		.count = submit->sent_count,
		.timeout_ms = left,
		.on_message = submit_on_message,
		.arg = submit};
	struct rk_failure failure;
	enum rk_status status = rk_remote_exchange(submit->run, &exchange, &failure);

	if (status != RK_OK)
		submit->failure = failure;
	else
		status = submit->failure.err.status; /* of an item that may be tried again */
	return status;
}

/* No connection came about: not a byte of the reports has left. */
static bool is_before_sending(const struct rk_failure *failure)
{
	static const char *const reasons[] = {"SERVER_ADDRESS_BAD", "SERVER_UNKNOWN_NAME",
		"SERVER_REFUSES", "SERVER_UNREACHABLE", "SERVER_CUT", "CERTIFICATE_MISSING",
		"CERTIFICATE_BAD", "CERTIFICATE_EXPIRED", "CERTIFICATE_NOT_YET_VALID", "TLS_CA",
		"TLS_NAME", "TLS_DATE", "TLS_FAILED", "TLS_CLIENT_REFUSED"};

	if (!failure->from_server && strncmp(failure->err.reason, "PROXY_", 6) == 0)
		return true;
	for (size_t i = 0; !failure->from_server && i < sizeof reasons / sizeof reasons[0]; i++) {
		if (strcmp(failure->err.reason, reasons[i]) == 0)
			return true;
	}
	return false;
}

static bool all_settled(const struct rk_submit *submit)
{
	for (size_t i = 0; i < submit->count; i++)
		if (!submit->items[i].settled)
			return false;
	return true;
}

static void give_up(struct rk_submit *submit)
{
	for (size_t i = 0; i < submit->count; i++)
		if (!submit->items[i].settled)
			settle_failed(submit, &submit->items[i], &submit->failure);
}

static void send_all(struct rk_submit *submit)
{
	for (unsigned attempt = 0; !all_settled(submit); attempt++) {
		enum rk_status status = send_open_items(submit);

		if (all_settled(submit))
			return;
		if (status == RK_OK)
			rk_fail_reason(&submit->failure.err, RK_UNAVAILABLE, "CONNECTION_LOST",
				"the stream ended before every answer");
		rk_again_failed(submit->run, &submit->failure);
		for (size_t i = 0; i < submit->count; i++)
			submit->items[i].tried = submit->items[i].tried ||
				!(is_before_sending(&submit->failure) ||
					submit->failure.unknown_method);
		if (!rk_again_for_write(&submit->failure) || rk_submit_all_held(submit) ||
			!rk_again_wait(submit->run, &submit->failure, attempt, submit->until)) {
			give_up(submit);
			return;
		}
	}
}

void rk_submit_send(struct rk_submit *submit)
{
	if (!rk_run_flag(submit->run, "dry-run"))
		rk_file_say_on_signal(rk_tell(submit->run, "submit.interrupted"));
	send_all(submit);
	rk_file_say_on_signal(NULL);
	for (size_t i = 0; i < submit->count; i++) {
		struct rk_submit_item *item = &submit->items[i];

		if (!item->conflict)
			continue;
		/* What is said of it is found in the outbox. */
		struct rk_failure refusal = item->failure;

		rk_submit_settle_conflict(submit, item);
		leave_outbox(submit, item, &refusal);
	}
}
