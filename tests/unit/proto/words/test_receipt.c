#include "base/digest.h"
#include "check.h"
#include "meagre.h"
#include "words/receipt.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <stdio.h>
#include <stdlib.h>

#define RULES "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A receipt signed with the key of RFC 8032, section 7.1, test 1. */
struct signed_receipt {
	Renkei__V1__Receipt receipt;
	Renkei__V1__Period period;
	Google__Protobuf__Timestamp received, due, released;
	char sha256[RK_SHA256_HEX], key_id[RK_KEY_ID], number[32];
	struct rk_buf statement;
	uint8_t signature[64];
	char pem[200];
};

static const uint8_t private_key[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84,
	0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70,
	0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};

#define REPORT "the bytes of a report"

static void write_pem(EVP_PKEY *key, char pem[200])
{
	BIO *bio = BIO_new(BIO_s_mem());
	int len;

	assert_int_equal(PEM_write_bio_PUBKEY(bio, key), 1);
	len = BIO_read(bio, pem, 199);
	assert_true(len > 0);
	pem[len] = '\0';
	BIO_free(bio);
}

static void compose(struct signed_receipt *made)
{
	struct rk_err err = {0};

	rk_buf_clear(&made->statement);
	assert_ok(rk_receipt_statement(&made->receipt, &made->statement, &err), err);
	made->receipt.statement = rk_buf_cstr(&made->statement);
}

static void sign(struct signed_receipt *made)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, private_key, 32);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t len = sizeof made->signature;
	struct rk_err err = {0};

	write_pem(key, made->pem);
	assert_ok(rk_receipt_key_id(rk_slice_str(made->pem), made->key_id, &err), err);
	compose(made);
	assert_int_equal(EVP_DigestSignInit(context, NULL, NULL, NULL, key), 1);
	assert_int_equal(EVP_DigestSign(context, made->signature, &len, made->statement.at,
				 made->statement.len),
		1);
	made->receipt.signature = (ProtobufCBinaryData){len, made->signature};
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
}

static int make(void **state)
{
	static struct signed_receipt made;
	Renkei__V1__Receipt *receipt = &made.receipt;

	rk_buf_clear(&made.statement);
	memset(&made, 0, sizeof made);
	renkei__v1__receipt__init(receipt);
	renkei__v1__period__init(&made.period);
	google__protobuf__timestamp__init(&made.received);
	google__protobuf__timestamp__init(&made.due);
	google__protobuf__timestamp__init(&made.released);
	made.period.fiscal_year = 2016;
	made.period.quarter = RENKEI__V1__QUARTER__QUARTER_Q1;
	made.period.variant = RENKEI__V1__VARIANT__VARIANT_REGULAR;
	made.received.seconds = 1468562399;
	made.received.nanos = 123456000;
	made.due.seconds = 1468594799;
	rk_sha256_hex(bytes(REPORT), made.sha256);
	snprintf(made.number, sizeof made.number, "401005-2016Q1-1");
	receipt->number = made.number;
	receipt->municipality_code = (char *)(uintptr_t) "401005";
	receipt->period = &made.period;
	receipt->version = 1;
	receipt->sha256 = made.sha256;
	receipt->length = sizeof REPORT - 1;
	receipt->rule_set_hash = (char *)(uintptr_t)RULES;
	receipt->received_at = &made.received;
	receipt->due_at = &made.due;
	receipt->timeliness = RENKEI__V1__TIMELINESS__TIMELINESS_ON_TIME;
	receipt->key_id = made.key_id;
	sign(&made);
	*state = &made;
	return 0;
}

static int drop(void **state)
{
	struct signed_receipt *made = *state;

	rk_buf_clear(&made->statement);
	return 0;
}

