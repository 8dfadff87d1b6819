#include "export/folder.h"

#include "base/text.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)64 * 1024)
#define FLUSH (INT64_C(4) << 20)

static enum rk_status say(struct rk_err *err, const char *path)
{
	switch (errno) {
	case EACCES:
	case EPERM:
	case EROFS:
		return rk_fail(err, RK_PERMISSION_DENIED, "%s: %s", path, strerror(errno));
	case ENOSPC:
	case EDQUOT:
	case ENOMEM:
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: %s", path, strerror(errno));
	default:
		return rk_fail(err, RK_UNKNOWN, "%s: %s", path, strerror(errno));
	}
}

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the files of an export");
}

/* A name that nobody else has; mkdtemp knows no open folder. */
static bool make_temporary(struct rk_export_folder *folder)
{
	char uuid[37];

	for (int i = 0; i < 10 && rk_text_uuid(uuid); i++) {
		snprintf(folder->name, sizeof folder->name, ".making-%.12s", uuid + 24);
		if (mkdirat(folder->parent, folder->name, 0750) == 0)
			return true;
		if (errno != EEXIST)
			return false;
	}
	return false;
}

enum rk_status rk_export_folder_open(
	struct rk_export_folder *folder, const char *parent, struct rk_err *err)
{
	char *real = NULL;
	enum rk_status status = RK_OK;

	*folder = (struct rk_export_folder){.parent = -1, .fd = -1};
	folder->last = &folder->entries;
	if (mkdir(parent, 0750) != 0 && errno != EEXIST)
		return say(err, parent);
	folder->parent = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	real = realpath(parent, NULL);
	if (folder->parent < 0 || !real || !make_temporary(folder)) {
		status = say(err, parent);
		*folder->name = '\0';
	} else {
		folder->fd = openat(
			folder->parent, folder->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		folder->path = rk_arena_printf(&folder->arena, "%s/%s", real, folder->name);
		if (folder->fd < 0)
			status = say(err, parent);
		else if (!folder->path)
			status = no_memory(err);
	}
	free(real);
	return status;
}

enum rk_status rk_export_folder_list(const char *folder, struct rk_buf *names)
{
	DIR *dir = opendir(folder);
	enum rk_status status = RK_OK;

	for (struct dirent *at; dir && status == RK_OK && (at = readdir(dir));) {
		if (*at->d_name != '.' && !strchr(at->d_name, ','))
			status = rk_buf_addf(names, "%s%s", names->len ? "," : "", at->d_name);
	}
	if (dir)
		closedir(dir);
	return status == RK_OK && rk_buf_cstr(names) ? RK_OK : RK_RESOURCE_EXHAUSTED;
}

bool rk_export_folder_remove(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	bool gone = dir != NULL;

	if (!dir && fd >= 0)
		close(fd);
	for (struct dirent *at; dir && (at = readdir(dir));) {
		if (strcmp(at->d_name, ".") == 0 || strcmp(at->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, at->d_name, 0) != 0 && (errno == EISDIR || errno == EPERM))
			gone = rk_export_folder_remove(fd, at->d_name) && gone;
	}
	if (dir)
		closedir(dir);
	return gone && unlinkat(parent, name, AT_REMOVEDIR) == 0;
}

void rk_export_folder_close(struct rk_export_folder *folder)
{
	if (!folder->last)
		return;
	if (folder->fd >= 0)
		close(folder->fd);
	if (folder->parent >= 0 && *folder->name)
		(void)rk_export_folder_remove(folder->parent, folder->name);
	if (folder->parent >= 0)
		close(folder->parent);
	rk_arena_clear(&folder->arena);
	*folder = (struct rk_export_folder){.parent = -1, .fd = -1};
}

enum rk_status rk_export_folder_add(struct rk_export_folder *folder, const char *path,
	struct rk_export_entry **out, struct rk_err *err)
{
	struct rk_export_entry *entry = rk_arena_alloc(&folder->arena, sizeof *entry);

