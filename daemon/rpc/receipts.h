/* receipts.h - the statement of a receipt and its signature.
 *
 * A receipt is a pure function of the stored row and of the key named in the row (Ed25519, RFC 8032, is deterministic): it is
 * composed and signed after the commit, each time anew, and a replay is the first one byte for byte.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "words/receipt.h"

#include "renkei/v1/attachment.pb-c.h"
#include "renkei/v1/receipt.pb-c.h"

struct rk_keyring;

/* One key of a keyring, as others need it. */
struct rk_key_info {
	char id[RK_KEY_ID];
	const char *public_pem;
};

/* Reads the key that signs from now on and the older ones; key "" and older empty: a keyring without keys.
 * Errors: RK_FAILED_PRECONDITION naming the file: not readable, readable by others, no Ed25519 private key. */
RK_MUST_USE enum rk_status rk_keyring_open(
	const char *key, const char *const *older, struct rk_keyring **out, struct rk_err *err);
void rk_keyring_close(struct rk_keyring **keys);
/* Identifier of the key that signs; "" without one. */
const char *rk_keyring_current(const struct rk_keyring *keys);
size_t rk_keyring_count(const struct rk_keyring *keys);
const struct rk_key_info *rk_keyring_info(const struct rk_keyring *keys, size_t number);

/* Signs any other text with the key that signs receipts now, 64 bytes.
 * Errors: RK_FAILED_PRECONDITION RECEIPT_KEY_MISSING  there is none */
RK_MUST_USE enum rk_status rk_keyring_sign(const struct rk_keyring *keys, struct rk_slice text,
	uint8_t signature[64], struct rk_err *err);

/* Fills statement and signature, which live in the arena.
 * Errors: RK_FAILED_PRECONDITION RECEIPT_KEY_MISSING  the key of the receipt is not in the keyring */
RK_MUST_USE enum rk_status rk_receipt_complete(const struct rk_keyring *keys,
	struct rk_arena *arena, Renkei__V1__Receipt *receipt, struct rk_err *err);
/* The same for an attachment's. */
RK_MUST_USE enum rk_status rk_attachment_receipt_complete(const struct rk_keyring *keys,
	struct rk_arena *arena, Renkei__V1__AttachmentReceipt *receipt, struct rk_err *err);
