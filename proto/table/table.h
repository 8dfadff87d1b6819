/* table.h - rows to text, for the screen and for exports.
 *
 * A format is a table of functions over columns and rows; the same ones write the screen and the files, so that both say
 * the same.  Text goes to a buffer, which the caller may empty after every row: all formats but those for the screen keep
 * nothing of a row.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* Missing is not zero and not the empty text: every format keeps the kinds apart as far as it can. */
enum rk_value_kind { RK_VALUE_NULL, RK_VALUE_TEXT, RK_VALUE_INTEGER, RK_VALUE_REAL, RK_VALUE_BOOL };

struct rk_value {
	enum rk_value_kind kind;

	union {
		struct rk_slice text; /* UTF-8 */
		int64_t integer;
		double real;
		bool truth;
	} as;
};

/* Values borrow their text until the row is written.  A NULL text is a missing value. */
struct rk_value rk_value_null(void);
struct rk_value rk_value_text(const char *text);
struct rk_value rk_value_slice(struct rk_slice text);
struct rk_value rk_value_integer(int64_t integer);
struct rk_value rk_value_real(double real);
struct rk_value rk_value_bool(bool truth);

struct rk_column {
	const char *name;  /* stable, for programs: json, jsonl, csv */
	const char *label; /* for people, in their language; NULL = name */
	enum rk_value_kind
		kind; /* what its values are when they are not missing; numbers stand to the right */
	bool wide_only; /* on the screen only in the wide format */
};

struct rk_table;

struct rk_format {
	const char *name;   /* of -o and of the configuration */
	const char *suffix; /* of files */
	enum rk_status (*begin)(struct rk_table *table);
	enum rk_status (*row)(struct rk_table *table, const struct rk_value *values);
	enum rk_status (*end)(struct rk_table *table);
	void (*clear)(
		struct rk_table *table); /* frees table->state; NULL when the format has none */
};

/* One table being written.  Zero it and set format, columns, column_count and out; the rest is optional. */
struct rk_table {
	const struct rk_format *format;
	const struct rk_column *columns; /* borrowed until clear */
	size_t column_count;
	struct rk_buf *out;
	const char *yes, *no, *missing; /* how the screen says them; NULL = "yes", "no", "-" */
	size_t width; /* of the screen: longer rows are wrapped inside their cells; 0 = rows as long as they are */
	size_t rows; /* written so far */
	void *state; /* of the format */
};

/* All formats, ended by NULL: table, wide, json, jsonl, csv. */
extern const struct rk_format *const rk_formats[];
/* The format of this name, or NULL. */
const struct rk_format *rk_format_find(const char *name);

/* rk_table_begin, then rk_table_row with column_count values for each row, then rk_table_end; rk_table_clear at any time.
 * Errors: RK_RESOURCE_EXHAUSTED without memory; RK_INVALID_ARGUMENT for text that is not UTF-8 and for a real that is not
 * finite, named by row and column, nothing of that row then in out.
 * table and wide write at the end, and need a UTF-8 locale (setlocale) for anything but ASCII; without rows they write nothing. */
RK_MUST_USE enum rk_status rk_table_begin(struct rk_table *table, struct rk_err *err);
RK_MUST_USE enum rk_status rk_table_row(
	struct rk_table *table, const struct rk_value *values, struct rk_err *err);
RK_MUST_USE enum rk_status rk_table_end(struct rk_table *table, struct rk_err *err);
void rk_table_clear(struct rk_table *table);