static void the_statement_says_every_field(void **state)
{
	struct signed_receipt *made = *state;

	assert_buf_equal(&made->statement,
		"renkei receipt v1\n"
		"number: 401005-2016Q1-1\n"
		"municipality: 401005\n"
		"period: 2016Q1\n"
		"variant: regular\n"
		"version: 1\n"
		"sha256: 9f3d0bf3316dcdca7d44af271abb822eabb1738d1689c4be0f7920935a1c0ba8\n"
		"length: 21\n"
		"rule_set: " RULES "\n"
		"warnings: 0\n"
		"infos: 0\n"
		"received_utc: 2016-07-15T05:59:59.123456Z\n"
		"received_jst: 2016-07-15T14:59:59.123456+09:00\n"
		"due_utc: 2016-07-15T14:59:59Z\n"
		"due_jst: 2016-07-15T23:59:59+09:00\n"
		"timeliness: on_time\n"
		"late_seconds: 0\n"
		"key: 06e3fd8fda29bb60\n");
}

static void a_receipt_without_deadline_says_none(void **state)
{
	struct signed_receipt *made = *state;

	made->receipt.due_at = NULL;
	made->receipt.timeliness = RENKEI__V1__TIMELINESS__TIMELINESS_NO_DEADLINE;
	made->received.nanos = 0;
	compose(made);
	assert_contains(made->receipt.statement,
		"\ndue_utc: none\ndue_jst: none\ntimeliness: no_deadline\n");
	assert_contains(made->receipt.statement, "received_utc: 2016-07-15T05:59:59.000000Z\n");
}

static void a_receipt_says_that_it_awaits_release_and_when_it_was(void **state)
{
	struct signed_receipt *made = *state;

	made->receipt.timeliness = RENKEI__V1__TIMELINESS__TIMELINESS_AWAITING_RELEASE;
	compose(made);
	assert_contains(
		made->receipt.statement, "T14:59:59.123456+09:00\ndue_utc: 2016-07-15T14:59:59Z\n");
	assert_contains(
		made->receipt.statement, "\ntimeliness: awaiting_release\nlate_seconds: 0\n");
	made->released.seconds = 1468594800;
	made->receipt.released_at = &made->released;
	made->receipt.timeliness = RENKEI__V1__TIMELINESS__TIMELINESS_LATE;
	made->receipt.late_seconds = 1;
	compose(made);
	assert_contains(made->receipt.statement,
		"T14:59:59.123456+09:00\nreleased_utc: 2016-07-15T15:00:00.000000Z\n"
		"released_jst: 2016-07-16T00:00:00.000000+09:00\ndue_utc: 2016-07-15T14:59:59Z\n");
	assert_contains(made->receipt.statement, "\ntimeliness: late\nlate_seconds: 1\n");
}

static void a_release_at_no_time_is_refused(void **state)
{
	struct signed_receipt *made = *state;
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	struct rk_err err = {0};

	made->released.nanos = 1000000000;
	made->receipt.released_at = &made->released;
	assert_int_equal(rk_receipt_statement(&made->receipt, &text, &err), RK_INVALID_ARGUMENT);
}

static void refused(struct signed_receipt *made, struct rk_slice report, const char *reason)
{
	struct rk_err err = {0};

	assert_int_not_equal(
		rk_receipt_verify(&made->receipt, report, rk_slice_str(made->pem), &err), RK_OK);
	assert_string_equal(err.reason, reason);
}

static void what_was_entered_for_the_municipality_says_by_whom(void **state)
{
	struct signed_receipt *made = *state;
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_err err = {0};

	made->receipt.delegated_by = (char *)(uintptr_t) "renkei://a.renkei/secretariat/one";
	sign(made);
	assert_contains(made->receipt.statement,
		"\ndelegated_by: renkei://a.renkei/secretariat/one\ntimeliness: on_time\n");
	assert_ok(rk_receipt_verify(&made->receipt, bytes(REPORT), rk_slice_str(made->pem), &err),
		err);
	made->receipt.delegated_by = (char *)(uintptr_t) "";
	refused(made, bytes(REPORT), "RECEIPT_STATEMENT_DIFFERS");
	made->receipt.delegated_by = (char *)(uintptr_t) "renkei://a\nversion: 9";
	assert_int_equal(rk_receipt_statement(&made->receipt, &out, &err), RK_INVALID_ARGUMENT);
}

