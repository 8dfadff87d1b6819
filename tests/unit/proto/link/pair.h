/* pair.h - a TLS server and a TLS client on one event loop, joined by a socket pair. */
#pragma once
#include "certs.h"
#include "link/tls.h"

#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <openssl/ssl.h>

#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>

/* One end of the connection. */
struct pair_end {
	SSL *ssl; /* the bufferevent's */
	struct bufferevent *bev;
	int fd;
	bool secured;
	bool failed;
	char why[300];
};

struct pair {
	struct event_base *base;
	struct pair_end server, client;
};

static inline void pair_on_event(struct bufferevent *bev, short what, void *arg)
{
	struct pair_end *end = arg;

	if (what & BEV_EVENT_CONNECTED) {
		end->secured = true;
		return;
	}
	end->failed = true;
	if (what & BEV_EVENT_ERROR)
		rk_tls_failure(bev, end->why, sizeof end->why);
	else
		(void)snprintf(end->why, sizeof end->why, "end");
	(void)bufferevent_disable(bev, EV_READ | EV_WRITE);
	(void)shutdown(end->fd, SHUT_WR);
}

static inline void pair_end_open(
	struct pair_end *end, struct event_base *base, int fd, SSL *ssl, bool server)
{
	(void)evutil_make_socket_nonblocking(fd);
	end->ssl = ssl;
	end->fd = fd;
	end->bev = bufferevent_openssl_socket_new(base, fd, ssl,
		server ? BUFFEREVENT_SSL_ACCEPTING : BUFFEREVENT_SSL_CONNECTING,
		BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	bufferevent_setcb(end->bev, NULL, NULL, pair_on_event, end);
	(void)bufferevent_enable(end->bev, EV_READ | EV_WRITE);
}

static inline void pair_open(struct pair *pair, SSL *server, SSL *client)
{
	int fds[2];

	(void)signal(SIGPIPE, SIG_IGN);
	memset(pair, 0, sizeof *pair);
	pair->base = event_base_new();
	assert(pair->base && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
	pair_end_open(&pair->server, pair->base, fds[0], server, true);
	pair_end_open(&pair->client, pair->base, fds[1], client, false);
}

/* Turns the loop until both ends are through with the handshake, or one has failed and the other heard of it. */
static inline void pair_shake(struct pair *pair)
{
	for (int turns = 0; turns < 200; turns++) {
		bool good = pair->server.secured && pair->client.secured;

		if (good || (pair->server.failed && pair->client.failed))
			return;
		(void)event_base_loopexit(pair->base, &(struct timeval){0, 20000});
		(void)event_base_loop(pair->base, EVLOOP_ONCE);
	}
}

static inline void pair_close(struct pair *pair)
{
	if (pair->server.bev)
		bufferevent_free(pair->server.bev);
	if (pair->client.bev)
		bufferevent_free(pair->client.bev);
	(void)event_base_loop(pair->base, EVLOOP_NONBLOCK);
	event_base_free(pair->base);
}
