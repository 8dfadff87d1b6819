/* copy_row.h - a row as PostgreSQL's COPY ... TO STDOUT writes it in its text format, cut into values.
 *
 * Values are parted by tabs, \N is a missing one, and a backslash says what a byte stands for that would part or end (COPY, "Text Format").  Much less
 * work than a result for each row.
 */
#pragma once
#include "base/buf.h"

/* Cuts a row of len bytes in place; a line end behind it is left out.  Values borrow the row; at == NULL is a missing one.
 * Returns how many there are; 0: more than max. */
size_t rk_copy_row(char *row, size_t len, struct rk_slice *values, size_t max);
