#include "words/attachment_receipt.h"

#include "base/text.h"
#include "words/period.h"

#include <inttypes.h>
#include <string.h>

bool rk_attachment_number_is(const char *number)
{
	const char *dash = strrchr(number, '-');

	return dash && dash[1] == 'A' && dash[2] >= '1' && dash[2] <= '9' &&
		strspn(dash + 2, "0123456789") == strlen(dash + 2);
}

/* It is the one field that people write: it may hold anything that does not end its line. */
static bool name_is_fine(const char *name)
{
	struct rk_slice text = rk_slice_str(name);
	size_t at = 0;
	uint32_t c;

	if (!*name || rk_text_utf8_bad(text) != text.len)
		return false;
	while ((c = rk_text_next(text, &at)) != 0) {
		if (c == '\n' || rk_text_is_control(c))
			return false;
	}
	return true;
}

static const char *type_name(Renkei__V1__AttachmentType type)
{
	static const char *const names[] = {NULL, "pdf", "xlsx", "docx", "pptx", "jpeg", "csv"};

	return (size_t)type < sizeof names / sizeof names[0] ? names[type] : NULL;
}

static const char *disclosure_name(Renkei__V1__Disclosure disclosure)
{
	static const char *const names[] = {NULL, "public", "parties", "secretariat"};

	return (size_t)disclosure < sizeof names / sizeof names[0] ? names[disclosure] : NULL;
}

static const char *kind_name(Renkei__V1__AttachmentKind kind)
{
	static const char *const names[] = {NULL, "programme", "roster", "presentation", "report",
		"minutes", "agreement", "questionnaire", "photo", "material", "other"};

	return (size_t)kind < sizeof names / sizeof names[0] ? names[kind] : NULL;
}

/* What ends no line, and is not too long to be one. */
static bool title_is_fine(const char *title)
{
	return !*title || (name_is_fine(title) && strlen(title) <= 800);
}

static bool is_word(const char *text, const char *characters, size_t most)
{
	size_t len = strlen(text);

	return len > 0 && len <= most && strspn(text, characters) == len;
}

