/* receipt_file.h - a receipt as it is kept on disk, and the one that is meant. */
#pragma once
#include "run.h"

#include "renkei/v1/receipt.pb-c.h"

/* rk_receipt_read reads a receipt in JSON.  Errors: those of rk_file_read and of wire/json.h. */
RK_MUST_USE enum rk_status rk_receipt_read(
	struct rk_run *run, const char *path, const Renkei__V1__Receipt **out, struct rk_err *err);
/* rk_receipt_named finds the receipt that an operand means: a file, else a number that is kept here, else a period (that of its latest version
 * kept here, which is said); *kept: it is one of those.
 * Errors: RK_NOT_FOUND RECEIPT_NOT_KEPT, RECEIPT_NOT_KEPT_PERIOD;  RK_INVALID_ARGUMENT RECEIPTS_OF_SEVERAL: of several municipalities. */
RK_MUST_USE enum rk_status rk_receipt_named(
	struct rk_run *run, const char *named, const char **path, bool *kept, struct rk_err *err);
/* The path of the receipt with this number when it is kept here, else NULL. */
const char *rk_receipt_kept(struct rk_run *run, const char *number);
