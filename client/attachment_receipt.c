#include "words/attachment_receipt.h"

#include "attach.h"
#include "base/digest.h"
#include "cmd_receipt.h"
#include "days.h"
#include "form/file.h"
#include "labels.h"
#include "out.h"
#include "outbox.h"
#include "periods.h"
#include "say_client.h"
#include "server_info.h"
#include "wire/json.h"
#include "wire/pack.h"

#include <string.h>

int rk_attachment_receipt_take(struct rk_run *run, const Renkei__V1__AttachmentReceipt *receipt,
	const char *sha256, int64_t size)
{
	const char *pem = rk_receipt_key_find(run, receipt->key_id);
	struct rk_err err;
	enum rk_status status = RK_OK;

	if (!pem)
		status = rk_fail_reason(&err, RK_DATA_LOSS, "RECEIPT_KEY_UNKNOWN",
			"the receipt was signed with key %s, which this server has not named",
			receipt->key_id);
	else
		status = rk_attachment_receipt_verify(
			receipt, sha256, size, rk_slice_str(pem), &err);
	if (status == RK_OK)
		status = rk_attachment_receipt_keep(run, receipt, &err);
	return status == RK_OK ? EX_OK : rk_trouble(run, &err);
}

enum rk_status rk_attachment_receipt_read(struct rk_run *run, const char *path,
	const Renkei__V1__AttachmentReceipt **out, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {.max = 1 << 20};
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	const ProtobufCMessageDescriptor *type = &renkei__v1__attachment_receipt__descriptor;
	ProtobufCMessage *message = NULL;

	RK_TRY(rk_file_read(path, &json, err));
	RK_TRY(rk_json_to_wire(type, rk_buf_slice(&json), &wire, err));
	const char *kept = rk_run_slice(run, rk_buf_slice(&wire));

	RK_TRY(rk_unpack(&run->arena, type, rk_slice_of(kept, wire.len), &message, err));
	*out = (const Renkei__V1__AttachmentReceipt *)(const void *)message;
	return RK_OK;
}

static void line(struct rk_run *run, FILE *out, const char *code, const char *value)
{
	fprintf(out, "  %s: %s\n", rk_tell(run, code), rk_visible(run, value));
}

void rk_attachment_receipt_print(struct rk_run *run, const Renkei__V1__AttachmentReceipt *receipt)
{
	FILE *out = rk_out(run);

	if (!out)
		return;
	fprintf(out, "%s %s\n", rk_tell(run, "attachment.title"), rk_visible(run, receipt->number));
	line(run, out, "col.municipality_code", receipt->municipality_code);
	line(run, out, "col.period", rk_period_label(run, receipt->period));
	line(run, out, "col.file", receipt->file_name);
	if (*receipt->title)
		line(run, out, "col.title", receipt->title);
	if (receipt->kind)
		line(run, out, "col.kind",
			rk_label_enum(
				run, &renkei__v1__attachment_kind__descriptor, (int)receipt->kind));
	if (*receipt->language)
		line(run, out, "col.language", receipt->language);
	if (receipt->record)
		line(run, out, "col.record", rk_record_text(run, receipt->record));
	line(run, out, "col.content_type",
		rk_attachment_kind(run, rk_file_kind_from_wire((int)receipt->type)));
	line(run, out, "col.disclosure",
		rk_label_enum(run, &renkei__v1__disclosure__descriptor, (int)receipt->disclosure));
	line(run, out, "col.received",
		rk_run_printf(run, "%s (%s)", rk_moment_told(run, receipt->received_at),
			receipt->received_at ? rk_moment_utc(run, receipt->received_at) : "-"));
	line(run, out, "col.sha256", receipt->sha256);
	line(run, out, "col.length", rk_run_printf(run, "%lld", (long long)receipt->length));
	line(run, out, "col.key_id", receipt->key_id);
}

