#include "proof.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/digest.h"

static void free_key(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void free_context(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
}

static enum rk_status open_key(struct rk_slice pem, EVP_PKEY **out, struct rk_err *err)
{
	BIO *bio = pem.len < 65536 ? BIO_new_mem_buf(pem.at, (int)pem.len) : NULL;

	*out = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	ERR_clear_error();
	if (*out && EVP_PKEY_is_a(*out, "ED25519"))
		return RK_OK;
	return rk_fail_reason(
		err, RK_DATA_LOSS, "RECEIPT_KEY_BAD", "the public key is no Ed25519 key in PEM");
}

enum rk_status rk_proof_key_id(struct rk_slice pem, char out[17], struct rk_err *err)
{
	RK_AUTO(free_key) EVP_PKEY *key = NULL;
	unsigned char *der = NULL;
	char hex[RK_SHA256_HEX];

	RK_TRY(open_key(pem, &key, err));
	int len = i2d_PUBKEY(key, &der);

	if (len <= 0)
		return rk_fail_reason(err, RK_DATA_LOSS, "RECEIPT_KEY_BAD", "the public key has no DER form");
	rk_sha256_hex(rk_slice_of(der, (size_t)len), hex);
	OPENSSL_free(der);
	memcpy(out, hex, 16);
	out[16] = '\0';
	return RK_OK;
}

enum rk_status rk_proof_signature(struct rk_slice pem, struct rk_slice statement,
	struct rk_slice signature, struct rk_err *err)
{
	RK_AUTO(free_key) EVP_PKEY *key = NULL;
	RK_AUTO(free_context) EVP_MD_CTX *context = EVP_MD_CTX_new();

	RK_TRY(open_key(pem, &key, err));
	bool good = context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
		    EVP_DigestVerify(context, signature.at, signature.len, statement.at,
			    statement.len) == 1;

	ERR_clear_error();
	if (good)
		return RK_OK;
	return rk_fail_reason(err, RK_DATA_LOSS, "SIGNATURE_BAD",
		"the signature does not fit the statement and the key");
}

struct rk_slice rk_proof_line(struct rk_slice statement, const char *name)
{
	size_t name_len = strlen(name);

	while (statement.len) {
		const uint8_t *end = memchr(statement.at, '\n', statement.len);
		size_t len = end ? (size_t)(end - statement.at) : statement.len;

		if (len > name_len + 1 && memcmp(statement.at, name, name_len) == 0 &&
			memcmp(statement.at + name_len, ": ", 2) == 0)
			return rk_slice_of(statement.at + name_len + 2, len - name_len - 2);
		statement.at += len + (end ? 1 : 0);
		statement.len -= len + (end ? 1 : 0);
	}
	return rk_slice_of(NULL, 0);
}

static const char *timeliness_word(Renkei__V1__Timeliness timeliness)
{
	switch (timeliness) {
	case RENKEI__V1__TIMELINESS__TIMELINESS_ON_TIME:
		return "on_time";
	case RENKEI__V1__TIMELINESS__TIMELINESS_LATE:
		return "late";
	default:
		return "no_deadline";
	}
}

enum rk_status rk_proof_fields(const Renkei__V1__Receipt *receipt, struct rk_err *err)
{
	const Renkei__V1__Period *period = receipt->period;
	char tag[32] = "", version[16], length[24], warnings[16], late[24];
	bool forecast = period && period->variant == RENKEI__V1__VARIANT__VARIANT_FORECAST;

	if (period)
		snprintf(tag, sizeof tag, "%dQ%d", period->fiscal_year, (int)period->quarter);
	snprintf(version, sizeof version, "%d", receipt->version);
	snprintf(length, sizeof length, "%lld", (long long)receipt->length);
	snprintf(warnings, sizeof warnings, "%d", receipt->warning_count);
	snprintf(late, sizeof late, "%lld", (long long)receipt->late_seconds);
	const struct {
		const char *name;
		const char *value;
	} lines[] = {
		{"number", receipt->number},
		{"municipality", receipt->municipality_code},
		{"period", tag},
		{"variant", forecast ? "forecast" : "regular"},
		{"version", version},
		{"sha256", receipt->sha256},
		{"length", length},
		{"rule_set", receipt->rule_set_hash},
		{"warnings", warnings},
		{"timeliness", timeliness_word(receipt->timeliness)},
		{"late_seconds", late},
		{"key", receipt->key_id},
	};
	struct rk_slice statement = rk_slice_str(receipt->statement);

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct rk_slice said = rk_proof_line(statement, lines[i].name);

		/* A forecast's period is written 2016Q4 or, as in its number, 2016Q4F. */
		if (forecast && said.at && said.len && said.at[said.len - 1] == 'F' &&
			strcmp(lines[i].name, "period") == 0)
			said.len--;
		if (!said.at || !rk_slice_equal_str(said, lines[i].value))
			return rk_fail_reason(err, RK_DATA_LOSS, "STATEMENT_DIFFERS",
				"%s: the statement says '%.*s', the receipt '%s'", lines[i].name,
				(int)said.len, said.at ? (const char *)said.at : "", lines[i].value);
	}
	return RK_OK;
}

enum rk_status rk_proof_report(
	struct rk_slice statement, struct rk_slice report, struct rk_err *err)
{
	struct rk_slice sha256 = rk_proof_line(statement, "sha256");
	struct rk_slice length = rk_proof_line(statement, "length");
	char hex[RK_SHA256_HEX], bytes[24];

	rk_sha256_hex(report, hex);
	snprintf(bytes, sizeof bytes, "%zu", report.len);
	if (sha256.at && length.at && rk_slice_equal_str(sha256, hex) &&
		rk_slice_equal_str(length, bytes))
		return RK_OK;
	return rk_fail_reason(err, RK_DATA_LOSS, "REPORT_DIFFERS",
		"the report has %s bytes with SHA-256 %s; the receipt speaks of %.*s bytes with %.*s", bytes,
		hex, (int)length.len, length.at ? (const char *)length.at : "", (int)sha256.len,
		sha256.at ? (const char *)sha256.at : "");
}
