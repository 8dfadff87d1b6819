/* renkei attachment get - a file takes its name when it is whole, and never another's. */
#include "attach.h"
#include "base/digest.h"
#include "command.h"
#include "download.h"
#include "form/file.h"
#include "out.h"
#include "summary.h"
#include "wire/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* An attachment on its way to a file. */
struct getter {
	struct rk_run *run;
	const char *number;
	Renkei__V1__Attachment *attachment;
	struct rk_sha256_run digest;
	FILE *out; /* of -O; NULL: the file below */
	int fd;    /* of temporary */
	char temporary[PATH_MAX];
	const char *path; /* what it is called when it is whole */
};

static bool make_request(void *arg, int64_t at, struct rk_buf *message)
{
	Renkei__V1__DownloadAttachmentRequest request =
		RENKEI__V1__DOWNLOAD_ATTACHMENT_REQUEST__INIT;
	const struct getter *getter = arg;

	request.number = rk_run_str(getter->run, getter->number);
	request.offset = at;
	return rk_pack(&request.base, message) == RK_OK;
}

static enum rk_status open_target(struct getter *getter, struct rk_err *err)
{
	struct rk_run *run = getter->run;
	const char *fallback = rk_run_printf(run, "%s.%s", getter->attachment->number,
		rk_file_kind_word(rk_file_kind_from_wire((int)getter->attachment->type)));

	if (run->out_path) {
		getter->out = rk_out(run);
		return getter->out ? RK_OK
				   : rk_fail_reason(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "%s",
					     run->out_path);
	}
	/* A server's number is no path either. */
	getter->path = rk_attachment_name(run, getter->attachment->file_name,
		rk_attachment_name(run, fallback, "attachment"));
	if (access(getter->path, F_OK) == 0 || errno != ENOENT)
		return rk_fail_reason(err, RK_ALREADY_EXISTS, "FILE_EXISTS", "%s", getter->path);
	snprintf(getter->temporary, sizeof getter->temporary, ".%s.%d.tmp", getter->number,
		(int)getpid());
	getter->fd = open(
		getter->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (getter->fd < 0)
		return rk_fail_errno(
			err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", getter->temporary, errno);
	rk_file_forget_on_signal(getter->temporary);
	return RK_OK;
}

static bool write_all(const struct getter *getter, struct rk_slice bytes)
{
	return getter->out ? fwrite(bytes.at, 1, bytes.len, getter->out) == bytes.len
			   : rk_download_write(getter->fd, bytes);
}

static enum rk_status take(void *arg, struct rk_slice message, int64_t *at, struct rk_err *err)
{
	struct getter *getter = arg;
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	/* What it is outlives its message; its bytes do not. */
	struct rk_arena *keep = getter->attachment ? &arena : &getter->run->arena;
	const Renkei__V1__DownloadAttachmentResponse *response;
	ProtobufCMessage *unpacked;
	struct rk_slice bytes;

	RK_TRY(rk_unpack(keep, &renkei__v1__download_attachment_response__descriptor, message,
		&unpacked, err));
	response = (const void *)unpacked;
	if (response->attachment && !getter->attachment) {
		getter->attachment = response->attachment;
		RK_TRY(open_target(getter, err));
	}
	if (!response->chunk)
		return RK_OK;
	bytes = rk_slice_of(response->chunk->data.data, response->chunk->data.len);
	if (!getter->attachment || response->chunk->offset != *at ||
		(int64_t)bytes.len > getter->attachment->size - *at)
		return rk_fail_reason(
			err, RK_INTERNAL, "SERVER_ANSWER_BAD", "bytes that nobody asked for");
	rk_sha256_add(&getter->digest, bytes);
	*at += (int64_t)bytes.len;
	if (write_all(getter, bytes))
		return RK_OK;
	return rk_fail_errno(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN",
		getter->path ? getter->path : getter->run->out_path, errno);
}

static enum rk_status check_whole(struct getter *getter, int64_t at, struct rk_err *err)
{
	char hex[RK_SHA256_HEX];

	rk_sha256_end(&getter->digest, hex);
	if (getter->attachment && at == getter->attachment->size &&
		strcmp(hex, getter->attachment->sha256) == 0)
		return RK_OK;
	return rk_fail_reason(err, RK_DATA_LOSS, "ATTACHMENT_DAMAGED",
		"%" PRId64 " bytes with SHA-256 %s", at, hex);
}

/* It takes its name only when it is whole, and nobody else's. */
static enum rk_status settle(struct getter *getter, struct rk_err *err)
{
	if (getter->out)
		return RK_OK;
	if (fsync(getter->fd) != 0 && errno != EINVAL)
		return rk_fail_errno(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", getter->path, errno);
	if (renameat2(AT_FDCWD, getter->temporary, AT_FDCWD, getter->path, RENAME_NOREPLACE) == 0)
		return RK_OK;
	/* A file system without it has links, or neither. */
	if ((errno == EINVAL || errno == ENOSYS) && link(getter->temporary, getter->path) == 0)
		return RK_OK;
	return errno == EEXIST
		? rk_fail_reason(err, RK_ALREADY_EXISTS, "FILE_EXISTS", "%s", getter->path)
		: rk_fail_errno(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", getter->path, errno);
}

static int tell_got(struct getter *getter)
{
	if (!getter->out || !getter->run->out_path || strcmp(getter->run->out_path, "-") != 0)
		rk_talk(getter->run, "attachment.got", "file",
			rk_visible(
				getter->run, getter->path ? getter->path : getter->run->out_path),
			"size", rk_attachment_size(getter->run, getter->attachment->size), "sha256",
			getter->attachment->sha256);
	return EX_OK;
}

int rk_cmd_attach_get(struct rk_run *run)
{
	struct getter getter = {.run = run, .number = run->operands[0], .fd = -1};
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_download download = {.method = "/renkei.v1.AttachmentService/DownloadAttachment",
		.request = make_request,
		.take = take,
		.arg = &getter};
	enum rk_status status;

	if (strchr(getter.number, '/') || strlen(getter.number) > 40)
		return rk_usage(run, "usage.attachment_number", "value", getter.number);
	rk_sha256_begin(&getter.digest);
	status = rk_download(run, &download, &failure);
	if (status == RK_OK)
		status = check_whole(&getter, download.at, &failure.err);
	if (status == RK_OK)
		status = settle(&getter, &failure.err);
	if (getter.fd >= 0) {
		close(getter.fd);
		unlink(getter.temporary);
		rk_file_forget_on_signal(NULL);
	}
	if (status == RK_OK)
		return tell_got(&getter);
	run->failed = true;
	int trouble = rk_trouble_at(run, &failure);

	return strncmp(failure.err.reason, "FILE_", 5) == 0 ? EX_CANTCREAT : trouble;
}
