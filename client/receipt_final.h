/* receipt_final.h - of a report that needs a release (決裁) there are two receipts of one number: that of its preparation, and the final one. */
#pragma once
#include "run.h"

#include "renkei/v1/receipt.pb-c.h"

/* Whether a receipt is from before the release. */
bool rk_receipt_is_prepared(const Renkei__V1__Receipt *receipt);

/* What became of the question. */
enum rk_finish {
	RK_FINISH_NO_ANSWER, /* no server, or none that can be reached */
	RK_FINISH_NOT_SAID, /* the server does not know it, may not say, or has another receipt of this number */
	RK_FINISH_SAID, /* it is the final one by now, or there is none yet */
};

/* rk_receipt_finish asks the server, of a receipt that is kept here and from before the release, whether there is the final one by now;
 * when there is one that holds it is kept, and *receipt is that.  It asks once and waits a few seconds: what stands in the way is no trouble.
 */
enum rk_finish rk_receipt_finish(struct rk_run *run, const Renkei__V1__Receipt **receipt);
/* What a reader has to know of one from before the release, by what was found when it was asked. */
const char *rk_receipt_prepared_line(struct rk_run *run, const char *number, enum rk_finish found);
/* Whether a receipt was put aside when the final one of its number came, which is kept here. */
bool rk_receipt_is_superseded(struct rk_run *run, const Renkei__V1__Receipt *receipt);
