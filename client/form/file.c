#include "form/file.h"

#include "base/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char doomed[PATH_MAX]; /* removed when a signal ends the program */
static char last_words[1024]; /* and said */
/* They are whole: of a name that is half written a signal would remove another file. */
static volatile sig_atomic_t is_doomed, has_words;

static void on_signal(int number)
{
	if (is_doomed)
		unlink(doomed);
	if (has_words && write(STDERR_FILENO, last_words, strlen(last_words)) < 0)
		has_words = 0; /* nobody listens */
	(void)signal(number, SIG_DFL);
	raise(number);
}

static void watch_signals(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP};

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		struct sigaction action = {.sa_handler = on_signal};

		sigaction(ends[i], &action, NULL);
	}
}

void rk_file_forget_on_signal(const char *temporary)
{
	is_doomed = 0;
	if (!temporary)
		return;
	atomic_signal_fence(memory_order_seq_cst);
	snprintf(doomed, sizeof doomed, "%s", temporary);
	atomic_signal_fence(memory_order_seq_cst);
	is_doomed = 1;
	watch_signals();
}

void rk_file_say_on_signal(const char *words)
{
	has_words = 0;
	if (!words)
		return;
	atomic_signal_fence(memory_order_seq_cst);
	snprintf(last_words, sizeof last_words, "\n%s\n", words);
	atomic_signal_fence(memory_order_seq_cst);
	has_words = 1;
	watch_signals();
}

static void close_fd(const int *fd)
{
	if (*fd > STDERR_FILENO)
		close(*fd);
}

static enum rk_status open_failed(struct rk_err *err, const char *path)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
		return rk_fail_errno(err, RK_NOT_FOUND, "FILE_MISSING", path, errno);
	default:
		return rk_fail_errno(err, RK_NOT_FOUND, "FILE_UNREADABLE", path, errno);
	}
}

enum rk_status rk_file_read(const char *path, struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(close_fd)
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct stat about;
	uint8_t piece[16384];

	if (fd < 0 || fstat(fd, &about) != 0)
		return open_failed(err, path);
	if (S_ISDIR(about.st_mode))
		return rk_fail_reason(
			err, RK_NOT_FOUND, "FILE_IS_FOLDER", "%s: is a folder, not a file", path);
	for (;;) {
		ssize_t got = read(fd, piece, sizeof piece);

		if (got == 0)
			return RK_OK;
		if (got < 0 && errno != EINTR)
			return open_failed(err, path);
		if (got > 0 && rk_buf_add(out, piece, (size_t)got) != RK_OK)
			return rk_err_values(err,
				rk_fail_reason(err, RK_INVALID_ARGUMENT, "FILE_TOO_LARGE",
					"%s: larger than %zu bytes", path, out->max),
				"limit=%zu", out->max);
	}
}

static enum rk_status not_written(struct rk_err *err)
{
	struct rk_err why = *err;

	return rk_err_values(err,
		rk_fail_reason(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "%s", why.text), "%s",
		why.values);
}

enum rk_status rk_file_make_folders(const char *path, struct rk_err *err)
{
	return rk_disk_folders_above(path, err) == RK_OK ? RK_OK : not_written(err);
}

/* What people write for others to read goes by their umask. */
static mode_t as_people_want(mode_t mode)
{
	mode_t mask = umask(077);

	(void)umask(mask);
	return mode & ~mask;
}

enum rk_status rk_file_write(
	const char *path, struct rk_slice bytes, mode_t mode, struct rk_err *err)
{
	RK_TRY(rk_file_make_folders(path, err));
	if (rk_disk_write_told(path, as_people_want(mode), bytes, rk_file_forget_on_signal, err) ==
		RK_OK)
		return RK_OK;
	return not_written(err);
}
