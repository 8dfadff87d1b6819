/* renkei seal - checked reports into a file that a computer with a line relays. */
#include "base/clock.h"
#include "command.h"
#include "form/file.h"
#include "link/tls.h"
#include "link/tls_paper.h"
#include "submit.h"
#include "wire/pack.h"
#include "words/seal.h"

#include <string.h>

/* What a seal is made with. */
struct sealer {
	struct rk_run *run;
	struct rk_tls_pen *pen;
	struct rk_buf certificate;
	Renkei__V1__SealedReports all;
};

/* Reports are an officer's: another's seal would be refused when it arrives, which may be days later. */
static bool is_officer(const struct rk_run *run)
{
	char uri[256] = "";

	rk_tls_file_uri(run->profile.cert, uri);
	return strstr(uri, "/municipality/") != NULL;
}

static int open_pen(struct sealer *sealer)
{
	struct rk_run *run = sealer->run;
	struct rk_err err = {0};

	if (!run->profile.cert || !run->profile.key) {
		rk_fail_reason(&err, RK_FAILED_PRECONDITION, "CERTIFICATE_MISSING", "%s",
			run->profile.cert ? "--key" : "--cert");
		return rk_trouble(run, &err);
	}
	if (!is_officer(run)) {
		rk_talk(run, "seal.not_officer", "file", run->profile.cert);
		run->failed = true;
		return EX_NOPERM;
	}
	if (rk_tls_pen_open(run->profile.cert, run->profile.key, &sealer->pen, &err) != RK_OK ||
		rk_tls_pen_certificate(sealer->pen, &sealer->certificate, &err) != RK_OK)
		return rk_trouble(run, &err);
	return EX_OK;
}

static ProtobufCBinaryData copy(struct rk_run *run, struct rk_slice bytes)
{
	return (ProtobufCBinaryData){
		.data = (uint8_t *)(void *)rk_run_slice(run, bytes), .len = bytes.len};
}

static enum rk_status pack_content(struct sealer *sealer, const struct rk_submit_item *item,
	struct rk_buf *out, struct rk_err *err)
{
	Renkei__V1__SealedContent content = RENKEI__V1__SEALED_CONTENT__INIT;
	Google__Protobuf__Timestamp now = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	struct rk_run *run = sealer->run;

	now.seconds = rk_clock_now_us() / 1000000;
	content.request_id = rk_run_str(run, item->box.request_id);
	content.certificate = copy(run, rk_buf_slice(&sealer->certificate));
	content.sealed_at = &now;
	content.server = rk_run_str(run, run->profile.server ? run->profile.server : "");
	content.report = copy(run, item->report->bytes);
	return rk_pack(&content.base, out) == RK_OK
		? RK_OK
		: rk_fail(err, RK_RESOURCE_EXHAUSTED, "out of memory");
}

static enum rk_status seal(
	struct sealer *sealer, const struct rk_submit_item *item, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf content = {0}, text = {0}, signature = {0};
	Renkei__V1__SealedReport *sealed = rk_run_alloc(sealer->run, sizeof *sealed);

	renkei__v1__sealed_report__init(sealed);
	RK_TRY(pack_content(sealer, item, &content, err));
	if (rk_seal_text(rk_buf_slice(&content), &text) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "out of memory");
	RK_TRY(rk_tls_pen_sign(sealer->pen, rk_buf_slice(&text), &signature, err));
	sealed->content = copy(sealer->run, rk_buf_slice(&content));
	sealed->signature = copy(sealer->run, rk_buf_slice(&signature));
	sealer->all.sealed[sealer->all.n_sealed++] = sealed;
	return RK_OK;
}

static int write_file(struct sealer *sealer)
{
	RK_AUTO(rk_buf_clear) struct rk_buf file = {0};
	struct rk_run *run = sealer->run;
	const char *path = run->out_path;
	struct rk_err err = {0};

	if (rk_seal_file_write(&sealer->all, &file) != RK_OK)
		return EX_OSERR;
	if (file.len > RK_SEAL_FILE_MAX)
		return rk_usage(run, "usage.seal_large", "count",
			rk_run_printf(run, "%zu", sealer->all.n_sealed));
	if (rk_file_write(path, rk_buf_slice(&file), 0644, &err) != RK_OK)
		return rk_trouble(run, &err);
	rk_talk(run, "seal.done", "file", rk_visible(run, path), "count",
		rk_run_printf(run, "%zu", sealer->all.n_sealed));
	return EX_OK;
}

static int seal_all(struct sealer *sealer, struct rk_submit *submit)
{
	struct rk_run *run = sealer->run;
	struct rk_err err = {0};
	int status;

	if (submit->count > RK_SEAL_MOST)
		return rk_usage(
			run, "usage.seal_large", "count", rk_run_printf(run, "%zu", submit->count));
	/* The request is on disk before its file is: made again, it is the same one. */
	status = rk_submit_prepare(submit);
	if (status != EX_OK)
		return status;
	renkei__v1__sealed_reports__init(&sealer->all);
	sealer->all.sealed = rk_run_alloc(run, submit->count * sizeof *sealer->all.sealed);
	for (size_t i = 0; i < submit->count; i++)
		if (seal(sealer, &submit->items[i], &err) != RK_OK)
			return rk_trouble(run, &err);
	return write_file(sealer);
}

int rk_cmd_seal(struct rk_run *run)
{
	struct rk_submit submit = {.run = run, .quiet = true};
	struct sealer sealer = {.run = run};
	int status;

	if (rk_run_flag(run, "nil") == (run->operand_count > 0))
		return rk_usage(run, "usage.seal");
	if (!run->out_path || strcmp(run->out_path, "-") == 0)
		return rk_usage(run, "usage.option_missing", "option", "out");
	status = open_pen(&sealer);
	if (status == EX_OK)
		status = rk_submit_plan(&submit);
	if (status == EX_OK && submit.count > 0)
		status = seal_all(&sealer, &submit);
	rk_tls_pen_close(&sealer.pen);
	rk_buf_clear(&sealer.certificate);
	return status;
}
