/* address.h - where a cell stands in its sheet, as spreadsheets write it: "B7", "A1:C3". */
#pragma once
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define RK_ADDRESS_ROWS    1048576u
#define RK_ADDRESS_COLUMNS 16384u
/* "XFD1048576" with a NUL. */
#define RK_ADDRESS_TEXT 12

/* Rows and columns count from 1. */
struct rk_address {
	uint32_t row, column;
};

/* rk_address_parse reads "B7" or "$B$7" in either case, whole; false on anything else and outside of what a sheet has. */
RK_MUST_USE bool rk_address_parse(struct rk_slice text, struct rk_address *at);
/* The same for "A1:C3" and "A1", first and last corner in order. */
RK_MUST_USE bool rk_address_parse_range(
	struct rk_slice text, struct rk_address *first, struct rk_address *last);
/* Writes "B7" and returns it. */
const char *rk_address_write(struct rk_address at, char out[RK_ADDRESS_TEXT]);
