#include "base/failpoint.h"
#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef RENKEI_FAILPOINTS
/* What one process lives to see: passes of "here" beside many of "there"; bytes handed on. */
static int child_passes(int passes)
{
	for (int i = 0; i < passes; i++) {
		RK_FAILPOINT("here");
		RK_FAILPOINT("there");
		RK_FAILPOINT("her");
	}
	return 0;
}

static int child_cuts(int passes)
{
	bool fine = RK_FAILPOINT_CUT("here", 64) == 64;

	for (int i = 1; i < passes; i++)
		fine = fine && RK_FAILPOINT_CUT("here", 1000) == 1000;
	fine = fine && RK_FAILPOINT_CUT("here", 1000) == 500 && RK_FAILPOINT_CUT("here", 1000) == 0;
	if (!fine)
		return 1;
	(void)pause();
	return 2;
}

static int ended(int (*run)(int), int passes)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(run(passes));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void a_process_dies_at_the_pass_that_was_asked_for(void **unused)
{
	int status;

	(void)unused;
	assert_int_equal(setenv("RENKEI_FAILPOINT", "here:3", 1), 0);
	assert_int_equal(ended(child_passes, 2), 0);
	status = ended(child_passes, 3);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(unsetenv("RENKEI_FAILPOINT"), 0);
	assert_int_equal(ended(child_passes, 3), 0);
}

static void a_cut_hands_on_half_and_then_nothing(void **unused)
{
	int status;

	(void)unused;
	assert_int_equal(setenv("RENKEI_FAILPOINT", "here:3", 1), 0);
	status = ended(child_cuts, 3);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
	assert_int_equal(unsetenv("RENKEI_FAILPOINT"), 0);
}

#else
static void without_them_a_place_is_nothing(void **unused)
{
	(void)unused;
	RK_FAILPOINT("here");
	assert_int_equal(RK_FAILPOINT_CUT("here", 1000), 1000);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef RENKEI_FAILPOINTS
		cmocka_unit_test(a_process_dies_at_the_pass_that_was_asked_for),
		cmocka_unit_test(a_cut_hands_on_half_and_then_nothing),
#else
		cmocka_unit_test(without_them_a_place_is_nothing),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
