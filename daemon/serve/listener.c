#include "serve/listener.h"

#include "base/log.h"
#include "base/text.h"

#include <event2/listener.h>

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BACKLOG 1024
/* So many, then the loop looks at other things first: each costs as much as a call, and the calls of others wait. */
#define ACCEPTS_TURN 8
/* What the kernel keeps of one connection; its own choice would be megabytes. */
#define SEND_BYTES    (128 * 1024)
#define RECEIVE_BYTES (256 * 1024)

struct rk_listener {
	struct evconnlistener *ev;
	struct event *pause;
	int accepted_now; /* since the last pause */
	rk_accepted_fn *accepted;
	void *arg;
};

static bool split(const char *address, char *host, size_t size, const char **port)
{
	const char *colon = strrchr(address, ':'), *from = address;
	size_t len;

	if (!colon || !colon[1])
		return false;
	len = (size_t)(colon - address);
	if (len >= 2 && from[0] == '[' && from[len - 1] == ']') {
		from++;
		len -= 2;
	} else if (memchr(from, ':', len)) {
		return false;
	}
	if (len >= size)
		return false;
	memcpy(host, from, len);
	host[len] = '\0';
	*port = colon + 1;
	return true;
}

bool rk_listener_host(const char *address, char *out, size_t size)
{
	const char *port;

	return split(address, out, size, &port);
}

static bool is_loopback(const struct sockaddr *address)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)address;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address;

	if (address->sa_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	return address->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

static int port_of(int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t len = sizeof address;

	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		return 0;
	if (address.ss_family == AF_INET)
		/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): version 14 does not know what getsockname fills */
		return ntohs(((struct sockaddr_in *)(void *)&address)->sin_port);
	/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): version 14 does not know what getsockname fills */
	return ntohs(((struct sockaddr_in6 *)(void *)&address)->sin6_port);
}

static int bind_one(const struct addrinfo *info)
{
	int one = 1, out = SEND_BYTES, in = RECEIVE_BYTES;
	int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	/* Accepted sockets inherit them. */
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &out, sizeof out);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &in, sizeof in);
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) == 0 &&
		bind(fd, info->ai_addr, info->ai_addrlen) == 0)
		return fd;
	close(fd);
	return -1;
}

/* The resolver takes 99999 for a number and keeps its lower half. */
static bool is_port(const char *service)
{
	int64_t number;

	return strspn(service, "0123456789") != strlen(service) ||
		rk_text_i64(rk_slice_str(service), 0, 65535, &number);
}

static enum rk_status find(
	const char *address, bool loopback, struct addrinfo **out, struct rk_err *err)
{
	const struct addrinfo hints = {.ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM};
	const char *service;
	char host[256];
	int failed;

	if (!split(address, host, sizeof host, &service))
		return rk_fail(err, RK_INVALID_ARGUMENT,
			"'%s' is no host:port, as \"192.0.2.1:7443\" or \"[::]:7443\"", address);
	if (!is_port(service))
		return rk_fail(err, RK_INVALID_ARGUMENT, "'%s': a port is 0 to 65535", address);
	failed = getaddrinfo(*host ? host : NULL, service, &hints, out);
	if (failed)
		return rk_fail(err, RK_INVALID_ARGUMENT, "'%s': %s", address, gai_strerror(failed));
	if (!loopback || is_loopback((*out)->ai_addr))
		return RK_OK;
	freeaddrinfo(*out);
	return rk_fail(err, RK_INVALID_ARGUMENT, "'%s' is no loopback address", address);
}

enum rk_status rk_listener_check(const char *address, bool loopback, struct rk_err *err)
{
	struct addrinfo *list = NULL;

	RK_TRY(find(address, loopback, &list, err));
	assert(list);
	freeaddrinfo(list);
	return RK_OK;
}

static enum rk_status bind_to(const char *address, bool loopback, int *fd, struct rk_err *err)
{
	struct addrinfo *list = NULL;

