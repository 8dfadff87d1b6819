/* renkei report release, report send-back - the approver's part (決裁): what an officer prepared leaves the house, or goes back. */
#include "act.h"
#include "attach.h"
#include "command.h"
#include "days.h"
#include "periods.h"
#include "report_diff.h"
#include "report_text.h"
#include "server_info.h"
#include "words/receipt.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

/* So many changes are shown one by one. */
#define MOST_SHOWN 40

static bool awaits(const Renkei__V1__ReportSummary *summary)
{
	return summary->state == RENKEI__V1__REPORT_STATE__REPORT_STATE_AWAITING_RELEASE;
}

/* What would leave: all of it the first time, and then what it changes of what left before. */
static enum rk_status show_changes(struct rk_run *run, struct rk_report_key *key,
	const Renkei__V1__GetReportResponse *seen, struct rk_failure *failure)
{
	Renkei__V1__GetReportResponse *before = NULL;
	struct rk_report_key earlier = *key;
	size_t count;

	RK_TRY(rk_version_before(run, seen->summary, true, &earlier.version, failure));
	if (earlier.version == 0) {
		rk_talk(run, "release.first", "receipt", seen->summary->receipt_number);
		if (!rk_run_flag(run, "yes"))
			rk_message_text(run, stderr, &seen->report->base, 1);
		return RK_OK;
	}
	RK_TRY(rk_report_seen(run, &earlier, &before, failure));
	const struct rk_report_change *changes = rk_report_compare(
		run, before->report, seen->report, &count);

	rk_talk(run, count ? "diff.between" : "diff.same", "before",
		before->summary->receipt_number, "after", seen->summary->receipt_number);
	rk_report_changes_print(run, stderr, changes, count, MOST_SHOWN);
	return RK_OK;
}

static void show_file(struct rk_run *run, const Renkei__V1__Attachment *file)
{
	fprintf(stderr, "  %s  %s  %s%s%s\n", rk_visible(run, file->number),
		rk_visible(run, file->file_name), rk_attachment_size(run, file->size),
		*file->title ? "  " : "", rk_visible(run, file->title));
}

/* Files of the quarter that have not left the house: beside a version that waits they leave with it. */
static size_t show_files(
	struct rk_run *run, const Renkei__V1__GetReportResponse *seen, const char *heading)
{
	size_t count = 0;

	for (size_t i = 0; i < seen->n_attachments; i++) {
		if (!seen->attachments[i]->awaits_release)
			continue;
		if (!count++)
			rk_talk(run, heading, "receipt", seen->summary->receipt_number);
		show_file(run, seen->attachments[i]);
	}
	return count;
}

/* The report has left already, and these files were attached since. */
static bool choose_files(
	struct rk_run *run, const Renkei__V1__GetReportResponse *seen, ProtobufCMessage *request)
{
	Renkei__V1__ReleaseReportRequest *release = (void *)request;
	size_t count = show_files(run, seen, "release.files_alone");

	release->attachment_numbers = rk_run_alloc(run, (count + 1) * sizeof(char *));
	for (size_t i = 0; i < seen->n_attachments; i++)
		if (seen->attachments[i]->awaits_release)
			release->attachment_numbers[release->n_attachment_numbers++] =
				seen->attachments[i]->number;
	if (count)
		release->sha256 = rk_run_str(run, "");
	return count > 0;
}

/* What it changes, and by when it has to leave. */
static enum rk_status show(struct rk_run *run, struct rk_report_key *key,
	const Renkei__V1__GetReportResponse *seen, struct rk_failure *failure)
{
	RK_TRY(show_changes(run, key, seen, failure));
	show_files(run, seen, "release.files_with");
	if (seen->summary->due_at)
		rk_talk(run, "release.due", "due", rk_moment_told(run, seen->summary->due_at));
	return RK_OK;
}

/* The bytes that were released, to lie beside the receipt; none when the server does not answer any more. */
static struct rk_slice bytes_of(struct rk_run *run, const Renkei__V1__ReleaseReportRequest *request)
{
	struct rk_report_key key = {.municipality = request->municipality_code,
		.period = *request->period,
		.version = request->version};
	Renkei__V1__GetReportResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (rk_report_seen(run, &key, &response, &failure) != RK_OK ||
		strcmp(response->summary->sha256, request->sha256) != 0)
		return rk_slice_of(NULL, 0);
	return rk_slice_of(response->report_bytes.data, response->report_bytes.len);
}

