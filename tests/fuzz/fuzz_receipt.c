/* Receipts: one signed here is verified, and with any byte of text, signature or report changed it is not; one from outside
 * is verified only when it is the one that would be signed here. */
#include "base/digest.h"
#include "bite.h"
#include "wire/pack.h"
#include "words/receipt.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static EVP_PKEY *key;
static struct rk_buf pem;
static char key_id[RK_KEY_ID];

static void make_key(void)
{
	static const uint8_t seed[32] = "an Ed25519 key that fuzzers use";
	BIO *bio = BIO_new(BIO_s_mem());
	struct rk_err err;
	char *text;
	long len;

	key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof seed);
	assert(key && bio && PEM_write_bio_PUBKEY(bio, key) == 1);
	len = BIO_get_mem_data(bio, &text);
	assert(rk_buf_add(&pem, text, (size_t)len) == RK_OK);
	assert(rk_receipt_key_id(rk_buf_slice(&pem), key_id, &err) == RK_OK);
	BIO_free(bio);
}

static void sign(const char *text, uint8_t signature[64])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t len = 64;

	assert(context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1);
	assert(EVP_DigestSign(context, signature, &len, (const uint8_t *)text, strlen(text)) == 1);
	EVP_MD_CTX_free(context);
}

/* Whoever sends a receipt cannot make one that holds: only the key can. */
static void from_outside(const Renkei__V1__Receipt *receipt, struct rk_slice report)
{
	uint8_t signature[64];
	struct rk_err err = {0};

	if (rk_receipt_verify(receipt, report, rk_buf_slice(&pem), &err) != RK_OK) {
		assert(err.text[0]);
		return;
	}
	sign(receipt->statement, signature);
	assert(receipt->signature.len == 64 && memcmp(receipt->signature.data, signature, 64) == 0);
}

/* One thing about it changed, and changed back. */
static void changed(Renkei__V1__Receipt *receipt, struct rk_slice report, struct rk_slice in)
{
	size_t place = (size_t)bite_byte(&in) << 8, len = strlen(receipt->statement);
	uint8_t what = bite_byte(&in), flip = bite_byte(&in) | 1, *at = NULL;
	struct rk_err err;

	place |= bite_byte(&in);
	/* A NUL ends the text there, which is a change as well. */
	if (what % 4 == 0)
		at = (uint8_t *)receipt->statement + place % len;
	else if (what % 4 == 1)
		at = receipt->signature.data + place % 64;
	else if (what % 4 == 2)
		at = (uint8_t *)&receipt->late_seconds;
	else
		report.len--;
	if (at)
		*at ^= flip;
	assert(rk_receipt_verify(receipt, report, rk_buf_slice(&pem), &err) != RK_OK);
	if (at)
		*at ^= flip;
	else
		report.len++;
	assert(rk_receipt_verify(receipt, report, rk_buf_slice(&pem), &err) == RK_OK);
}

static void made_here(Renkei__V1__Receipt *receipt, struct rk_slice report, struct rk_slice in)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0}, number = {0};
	char hex[RK_SHA256_HEX];
	uint8_t signature[64];
	struct rk_err err = {0};

	if (rk_receipt_number(&number, receipt->municipality_code, receipt->period,
		    receipt->version, &err) != RK_OK)
		return;
	rk_sha256_hex(report, hex);
	receipt->number = (char *)rk_buf_cstr(&number);
	receipt->sha256 = hex;
	receipt->length = (int64_t)report.len;
	receipt->key_id = key_id;
	if (!receipt->number || rk_receipt_statement(receipt, &text, &err) != RK_OK)
		return;
	receipt->statement = (char *)rk_buf_cstr(&text);
	sign(receipt->statement, signature);
	receipt->signature = (ProtobufCBinaryData){sizeof signature, signature};
	changed(receipt, report, in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const ProtobufCMessageDescriptor *type = &renkei__v1__receipt__descriptor;
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	struct rk_slice in = rk_slice_of(data, size), bytes = bite_long(&in);
	ProtobufCMessage *message;
	char id[RK_KEY_ID];
	struct rk_err err;

	if (!key)
		make_key();
	if (rk_receipt_key_id(in, id, &err) == RK_OK)
		assert(strlen(id) == 16);
	if (rk_scan(type, bytes, NULL, NULL, NULL, &err) != RK_OK ||
		rk_unpack(&arena, type, bytes, &message, &err) != RK_OK)
		return 0;
	from_outside((const void *)message, rk_slice_str("report"));
	made_here((void *)message, rk_slice_str("report"), in);
	return 0;
}
