#include "sealer.h"

#include "attach.h"
#include "base/clock.h"
#include "base/digest.h"
#include "form/file.h"
#include "link/tls.h"
#include "wire/pack.h"

#include <string.h>

static bool is_part(struct rk_run *run, const char *part)
{
	char uri[256] = "";

	rk_tls_file_uri(run->profile.cert, uri);
	return strstr(uri, rk_run_printf(run, "/%s/", part)) != NULL;
}

int rk_sealer_open(struct rk_sealer *sealer, const char *part, size_t room)
{
	struct rk_run *run = sealer->run;
	struct rk_err err = {0};

	renkei__v1__sealed_reports__init(&sealer->all);
	sealer->all.sealed = rk_run_alloc(run, (room + 1) * sizeof *sealer->all.sealed);
	if (!run->profile.cert || !run->profile.key) {
		rk_fail_reason(&err, RK_FAILED_PRECONDITION, "CERTIFICATE_MISSING", "%s",
			run->profile.cert ? "--key" : "--cert");
		return rk_trouble(run, &err);
	}
	if (!is_part(run, part)) {
		rk_talk(run,
			strcmp(part, "approver") == 0 ? "seal.not_approver" : "seal.not_officer",
			"file", run->profile.cert);
		run->failed = true;
		return EX_NOPERM;
	}
	if (rk_tls_pen_open(run->profile.cert, run->profile.key, &sealer->pen, &err) != RK_OK ||
		rk_tls_pen_certificate(sealer->pen, &sealer->certificate, &err) != RK_OK)
		return rk_trouble(run, &err);
	return EX_OK;
}

void rk_sealer_close(struct rk_sealer *sealer)
{
	rk_tls_pen_close(&sealer->pen);
	rk_buf_clear(&sealer->certificate);
}

static ProtobufCBinaryData copy(struct rk_run *run, struct rk_slice bytes)
{
	return (ProtobufCBinaryData){
		.data = (uint8_t *)(void *)rk_run_slice(run, bytes), .len = bytes.len};
}

static enum rk_status pack_content(struct rk_sealer *sealer, const char *request_id,
	enum rk_seal_kind kind, struct rk_slice body, struct rk_buf *out)
{
	Renkei__V1__SealedContent content = RENKEI__V1__SEALED_CONTENT__INIT;
	Google__Protobuf__Timestamp now = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	struct rk_run *run = sealer->run;
	ProtobufCBinaryData *const bodies[] = {[RK_SEAL_REPORT] = &content.report,
		[RK_SEAL_RELEASE] = &content.release,
		[RK_SEAL_SEND_BACK] = &content.send_back,
		[RK_SEAL_ATTACHMENT] = &content.attachment};

	now.seconds = rk_clock_now_us() / 1000000;
	content.request_id = rk_run_str(run, request_id);
	content.certificate = copy(run, rk_buf_slice(&sealer->certificate));
	content.sealed_at = &now;
	content.server = rk_run_str(run, run->profile.server ? run->profile.server : "");
	*bodies[kind] = copy(run, body);
	return rk_pack(&content.base, out);
}

enum rk_status rk_sealer_add(struct rk_sealer *sealer, const char *request_id,
	enum rk_seal_kind kind, struct rk_slice body, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf content = {0}, text = {0}, signature = {0};
	Renkei__V1__SealedReport *sealed = rk_run_alloc(sealer->run, sizeof *sealed);

	renkei__v1__sealed_report__init(sealed);
	if (pack_content(sealer, request_id, kind, body, &content) != RK_OK ||
		rk_seal_text(rk_buf_slice(&content), &text) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "out of memory");
	RK_TRY(rk_tls_pen_sign(sealer->pen, rk_buf_slice(&text), &signature, err));
	sealed->content = copy(sealer->run, rk_buf_slice(&content));
	sealed->signature = copy(sealer->run, rk_buf_slice(&signature));
	sealer->all.sealed[sealer->all.n_sealed++] = sealed;
	return RK_OK;
}

enum rk_status rk_sealer_add_file(struct rk_sealer *sealer, const char *request_id,
	const Renkei__V1__UploadHead *head, const char *path, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {.max = (size_t)RK_ATTACHMENT_MAX}, body = {0};
	char hex[RK_SHA256_HEX];

	RK_TRY(rk_file_read(path, &bytes, err));
	rk_sha256_hex(rk_buf_slice(&bytes), hex);
	if (strcmp(hex, head->sha256) != 0)
		return rk_fail_reason(
			err, RK_ABORTED, "FILE_UNREADABLE", "%s: changed while it was read", path);
	if (rk_pack(&head->base, &body) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "out of memory");
	RK_TRY(rk_sealer_add(sealer, request_id, RK_SEAL_ATTACHMENT, rk_buf_slice(&body), err));
	sealer->attached += bytes.len;
	sealer->all.sealed[sealer->all.n_sealed - 1]->file = copy(
		sealer->run, rk_buf_slice(&bytes));
	return RK_OK;
}

int rk_sealer_write(struct rk_sealer *sealer, const char *done)
{
	RK_AUTO(rk_buf_clear) struct rk_buf file = {0};
	struct rk_run *run = sealer->run;
	const char *path = run->out_path;
	struct rk_err err = {0};

	if (rk_seal_file_write(&sealer->all, &file) != RK_OK)
		return EX_OSERR;
	if (file.len > RK_SEAL_WHOLE_MAX || file.len - sealer->attached > RK_SEAL_FILE_MAX)
		return rk_usage(run, "usage.seal_large", "count",
			rk_run_printf(run, "%zu", sealer->all.n_sealed));
	if (rk_file_write(path, rk_buf_slice(&file), 0644, &err) != RK_OK)
		return rk_trouble(run, &err);
	rk_talk(run, done, "file", rk_visible(run, path), "count",
		rk_run_printf(run, "%zu", sealer->all.n_sealed));
	return EX_OK;
}
