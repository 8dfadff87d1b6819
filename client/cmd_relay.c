/* renkei relay - what an office without a line sealed, reports and decisions, sent as it is; the receipts go back as a file. */
#include "act.h"
#include "attach.h"
#include "base/digest.h"
#include "command.h"
#include "days.h"
#include "form/file.h"
#include "out.h"
#include "outbox.h"
#include "periods.h"
#include "remote_again.h"
#include "server_info.h"
#include "summary.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "words/receipt.h"
#include "words/seal.h"

#include "renkei/v1/report.pb-c.h"
#include "renkei/v1/report_service.pb-c.h"

#include <string.h>
#include <unistd.h>

#define RECEIPTS ".receipts"

static const struct rk_grid_column columns[] = {
	{"file",              RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"outcome",           RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"kind",              RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"municipality_code", RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"period",            RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"receipt_number",    RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"received",          RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"received_at",       RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"sealed_at",         RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"request_id",        RK_COLUMN_TEXT, RK_COLUMN_WIDE },
};

/* One on its way. */
struct relayed {
	const struct rk_seal *seal;
	/* The report, or the request of a decision; NULL: it cannot be read here, which is the server's to say. */
	const ProtobufCMessage *content;
	const Renkei__V1__Receipt *receipt;
	const Renkei__V1__AttachmentReceipt *attached; /* of a file */
	const char *outcome;
};

struct file {
	const char *path;
	struct rk_seal *seals;
	struct relayed *reports;
	size_t count;
};

/* What can be sealed, by its number. */
static const struct {
	const char *word; /* "act.WORD" for people */
	const ProtobufCMessageDescriptor *content;
} kinds[] = {
	[RK_SEAL_REPORT] = {"submit",    &renkei__v1__report__descriptor                  },
	[RK_SEAL_RELEASE] = {"release",   &renkei__v1__release_report_request__descriptor  },
	[RK_SEAL_SEND_BACK] = {"send-back", &renkei__v1__send_back_report_request__descriptor},
	[RK_SEAL_ATTACHMENT] = {"attach",    &renkei__v1__upload_head__descriptor             },
};

static const char *kind_of(struct rk_run *run, const struct relayed *one)
{
	const char *word = kinds[one->seal->kind].word;

	return rk_out_is_human(run) ? rk_tell(run, rk_run_printf(run, "act.%s", word)) : word;
}

/* One that was cut off early is a damaged one. */
static bool begins_as_sealed(struct rk_slice bytes)
{
	size_t len = bytes.len < strlen(RK_SEAL_LINE) ? bytes.len : strlen(RK_SEAL_LINE);

	return len == 0 || memcmp(bytes.at, RK_SEAL_LINE, len) == 0;
}

static enum rk_status read_file(struct rk_run *run, struct file *file, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {.max = RK_SEAL_WHOLE_MAX};
	struct rk_err why;

	RK_TRY(rk_file_read(file->path, &bytes, err));
	if (!begins_as_sealed(rk_buf_slice(&bytes)))
		return rk_fail_reason(err, RK_INVALID_ARGUMENT,
			bytes.at[0] == '{' ? "SEAL_IS_RECEIPTS" : "SEAL_IS_OTHER", "%s",
			file->path);
	RK_TRY(rk_seal_file_read(
		&run->arena, rk_buf_slice(&bytes), &file->seals, &file->count, err));
	file->reports = rk_run_alloc(run, file->count * sizeof *file->reports);
	for (size_t i = 0; i < file->count; i++) {
		const struct rk_seal *seal = &file->seals[i];
		const ProtobufCMessageDescriptor *type = kinds[seal->kind].content;
		ProtobufCMessage *content = NULL;

		if (rk_scan(type, seal->body, NULL, NULL, NULL, &why) != RK_OK ||
			rk_unpack(&run->arena, type, seal->body, &content, &why) != RK_OK)
			content = NULL;
		file->reports[i] = (struct relayed){
			.seal = seal, .content = content, .outcome = "unsent"};
	}
	return RK_OK;
}

static const char *code_of(struct rk_run *run, const struct relayed *one)
{
	const char *code = one->content ? rk_act_get(one->content, "municipality_code") : NULL;

	return code ? rk_visible(run, code) : "-";
}

static const char *period_of(struct rk_run *run, const struct relayed *one)
{
	const Renkei__V1__Period *period = one->content ? rk_act_get(one->content, "period") : NULL;

	return period ? rk_period_tag(run, period) : "-";
}

/* Who carries it says so once, to the server that it is meant for. */
static bool agreed(struct rk_run *run, const struct file *files, size_t count)
{
	size_t total = 0;

	if (rk_run_flag(run, "yes") || rk_run_flag(run, "dry-run"))
		return true;
	if (!rk_on_terminal()) {
		rk_talk(run, "ask.needs_yes");
		return false;
	}
	rk_talk(run, "submit.server", "server", run->profile.server ? run->profile.server : "-");
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < files[i].count; n++, total++) {
			const struct relayed *one = &files[i].reports[n];

			rk_talk(run, "relay.about", "file", files[i].path, "kind",
				kind_of(run, one), "municipality", code_of(run, one), "period",
				period_of(run, one), "time",
				rk_moment_told(run, one->seal->content->sealed_at), "server",
				*one->seal->content->server
					? rk_visible(run, one->seal->content->server)
					: "-");
		}
	return rk_ask(run, rk_tell(run, "relay.ask", "count", rk_run_printf(run, "%zu", total)));
}

