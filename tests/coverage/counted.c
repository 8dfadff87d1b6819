/* counted.c - what a process has counted is written down, too, when it ends by _exit, or by a SIGTERM that it does not catch: the keeper of exports
 * and each of its runs end so.  In renkeid of the preset coverage alone. */
#include <signal.h>
#include <unistd.h>

/* gcov's and the linker's names. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void __gcov_dump(void);
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));

void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}

static void on_term(int number)
{
	(void)signal(number, SIG_DFL);
	__gcov_dump();
	(void)raise(number);
}

/* NOLINTEND(bugprone-reserved-identifier) */

__attribute__((constructor)) static void begin(void)
{
	(void)signal(SIGTERM, on_term);
}
