#include "words/receipt.h"

#include "base/digest.h"
#include "words/period.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

/* 9999-12-31T00:00:00Z, so that an offset never leads to a year of five digits. */
#define LAST_SECOND 253402214400

enum rk_status rk_receipt_number(struct rk_buf *out, const char *municipality_code,
	const Renkei__V1__Period *period, int32_t version, struct rk_err *err)
{
	struct rk_period checked;
	char text[RK_PERIOD_TEXT];

	if (!rk_period_from_message(period, &checked))
		return rk_fail(err, RK_INVALID_ARGUMENT, "receipt: the period is not valid");
	if (version < 1)
		return rk_fail(
			err, RK_INVALID_ARGUMENT, "receipt: version %d; at least 1", version);
	rk_period_print(checked, text);
	if (rk_buf_addf(out, "%s-%s-%d", municipality_code, text, version) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "receipt: no memory");
	return RK_OK;
}

enum rk_status rk_receipt_add_time(struct rk_buf *out, const char *name,
	const Google__Protobuf__Timestamp *time, bool micros, bool jst)
{
	int64_t shown = time->seconds + (jst ? RK_JST_SECONDS : 0);
	int32_t date = rk_date_from_days((int32_t)(shown / 86400));
	int32_t second = (int32_t)(shown % 86400);

	RK_TRY(rk_buf_addf(out, "%s: %04d-%02d-%02dT%02d:%02d:%02d", name, date / 10000,
		date / 100 % 100, date % 100, second / 3600, second / 60 % 60, second % 60));
	if (micros || time->nanos)
		RK_TRY(rk_buf_addf(out, ".%06d", time->nanos / 1000));
	return rk_buf_add_str(out, jst ? "+09:00\n" : "Z\n");
}

enum rk_status rk_receipt_add_both_times(struct rk_buf *out, const char *utc, const char *jst,
	const Google__Protobuf__Timestamp *time)
{
	RK_TRY(rk_receipt_add_time(out, utc, time, true, false));
	return rk_receipt_add_time(out, jst, time, true, true);
}

bool rk_receipt_time_is_fine(const Google__Protobuf__Timestamp *time)
{
	return time->seconds >= 0 && time->seconds < LAST_SECOND && time->nanos >= 0 &&
		time->nanos < 1000000000;
}

static const char *timeliness_name(Renkei__V1__Timeliness timeliness)
{
	switch (timeliness) {
	case RENKEI__V1__TIMELINESS__TIMELINESS_ON_TIME:
		return "on_time";
	case RENKEI__V1__TIMELINESS__TIMELINESS_LATE:
		return "late";
	case RENKEI__V1__TIMELINESS__TIMELINESS_NO_DEADLINE:
		return "no_deadline";
	case RENKEI__V1__TIMELINESS__TIMELINESS_AWAITING_RELEASE:
		return "awaiting_release";
	default:
		return NULL;
	}
}

static enum rk_status add_times(const Renkei__V1__Receipt *receipt, struct rk_buf *out)
{
	const Google__Protobuf__Timestamp *at = receipt->received_at, *due = receipt->due_at,
					  *released = receipt->released_at;

	RK_TRY(rk_receipt_add_both_times(out, "received_utc", "received_jst", at));
	/* No lines where there is none: what needed no release reads as it always did. */
	if (released)
		RK_TRY(rk_receipt_add_both_times(out, "released_utc", "released_jst", released));
	if (!due)
		return rk_buf_add_str(out, "due_utc: none\ndue_jst: none\n");
	RK_TRY(rk_receipt_add_time(out, "due_utc", due, false, false));
	return rk_receipt_add_time(out, "due_jst", due, false, true);
}

static enum rk_status add_lines(
	const Renkei__V1__Receipt *receipt, struct rk_period period, struct rk_buf *out)
{
	char text[RK_PERIOD_TEXT];

	rk_period_print((struct rk_period){period.fiscal_year, period.quarter, false}, text);
	RK_TRY(rk_buf_addf(out, "renkei receipt v1\nnumber: %s\nmunicipality: %s\n",
		receipt->number, receipt->municipality_code));
	RK_TRY(rk_buf_addf(out, "period: %s\nvariant: %s\nversion: %d\n", text,
		period.forecast ? "forecast" : "regular", receipt->version));
	RK_TRY(rk_buf_addf(out, "sha256: %s\nlength: %" PRId64 "\nrule_set: %s\n", receipt->sha256,
		receipt->length, receipt->rule_set_hash));
	RK_TRY(rk_buf_addf(
		out, "warnings: %d\ninfos: %d\n", receipt->warning_count, receipt->info_count));
	RK_TRY(add_times(receipt, out));
	if (*receipt->delegated_by)
		RK_TRY(rk_buf_addf(out, "delegated_by: %s\n", receipt->delegated_by));
	return rk_buf_addf(out, "timeliness: %s\nlate_seconds: %" PRId64 "\nkey: %s\n",
		timeliness_name(receipt->timeliness), receipt->late_seconds, receipt->key_id);
}

