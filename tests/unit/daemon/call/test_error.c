/* daemon/call/error.c: a refusal's sentence, in the language of who asked. */
#include "call/error.h"
#include "check.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "wire/pack.h"

#include <string.h>

static const char conflict[] =
	"{\"reason\":\"VERSION_CONFLICT\",\"metadata\":{\"base_version\":1,\"latest_version\":\"3\"}}";

static const char *said(struct rk_arena *arena, enum rk_status status, const char *reason,
	enum rk_language language)
{
	struct rk_err err;
	const struct rk_error error = {.err = &err, .language = language};

	rk_fail_reason(&err, status, reason, "an own sentence");
	return rk_arena_str(arena, rk_error_sentence(arena, &error));
}

static void the_sentence_is_in_the_callers_language_with_its_values(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	struct rk_err err;
	struct rk_error error = {.err = &err, .detail = rk_slice_str(conflict), .language = RK_JA};

	(void)unused;
	rk_fail_reason(&err, RK_ABORTED, "VERSION_CONFLICT", "based on version 1; the latest is 3");
	assert_string_equal(rk_error_sentence(&arena, &error),
		"最新の版に基づいていません：元の版は 1、最新の版は 3。最新の版を確認してやり直してください。");
	error.language = RK_EN;
	assert_contains(rk_error_sentence(&arena, &error), "it says 1, the latest is 3");
}

static void a_reason_without_a_sentence_keeps_its_own(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};

	(void)unused;
	assert_string_equal(said(&arena, RK_INTERNAL, "NEVER_HEARD_OF", RK_JA), "an own sentence");
}

/* What daemon and database give as a reason without a sentence of its own beside it. */
static void every_reason_has_a_sentence_in_every_language(void **unused)
{
	static const char *const reasons[] = {"COMPRESSION_UNSUPPORTED", "MESSAGE_FLAG_UNKNOWN",
		"OUTCOME_UNKNOWN", "SHUTTING_DOWN", "SERVER_STOPPING", "REQUEST_TOO_LARGE",
		"ANSWER_TOO_LARGE", "MESSAGE_TOO_LARGE", "NUL_IN_TEXT", "STREAM_IDLE",
		"REQUEST_TOO_SLOW", "METHOD_NOT_FOUND", "SERVICE_NOT_FOUND", "BAD_JSON",
		"BAD_JSON_VALUE", "DUPLICATE_FIELD", "CONFLICT", "STORE_FULL", "STORE_CHANGED",
		"STORE_DAMAGED", "STORE_UNAVAILABLE", "STORE_UNSAFE", "SCHEMA_MISMATCH",
		"SERVER_BUSY", "QUOTA_EXCEEDED", "DEADLINE_EXCEEDED", "INTERNAL_ERROR",
		"MALFORMED_MESSAGE", "ARGUMENT_INVALID", "ARGUMENT_REQUIRED",
		"ARGUMENT_CONTRADICTS", "RECEIPT_KEY_MISSING"};
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};

	(void)unused;
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		for (int language = RK_JA; language <= RK_ZH; language++)
			assert_string_not_equal(said(&arena, RK_UNAVAILABLE, reasons[i],
							(enum rk_language)language),
				"an own sentence");
}

static void what_is_too_large_is_not_asked_for_again(void **unused)
{
	static const char *const sizes[] = {
		"MESSAGE_TOO_LARGE", "REQUEST_TOO_LARGE", "ANSWER_TOO_LARGE"};
	struct rk_err err;

	(void)unused;
	for (size_t i = 0; i < 3; i++) {
		rk_fail_reason(&err, RK_RESOURCE_EXHAUSTED, sizes[i], "too large");
		assert_int_equal(rk_error_retry_ms(&err), 0);
	}
	rk_fail_reason(&err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY", "busy");
	assert_true(rk_error_retry_ms(&err) > 0);
}

/* A read has no id to send again with, and stores nothing. */
static void only_a_write_is_told_what_to_send_again(void **unused)
{
	static const char *const reasons[] = {"STORE_UNAVAILABLE", "OUTCOME_UNKNOWN",
		"DEADLINE_EXCEEDED", "CONFLICT", "STORE_CHANGED"};
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	struct rk_err err;
	struct rk_error error = {.err = &err};

	(void)unused;
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		rk_fail_reason(&err, RK_UNAVAILABLE, reasons[i], "an own sentence");
		for (int language = RK_JA; language <= RK_ZH; language++) {
			error.language = (enum rk_language)language;
			error.write_id = "5f0c";
			assert_contains(rk_error_sentence(&arena, &error), "request_id 5f0c");
			error.write_id = NULL;
			assert_null(strstr(rk_error_sentence(&arena, &error), "request_id"));
		}
	}
}

/* Every key of the metadata once, whoever brought it. */
static void a_value_is_told_once(void **unused)
{
	static const char detail[] =
		"{\"field\":\"page_size\",\"metadata\":{\"value\":\"7\",\"field\":\"other\",\"detail\":\"said\"}}";
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_err err;
	const struct rk_error error = {
		.err = &err, .detail = rk_slice_str(detail), .request_id = "x", .language = RK_EN};
	ProtobufCMessage *status;
	Google__Rpc__ErrorInfo *info;

	(void)unused;
	rk_fail_reason(&err, RK_INVALID_ARGUMENT, "ARGUMENT_INVALID", "an own sentence");
	assert_ok(rk_error_status(&arena, &error, &out), err);
	assert_ok(rk_unpack(&arena, &google__rpc__status__descriptor, rk_buf_slice(&out), &status,
			  &err),
		err);
	info = google__rpc__error_info__unpack(NULL,
		((Google__Rpc__Status *)(void *)status)->details[0]->value.len,
		((Google__Rpc__Status *)(void *)status)->details[0]->value.data);
	assert_non_null(info);
	assert_int_equal(info->n_metadata, 3);
	google__rpc__error_info__free_unpacked(info, NULL);
}

