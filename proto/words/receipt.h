/* receipt.h - the receipt's number, its signed text, and the proof that it holds.
 *
 * The statement is made of the receipt's fields and nothing else, so that it can be made again at any time; the signature
 * is Ed25519 (RFC 8032), which is deterministic: the same row and key give the same receipt, byte for byte.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "words/period.h"

#include "renkei/v1/receipt.pb-c.h"

#include <stdbool.h>

#define RK_KEY_ID 17 /* 16 hexadecimal digits and the NUL */

/* rk_receipt_number appends "401005-2016Q1-1"; a forecast's is "401005-2016Q4F-1".
 * Errors: RK_INVALID_ARGUMENT  period or version (from 1) are not valid */
RK_MUST_USE enum rk_status rk_receipt_number(struct rk_buf *out, const char *municipality_code,
	const Renkei__V1__Period *period, int32_t version, struct rk_err *err);

/* rk_receipt_statement appends the text that is signed: "renkei receipt v1" and "name: value" lines ended by LF, of every
 * field but statement and signature; delegated_by has a line only where the report was entered for the municipality.
 * Errors: RK_INVALID_ARGUMENT  a field that it needs is missing or not valid */
RK_MUST_USE enum rk_status rk_receipt_statement(
	const Renkei__V1__Receipt *receipt, struct rk_buf *out, struct rk_err *err);

/* What receipts of both kinds are made of; attachment_receipt.h is the other one.
 * rk_receipt_add_time appends "name: 2016-07-15T14:59:59.123456Z", or in JST, without what is behind the second only when micros is false
 * and there is nothing. */
RK_MUST_USE enum rk_status rk_receipt_add_time(struct rk_buf *out, const char *name,
	const Google__Protobuf__Timestamp *time, bool micros, bool jst);
/* "received_utc: ..." and "received_jst: ...", each with its micros. */
RK_MUST_USE enum rk_status rk_receipt_add_both_times(struct rk_buf *out, const char *utc,
	const char *jst, const Google__Protobuf__Timestamp *time);
bool rk_receipt_time_is_fine(const Google__Protobuf__Timestamp *time);

/* What every receipt says; its words must hold no line break, which would let them say lines of their own. */
struct rk_receipt_facts {
	const char *number, *municipality_code, *sha256, *key_id;
	const Renkei__V1__Period *period;
	const Google__Protobuf__Timestamp *received_at;
	const char *statement; /* as it is said to have been signed */
};
/* Errors: RK_INVALID_ARGUMENT  one of them is missing or not valid. */
RK_MUST_USE enum rk_status rk_receipt_facts_check(
	const struct rk_receipt_facts *facts, struct rk_period *period, struct rk_err *err);
/* The text that follows from the fields is the one said to have been signed, and number_fits.  Errors: RK_DATA_LOSS RECEIPT_STATEMENT_DIFFERS. */
RK_MUST_USE enum rk_status rk_receipt_facts_hold(const struct rk_receipt_facts *facts,
	bool number_fits, struct rk_slice text, struct rk_err *err);
bool rk_receipt_is_word(const char *text);

/* The signature of a text by the key of this id.  Errors: those of rk_receipt_verify about key and signature. */
struct rk_receipt_signed {
	const char *number, *key_id, *statement;
	struct rk_slice signature;
};
RK_MUST_USE enum rk_status rk_receipt_signed_verify(const struct rk_receipt_signed *signed_text,
	struct rk_slice public_key_pem, struct rk_err *err);

/* rk_receipt_key_id writes the id of a public key: SHA-256 of its SubjectPublicKeyInfo, first 16 hexadecimal digits.
 * Errors: RK_INVALID_ARGUMENT  pem holds no Ed25519 public key */
RK_MUST_USE enum rk_status rk_receipt_key_id(
	struct rk_slice pem, char out[RK_KEY_ID], struct rk_err *err);

/* rk_receipt_verify proves that the receipt is one of these report bytes, signed by this key: statement equals fields,
 * number equals its parts, SHA-256, length, key id and signature.  report.at == NULL: the bytes are not compared.
 *
 * Errors, RK_DATA_LOSS with reason: DIGEST_MISMATCH (bytes or length differ), RECEIPT_STATEMENT_DIFFERS,
 * RECEIPT_SIGNATURE_INVALID; RK_NOT_FOUND RECEIPT_KEY_MISSING when another key signed; RK_INVALID_ARGUMENT for a receipt
 * that lacks fields or a PEM that is no Ed25519 public key. */
RK_MUST_USE enum rk_status rk_receipt_verify(const Renkei__V1__Receipt *receipt,
	struct rk_slice report, struct rk_slice public_key_pem, struct rk_err *err);
