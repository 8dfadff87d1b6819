/* export_command.h - renkeid export run: the bundle of a schedule, now and by hand. */
#pragma once
#include <stdio.h>

/* What the command line said; NULL: nothing. */
struct rk_export_words {
	const char *config;
	const char *word; /* run */
	const char *name; /* of the schedule */
	const char *
		folder; /* the bundle comes in there and is not listed; NULL: as a run of the schedule */
	const char *as_of; /* RFC 3339; NULL: now */
	const char *
		since; /* SCHEDULE/ID: only what changed since that bundle; NULL: as the schedule has it */
};

/* Does it, and says on out where the bundle is.  Returns the exit status. */
int rk_export_command(const struct rk_export_words *words, FILE *out);
