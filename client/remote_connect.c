#include "remote_connect.h"

#include "base/clock.h"
#include "base/text.h"
#include "link/tls.h"
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

/* One address tried. */
struct attempt {
	struct event_base *base;
	const char *server; /* as it was given */
	struct bufferevent *bev;
	SSL *ssl;
	bool connected, failed, tls; /* tls: TCP stood, so the failure is of TLS */
	bool met;                    /* the server was there before, in this run */
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
		event_base_loopbreak(attempt->base);
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
	event_base_loopbreak(attempt->base);
}

static enum rk_status tls_failure(const struct attempt *attempt, struct rk_err *err)
{
	int32_t today = rk_clock_japan_date(rk_clock_now_us());

	switch (attempt->verify) {
	case X509_V_OK:
		break;
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_CERT_NOT_YET_VALID:
		rk_fail_reason(err, RK_FAILED_PRECONDITION, "TLS_DATE", "%s",
			X509_verify_cert_error_string(attempt->verify));
		return rk_err_values(err, RK_FAILED_PRECONDITION, "today=%04d-%02d-%02d",
			today / 10000, today / 100 % 100, today % 100);
	case X509_V_ERR_INVALID_PURPOSE:
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "TLS_FAILED", "%s",
			X509_verify_cert_error_string(attempt->verify));
	case X509_V_ERR_APPLICATION_VERIFICATION:
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "TLS_PIN",
			"none of its authorities has that fingerprint");
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "TLS_NAME", "%s",
			X509_verify_cert_error_string(attempt->verify));
	default:
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "TLS_CA", "%s",
			X509_verify_cert_error_string(attempt->verify));
	}
	if (attempt->cut && attempt->met)
		return rk_fail_reason(err, RK_UNAVAILABLE, "CONNECTION_LOST",
			"%s: cut off in the handshake", attempt->server);
	/* Of its alerts two are about TLS and HTTP/2 and not about who we are. */
	if (strstr(attempt->tls_error, "alert") && !strstr(attempt->tls_error, "protocol"))
		return rk_fail_reason(
			err, RK_UNAUTHENTICATED, "TLS_CLIENT_REFUSED", "%s", attempt->tls_error);
	return rk_fail_reason(err, RK_FAILED_PRECONDITION, "TLS_FAILED", "%s", attempt->tls_error);
}

static enum rk_status attempt_failure(const struct attempt *attempt, struct rk_err *err)
{
	if (attempt->tls)
		return tls_failure(attempt, err);
	if (attempt->socket_error == ECONNREFUSED)
		return rk_fail_reason(err, RK_UNAVAILABLE, "SERVER_REFUSES",
			"%s: connection refused", attempt->server);
	return rk_fail_reason(err, RK_UNAVAILABLE, "SERVER_UNREACHABLE", "%s: %s", attempt->server,
		attempt->socket_error ? strerror(attempt->socket_error) : "no connection");
}

static void attempt_on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct attempt *attempt = arg;

	(void)fd;
	(void)what;
	attempt->failed = true;
	attempt->socket_error = ETIMEDOUT;
	event_base_loopbreak(attempt->base);
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

static enum rk_status attempt_run(struct attempt *attempt, const struct addrinfo *address,
	int64_t timeout_ms, struct rk_err *err)
{
	struct timeval limit = {.tv_sec = timeout_ms / 1000, .tv_usec = (timeout_ms % 1000) * 1000};

	int fd = connect_socket(address, timeout_ms, &attempt->socket_error);

	if (fd < 0) {
		SSL_free(attempt->ssl);
		return attempt_failure(attempt, err);
	}
	attempt->bev = bufferevent_openssl_socket_new(
		attempt->base, fd, attempt->ssl, BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE);
	if (!attempt->bev) {
		close(fd);
		SSL_free(attempt->ssl);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "out of memory");
	}
	bufferevent_openssl_set_allow_dirty_shutdown(attempt->bev, 1);
	bufferevent_setcb(attempt->bev, NULL, NULL, attempt_on_event, attempt);
	bufferevent_enable(attempt->bev, EV_READ | EV_WRITE);
	struct event *timer = evtimer_new(attempt->base, attempt_on_timer, attempt);

	if (timer)
		evtimer_add(timer, &limit);
	while (!attempt->connected && !attempt->failed &&
		event_base_loop(attempt->base, EVLOOP_ONCE) == 0)
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
			return rk_fail_reason(err, RK_FAILED_PRECONDITION, "CERTIFICATE_BAD",
				"%s: %s", files[i].path, strerror(errno));
	}
	return RK_OK;
}

/* NOLINTNEXTLINE(readability-function-size): where to, with what, how long */
static enum rk_status try_addresses(struct event_base *base, struct rk_tls *tls, const char *host,
	const char *server, bool met, const struct addrinfo *list, int64_t timeout_ms,
	struct bufferevent **out, struct rk_err *err)
{
	int64_t until = rk_clock_ms() + timeout_ms;
	enum rk_status status = RK_UNAVAILABLE;

	for (const struct addrinfo *address = list; address; address = address->ai_next) {
		struct attempt attempt = {.base = base, .server = server, .met = met};
		int64_t left = until - rk_clock_ms();

		RK_TRY(rk_tls_session(tls, host, &attempt.ssl, err));
		status = attempt_run(&attempt, address, left > 100 ? left : 100, err);
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

enum rk_status rk_connect(struct event_base *base, const struct rk_profile *profile, bool met,
	int64_t timeout_ms, struct bufferevent **out, struct rk_err *err)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
	struct addrinfo *list = NULL;
	struct rk_tls *tls = NULL;
	char host[256], port[6];

	RK_TRY(rk_remote_address(profile->server, host, port, err));
	enum rk_status status = profile->pin ? rk_tls_pinned(profile->pin, &tls, err)
					     : rk_connect_files(profile, &tls, err);

	RK_TRY(status);
	int failed = getaddrinfo(host, port, &hints, &list);

	if (failed)
		status = rk_fail_reason(err, RK_UNAVAILABLE, "SERVER_UNKNOWN_NAME", "%s: %s", host,
			gai_strerror(failed));
	else
		status = try_addresses(
			base, tls, host, profile->server, met, list, timeout_ms, out, err);
	if (list)
		freeaddrinfo(list);
	rk_tls_free(&tls);
	return status;
}
