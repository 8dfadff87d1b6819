#include "base/failpoint.h"

#ifdef RENKEI_FAILPOINTS
#	include <signal.h>
#	include <stdbool.h>
#	include <stdlib.h>
#	include <string.h>
#	include <unistd.h>

enum { CUT_MIN = 128, LEAVE_US = 20000 };

/* Each worker counts for itself, from its fork on. */
static bool is_due(const char *name)
{
	static long passes;
	const char *wanted = getenv("RENKEI_FAILPOINT");
	size_t len = strlen(name);

	if (!wanted || strncmp(wanted, name, len) != 0 || wanted[len] != ':')
		return false;
	return ++passes == strtol(wanted + len + 1, NULL, 10);
}

void rk_failpoint(const char *name)
{
	if (is_due(name))
		(void)raise(SIGKILL);
}

size_t rk_failpoint_cut(const char *name, size_t len)
{
	static bool dying;

	if (dying)
		return 0;
	if (len < CUT_MIN || !is_due(name))
		return len;
	dying = true;
	(void)signal(SIGALRM, SIG_DFL);
	(void)ualarm(LEAVE_US, 0);
	return len / 2;
}
#endif
