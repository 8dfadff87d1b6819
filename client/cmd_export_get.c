/* renkei export get - a bundle from the server's disk, whole or not at all. */
#include "cmd_export.h"
#include "command.h"
#include "download.h"
#include "form/file.h"
#include "out.h"
#include "server_info.h"
#include "wire/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* A file on its way: what is there already is not asked for again. */
struct getter {
	struct rk_run *run;
	const char *bundle, *path; /* as the server names them */
	int fd;
};

static bool make_request(void *arg, int64_t at, struct rk_buf *message)
{
	Renkei__V1__DownloadExportRequest request = RENKEI__V1__DOWNLOAD_EXPORT_REQUEST__INIT;
	const struct getter *getter = arg;

	request.bundle = rk_run_str(getter->run, getter->bundle);
	request.path = rk_run_str(getter->run, getter->path);
	request.offset = at;
	return rk_pack(&request.base, message) == RK_OK;
}

static enum rk_status take(void *arg, struct rk_slice message, int64_t *at, struct rk_err *err)
{
	const struct getter *getter = arg;
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	const Renkei__V1__DownloadExportResponse *response;
	ProtobufCMessage *unpacked;

	RK_TRY(rk_unpack(&arena, &renkei__v1__download_export_response__descriptor, message,
		&unpacked, err));
	response = (const void *)unpacked;
	if (response->offset != *at)
		return rk_fail_reason(
			err, RK_INTERNAL, "SERVER_ANSWER_BAD", "bytes that nobody asked for");
	if (!rk_download_write(getter->fd, rk_slice_of(response->data.data, response->data.len)))
		return rk_fail_errno(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", getter->path, errno);
	*at += (int64_t)response->data.len;
	return RK_OK;
}

static enum rk_status not_written(const char *path, struct rk_failure *failure)
{
	*failure = (struct rk_failure){.retry_ms = RK_RETRY_NEVER};
	return rk_fail_errno(&failure->err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", path, errno);
}

/* Goes on behind what an earlier try has left; size -1: not known, begins anew. */
static enum rk_status get_file(struct rk_run *run, const char *bundle, const char *folder,
	const char *path, int64_t size, struct rk_failure *failure)
{
	struct getter getter = {.run = run, .bundle = bundle, .path = path};
	struct rk_download download = {.method = "/renkei.v1.ExportService/DownloadExport",
		.request = make_request,
		.take = take,
		.arg = &getter};
	const char *target = rk_run_printf(run, "%s/%s", folder, path), *slash = strchr(path, '/');
	enum rk_status status = RK_OK;
	struct stat stat;

	if (slash &&
		mkdir(rk_run_printf(run, "%s/%.*s", folder, (int)(slash - path), path), 0777) !=
			0 &&
		errno != EEXIST)
		return not_written(target, failure);
	getter.fd = open(target, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_APPEND, 0666);
	if (getter.fd < 0 || fstat(getter.fd, &stat) != 0)
		return not_written(target, failure);
	download.at = stat.st_size;
	if ((size < 0 || download.at > size) && (download.at = 0, ftruncate(getter.fd, 0)) != 0)
		status = not_written(target, failure);
	if (status == RK_OK && download.at != size)
		status = rk_download(run, &download, failure);
	if (status == RK_OK && fsync(getter.fd) != 0 && errno != EINVAL)
		status = not_written(target, failure);
	close(getter.fd);
	return status;
}

static enum rk_status get_files(
	struct rk_run *run, const char *name, const char *folder, struct rk_failure *failure)
{
	struct rk_bundle bundle;
	size_t len = 0;
	char *text;

	RK_TRY(get_file(run, name, folder, "MANIFEST.json", -1, failure));
	text = rk_bundle_load(
		run, rk_run_printf(run, "%s/MANIFEST.json", folder), &len, &failure->err);
	if (!text)
		return failure->err.status;
	RK_TRY(rk_bundle_read(run, rk_slice_of(text, len), &bundle, &failure->err));
	if (*bundle.key_id)
		RK_TRY(get_file(run, name, folder, "MANIFEST.json.sig", -1, failure));
	for (size_t i = 0; i < bundle.count; i++)
		RK_TRY(get_file(
			run, name, folder, bundle.files[i].path, bundle.files[i].bytes, failure));
	return RK_OK;
}

/* The latest of a schedule, where no bundle is named. */
static enum rk_status find(struct rk_run *run, const char **bundle, struct rk_failure *failure)
{
	Renkei__V1__ListExportsResponse *response = NULL;

