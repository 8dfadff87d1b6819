#include "act.h"
#include "attach.h"
#include "base/digest.h"
#include "base/text.h"
#include "out.h"
#include "wire/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum rk_status open_file(struct rk_attach_file *file, struct rk_err *err)
{
	struct stat about;

	/* A pipe would be waited for; a file that is read twice has to be one. */
	file->fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file->fd < 0)
		return rk_fail_errno(err, RK_NOT_FOUND,
			errno == ENOENT || errno == ENOTDIR ? "FILE_MISSING" : "FILE_UNREADABLE",
			file->path, errno);
	if (fstat(file->fd, &about) != 0)
		return rk_fail_errno(err, RK_NOT_FOUND, "FILE_UNREADABLE", file->path, errno);
	if (S_ISDIR(about.st_mode))
		return rk_fail_reason(err, RK_NOT_FOUND, "FILE_IS_FOLDER",
			"%s: is a folder, not a file", file->path);
	if (!S_ISREG(about.st_mode))
		return rk_fail_reason(
			err, RK_NOT_FOUND, "FILE_UNREADABLE", "%s: is no regular file", file->path);
	file->size = about.st_size;
	return RK_OK;
}

static enum rk_status read_file(struct rk_attach_file *file, struct rk_err *err)
{
	struct rk_file_kind_reader kind = {0};
	enum rk_file_kind named;
	struct rk_sha256_run digest;
	uint8_t piece[65536];
	int64_t size = 0;
	ssize_t got;

	rk_sha256_begin(&digest);
	while (size <= RK_ATTACHMENT_MAX && (got = read(file->fd, piece, sizeof piece)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return rk_fail_errno(
				err, RK_NOT_FOUND, "FILE_UNREADABLE", file->path, errno);
		rk_sha256_add(&digest, rk_slice_of(piece, (size_t)got));
		rk_file_kind_feed(&kind, rk_slice_of(piece, (size_t)got));
		size += got;
	}
	rk_sha256_end(&digest, file->sha256);
	file->kind = rk_file_kind_end(&kind);
	named = rk_file_kind_named(file->kind, file->name);
	file->misnamed = named == RK_FILE_MISNAMED;
	if (!file->misnamed)
		file->kind = named;
	file->size = size;
	return RK_OK;
}

/* The bytes, where the size would read like the limit. */
static const char *size_over(struct rk_run *run, int64_t size, const char *limit)
{
	const char *told = rk_attachment_size(run, size);

	return strcmp(told, limit) == 0 ? rk_run_printf(run, "%s (%" PRId64 " B)", told, size)
					: told;
}

static int refuse(struct rk_run *run, const struct rk_attach_file *file, const char *code)
{
	const char *limit = rk_attachment_size(run, RK_ATTACHMENT_MAX);
	const char *size = size_over(run, file->size, limit);

	run->failed = true;
	if (strchr(size, '('))
		limit = rk_run_printf(run, "%s (%" PRId64 " B)", limit, RK_ATTACHMENT_MAX);
	rk_talk(run, code, "file", rk_visible(run, file->path), "size", size, "limit", limit,
		"kind", rk_attachment_kind(run, file->kind));
	return EX_DATAERR;
}

int rk_attach_open(struct rk_run *run, struct rk_attach_file *file)
{
	const char *slash = strrchr(file->path, '/');
	struct rk_err err;

	file->name = slash ? slash + 1 : file->path;
	file->outcome = "refused";
	if (open_file(file, &err) != RK_OK)
		return rk_trouble(run, &err);
	/* Before it is read: how large it is may be the trouble. */
	if (file->size > RK_ATTACHMENT_MAX)
		return refuse(run, file, "attach.too_large");
	if (read_file(file, &err) != RK_OK)
		return rk_trouble(run, &err);
	if (file->size > RK_ATTACHMENT_MAX)
		return refuse(run, file, "attach.too_large");
	if (!rk_file_kind_allowed(file->kind))
		return refuse(
			run, file, file->kind == RK_FILE_EMPTY ? "attach.empty" : "attach.kind");
	if (file->misnamed)
		return refuse(run, file, "attach.misnamed");
	if (strlen(file->name) > 255 ||
		rk_text_utf8_bad(rk_slice_str(file->name)) != strlen(file->name))
		return refuse(run, file, "attach.name");
	file->outcome = "unsent";
	return EX_OK;
}

/* The working folder is another one when it is sent again. */
static const char *where_it_lies(struct rk_run *run, const char *path)
{
	char folder[PATH_MAX];

	if (path[0] == '/' || !getcwd(folder, sizeof folder))
		return path;
	return rk_run_printf(run, "%s/%s", folder, path);
}

Renkei__V1__UploadHead rk_attach_wish(
	struct rk_run *run, const struct rk_attach_file *file, const Renkei__V1__UploadHead *head)
{
	Renkei__V1__UploadHead wish = *head;

	wish.request_id = rk_run_str(run, "");
	wish.file_name = rk_run_str(run, file->name);
	wish.size = file->size;
	wish.sha256 = rk_run_str(run, file->sha256);
	wish.offset = 0;
	return wish;
}

int rk_attach_prepare(
	struct rk_run *run, struct rk_attach_file *file, const Renkei__V1__UploadHead *head)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};
	Renkei__V1__UploadHead wish = rk_attach_wish(run, file, head);
	struct rk_err err = {0};

	if (rk_pack(&wish.base, &bytes) != RK_OK)
		return EX_OSERR;
	file->kept_as = where_it_lies(run, file->path);
	if (rk_outbox_open(run,
		    &(const struct rk_outbox_wish){
			    rk_act_attach.word, file->kept_as, "", rk_buf_slice(&bytes)},
		    &file->box, &err) != RK_OK)
		return rk_outbox_not_opened(run, &err);
	return EX_OK;
}

void rk_attach_close(struct rk_attach_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

const char *rk_attachment_size(struct rk_run *run, int64_t size)
{
	if (!rk_out_is_human(run))
		return rk_run_printf(run, "%lld", (long long)size);
	if (size < 1024)
		return rk_run_printf(run, "%lld B", (long long)size);
	if (size < 1 << 20)
		return rk_run_printf(run, "%.1f KiB", (double)size / 1024);
	return rk_run_printf(run, "%.1f MiB", (double)size / (1 << 20));
}

const char *rk_attachment_kind(struct rk_run *run, enum rk_file_kind kind)
{
	return rk_tell(run, rk_run_printf(run, "kind.%s", rk_file_kind_word(kind)));
}
