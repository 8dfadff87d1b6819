/* What comes too late, and what comes too often where nghttp2 does not look. */
#include "base/clock.h"
#include "link/h2_session.h"

#include <event2/bufferevent_ssl.h>
#include <openssl/ssl3.h>

#include <assert.h>

static const struct timeval interval = {0, 500000};

static bool has_output(const struct rk_h2 *h2)
{
	return evbuffer_get_length(bufferevent_get_output(h2->bev)) > 0;
}

/* Bytes that the transport has taken. */
static uint64_t gone(const struct rk_h2 *h2)
{
	size_t waiting = evbuffer_get_length(bufferevent_get_output(h2->bev));

	assert(waiting <= h2->handed);
	return h2->handed - waiting;
}

/* Every stall watch is told, so that none of them remembers a wait that has ended.  Answers are to be taken; a request may wait in its
 * stream as long as the server is busy, and how long that may be the call's deadline says. */
static bool stalls(struct rk_h2 *h2, int64_t now)
{
	bool stalled = rk_h2_stall_seen(
		&h2->stall, h2->limits->guard, has_output(h2), gone(h2), now);

	h2->waiting = has_output(h2);
	if (h2->role == RK_H2_CLIENT)
		return stalled;
	rk_list_each(node, &h2->streams) {
		struct rk_h2_stream *stream = rk_list_item(node, struct rk_h2_stream, link);
		bool waiting = evbuffer_get_length(stream->out) > 0;

		stalled |= rk_h2_stall_seen(
			&stream->stall, h2->limits->guard, waiting, stream->sent, now);
		h2->waiting |= waiting;
	}
	return stalled;
}

static void look(struct rk_h2 *h2)
{
	int64_t now = rk_clock_ms();
	enum rk_h2_guard_kind kind;

	if (h2->role == RK_H2_SERVER && rk_h2_guard_late(&h2->guard, now, &kind))
		rk_h2_exceed(h2, kind);
	else if (stalls(h2, now))
		rk_h2_exceed(h2, RK_H2_GUARD_STALL);
}

static void on_watch(evutil_socket_t fd, short what, void *arg)
{
	struct rk_h2 *h2 = arg;

	(void)fd;
	(void)what;
	if (!h2->failed)
		look(h2);
	rk_h2_turn(h2);
}

static bool streams_wait(const struct rk_h2 *h2)
{
	if (h2->role == RK_H2_CLIENT)
		return false;
	rk_list_each(node, &h2->streams) {
		if (evbuffer_get_length(rk_list_item(node, struct rk_h2_stream, link)->out) > 0)
			return true;
	}
	return false;
}

void rk_h2_watch(struct rk_h2 *h2)
{
	bool open = h2->role == RK_H2_SERVER && h2->guard.open;

	if ((h2->failed || open || h2->waiting || has_output(h2) || streams_wait(h2)) &&
		!event_pending(h2->watch_timer, EV_TIMEOUT, NULL))
		(void)event_add(h2->watch_timer, &interval);
}

/* TLS 1.3 lets a peer ask for new keys as often as it likes, and each time we work for it. */
/* NOLINTNEXTLINE(readability-function-size): OpenSSL's signature */
static void on_tls_message(
	int written, int version, int type, const void *bytes, size_t len, SSL *ssl, void *arg)
{
	struct rk_h2 *h2 = arg;

	(void)version;
	(void)ssl;
	if (written || type != SSL3_RT_HANDSHAKE || len == 0 ||
		*(const uint8_t *)bytes != SSL3_MT_KEY_UPDATE || h2->failed ||
		rk_h2_guard_take(&h2->guard, RK_H2_GUARD_KEY_UPDATE, rk_clock_ms()))
		return;
	rk_h2_exceed(h2, RK_H2_GUARD_KEY_UPDATE);
	rk_h2_schedule(h2);
}

bool rk_h2_watch_create(struct rk_h2 *h2, struct event_base *base)
{
	h2->watch_timer = event_new(base, -1, 0, on_watch, h2);
	return h2->watch_timer != NULL;
}

void rk_h2_watch_tls(struct rk_h2 *h2, bool on)
{
	SSL *ssl = bufferevent_openssl_get_ssl(h2->bev);

	if (!ssl || h2->role != RK_H2_SERVER)
		return;
	SSL_set_msg_callback(ssl, on ? on_tls_message : NULL);
	SSL_set_msg_callback_arg(ssl, on ? h2 : NULL);
}
