/* cluster_user.h - who runs PostgreSQL, and folders that this user can reach. */
#pragma once
#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

/* How a user who may not walk to the folders names them all the same: root opens them, and an open folder stays open to a
 * process and its children.  The working directory would not do: PostgreSQL's programs leave it to look for themselves. */
#define RK_CLUSTER_DATA "/proc/self/fd/3"
#define RK_CLUSTER_SOCK "/proc/self/fd/4"

struct rk_cluster_user {
	bool change; /* we are root and must become this one */
	uid_t uid;
	gid_t gid;
	char name[33];
	bool closed; /* this user may not walk to dir; see RK_CLUSTER_DATA */
};

/* Ourselves; for root: postgres, or nobody where Debian's package has not made it. */
RK_MUST_USE enum rk_status rk_cluster_user_choose(struct rk_cluster_user *user, struct rk_err *err);
/* In a child: opens data and sock as root for that user, under the names above. */
RK_MUST_USE bool rk_cluster_user_open(const char *data, const char *sock);
/* In a child: becomes that user for good. */
RK_MUST_USE bool rk_cluster_user_become(const struct rk_cluster_user *user);
/* Makes or finds dir/pg and dir/sock, owned by the user, 0700; data holds PATH_MAX bytes, sock 108.  Where dir/sock would be
 * too long for a socket it is a symbolic link to a folder of its own among the temporary files. */
RK_MUST_USE enum rk_status rk_cluster_user_folders(
	struct rk_cluster_user *user, const char *dir, char *data, char *sock, struct rk_err *err);
/* Removes a socket folder outside of dir; the next start makes another. */
void rk_cluster_user_tidy(const char *sock);
