/* cmd_receipt.h - what the receipts of reports and of attachments have in common when they are shown and verified. */
#pragma once
#include "base/buf.h"
#include "out.h"
#include "run.h"

#include "renkei/v1/receipt.pb-c.h"

#include <stdio.h>

/* A table of receipts of reports, and one of its rows. */
struct rk_grid rk_receipt_grid(struct rk_run *run);
void rk_receipt_row(struct rk_grid *grid, const Renkei__V1__Receipt *receipt);

/* One line of a file of receipts, as relay writes it.  Errors: RK_DATA_LOSS RECEIPT_LINE_BAD. */
RK_MUST_USE enum rk_status rk_receipt_line(struct rk_run *run, struct rk_slice line,
	const Renkei__V1__Receipt **out, struct rk_err *err);

/* Whether it is the receipt of an attachment. */
bool rk_receipt_line_is_file(struct rk_slice line);

/* --statement, --signature and --public-key: the parts that openssl alone can check.  Returns an exit status. */
int rk_receipt_export(
	struct rk_run *run, const char *key_id, const char *statement, struct rk_slice signature);
/* A statement as a server gave it, line by line, with nothing in it that a terminal would obey. */
void rk_receipt_statement_print(struct rk_run *run, FILE *out, const char *statement);
/* renkei receipt verify's: the public key to verify with: that of --public-key, else the pinned one of this id; source: where it is from, for people.
 * Errors: RK_DATA_LOSS RECEIPT_KEY_UNKNOWN; those of rk_file_read. */
RK_MUST_USE enum rk_status rk_receipt_pem(struct rk_run *run, const char *key_id, const char **pem,
	const char **source, struct rk_err *err);
