#include "base/streams.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a child of its own: whether after holding a file takes none of the three numbers, and each fails as one that is closed. */
static int child(int closed)
{
	char byte = 'x';

	for (int fd = 0; fd < 3; fd++)
		if (closed & 1 << fd)
			close(fd);
	if (!rk_streams_hold() || open("/dev/null", O_RDWR) < 3)
		return 1;
	if (closed & 1 && (read(0, &byte, 1) != -1 || errno != EBADF))
		return 2;
	for (int fd = 1; fd < 3; fd++)
		if (closed & 1 << fd && (write(fd, &byte, 1) != -1 || errno != EBADF))
			return 3;
	return 0;
}

static void a_closed_stream_keeps_its_number(void **unused)
{
	(void)unused;
	for (int closed = 0; closed < 8; closed++) {
		int status = -1;
		pid_t pid = fork();

		if (pid == 0)
			_exit(child(closed));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_closed_stream_keeps_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