int rk_attachment_receipt_show(struct rk_run *run, const char *number)
{
	Renkei__V1__GetAttachmentReceiptRequest request =
		RENKEI__V1__GET_ATTACHMENT_RECEIPT_REQUEST__INIT;
	Renkei__V1__GetAttachmentReceiptResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	const Renkei__V1__AttachmentReceipt *receipt;

	request.number = rk_run_str(run, number);
	if (rk_call(run, "AttachmentService/GetAttachmentReceipt", &request,
		    get_attachment_receipt_response, &response, &failure) != RK_OK ||
		rk_server_pin_keys(run, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	receipt = response->receipt;
	if (!receipt)
		return EX_PROTOCOL;
	if (rk_attachment_receipt_keep(run, receipt, &failure.err) != RK_OK)
		rk_trouble(run, &failure.err);
	int status = rk_receipt_export(run, receipt->key_id, receipt->statement,
		rk_slice_of(receipt->signature.data, receipt->signature.len));

	if (status != EX_OK)
		return status;
	if (!rk_out_is_human(run))
		return rk_message_print(run, &receipt->base);
	rk_attachment_receipt_print(run, receipt);
	if (run->output == RK_OUT_WIDE && rk_out(run))
		rk_receipt_statement_print(run, rk_out(run), receipt->statement);
	rk_talk(run, "receipt.how_to_verify", "number", rk_visible(run, receipt->number));
	return EX_OK;
}

static const struct rk_grid_column verify_columns[] = {
	{"check",  RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"result", RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"detail", RK_COLUMN_TEXT, RK_COLUMN_ALL},
};

/* What the file at hand is; false when it cannot be read, which is said. */
static bool measure(struct rk_run *run, const char *path, char sha256[RK_SHA256_HEX], int64_t *size,
	struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {.max = (size_t)RK_ATTACHMENT_MAX};

	(void)run;
	if (rk_file_read(path, &bytes, err) != RK_OK)
		return false;
	rk_sha256_hex(rk_buf_slice(&bytes), sha256);
	*size = (int64_t)bytes.len;
	return true;
}

static const char *why(struct rk_run *run, const Renkei__V1__AttachmentReceipt *receipt,
	int64_t size, const struct rk_err *err)
{
	const char *code = rk_run_printf(run, "verify.%s%s", err->reason,
		strcmp(err->reason, "DIGEST_MISMATCH") == 0 && size != receipt->length ? "_LENGTH"
										       : "");

	if (!rk_client_text(run->language, code))
		return rk_run_str(run, err->text);
	return rk_tell(run, code, "length", rk_run_printf(run, "%lld", (long long)size),
		"receipted", rk_run_printf(run, "%lld", (long long)receipt->length));
}

/* A line of the proof; what is why not when it does not hold, else what it was proved with. */
static void add_check(struct rk_grid *grid, const char *check, bool holds, const char *what)
{
	struct rk_run *run = grid->run;
	bool human = rk_out_is_human(run);
	const char *name = human ? rk_tell(run, rk_run_printf(run, "verify.%s", check)) : check;
	const char *result = holds ? "holds" : "fails";

	if (human)
		result = rk_tell(run, holds ? "verify.holds" : "verify.fails");
	rk_grid_add(grid, (const char *const[]){name, result, what});
}

int rk_attachment_receipt_check(
	struct rk_run *run, const Renkei__V1__AttachmentReceipt *receipt, const char *file)
{
	struct rk_grid grid = {.run = run,
		.columns = verify_columns,
		.column_count = sizeof verify_columns / sizeof verify_columns[0]};
	const char *source, *pem;
	char sha256[RK_SHA256_HEX];
	int64_t size = 0;
	struct rk_err err = {0};
	bool good = true;

	if (rk_receipt_pem(run, receipt->key_id, &pem, &source, &err) != RK_OK ||
		(file && !measure(run, file, sha256, &size, &err))) {
		int status = rk_trouble(run, &err);

		return err.status == RK_DATA_LOSS ? EX_DATAERR : status;
	}
	for (int with_file = 0; with_file < (file ? 2 : 1); with_file++) {
		const char *what = with_file
			? file
			: rk_run_printf(run, "%s, %s", receipt->key_id, source);
		bool holds = rk_attachment_receipt_verify(receipt, with_file ? sha256 : NULL, size,
				     rk_slice_str(pem), &err) == RK_OK;

		if (!holds)
			what = rk_out_is_human(run) ? why(run, receipt, size, &err)
						    : rk_run_str(run, err.text);
		add_check(&grid, with_file ? "file" : "receipt", holds, what);
		good = good && holds;
	}
	int printed = rk_grid_print(&grid);

	if (!file)
		rk_talk(run, "verify.no_file");
	rk_talk(run, good ? "verify.good" : "verify.bad");
	return good ? printed : EX_DATAERR;
}
