/* renkei receipt import - the receipts of sealed reports come home: believed when they are of bytes that wait here and signed by a known key. */
#include "act.h"
#include "attach.h"
#include "base/digest.h"
#include "cmd_receipt.h"
#include "command.h"
#include "form/file.h"
#include "form/form.h"
#include "outbox.h"
#include "server_info.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "words/attachment_receipt.h"
#include "words/receipt.h"
#include "words/seal.h"

#include "renkei/v1/report_service.pb-c.h"

#include <assert.h>
#include <string.h>

/* A report that was sent or sealed here. */
struct own {
	struct rk_slice bytes;
	struct rk_outbox_item box; /* key "": it waits no more */
};

static bool is_of(const Renkei__V1__Receipt *receipt, struct rk_slice bytes)
{
	char hex[RK_SHA256_HEX];

	rk_sha256_hex(bytes, hex);
	return bytes.at && strcmp(hex, receipt->sha256) == 0;
}

/* A message out of its line of JSON, in the run's arena. */
static enum rk_status read_line(struct rk_run *run, const ProtobufCMessageDescriptor *type,
	struct rk_slice line, ProtobufCMessage **out, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};

	if (rk_json_to_wire(type, line, &wire, err) == RK_OK &&
		rk_unpack(&run->arena, type, rk_buf_slice(&wire), out, err) == RK_OK)
		return RK_OK;
	return rk_fail_reason(
		err, RK_DATA_LOSS, "RECEIPT_LINE_BAD", "%s", rk_run_str(run, err->text));
}

enum rk_status rk_receipt_line(struct rk_run *run, struct rk_slice line,
	const Renkei__V1__Receipt **out, struct rk_err *err)
{
	ProtobufCMessage *message = NULL;

	RK_TRY(read_line(run, &renkei__v1__receipt__descriptor, line, &message, err));
	*out = (const Renkei__V1__Receipt *)(const void *)message;
	return RK_OK;
}

bool rk_receipt_line_is_file(struct rk_slice line)
{
	static const char key[] = "\"file_name\"";

	return memmem(line.at, line.len, key, sizeof key - 1) != NULL;
}

/* A release that was sealed here has no bytes beside it; it names those that were read. */
static bool is_of_release(struct rk_run *run, const Renkei__V1__Receipt *receipt,
	const struct rk_outbox_pending *item)
{
	const Renkei__V1__ReleaseReportRequest *request = item->act == &rk_act_release
		? (const void *)rk_act_waiting(run, item)
		: NULL;

	return request && receipt->released_at && request->version == receipt->version &&
		strcmp(request->municipality_code, receipt->municipality_code) == 0 &&
		strcmp(request->sha256, receipt->sha256) == 0;
}

/* It came home before, of a release. */
static bool is_kept(struct rk_run *run, const Renkei__V1__Receipt *receipt)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {.max = (size_t)1 << 20};
	const char *path = rk_receipt_is_named(receipt->number)
		? rk_receipt_path(run, receipt->number, ".json")
		: NULL;
	const Renkei__V1__Receipt *kept = NULL;
	struct rk_err err;

	return path && rk_file_read(path, &json, &err) == RK_OK &&
		rk_receipt_line(run, rk_buf_slice(&json), &kept, &err) == RK_OK && kept &&
		kept->released_at && receipt->released_at &&
		strcmp(kept->sha256, receipt->sha256) == 0;
}

/* What waits, else what was kept with a receipt that came before. */
static enum rk_status find_own(
	struct rk_run *run, const Renkei__V1__Receipt *receipt, struct own *own, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf kept = {.max = RK_FORM_FILE_MAX};
	const char *path = rk_receipt_is_named(receipt->number)
		? rk_receipt_path(run, receipt->number, ".binpb")
		: NULL;
	struct rk_outbox_pending *items;
	size_t count = rk_outbox_list(run, &items);
	struct rk_err none;

	for (size_t i = 0; i < count; i++) {
		bool report = !items[i].act && is_of(receipt, items[i].bytes);

		if (!items[i].own || (!report && !is_of_release(run, receipt, &items[i])))
			continue;
		assert(report || items[i].act);
		own->bytes = report ? items[i].bytes : rk_slice_of(NULL, 0);
		own->box = (struct rk_outbox_item){
			.kind = report ? RK_OUTBOX_REPORT : items[i].act->word};
		memcpy(own->box.key, items[i].key, sizeof own->box.key);
		return RK_OK;
	}
	if (path && rk_file_read(path, &kept, &none) == RK_OK &&
		is_of(receipt, rk_buf_slice(&kept))) {
		*own = (struct own){
			.bytes = rk_slice_of(
				(const uint8_t *)rk_run_slice(run, rk_buf_slice(&kept)), kept.len)};
		return RK_OK;
	}
	if (is_kept(run, receipt))
		return RK_OK;
	return rk_fail_reason(
		err, RK_NOT_FOUND, "RECEIPT_NOT_OURS", "%s", rk_visible(run, receipt->number));
}