#define WORD                                   \
	"0123456789abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ-_."

bool rk_receipt_is_word(const char *text)
{
	return *text && strspn(text, WORD) == strlen(text);
}

/* Of a report that the municipality entered itself there is none, and no line. */
static bool is_principal_or_none(const char *text)
{
	return strspn(text, WORD ":/") == strlen(text);
}

enum rk_status rk_receipt_facts_check(
	const struct rk_receipt_facts *facts, struct rk_period *period, struct rk_err *err)
{
	if (!rk_period_from_message(facts->period, period))
		return rk_fail(err, RK_INVALID_ARGUMENT, "receipt: the period is not valid");
	if (!facts->received_at || !rk_receipt_time_is_fine(facts->received_at))
		return rk_fail(err, RK_INVALID_ARGUMENT, "receipt: a time is missing or not valid");
	if (!rk_receipt_is_word(facts->number) || !rk_receipt_is_word(facts->municipality_code) ||
		!rk_receipt_is_word(facts->sha256) || !rk_receipt_is_word(facts->key_id))
		return rk_fail(err, RK_INVALID_ARGUMENT,
			"receipt: number, municipality, sha256 or key is missing or not valid");
	return RK_OK;
}

enum rk_status rk_receipt_facts_hold(const struct rk_receipt_facts *facts, bool number_fits,
	struct rk_slice text, struct rk_err *err)
{
	if (!number_fits)
		return rk_fail_reason(err, RK_DATA_LOSS, "RECEIPT_STATEMENT_DIFFERS",
			"receipt %s: the number does not follow from what it is made of",
			facts->number);
	if (!rk_slice_equal_str(text, facts->statement))
		return rk_fail_reason(err, RK_DATA_LOSS, "RECEIPT_STATEMENT_DIFFERS",
			"receipt %s: the signed text does not say what the fields say",
			facts->number);
	return RK_OK;
}

static struct rk_receipt_facts facts_of(const Renkei__V1__Receipt *receipt)
{
	return (struct rk_receipt_facts){receipt->number, receipt->municipality_code,
		receipt->sha256, receipt->key_id, receipt->period, receipt->received_at,
		receipt->statement};
}

enum rk_status rk_receipt_statement(
	const Renkei__V1__Receipt *receipt, struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	const struct rk_receipt_facts facts = facts_of(receipt);
	struct rk_period period;

	RK_TRY(rk_receipt_facts_check(&facts, &period, err));
	if ((receipt->due_at && !rk_receipt_time_is_fine(receipt->due_at)) ||
		(receipt->released_at && !rk_receipt_time_is_fine(receipt->released_at)))
		return rk_fail(err, RK_INVALID_ARGUMENT, "receipt: a time is missing or not valid");
	if (!timeliness_name(receipt->timeliness))
		return rk_fail(err, RK_INVALID_ARGUMENT, "receipt: no timeliness");
	if (!rk_receipt_is_word(receipt->rule_set_hash) ||
		!is_principal_or_none(receipt->delegated_by))
		return rk_fail(err, RK_INVALID_ARGUMENT,
			"receipt: rule set or who entered it is missing or not valid");
	if (add_lines(receipt, period, &text) != RK_OK ||
		rk_buf_add_slice(out, rk_buf_slice(&text)) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "receipt: no memory");
	return RK_OK;
}

static void key_free(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static enum rk_status read_key(struct rk_slice pem, EVP_PKEY **key, struct rk_err *err)
{
	BIO *bio = pem.len <= 65536
		? BIO_new_mem_buf(pem.at ? (const void *)pem.at : "", (int)pem.len)
		: NULL;

	*key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, "") : NULL;
	BIO_free(bio);
	if (*key && EVP_PKEY_is_a(*key, "ED25519"))
		return RK_OK;
	ERR_clear_error();
	return rk_fail(err, RK_INVALID_ARGUMENT, "no Ed25519 public key in PEM form");
}