	if (!entry || !(entry->path = rk_arena_str(&folder->arena, path)))
		return no_memory(err);
	entry->format = entry->table = "";
	entry->rows = -1;
	*folder->last = entry;
	folder->last = &entry->next;
	if (out)
		*out = entry;
	return RK_OK;
}

static enum rk_status measure(
	struct rk_export_folder *folder, struct rk_export_entry *entry, struct rk_err *err)
{
	static uint8_t chunk[CHUNK];
	struct rk_sha256_run run;
	int fd = openat(folder->fd, entry->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t got = -1;

	if (fd < 0)
		return say(err, entry->path);
	rk_sha256_begin(&run);
	for (entry->bytes = 0; (got = read(fd, chunk, sizeof chunk)) > 0; entry->bytes += got)
		rk_sha256_add(&run, rk_slice_of(chunk, (size_t)got));
	rk_sha256_end(&run, entry->sha256);
	if (got < 0)
		say(err, entry->path);
	close(fd);
	return got < 0 ? RK_UNKNOWN : RK_OK;
}

enum rk_status rk_export_folder_measure(struct rk_export_folder *folder, struct rk_err *err)
{
	for (struct rk_export_entry *e = folder->entries; e; e = e->next) {
		if (!*e->sha256)
			RK_TRY(measure(folder, e, err));
	}
	return RK_OK;
}

static enum rk_status sync_path(
	const struct rk_export_folder *folder, const char *path, struct rk_err *err)
{
	int fd = openat(folder->fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	enum rk_status status = RK_OK;

	if (fd < 0 || fsync(fd) != 0)
		status = say(err, path);
	if (fd >= 0)
		close(fd);
	return status;
}

enum rk_status rk_export_folder_publish(
	struct rk_export_folder *folder, const char *name, struct rk_err *err)
{
	for (const struct rk_export_entry *e = folder->entries; e; e = e->next) {
		const char *slash = strchr(e->path, '/');

		RK_TRY(sync_path(folder, e->path, err));
		if (slash) {
			char room[NAME_MAX + 1];

			snprintf(room, sizeof room, "%.*s", (int)(slash - e->path), e->path);
			RK_TRY(sync_path(folder, room, err));
		}
	}
	RK_TRY(sync_path(folder, ".", err));
	if (renameat2(folder->parent, folder->name, folder->parent, name, RENAME_NOREPLACE) != 0)
		return errno == EEXIST
			? rk_fail(err, RK_ALREADY_EXISTS, "%s is there already", name)
			: say(err, name);
	*folder->name = '\0';
	return fsync(folder->parent) == 0 ? RK_OK : say(err, name);
}

enum rk_status rk_export_file_open(struct rk_export_file *file, struct rk_export_folder *folder,
	const char *path, struct rk_export_entry **entry, struct rk_err *err)
{
	struct rk_export_entry *told = NULL;
	const char *slash = strchr(path, '/');

	assert(file->fd <= 0);
	RK_TRY(rk_export_folder_add(folder, path, &told, err));
	assert(told);
	if (slash) {
		char room[NAME_MAX + 1];

		snprintf(room, sizeof room, "%.*s", (int)(slash - path), path);
		if (mkdirat(folder->fd, room, 0750) != 0 && errno != EEXIST)
			return say(err, path);
	}
	*file = (struct rk_export_file){
		.fd = openat(folder->fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640),
		.path = told->path,
		.entry = told,
	};
	rk_sha256_begin(&file->content);
	if (entry)
		*entry = told;
	return file->fd >= 0 ? RK_OK : say(err, path);
}

/* The disk begins with it now: else all of it waits for the end, where it holds up whoever commits meanwhile.  That it may fail is seen by fsync. */
static void begin_to_flush(struct rk_export_file *file)
{
	if (file->written - file->begun < FLUSH)
		return;
	(void)sync_file_range(
		file->fd, file->begun, file->written - file->begun, SYNC_FILE_RANGE_WRITE);
	file->begun = file->written;
}

static enum rk_status write_all(struct rk_export_file *file, struct rk_err *err)
{
	size_t at = 0;

	while (at < file->buf.len) {
		ssize_t put = write(file->fd, file->buf.at + at, file->buf.len - at);

		if (put < 0 && errno != EINTR)
			return say(err, file->path);
		at += put > 0 ? (size_t)put : 0;
	}
	rk_sha256_add(&file->content, rk_buf_slice(&file->buf));
	file->written += (int64_t)at;
	file->buf.len = 0;
	begin_to_flush(file);
	return RK_OK;
}

enum rk_status rk_export_file_flush(struct rk_export_file *file, struct rk_err *err)
{
	return file->buf.len < CHUNK ? RK_OK : write_all(file, err);
}

enum rk_status rk_export_file_end(struct rk_export_file *file, struct rk_err *err)
{
	enum rk_status status = write_all(file, err);

	if (close(file->fd) != 0 && status == RK_OK)
		status = say(err, file->path);
	file->fd = 0;
	rk_buf_clear(&file->buf);
	file->entry->bytes = file->written;
	rk_sha256_end(&file->content, file->entry->sha256);
	return status;
}

void rk_export_file_clear(struct rk_export_file *file)
{
	if (file->fd > 0)
		close(file->fd);
	file->fd = 0;
	rk_buf_clear(&file->buf);
}