static enum rk_status file_receipt_line(struct rk_run *run, struct rk_slice line,
	const Renkei__V1__AttachmentReceipt **out, struct rk_err *err)
{
	ProtobufCMessage *message = NULL;

	RK_TRY(read_line(run, &renkei__v1__attachment_receipt__descriptor, line, &message, err));
	*out = (const Renkei__V1__AttachmentReceipt *)(const void *)message;
	return RK_OK;
}

static bool same_record(const Renkei__V1__RecordReference *a, const Renkei__V1__RecordReference *b)
{
	if (!a || !b)
		return !a && !b;
	return strcmp(a->list, b->list) == 0 && strcmp(a->id, b->id) == 0;
}

/* A receipt of the first version says nothing of what the file is evidence of; the server makes one when none of it was asked for. */
static bool same_evidence(
	const Renkei__V1__AttachmentReceipt *receipt, const Renkei__V1__UploadHead *head)
{
	Renkei__V1__AttachmentKind kind = head->kind;

	if (kind == RENKEI__V1__ATTACHMENT_KIND__ATTACHMENT_KIND_UNSPECIFIED &&
		(*head->language || head->record))
		kind = RENKEI__V1__ATTACHMENT_KIND__ATTACHMENT_KIND_OTHER;
	if (kind != receipt->kind)
		return false;
	return kind == RENKEI__V1__ATTACHMENT_KIND__ATTACHMENT_KIND_UNSPECIFIED ||
		(strcmp(head->title, receipt->title) == 0 &&
			strcmp(head->language, receipt->language) == 0 &&
			same_record(head->record, receipt->record));
}

/* All that the receipt states of what was asked for. */
static bool is_of_head(
	const Renkei__V1__AttachmentReceipt *receipt, const Renkei__V1__UploadHead *head)
{
	return strcmp(head->sha256, receipt->sha256) == 0 && head->size == receipt->length &&
		strcmp(head->file_name, receipt->file_name) == 0 &&
		rk_act_same_period(head->period, receipt->period) &&
		head->disclosure == receipt->disclosure &&
		strcmp(head->municipality_code, receipt->municipality_code) == 0 &&
		same_evidence(receipt, head);
}

/* The file that was sealed here and waits, else one whose receipt came before. */
static enum rk_status find_file(struct rk_run *run, const Renkei__V1__AttachmentReceipt *receipt,
	struct rk_outbox_item *box, struct rk_err *err)
{
	const char *path = rk_receipt_is_named(receipt->number)
		? rk_receipt_path(run, receipt->number, ".json")
		: NULL;
	const Renkei__V1__AttachmentReceipt *kept = NULL;
	struct rk_outbox_pending *items;
	size_t count = rk_outbox_list(run, &items);
	struct rk_err none;

	for (size_t i = 0; i < count; i++) {
		const Renkei__V1__UploadHead *head = items[i].own && items[i].act == &rk_act_attach
			? (const void *)rk_act_waiting(run, &items[i])
			: NULL;

		if (!head || !is_of_head(receipt, head))
			continue;
		*box = (struct rk_outbox_item){.kind = rk_act_attach.word};
		memcpy(box->key, items[i].key, sizeof box->key);
		return RK_OK;
	}
	if (path && rk_attachment_receipt_read(run, path, &kept, &none) == RK_OK && kept &&
		strcmp(kept->statement, receipt->statement) == 0)
		return RK_OK;
	return rk_fail_reason(
		err, RK_NOT_FOUND, "RECEIPT_NOT_OURS", "%s", rk_visible(run, receipt->number));
}

/* In the table it stands as that of a report does. */
static void file_row(struct rk_grid *taken, const Renkei__V1__AttachmentReceipt *receipt)
{
	Renkei__V1__Receipt row = RENKEI__V1__RECEIPT__INIT;

	row.number = receipt->number;
	row.municipality_code = receipt->municipality_code;
	row.period = receipt->period;
	row.received_at = receipt->received_at;
	row.sha256 = receipt->sha256;
	row.key_id = receipt->key_id;
	rk_receipt_row(taken, &row);
}

static enum rk_status take_of_file(struct rk_grid *taken, struct rk_slice line, struct rk_err *err)
{
	struct rk_run *run = taken->run;
	const Renkei__V1__AttachmentReceipt *receipt = NULL;
	struct rk_outbox_item box = {0};
	const char *pem = NULL, *source;

