/* listener.h - addresses, listening sockets, accepting from them. */
#pragma once
#include "base/err.h"

#include <event2/event.h>

#include <stdbool.h>
#include <sys/socket.h>

/* Opens a listening socket with SO_REUSEPORT on "host:port" or "[host]:port"; port 0 = from the kernel.  *port receives what it
 * became.  loopback: any other address is refused.  Errors: RK_INVALID_ARGUMENT, RK_UNAVAILABLE with errno's sentence. */
RK_MUST_USE enum rk_status rk_listener_socket(
	const char *address, bool loopback, int *fd, int *port, struct rk_err *err);
/* Whether it is an address to listen on, and a loopback one when asked for.  Errors: RK_INVALID_ARGUMENT. */
RK_MUST_USE enum rk_status rk_listener_check(
	const char *address, bool loopback, struct rk_err *err);
/* Whether no other daemon listens there: SO_REUSEPORT, which the workers share, would let two of one user in.
 * Errors: as rk_listener_socket. */
RK_MUST_USE enum rk_status rk_listener_alone(const char *address, struct rk_err *err);
/* Whether it can be had now: binds, takes no connection, lets go.  Errors: as rk_listener_socket. */
RK_MUST_USE enum rk_status rk_listener_try(const char *address, struct rk_err *err);
/* Host of "host:port" without brackets into out; false when it is none. */
RK_MUST_USE bool rk_listener_host(const char *address, char *out, size_t size);

struct rk_listener;
typedef void rk_accepted_fn(evutil_socket_t fd, const struct sockaddr *address, void *arg);

/* Accepts from fd, which stays the caller's.  A few in one turn of the loop; pauses for a second when
 * descriptors run out. */
RK_MUST_USE enum rk_status rk_listener_open(struct event_base *base, int fd,
	rk_accepted_fn *accepted, void *arg, struct rk_listener **out, struct rk_err *err);
void rk_listener_close(struct rk_listener **listener);
