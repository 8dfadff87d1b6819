#include "proxy_tunnel.h"

#include "base/clock.h"
#include "proxy_answer.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum rk_status rk_proxy_fail(const struct rk_proxy *proxy, const char *host, enum rk_status status,
	const char *reason, const char *said, struct rk_err *err)
{
	rk_fail_reason(err, status, reason, "%s: %s", proxy->name, said);
	return rk_err_values(err, status, "said=%s\nproxy=%s\nserver=%.60s\nuser=%.40s", said,
		proxy->name, host, proxy->user);
}

static bool wait_for(int fd, short events, int64_t until_ms)
{
	struct pollfd wait = {.fd = fd, .events = events};
	int64_t left = until_ms - rk_clock_ms();

	if (left <= 0)
		return false;
	return poll(&wait, 1, left < INT_MAX ? (int)left : INT_MAX) != 0;
}

static bool is_not_yet(ssize_t moved)
{
	return moved < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

static enum rk_status ask(int fd, struct rk_slice request, int64_t until_ms, const char **why)
{
	while (request.len) {
		ssize_t sent = send(fd, request.at, request.len, MSG_NOSIGNAL);

		if (sent > 0) {
			request = rk_slice_of(request.at + sent, request.len - (size_t)sent);
			continue;
		}
		*why = is_not_yet(sent) ? "PROXY_SILENT" : "PROXY_CUT";
		if (!is_not_yet(sent) || !wait_for(fd, POLLOUT, until_ms))
			return RK_UNAVAILABLE;
	}
	return RK_OK;
}

/* Its head and no byte more: what follows is TLS. */
static enum rk_status hear(int fd, int64_t until_ms, struct rk_proxy_answer *answer,
	const char **why, struct rk_err *err)
{
	uint8_t bytes[RK_PROXY_HEAD_MAX];
	size_t len = 0;

	*answer = (struct rk_proxy_answer){0};
	while (answer->len == 0) {
		ssize_t got = recv(fd, bytes + len, sizeof bytes - len, 0);

		*why = is_not_yet(got) ? "PROXY_SILENT" : "PROXY_CUT";
		if (got <= 0 && (!is_not_yet(got) || !wait_for(fd, POLLIN, until_ms)))
			return rk_fail(err, RK_UNAVAILABLE, "%s",
				len ? "the answer was cut off" : "no answer");
		if (got <= 0)
			continue;
		len += (size_t)got;
		*why = "PROXY_IS_NONE";
		if (rk_proxy_answer_read(rk_slice_of(bytes, len), answer, err) != RK_OK)
			return RK_FAILED_PRECONDITION;
	}
	/* A server of TLS never speaks first. */
	return answer->status / 100 == 2 && len > answer->len
		? rk_fail(err, RK_FAILED_PRECONDITION, "200 and bytes that nobody asked for")
		: RK_OK;
}

static enum rk_status refusal(const struct rk_proxy *proxy, const char *host,
	const struct rk_proxy_answer *answer, struct rk_err *err)
{
	char said[180];

	(void)snprintf(said, sizeof said, "%d%s%s%s%s%s", answer->status,
		answer->phrase[0] ? " " : "", answer->phrase, answer->schemes[0] ? " [" : "",
		answer->schemes, answer->schemes[0] ? "]" : "");
	if (answer->status == 407 && answer->schemes[0] && !answer->basic)
		return rk_proxy_fail(
			proxy, host, RK_FAILED_PRECONDITION, "PROXY_LOGIN_OTHER", said, err);
	if (answer->status == 407)
		return proxy->login[0] ? rk_proxy_fail(proxy, host, RK_UNAUTHENTICATED,
						 "PROXY_LOGIN_REFUSED", said, err)
				       : rk_proxy_fail(proxy, host, RK_FAILED_PRECONDITION,
						 "PROXY_LOGIN_WANTED", said, err);
	if (answer->status >= 500 || answer->status == 408 || answer->status == 429)
		return rk_proxy_fail(proxy, host, RK_UNAVAILABLE, "PROXY_CANNOT_REACH", said, err);
	if (answer->status >= 400)
		return rk_proxy_fail(proxy, host, RK_PERMISSION_DENIED, "PROXY_FORBIDS", said, err);
	return rk_proxy_fail(proxy, host, RK_FAILED_PRECONDITION, "PROXY_IS_NONE", said, err);
}

enum rk_status rk_proxy_tunnel(int fd, const struct rk_proxy *proxy, const char *host,
	const char *port, int64_t until_ms, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf request = {0};
	struct rk_proxy_answer answer;
	const char *why = "PROXY_CUT";
	struct rk_err said = {0};

	RK_TRY(rk_proxy_request(proxy, host, port, &request, err));
	rk_fail(&said, RK_UNAVAILABLE, "the request could not be sent");

	enum rk_status status = ask(fd, rk_buf_slice(&request), until_ms, &why);

	if (status == RK_OK)
		status = hear(fd, until_ms, &answer, &why, &said);
	if (status != RK_OK)
		return rk_proxy_fail(proxy, host, status, why, said.text, err);
	return answer.status / 100 == 2 ? RK_OK : refusal(proxy, host, &answer, err);
}
