#include "serve/peer.h"

#include "base/clock.h"
#include "base/log.h"
#include "serve/source.h"

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENHANCE_YOUR_CALM 11
#define FAREWELL_MS       2000
#define REST_MS           1000

struct rk_peer {
	struct rk_list node;
	struct rk_peers *peers;
	struct bufferevent *bev; /* while the handshake lasts */
	struct event *
		farewell; /* the handshake failed: what still comes is thrown away until the client has read why */
	struct rk_h2 *h2; /* afterwards */
	struct rk_principal principal;
	int64_t born_ms, active_ms, farewell_ms;
	int64_t retire_ms; /* when it has been long enough */
	int64_t cut_ms;    /* draining: when patience ends; 0 = not draining */
	bool cut;          /* a call was open when the connection ended */
};

void rk_peers_init(struct rk_peers *peers)
{
	rk_list_init(&peers->list);
}

static void peer_free(struct rk_peer *peer)
{
	struct rk_peers *peers = peer->peers;

	assert(peers->count > 0 && !(peer->bev && peer->h2));
	assert(peers->handshakes >= (peer->bev != NULL) && peers->handshakes <= peers->count);
	if (peer->farewell)
		event_free(peer->farewell);
	if (peer->bev) {
		peers->handshakes--;
		bufferevent_free(peer->bev);
	}
	rk_h2_free(&peer->h2);
	rk_list_remove(&peer->node);
	peers->count--;
	atomic_fetch_sub_explicit(&peers->env->stats->peers_open, 1, memory_order_relaxed);
	free(peer);
}

static void count_limit(const struct rk_peers *peers, enum rk_stats_limit limit)
{
	atomic_fetch_add_explicit(&peers->env->stats->limits[limit], 1, memory_order_relaxed);
}

static void peer_log(const struct rk_peer *peer, const char *event, const char *why)
{
	rk_log(RK_LOG_INFO, event, RK_TEXT("peer", peer->principal.address),
		RK_TEXT("principal", peer->principal.uri), RK_TEXT("why", why),
		RK_NUMBER("ms", rk_clock_ms() - peer->born_ms));
}

/* h2's events, handed on to the stream's call. */

static void on_begin(struct rk_h2 *h2, struct rk_h2_stream *stream, void *arg)
{
	struct rk_peer *peer = arg;
	struct rk_call *call = rk_call_open(peer->peers->env, &peer->principal, stream);

	(void)h2;
	peer->active_ms = rk_clock_ms();
	if (call)
		rk_h2_set(stream, call);
	else
		rk_h2_reset(stream, ENHANCE_YOUR_CALM);
}

static void on_header(
	struct rk_h2_stream *stream, struct rk_slice name, struct rk_slice value, void *arg)
{
	(void)arg;
	if (rk_h2_get(stream))
		rk_call_on_header(rk_h2_get(stream), name, value);
}

static void on_headers_end(struct rk_h2_stream *stream, void *arg)
{
	(void)arg;
	if (rk_h2_get(stream))
		rk_call_on_headers_end(rk_h2_get(stream));
}

static void on_data(struct rk_h2_stream *stream, struct rk_slice bytes, void *arg)
{
	(void)arg;
	if (rk_h2_get(stream))
		rk_call_on_data(rk_h2_get(stream), bytes);
	else
		rk_h2_consumed(stream, bytes.len);
}

static void on_end(struct rk_h2_stream *stream, void *arg)
{
	(void)arg;
	if (rk_h2_get(stream))
		rk_call_on_end(rk_h2_get(stream));
}

static void on_close(struct rk_h2_stream *stream, uint32_t error_code, void *arg)
{
	struct rk_peer *peer = arg;
	struct rk_call *call = rk_h2_get(stream);

	peer->cut = peer->cut || error_code == RK_H2_LOST;
	peer->active_ms = rk_clock_ms();
	rk_h2_set(stream, NULL);
	if (call)
		rk_call_on_close(call);
}

static void on_drained(struct rk_h2_stream *stream, void *arg)
{
	(void)arg;
	if (rk_h2_get(stream))
		rk_call_on_drained(rk_h2_get(stream));
}

static void on_dead(struct rk_h2 *h2, const char *why, void *arg)
{
	struct rk_peer *peer = arg;
	bool quiet = !peer->cut && (!*why || strcmp(why, "the connection was cut off") == 0);

	(void)h2;
	/* Many clients go without a word of TLS or HTTP/2.  With no call open that harms nobody, and is no fault. */
	peer_log(peer, "connection_ended",
		!quiet                 ? why
			: peer->cut_ms ? "ended in order"
				       : "the client went, no call was open");
	peer_free(peer);
}

static void on_limit(struct rk_h2 *h2, enum rk_h2_guard_kind kind, void *arg)
{
	const struct rk_peer *peer = arg;

	(void)h2;
	atomic_fetch_add_explicit(
		&peer->peers->env->stats->h2_guard[kind], 1, memory_order_relaxed);
}