/* A receipt is carried to somebody who has no line to ask again: it is verified before it leaves. */
static enum rk_status verify(struct rk_run *run, const struct relayed *one, struct rk_err *err)
{
	const char *pem = rk_receipt_key_find(run, one->receipt->key_id);

	if (!pem)
		return rk_fail_reason(err, RK_DATA_LOSS, "RECEIPT_KEY_UNKNOWN",
			"the receipt was signed with key %s, which this server has not named",
			one->receipt->key_id);
	/* A release speaks of bytes that its approver has read. */
	if (one->seal->kind == RK_SEAL_REPORT)
		return rk_receipt_verify(one->receipt, one->seal->body, rk_slice_str(pem), err);
	return rk_receipt_verify(one->receipt, rk_slice_of(NULL, 0), rk_slice_str(pem), err);
}

static enum rk_status send_report(
	struct rk_run *run, struct relayed *one, bool dry, struct rk_failure *failure)
{
	Renkei__V1__RelayReportRequest request = RENKEI__V1__RELAY_REPORT_REQUEST__INIT;
	Renkei__V1__RelayReportResponse *response = NULL;
	Renkei__V1__SealedReport sealed = *one->seal->sealed;

	request.request_id = rk_run_str(run, one->seal->content->request_id);
	request.validate_only = dry;
	request.sealed = &sealed;
	RK_TRY(rk_call(run, "ReportService/RelayReport", &request, relay_report_response, &response,
		failure));
	one->receipt = response->receipt;
	return RK_OK;
}

static enum rk_status send_decision(
	struct rk_run *run, struct relayed *one, bool dry, struct rk_failure *failure)
{
	Renkei__V1__RelayDecisionRequest request = RENKEI__V1__RELAY_DECISION_REQUEST__INIT;
	Renkei__V1__RelayDecisionResponse *response = NULL;
	Renkei__V1__SealedReport sealed = *one->seal->sealed;

	request.request_id = rk_run_str(run, one->seal->content->request_id);
	request.validate_only = dry;
	request.sealed = &sealed;
	RK_TRY(rk_call(run, "ReportService/RelayDecision", &request, relay_decision_response,
		&response, failure));
	one->receipt = response->receipt;
	return RK_OK;
}

/* Whether the bytes beside the head are those that it speaks of: nothing signs them but its digest. */
static bool is_whole(const struct rk_seal *seal, const Renkei__V1__UploadHead *head)
{
	struct rk_slice bytes = rk_slice_of(seal->sealed->file.data, seal->sealed->file.len);
	char hex[RK_SHA256_HEX];

	if (!head || (int64_t)bytes.len != head->size)
		return false;
	rk_sha256_hex(bytes, hex);
	return strcmp(hex, head->sha256) == 0;
}

/* The bytes go where those before them ended, by whoever brought them. */
static int send_file(struct rk_run *run, const char *path, struct relayed *one)
{
	const Renkei__V1__UploadHead *sealed = (const void *)one->content;
	Renkei__V1__UploadHead head;
	struct rk_attach_file file = {.fd = -1, .outcome = "unsent"};
	struct rk_err err = {0};

	if (!is_whole(one->seal, sealed)) {
		rk_fail_reason(&err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
			"the bytes of the file are not those of its head");
	} else {
		head = *sealed;
		head.request_id = rk_run_str(run, one->seal->content->request_id);
		if (rk_attach_unseal(run, one->seal->sealed, &head, &file, &err) == RK_OK)
			rk_attach_send(run, &file, &head);
		rk_attach_close(&file);
	}
	if (err.status != RK_OK) {
		one->outcome = "refused";
		fprintf(stderr, "%s: ", path);
		return rk_trouble(run, &err);
	}
	one->outcome = file.response                  ? "received"
		: strcmp(file.outcome, "unsent") == 0 ? "unconfirmed"
						      : file.outcome;
	if (file.response && file.status == EX_OK)
		one->attached = file.response->receipt;
	return file.status;
}

/* What has no receipt to come home is let go by hand there. */
static void tell_unreceipted(struct rk_run *run, const char *path, const struct relayed *one)
{
	rk_talk(run, "relay.unreceipted", "file", rk_visible(run, path), "kind", kind_of(run, one),
		"request", one->seal->content->request_id);
}