static void a_forecast_has_its_letter_in_the_number(void **state)
{
	struct signed_receipt *made = *state;
	RK_AUTO(rk_buf_clear) struct rk_buf number = {0};
	struct rk_err err = {0};

	made->period.quarter = RENKEI__V1__QUARTER__QUARTER_Q4;
	made->period.variant = RENKEI__V1__VARIANT__VARIANT_FORECAST;
	assert_ok(rk_receipt_number(&number, "401005", &made->period, 12, &err), err);
	assert_buf_equal(&number, "401005-2016Q4F-12");
	compose(made);
	assert_contains(made->receipt.statement, "\nperiod: 2016Q4\nvariant: forecast\n");
	assert_int_equal(
		rk_receipt_number(&number, "401005", &made->period, 0, &err), RK_INVALID_ARGUMENT);
}

static void a_right_receipt_holds(void **state)
{
	struct signed_receipt *made = *state;
	struct rk_err err = {0};

	assert_ok(rk_receipt_verify(&made->receipt, bytes(REPORT), rk_slice_str(made->pem), &err),
		err);
	assert_ok(rk_receipt_verify(
			  &made->receipt, rk_slice_of(NULL, 0), rk_slice_str(made->pem), &err),
		err);
}

static void other_bytes_do_not_fit(void **state)
{
	refused(*state, bytes("the bytes of a Report"), "DIGEST_MISMATCH");
	refused(*state, bytes("the bytes of a report "), "DIGEST_MISMATCH");
	refused(*state, bytes(""), "DIGEST_MISMATCH");
}

static void a_changed_field_is_seen(void **state)
{
	struct signed_receipt *made = *state;

	made->receipt.late_seconds = 1;
	refused(made, bytes(REPORT), "RECEIPT_STATEMENT_DIFFERS");
	made->receipt.late_seconds = 0;
	made->number[14] = '2';
	refused(made, bytes(REPORT), "RECEIPT_STATEMENT_DIFFERS");
}

static void a_number_that_does_not_follow_is_seen_even_when_stated(void **state)
{
	struct signed_receipt *made = *state;

	made->number[14] = '2';
	sign(made);
	refused(made, bytes(REPORT), "RECEIPT_STATEMENT_DIFFERS");
}

static void fields_and_statement_changed_together_break_the_signature(void **state)
{
	struct signed_receipt *made = *state;

	made->received.seconds -= 3600;
	compose(made);
	refused(made, bytes(REPORT), "RECEIPT_SIGNATURE_INVALID");
}

static void every_bit_of_the_signature_counts(void **state)
{
	struct signed_receipt *made = *state;

	for (size_t i = 0; i < sizeof made->signature; i++) {
		made->signature[i] ^= 1;
		refused(made, bytes(REPORT), "RECEIPT_SIGNATURE_INVALID");
		made->signature[i] ^= 1;
	}
	made->receipt.signature.len = 0;
	refused(made, bytes(REPORT), "RECEIPT_SIGNATURE_INVALID");
}

static void another_key_is_named(void **state)
{
	struct signed_receipt *made = *state;
	EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	write_pem(other, made->pem);
	EVP_PKEY_free(other);
	refused(made, bytes(REPORT), "RECEIPT_KEY_MISSING");
	snprintf(made->pem, sizeof made->pem, "no key");
	refused(made, bytes(REPORT), "");
}

static void a_line_break_in_a_field_is_refused(void **state)
{
	struct signed_receipt *made = *state;
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_err err = {0};

	made->receipt.municipality_code = (char *)(uintptr_t) "401005\nversion: 9";
	assert_int_equal(rk_receipt_statement(&made->receipt, &out, &err), RK_INVALID_ARGUMENT);
	assert_int_equal(out.len, 0);
}