static const struct rk_h2_events events = {
	.on_begin = on_begin,
	.on_header = on_header,
	.on_headers_end = on_headers_end,
	.on_data = on_data,
	.on_end = on_end,
	.on_close = on_close,
	.on_drained = on_drained,
	.on_dead = on_dead,
	.on_limit = on_limit,
};

static bool is_of_same(const struct rk_peer *peer, const struct rk_peer *other)
{
	return peer->peers->guests ? other->principal.source == peer->principal.source
				   : strcmp(other->principal.uri, peer->principal.uri) == 0;
}

static void peer_retire(struct rk_peer *peer, int64_t now, int64_t patience_ms)
{
	if (peer->cut_ms)
		return;
	peer->cut_ms = now + patience_ms;
	rk_h2_drain(peer->h2);
}

/* Room for one more of a principal: the connection of its own that has been idle longest gives way, for a line that went without a
 * word leaves one behind.  False when there is none: each is at work. */
static bool make_way(const struct rk_peer *peer)
{
	const struct rk_peers *peers = peer->peers;
	struct rk_peer *idlest = NULL;
	int same = 0;

	if (!peers->guests && !peer->principal.uri[0])
		return true;
	rk_list_each(node, &peers->list) {
		struct rk_peer *other = rk_list_item(node, struct rk_peer, node);

		if (!is_of_same(peer, other))
			continue;
		same++;
		if (other == peer || !other->h2 || other->cut_ms || rk_h2_streams(other->h2) > 0)
			continue;
		if (!idlest || other->active_ms < idlest->active_ms)
			idlest = other;
	}
	if (same <= peers->max_per_principal)
		return true;
	count_limit(peers, RK_LIMIT_OF_PRINCIPAL);
	if (!idlest || peers->guests)
		return false;
	peer_retire(idlest, rk_clock_ms(), FAREWELL_MS);
	return true;
}

static enum rk_status peer_identify(struct rk_peer *peer, struct rk_err *err)
{
	SSL *ssl = bufferevent_openssl_get_ssl(peer->bev);
	struct rk_tls_peer who;

	if (peer->peers->guests)
		return rk_tls_guest(ssl, err);
	RK_TRY(rk_tls_peer(ssl, &who, err));
	rk_principal_from_peer(&peer->principal, &who);
	return RK_OK;
}

static void peer_on_secured(struct rk_peer *peer)
{
	struct rk_peers *peers = peer->peers;
	struct rk_err err = {0};

	assert(peer->bev && !peer->h2);
	if (peer_identify(peer, &err) != RK_OK) {
		peer_log(peer, "handshake_refused", err.text);
		peer_free(peer);
		return;
	}
	if (rk_h2_create(RK_H2_SERVER, peer->bev, peers->h2, &events, peer, &peer->h2, &err) !=
		RK_OK) {
		peer_log(peer, "connection_refused", err.text);
		peer_free(peer);
		return;
	}
	peer->bev = NULL;
	peers->handshakes--;
	peer->active_ms = rk_clock_ms();
	if (!make_way(peer)) {
		atomic_fetch_add(&peers->env->stats->connections_refused, 1);
		rk_h2_refuse(peer->h2, ENHANCE_YOUR_CALM, "the principal has too many connections");
	} else if (peers->draining) {
		rk_h2_drain(peer->h2);
	}
}

static void peer_on_farewell(evutil_socket_t fd, short what, void *arg)
{
	char rubbish[4096];
	ssize_t got = recv(fd, rubbish, sizeof rubbish, MSG_DONTWAIT);

	(void)what;
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		peer_free(arg);
}

/* A socket that is closed with bytes unread is reset, and the alert that says what is wrong is lost with it. */
static void peer_farewell(struct rk_peer *peer)
{
	evutil_socket_t fd = bufferevent_getfd(peer->bev);

	(void)bufferevent_disable(peer->bev, EV_READ | EV_WRITE);
	bufferevent_setcb(peer->bev, NULL, NULL, NULL, NULL);
	peer->farewell = shutdown(fd, SHUT_WR) == 0
		? event_new(
			  peer->peers->env->base, fd, EV_READ | EV_PERSIST, peer_on_farewell, peer)
		: NULL;
	peer->farewell_ms = rk_clock_ms() + FAREWELL_MS;
	if (!peer->farewell || event_add(peer->farewell, NULL) != 0)
		peer_free(peer);
}

static void peer_on_transport(struct bufferevent *bev, short what, void *arg)
{
	struct rk_peer *peer = arg;
	char why[200];

	if (what & BEV_EVENT_CONNECTED) {
		peer_on_secured(peer);
		return;
	}
	rk_tls_failure(bev, why, sizeof why);
	atomic_fetch_add(&peer->peers->env->stats->handshakes_failed, 1);
	peer_log(peer, "handshake_failed", why);
	peer_farewell(peer);
}

static void cut_handshake(struct rk_peer *peer, const char *why)
{
	if (!peer->farewell)
		peer_log(peer, "handshake_cut", why);
	peer_free(peer);
}