static enum rk_status key_id_of(EVP_PKEY *key, char out[RK_KEY_ID], struct rk_err *err)
{
	char hex[RK_SHA256_HEX];
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	if (len <= 0)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the public key");
	rk_sha256_hex(rk_slice_of(der, (size_t)len), hex);
	OPENSSL_free(der);
	memcpy(out, hex, RK_KEY_ID - 1);
	out[RK_KEY_ID - 1] = '\0';
	return RK_OK;
}

enum rk_status rk_receipt_key_id(struct rk_slice pem, char out[RK_KEY_ID], struct rk_err *err)
{
	RK_AUTO(key_free) EVP_PKEY *key = NULL;

	RK_TRY(read_key(pem, &key, err));
	return key_id_of(key, out, err);
}

static enum rk_status check_statement(const Renkei__V1__Receipt *receipt, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf number = {0};
	const struct rk_receipt_facts facts = facts_of(receipt);

	RK_TRY(rk_receipt_statement(receipt, &text, err));
	RK_TRY(rk_receipt_number(
		&number, receipt->municipality_code, receipt->period, receipt->version, err));
	return rk_receipt_facts_hold(&facts,
		rk_slice_equal_str(rk_buf_slice(&number), receipt->number), rk_buf_slice(&text),
		err);
}

static enum rk_status check_bytes(
	const Renkei__V1__Receipt *receipt, struct rk_slice report, struct rk_err *err)
{
	char hex[RK_SHA256_HEX];

	if (!report.at)
		return RK_OK;
	if (receipt->length < 0 || (uint64_t)receipt->length != report.len)
		return rk_fail_reason(err, RK_DATA_LOSS, "DIGEST_MISMATCH",
			"receipt %s: the report has %zu bytes; %" PRId64 " are receipted",
			receipt->number, report.len, receipt->length);
	rk_sha256_hex(report, hex);
	if (strcmp(hex, receipt->sha256) != 0)
		return rk_fail_reason(err, RK_DATA_LOSS, "DIGEST_MISMATCH",
			"receipt %s: the report's SHA-256 is %.16s…; %.16s… is receipted",
			receipt->number, hex, receipt->sha256);
	return RK_OK;
}

static bool signature_holds(const struct rk_receipt_signed *signed_text, EVP_PKEY *key)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool holds = context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
		EVP_DigestVerify(context, signed_text->signature.at, signed_text->signature.len,
			(const unsigned char *)signed_text->statement,
			strlen(signed_text->statement)) == 1;

	/* What OpenSSL noted here must not be taken for a fault of the next connection. */
	ERR_clear_error();
	EVP_MD_CTX_free(context);
	return holds;
}

enum rk_status rk_receipt_signed_verify(const struct rk_receipt_signed *signed_text,
	struct rk_slice public_key_pem, struct rk_err *err)
{
	RK_AUTO(key_free) EVP_PKEY *key = NULL;
	char key_id[RK_KEY_ID];

	RK_TRY(read_key(public_key_pem, &key, err));
	RK_TRY(key_id_of(key, key_id, err));
	if (strcmp(key_id, signed_text->key_id) != 0)
		return rk_fail_reason(err, RK_NOT_FOUND, "RECEIPT_KEY_MISSING",
			"receipt %s was signed by key %s; the key at hand is %s",
			signed_text->number, signed_text->key_id, key_id);
	if (!signature_holds(signed_text, key))
		return rk_fail_reason(err, RK_DATA_LOSS, "RECEIPT_SIGNATURE_INVALID",
			"receipt %s: the signature does not fit text and key", signed_text->number);
	return RK_OK;
}

enum rk_status rk_receipt_verify(const Renkei__V1__Receipt *receipt, struct rk_slice report,
	struct rk_slice public_key_pem, struct rk_err *err)
{
	const struct rk_receipt_signed signed_text = {.number = receipt->number,
		.key_id = receipt->key_id,
		.statement = receipt->statement,
		.signature = rk_slice_of(receipt->signature.data, receipt->signature.len)};

	RK_TRY(check_statement(receipt, err));
	RK_TRY(check_bytes(receipt, report, err));
	return rk_receipt_signed_verify(&signed_text, public_key_pem, err);
}
