#include "call/error.h"
#include "check.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"

#include <string.h>

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
		cmocka_unit_test(several_mistakes_are_told_each_with_its_own_sentence),
		cmocka_unit_test(as_many_mistakes_are_told_as_fit),
		cmocka_unit_test(one_field_is_told_as_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
