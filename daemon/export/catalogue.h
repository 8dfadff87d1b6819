/* catalogue.h - the tables of an export, read from the database: renkei_api.export_tables and export_columns say all there is to know of them.
 *
 * Behind the tables of the database come two of our own, which every format carries like any other: columns (the dictionary) and codes (the
 * words of the code lists with their labels).
 */
#pragma once
#include "db/plain.h"
#include "export/format.h"

/* What is wanted; {0} is what is usual. */
struct rk_export_selection {
	bool all_versions; /* every version that was accepted, not the newest alone */
	bool planned;      /* events that are only planned too */
	bool public_only;  /* disclosure public, and not for the parties */
	bool no_free_text; /* sentences of people are left out */
	bool no_companies; /* names of companies are left out */
	const char *as_of; /* RFC 3339; NULL = the moment of the snapshot */
};

struct rk_export_catalogue {
	struct rk_arena arena;
	struct rk_export_table *tables;
	const char **queries; /* of the tables of the database; NULL = of our own */
	size_t count;         /* tables of the bundle */
	size_t total; /* with those behind them, which the one format of their name is made of */
};

/* formats are the names of those that will be written, ended by NULL.
 * Errors: those of the database; RK_INTERNAL for a type that exports do not know. */
RK_MUST_USE enum rk_status rk_export_catalogue_read(struct rk_plain *plain,
	const struct rk_export_selection *selection, const char *const *formats,
	struct rk_export_catalogue *catalogue, struct rk_err *err);
void rk_export_catalogue_clear(struct rk_export_catalogue *catalogue);
const char *rk_export_kind_name(enum rk_export_kind kind);

/* Told each row of a table. */
typedef enum rk_status (*rk_export_row_fn)(
	void *arg, const struct rk_value *values, struct rk_err *err);
/* Reads one table, in the order of its key, within the transaction that is open. */
RK_MUST_USE enum rk_status rk_export_table_read(struct rk_plain *plain,
	const struct rk_export_catalogue *catalogue, size_t table, rk_export_row_fn row, void *arg,
	struct rk_err *err);
