/* daemon/serve/source.c: who counts as one. */
#include "check.h"
#include "serve/source.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static struct sockaddr_storage address_of(const char *text, uint16_t port)
{
	struct sockaddr_storage out = {0};
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)&out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)&out;

	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
	} else {
		memset(&out, 0, sizeof out);
		assert_int_equal(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
	}
	return out;
}

static uint64_t source(const char *text, uint16_t port)
{
	struct sockaddr_storage address = address_of(text, port);

	return rk_source((const struct sockaddr *)&address);
}

static void ports_and_the_own_half_of_an_address_make_no_difference(void **unused)
{
	(void)unused;
	assert_true(source("192.0.2.1", 1) == source("192.0.2.1", 2));
	assert_true(source("192.0.2.1", 1) != source("192.0.2.2", 1));
	assert_true(source("2001:db8:0:1::1", 1) == source("2001:db8:0:1:ffff::9", 2));
	assert_true(source("2001:db8:0:1::1", 1) != source("2001:db8:0:2::1", 1));
	assert_true(source("::ffff:192.0.2.1", 1) == source("192.0.2.1", 1));
	assert_true(source("::ffff:192.0.2.1", 1) != source("::ffff:192.0.2.2", 1));
}

static void the_log_shows_address_and_port(void **unused)
{
	struct sockaddr_storage v4 = address_of("192.0.2.1", 4711),
				v6 = address_of("2001:db8::1", 4711);
	struct sockaddr local = {.sa_family = AF_UNIX};
	char text[64];

	(void)unused;
	rk_source_text((const struct sockaddr *)&v4, text, sizeof text);
	assert_string_equal(text, "192.0.2.1:4711");
	rk_source_text((const struct sockaddr *)&v6, text, sizeof text);
	assert_string_equal(text, "[2001:db8::1]:4711");
	rk_source_text(&local, text, sizeof text);
	assert_string_equal(text, "local");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_and_the_own_half_of_an_address_make_no_difference),
		cmocka_unit_test(the_log_shows_address_and_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
