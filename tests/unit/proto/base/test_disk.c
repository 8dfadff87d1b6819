#include "base/disk.h"
#include "check.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char folder[] = P_tmpdir "/renkei-disk-XXXXXX";
static bool file_synced, folder_synced;

/* In place of libc's: notes what is made durable. */
int fsync(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	/* The file first: a name that lasts longer than its content would be an empty key. */
	if (S_ISDIR(st.st_mode))
		folder_synced = file_synced;
	else
		file_synced = true;
	return (int)syscall(SYS_fsync, fd);
}

static const char *path_of(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void a_file_has_its_mode_whatever_the_umask_says(void **unused)
{
	const char *path = path_of("key");
	struct rk_err err = {0};
	char draft[192];
	struct stat st;

	(void)unused;
	for (int round = 0; round < 2; round++) {
		assert_ok(rk_disk_write(path, round ? 0600 : 0644, rk_slice_str("secret"), &err),
			err);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, round ? 0600 : 0644);
		assert_int_equal(st.st_size, 6);
	}
	(void)snprintf(draft, sizeof draft, "%s.%d.tmp", path_of("key"), (int)getpid());
	assert_int_equal(access(draft, F_OK), -1);
}

static void a_file_is_durable_with_its_name(void **unused)
{
	struct rk_err err = {0};

	(void)unused;
	file_synced = folder_synced = false;
	assert_ok(rk_disk_write(path_of("receipt.key"), 0600, rk_slice_str("secret"), &err), err);
	assert_true(file_synced);
	assert_true(folder_synced);
}

static void a_folder_that_is_missing_is_named(void **unused)
{
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(
		rk_disk_write(path_of("none/key"), 0600, rk_slice_str("x"), &err), RK_UNKNOWN);
	assert_non_null(strstr(err.text, "none/key"));
}

static const char *told[2];
static size_t tellings;

static void note(const char *draft)
{
	assert_true(tellings < 2);
	/* Told when it is there. */
	assert_true(!draft || access(draft, F_OK) == 0);
	told[tellings++] = draft;
}

static void whoever_is_interrupted_knows_the_draft(void **unused)
{
	struct rk_err err = {0};

	(void)unused;
	assert_ok(
		rk_disk_write_told(path_of("key"), 0600, rk_slice_str("secret"), note, &err), err);
	assert_int_equal(tellings, 2);
	assert_non_null(told[0]);
	assert_null(told[1]);
}

static void what_is_removed_is_gone_and_what_is_no_file_stays(void **unused)
{
	struct rk_err err = {0};

	(void)unused;
	assert_ok(rk_disk_write(path_of("key"), 0600, rk_slice_str("x"), &err), err);
	assert_true(rk_disk_remove(path_of("key")));
	assert_int_not_equal(access(path_of("key"), F_OK), 0);
	assert_true(rk_disk_remove(path_of("key")));
	assert_false(rk_disk_remove(path_of("")));
	assert_int_equal(access(path_of(""), F_OK), 0);
}

static int setup(void **state)
{
	(void)state;
	(void)umask(0077);
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	(void)unlink(path_of("key"));
	(void)unlink(path_of("receipt.key"));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_has_its_mode_whatever_the_umask_says),
		cmocka_unit_test(a_file_is_durable_with_its_name),
		cmocka_unit_test(whoever_is_interrupted_knows_the_draft),
		cmocka_unit_test(a_folder_that_is_missing_is_named),
		cmocka_unit_test(what_is_removed_is_gone_and_what_is_no_file_stays),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
