/* An approver's release or sending back without a line: what the officer sealed is read, its receipts say which versions it became. */
#include "act.h"
#include "base/digest.h"
#include "cmd_receipt.h"
#include "command.h"
#include "form/file.h"
#include "periods.h"
#include "report_text.h"
#include "sealer.h"
#include "summary.h"
#include "wire/pack.h"
#include "words/receipt.h"

#include "renkei/v1/report.pb-c.h"
#include "renkei/v1/report_service.pb-c.h"

#include <assert.h>
#include <string.h>

/* What relay writes beside the file that it sent. */
#define RECEIPTS ".receipts"

/* The reports that came, and their receipts. */
struct brought {
	struct rk_run *run;
	const char *path;
	struct rk_seal *seals;
	const Renkei__V1__Receipt **receipts;
	size_t count, receipt_count;
};

static enum rk_status read_seals(struct brought *brought, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {.max = RK_SEAL_WHOLE_MAX};

	RK_TRY(rk_file_read(brought->path, &bytes, err));
	if (!rk_seal_file_is(rk_buf_slice(&bytes)))
		return rk_fail_reason(
			err, RK_INVALID_ARGUMENT, "SEAL_IS_OTHER", "%s", brought->path);
	return rk_seal_file_read(
		&brought->run->arena, rk_buf_slice(&bytes), &brought->seals, &brought->count, err);
}

static enum rk_status read_receipts(struct brought *brought, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {.max = RK_SEAL_FILE_MAX};
	struct rk_run *run = brought->run;
	struct rk_slice rest;

	RK_TRY(rk_file_read(rk_run_printf(run, "%s" RECEIPTS, brought->path), &bytes, err));
	rest = rk_buf_slice(&bytes);
	brought->receipts = rk_run_alloc(run, RK_SEAL_MOST * sizeof *brought->receipts);
	while (rest.len && brought->receipt_count < RK_SEAL_MOST) {
		const uint8_t *end = memchr(rest.at, '\n', rest.len);
		size_t len = end ? (size_t)(end - rest.at) : rest.len;

		if (len && !rk_receipt_line_is_file(rk_slice_of(rest.at, len)))
			RK_TRY(rk_receipt_line(run, rk_slice_of(rest.at, len),
				&brought->receipts[brought->receipt_count++], err));
		len += end != NULL;
		rest = rk_slice_of(rest.at + len, rest.len - len);
	}
	return RK_OK;
}

/* NULL: none of these bytes. */
static const Renkei__V1__Receipt *receipt_of(
	const struct brought *brought, const struct rk_seal *seal)
{
	char hex[RK_SHA256_HEX];

	rk_sha256_hex(seal->body, hex);
	for (size_t i = 0; i < brought->receipt_count; i++)
		if (strcmp(brought->receipts[i]->sha256, hex) == 0)
			return brought->receipts[i];
	return NULL;
}

/* That the server has exactly these bytes, under this number, only its signature says. */
static enum rk_status verify(struct rk_run *run, const struct rk_seal *seal,
	const Renkei__V1__Receipt *receipt, struct rk_err *err)
{
	const char *pem = NULL, *source;

	RK_TRY(rk_receipt_pem(run, receipt->key_id, &pem, &source, err));
	RK_TRY(rk_receipt_verify(receipt, seal->body, rk_slice_str(pem), err));
	return rk_run_option(run, "public-key") ? rk_receipt_key_pin(run, pem, err) : RK_OK;
}

/* Nobody answers for what was not seen. */
static bool agreed(struct rk_run *run, const struct rk_act *act, const struct rk_seal *seal,
	const Renkei__V1__Receipt *receipt)
{
	const ProtobufCMessageDescriptor *type = &renkei__v1__report__descriptor;
	ProtobufCMessage *report = NULL;
	struct rk_err err;

	if (rk_run_flag(run, "yes"))
		return true;
	if (!rk_on_terminal()) {
		rk_talk(run, "ask.needs_yes");
		return false;
	}
	rk_talk(run, "release.first", "receipt", rk_visible(run, receipt->number));
	if (rk_unpack(&run->arena, type, seal->body, &report, &err) == RK_OK)
		rk_message_text(run, stderr, report, 1);
	return rk_ask(run,
		rk_tell(run, "seal.ask_decision", "number", rk_visible(run, receipt->number),
			"kind", rk_tell(run, rk_run_printf(run, "act.%s", act->word))));
}

