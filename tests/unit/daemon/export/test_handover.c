#include "check.h"
#include "export/handover.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct rk_handover_bundle bundle = {
	.folder = "/var/lib/renkei/exports/monthly/x", .schedule = "monthly", .id = "x"};

static void a_line_is_a_name_a_program_and_its_words(void **unused)
{
	struct rk_arena arena = {0};
	struct rk_handover handover;
	const char *words[RK_HANDOVER_WORDS + 1];
	struct rk_err err;

	(void)unused;
	assert_int_equal(
		rk_handover_parse(&arena,
			"nas-2 \t/usr/bin/rclone copy {bundle} nas:{schedule}/{id}/{id} $HOME;id '\"' ",
			&handover, &err),
		RK_OK);
	assert_string_equal(handover.name, "nas-2");
	assert_int_equal(rk_handover_fill(&arena, &handover, &bundle, words, &err), RK_OK);
	assert_string_equal(words[0], "/usr/bin/rclone");
	assert_string_equal(words[1], "copy");
	assert_string_equal(words[2], "/var/lib/renkei/exports/monthly/x");
	assert_string_equal(words[3], "nas:monthly/x/x");
	assert_string_equal(words[4], "$HOME;id");
	assert_string_equal(words[5], "'\"'");
	assert_null(words[6]);
	rk_arena_clear(&arena);
}

static void what_is_no_command_is_refused_by_name(void **unused)
{
	static const struct {
		const char *line, *says;
	} cases[] = {
		{"",								       "a name"    },
		{"/usr/bin/rclone copy",						   "a name"    },
		{"Nas /usr/bin/rclone",						    "a name"    },
		{"nas;x /usr/bin/rclone",						  "a name"    },
		{"a23456789012345678901234567890123456789012 /x",                          "a name"    },
		{"nas",								    "whole path"},
		{"nas rclone copy",							"whole path"},
		{"nas ./rclone",							   "whole path"},
		{"nas /bin/{id}",							  "whole path"},
		{"nas /bin/cp {Bundle}",						   "braces"    },
		{"nas /bin/cp {bundle",						    "braces"    },
		{"nas /1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3",
                 "32 words"									    },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rk_arena arena = {0};
		struct rk_handover handover;
		struct rk_err err = {0};

		assert_int_equal(rk_handover_parse(&arena, cases[i].line, &handover, &err),
			RK_INVALID_ARGUMENT);
		if (!strstr(err.text, cases[i].says))
			fail_msg("'%s' is not in '%s'", cases[i].says, err.text);
		rk_arena_clear(&arena);
	}
}

static void a_command_is_found_by_its_whole_name(void **unused)
{
	static const char *const lines[] = {"nas-2 /bin/a", "nas /bin/b {bundle}", NULL};
	struct rk_arena arena = {0};
	const char *line;

	(void)unused;
	assert_string_equal(rk_handover_find(&arena, lines, "nas", &line), "nas-2, nas");
	assert_ptr_equal(line, lines[1]);
	(void)rk_handover_find(&arena, lines, "na", &line);
	assert_null(line);
	(void)rk_handover_find(&arena, lines, "nas /bin/b", &line);
	assert_null(line);
	assert_string_equal(rk_handover_find(&arena, lines + 2, "nas", &line), "");
	rk_arena_clear(&arena);
}

static void what_ran_is_told_by_its_end(void **unused)
{
	static const char *const lines[] = {"good /bin/true", "bad /bin/false",
		"gone /nowhere/at/all", "long /bin/sleep 60", NULL};

	static const struct {
		const char *name;
		enum rk_status status;
		const char *says;
	} cases[] = {
		{"good", RK_OK,                  ""                             },
		{"bad",  RK_UNAVAILABLE,         "'bad' ended with 1"           },
		{"gone", RK_FAILED_PRECONDITION, "/nowhere/at/all: No such file"},
		{"long", RK_DEADLINE_EXCEEDED,   "longer than 0 s"              },
		{"none", RK_FAILED_PRECONDITION, "it has: good, bad, gone, long"},
	};
	const struct rk_handover_terms terms = {.commands = lines, .limit_ms = 500};
	const struct rk_handover_bundle here = {.folder = "/", .schedule = "monthly", .id = "x"};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rk_err err = {0};

		assert_int_equal(
			rk_handover_run(&terms, cases[i].name, &here, &err), cases[i].status);
		if (!strstr(err.text, cases[i].says))
			fail_msg("'%s' is not in '%s'", cases[i].says, err.text);
	}
}

static void what_a_command_left_in_the_background_ends_with_it(void **unused)
{
	char path[] = P_tmpdir "/renkei-handover-XXXXXX", line[64];
	const char *lines[] = {line, NULL};
	const struct rk_handover_terms terms = {.commands = lines, .limit_ms = 20000};
	const struct rk_handover_bundle here = {.folder = "/", .schedule = "monthly", .id = "x"};
	static const char script[] = "#!/bin/sh\n/bin/sleep 5 &\nexit 0\n";
	struct rk_err err = {0};
	int fd = mkstemp(path), status = 0;

	(void)unused;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, script, sizeof script - 1), sizeof script - 1);
	assert_int_equal(fchmod(fd, 0700), 0);
	assert_int_equal(close(fd), 0);
	snprintf(line, sizeof line, "left %s", path);
	/* So that it comes to us when its parent is gone. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(rk_handover_run(&terms, "left", &here, &err), RK_OK);
	assert_true(waitpid(-1, &status, 0) > 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(waitpid(-1, &status, 0), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(unlink(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_a_name_a_program_and_its_words),
		cmocka_unit_test(what_is_no_command_is_refused_by_name),
		cmocka_unit_test(a_command_is_found_by_its_whole_name),
		cmocka_unit_test(what_ran_is_told_by_its_end),
		cmocka_unit_test(what_a_command_left_in_the_background_ends_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
