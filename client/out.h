/* out.h - data to stdout or to a file (-O), in the format asked for (-o).
 *
 * Machine forms are stable: json is the proto3 JSON of the server's answer (or, where a command answers by itself, an array of
 * the rows); jsonl is one object a row, csv one line a row, both with the columns' names, which are documented in
 * the man page and never translated.
 */
#pragma once
#include "run.h"

#include <protobuf-c/protobuf-c.h>

enum rk_column_kind { RK_COLUMN_TEXT, RK_COLUMN_NUMBER, RK_COLUMN_BOOL };

enum rk_column_where {
	RK_COLUMN_ALL,
	RK_COLUMN_WIDE,  /* not in the narrow table */
	RK_COLUMN_HUMAN, /* only in table and wide */
	RK_COLUMN_DATA,  /* only in json, jsonl and csv */
};

struct rk_grid_column {
	const char *name; /* stable; its heading is the text "col.NAME" */
	enum rk_column_kind kind;
	enum rk_column_where where;
};

/* Rows of text; zero it with run and columns set.  A NULL value is absent: empty in tables and csv, null in JSON.
 * What is no number in a column of numbers ("10-12") is a text everywhere. */
struct rk_grid {
	struct rk_run *run;
	const struct rk_grid_column *columns;
	size_t column_count;
	const char *const *heads; /* instead of the texts "col.NAME"; NULL = those */
	const char ***rows;
	size_t count, cap;
};

/* rk_grid_add takes column_count values, copied as pointers: they must live as long as the run. */
void rk_grid_add(struct rk_grid *grid, const char *const *values);
/* rk_grid_print writes the rows in the run's format. Returns an exit status. */
int rk_grid_print(struct rk_grid *grid);
/* rk_answer_print writes answer as JSON when -o json is asked for, and the grid otherwise. */
int rk_answer_print(struct rk_grid *grid, const ProtobufCMessage *answer);
int rk_message_print(struct rk_run *run, const ProtobufCMessage *message);

/* rk_out returns where data goes, opened at the first use; NULL after it has said why not (EX_CANTCREAT). */
FILE *rk_out(struct rk_run *run);
/* True when people read: table or wide. */
bool rk_out_is_human(const struct rk_run *run);
/* Ends the output: an -O file takes its name now, or vanishes when whole is false (a pipe or a device was written to at once).  Returns an exit status. */
int rk_out_close(struct rk_run *run, bool whole);
/* Columns of the terminal; 80 when there is none. */
size_t rk_out_width(void);
