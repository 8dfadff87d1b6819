/* workbook_read.h - what the readers of a workbook's parts share; for workbook.c and its readers only. */
#pragma once
#include "form/archive.h"
#include "form/number_format.h"
#include "form/workbook.h"

/* A workbook that is being read. */
struct rk_workbook_reading {
	struct rk_arena *arena; /* what the workbook keeps */
	struct rk_archive *archive;
	const char *file;
	bool from_1904;
	const char *const *strings; /* the shared ones */
	size_t string_count;
	const enum rk_shows *shows; /* of each cell format */
	size_t shows_count;
	size_t cells, texts; /* so many, and so many bytes of text, so far */
};

/* rk_read_strings and rk_read_styles fill what cells refer to, from a part that is there. */
RK_MUST_USE enum rk_status rk_read_strings(
	struct rk_workbook_reading *reading, const char *part, struct rk_err *err);
RK_MUST_USE enum rk_status rk_read_styles(
	struct rk_workbook_reading *reading, const char *part, struct rk_err *err);
/* rk_read_tab reads the cells of tab->part; name and part are filled in already. */
RK_MUST_USE enum rk_status rk_read_tab(
	struct rk_workbook_reading *reading, struct rk_tab *tab, struct rk_err *err);
/* rk_read_properties adds those of a part to found (struct rk_property). */
RK_MUST_USE enum rk_status rk_read_properties(struct rk_workbook_reading *reading, const char *part,
	bool custom, struct rk_buf *found, struct rk_err *err);

/* Keeps a text that was gathered, its escapes undone; NULL with err when it is too long, all of them are, or there is no memory.  what is
 * where it stands, for the sentence. */
RK_MUST_USE const char *rk_read_keep(struct rk_workbook_reading *reading, struct rk_buf *text,
	const char *what, struct rk_err *err);
/* The text of a number with up to 15 digits, in room for 32 bytes. */
#define RK_READ_NUMBER_TEXT 32
void rk_read_number_text(double number, char out[RK_READ_NUMBER_TEXT]);
/* rk_read_date_text writes the day of a date's serial, as far as its format shows it; false when it is no day of 1900 to 2199. */
RK_MUST_USE bool rk_read_date_text(
	double serial, bool from_1904, enum rk_shows shows, char out[RK_READ_NUMBER_TEXT]);

enum rk_status rk_read_broken(const struct rk_workbook_reading *reading, const char *part,
	const char *what, struct rk_err *err);
enum rk_status rk_read_no_memory(const struct rk_workbook_reading *reading, struct rk_err *err);
