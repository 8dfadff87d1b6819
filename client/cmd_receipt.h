/* cmd_receipt.h - what the receipts of reports and of attachments have in common when they are shown and verified. */
#pragma once
#include "base/buf.h"
#include "run.h"

#include <stdio.h>

/* --statement, --signature and --public-key: the parts that openssl alone can check.  Returns an exit status. */
int rk_receipt_export(
	struct rk_run *run, const char *key_id, const char *statement, struct rk_slice signature);
/* A statement as a server gave it, line by line, with nothing in it that a terminal would obey. */
void rk_receipt_statement_print(struct rk_run *run, FILE *out, const char *statement);
/* renkei receipt verify's: the public key to verify with: that of --public-key, else the pinned one of this id; source: where it is from, for people.
 * Errors: RK_DATA_LOSS RECEIPT_KEY_UNKNOWN; those of rk_file_read. */
RK_MUST_USE enum rk_status rk_receipt_pem(struct rk_run *run, const char *key_id, const char **pem,
	const char **source, struct rk_err *err);
