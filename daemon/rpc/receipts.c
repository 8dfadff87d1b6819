#include "rpc/receipts.h"

#include "words/attachment_receipt.h"
#include "words/receipt.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_KEYS      17
#define ED25519_BYTES 64

struct key {
	struct rk_key_info info;
	char *pem;
	EVP_PKEY *pkey;
};

struct rk_keyring {
	struct key keys[MAX_KEYS];
	size_t count;
	bool signs; /* keys[0] is the key that signs from now on */
};

static void pkey_clear(EVP_PKEY **pkey)
{
	EVP_PKEY_free(*pkey);
}

static enum rk_status read_private(const char *path, EVP_PKEY **out, struct rk_err *err)
{
	struct stat facts;
	FILE *file = fopen(path, "re");

	if (!file)
		return rk_fail(err, RK_FAILED_PRECONDITION, "receipt key %s: %m", path);
	if (fstat(fileno(file), &facts) != 0 || (facts.st_mode & 077) != 0) {
		(void)fclose(file);
		return rk_fail(err, RK_FAILED_PRECONDITION,
			"receipt key %s: others can read it (mode %04o); chmod 600 it", path,
			(unsigned)facts.st_mode & 07777);
	}
	/* An empty passphrase: one would be asked for on the terminal, and a daemon has none. */
	*out = PEM_read_PrivateKey(file, NULL, NULL, "");
	(void)fclose(file);
	if (*out && EVP_PKEY_is_a(*out, "ED25519"))
		return RK_OK;
	return rk_fail(err, RK_FAILED_PRECONDITION, "receipt key %s: no Ed25519 private key", path);
}

/* gcc 12 forgets what a struct keeps once a function that it does not see has been handed a part of it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

static enum rk_status describe(struct key *key, struct rk_err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text, *pem;
	long size;

	if (!bio || PEM_write_bio_PUBKEY(bio, key->pkey) != 1) {
		BIO_free(bio);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a receipt key");
	}
	size = BIO_get_mem_data(bio, &text);
	pem = strndup(text, (size_t)size);
	BIO_free(bio);
	if (!pem)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a receipt key");
	key->pem = pem;
	key->info.public_pem = pem;
	return rk_receipt_key_id(rk_slice_str(pem), key->info.id, err);
}

#pragma GCC diagnostic pop

static enum rk_status add(struct rk_keyring *keys, const char *path, struct rk_err *err)
{
	struct key *key = &keys->keys[keys->count];

	if (keys->count == MAX_KEYS)
		return rk_fail(err, RK_FAILED_PRECONDITION, "more than %d receipt keys", MAX_KEYS);
	keys->count++;
	RK_TRY(read_private(path, &key->pkey, err));
	return describe(key, err);
}

static enum rk_status fill(
	struct rk_keyring *keys, const char *key, const char *const *older, struct rk_err *err)
{
	keys->signs = key && *key;
	if (keys->signs)
		RK_TRY(add(keys, key, err));
	for (; older && *older; older++)
		RK_TRY(add(keys, *older, err));
	return RK_OK;
}

enum rk_status rk_keyring_open(
	const char *key, const char *const *older, struct rk_keyring **out, struct rk_err *err)
{
	enum rk_status status;

	*out = calloc(1, sizeof **out);
	if (!*out)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the receipt keys");
	status = fill(*out, key, older, err);
	if (status != RK_OK)
		rk_keyring_close(out);
	return status;
}

void rk_keyring_close(struct rk_keyring **keys)
{
	if (!*keys)
		return;
	for (size_t i = 0; i < (*keys)->count; i++) {
		pkey_clear(&(*keys)->keys[i].pkey);
		free((*keys)->keys[i].pem);
	}
	free(*keys);
	*keys = NULL;
}

const char *rk_keyring_current(const struct rk_keyring *keys)
{
	return keys && keys->signs ? keys->keys[0].info.id : "";
}

size_t rk_keyring_count(const struct rk_keyring *keys)
{
	return keys ? keys->count : 0;
}

const struct rk_key_info *rk_keyring_info(const struct rk_keyring *keys, size_t number)
{
	return &keys->keys[number].info;
}

static const struct key *key_find(const struct rk_keyring *keys, const char *id)
{
	for (size_t i = 0; keys && i < keys->count; i++) {
		if (strcmp(keys->keys[i].info.id, id) == 0)
			return &keys->keys[i];
	}
	return NULL;
}

static enum rk_status sign(EVP_PKEY *pkey, struct rk_slice text, uint8_t *out, struct rk_err *err)
{
	EVP_MD_CTX *context;
	size_t len = ED25519_BYTES;
	bool good, starved;

	errno = 0;
	context = EVP_MD_CTX_new();
	good = context && EVP_DigestSignInit(context, NULL, NULL, NULL, pkey) == 1 &&
		EVP_DigestSign(context, out, &len, text.at, text.len) == 1;
	starved = errno == ENOMEM;
	EVP_MD_CTX_free(context);
	if (good)
		return RK_OK;
	ERR_clear_error();
	return rk_fail(err, starved ? RK_RESOURCE_EXHAUSTED : RK_INTERNAL,
		"the receipt could not be signed");
}

enum rk_status rk_keyring_sign(const struct rk_keyring *keys, struct rk_slice text,
	uint8_t signature[64], struct rk_err *err)
{
	if (!keys || !keys->signs)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "RECEIPT_KEY_MISSING",
			"this server has no key that signs");
	return sign(keys->keys[0].pkey, text, signature, err);
}

/* What is filled: the same two fields of both kinds. */
struct place {
	const char *number, *key_id;
	char **statement;
	ProtobufCBinaryData *signature;
};

/* stated: what came of the text.  Its fields come from the database, which is ours. */
static enum rk_status complete(const struct rk_keyring *keys, struct rk_arena *arena,
	const struct place *place, enum rk_status stated, struct rk_slice text, struct rk_err *err)
{
	const struct key *key = key_find(keys, place->key_id);

	if (!key)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "RECEIPT_KEY_MISSING",
			"receipt %s was signed with key %s, which this server does not have",
			place->number, place->key_id);
	if (stated == RK_RESOURCE_EXHAUSTED)
		return stated;
	if (stated != RK_OK) {
		struct rk_err why = *err;

		return rk_fail(err, RK_INTERNAL, "the receipt of the database: %s", why.text);
	}
	*place->statement = rk_arena_slice(arena, text);
	place->signature->data = rk_arena_alloc(arena, ED25519_BYTES);
	place->signature->len = ED25519_BYTES;
	if (!*place->statement || !place->signature->data)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a receipt");
	return sign(key->pkey, text, place->signature->data, err);
}

enum rk_status rk_receipt_complete(const struct rk_keyring *keys, struct rk_arena *arena,
	Renkei__V1__Receipt *receipt, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	const struct place place = {
		receipt->number, receipt->key_id, &receipt->statement, &receipt->signature};
	enum rk_status stated = rk_receipt_statement(receipt, &text, err);

	return complete(keys, arena, &place, stated, rk_buf_slice(&text), err);
}

enum rk_status rk_attachment_receipt_complete(const struct rk_keyring *keys, struct rk_arena *arena,
	Renkei__V1__AttachmentReceipt *receipt, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	const struct place place = {
		receipt->number, receipt->key_id, &receipt->statement, &receipt->signature};
	enum rk_status stated = rk_attachment_receipt_statement(receipt, &text, err);

	return complete(keys, arena, &place, stated, rk_buf_slice(&text), err);
}