static int send(struct rk_run *run, const char *path, struct relayed *one)
{
	struct rk_failure failure = {.retry_ms = -1};
	bool dry = rk_run_flag(run, "dry-run"), report = one->seal->kind == RK_SEAL_REPORT;

	if (one->seal->kind == RK_SEAL_ATTACHMENT)
		return send_file(run, path, one);
	if ((report ? send_report : send_decision)(run, one, dry, &failure) != RK_OK) {
		one->outcome = rk_again_is_refusal(&failure) ? "refused" : "unconfirmed";
		fprintf(stderr, "%s: ", path);
		return rk_trouble_at(run, &failure);
	}
	one->outcome = dry ? "valid" : "received";
	if (!one->receipt && !dry)
		tell_unreceipted(run, path, one);
	if (!one->receipt || verify(run, one, &failure.err) == RK_OK)
		return EX_OK;
	one->receipt = NULL;
	fprintf(stderr, "%s: ", path);
	return rk_trouble(run, &failure.err);
}

/* One receipt a line.  Of fewer than there are reports no earlier file is replaced: it may hold the others. */
static int write_receipts(struct rk_run *run, const struct file *file)
{
	RK_AUTO(rk_buf_clear) struct rk_buf lines = {0};
	const char *path = rk_run_printf(run, "%s" RECEIPTS, file->path);
	struct rk_err err = {0};
	size_t count = 0;

	for (size_t i = 0; i < file->count; i++) {
		const struct relayed *one = &file->reports[i];
		const ProtobufCMessage *receipt = one->receipt ? &one->receipt->base
			: one->attached                        ? &one->attached->base
							       : NULL;

		if (!receipt)
			continue;
		count++;
		if (rk_json_from_message(receipt, RK_JSON_COMPACT, &lines) != RK_OK ||
			rk_buf_add_str(&lines, "\n") != RK_OK)
			return EX_OSERR;
	}
	if (count == 0 || (count < file->count && access(path, F_OK) == 0))
		return EX_OK;
	if (rk_file_write(path, rk_buf_slice(&lines), 0644, &err) != RK_OK)
		return rk_trouble(run, &err);
	rk_talk(run, "relay.receipts", "file", rk_visible(run, path), "count",
		rk_run_printf(run, "%zu", count));
	return EX_OK;
}

/* Of a report or of a file; NULL: it has no receipt. */
static const Google__Protobuf__Timestamp *received_of(const struct relayed *one)
{
	if (one->receipt)
		return one->receipt->received_at;
	return one->attached ? one->attached->received_at : NULL;
}

static const char *number_of(const struct relayed *one)
{
	if (one->receipt)
		return one->receipt->number;
	return one->attached ? one->attached->number : NULL;
}

static int print(struct rk_run *run, const struct file *files, size_t count)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < files[i].count; n++) {
			const struct relayed *one = &files[i].reports[n];
			const Google__Protobuf__Timestamp *received = received_of(one);

			rk_grid_add(&grid,
				(const char *const[]){files[i].path,
					rk_out_is_human(run)
						? rk_tell(run,
							  rk_run_printf(
								  run, "outcome.%s", one->outcome))
						: one->outcome,
					kind_of(run, one), code_of(run, one), period_of(run, one),
					number_of(one),
					received ? rk_moment_japan(run, received) : NULL,
					received ? rk_moment_utc(run, received) : NULL,
					rk_moment_utc(run, one->seal->content->sealed_at),
					one->seal->content->request_id});
		}
	/* What was received is told in full, whatever happened to the others. */
	run->failed = false;
	return rk_grid_print(&grid);
}

static int relay_all(struct rk_run *run, struct file *files, size_t count)
{
	struct rk_failure failure = {.retry_ms = -1};
	int worst = EX_OK, written = EX_OK;
	bool any = false, unsure = false;

	/* Before the first byte: a receipt that cannot be verified would be no use. */
	if (rk_server_pin_keys(run, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < count; i++) {
		for (size_t n = 0; n < files[i].count; n++) {
			struct relayed *one = &files[i].reports[n];

			worst = rk_worse(worst, send(run, files[i].path, one));
			any = any || strcmp(one->outcome, "received") == 0;
			unsure = unsure || strcmp(one->outcome, "unconfirmed") == 0;
		}
		written = rk_worse(written, write_receipts(run, &files[i]));
	}
	written = rk_worse(written, print(run, files, count));
	if (any && worst != EX_OK && !unsure)
		worst = EX_SOME_REFUSED;
	return written != EX_OK ? written : worst;
}

int rk_cmd_relay(struct rk_run *run)
{
	struct file *files = rk_run_alloc(run, run->operand_count * sizeof *files);
	int worst = EX_OK;

	for (size_t i = 0; i < run->operand_count; i++) {
		struct rk_err err = {0};

		files[i] = (struct file){.path = run->operands[i]};
		if (read_file(run, &files[i], &err) != RK_OK) {
			fprintf(stderr, "%s: ", rk_visible(run, files[i].path));
			worst = rk_worse(worst, rk_trouble(run, &err));
		}
	}
	if (worst != EX_OK)
		return worst;
	if (!agreed(run, files, run->operand_count))
		return rk_not_confirmed();
	return relay_all(run, files, run->operand_count);
}
