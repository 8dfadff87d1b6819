/* client/form/file.c: what a signal removes.  Linked with --wrap, so that one comes while a name is half written. */
#include "check.h"
#include "form/file.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* What of the next text has been written when the signal comes; "": none comes. */
static char half[256];

/* The linker's name for what it wraps. */
/* NOLINTNEXTLINE(bugprone-reserved-identifier) */
int __wrap_snprintf(char *out, size_t size, const char *format, ...) RK_PRINTF(3, 4);

/* NOLINTNEXTLINE(bugprone-reserved-identifier) */
int __wrap_snprintf(char *out, size_t size, const char *format, ...)
{
	va_list args;
	int len;

	if (half[0]) {
		memcpy(out, half, strlen(half) + 1);
		(void)raise(SIGTERM);
	}
	va_start(args, format);
	len = vsnprintf(out, size, format, args);
	va_end(args);
	return len;
}

static char folder[64];

static int set_up(void **state)
{
	(void)state;
	strcpy(folder, P_tmpdir "/renkei-file-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static void path_of(char *out, size_t size, const char *name)
{
	struct rk_buf path = {0};

	assert_true(rk_buf_addf(&path, "%s/%s", folder, name) == RK_OK && path.len < size);
	memcpy(out, rk_buf_cstr(&path), path.len + 1);
	rk_buf_clear(&path);
}

static void make(const char *path)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
}

/* In a process of its own: cut "" = the signal comes when the name is known, else while only so much of it is. */
static void end_by_signal(const char *before, const char *temporary, const char *cut)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		rk_file_forget_on_signal(before);
		memcpy(half, cut, strlen(cut) + 1);
		rk_file_forget_on_signal(temporary);
		(void)raise(SIGTERM);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static void a_signal_removes_the_file_that_is_half_written(void **unused)
{
	char first[128], second[128];

	(void)unused;
	path_of(first, sizeof first, "first.tmp");
	path_of(second, sizeof second, "second.tmp");
	make(first);
	make(second);
	end_by_signal(first, second, "");
	assert_int_equal(access(first, F_OK), 0);
	assert_int_not_equal(access(second, F_OK), 0);
	assert_int_equal(unlink(first), 0);
}

static void a_signal_removes_nothing_whose_name_is_the_beginning_of_that_file(void **unused)
{
	char first[128], report[128], temporary[128];

	(void)unused;
	path_of(first, sizeof first, "first.tmp");
	path_of(report, sizeof report, "report.json");
	path_of(temporary, sizeof temporary, "report.json.77.tmp");
	make(report);
	end_by_signal(first, temporary, report);
	assert_int_equal(access(report, F_OK), 0);
	assert_int_equal(unlink(report), 0);
}

static int tear_down(void **state)
{
	(void)state;
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_removes_the_file_that_is_half_written),
		cmocka_unit_test(a_signal_removes_nothing_whose_name_is_the_beginning_of_that_file),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
