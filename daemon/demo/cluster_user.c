#include "demo/cluster_user.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOCK_OUTSIDE P_tmpdir "/renkei-sock-"

/* "/.s.PGSQL.5432.lock" and its NUL, in the 108 bytes of sun_path. */
enum { SOCK_MAX = 107 - 19 };

enum rk_status rk_cluster_user_choose(struct rk_cluster_user *user, struct rk_err *err)
{
	const struct passwd *entry;

	*user = (struct rk_cluster_user){.uid = geteuid(), .gid = getegid()};
	if (user->uid != 0)
		return RK_OK;
	entry = getpwnam("postgres");
	if (!entry || entry->pw_uid == 0)
		entry = getpwnam("nobody");
	if (!entry || entry->pw_uid == 0)
		return rk_fail(err, RK_FAILED_PRECONDITION,
			"PostgreSQL does not run as root, and there is neither a user postgres nor nobody");
	user->change = true;
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	(void)snprintf(user->name, sizeof(user->name), "%s", entry->pw_name);
	return RK_OK;
}

bool rk_cluster_user_open(const char *data, const char *sock)
{
	/* From above 4, so that neither dup2 closes what the other one needs. */
	int low = open(data, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), high = -1;
	int data_fd = fcntl(low, F_DUPFD_CLOEXEC, 5), sock_fd;

	high = open(sock, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	sock_fd = fcntl(high, F_DUPFD_CLOEXEC, 5);
	return data_fd >= 0 && sock_fd >= 0 && dup2(data_fd, 3) == 3 && dup2(sock_fd, 4) == 4;
}

bool rk_cluster_user_become(const struct rk_cluster_user *user)
{
	if (!user->change)
		return true;
	return setgroups(0, NULL) == 0 && setresgid(user->gid, user->gid, user->gid) == 0 &&
		setresuid(user->uid, user->uid, user->uid) == 0 && getuid() == user->uid;
}

/* Every folder on the way must let the user pass; ours may be opened for passing, others' may not. */
static bool reachable(const struct rk_cluster_user *user, const char *dir)
{
	char path[PATH_MAX];
	struct stat st;

	if (!user->change)
		return true;
	(void)snprintf(path, sizeof(path), "%s", dir);
	if (stat(path, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & S_IXOTH) &&
		chmod(path, (st.st_mode & 07777) | S_IXOTH) != 0)
		return false;
	for (;;) {
		char *slash;

		if (stat(path, &st) != 0 || (st.st_uid != user->uid && !(st.st_mode & S_IXOTH)))
			return false;
		slash = strrchr(path, '/');
		if (!slash || slash == path)
			return true;
		*slash = '\0';
	}
}

static enum rk_status fail_path(const char *path, struct rk_err *err)
{
	return rk_fail(err, errno == EACCES ? RK_PERMISSION_DENIED : RK_UNKNOWN, "%s: %s", path,
		strerror(errno));
}

static bool is_ours(const struct rk_cluster_user *user, const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == user->uid;
}

static enum rk_status own(const struct rk_cluster_user *user, const char *path, struct rk_err *err)
{
	if (user->change && lchown(path, user->uid, user->gid) != 0)
		return fail_path(path, err);
	return RK_OK;
}

static enum rk_status make_outside(const struct rk_cluster_user *user, const char *link,
	const char *prefix, char *path, size_t size, struct rk_err *err)
{
	ssize_t len = readlink(link, path, size - 1);

	if (len > 0) {
		path[len] = '\0';
		/* Only what we made: the link could have been bent, the folder swept away. */
		if (strncmp(path, prefix, strlen(prefix)) == 0 && is_ours(user, path))
			return RK_OK;
	}
	(void)snprintf(path, size, "%sXXXXXX", prefix);
	if (!mkdtemp(path))
		return fail_path(path, err);
	RK_TRY(own(user, path, err));
	if ((unlink(link) != 0 && errno != ENOENT) || symlink(path, link) != 0)
		return fail_path(link, err);
	return RK_OK;
}

static enum rk_status make_inside(const struct rk_cluster_user *user, const char *path, char *out,
	size_t size, struct rk_err *err)
{
	struct stat st;

	/* A link is left from a time when this place was out of reach: what is behind it is still the cluster. */
	if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode)) {
		char target[PATH_MAX];

		if (!realpath(path, target) || !is_ours(user, target))
			return rk_fail(err, RK_FAILED_PRECONDITION,
				"%s: a link to what is not PostgreSQL's", path);
		(void)snprintf(out, size, "%s", target);
		return RK_OK;
	}
	if (mkdir(path, 0700) == 0)
		RK_TRY(own(user, path, err));
	else if (errno != EEXIST)
		return fail_path(path, err);
	if (!is_ours(user, path))
		return rk_fail(err, RK_FAILED_PRECONDITION,
			"%s: not a folder of the user who runs PostgreSQL", path);
	(void)snprintf(out, size, "%s", path);
	return RK_OK;
}

enum rk_status rk_cluster_user_folders(
	struct rk_cluster_user *user, const char *dir, char *data, char *sock, struct rk_err *err)
{
	char path[PATH_MAX], link[PATH_MAX];
	bool passes = reachable(user, dir);
	struct stat st;

	if (strlen(dir) > PATH_MAX - 32)
		return rk_fail(err, RK_INVALID_ARGUMENT, "%s: the path is too long", dir);
	user->closed = !passes;
	(void)snprintf(path, sizeof(path), "%s/pg", dir);
	RK_TRY(make_inside(user, path, data, PATH_MAX, err));
	(void)snprintf(link, sizeof(link), "%s/sock", dir);
	if (strlen(link) > SOCK_MAX)
		return make_outside(user, link, SOCK_OUTSIDE, sock, 108, err);
	if (lstat(link, &st) == 0 && S_ISLNK(st.st_mode))
		(void)unlink(link);
	return make_inside(user, link, sock, 108, err);
}

void rk_cluster_user_tidy(const char *sock)
{
	if (strncmp(sock, SOCK_OUTSIDE, strlen(SOCK_OUTSIDE)) == 0)
		(void)rmdir(sock);
}
