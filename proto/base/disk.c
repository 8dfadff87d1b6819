#include "base/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, struct rk_slice bytes)
{
	while (bytes.len > 0) {
		ssize_t wrote = write(fd, bytes.at, bytes.len);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return false;
		bytes.at += wrote;
		bytes.len -= (size_t)wrote;
	}
	return true;
}

/* What no file system can sync is as good as it gets. */
static bool sync_fd(int fd)
{
	return fsync(fd) == 0 || errno == EINVAL;
}

/* A name is durable when its folder is: receipts rest on a key, and requests on an id, that must be there after a power loss. */
static bool sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX] = ".";
	int fd;
	bool fine;

	if (slash)
		(void)snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path + 1), path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == EACCES;
	fine = sync_fd(fd);
	(void)close(fd);
	return fine;
}

static enum rk_status failed(const char *path, struct rk_err *err)
{
	return rk_fail_errno(err, RK_UNKNOWN, "", path, errno);
}

static bool write_draft(int fd, mode_t mode, struct rk_slice bytes)
{
	bool fine = write_all(fd, bytes) && fchmod(fd, mode) == 0 && sync_fd(fd);
	int why = errno;

	/* Synced is written: what close says does not change it, but an error that stands goes first. */
	if (close(fd) != 0 && fine)
		return false;
	errno = why;
	return fine;
}

static void nobody(const char *draft)
{
	(void)draft;
}

enum rk_status rk_disk_write_told(const char *path, mode_t mode, struct rk_slice bytes,
	void (*on_draft)(const char *draft), struct rk_err *err)
{
	char draft[PATH_MAX];
	int fd;

	if ((size_t)snprintf(draft, sizeof(draft), "%s.%d.tmp", path, (int)getpid()) >=
		sizeof(draft))
		return rk_fail_errno(err, RK_UNKNOWN, "", path, ENAMETOOLONG);
	/* Nobody else's file, and no link to one: folders may be shared. */
	(void)unlink(draft);
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return failed(draft, err);
	on_draft(draft);
	if (!write_draft(fd, mode, bytes) || rename(draft, path) != 0) {
		(void)failed(path, err);
		(void)unlink(draft);
		on_draft(NULL);
		return RK_UNKNOWN;
	}
	on_draft(NULL);
	return sync_folder(path) ? RK_OK : failed(path, err);
}

enum rk_status rk_disk_write(
	const char *path, mode_t mode, struct rk_slice bytes, struct rk_err *err)
{
	return rk_disk_write_told(path, mode, bytes, nobody, err);
}

bool rk_disk_remove(const char *path)
{
	if (unlink(path) != 0)
		return errno == ENOENT;
	return sync_folder(path);
}

enum rk_status rk_disk_folder(const char *path, mode_t mode, struct rk_err *err)
{
	struct stat st;

	if (mkdir(path, mode) != 0 && errno != EEXIST)
		return rk_fail_errno(
			err, errno == EACCES ? RK_PERMISSION_DENIED : RK_UNKNOWN, "", path, errno);
	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return rk_err_values(err,
			rk_fail(err, RK_FAILED_PRECONDITION, "%s: not a folder", path),
			"cause=ENOTDIR\nfile=%s", path);
	return RK_OK;
}

enum rk_status rk_disk_folders_above(const char *path, struct rk_err *err)
{
	char folder[PATH_MAX];

	if ((size_t)snprintf(folder, sizeof(folder), "%s", path) >= sizeof(folder))
		return rk_fail(err, RK_UNKNOWN, "%s: the path is too long", path);
	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0700) == 0 ? !sync_folder(folder) : errno != EEXIST)
			return failed(folder, err);
		*slash = '/';
	}
	return RK_OK;
}
