#include "remote_connect.h"

#include "base/clock.h"
#include "base/text.h"
#include "link/tls.h"
#include "proxy_tunnel.h"
#include "remote.h"

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where to, and by which way. */
struct way {
	struct event_base *base;
	struct rk_tls *tls;
	const char *server; /* as it was given */
	char host[256], port[6];
	const struct rk_proxy *proxy; /* NULL: straight */
	bool met;                     /* the server was there before, in this run */
	int64_t until;
};

/* One address tried. */
struct attempt {
	const struct way *way;
	struct bufferevent *bev;
	SSL *ssl;
	bool connected, failed, tls; /* tls: TCP stood, so the failure is of TLS */
	bool tunnelled;              /* the proxy has opened the way */
	bool cut;                    /* off, without a word of TLS about why */
	int socket_error;
	long verify;
	char tls_error[200];
};

enum rk_status rk_remote_address(const char *text, char host[256], char port[6], struct rk_err *err)
{
	const char *colon = strrchr(text, ':'), *end = NULL;
	size_t host_len;
	int64_t number;

	if (text[0] == '[' && (end = strchr(text, ']')) && (end[1] == ':' || !end[1])) {
		text++;
		host_len = (size_t)(end - text);
		colon = end[1] ? end + 1 : NULL;
	} else if (colon && strchr(text, ':') != colon) {
		host_len = strlen(text); /* an IPv6 address without brackets */
		colon = NULL;
	} else {
		host_len = colon ? (size_t)(colon - text) : strlen(text);
	}
	const char *port_text = colon ? colon + 1 : "7443";

	if (host_len == 0 || host_len > 255 || strpbrk(text, "/@ ") || text[0] == '[' ||
		!rk_text_i64(rk_slice_str(port_text), 1, 65535, &number))
		return rk_fail_reason(
			err, RK_FAILED_PRECONDITION, "SERVER_ADDRESS_BAD", "%s", text);
	memcpy(host, text, host_len);
	host[host_len] = '\0';
	snprintf(port, 6, "%d", (int)number);
	return RK_OK;
}

static void attempt_on_event(struct bufferevent *bev, short what, void *arg)
{
	struct attempt *attempt = arg;
	unsigned long code;

	if (what & BEV_EVENT_CONNECTED) {
		attempt->connected = true;
		event_base_loopbreak(attempt->way->base);
		return;
	}
	attempt->failed = true;
	attempt->socket_error = what & BEV_EVENT_TIMEOUT ? ETIMEDOUT : EVUTIL_SOCKET_ERROR();
	attempt->verify = SSL_get_verify_result(attempt->ssl);
	while ((code = bufferevent_get_openssl_error(bev))) {
		const char *reason = ERR_reason_error_string(code);

		/* A broken line is reported here too, as an error of the system without a reason of OpenSSL's. */
		if (!reason || ERR_SYSTEM_ERROR(code))
			continue;
		attempt->tls = true;
		attempt->cut = ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
		snprintf(attempt->tls_error, sizeof attempt->tls_error, "%s", reason);
	}
	/* A server that hangs up in the handshake leaves no error of OpenSSL's. */
	if ((what & BEV_EVENT_EOF) && !attempt->tls) {
		attempt->tls = attempt->cut = true;
		snprintf(attempt->tls_error, sizeof attempt->tls_error, "the server hung up");
	}
	event_base_loopbreak(attempt->way->base);
}

/* What may be no fault of the server's: this computer's clock, or a proxy that reads what passes through it. */
static enum rk_status refused(const struct attempt *attempt, const char *reason, struct rk_err *err)
{
	const struct rk_proxy *proxy = attempt->way->proxy;
	int32_t today = rk_clock_japan_date(rk_clock_now_us());

	rk_fail_reason(err, RK_FAILED_PRECONDITION, reason, "%s",
		X509_verify_cert_error_string(attempt->verify));
	return rk_err_values(err, RK_FAILED_PRECONDITION, "today=%04d-%02d-%02d%s%s", today / 10000,
		today / 100 % 100, today % 100, proxy ? "\nproxy=" : "", proxy ? proxy->name : "");
}

static enum rk_status tls_failure(const struct attempt *attempt, struct rk_err *err)
{
	const struct way *way = attempt->way;

