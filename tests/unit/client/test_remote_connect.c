/* client/remote_connect.c: what is told of a server that hangs up in the handshake. */
#include "check.h"
#include "remote_connect.h"

#include <event2/event.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int door;
static char place[32];

static void *hang_up(void *unused)
{
	char hello[16];
	int one = accept(door, NULL, NULL);

	if (one < 0)
		return unused;
	shutdown(one, SHUT_WR);
	while (recv(one, hello, sizeof hello, 0) > 0)
		;
	close(one);
	return unused;
}

static int set_up(void **unused)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;

	(void)unused;
	door = socket(AF_INET, SOCK_STREAM, 0);
	if (door < 0 || bind(door, (const struct sockaddr *)&address, len) != 0 ||
		listen(door, 1) != 0 || getsockname(door, (struct sockaddr *)&address, &len) != 0)
		return -1;
	(void)snprintf(place, sizeof place, "127.0.0.1:%d", ntohs(address.sin_port));
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	return close(door);
}

/* Whether it was there before in this run; the reason that is told. */
static const char *reason(bool met, struct rk_err *err)
{
	static const uint8_t pin[32] = {0};
	const struct rk_profile profile = {.server = place, .pin = pin};
	struct event_base *base = event_base_new();
	struct bufferevent *bev = NULL;
	pthread_t server;

	assert_non_null(base);
	assert_int_equal(pthread_create(&server, NULL, hang_up, NULL), 0);
	assert_int_not_equal(rk_connect(base, &profile, met, 60000, &bev, err), RK_OK);
	/* With it goes the last of the connection, for which the server waits. */
	event_base_free(base);
	assert_int_equal(pthread_join(server, NULL), 0);
	return err->reason;
}

static void one_that_was_met_is_the_lines_fault_and_nothing_was_sent(void **unused)
{
	struct rk_err err = {0};

	(void)unused;
	assert_string_equal(reason(true, &err), "SERVER_CUT");
	assert_int_equal(err.status, RK_UNAVAILABLE);
}

static void one_that_was_not_met_may_be_no_server_of_ours(void **unused)
{
	struct rk_err err = {0};

	(void)unused;
	assert_string_equal(reason(false, &err), "TLS_FAILED");
	assert_int_equal(err.status, RK_FAILED_PRECONDITION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			one_that_was_met_is_the_lines_fault_and_nothing_was_sent, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			one_that_was_not_met_may_be_no_server_of_ours, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
