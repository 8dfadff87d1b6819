#include "serve/enrolment.h"

/* One enrolment needs one connection for a second; whoever comes by the hundred has nothing good in mind. */
#define CONNECTIONS   64
#define OF_ONE_SOURCE 8
#define IDLE_MS       10000
#define AGE_MS        60000
/* A token, and a request for a certificate. */
#define MESSAGE_BYTES 16384

void rk_enrolment_init(struct rk_enrolment *enrolment)
{
	rk_peers_init(&enrolment->peers);
}

static void enrolment_on_accept(evutil_socket_t fd, const struct sockaddr *address, void *arg)
{
	struct rk_enrolment *enrolment = arg;

	rk_peers_accept(&enrolment->peers, fd, address);
}

enum rk_status rk_enrolment_open(struct rk_enrolment *enrolment, const struct rk_call_env *env,
	const struct rk_server_options *options, const struct rk_h2_limits *h2, struct rk_err *err)
{
	const struct rk_settings *settings = options->config->settings;
	struct rk_peers *peers = &enrolment->peers;

	if (options->enrol_fd < 0)
		return RK_OK;
	enrolment->env = *env;
	enrolment->env.guests = true;
	enrolment->env.max_message = MESSAGE_BYTES;
	peers->env = &enrolment->env;
	peers->tls = rk_tls_ref(options->config->guests);
	peers->guests = true;
	peers->max = CONNECTIONS;
	peers->max_handshakes = CONNECTIONS;
	peers->max_handshakes_per_source = OF_ONE_SOURCE;
	peers->max_per_principal = OF_ONE_SOURCE;
	peers->handshake_ms = settings->handshake_timeout_ms;
	peers->idle_ms = IDLE_MS;
	peers->age_ms = AGE_MS;
	peers->drain_ms = settings->drain_ms;
	peers->grace_ms = settings->h2.grace_ms;
	peers->h2 = h2;
	return rk_listener_open(env->base, options->enrol_fd, enrolment_on_accept, enrolment,
		&enrolment->listener, err);
}

void rk_enrolment_drain(struct rk_enrolment *enrolment, bool finish_handshakes)
{
	rk_listener_close(&enrolment->listener);
	if (enrolment->peers.env)
		rk_peers_drain(&enrolment->peers, finish_handshakes);
}

void rk_enrolment_close(struct rk_enrolment *enrolment)
{
	rk_listener_close(&enrolment->listener);
	if (enrolment->peers.tls)
		rk_tls_free(&enrolment->peers.tls);
}
