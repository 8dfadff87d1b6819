#include "ca/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
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

/* A name is durable when its folder is: receipts rest on a key that must be there after a power loss. */
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
		return false;
	fine = fsync(fd) == 0;
	(void)close(fd);
	return fine;
}

enum rk_status rk_disk_write(
	const char *path, mode_t mode, struct rk_slice bytes, struct rk_err *err)
{
	char draft[PATH_MAX];
	int fd;
	bool fine;

	if ((size_t)snprintf(draft, sizeof(draft), "%s.new", path) >= sizeof(draft))
		return rk_fail(err, RK_INVALID_ARGUMENT, "%s: the path is too long", path);
	(void)unlink(draft);
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return rk_fail(err, RK_UNKNOWN, "%s: %s", draft, strerror(errno));
	fine = write_all(fd, bytes) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
	fine = close(fd) == 0 && fine;
	if (fine && rename(draft, path) == 0 && sync_folder(path))
		return RK_OK;
	(void)rk_fail(err, RK_UNKNOWN, "%s: %s", path, strerror(errno));
	(void)unlink(draft);
	return RK_UNKNOWN;
}

enum rk_status rk_disk_folder(const char *path, mode_t mode, struct rk_err *err)
{
	struct stat st;

	if (mkdir(path, mode) != 0 && errno != EEXIST)
		return rk_fail(err, errno == EACCES ? RK_PERMISSION_DENIED : RK_UNKNOWN, "%s: %s",
			path, strerror(errno));
	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return rk_fail(err, RK_FAILED_PRECONDITION, "%s: not a folder", path);
	return RK_OK;
}
