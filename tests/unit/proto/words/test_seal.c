#include "check.h"
#include "wire/pack.h"
#include "words/seal.h"

#include <string.h>

#define ID "b3b1b4a0-7a55-4c61-9d0c-0f4a2b1c3d4e"

/* A sealed report, and what it is made of. */
struct made {
	Renkei__V1__SealedContent content;
	Renkei__V1__SealedReport sealed;
	Google__Protobuf__Timestamp at;
	struct rk_buf bytes;
};

static void made_clear(struct made *made)
{
	rk_buf_clear(&made->bytes);
}

static ProtobufCBinaryData data(const char *text)
{
	return (ProtobufCBinaryData){.len = strlen(text), .data = (uint8_t *)(uintptr_t)text};
}

static void make(struct made *made)
{
	renkei__v1__sealed_content__init(&made->content);
	renkei__v1__sealed_report__init(&made->sealed);
	google__protobuf__timestamp__init(&made->at);
	made->at.seconds = 1480000000;
	made->content.request_id = (char *)(uintptr_t)ID;
	made->content.certificate = data("a certificate");
	made->content.sealed_at = &made->at;
	made->content.server = (char *)(uintptr_t) "renkei.example:7443";
	made->content.report = data("the bytes of a report");
	made->sealed.signature = data("a signature");
}

static void pack(struct made *made)
{
	made->bytes.len = 0;
	assert_int_equal(rk_pack(&made->content.base, &made->bytes), RK_OK);
	made->sealed.content = (ProtobufCBinaryData){
		.len = made->bytes.len, .data = made->bytes.at};
}

static void refused(struct made *made)
{
	struct rk_arena arena = {.cap = 1 << 20};
	struct rk_seal seal;
	struct rk_err err = {0};

	assert_int_equal(rk_seal_open(&arena, &made->sealed, &seal, &err), RK_INVALID_ARGUMENT);
	assert_string_equal(err.reason, "SEAL_MALFORMED");
	rk_arena_clear(&arena);
}

static void head_and_report_are_what_was_signed(void **unused)
{
	RK_AUTO(made_clear) struct made made = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0}, parts = {0};
	struct rk_arena arena = {.cap = 1 << 20};
	struct rk_seal seal;
	struct rk_err err = {0};

	(void)unused;
	make(&made);
	pack(&made);
	assert_ok(rk_seal_open(&arena, &made.sealed, &seal, &err), err);
	assert_string_equal(seal.content->request_id, ID);
	assert_true(rk_slice_equal_str(seal.body, "the bytes of a report"));
	assert_int_equal(rk_seal_text(rk_buf_slice(&made.bytes), &text), RK_OK);
	assert_int_equal(rk_buf_add_str(&parts, "renkei sealed report v1\n"), RK_OK);
	assert_int_equal(rk_buf_add_slice(&parts, seal.head), RK_OK);
	assert_int_equal(rk_buf_add_slice(&parts, seal.body), RK_OK);
	assert_true(rk_slice_equal(rk_buf_slice(&parts), rk_buf_slice(&text)));
	rk_arena_clear(&arena);
}

static void what_lacks_something_is_refused(void **unused)
{
	RK_AUTO(made_clear) struct made made = {0};

	(void)unused;
	make(&made);
	made.content.request_id = (char *)(uintptr_t) "7";
	pack(&made);
	refused(&made);
	make(&made);
	made.content.certificate.len = 0;
	pack(&made);
	refused(&made);
	make(&made);
	made.content.sealed_at = NULL;
	pack(&made);
	refused(&made);
	make(&made);
	made.at.seconds = -1;
	pack(&made);
	refused(&made);
	make(&made);
	made.content.report.len = 0;
	pack(&made);
	refused(&made);
	make(&made);
	pack(&made);
	made.sealed.signature.len = 0;
	refused(&made);
	make(&made);
	refused(&made);
}

