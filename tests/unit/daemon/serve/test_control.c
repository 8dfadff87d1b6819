/* daemon/serve/control.c: the socket of the administrator. */
#include "check.h"
#include "serve/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], path[96];

static int set_up(void **unused)
{
	(void)unused;
	strcpy(folder, P_tmpdir "/renkei-control-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/socket", folder);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	unlink(path);
	return rmdir(folder);
}

static void what_is_no_socket_is_left_alone(void **unused)
{
	FILE *file = fopen(path, "w");
	struct rk_err err = {0};
	struct stat about;
	int fd;

	(void)unused;
	assert_non_null(file);
	fclose(file);
	assert_int_equal(rk_control_listen(path, &fd, &err), RK_ALREADY_EXISTS);
	assert_int_equal(fd, -1);
	assert_int_equal(stat(path, &about), 0);
	assert_true(S_ISREG(about.st_mode));
}

static void a_leftover_socket_is_replaced_and_a_living_one_is_not(void **unused)
{
	struct rk_err err = {0};
	struct stat about;
	int first, second;

	(void)unused;
	assert_ok(rk_control_listen(path, &first, &err), err);
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	assert_int_equal(rk_control_listen(path, &second, &err), RK_ALREADY_EXISTS);
	close(first);
	assert_ok(rk_control_listen(path, &second, &err), err);
	close(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_no_socket_is_left_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_leftover_socket_is_replaced_and_a_living_one_is_not, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
