/* state_folder.h - a run of the client whose state folder is its own, and gone after the test. */
#pragma once
#include "form/file.h"
#include "run.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

static int set_up(void **state)
{
	struct rk_run *run = calloc(1, sizeof *run);

	strcpy(folder, P_tmpdir "/renkei-outbox-XXXXXX");
	if (!run || !mkdtemp(folder) || setenv("XDG_STATE_HOME", folder, 1) != 0)
		return -1;
	run->language = RK_EN;
	*state = run;
	return 0;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

static int tear_down(void **state)
{
	struct rk_run *run = *state;

	rk_arena_clear(&run->arena);
	free(run);
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const char *below(struct rk_run *run, const char *path)
{
	return rk_run_printf(run, "%s/renkei/%s", folder, path);
}
