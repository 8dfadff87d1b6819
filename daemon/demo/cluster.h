/* cluster.h - a private PostgreSQL cluster: made once, started, stopped, resumed.
 *
 * Unix socket only, in a folder nobody else may enter; checksums on, fsync on.  PostgreSQL refuses to run as root: then its
 * programs run as user postgres, or nobody where that does not exist, by setuid in the child.  No shell, no pg_ctl.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct rk_cluster;

/* Makes dir/pg unless it is there, starts it and waits until it accepts connections.  dir exists and is absolute.
 * settings: further "name=value" for the server, ended by NULL, or NULL.
 * Errors: RK_NOT_FOUND NO_POSTGRESQL, RK_UNAVAILABLE with the end of dir/postgres.log in the sentence. */
RK_MUST_USE enum rk_status rk_cluster_open(const char *dir, const char *const *settings, FILE *talk,
	struct rk_cluster **out, struct rk_err *err);
/* The folder of the socket, the port in its name, the postmaster. */
const char *rk_cluster_socket(const struct rk_cluster *cluster);
int rk_cluster_port(const struct rk_cluster *cluster);
pid_t rk_cluster_pid(const struct rk_cluster *cluster);
/* "host='...' port=... user='...' dbname='...'", quoted for libpq; NULL when the arena is full. */
RK_MUST_USE char *rk_cluster_conninfo(const struct rk_cluster *cluster, struct rk_arena *arena,
	const char *user, const char *database);
/* The server has ended by itself, or was ended. */
bool rk_cluster_ended(struct rk_cluster *cluster);
/* Starts a stopped one again, on the same socket. */
RK_MUST_USE enum rk_status rk_cluster_start(struct rk_cluster *cluster, struct rk_err *err);
/* Ends the server and waits for it: SIGINT = fast, SIGTERM = smart, SIGQUIT = immediate (as a crash). */
void rk_cluster_stop(struct rk_cluster *cluster, int signal);
/* Stops (fast) what runs, frees.  The folder stays. */
void rk_cluster_close(struct rk_cluster **cluster);
/* Frees only: for a forked child, which must not stop its parent's server. */
void rk_cluster_forget(struct rk_cluster **cluster);