/* Room for one more handshake: who has waited longest gives way, among those of its own source when they alone are too many. */
static void make_room(struct rk_peers *peers, uint64_t source)
{
	struct rk_peer *oldest = NULL, *same = NULL;
	int of_source = 0;

	rk_list_each(node, &peers->list) {
		struct rk_peer *peer = rk_list_item(node, struct rk_peer, node);

		if (!peer->bev)
			continue;
		oldest = oldest ? oldest : peer;
		if (peer->principal.source != source)
			continue;
		same = same ? same : peer;
		of_source++;
	}
	if (same && of_source >= peers->max_handshakes_per_source) {
		count_limit(peers, RK_LIMIT_OF_SOURCE);
		cut_handshake(same, "too many unfinished handshakes from there");
	} else if (oldest && peers->handshakes >= peers->max_handshakes) {
		count_limit(peers, RK_LIMIT_HANDSHAKES);
		cut_handshake(oldest, "too many unfinished handshakes");
	}
}

static struct bufferevent *secure(struct rk_peers *peers, evutil_socket_t fd)
{
	struct bufferevent *bev;
	struct rk_err err = {0};
	SSL *ssl = NULL;

	if (rk_tls_session(peers->tls, NULL, &ssl, &err) != RK_OK)
		return NULL;
	bev = bufferevent_openssl_socket_new(peers->env->base, fd, ssl, BUFFEREVENT_SSL_ACCEPTING,
		BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (!bev)
		SSL_free(ssl);
	return bev;
}

void rk_peers_accept(struct rk_peers *peers, evutil_socket_t fd, const struct sockaddr *address)
{
	struct rk_stats *stats = peers->env->stats;
	struct rk_peer *peer;
	int one = 1;

	make_room(peers, rk_source(address));
	peer = peers->count < peers->max ? calloc(1, sizeof *peer) : NULL;
	if (peer)
		peer->bev = secure(peers, fd);
	if (!peer || !peer->bev) {
		atomic_fetch_add(&stats->connections_refused, 1);
		count_limit(peers, RK_LIMIT_CONNECTIONS);
		free(peer);
		close(fd);
		return;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	peer->peers = peers;
	peer->born_ms = peer->active_ms = rk_clock_ms();
	peer->retire_ms = peer->born_ms + peers->age_ms * (900 + random() % 201) / 1000;
	rk_source_text(address, peer->principal.address, sizeof peer->principal.address);
	peer->principal.source = rk_source(address);
	rk_list_append(&peers->list, &peer->node);
	peers->count++;
	peers->handshakes++;
	atomic_fetch_add(&stats->connections, 1);
	atomic_fetch_add(&stats->peers_open, 1);
	bufferevent_setcb(peer->bev, NULL, NULL, peer_on_transport, peer);
	bufferevent_enable(peer->bev, EV_READ | EV_WRITE);
}

static void peer_tick(struct rk_peer *peer, int64_t now)
{
	const struct rk_peers *peers = peer->peers;

	if (peer->farewell) {
		if (now >= peer->farewell_ms)
			peer_free(peer);
		return;
	}
	if (peer->bev) {
		if (now < peer->born_ms + peers->handshake_ms)
			return;
		count_limit(peers, RK_LIMIT_HANDSHAKE_TIME);
		cut_handshake(peer, "the handshake took too long");
		return;
	}
	if (now >= peer->active_ms + REST_MS)
		rk_h2_rest(peer->h2);
	if (peer->cut_ms) {
		if (now < peer->cut_ms)
			return;
		count_limit(peers, RK_LIMIT_GRACE);
		rk_h2_close(peer->h2);
	} else if (rk_h2_streams(peer->h2) == 0 && now >= peer->active_ms + peers->idle_ms) {
		count_limit(peers, RK_LIMIT_IDLE);
		peer_retire(peer, now, peers->grace_ms);
	} else if (now >= peer->retire_ms) {
		count_limit(peers, RK_LIMIT_AGE);
		peer_retire(peer, now, peers->grace_ms);
	}
}

void rk_peers_tick(struct rk_peers *peers)
{
	int64_t now = rk_clock_ms();

	rk_list_each(node, &peers->list)
		peer_tick(rk_list_item(node, struct rk_peer, node), now);
}

void rk_peers_drain(struct rk_peers *peers, bool finish_handshakes)
{
	int64_t now = rk_clock_ms();

	peers->draining = true;
	rk_list_each(node, &peers->list) {
		struct rk_peer *peer = rk_list_item(node, struct rk_peer, node);

		if (peer->h2)
			peer_retire(peer, now, peers->drain_ms);
		else if (!finish_handshakes)
			peer_free(peer);
	}
}

void rk_peers_cut(struct rk_peers *peers)
{
	rk_list_each(node, &peers->list) {
		struct rk_peer *peer = rk_list_item(node, struct rk_peer, node);

		if (peer->h2)
			rk_h2_close(peer->h2);
		else
			peer_free(peer);
	}
}
