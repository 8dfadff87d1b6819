/* supervisor.h - the parent: opens the sockets, forks workers, restarts those that crash, reloads, stops.
 *
 * A reload reads and checks the new configuration whole, starts new workers with it beside the old ones, and only when they
 * serve are the old ones told to drain; if anything fails the old ones go on and the answer says why.  What stands for
 * listen, metrics_listen, control_socket and workers is fixed until the next start.
 *
 * A service manager's watchdog is told with every turn, so at the least every ten seconds, and also while the daemon drains.
 */
#pragma once
#include "serve/server.h"

struct rk_supervisor_options {
	const char *config_path;
	/* Asked at the start, before anything listens, and at each reload: may block for seconds.  RK_FAILED_PRECONDITION
	 * refuses; anything else (a database that is away) does not. NULL: not asked. */
	enum rk_status (*check)(const struct rk_settings *settings, struct rk_err *err);
	/* Asked at the start and at each reload: are all keys here that signed receipts?  RK_FAILED_PRECONDITION is logged at the start,
	 * for a key may be lost for good, and refuses a reload unless it lacked as much before.  NULL: not asked. */
	enum rk_status (*check_keys)(const struct rk_config *config, struct rk_err *err);
	/* Told once when every worker listens, and once when every worker's database answers.  RK_OK goes on, anything else
	 * stops the daemon with its sentence.  May be NULL. */
	enum rk_status (*on_listening)(void *arg, const char *host, int port, struct rk_err *err);
	enum rk_status (*on_ready)(void *arg, const char *host, int port, struct rk_err *err);
	/* Every ten seconds, and when a child that is no worker ended; not while the daemon stops. */
	void (*on_turn)(void *arg);
	/* In a worker, after the fork. */
	void (*in_worker)(void *arg);
	void *arg;
};

/* Serves until SIGTERM or SIGINT; returns the exit status of the process (sysexits). */
int rk_supervise(const struct rk_supervisor_options *options);
