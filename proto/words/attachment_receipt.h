/* attachment_receipt.h - the signed text of an attachment's receipt, and the proof that it holds; receipt.h is that of a report. */
#pragma once
#include "words/receipt.h"

#include "renkei/v1/attachment.pb-c.h"

/* Whether a number is an attachment's: "401005-2016Q3-A1". */
bool rk_attachment_number_is(const char *number);

/* rk_attachment_receipt_statement appends the text that is signed: "renkei attachment receipt v2" and "name: value" lines ended by LF, of
 * every field but statement and signature; of one whose kind is not said v1, without title, kind, language and record.
 * Errors: RK_INVALID_ARGUMENT  a field that it needs is missing or not valid */
RK_MUST_USE enum rk_status rk_attachment_receipt_statement(
	const Renkei__V1__AttachmentReceipt *receipt, struct rk_buf *out, struct rk_err *err);

/* rk_attachment_receipt_verify proves that the receipt is one of a file of this SHA-256 (64 digits) and size, signed by this key; sha256 NULL:
 * the file is not compared.  Errors: those of rk_receipt_verify. */
RK_MUST_USE enum rk_status rk_attachment_receipt_verify(
	const Renkei__V1__AttachmentReceipt *receipt, const char *sha256, int64_t size,
	struct rk_slice public_key_pem, struct rk_err *err);
