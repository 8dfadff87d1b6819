/* peer.h - one client connection: TLS, session, its calls, its end. */
#pragma once
#include "base/list.h"
#include "call/call.h"
#include "link/tls.h"

#include <event2/util.h>

struct rk_peer;

/* All connections of a worker and what they share. */
struct rk_peers {
	const struct rk_call_env *env;
	struct rk_tls *tls;
	const struct rk_h2_limits *h2;
	struct rk_list list; /* in order of arrival */
	int count, handshakes;
	int max, max_handshakes, max_handshakes_per_source, max_per_principal;
	int64_t handshake_ms, idle_ms, age_ms, drain_ms;
	int64_t grace_ms; /* for the calls of who was sent away in order */
	bool draining;
	bool guests; /* they show no certificate, and are counted by where they come from */
};

void rk_peers_init(struct rk_peers *peers);
/* Takes over an accepted socket; over a limit it is closed, or the oldest unfinished handshake is, one of its own source when that
 * has too many. */
void rk_peers_accept(struct rk_peers *peers, evutil_socket_t fd, const struct sockaddr *address);
/* Once a second: handshakes that take too long, silence, age. */
void rk_peers_tick(struct rk_peers *peers);
/* Those that are there finish their calls.  Handshakes are cut, so that the peer goes elsewhere at once, or finished too: where
 * others serve on the same port there is nothing to flee from. */
void rk_peers_drain(struct rk_peers *peers, bool finish_handshakes);
/* Cuts them all. */
void rk_peers_cut(struct rk_peers *peers);
