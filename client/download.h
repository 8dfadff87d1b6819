/* download.h - a file from the server in pieces, gone on with at the byte where a line broke. */
#pragma once
#include "remote.h"

/* The longest silence of a server that sends a file, in milliseconds. */
#define RK_DOWNLOAD_STALL_MS 60000

struct rk_download {
	const char *method; /* "/package.Service/Method" */
	int64_t at;         /* bytes that are here: what is behind them is asked for */
	/* The request for what is behind byte at; false: no memory. */
	bool (*request)(void *arg, int64_t at, struct rk_buf *message);
	/* Takes a message of the answer and moves at on by what it brought.  What fails here does not get better by asking again. */
	enum rk_status (*take)(void *arg, struct rk_slice message, int64_t *at, struct rk_err *err);
	void *arg;
};

/* Asks until everything is here, or the run's time is over: without --timeout that of a call and twenty times the longest silence, for the
 * size is not known before it begins.  A line that brings something is gone on with as often as it breaks. */
RK_MUST_USE enum rk_status rk_download(
	struct rk_run *run, struct rk_download *download, struct rk_failure *failure);

/* All of them, or false with errno. */
RK_MUST_USE bool rk_download_write(int fd, struct rk_slice bytes);
