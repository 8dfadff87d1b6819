/* A file in pieces, asked for again from where it stands. */
#include "download.h"

#include "base/clock.h"
#include "remote_again.h"

#include <errno.h>
#include <unistd.h>

struct getter {
	struct rk_download *download;
	bool asked;
	struct rk_err err;
};

static bool next(void *arg, struct rk_buf *message)
{
	struct getter *getter = arg;

	if (getter->asked)
		return false;
	getter->asked = true;
	return getter->download->request(getter->download->arg, getter->download->at, message);
}

static void on_message(void *arg, struct rk_slice message)
{
	struct getter *getter = arg;
	struct rk_download *download = getter->download;

	if (getter->err.status == RK_OK)
		(void)download->take(download->arg, message, &download->at, &getter->err);
}

static enum rk_status get_once(
	struct rk_run *run, struct rk_download *download, int64_t until, struct rk_failure *failure)
{
	int64_t left = until - rk_clock_ms();
	struct getter getter = {.download = download};
	const struct rk_exchange exchange = {.path = download->method,
		.next = next,
		.timeout_ms = left > 1 ? left : 1,
		.stall_ms = RK_DOWNLOAD_STALL_MS,
		.on_message = on_message,
		.arg = &getter};
	enum rk_status status = rk_remote_exchange(run, &exchange, failure);

	if (getter.err.status == RK_OK)
		return status;
	*failure = (struct rk_failure){.err = getter.err, .retry_ms = RK_RETRY_NEVER};
	return failure->err.status;
}

enum rk_status rk_download(
	struct rk_run *run, struct rk_download *download, struct rk_failure *failure)
{
	int64_t patience = run->timeout_ms
		? run->timeout_ms
		: rk_patience_ms(run) + INT64_C(20) * RK_DOWNLOAD_STALL_MS;
	int64_t until = rk_clock_ms() + patience;

	for (unsigned attempt = 0;; attempt++) {
		int64_t before = download->at;
		enum rk_status status = get_once(run, download, until, failure);

		if (status == RK_OK)
			return status;
		if (download->at > before)
			attempt = 0;
		rk_again_failed(run, failure);
		if (failure->retry_ms == RK_RETRY_NEVER ||
			(download->at == 0 && !rk_again_for_read(failure, attempt)) ||
			!rk_again_may_pass(failure) || !rk_again_wait(run, failure, attempt, until))
			return status;
	}
}

bool rk_download_write(int fd, struct rk_slice bytes)
{
	while (bytes.len) {
		ssize_t done = write(fd, bytes.at, bytes.len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		bytes.at += done;
		bytes.len -= (size_t)done;
	}
	return true;
}