	RK_TRY(file_receipt_line(run, line, &receipt, err));
	assert(receipt);
	RK_TRY(find_file(run, receipt, &box, err));
	RK_TRY(rk_receipt_pem(run, receipt->key_id, &pem, &source, err));
	RK_TRY(rk_attachment_receipt_verify(receipt, NULL, 0, rk_slice_str(pem), err));
	if (rk_run_option(run, "public-key"))
		RK_TRY(rk_receipt_key_pin(run, pem, err));
	RK_TRY(rk_attachment_receipt_keep(run, receipt, err));
	/* Removed and attached once more it is another attachment. */
	if (*box.key)
		rk_outbox_settle(run, &box, false);
	file_row(taken, receipt);
	return RK_OK;
}

static enum rk_status take_of_report(
	struct rk_grid *taken, struct rk_slice line, struct rk_err *err)
{
	struct rk_run *run = taken->run;
	const Renkei__V1__Receipt *receipt = NULL;
	struct own own = {0};
	const char *pem = NULL, *source;

	RK_TRY(rk_receipt_line(run, line, &receipt, err));
	assert(receipt);
	RK_TRY(find_own(run, receipt, &own, err));
	RK_TRY(rk_receipt_pem(run, receipt->key_id, &pem, &source, err));
	RK_TRY(rk_receipt_verify(receipt, own.bytes, rk_slice_str(pem), err));
	/* Named by hand and found to fit: it is known from now on. */
	if (rk_run_option(run, "public-key"))
		RK_TRY(rk_receipt_key_pin(run, pem, err));
	RK_TRY(rk_receipt_keep(run, receipt, own.bytes, err));
	if (*own.box.key)
		rk_outbox_settle(run, &own.box, true);
	rk_receipt_row(taken, receipt);
	return RK_OK;
}

static enum rk_status take(struct rk_grid *taken, struct rk_slice line, struct rk_err *err)
{
	if (rk_receipt_line_is_file(line))
		return take_of_file(taken, line, err);
	return take_of_report(taken, line, err);
}

/* The wrong file is told by what it is, and where the right one comes from; not by what the reader of JSON misses in it. */
static int tell_other(struct rk_run *run, const char *path, struct rk_slice bytes)
{
	enum rk_file_kind kind = rk_file_kind_of(bytes);
	const char *shown = rk_visible(run, path);

	if (rk_seal_file_is(bytes))
		rk_talk(run, "receipt.is_sealed", "file", shown);
	else if (kind == RK_FILE_OTHER || kind == RK_FILE_CSV || kind == RK_FILE_TEXT)
		rk_talk(run, "receipt.is_other", "file", shown);
	else
		rk_talk(run, "receipt.is_kind", "file", shown, "kind",
			rk_attachment_kind(run, kind));
	run->failed = true;
	return EX_DATAERR;
}

static int take_file(struct rk_grid *taken, const char *path)
{
	struct rk_run *run = taken->run;
	/* A sealed file that is given by mistake is read far enough to say so. */
	RK_AUTO(rk_buf_clear) struct rk_buf file = {.max = RK_SEAL_WHOLE_MAX};
	struct rk_err err = {0};
	struct rk_slice rest;
	int worst = EX_OK;
	size_t lines = 0;

	if (rk_file_read(path, &file, &err) != RK_OK)
		return rk_trouble(run, &err);
	rest = rk_buf_slice(&file);
	if (rest.len == 0 || rest.at[0] != '{')
		return tell_other(run, path, rest);
	while (rest.len && lines < RK_SEAL_MOST) {
		const uint8_t *end = memchr(rest.at, '\n', rest.len);
		size_t len = end ? (size_t)(end - rest.at) : rest.len;

		lines++;
		if (len && take(taken, rk_slice_of(rest.at, len), &err) != RK_OK) {
			fprintf(stderr, "%s:%zu: ", rk_visible(run, path), lines);
			int status = rk_trouble(run, &err);

			worst = rk_worse(worst, err.status == RK_DATA_LOSS ? EX_DATAERR : status);
		}
		len += end != NULL;
		rest = rk_slice_of(rest.at + len, rest.len - len);
	}
	return worst;
}

int rk_cmd_receipt_import(struct rk_run *run)
{
	struct rk_grid taken = rk_receipt_grid(run);
	int worst = EX_OK;

	for (size_t i = 0; i < run->operand_count; i++)
		worst = rk_worse(worst, take_file(&taken, run->operands[i]));
	/* What was taken in is told, whatever is wrong with the others. */
	run->failed = false;
	if (taken.count == 0)
		return worst;
	return rk_worse(worst, rk_grid_print(&taken));
}
