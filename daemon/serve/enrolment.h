/* enrolment.h - the small listener of those who have no certificate yet: one method, few connections, short lives. */
#pragma once
#include "serve/listener.h"
#include "serve/peer.h"
#include "serve/server.h"

struct rk_enrolment {
	struct rk_call_env env;
	struct rk_peers peers;
	struct rk_listener *listener;
};

/* No connection, nothing open. */
void rk_enrolment_init(struct rk_enrolment *enrolment);
/* Listens on options->enrol_fd, if there is one; env is that of the worker, whole; h2 outlives it. */
RK_MUST_USE enum rk_status rk_enrolment_open(struct rk_enrolment *enrolment,
	const struct rk_call_env *env, const struct rk_server_options *options,
	const struct rk_h2_limits *h2, struct rk_err *err);
/* Takes nobody any more; those that are there finish. */
void rk_enrolment_drain(struct rk_enrolment *enrolment, bool finish_handshakes);
void rk_enrolment_close(struct rk_enrolment *enrolment);