	switch (attempt->verify) {
	case X509_V_OK:
		break;
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return refused(attempt, "TLS_DATE", err);
	case X509_V_ERR_INVALID_PURPOSE:
		return refused(attempt, "TLS_FAILED", err);
	case X509_V_ERR_APPLICATION_VERIFICATION:
		refused(attempt, "TLS_PIN", err);
		snprintf(err->text, sizeof err->text,
			"none of its authorities has that fingerprint");
		return err->status;
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return refused(attempt, "TLS_NAME", err);
	default:
		return refused(attempt, "TLS_CA", err);
	}
	if (attempt->cut && way->met)
		return rk_fail_reason(err, RK_UNAVAILABLE, "SERVER_CUT",
			"%s: cut off in the handshake", way->server);
	if (attempt->cut && way->proxy)
		return rk_proxy_fail(way->proxy, way->host, RK_UNAVAILABLE, "PROXY_CUT",
			"cut off in the handshake", err);
	/* Of its alerts two are about TLS and HTTP/2 and not about who we are. */
	if (strstr(attempt->tls_error, "alert") && !strstr(attempt->tls_error, "protocol"))
		return rk_fail_reason(
			err, RK_UNAUTHENTICATED, "TLS_CLIENT_REFUSED", "%s", attempt->tls_error);
	return rk_fail_reason(err, RK_FAILED_PRECONDITION, "TLS_FAILED", "%s", attempt->tls_error);
}

static enum rk_status attempt_failure(const struct attempt *attempt, struct rk_err *err)
{
	const struct way *way = attempt->way;

	if (attempt->tls)
		return tls_failure(attempt, err);
	if (way->proxy)
		return rk_proxy_fail(way->proxy, way->host, RK_UNAVAILABLE,
			!attempt->tunnelled                          ? "PROXY_UNREACHABLE"
				: attempt->socket_error == ETIMEDOUT ? "PROXY_SERVER_SILENT"
								     : "PROXY_CUT",
			attempt->socket_error ? strerror(attempt->socket_error) : "no connection",
			err);
	if (attempt->socket_error == ECONNREFUSED)
		return rk_fail_reason(err, RK_UNAVAILABLE, "SERVER_REFUSES",
			"%s: connection refused", way->server);
	return rk_fail_reason(err, RK_UNAVAILABLE, "SERVER_UNREACHABLE", "%s: %s", way->server,
		attempt->socket_error ? strerror(attempt->socket_error) : "no connection");
}

static void attempt_on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct attempt *attempt = arg;

	(void)fd;
	(void)what;
	attempt->failed = true;
	attempt->socket_error = ETIMEDOUT;
	event_base_loopbreak(attempt->way->base);
}

/* TCP by itself, so that "nobody listens" is never taken for a fault of TLS. */
static int connect_socket(const struct addrinfo *address, int64_t timeout_ms, int *error)
{
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct pollfd wait = {.fd = fd, .events = POLLOUT};
	socklen_t len = sizeof *error;

	*error = 0;
	if (fd < 0 ||
		(connect(fd, address->ai_addr, address->ai_addrlen) != 0 && errno != EINPROGRESS)) {
		*error = errno;
	} else {
		int ready = poll(&wait, 1, timeout_ms < INT_MAX ? (int)timeout_ms : INT_MAX);

		if (ready == 0)
			*error = ETIMEDOUT;
		else if (ready < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, error, &len) != 0)
			*error = errno;
	}
	if (*error == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int64_t left_ms(const struct way *way)
{
	int64_t left = way->until - rk_clock_ms();

	return left > 100 ? left : 100;
}

/* A socket on which the server is heard; -1 with err. */
static int reach(struct attempt *attempt, const struct addrinfo *address, struct rk_err *err)
{
	const struct way *way = attempt->way;
	int fd = connect_socket(address, left_ms(way), &attempt->socket_error);

	if (fd < 0) {
		attempt_failure(attempt, err);
		return -1;
	}
	if (way->proxy &&
		rk_proxy_tunnel(fd, way->proxy, way->host, way->port, rk_clock_ms() + left_ms(way),
			err) != RK_OK) {
		close(fd);
		return -1;
	}
	attempt->tunnelled = way->proxy;
	return fd;
}

static enum rk_status attempt_run(
	struct attempt *attempt, const struct addrinfo *address, struct rk_err *err)
{
	int fd = reach(attempt, address, err);
	int64_t timeout_ms = left_ms(attempt->way);
	struct timeval limit = {.tv_sec = timeout_ms / 1000, .tv_usec = (timeout_ms % 1000) * 1000};

	if (fd < 0) {
		SSL_free(attempt->ssl);
		return err->status;
	}
	attempt->bev = bufferevent_openssl_socket_new(attempt->way->base, fd, attempt->ssl,
		BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE);
	if (!attempt->bev) {
		close(fd);
		SSL_free(attempt->ssl);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "out of memory");
	}
	bufferevent_openssl_set_allow_dirty_shutdown(attempt->bev, 1);
	bufferevent_setcb(attempt->bev, NULL, NULL, attempt_on_event, attempt);
	bufferevent_enable(attempt->bev, EV_READ | EV_WRITE);
	struct event *timer = evtimer_new(attempt->way->base, attempt_on_timer, attempt);

	if (timer)
		evtimer_add(timer, &limit);
	while (!attempt->connected && !attempt->failed &&
		event_base_loop(attempt->way->base, EVLOOP_ONCE) == 0)
		;
	if (timer)
		event_free(timer);
	if (attempt->connected)
		return RK_OK;
	attempt_failure(attempt, err);
	bufferevent_free(attempt->bev);
	attempt->bev = NULL;
	return err->status;
}

