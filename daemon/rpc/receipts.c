#include "rpc/receipts.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/digest.h"
#include "base/text.h"

#define MAX_KEYS 17
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
		fclose(file);
		return rk_fail(err, RK_FAILED_PRECONDITION,
			"receipt key %s: others may read it; its mode must be 0600 or less", path);
	}
	*out = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	if (*out && EVP_PKEY_is_a(*out, "ED25519"))
		return RK_OK;
	return rk_fail(err, RK_FAILED_PRECONDITION, "receipt key %s: no Ed25519 private key", path);
}

static enum rk_status describe(struct key *key, struct rk_err *err)
{
	char hex[RK_SHA256_HEX];
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key->pkey, &der);
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long size;

	if (len <= 0 || !bio || PEM_write_bio_PUBKEY(bio, key->pkey) != 1) {
		OPENSSL_free(der);
		BIO_free(bio);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a receipt key");
	}
	rk_sha256_hex(rk_slice_of(der, (size_t)len), hex);
	memcpy(key->info.id, hex, sizeof key->info.id - 1);
	size = BIO_get_mem_data(bio, &text);
	key->pem = strndup(text, (size_t)size);
	key->info.public_pem = key->pem;
	OPENSSL_free(der);
	BIO_free(bio);
	return key->pem ? RK_OK : rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a receipt key");
}

static enum rk_status add(struct rk_keyring *keys, const char *path, struct rk_err *err)
{
	struct key *key = &keys->keys[keys->count];

	if (keys->count == MAX_KEYS)
		return rk_fail(err, RK_FAILED_PRECONDITION, "more than %d receipt keys", MAX_KEYS);
	keys->count++;
	RK_TRY(read_private(path, &key->pkey, err));
	return describe(key, err);
}

static enum rk_status fill(struct rk_keyring *keys, const char *key, const char *const *older,
	struct rk_err *err)
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

/* "2016-07-15T05:59:59.123456Z" and "2016-07-15T14:59:59.123456+09:00": always six digits, or none. */
static void format_time(const Google__Protobuf__Timestamp *at, int offset_hours, bool fraction, char out[48])
{
	time_t seconds = (time_t)at->seconds + offset_hours * 3600;
	char whole[24] = "", digits[16] = "";
	struct tm parts;

	if (gmtime_r(&seconds, &parts))
		strftime(whole, sizeof whole, "%Y-%m-%dT%H:%M:%S", &parts);
	if (fraction)
		snprintf(digits, sizeof digits, ".%06d", (int)(at->nanos / 1000 % 1000000));
	snprintf(out, 48, "%s%s%s", whole, digits, offset_hours ? "+09:00" : "Z");
}

static enum rk_status add_times(struct rk_buf *text, const Renkei__V1__Receipt *receipt)
{
	char utc[48] = "none", japan[48] = "none";

	if (receipt->received_at) {
		format_time(receipt->received_at, 0, true, utc);
		format_time(receipt->received_at, 9, true, japan);
	}
	RK_TRY(rk_buf_addf(text, "received_utc: %s\nreceived_jst: %s\n", utc, japan));
	snprintf(utc, sizeof utc, "none");
	snprintf(japan, sizeof japan, "none");
	if (receipt->due_at) {
		format_time(receipt->due_at, 0, false, utc);
		format_time(receipt->due_at, 9, false, japan);
	}
	return rk_buf_addf(text, "due_utc: %s\ndue_jst: %s\n", utc, japan);
}

static const char *timeliness(Renkei__V1__Timeliness value)
{
	switch (value) {
	case RENKEI__V1__TIMELINESS__TIMELINESS_ON_TIME:
		return "on_time";
	case RENKEI__V1__TIMELINESS__TIMELINESS_LATE:
		return "late";
	default:
		return "no_deadline";
	}
}

static enum rk_status compose(struct rk_buf *text, const Renkei__V1__Receipt *receipt)
{
	const Renkei__V1__Period *period = receipt->period;
	bool forecast = period && period->variant == RENKEI__V1__VARIANT__VARIANT_FORECAST;

	RK_TRY(rk_buf_addf(text, "renkei receipt v1\nnumber: %s\nmunicipality: %s\n",
		receipt->number, receipt->municipality_code));
	RK_TRY(rk_buf_addf(text, "period: %dQ%d\nvariant: %s\nversion: %d\n",
		period ? period->fiscal_year : 0, period ? (int)period->quarter : 0,
		forecast ? "forecast" : "regular", receipt->version));
	RK_TRY(rk_buf_addf(text, "sha256: %s\nlength: %lld\nrule_set: %s\n", receipt->sha256,
		(long long)receipt->length, receipt->rule_set_hash));
	RK_TRY(rk_buf_addf(text, "warnings: %d\ninfos: %d\n", receipt->warning_count,
		receipt->info_count));
	RK_TRY(add_times(text, receipt));
	return rk_buf_addf(text, "timeliness: %s\nlate_seconds: %lld\nkey: %s\n",
		timeliness(receipt->timeliness), (long long)receipt->late_seconds, receipt->key_id);
}

static enum rk_status sign(EVP_PKEY *pkey, struct rk_slice text, uint8_t *out, struct rk_err *err)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t len = ED25519_BYTES;
	bool good = context && EVP_DigestSignInit(context, NULL, NULL, NULL, pkey) == 1 &&
		EVP_DigestSign(context, out, &len, text.at, text.len) == 1;

	EVP_MD_CTX_free(context);
	return good ? RK_OK : rk_fail(err, RK_INTERNAL, "the receipt could not be signed");
}

enum rk_status rk_receipt_complete(const struct rk_keyring *keys, struct rk_arena *arena,
	Renkei__V1__Receipt *receipt, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	const struct key *key = key_find(keys, receipt->key_id);

	if (!key)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "RECEIPT_KEY_MISSING",
			"receipt %s was signed with key %s, which this server does not have",
			receipt->number, receipt->key_id);
	if (compose(&text, receipt) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a receipt");
	receipt->statement = rk_arena_slice(arena, rk_buf_slice(&text));
	receipt->signature.data = rk_arena_alloc(arena, ED25519_BYTES);
	receipt->signature.len = ED25519_BYTES;
	if (!receipt->statement || !receipt->signature.data)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a receipt");
	return sign(key->pkey, rk_buf_slice(&text), receipt->signature.data, err);
}