	*bundle = run->operands[0];
	if (strchr(*bundle, '/'))
		return RK_OK;
	RK_TRY(rk_export_runs(run, *bundle, false, &response, failure));
	if (response->n_runs == 0) {
		failure->retry_ms = RK_RETRY_NEVER;
		return rk_fail_reason(&failure->err, RK_NOT_FOUND, "BUNDLE_NONE", "%s", *bundle);
	}
	*bundle = response->runs[0]->bundle;
	return RK_OK;
}

/* What is there already is whole, or stays as it is. */
static int is_there(struct rk_run *run, const char *target, const char *id)
{
	const struct rk_bundle_terms terms = {0};
	struct rk_bundle bundle;
	struct rk_err err = {0};
	size_t differ;
	bool own_key;

	if (rk_bundle_verify(run, target, &terms, &bundle, &differ, &own_key, &err) == RK_OK &&
		differ == 0 && strcmp(bundle.id, id) == 0) {
		rk_talk(run, "bundle.there", "folder", rk_visible(run, target));
		return EX_OK;
	}
	err = (struct rk_err){0};
	rk_fail_reason(&err, RK_ALREADY_EXISTS, "FILE_EXISTS", "%s", target);
	(void)rk_trouble(run, &err);
	return EX_CANTCREAT;
}

/* The process that holds the lock of a folder, by the kernel's list; 0: not seen from here. */
static long holder_of(int fd)
{
	FILE *locks = fopen("/proc/locks", "re");
	char line[256];
	struct stat about;
	long holder = 0;

	if (!locks)
		return 0;
	while (!holder && fstat(fd, &about) == 0 && fgets(line, sizeof line, locks)) {
		char *at = strstr(line, " FLOCK "), *pid = at ? strstr(at, " WRITE ") : NULL;
		char place[64];

		snprintf(place, sizeof place, " %02x:%02x:%llu ", major(about.st_dev),
			minor(about.st_dev), (unsigned long long)about.st_ino);
		if (pid && strstr(pid, place))
			holder = strtol(pid + strlen(" WRITE "), NULL, 10);
	}
	(void)fclose(locks);
	return holder;
}

static enum rk_status busy(const char *part, long holder, struct rk_err *err)
{
	enum rk_status status = rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "BUNDLE_BUSY",
		"%s: another run is fetching this bundle", part);

	return holder > 0 ? rk_err_values(err, status, "holder=%ld\nfile=%s", holder, part)
			  : rk_err_values(err, status, "file=%s", part);
}

static void unlock(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Makes the folder on its way, for this run alone as long as *fd is open.  A file system without locks has none to give. */
static enum rk_status claim(const char *part, int *fd, struct rk_failure *failure)
{
	struct stat held, there;

	*failure = (struct rk_failure){.retry_ms = RK_RETRY_NEVER};
	for (;;) {
		if (mkdir(part, 0777) != 0 && errno != EEXIST)
			return not_written(part, failure);
		*fd = open(part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (*fd < 0)
			return not_written(part, failure);
		if (flock(*fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
			return busy(part, holder_of(*fd), &failure->err);
		/* Who held it may have given the folder its name in between. */
		if (fstat(*fd, &held) == 0 && stat(part, &there) == 0 &&
			held.st_ino == there.st_ino && held.st_dev == there.st_dev)
			return RK_OK;
		unlock(fd);
		*fd = -1;
	}
}

int rk_export_get(struct rk_run *run, const char *name)
{
	RK_AUTO(unlock) int lock = -1;
	struct rk_failure failure = {.retry_ms = -1};
	const char *id, *part, *target;
	struct rk_bundle bundle;
	int status;

	id = strrchr(name, '/') + 1;
	if (!*id || *id == '.')
		return rk_usage(run, "usage.bundle", "value", name);
	target = run->out_path ? rk_run_printf(run, "%s/%s", run->out_path, id) : id;
	part = rk_run_printf(run, "%s.part", target);
	if (run->out_path && mkdir(run->out_path, 0777) != 0 && errno != EEXIST)
		return not_written(run->out_path, &failure), rk_trouble_at(run, &failure);
	if (access(target, F_OK) == 0)
		return is_there(run, target, id);
	if (claim(part, &lock, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	/* Whole since the look before, by the run that held the folder. */
	if (access(target, F_OK) == 0) {
		(void)rmdir(part);
		return is_there(run, target, id);
	}
	if (rk_server_pin_keys(run, &failure) != RK_OK ||
		get_files(run, name, part, &failure) != RK_OK) {
		run->failed = true;
		if (access(part, F_OK) == 0)
			rk_talk(run, "bundle.goes_on", "folder", rk_visible(run, part));
		return rk_trouble_at(run, &failure);
	}
	status = rk_export_verify(run, part, target, true, &bundle);
	if (status != EX_OK)
		return status;
	if (renameat2(AT_FDCWD, part, AT_FDCWD, target, RENAME_NOREPLACE) != 0)
		return not_written(target, &failure), rk_trouble_at(run, &failure);
	rk_talk(run, "bundle.got", "folder", rk_visible(run, target));
	return EX_OK;
}

int rk_cmd_export_get(struct rk_run *run)
{
	struct rk_failure failure = {.retry_ms = -1};
	const char *name;

	if (find(run, &name, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return rk_export_get(run, name);
}
