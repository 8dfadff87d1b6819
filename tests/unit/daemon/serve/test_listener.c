/* serve/listener.c: who knocks is let in, with memory for a pause and without. */
#include "check.h"
#include "serve/listener.h"

#include <event2/event.h>
#include <event2/util.h>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KNOCKS = 20 };

static bool no_memory;
static int refused, accepted;

/* libevent's own, but for a timer without memory. */
int event_add(struct event *event, const struct timeval *time)
{
	static int (*real)(struct event *, const struct timeval *);

	if (no_memory && event_get_fd(event) < 0) {
		refused++;
		return -1;
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "event_add");
	return real(event, time);
}

static void on_accepted(int fd, const struct sockaddr *address, void *arg)
{
	(void)address;
	(void)arg;
	accepted++;
	close(fd);
}

static void knock(int port, int *fd)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(connect(*fd, (const struct sockaddr *)&address, sizeof address), 0);
}

static void all_are_let_in(void)
{
	struct event_base *base = event_base_new();
	struct rk_listener *listener;
	struct rk_err err = {0};
	int fd, port, knocks[KNOCKS];

	accepted = 0;
	assert_int_equal(rk_listener_socket("127.0.0.1:0", true, &fd, &port, &err), RK_OK);
	assert_int_equal(rk_listener_open(base, fd, on_accepted, NULL, &listener, &err), RK_OK);
	for (int i = 0; i < KNOCKS; i++)
		knock(port, &knocks[i]);
	for (int i = 0; i < 100 && accepted < KNOCKS; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(accepted, KNOCKS);
	for (int i = 0; i < KNOCKS; i++)
		close(knocks[i]);
	rk_listener_close(&listener);
	close(fd);
	event_base_free(base);
}

static void who_knocks_is_let_in(void **unused)
{
	(void)unused;
	all_are_let_in();
}

static void without_memory_for_a_pause_there_is_none(void **unused)
{
	(void)unused;
	no_memory = true;
	all_are_let_in();
	no_memory = false;
	assert_true(refused > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_knocks_is_let_in),
		cmocka_unit_test(without_memory_for_a_pause_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
