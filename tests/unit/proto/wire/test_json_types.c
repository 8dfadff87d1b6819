/* The wire types that no message of renkei has today: a type made by hand, all the way there and back. */
#include "check.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "wire/json.h"
#include "wire/pack.h"

struct all {
	ProtobufCMessage base;
	int32_t sint32, sfixed32;
	uint32_t uint32, fixed32;
	int64_t sint64, sfixed64;
	uint64_t uint64, fixed64;
	float real32;
	protobuf_c_boolean truth;
	size_t n_zigzag;
	int64_t *zigzag;
};

#define FIELD(number, member, kind)                                                          \
	{                                                                                    \
		.name = #member, .id = number, .label = PROTOBUF_C_LABEL_NONE, .type = kind, \
		.offset = offsetof(struct all, member)                                       \
	}

static const ProtobufCFieldDescriptor fields[] = {
	FIELD(1, sint32, PROTOBUF_C_TYPE_SINT32),
	FIELD(2, sfixed32, PROTOBUF_C_TYPE_SFIXED32),
	FIELD(3, uint32, PROTOBUF_C_TYPE_UINT32),
	FIELD(4, fixed32, PROTOBUF_C_TYPE_FIXED32),
	FIELD(5, sint64, PROTOBUF_C_TYPE_SINT64),
	FIELD(6, sfixed64, PROTOBUF_C_TYPE_SFIXED64),
	FIELD(7, uint64, PROTOBUF_C_TYPE_UINT64),
	FIELD(8, fixed64, PROTOBUF_C_TYPE_FIXED64),
	FIELD(9, real32, PROTOBUF_C_TYPE_FLOAT),
	FIELD(10, truth, PROTOBUF_C_TYPE_BOOL),
	{.name = "zigzag",
					   .id = 11,
					   .label = PROTOBUF_C_LABEL_REPEATED,
					   .type = PROTOBUF_C_TYPE_SINT64,
					   .quantifier_offset = offsetof(struct all, n_zigzag),
					   .offset = offsetof(struct all, zigzag),
					   .flags = PROTOBUF_C_FIELD_FLAG_PACKED},
};
static const unsigned by_name[] = {3, 7, 8, 1, 5, 0, 4, 9, 2, 6, 10};
static const ProtobufCIntRange ranges[] = {
	{1, 0 },
        {0, 11}
};
static const ProtobufCMessageDescriptor type = {.magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
	.name = "test.All",
	.short_name = "All",
	.sizeof_message = sizeof(struct all),
	.n_fields = 11,
	.fields = fields,
	.fields_sorted_by_name = by_name,
	.n_field_ranges = 1,
	.field_ranges = ranges};

static void every_type_survives_the_way_there_and_back(void **unused)
{
	static const char *const whole[] = {
		"{\"sint32\":-2147483648,\"sfixed32\":-1,\"uint32\":4294967295,\"fixed32\":4294967295,"
		"\"sint64\":\"-9223372036854775808\",\"sfixed64\":\"-1\",\"uint64\":\"18446744073709551615\","
		"\"fixed64\":\"9223372036854775808\",\"real32\":0.1,\"truth\":true,"
		"\"zigzag\":[\"0\",\"-1\",\"1\",\"9223372036854775807\"]}",
		"{\"real32\":\"NaN\"}",
		"{\"real32\":3.4028235e+38}",
		"{}",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
		RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
		RK_AUTO(rk_buf_clear) struct rk_buf wire = {0}, json = {0};
		ProtobufCMessage *message;
		struct rk_err err = {0};

		assert_ok(rk_json_to_wire(&type, rk_slice_str(whole[i]), &wire, &err), err);
		assert_ok(rk_scan(&type, rk_buf_slice(&wire), NULL, NULL, NULL, &err), err);
		assert_ok(rk_unpack(&arena, &type, rk_buf_slice(&wire), &message, &err), err);
		assert_int_equal(rk_json_from_message(message, RK_JSON_COMPACT, &json), RK_OK);
		assert_string_equal(rk_buf_cstr(&json), whole[i]);
	}
}