/* An approver's decision is sealed in the place of a report; two things at once are none. */
static void a_decision_is_read_as_what_it_is(void **unused)
{
	RK_AUTO(made_clear) struct made made = {0};
	struct rk_arena arena = {.cap = 1 << 20};
	static uint8_t large[RK_SEAL_DECISION + 1];
	struct rk_seal seal;
	struct rk_err err = {0};

	(void)unused;
	make(&made);
	made.content.release = data("a release");
	pack(&made);
	refused(&made);
	made.content.report.len = 0;
	pack(&made);
	assert_ok(rk_seal_open(&arena, &made.sealed, &seal, &err), err);
	assert_int_equal(seal.kind, RK_SEAL_RELEASE);
	assert_true(rk_slice_equal_str(seal.body, "a release"));
	assert_int_equal(seal.head.len + seal.body.len, made.bytes.len);
	made.content.send_back = made.content.release;
	pack(&made);
	refused(&made);
	made.content.release.len = 0;
	pack(&made);
	assert_ok(rk_seal_open(&arena, &made.sealed, &seal, &err), err);
	assert_int_equal(seal.kind, RK_SEAL_SEND_BACK);
	made.content.send_back = (ProtobufCBinaryData){.len = sizeof large, .data = large};
	pack(&made);
	refused(&made);
	rk_arena_clear(&arena);
}

static void another_form_of_the_same_message_is_refused(void **unused)
{
	RK_AUTO(made_clear) struct made made = {0};

	(void)unused;
	make(&made);
	pack(&made);
	/* Nothing behind the report, not even what protobuf would pass over: an empty server once more. */
	assert_int_equal(rk_buf_add(&made.bytes, "\x22\x00", 2), RK_OK);
	made.sealed.content = (ProtobufCBinaryData){.len = made.bytes.len, .data = made.bytes.at};
	refused(&made);
}

static void a_file_is_its_line_and_its_reports(void **unused)
{
	RK_AUTO(made_clear) struct made made = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf file = {0};
	struct rk_arena arena = {.cap = 1 << 20};
	Renkei__V1__SealedReports all = RENKEI__V1__SEALED_REPORTS__INIT;
	Renkei__V1__SealedReport *list[RK_SEAL_MOST + 1];
	struct rk_seal *seals;
	struct rk_err err = {0};
	size_t count;

	(void)unused;
	make(&made);
	pack(&made);
	for (size_t i = 0; i <= RK_SEAL_MOST; i++)
		list[i] = &made.sealed;
	all.sealed = list;
	all.n_sealed = 2;
	assert_int_equal(rk_seal_file_write(&all, &file), RK_OK);
	assert_ok(rk_seal_file_read(&arena, rk_buf_slice(&file), &seals, &count, &err), err);
	assert_int_equal(count, 2);
	assert_true(rk_slice_equal_str(seals[1].body, "the bytes of a report"));
	for (size_t len = 0; len < file.len; len += 7)
		assert_int_equal(
			rk_seal_file_read(&arena, rk_slice_of(file.at, len), &seals, &count, &err),
			RK_INVALID_ARGUMENT);
	all.n_sealed = RK_SEAL_MOST + 1;
	file.len = 0;
	assert_int_equal(rk_seal_file_write(&all, &file), RK_OK);
	assert_int_equal(rk_seal_file_read(&arena, rk_buf_slice(&file), &seals, &count, &err),
		RK_INVALID_ARGUMENT);
	assert_contains(err.text, "more than 100");
	rk_arena_clear(&arena);
}

/* A file stands beside its own seal, and nowhere else; its bytes count apart. */
static void a_file_beside_a_seal_is_no_part_of_what_is_signed(void **unused)
{
	RK_AUTO(made_clear) struct made made = {0};
	struct rk_arena arena = {.cap = 1 << 20};
	struct rk_seal seal;
	struct rk_err err = {0};

	(void)unused;
	make(&made);
	pack(&made);
	made.sealed.file = data("%PDF-1.7");
	refused(&made);
	made.content.report = (ProtobufCBinaryData){0};
	made.content.attachment = data("the head of a file");
	pack(&made);
	assert_ok(rk_seal_open(&arena, &made.sealed, &seal, &err), err);
	assert_int_equal(seal.kind, RK_SEAL_ATTACHMENT);
	assert_true(rk_slice_equal_str(seal.body, "the head of a file"));
	assert_int_equal(seal.head.len + seal.body.len, made.bytes.len);
	rk_arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(head_and_report_are_what_was_signed),
		cmocka_unit_test(what_lacks_something_is_refused),
		cmocka_unit_test(a_decision_is_read_as_what_it_is),
		cmocka_unit_test(another_form_of_the_same_message_is_refused),
		cmocka_unit_test(a_file_is_its_line_and_its_reports),
		cmocka_unit_test(a_file_beside_a_seal_is_no_part_of_what_is_signed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