static enum rk_status check_files(const struct rk_profile *profile, struct rk_err *err)
{
	const struct {
		const char *what;
		const char *path;
	} files[] = {
		{"--ca",   profile->ca  },
                {"--cert", profile->cert},
                {"--key",  profile->key }
        };

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		if (!files[i].path)
			return rk_fail_reason(err, RK_FAILED_PRECONDITION, "CERTIFICATE_MISSING",
				"%s", files[i].what);
		if (access(files[i].path, R_OK) != 0)
			return rk_fail_errno(err, RK_FAILED_PRECONDITION, "CERTIFICATE_BAD",
				files[i].path, errno);
	}
	return RK_OK;
}

static enum rk_status try_addresses(const struct way *way, const struct addrinfo *list,
	struct bufferevent **out, struct rk_err *err)
{
	enum rk_status status = RK_UNAVAILABLE;

	for (const struct addrinfo *address = list; address; address = address->ai_next) {
		struct attempt attempt = {.way = way};

		RK_TRY(rk_tls_session(way->tls, way->host, &attempt.ssl, err));
		status = attempt_run(&attempt, address, err);
		/* What a proxy has said it would say again. */
		if (status != RK_OK && way->proxy && status != RK_UNAVAILABLE)
			return status;
		if (status != RK_OK)
			continue;
		struct rk_tls_peer peer;

		status = rk_tls_peer(attempt.ssl, &peer, err);
		if (status != RK_OK) {
			bufferevent_free(attempt.bev);
			snprintf(err->reason, sizeof err->reason, "TLS_FAILED");
			return err->status = RK_FAILED_PRECONDITION;
		}
		bufferevent_setcb(attempt.bev, NULL, NULL, NULL, NULL);
		*out = attempt.bev;
		return RK_OK;
	}
	return status;
}

enum rk_status rk_connect_files(
	const struct rk_profile *profile, struct rk_tls **tls, struct rk_err *err)
{
	const struct rk_tls_files files = {
		.ca = profile->ca, .cert = profile->cert, .key = profile->key};

	RK_TRY(check_files(profile, err));
	if (rk_tls_client(&files, tls, err) == RK_OK)
		return RK_OK;
	if (!err->reason[0])
		snprintf(err->reason, sizeof err->reason, "CERTIFICATE_BAD");
	else /* Only the day is wrong: the sentence says so in every language, and needs the name. */
		snprintf(err->text, sizeof err->text, "%s", profile->cert);
	return err->status;
}

static enum rk_status find_addresses(
	const struct way *way, struct addrinfo **list, struct rk_err *err)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
	const struct rk_proxy *proxy = way->proxy;
	int failed = getaddrinfo(
		proxy ? proxy->host : way->host, proxy ? proxy->port : way->port, &hints, list);

	if (!failed)
		return RK_OK;
	if (proxy)
		return rk_proxy_fail(proxy, way->host, RK_UNAVAILABLE, "PROXY_UNKNOWN_NAME",
			gai_strerror(failed), err);
	return rk_fail_reason(err, RK_UNAVAILABLE, "SERVER_UNKNOWN_NAME", "%s: %s", way->host,
		gai_strerror(failed));
}

enum rk_status rk_connect(struct event_base *base, const struct rk_profile *profile, bool met,
	int64_t timeout_ms, struct bufferevent **out, struct rk_err *err)
{
	struct way way = {.base = base,
		.server = profile->server,
		.met = met,
		.until = rk_clock_ms() + timeout_ms};
	struct addrinfo *list = NULL;
	struct rk_proxy proxy;

	RK_TRY(rk_remote_address(profile->server, way.host, way.port, err));
	if (profile->proxy) {
		RK_TRY(rk_proxy_parse(profile->proxy, &proxy, err));
		way.proxy = &proxy;
	}
	RK_TRY(profile->pin ? rk_tls_pinned(profile->pin, &way.tls, err)
			    : rk_connect_files(profile, &way.tls, err));
	enum rk_status status = find_addresses(&way, &list, err);

	if (status == RK_OK)
		status = try_addresses(&way, list, out, err);
	if (list)
		freeaddrinfo(list);
	rk_tls_free(&way.tls);
	return status;
}
