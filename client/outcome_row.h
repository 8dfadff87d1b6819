/* outcome_row.h - a municipality's row of the evaluation's table while the secretariat words it.
 *
 * It is read, its lines are changed here, and it goes back whole with the digest of what was read, so that nobody overwrites what another officer worded
 * meanwhile.  What would change is shown before it is asked for.
 */
#pragma once
#include "remote.h"

#include "renkei/v1/evaluation_service.pb-c.h"

#define RK_OUTCOME_LINES_MAX 100

struct rk_outcome_row {
	int32_t first, last;
	const char *code; /* six digits; what was asked for, where the table has no such row */
	const Renkei__V1__OutcomeTableRow *seen; /* NULL = none */
	Renkei__V1__OutcomeLine *lines[RK_OUTCOME_LINES_MAX];
	size_t count;
	const char *reason; /* NULL = not said */
	bool own_words;     /* what the municipality proposes again, instead of lines */
	int32_t moved;      /* the line that is shown as moved; 0 = none */
};

/* Reads the row of a municipality, named by its code or its Japanese or English name, for the years of --year.  Returns an exit status. */
int rk_outcome_row_read(struct rk_run *run, const char *called, struct rk_outcome_row *row);
/* "401005-3": the row and the place of the line in it; where called names no line of the row, it says so and returns EX_DATAERR. */
int rk_outcome_row_read_line(
	struct rk_run *run, const char *called, struct rk_outcome_row *row, size_t *at);
/* Cuts "401005-3" into its two parts; false when it is no such thing. */
bool rk_outcome_line_parse(
	struct rk_run *run, const char *called, const char **municipality, int32_t *line);
/* The place of a line by its number; row->count when there is none. */
size_t rk_outcome_row_find(const struct rk_outcome_row *row, int32_t line);
/* The place of the line that --before names, the end when it is not given.  Returns an exit status. */
int rk_outcome_row_before(struct rk_run *run, const struct rk_outcome_row *row, size_t *at);
/* A line of its own number (0 = a new one), in the memory of the run. */
Renkei__V1__OutcomeLine *rk_outcome_line(
	struct rk_run *run, int32_t line, const char *text, char *const *outcomes, size_t count);
/* Puts a line before place at; EX_DATAERR after it has said that there is no room. */
int rk_outcome_row_put(
	struct rk_run *run, struct rk_outcome_row *row, size_t at, Renkei__V1__OutcomeLine *line);
Renkei__V1__OutcomeLine *rk_outcome_row_take(struct rk_outcome_row *row, size_t at);
/* Shows what would change and whether the municipality has to confirm anew, asks unless --yes, sends it, and prints the row.  Returns an exit status. */
int rk_outcome_row_send(struct rk_run *run, const struct rk_outcome_row *row);