static void the_wire_form_is_that_of_the_type(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	struct rk_err err = {0};

	(void)unused;
	assert_ok(
		rk_json_to_wire(&type,
			bytes("{\"sint32\":-1,\"sfixed32\":-2,\"fixed64\":1,\"zigzag\":[-64,64]}"),
			&wire, &err),
		err);
	assert_buf_equal(
		&wire, "\x08\x01\x15\xfe\xff\xff\xff\x41\x01\0\0\0\0\0\0\0\x5a\x03\x7f\x80\x01");
}

static void numbers_beyond_their_type_are_refused(void **unused)
{
	static const char *const bad[] = {"{\"uint32\":-1}", "{\"uint32\":4294967296}",
		"{\"fixed32\":\"\"}", "{\"uint64\":\"18446744073709551616\"}", "{\"uint64\":-1}",
		"{\"uint64\":\"\"}", "{\"fixed64\":\"1x\"}", "{\"sint64\":\"9223372036854775808\"}",
		"{\"sint64\":1e300}", "{\"real32\":3.5e38}", "{\"real32\":true}",
		"{\"truth\":\"true\"}", "{\"zigzag\":[1,null]}", "{\"zigzag\":1}"};

	(void)unused;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};

		if (rk_json_to_wire(&type, rk_slice_str(bad[i]), &wire, NULL) !=
			RK_INVALID_ARGUMENT)
			fail_msg("passes: %s", bad[i]);
	}
}

static void scan_knows_fixed_numbers_and_wide_varints(void **unused)
{
	(void)unused;
	assert_int_equal(
		rk_scan(&type, bytes("\x15\1\2\3\4\x31\1\2\3\4\5\6\7\x08"), NULL, NULL, NULL, NULL),
		RK_OK);
	assert_int_equal(
		rk_scan(&type, bytes("\x15\1\2\3"), NULL, NULL, NULL, NULL), RK_INVALID_ARGUMENT);
	assert_int_equal(rk_scan(&type, bytes("\x31\1\2\3\4\5\6\7"), NULL, NULL, NULL, NULL),
		RK_INVALID_ARGUMENT);
	assert_int_equal(
		rk_scan(&type, bytes("\x18\xff\xff\xff\xff\x0f"), NULL, NULL, NULL, NULL), RK_OK);
	assert_int_equal(rk_scan(&type, bytes("\x18\x80\x80\x80\x80\x10"), NULL, NULL, NULL, NULL),
		RK_INVALID_ARGUMENT);
	assert_slice_equal(
		rk_scan_field(bytes("\x15\1\2\3\4\x31\1\2\3\4\5\6\7\x08\x5a\1\2"), 11), "\2");
}

static void of_a_oneof_only_one_can_be_said(void **unused)
{
	const ProtobufCMessageDescriptor *request =
		&grpc__reflection__v1__server_reflection_request__descriptor;
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	struct rk_err err = {0};

	(void)unused;
	assert_ok(rk_json_to_wire(request, bytes("{\"list_services\":\"\"}"), &wire, &err), err);
	assert_buf_equal(&wire, "\x3a\x00");
	assert_int_equal(
		rk_json_to_wire(request,
			bytes("{\"listServices\":\"\",\"file_by_filename\":\"x\"}"), &wire, &err),
		RK_INVALID_ARGUMENT);
	assert_string_equal(err.reason, "DUPLICATE_FIELD");
	assert_int_equal(rk_scan(request, bytes("\x3a\x00\x1a\x01x"), NULL, NULL, NULL, &err),
		RK_INVALID_ARGUMENT);
	assert_contains(err.text, "only one can be set");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_survives_the_way_there_and_back),
		cmocka_unit_test(the_wire_form_is_that_of_the_type),
		cmocka_unit_test(numbers_beyond_their_type_are_refused),
		cmocka_unit_test(scan_knows_fixed_numbers_and_wide_varints),
		cmocka_unit_test(of_a_oneof_only_one_can_be_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