/* Clients take 8 KiB of metadata: what somebody sent by the thousand must not come back. */
static void a_long_value_is_told_by_its_front(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0}, detail = {0};
	struct rk_err err;
	struct rk_error error = {.err = &err, .request_id = "x", .language = RK_JA};

	(void)unused;
	assert_int_equal(rk_buf_add_str(&detail,
				 "{\"field\":\"partner_code\",\"metadata\":{\"partner_code\":\""),
		RK_OK);
	for (int i = 0; i < 3000; i++)
		assert_int_equal(rk_buf_add_str(&detail, "九"), RK_OK);
	assert_int_equal(rk_buf_add_str(&detail, "\"}}"), RK_OK);
	error.detail = rk_buf_slice(&detail);
	rk_fail_reason(&err, RK_NOT_FOUND, "PARTNER_NOT_FOUND", "an own sentence");
	assert_ok(rk_error_status(&arena, &error, &out), err);
	assert_true(out.len < 2048);
}

/* The field violations that a refusal with this detail tells; the caller frees them. */
static Google__Rpc__BadRequest *told(const char *detail, enum rk_language language)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_err err = {0};
	const struct rk_error error = {.err = &err,
		.detail = rk_slice_str(detail),
		.request_id = "r",
		.language = language};
	Google__Rpc__BadRequest *bad = NULL;

	(void)rk_fail_reason(&err, RK_INVALID_ARGUMENT, "REGISTRY_INVALID", "2 mistakes");
	assert_int_equal(rk_error_status(&arena, &error, &out), RK_OK);
	assert_true(out.len < 6 * 1024); /* in base64 it has to fit into 8 KiB */
	Google__Rpc__Status *status = google__rpc__status__unpack(NULL, out.len, out.at);

	assert_non_null(status);
	for (size_t i = 0; i < status->n_details; i++)
		if (strstr(status->details[i]->type_url, "BadRequest"))
			bad = google__rpc__bad_request__unpack(NULL, status->details[i]->value.len,
				status->details[i]->value.data);
	google__rpc__status__free_unpacked(status, NULL);
	return bad;
}

static void several_mistakes_are_told_each_with_its_own_sentence(void **unused)
{
	Google__Rpc__BadRequest *bad = told(
		"{\"reason\": \"REGISTRY_INVALID\", \"field\": \"a\", \"metadata\": {\"mistakes\": \"2\"},"
		" \"violations\": [{\"field\": \"a\", \"reason\": \"REGISTRY_TWICE\", \"metadata\": {\"id\": \"JP 2016-08-11\"}},"
		" {\"field\": \"b\", \"reason\": \"REGISTRY_CODE_WRONG\", \"metadata\": {\"value\": \"24\"}}]}",
		RK_JA);

	(void)unused;
	assert_non_null(bad);
	assert_int_equal(bad->n_field_violations, 2);
	assert_string_equal(bad->field_violations[0]->field, "a");
	assert_string_equal(bad->field_violations[0]->description,
		"JP 2016-08-11 がこの取り込みに二つ以上あります。");
	assert_string_equal(bad->field_violations[1]->reason, "REGISTRY_CODE_WRONG");
	assert_non_null(strstr(bad->field_violations[1]->description, "24 "));
	google__rpc__bad_request__free_unpacked(bad, NULL);
}

static void as_many_mistakes_are_told_as_fit(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf detail = {0};

	(void)unused;
	assert_int_equal(rk_buf_add_str(&detail, "{\"violations\": [{}"), RK_OK);
	for (int i = 0; i < 300; i++)
		assert_int_equal(
			rk_buf_add_str(&detail,
				", {\"field\": \"registry.municipalities[0].municipality_code\", "
				"\"reason\": \"REGISTRY_CODE_WRONG\", \"metadata\": {\"value\": \"242022\", \"x\": null}}"),
			RK_OK);
	assert_int_equal(rk_buf_add_str(&detail, "]}"), RK_OK);
	Google__Rpc__BadRequest *bad = told(rk_buf_cstr(&detail), RK_EN);

	assert_non_null(bad);
	assert_in_range(bad->n_field_violations, 10, 100);
	google__rpc__bad_request__free_unpacked(bad, NULL);
}

static void one_field_is_told_as_before(void **unused)
{
	Google__Rpc__BadRequest *bad = told(
		"{\"reason\": \"DATE_INVALID\", \"field\": \"valid_on\", \"violations\": []}",
		RK_EN);

	(void)unused;
	assert_non_null(bad);
	assert_int_equal(bad->n_field_violations, 1);
	assert_string_equal(bad->field_violations[0]->field, "valid_on");
	google__rpc__bad_request__free_unpacked(bad, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sentence_is_in_the_callers_language_with_its_values),
		cmocka_unit_test(a_reason_without_a_sentence_keeps_its_own),
		cmocka_unit_test(every_reason_has_a_sentence_in_every_language),
		cmocka_unit_test(what_is_too_large_is_not_asked_for_again),
		cmocka_unit_test(a_value_is_told_once),
		cmocka_unit_test(a_long_value_is_told_by_its_front),
		cmocka_unit_test(only_a_write_is_told_what_to_send_again),
		cmocka_unit_test(several_mistakes_are_told_each_with_its_own_sentence),
		cmocka_unit_test(as_many_mistakes_are_told_as_fit),
		cmocka_unit_test(one_field_is_told_as_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
