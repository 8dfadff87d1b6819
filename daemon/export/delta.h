/* delta.h - what changed since an earlier bundle: rows added, changed and removed, by the key of each table.
 *
 * The earlier bundle is read itself, its CSV as it was given out, and not the database as it may have been: so bundle and changes together are
 * the whole to the last cell, whatever happened in between.  Rows are compared by the bytes of their records in CSV, which tells every value
 * apart.  Keys and digests of a table lie in a file of its own in the folder that is made, so that memory does not grow with the rows.
 */
#pragma once
#include "export/folder.h"
#include "export/format.h"

/* The bundle that changes are told since. */
struct rk_export_base {
	const char *folder;          /* of the bundle */
	const char *name;            /* SCHEDULE/ID */
	const char *manifest_sha256; /* as the database has it; NULL: not compared */
};

/* How many rows of a table are new, are another, are there no more. */
struct rk_export_changes {
	int64_t added, changed, removed;
};

enum rk_change { RK_ADDED, RK_CHANGED, RK_UNCHANGED };

struct rk_delta;

/* Reads the base's manifest.  selection is that of the bundle to be made; folder is where it is made.
 * Errors: RK_NOT_FOUND there is no such folder; RK_DATA_LOSS it is not as it was made;
 *         RK_FAILED_PRECONDITION it is no whole bundle with CSV and the same selection */
RK_MUST_USE enum rk_status rk_delta_open(const struct rk_export_base *base, const char *selection,
	const struct rk_export_folder *folder, struct rk_delta **out, struct rk_err *err);
void rk_delta_close(struct rk_delta **delta);
/* The table as a bundle of changes has it: its columns, none of which but those of the key must be there, and behind them "change".  In the arena. */
RK_MUST_USE enum rk_status rk_delta_shape(struct rk_arena *arena,
	const struct rk_export_table *table, struct rk_export_table *out, struct rk_err *err);
/* Begins a table, as it is (without "change"): reads that of the base.
 * Errors: RK_FAILED_PRECONDITION the base has other columns; RK_DATA_LOSS its file is not as it was made */
RK_MUST_USE enum rk_status rk_delta_begin(
	struct rk_delta *delta, const struct rk_export_table *table, struct rk_err *err);
/* What became of a row of now. */
RK_MUST_USE enum rk_status rk_delta_row(struct rk_delta *delta, const struct rk_value *values,
	enum rk_change *change, struct rk_err *err);
/* Ends the table: gives each row that is there no more, of which the key alone has values, in the order of the keys' bytes. */
RK_MUST_USE enum rk_status rk_delta_end(struct rk_delta *delta,
	enum rk_status (*removed)(void *arg, const struct rk_value *values, struct rk_err *err),
	void *arg, struct rk_err *err);

/* rk_csv_record cuts the first record off text, its line end not among it, and says where its fields are, quotes and all.  Returns the number of
 * fields; 0 when no record is whole, or it has more than max. */
size_t rk_csv_record(
	struct rk_slice *text, struct rk_slice *record, struct rk_slice *fields, size_t max);
