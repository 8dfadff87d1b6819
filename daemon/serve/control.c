#include "serve/control.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static enum rk_status address_of(const char *path, struct sockaddr_un *address, struct rk_err *err)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof address->sun_path)
		return rk_fail(err, RK_INVALID_ARGUMENT,
			"%s: a socket's path has at most %zu bytes", path,
			sizeof address->sun_path - 1);
	memcpy(address->sun_path, path, strlen(path) + 1);
	return RK_OK;
}

static void set_patience(int fd, int seconds)
{
	const struct timeval wait = {seconds, 0};

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
}

static int dial(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* The folder a path lies in, into out of PATH_MAX bytes; false: the working directory or the root. */
static bool folder_of(const char *path, char *out)
{
	char *slash;

	snprintf(out, PATH_MAX, "%s", path);
	slash = strrchr(out, '/');
	if (!slash || slash == out)
		return false;
	*slash = '\0';
	return true;
}

/* /run is empty after a boot.  Only the last folder: a path that is wrong must not be built. */
static void make_folder(const char *path)
{
	char folder[PATH_MAX];

	/* What is wrong with it is told by who uses it. */
	if (folder_of(path, folder))
		(void)!mkdir(folder, 0750);
}

bool rk_control_answers(const char *path)
{
	struct sockaddr_un address;
	int fd = address_of(path, &address, NULL) == RK_OK ? dial(&address) : -1;

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

enum rk_status rk_control_try(const char *path, struct rk_err *err)
{
	char folder[PATH_MAX], above[PATH_MAX];
	struct sockaddr_un address;

	RK_TRY(address_of(path, &address, err));
	if (!folder_of(path, folder) || access(folder, W_OK | X_OK) == 0)
		return RK_OK;
	if (errno == ENOENT && folder_of(folder, above) && access(above, W_OK | X_OK) == 0)
		return RK_OK;
	return rk_fail(err, RK_PERMISSION_DENIED, "%s: %s; this user cannot make the socket in it",
		folder, strerror(errno));
}

enum rk_status rk_control_listen(const char *path, int *fd, struct rk_err *err)
{
	struct sockaddr_un address;
	struct stat there;
	mode_t before;
	int other;

	*fd = -1;
	RK_TRY(address_of(path, &address, err));
	other = dial(&address);
	if (other >= 0) {
		close(other);
		return rk_fail(err, RK_ALREADY_EXISTS, "%s: another daemon answers there", path);
	}
	/* A socket that nobody answers at is a leftover; anything else is a mistake in the configuration. */
	if (lstat(path, &there) == 0 && !S_ISSOCK(there.st_mode))
		return rk_fail(err, RK_ALREADY_EXISTS, "%s: is there and is no socket", path);
	make_folder(path);
	(void)unlink(path);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	before = umask(0177);
	if (*fd >= 0 && bind(*fd, (struct sockaddr *)&address, sizeof address) == 0 &&
		listen(*fd, 8) == 0) {
		umask(before);
		return RK_OK;
	}
	umask(before);
	rk_fail(err, RK_PERMISSION_DENIED, "%s: %s", path, strerror(errno));
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return RK_PERMISSION_DENIED;
}

void rk_control_accept(int fd, int *client, char word[32])
{
	size_t len = 0;

	word[0] = '\0';
	*client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	if (*client < 0)
		return;
	set_patience(*client, 1);
	/* To the end of the line: what is left unread would cut the answer off. */
	while (len < 31 && !memchr(word, '\n', len)) {
		ssize_t got = recv(*client, word + len, 31 - len, 0);

		if (got <= 0)
			break;
		len += (size_t)got;
	}
	word[len] = '\0';
	word[strcspn(word, "\r\n")] = '\0';
}

void rk_control_answer(int *client, const char *format, ...)
{
	char text[8192];
	va_list args;
	int len;

	if (*client < 0)
		return;
	va_start(args, format);
	len = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (len >= (int)sizeof text)
		len = sizeof text - 1;
	/* Who asked and went away needs no answer. */
	(void)!send(*client, text, (size_t)len, MSG_NOSIGNAL);
	close(*client);
	*client = -1;
}

enum rk_status rk_control_ask(
	const char *path, const char *word, struct rk_buf *answer, struct rk_err *err)
{
	struct sockaddr_un address;
	char text[1024];
	ssize_t got;
	int fd;

	RK_TRY(address_of(path, &address, err));
	fd = dial(&address);
	if (fd < 0)
		return rk_fail(err, RK_UNAVAILABLE, "%s: %s", path, strerror(errno));
	set_patience(fd, 60);
	if (send(fd, word, strlen(word), MSG_NOSIGNAL) < 0 || send(fd, "\n", 1, MSG_NOSIGNAL) < 0) {
		close(fd);
		return rk_fail(err, RK_UNAVAILABLE, "%s: %s", path, strerror(errno));
	}
	while ((got = recv(fd, text, sizeof text, 0)) > 0) {
		if (rk_buf_add(answer, text, (size_t)got) != RK_OK)
			break;
	}
	close(fd);
	if (answer->len == 0)
		return rk_fail(err, RK_UNAVAILABLE, "%s: the daemon gave no answer", path);
	return RK_OK;
}
