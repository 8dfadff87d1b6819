/* server.h - one worker process: loop, database, connections, drain. */
#pragma once
#include "ca/ca.h"
#include "link/tls.h"
#include "rpc/receipts.h"
#include "serve/counters.h"
#include "settings.h"

/* What a configuration becomes once all of it was found good. */
struct rk_config {
	struct rk_settings *settings;
	struct rk_tls *tls;
	struct rk_tls *guests; /* of the enrolment address; NULL: there is none */
	struct rk_ca *ca;      /* signs for the invited; NULL: nobody does */
	struct rk_keyring *keys;
};

/* Reads and checks the file and everything it names.  Errors name file and line, or the file named. */
RK_MUST_USE enum rk_status rk_config_open(
	const char *path, struct rk_config *out, struct rk_err *err);
/* Tries what a start does next, and leaves nothing behind: the control socket's folder, the addresses.  A daemon that answers on the
 * control socket has them. */
RK_MUST_USE enum rk_status rk_config_try(const struct rk_config *config, struct rk_err *err);

/* A certificate with fewer whole days left wants to be replaced. */
#define RK_CERTIFICATE_SOON_DAYS 30
int64_t rk_config_days_left(const struct rk_config *config);
/* Says in the log what serves today and not for long: a certificate that ends soon. */
void rk_config_warn(const struct rk_config *config);
void rk_config_close(struct rk_config *config);

/* The log as the settings want it. */
void rk_server_log(const struct rk_settings *settings);

struct rk_server_options {
	const struct rk_config *config;
	int listen_fd;
	int scrape_fd;  /* -1: none */
	int enrol_fd;   /* where the invited come; -1: none, or another worker's */
	int enrol_port; /* 0: none */
	int notify_fd;  /* told 'L' when it listens, 'R' when the database answers */
	int workers;    /* how many share the limits */
	struct rk_counters *counters;
	int slot;
};

/* Serves until SIGTERM, or SIGUSR1 when others serve in its stead; then drains.  Returns the exit status of the process. */
int rk_server_run(const struct rk_server_options *options);