/* As an officer's is: verified before it is believed, and kept with the bytes it speaks of. */
static int keep(struct rk_run *run, const Renkei__V1__ReleaseReportRequest *request,
	const Renkei__V1__Receipt *receipt)
{
	struct rk_failure failure = {.retry_ms = -1};
	const char *pem = rk_receipt_key_find(run, receipt->key_id);

	/* A server that went away right after its receipt is no matter when its key is known from before. */
	if (!pem && rk_server_pin_keys(run, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	pem = rk_receipt_key_find(run, receipt->key_id);
	struct rk_slice bytes = bytes_of(run, request);

	if (!pem)
		rk_fail_reason(&failure.err, RK_DATA_LOSS, "RECEIPT_KEY_UNKNOWN",
			"the receipt was signed with key %s, which this server has not named",
			receipt->key_id);
	else if (strcmp(receipt->sha256, request->sha256) != 0)
		rk_fail_reason(&failure.err, RK_DATA_LOSS, "DIGEST_MISMATCH",
			"receipt %s is of SHA-256 %s; %s was released", receipt->number,
			receipt->sha256, request->sha256);
	else if (rk_receipt_verify(receipt, bytes, rk_slice_str(pem), &failure.err) == RK_OK &&
		rk_receipt_keep(run, receipt, bytes, &failure.err) == RK_OK)
		return EX_OK;
	return rk_trouble(run, &failure.err);
}

static int tell_files(struct rk_run *run, const Renkei__V1__ReleaseReportResponse *response)
{
	if (!rk_out_is_human(run))
		return rk_message_print(run, &response->base);
	rk_talk(run, rk_run_flag(run, "dry-run") ? "release.files_possible" : "release.files_done",
		"count", rk_run_printf(run, "%zu", response->n_attachments));
	for (size_t i = 0; i < response->n_attachments; i++)
		show_file(run, response->attachments[i]);
	return EX_OK;
}

static int tell(
	struct rk_run *run, const ProtobufCMessage *request, const ProtobufCMessage *response)
{
	const Renkei__V1__Receipt *receipt = rk_act_get(response, "receipt");
	const Renkei__V1__ReleaseReportResponse *released = (const void *)response;

	if (!receipt && released->n_attachments)
		return tell_files(run, released);
	if (!receipt)
		return rk_report_act_tell(run, request, response);
	int status = keep(run, (const void *)request, receipt);

	/* What was released is told, whatever happened to its receipt here. */
	run->failed = false;
	if (!rk_out_is_human(run))
		return rk_worse(status, rk_message_print(run, response));
	rk_receipt_print(run, receipt);
	return status;
}

const struct rk_act rk_act_release = {.word = "release",
	.path = "/renkei.v1.ReportService/ReleaseReport",
	.request = &renkei__v1__release_report_request__descriptor,
	.response = &renkei__v1__release_report_response__descriptor,
	.tell = tell};
const struct rk_act rk_act_send_back = {.word = "send-back",
	.path = "/renkei.v1.ReportService/SendBackReport",
	.request = &renkei__v1__send_back_report_request__descriptor,
	.response = &renkei__v1__send_back_report_response__descriptor,
	.tell = rk_report_act_tell};

int rk_cmd_report_release(struct rk_run *run)
{
	static const struct rk_report_act what = {.act = &rk_act_release,
		.ask = "release.ask",
		.seen = true,
		.asked = awaits,
		.show = show,
		.other = choose_files};
	const Renkei__V1__ReportSummary *about;
	struct rk_failure failure;

	return rk_report_act_run(run, &what, &about, &failure);
}

int rk_cmd_report_send_back(struct rk_run *run)
{
	static const struct rk_report_act what = {
		.act = &rk_act_send_back, .ask = "send_back.ask", .reason = true, .asked = awaits};
	const Renkei__V1__ReportSummary *about;
	struct rk_failure failure;

	return rk_report_act_run(run, &what, &about, &failure);
}
