/* receipt_differs.h - what the report that a receipt was given for has that a file in hand has not. */
#pragma once
#include "run.h"

#include "renkei/v1/receipt.pb-c.h"

/* Whether a report is of the municipality and quarter that the receipt names. */
bool rk_receipt_is_of(
	struct rk_run *run, const Renkei__V1__Receipt *receipt, struct rk_slice report);
/* rk_receipt_tell_difference says what the report in hand lacks of the one sent, whose bytes are those of the receipt (at == NULL: they are not
 * here).  Returns true when that is nothing but what a command line adds: answers to warnings, and which version it replaces or corrects. */
bool rk_receipt_tell_difference(struct rk_run *run, struct rk_slice sent, struct rk_slice here);
