/* cluster_user.h - who runs PostgreSQL, and folders that this user can reach. */
#pragma once
#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

struct rk_cluster_user {
	bool change; /* we are root and must become this one */
	uid_t uid;
	gid_t gid;
	char name[33];
};

/* Ourselves; for root: postgres, or nobody where Debian's package has not made it. */
RK_MUST_USE enum rk_status rk_cluster_user_choose(struct rk_cluster_user *user, struct rk_err *err);
/* In a child: becomes that user for good. */
RK_MUST_USE bool rk_cluster_user_become(const struct rk_cluster_user *user);
/* Makes or finds dir/pg and dir/sock, owned by the user, 0700; data holds PATH_MAX bytes, sock 108.  What the user cannot
 * reach, or is too long for a socket, is a symbolic link to a folder of its own under /var/tmp (pg) or /tmp (sock). */
RK_MUST_USE enum rk_status rk_cluster_user_folders(const struct rk_cluster_user *user,
	const char *dir, char *data, char *sock, struct rk_err *err);
/* Removes a socket folder outside of dir; the next start makes another. */
void rk_cluster_user_tidy(const char *sock);