	RK_TRY(find(address, loopback, &list, err));
	assert(list);
	*fd = bind_one(list);
	freeaddrinfo(list);
	return *fd >= 0
		? RK_OK
		: rk_fail(err, RK_UNAVAILABLE, "cannot listen on %s: %s", address, strerror(errno));
}

enum rk_status rk_listener_alone(const char *address, struct rk_err *err)
{
	struct addrinfo *list = NULL;
	int one = 1, fd;
	bool alone;

	RK_TRY(find(address, false, &list, err));
	assert(list);
	fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* Without SO_REUSEPORT a port that another process serves cannot be bound, though it allowed others. */
	alone = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
		bind(fd, list->ai_addr, list->ai_addrlen) == 0;
	freeaddrinfo(list);
	if (!alone)
		rk_fail(err, RK_UNAVAILABLE, "cannot listen on %s: %s", address, strerror(errno));
	if (fd >= 0)
		close(fd);
	return alone ? RK_OK : RK_UNAVAILABLE;
}

enum rk_status rk_listener_try(const char *address, struct rk_err *err)
{
	int fd;

	RK_TRY(bind_to(address, false, &fd, err));
	close(fd);
	return RK_OK;
}

enum rk_status rk_listener_socket(
	const char *address, bool loopback, int *fd, int *port, struct rk_err *err)
{
	RK_TRY(bind_to(address, loopback, fd, err));
	if (listen(*fd, BACKLOG) != 0) {
		rk_fail(err, RK_UNAVAILABLE, "cannot listen on %s: %s", address, strerror(errno));
		close(*fd);
		*fd = -1;
		return RK_UNAVAILABLE;
	}
	*port = port_of(*fd);
	return RK_OK;
}

/* Better without a pause than deaf for ever. */
static void pause_for(struct rk_listener *listener, const struct timeval *time)
{
	listener->accepted_now = 0;
	if (event_add(listener->pause, time) == 0)
		evconnlistener_disable(listener->ev);
}

static void on_accept(
	struct evconnlistener *ev, evutil_socket_t fd, struct sockaddr *address, int len, void *arg)
{
	static const struct timeval now = {0, 0};
	struct rk_listener *listener = arg;

	(void)ev;
	(void)len;
	listener->accepted(fd, address, listener->arg);
	if (++listener->accepted_now >= ACCEPTS_TURN)
		pause_for(listener, &now);
}

static void on_error(struct evconnlistener *ev, void *arg)
{
	static const struct timeval second = {1, 0};
	struct rk_listener *listener = arg;

	(void)ev;
	rk_log(RK_LOG_ERROR, "accept_failed", RK_TEXT("why", strerror(errno)));
	pause_for(listener, &second);
}

static void on_pause_over(evutil_socket_t fd, short what, void *arg)
{
	struct rk_listener *listener = arg;

	(void)fd;
	(void)what;
	evconnlistener_enable(listener->ev);
}

enum rk_status rk_listener_open(struct event_base *base, int fd, rk_accepted_fn *accepted,
	void *arg, struct rk_listener **out, struct rk_err *err)
{
	struct rk_listener *listener = calloc(1, sizeof *listener);

	*out = listener;
	if (!listener)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory to listen");
	listener->accepted = accepted;
	listener->arg = arg;
	listener->pause = evtimer_new(base, on_pause_over, listener);
	listener->ev = evconnlistener_new(base, on_accept, listener, LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (listener->pause && listener->ev) {
		evconnlistener_set_error_cb(listener->ev, on_error);
		return RK_OK;
	}
	rk_listener_close(out);
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory to listen");
}

void rk_listener_close(struct rk_listener **listener)
{
	if (!*listener)
		return;
	if ((*listener)->ev)
		evconnlistener_free((*listener)->ev);
	if ((*listener)->pause)
		event_free((*listener)->pause);
	free(*listener);
	*listener = NULL;
}
