/* demo.h - a whole platform in one folder: a private PostgreSQL, its schema, keys and principals; everything but serving.
 *
 * DIR/pg          the cluster, reached only through the socket in DIR/sock (a symbolic link to a folder of its own where the
 *                 path would be too long for a socket)
 * DIR/keys        CA, server, one certificate a principal, receipt key; private keys 0600
 * DIR/renkeid.conf  what the served part reads
 * DIR/demo.env    for people and tests: shell syntax, absolute values
 * A folder of an earlier demo is resumed with its data, also after a crash.
 */
#pragma once
#include "base/err.h"

#include <stdio.h>
#include <sys/types.h>

/* All strings are absolute paths or connection strings, owned by the demo until rk_demo_finish. */
struct rk_demo {
	const char *dir;
	const char *conninfo;         /* for serving, as renkei_daemon */
	const char *read_conninfo;    /* for exports, as renkei_analyst */
	const char *exports;          /* folder of bundles */
	const char *migrate_conninfo; /* as renkei_migrate */
	const char *admin_conninfo;   /* as the cluster's superuser */
	const char *ca, *ca_key;      /* certificate and key of the CA, PEM */
	const char *server_cert, *server_key;
	const char *receipt_key, *receipt_public; /* Ed25519, PEM */
	const char *config;                       /* DIR/renkeid.conf */
	const char *env;                          /* DIR/demo.env */
	pid_t postmaster; /* child of the process that prepared; it gets SIGINT (fast shutdown) when that process dies */
};

/* Makes or resumes everything above and says on talk (may be NULL) what takes long.  Blocks for seconds; call it before any
 * loop runs and before any other child is started.  port goes into renkeid.conf, 0 = from the kernel.
 * Errors: RK_FAILED_PRECONDITION DEMO_IN_USE    another demo lives in dir
 *         RK_NOT_FOUND NO_POSTGRESQL            no server programs under /usr/lib/postgresql
 *         others as the parts say, with the end of PostgreSQL's log in the sentence */
RK_MUST_USE enum rk_status rk_demo_prepare(
	const char *dir, int port, FILE *talk, struct rk_demo **out, struct rk_err *err);
/* Writes demo.env with RENKEI_SERVER=host:port; call it when the port is known and before "ready" is printed. */
RK_MUST_USE enum rk_status rk_demo_ready(
	const struct rk_demo *demo, const char *host, int port, struct rk_err *err);
/* Starts PostgreSQL again three seconds after it was first seen to have ended; blocks until it accepts connections.  Only
 * in the process that prepared. */
RK_MUST_USE enum rk_status rk_demo_tend(struct rk_demo *demo, struct rk_err *err);
/* Stops PostgreSQL (fast) and waits for its end; frees.  The folder stays. */
void rk_demo_finish(struct rk_demo **public);
/* Stops PostgreSQL and forgets it only in the process that prepared; a forked worker calls this instead: frees, stops
 * nothing. */
void rk_demo_forget(struct rk_demo **public);
