/* daemon/serve/room.c: what is left of a disk. */
#include "check.h"
#include "serve/room.h"

static void what_is_scarcer_counts(void **unused)
{
	static const struct {
		struct statvfs disk;
		int left;
	} disks[] = {
		{{.f_blocks = 1000, .f_bavail = 50, .f_files = 100, .f_favail = 100}, 5  },
		{{.f_blocks = 1000, .f_bavail = 49, .f_files = 100, .f_favail = 100}, 4  },
		{{.f_blocks = 1000, .f_bavail = 1000, .f_files = 100, .f_favail = 4}, 4  },
		{{.f_blocks = 1000, .f_bavail = 0, .f_files = 0, .f_favail = 0},      0  },
		{{.f_blocks = 1000, .f_bavail = 1000},                                100},
		{{.f_blocks = UINT64_MAX, .f_bavail = UINT64_MAX / 2, .f_files = 0},  50 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof disks / sizeof disks[0]; i++)
		assert_int_equal(rk_room_left(&disks[i].disk), disks[i].left);
}

static void a_folder_that_is_not_there_is_named_at_the_start(void **unused)
{
	struct rk_err err = {0};
	char why[300];

	(void)unused;
	assert_int_equal(rk_room_check("/nowhere", &err), RK_FAILED_PRECONDITION);
	assert_string_equal(err.text, "/nowhere: No such file or directory");
	assert_ok(rk_room_check("/", &err), err);
	/* Later it is no reason to refuse anybody. */
	assert_false(rk_room_is_short("/nowhere", why));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_scarcer_counts),
		cmocka_unit_test(a_folder_that_is_not_there_is_named_at_the_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
