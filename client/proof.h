/* proof.h - does a receipt hold?  Ed25519 over its statement, and the statement against its fields and the report. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include "renkei/v1/receipt.pb-c.h"

/* First 16 hexadecimal digits of the SHA-256 over the SubjectPublicKeyInfo of a PEM key.
 * Errors: RK_DATA_LOSS RECEIPT_KEY_BAD when it is no Ed25519 public key. */
RK_MUST_USE enum rk_status rk_proof_key_id(
	struct rk_slice pem, char out[17], struct rk_err *err);
/* Errors: RK_DATA_LOSS SIGNATURE_BAD, RECEIPT_KEY_BAD. */
RK_MUST_USE enum rk_status rk_proof_signature(struct rk_slice pem, struct rk_slice statement,
	struct rk_slice signature, struct rk_err *err);
/* The value of a line "name: value" of a statement; at == NULL when there is none. */
struct rk_slice rk_proof_line(struct rk_slice statement, const char *name);
/* The statement says what the receipt's fields say.  Errors: RK_DATA_LOSS STATEMENT_DIFFERS naming the line. */
RK_MUST_USE enum rk_status rk_proof_fields(const Renkei__V1__Receipt *receipt, struct rk_err *err);
/* The statement speaks of exactly these bytes.  Errors: RK_DATA_LOSS REPORT_DIFFERS. */
RK_MUST_USE enum rk_status rk_proof_report(
	struct rk_slice statement, struct rk_slice report, struct rk_err *err);
