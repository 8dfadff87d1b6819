/* Every allocation of what needs no socket fails in turn: the answer is RK_RESOURCE_EXHAUSTED or the right one, and nothing leaks.
 *
 * Linked with --wrap: only what our own files ask for is counted. */
#include "base/arena.h"
#include "check.h"
#include "wire/frame.h"
#include "wire/json.h"
#include "wire/json_load.h"
#include "wire/pack.h"
#include "words/receipt.h"
#include "words/rules.h"

#include "renkei/v1/report_service.pb-c.h"

#include <stdlib.h>

/* The linker's names for what it wraps. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

/* The nth allocation from now fails, or all from the nth on; 0: none does. */
static size_t nth, seen;
static bool for_good;

static bool due(void)
{
	if (nth == 0)
		return false;
	seen++;
	return for_good ? seen >= nth : seen == nth;
}

void *__wrap_malloc(size_t size)
{
	return due() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return due() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return due() ? NULL : __real_realloc(old, size);
}

/* NOLINTEND(bugprone-reserved-identifier) */

#define JSON                                                                                                  \
	"{\"municipality_code\": \"401005\", \"period\": {\"fiscal_year\": 2016, \"quarter\": \"q1\"}, "      \
	"\"action\": \"new\", \"activities\": [{\"activity_id\": \"a\", \"title\": \"研修の\\u5b9f施\", " \
	"\"themes\": [\"pm25\", \"voc\"], \"participants\": [{\"persons\": 0}, {\"persons\": 7}]}, "          \
	"{\"title\": \"b\"}]}"

/* Does its work, and appends what came of it to out. */
typedef enum rk_status work_fn(struct rk_buf *out, struct rk_err *err);

static enum rk_status to_wire(struct rk_buf *out, struct rk_err *err)
{
	return rk_json_to_wire(&renkei__v1__report__descriptor, rk_slice_str(JSON), out, err);
}

static enum rk_status unpack(
	struct rk_arena *arena, struct rk_buf *wire, ProtobufCMessage **message, struct rk_err *err)
{
	RK_TRY(to_wire(wire, err));
	return rk_unpack(arena, &renkei__v1__report__descriptor, rk_buf_slice(wire), message, err);
}

static enum rk_status there_and_back(struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	ProtobufCMessage *message;

	RK_TRY(unpack(&arena, &wire, &message, err));
	RK_TRY(rk_json_from_message(message, RK_JSON_PRETTY, out));
	return rk_pack(message, out);
}

static enum rk_status judge(struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	const struct rk_rules_context context = {.today = 20160715};
	Renkei__V1__Report *report;
	Renkei__V1__Verdict *verdict;

	RK_TRY(to_wire(&wire, err));
	RK_TRY(rk_rules_check(&arena, rk_buf_slice(&wire), &context, &report, &verdict, err));
	return rk_pack(&verdict->base, out);
}

static enum rk_status cut_frames(struct rk_buf *out, struct rk_err *err)
{
	static const char stream[] = "\0\0\0\0\5first\0\0\0\0\6second";
	struct rk_frame_reader reader = {.max = 100};
	enum rk_status status = RK_OK;

	/* In pieces, so that the reader has to keep what it was given. */
	for (size_t at = 0; at < sizeof stream - 1 && status == RK_OK; at++) {
		struct rk_slice in = rk_slice_of(stream + at, 1), msg = {0};

		status = rk_frame_feed(&reader, &in, &msg, err);
		if (status == RK_OK && msg.at)
			status = rk_buf_add_slice(out, msg);
	}
	rk_frame_clear(&reader);
	return status;
}

/* So long is a receipt's number: where its text outgrows its memory depends on it. */
static int number_length;

static enum rk_status state(struct rk_buf *out, struct rk_err *err)
{
	static char number[600];
	Renkei__V1__Period period = RENKEI__V1__PERIOD__INIT;
	Google__Protobuf__Timestamp received = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Renkei__V1__Receipt receipt = RENKEI__V1__RECEIPT__INIT;

	period.fiscal_year = 2016;
	period.quarter = RENKEI__V1__QUARTER__QUARTER_Q1;
	period.variant = RENKEI__V1__VARIANT__VARIANT_REGULAR;
	received.seconds = 1467990000;
	(void)snprintf(number, sizeof number, "%0*d", number_length, 1);
	receipt.number = number;
	receipt.municipality_code = (char *)"401005";
	receipt.period = &period;
	receipt.version = 1;
	received.nanos = 123456000;
	receipt.received_at = receipt.released_at = receipt.due_at = &received;
	receipt.delegated_by = (char *)"renkei://demo.renkei/secretariat/office";
	receipt.timeliness = RENKEI__V1__TIMELINESS__TIMELINESS_ON_TIME;
	receipt.sha256 = receipt.rule_set_hash = (char *)"00";
	receipt.key_id = (char *)"0123456789abcdef";
	return rk_receipt_statement(&receipt, out, err);
}

/* Until nothing is left to fail: refused for want of memory, or as good as with memory. */
static size_t fail_each(work_fn *work, bool persistently)
{
	RK_AUTO(rk_buf_clear) struct rk_buf whole = {0};
	struct rk_err err = {0};
	size_t refused = 0;

	assert_ok(work(&whole, &err), err);
	for (size_t n = 1;; n++) {
		RK_AUTO(rk_buf_clear) struct rk_buf got = {0};
		enum rk_status status;

		for_good = persistently;
		seen = 0;
		nth = n;
		status = work(&got, &err);
		nth = 0;
		if (status == RK_OK)
			assert_true(rk_slice_equal(rk_buf_slice(&got), rk_buf_slice(&whole)));
		else
			assert_int_equal(status, RK_RESOURCE_EXHAUSTED);
		refused += status != RK_OK;
		if (seen < n)
			return refused;
	}
}

static void what_has_no_memory_is_refused_and_never_wrong(void **unused)
{
	static work_fn *const works[] = {there_and_back, judge, cut_frames, state};

	(void)unused;
	for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
		assert_true(fail_each(works[i], false) > 0);
		assert_true(fail_each(works[i], true) > 0);
	}
}

/* Whichever of its lines it is that finds no room. */
static void no_line_of_a_receipt_is_left_out(void **unused)
{
	(void)unused;
	for (number_length = 1; number_length < 520; number_length++)
		assert_true(fail_each(state, false) > 0);
}

/* jansson by itself would give a text that lacks a letter. */
static void a_text_is_read_whole_or_not_at_all(void **unused)
{
	static const char text[] = "[\"a text of more than sixteen letters, 14:59:59\", 12]";

	(void)unused;
	for (size_t n = 1;; n++) {
		bool starved;
		json_t *root;

		for_good = false;
		seen = 0;
		nth = n;
		root = rk_json_load(rk_slice_str(text), 0, NULL, &starved);
		nth = 0;
		assert_int_equal(starved, root == NULL);
		if (!root)
			continue;
		assert_string_equal(json_string_value(json_array_get(root, 0)),
			"a text of more than sixteen letters, 14:59:59");
		json_decref(root);
		if (seen < n)
			return;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_no_memory_is_refused_and_never_wrong),
		cmocka_unit_test(no_line_of_a_receipt_is_left_out),
		cmocka_unit_test(a_text_is_read_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
