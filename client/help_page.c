/* The man page, opened: man writes what the locale has characters for, and none has Japanese ones where no locale was generated. */
#include "command.h"
#include "out.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* What man ends with where it has no such page (man(1), EXIT STATUS). */
#define MAN_HAS_NO_PAGE 16

static const char *page_language(const struct rk_run *run)
{
	return run->language == RK_JA ? "ja" : run->language == RK_ZH ? "zh_CN" : "en";
}

int rk_help_page(struct rk_run *run)
{
	char *argv[] = {rk_run_str(run, "man"), rk_run_str(run, "-L"),
		rk_run_str(run, page_language(run)), rk_run_str(run, "renkei"), NULL};
	int failed, status = 0;
	pid_t child;

	/* Part of the C library on every Debian; output in UTF-8 is what the program itself writes, too. */
	if (setenv("LC_ALL", "C.UTF-8", 1) != 0)
		return EX_OSERR;
	failed = posix_spawnp(&child, argv[0], NULL, NULL, argv, environ);
	while (!failed && waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return EX_OSERR;
	if (!failed && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return EX_OK;
	if (failed == ENOENT ||
		(!failed && WIFEXITED(status) &&
			(WEXITSTATUS(status) == MAN_HAS_NO_PAGE || WEXITSTATUS(status) == 127))) {
		rk_talk(run, "help.no_page");
		return EX_UNAVAILABLE;
	}
	return EX_OSERR;
}