static ProtobufCMessage *request_of(
	struct rk_run *run, const struct rk_act *act, const Renkei__V1__Receipt *receipt)
{
	ProtobufCMessage *request = rk_act_request(run, act);
	const char *reason = rk_run_option(run, "reason");

	rk_act_set(request, "municipality_code", &receipt->municipality_code,
		sizeof receipt->municipality_code);
	rk_act_set(request, "period", &receipt->period, sizeof receipt->period);
	rk_act_set(request, "version", &receipt->version, sizeof receipt->version);
	if (act == &rk_act_release)
		rk_act_set(request, "sha256", &receipt->sha256, sizeof receipt->sha256);
	else
		rk_act_set(request, "reason", &reason, sizeof reason);
	return request;
}

/* The request waits in the outbox before its seal is written: sealed again, it is the same one. */
static enum rk_status seal_one(struct rk_sealer *sealer, const struct rk_act *act,
	const Renkei__V1__Receipt *receipt, struct rk_err *err)
{
	struct rk_run *run = sealer->run;
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};
	ProtobufCMessage *request = request_of(run, act, receipt);
	struct rk_outbox_item box;

	assert(receipt);
	RK_TRY(rk_act_open(run, act, receipt->number, request, &box, err));
	if (rk_pack(request, &bytes) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "out of memory");
	return rk_sealer_add(sealer, box.request_id,
		act == &rk_act_release ? RK_SEAL_RELEASE : RK_SEAL_SEND_BACK, rk_buf_slice(&bytes),
		err);
}

static int refuse(struct brought *brought, const char *code, const Renkei__V1__Receipt *receipt)
{
	struct rk_run *run = brought->run;

	rk_talk(run, code, "file", rk_visible(run, brought->path), "number",
		receipt ? rk_visible(run, receipt->number) : "-");
	run->failed = true;
	return EX_DATAERR;
}

/* Of files beside the reports nothing is decided. */
static void drop_files(struct brought *brought)
{
	size_t count = 0;

	for (size_t i = 0; i < brought->count; i++)
		if (brought->seals[i].kind != RK_SEAL_ATTACHMENT)
			brought->seals[count++] = brought->seals[i];
	brought->count = count;
}

static int decide(struct brought *brought, struct rk_sealer *sealer, const struct rk_act *act)
{
	struct rk_run *run = brought->run;
	struct rk_err err = {0};

	drop_files(brought);
	if (brought->count == 0)
		return refuse(brought, "seal.no_receipt", NULL);
	for (size_t i = 0; i < brought->count; i++) {
		const struct rk_seal *seal = &brought->seals[i];
		const Renkei__V1__Receipt *receipt = receipt_of(brought, seal);

		if (seal->kind != RK_SEAL_REPORT || !receipt)
			return refuse(brought, "seal.no_receipt", NULL);
		if (receipt->timeliness != RENKEI__V1__TIMELINESS__TIMELINESS_AWAITING_RELEASE)
			return refuse(brought, "seal.not_awaiting", receipt);
		if (verify(run, seal, receipt, &err) != RK_OK)
			return rk_trouble(run, &err);
		if (!agreed(run, act, seal, receipt))
			return rk_not_confirmed();
	}
	for (size_t i = 0; i < brought->count; i++)
		if (seal_one(sealer, act, receipt_of(brought, &brought->seals[i]), &err) != RK_OK)
			return rk_trouble(run, &err);
	return rk_sealer_write(sealer, "seal.decided");
}

int rk_seal_decision(struct rk_run *run)
{
	struct brought brought = {.run = run};
	struct rk_sealer sealer = {.run = run};
	bool release = rk_run_flag(run, "release"), back = rk_run_flag(run, "send-back");
	struct rk_err err = {0};
	int status;

	if (run->operand_count != 1 || release == back || rk_run_flag(run, "nil"))
		return rk_usage(run, "usage.seal_decision");
	if (back && !rk_run_option(run, "reason"))
		return rk_usage(run, "usage.option_missing", "option", "reason");
	brought.path = run->operands[0];
	if (read_seals(&brought, &err) != RK_OK || read_receipts(&brought, &err) != RK_OK)
		return rk_trouble(run, &err);
	status = rk_sealer_open(&sealer, "approver", brought.count);
	if (status == EX_OK)
		status = decide(&brought, &sealer, release ? &rk_act_release : &rk_act_send_back);
	rk_sealer_close(&sealer);
	return status;
}
