#include "check.h"
#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "wire/pack.h"
#include "wire/status.h"

static void names_and_foreign_codes_are_mapped(void **unused)
{
	(void)unused;
	assert_string_equal(rk_status_name(0), "OK");
	assert_string_equal(rk_status_name(16), "UNAUTHENTICATED");
	assert_string_equal(rk_status_name(17), "UNKNOWN");
	assert_string_equal(rk_status_name(-1), "UNKNOWN");
	assert_int_equal(rk_status_from_http(400), RK_INTERNAL);
	assert_int_equal(rk_status_from_http(404), RK_UNIMPLEMENTED);
	assert_int_equal(rk_status_from_http(503), RK_UNAVAILABLE);
	assert_int_equal(rk_status_from_http(200), RK_UNKNOWN);
	assert_int_equal(rk_status_from_h2(7), RK_UNAVAILABLE);
	assert_int_equal(rk_status_from_h2(8), RK_CANCELLED);
	assert_int_equal(rk_status_from_h2(11), RK_RESOURCE_EXHAUSTED);
	assert_int_equal(rk_status_from_h2(12), RK_PERMISSION_DENIED);
	assert_int_equal(rk_status_from_h2(UINT32_MAX), RK_UNKNOWN);
}

static void details_travel_as_a_status(void **unused)
{
	RK_AUTO(rk_details_clear) struct rk_details details = {0};
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	const struct rk_detail_pair pairs[] = {
		{"limit", "3" },
                {"value", NULL},
                {NULL,    NULL}
        };
	struct rk_err err = {0};
	ProtobufCMessage *message, *inner;
	const Google__Rpc__Status *status;
	const Google__Rpc__ErrorInfo *info;
	const Google__Rpc__RetryInfo *retry;

	(void)unused;
	assert_int_equal(rk_details_error_info(&details, "TOO_MANY", pairs), RK_OK);
	assert_int_equal(rk_details_retry(&details, 1500), RK_OK);
	assert_int_equal(rk_details_request(&details, "id"), RK_OK);
	assert_int_equal(rk_details_localized(&details, "ja", "多すぎます"), RK_OK);
	assert_int_equal(rk_details_finish(&details, 8, "too many", &out), RK_OK);
	assert_ok(rk_scan(&google__rpc__status__descriptor, rk_buf_slice(&out), NULL, NULL, NULL,
			  &err),
		err);
	assert_ok(rk_unpack(&arena, &google__rpc__status__descriptor, rk_buf_slice(&out), &message,
			  &err),
		err);
	status = (const Google__Rpc__Status *)message;
	assert_int_equal(status->code, 8);
	assert_string_equal(status->message, "too many");
	assert_int_equal(status->n_details, 4);
	assert_string_equal(
		status->details[0]->type_url, "type.googleapis.com/google.rpc.ErrorInfo");
	assert_ok(
		rk_unpack(&arena, &google__rpc__error_info__descriptor,
			rk_slice_of(status->details[0]->value.data, status->details[0]->value.len),
			&inner, &err),
		err);
	info = (const Google__Rpc__ErrorInfo *)inner;
	assert_string_equal(info->domain, "renkei");
	assert_int_equal(info->n_metadata, 2);
	assert_string_equal(info->metadata[0]->value, "3");
	assert_ok(
		rk_unpack(&arena, &google__rpc__retry_info__descriptor,
			rk_slice_of(status->details[1]->value.data, status->details[1]->value.len),
			&inner, &err),
		err);
	retry = (const Google__Rpc__RetryInfo *)inner;
	assert_int_equal(retry->retry_delay->seconds, 1);
	assert_int_equal(retry->retry_delay->nanos, 500000000);
	assert_string_equal(
		status->details[2]->type_url, "type.googleapis.com/google.rpc.RequestInfo");
	assert_string_equal(
		status->details[3]->type_url, "type.googleapis.com/google.rpc.LocalizedMessage");
}

static void an_empty_detail_has_only_a_name(void **unused)
{
	RK_AUTO(rk_details_clear) struct rk_details details = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	Google__Rpc__Help help = GOOGLE__RPC__HELP__INIT;

	(void)unused;
	assert_int_equal(rk_details_any(&details, &help.base), RK_OK);
	assert_int_equal(rk_details_finish(&details, 0, NULL, &out), RK_OK);
	assert_buf_equal(&out, "\x1a\x25\x0a\x23type.googleapis.com/google.rpc.Help");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_foreign_codes_are_mapped),
		cmocka_unit_test(details_travel_as_a_status),
		cmocka_unit_test(an_empty_detail_has_only_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