static void states_nothing(struct signed_receipt *made)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_err err = {0};

	assert_int_equal(rk_receipt_statement(&made->receipt, &out, &err), RK_INVALID_ARGUMENT);
	assert_int_equal(out.len, 0);
	refused(made, bytes(REPORT), "");
}

static void a_time_that_is_none_is_refused(void **state)
{
	static const Google__Protobuf__Timestamp none[] = {
		{.seconds = -1}, {.seconds = 253402214400}, {.nanos = -1}, {.nanos = 1000000000}};
	struct signed_receipt *made = *state;
	Google__Protobuf__Timestamp *const times[] = {&made->received, &made->due, &made->released};

	made->receipt.released_at = &made->released;
	for (size_t i = 0; i < 3; i++) {
		const Google__Protobuf__Timestamp kept = *times[i];

		for (size_t k = 0; k < sizeof none / sizeof none[0]; k++) {
			times[i]->seconds = none[k].seconds;
			times[i]->nanos = none[k].nanos;
			states_nothing(made);
		}
		*times[i] = kept;
	}
	made->receipt.received_at = NULL;
	states_nothing(made);
}

static void a_word_that_is_missing_is_refused(void **state)
{
	struct signed_receipt *made = *state;
	Renkei__V1__Receipt *receipt = &made->receipt;
	char **const words[] = {&receipt->number, &receipt->municipality_code, &receipt->sha256,
		&receipt->rule_set_hash, &receipt->key_id};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		char *kept = *words[i];

		*words[i] = (char *)(uintptr_t) "";
		states_nothing(made);
		*words[i] = kept;
	}
	receipt->timeliness = RENKEI__V1__TIMELINESS__TIMELINESS_UNSPECIFIED;
	states_nothing(made);
	receipt->timeliness = RENKEI__V1__TIMELINESS__TIMELINESS_LATE;
	made->period.fiscal_year = 0;
	states_nothing(made);
}

static void a_version_or_period_that_is_none_has_no_number(void **state)
{
	struct signed_receipt *made = *state;
	RK_AUTO(rk_buf_clear) struct rk_buf number = {.max = 3};
	struct rk_err err = {0};

	assert_int_equal(rk_receipt_number(&number, "401005", NULL, 1, &err), RK_INVALID_ARGUMENT);
	assert_int_equal(rk_receipt_number(&number, "401005", &made->period, 1, &err),
		RK_RESOURCE_EXHAUSTED);
	made->receipt.version = 0;
	sign(made);
	refused(made, bytes(REPORT), "");
}

/* A buffer that is full at each byte in turn, with every line that a statement can have. */
static void a_statement_without_room_leaves_nothing(void **state)
{
	struct signed_receipt *made = *state;
	size_t whole;

	made->released.seconds = made->due.seconds;
	made->receipt.released_at = &made->released;
	made->due.nanos = 5000;
	made->receipt.delegated_by = (char *)(uintptr_t) "renkei://a.renkei/secretariat/one";
	compose(made);
	assert_contains(made->receipt.statement, "due_utc: 2016-07-15T14:59:59.000005Z\n");
	whole = made->statement.len;
	for (size_t max = 5; max < whole; max++) {
		RK_AUTO(rk_buf_clear) struct rk_buf out = {.max = max};
		struct rk_err err = {0};

		assert_ok(rk_buf_add_str(&out, "left:"), err);
		assert_int_equal(
			rk_receipt_statement(&made->receipt, &out, &err), RK_RESOURCE_EXHAUSTED);
		assert_buf_equal(&out, "left:");
	}
}

static void a_length_below_nothing_fits_no_bytes(void **state)
{
	struct signed_receipt *made = *state;

	made->receipt.length = -1;
	sign(made);
	refused(made, bytes(REPORT), "DIGEST_MISMATCH");
}

