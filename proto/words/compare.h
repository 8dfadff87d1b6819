/* compare.h - what in a report is doubtful beside the municipality's own earlier ones: the same library in client and daemon.
 *
 * Pure, as rules.h: messages in, findings out.  The rules there judge a report by itself, and say the same wherever they run; these
 * need the earlier reports that were accepted, and so have a verdict of their own.  All they find are warnings.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "words/rules.h"

#include "renkei/v1/problem.pb-c.h"
#include "renkei/v1/report.pb-c.h"

/* So many earlier reports are looked at: two years. */
#define RK_COMPARED_MAX 8

struct rk_compared {
	const char *receipt_number;
	const Renkei__V1__Report *report;
};

/* rk_compare judges a report beside earlier ones; both are borrowed.  Of those handed in, in any order, only regular reports of the same
 * municipality for an earlier quarter are looked at, the RK_COMPARED_MAX newest.
 *
 * Returns RK_OK with *out in the arena: the findings, every rule of the set run, and the receipt numbers of what was looked at,
 * newest first.  Without any there is nothing found, but that a warning is answered that is none.
 * Errors: RK_RESOURCE_EXHAUSTED  the arena is full. */
RK_MUST_USE enum rk_status rk_compare(struct rk_arena *arena, const Renkei__V1__Report *report,
	const struct rk_compared *earlier, size_t count, Renkei__V1__Comparison **out,
	struct rk_err *err);

/* The rules that compare, sorted by code. */
const struct rk_rule_info *rk_compare_list(size_t *count);
