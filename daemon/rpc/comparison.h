/* comparison.h - a version beside the accepted reports before it: what next_comparison gave, compared, and made ready to be kept.
 *
 * It is no part of a submission: it needs reports that may be accepted at the same moment, and nobody waits for it.  fold.h asks for it now and then.
 */
#pragma once
#include "base/buf.h"
#include "call/call.h"

extern const struct rk_statement rk_next_comparison_statement, rk_keep_comparison_statement;

struct rk_comparison_made {
	char *code, *version; /* whose version it is of; NULL: nothing was to be compared */
	struct rk_buf json;   /* renkei.v1.Comparison */
};

/* rk_comparison_make compares what the answer of next_comparison holds.  RK_OK also where it holds nothing, or the version is no report that can be read:
 * then code stays NULL.  Errors: RK_RESOURCE_EXHAUSTED. */
RK_MUST_USE enum rk_status rk_comparison_make(
	const struct rk_query *query, struct rk_comparison_made *made, struct rk_err *err);
void rk_comparison_clear(struct rk_comparison_made *made);
