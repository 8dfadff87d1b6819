/* format.h - a format of exports: tables of typed values in, files of a bundle out.
 *
 * A run opens every format it was asked for, reads each table once and gives every row to all of them:
 * open, then for each table begin, row ..., end; then finish; close at any time.  One snapshot feeds all formats, so all of them say the same.
 *
 * A format is a file format_NAME.c and a line in formats.c.  It keeps nothing of a row behind it and needs no more memory for more rows.  Its
 * bytes follow from what it is told and nothing else: no clock, no name of a machine, no order but that of the calls.
 */
#pragma once
#include "export/folder.h"
#include "table/table.h"
#include "words/say.h"

#include <stdbool.h>

/* What a column holds.  Values are rk_value: RK_VALUE_INTEGER, REAL and BOOL for the kinds of these names, RK_VALUE_TEXT for all others;
 * RK_VALUE_NULL where there is none, which is neither zero nor the empty text. */
enum rk_export_kind {
	RK_EXPORT_TEXT,
	RK_EXPORT_CODE, /* a word of the list that codes names, or a code of that system */
	RK_EXPORT_DATE, /* ISO 8601 as far as it is known: 2016-11-04, 2016-11, 2016, or FY2016; its precision is the column behind it */
	RK_EXPORT_TIME, /* RFC 3339 in UTC: 2016-07-15T14:59:59.123456Z */
	RK_EXPORT_INTEGER, /* 64 bits */
	RK_EXPORT_REAL,    /* finite */
	RK_EXPORT_BOOL,
};

#define RK_EXPORT_LANGUAGES 3 /* labels by enum rk_language */

struct rk_export_column {
	const char *name; /* stable; of at most 63 of a-z 0-9 _ */
	enum rk_export_kind kind;
	bool key;          /* part of the table's key; never missing then */
	const char *codes; /* list in table codes, or "lg_code" and "gb2260"; NULL = none */
	const char *unit;  /* "person", "s" ...; NULL = none */
	const char *
		missing; /* what no value means: "unknown", "not_applicable", "withheld"; "" where a value is always there */
	const char *
		absent_when; /* rows in which it means "not_applicable" all the same: "status=planned,cancelled" (another column, and its values), or "!="; NULL = none */
	const char *label[RK_EXPORT_LANGUAGES];
	const char *says; /* what it means, in English; "" where the label says it all */
};

struct rk_export_table {
	const char *name; /* stable, as a column's */
	const char *label[RK_EXPORT_LANGUAGES];
	const char *says;
	const struct rk_export_column *columns;
	size_t column_count;
};

/* What is said of the bundle as a whole.  Strings are never NULL. */
struct rk_export_about {
	const char *name;      /* of the schedule */
	const char *as_of;     /* RFC 3339: what was accepted at this moment */
	const char *selection; /* in one line, for programs */
	enum rk_language language;
	const struct rk_export_table *tables; /* all that will come, in this order */
	size_t table_count;
};

struct rk_export_format {
	const char
		*name; /* of the schedule's list of formats, and of its folder where it has one */
	const char *says;  /* in English, for the page of the bundle */
	const char *table; /* the one table it is made of; NULL = all tables of the bundle */
	/* Sets *state, which every other function is given.  about is borrowed until close. */
	enum rk_status (*open)(struct rk_export_folder *folder, const struct rk_export_about *about,
		void **state, struct rk_err *err);
	/* table is borrowed until end. */
	enum rk_status (*begin)(
		void *state, const struct rk_export_table *table, struct rk_err *err);
	/* As many values as the table has columns, borrowed until it returns; texts are valid UTF-8 without NUL. */
	enum rk_status (*row)(void *state, const struct rk_value *values, struct rk_err *err);
	enum rk_status (*end)(void *state, struct rk_err *err);
	/* Everything is written and told to the folder. */
	enum rk_status (*finish)(void *state, struct rk_err *err);
	/* Frees; state may be NULL. */
	void (*close)(void *state);
};

/* All formats, ended by NULL. */
extern const struct rk_export_format *const rk_export_formats[];
/* The format of this name, or NULL. */
const struct rk_export_format *rk_export_format_find(const char *name);