static void a_key_of_another_kind_or_of_no_measure_is_none(void **state)
{
	struct signed_receipt *made = *state;
	EVP_PKEY *other = EVP_EC_gen("P-256");
	RK_AUTO(rk_buf_clear) struct rk_buf long_pem = {0};
	struct rk_err err = {0};
	char id[RK_KEY_ID];

	write_pem(other, made->pem);
	EVP_PKEY_free(other);
	refused(made, bytes(REPORT), "");
	for (int i = 0; i < 65537; i++)
		assert_ok(rk_buf_add_str(&long_pem, "x"), err);
	assert_int_equal(rk_receipt_key_id(rk_buf_slice(&long_pem), id, &err), RK_INVALID_ARGUMENT);
	assert_int_equal(rk_receipt_key_id(rk_slice_of(NULL, 0), id, &err), RK_INVALID_ARGUMENT);
}

/* Every allocation in turn, of a wrong one every third: what fails early asks for fewer than what holds. */
static void without_memory_no_wrong_receipt_holds(void **state)
{
	struct signed_receipt *made = *state;

	for (int wrong = 0; wrong < 2; wrong++) {
		size_t refusals = 0, n = 1;

		made->signature[0] ^= (uint8_t)wrong;
		for (bool failed = true; failed; n += wrong ? 3 : 1) {
			struct rk_err err = {0};
			enum rk_status status;

			meagre_from_now(n);
			status = rk_receipt_verify(
				&made->receipt, bytes(REPORT), rk_slice_str(made->pem), &err);
			failed = meagre_ends();
			ERR_clear_error();
			refusals += status != RK_OK;
			assert_true(!wrong || status != RK_OK);
			assert_true(status == RK_OK || err.text[0]);
		}
		assert_true(refusals > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_statement_says_every_field, make, drop),
		cmocka_unit_test_setup_teardown(a_receipt_without_deadline_says_none, make, drop),
		cmocka_unit_test_setup_teardown(
			a_receipt_says_that_it_awaits_release_and_when_it_was, make, drop),
		cmocka_unit_test_setup_teardown(a_release_at_no_time_is_refused, make, drop),
		cmocka_unit_test_setup_teardown(
			what_was_entered_for_the_municipality_says_by_whom, make, drop),
		cmocka_unit_test_setup_teardown(
			a_forecast_has_its_letter_in_the_number, make, drop),
		cmocka_unit_test_setup_teardown(a_right_receipt_holds, make, drop),
		cmocka_unit_test_setup_teardown(other_bytes_do_not_fit, make, drop),
		cmocka_unit_test_setup_teardown(a_changed_field_is_seen, make, drop),
		cmocka_unit_test_setup_teardown(
			a_number_that_does_not_follow_is_seen_even_when_stated, make, drop),
		cmocka_unit_test_setup_teardown(
			fields_and_statement_changed_together_break_the_signature, make, drop),
		cmocka_unit_test_setup_teardown(every_bit_of_the_signature_counts, make, drop),
		cmocka_unit_test_setup_teardown(another_key_is_named, make, drop),
		cmocka_unit_test_setup_teardown(a_line_break_in_a_field_is_refused, make, drop),
		cmocka_unit_test_setup_teardown(a_time_that_is_none_is_refused, make, drop),
		cmocka_unit_test_setup_teardown(a_word_that_is_missing_is_refused, make, drop),
		cmocka_unit_test_setup_teardown(
			a_version_or_period_that_is_none_has_no_number, make, drop),
		cmocka_unit_test_setup_teardown(
			a_statement_without_room_leaves_nothing, make, drop),
		cmocka_unit_test_setup_teardown(a_length_below_nothing_fits_no_bytes, make, drop),
		cmocka_unit_test_setup_teardown(
			a_key_of_another_kind_or_of_no_measure_is_none, make, drop),
		cmocka_unit_test_setup_teardown(without_memory_no_wrong_receipt_holds, make, drop),
	};

	if (!meagre_begin())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