/* A receipt of the first version has none of it, one of the second all that it says. */
static bool evidence_is_fine(const Renkei__V1__AttachmentReceipt *receipt)
{
	static const char
		lower[] = "abcdefghijklmnopqrstuvwxyz_",
		id[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	const Renkei__V1__RecordReference *record = receipt->record;

	if (receipt->kind == RENKEI__V1__ATTACHMENT_KIND__ATTACHMENT_KIND_UNSPECIFIED)
		return !*receipt->title && !*receipt->language && !record;
	return kind_name(receipt->kind) && title_is_fine(receipt->title) &&
		(!*receipt->language || is_word(receipt->language, lower, 2)) &&
		(!record || (is_word(record->list, lower, 32) && is_word(record->id, id, 64)));
}

static enum rk_status add_evidence(const Renkei__V1__AttachmentReceipt *receipt, struct rk_buf *out)
{
	const Renkei__V1__RecordReference *record = receipt->record;

	if (!kind_name(receipt->kind))
		return RK_OK;
	return rk_buf_addf(out, "title: %s\nkind: %s\nlanguage: %s\nrecord: %s%s%s\n",
		receipt->title, kind_name(receipt->kind), receipt->language,
		record ? record->list : "", record ? ":" : "", record ? record->id : "");
}

static enum rk_status add_lines(
	const Renkei__V1__AttachmentReceipt *receipt, struct rk_period period, struct rk_buf *out)
{
	char text[RK_PERIOD_TEXT];

	rk_period_print((struct rk_period){period.fiscal_year, period.quarter, false}, text);
	RK_TRY(rk_buf_addf(out,
		"renkei attachment receipt v%d\nnumber: %s\nmunicipality: %s\nperiod: %s\nvariant: %s\n",
		kind_name(receipt->kind) ? 2 : 1, receipt->number, receipt->municipality_code, text,
		period.forecast ? "forecast" : "regular"));
	RK_TRY(rk_buf_addf(out, "name: %s\ntype: %s\ndisclosure: %s\n", receipt->file_name,
		type_name(receipt->type), disclosure_name(receipt->disclosure)));
	RK_TRY(add_evidence(receipt, out));
	RK_TRY(rk_buf_addf(
		out, "sha256: %s\nlength: %" PRId64 "\n", receipt->sha256, receipt->length));
	RK_TRY(rk_receipt_add_both_times(
		out, "received_utc", "received_jst", receipt->received_at));
	return rk_buf_addf(out, "key: %s\n", receipt->key_id);
}

static struct rk_receipt_facts facts_of(const Renkei__V1__AttachmentReceipt *receipt)
{
	return (struct rk_receipt_facts){receipt->number, receipt->municipality_code,
		receipt->sha256, receipt->key_id, receipt->period, receipt->received_at,
		receipt->statement};
}

enum rk_status rk_attachment_receipt_statement(
	const Renkei__V1__AttachmentReceipt *receipt, struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	const struct rk_receipt_facts facts = facts_of(receipt);
	struct rk_period period;

	RK_TRY(rk_receipt_facts_check(&facts, &period, err));
	if (!type_name(receipt->type) || !disclosure_name(receipt->disclosure))
		return rk_fail(err, RK_INVALID_ARGUMENT, "receipt: no type or disclosure");
	if (!name_is_fine(receipt->file_name))
		return rk_fail(
			err, RK_INVALID_ARGUMENT, "receipt: the file name is missing or not valid");
	if (!evidence_is_fine(receipt))
		return rk_fail(err, RK_INVALID_ARGUMENT,
			"receipt: title, kind, language or record is not valid");
	if (add_lines(receipt, period, &text) != RK_OK ||
		rk_buf_add_slice(out, rk_buf_slice(&text)) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "receipt: no memory");
	return RK_OK;
}

static bool number_fits(const Renkei__V1__AttachmentReceipt *receipt)
{
	struct rk_period period;
	char tag[RK_PERIOD_TEXT];
	const char *number = receipt->number;
	size_t len;

	if (!rk_period_from_message(receipt->period, &period))
		return false;
	rk_period_print(period, tag);
	len = strlen(tag);
	return strlen(receipt->municipality_code) == 6 &&
		strncmp(number, receipt->municipality_code, 6) == 0 && number[6] == '-' &&
		strncmp(number + 7, tag, len) == 0 && number[7 + len] == '-' &&
		strchr(number + 8 + len, '-') == NULL && rk_attachment_number_is(number);
}

static enum rk_status check_statement(
	const Renkei__V1__AttachmentReceipt *receipt, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	const struct rk_receipt_facts facts = facts_of(receipt);

	RK_TRY(rk_attachment_receipt_statement(receipt, &text, err));
	return rk_receipt_facts_hold(&facts, number_fits(receipt), rk_buf_slice(&text), err);
}

enum rk_status rk_attachment_receipt_verify(const Renkei__V1__AttachmentReceipt *receipt,
	const char *sha256, int64_t size, struct rk_slice public_key_pem, struct rk_err *err)
{
	const struct rk_receipt_signed signed_text = {.number = receipt->number,
		.key_id = receipt->key_id,
		.statement = receipt->statement,
		.signature = rk_slice_of(receipt->signature.data, receipt->signature.len)};

	RK_TRY(check_statement(receipt, err));
	if (sha256 && receipt->length != size)
		return rk_fail_reason(err, RK_DATA_LOSS, "DIGEST_MISMATCH",
			"receipt %s: the file has %" PRId64 " bytes; %" PRId64 " are receipted",
			receipt->number, size, receipt->length);
	if (sha256 && strcmp(sha256, receipt->sha256) != 0)
		return rk_fail_reason(err, RK_DATA_LOSS, "DIGEST_MISMATCH",
			"receipt %s: the file's SHA-256 is %.16s…; %.16s… is receipted",
			receipt->number, sha256, receipt->sha256);
	return rk_receipt_signed_verify(&signed_text, public_key_pem, err);
}
