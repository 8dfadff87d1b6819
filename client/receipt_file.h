/* receipt_file.h - a receipt as it is kept on disk, and the one that is meant. */
#pragma once
#include "run.h"

#include "renkei/v1/receipt.pb-c.h"

/* rk_receipt_read reads a receipt in JSON.  Errors: those of rk_file_read and of wire/json.h. */
RK_MUST_USE enum rk_status rk_receipt_read(
	struct rk_run *run, const char *path, const Renkei__V1__Receipt **out, struct rk_err *err);
/* The path of the receipt with this number when it is kept here, else NULL. */
const char *rk_receipt_kept(struct rk_run *run, const char *number);
