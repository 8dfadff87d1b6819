#include "base/text.h"
#include "check.h"
#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "wire/json.h"
#include "wire/json_text.h"
#include "wire/pack.h"

#include "renkei/v1/report_service.pb-c.h"

#include <stdio.h>

#define REPORT &renkei__v1__report__descriptor

/* The wire form of JSON as a message, in the arena. */
static ProtobufCMessage *message_of(
	struct rk_arena *arena, const ProtobufCMessageDescriptor *type, const char *json)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	ProtobufCMessage *message = NULL;
	struct rk_err err = {0};

	assert_ok(rk_json_to_wire(type, rk_slice_str(json), &wire, &err), err);
	assert_ok(rk_scan(type, rk_buf_slice(&wire), NULL, NULL, NULL, &err), err);
	assert_ok(rk_unpack(arena, type, rk_buf_slice(&wire), &message, &err), err);
	return message;
}

/* JSON in, JSON out, by way of the wire. */
static void assert_becomes(
	const ProtobufCMessageDescriptor *type, const char *in, const char *expected)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	assert_int_equal(
		rk_json_from_message(message_of(&arena, type, in), RK_JSON_COMPACT, &out), RK_OK);
	assert_string_equal(rk_buf_cstr(&out), expected);
}

static void assert_refused(const ProtobufCMessageDescriptor *type, const char *json,
	const char *reason, const char *text)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	struct rk_err err = {0};

	if (rk_json_to_wire(type, rk_slice_str(json), &wire, &err) != RK_INVALID_ARGUMENT)
		fail_msg("passes: %s", json);
	assert_string_equal(err.reason, reason);
	assert_contains(err.text, text);
	assert_int_equal(wire.len, 0);
}

static void both_names_are_read_and_the_proto_name_written(void **unused)
{
	(void)unused;
	assert_becomes(REPORT, "{\"municipalityCode\": \"401005\", \"base_version\": 2}",
		"{\"municipality_code\":\"401005\",\"base_version\":2}");
}

static void enums_are_read_in_all_forms_and_written_by_name(void **unused)
{
	(void)unused;
	assert_becomes(REPORT,
		"{\"action\": \"new\", \"activities\": [{\"kind\": \"training_in_japan\", \"status\": 2,"
		"\"themes\": [\"THEME_VOC\", \"pm25\", 3, \"4\", 99]}]}",
		"{\"action\":\"REPORT_ACTION_NEW\",\"activities\":[{\"kind\":\"ACTIVITY_KIND_TRAINING_IN_JAPAN\","
		"\"status\":\"ACTIVITY_STATUS_HELD\",\"themes\":[\"THEME_VOC\",\"THEME_PM25\",\"THEME_VOC\","
		"\"THEME_PHOTOCHEMICAL_OXIDANTS\",99]}]}");
}

static void presence_is_kept_and_defaults_are_left_out(void **unused)
{
	(void)unused;
	assert_becomes(REPORT,
		"{\"nil\": false, \"comments\": \"\", \"base_version\": 0, \"period\": {}, \"needs\": [],"
		"\"intentions\": null, \"activities\": [{\"participants\": [{\"persons\": 0}, {}]}]}",
		"{\"period\":{},\"activities\":[{\"participants\":[{\"persons\":0},{}]}]}");
}

static void numbers_are_read_as_numbers_and_as_text(void **unused)
{
	(void)unused;
	assert_becomes(REPORT,
		"{\"base_version\": \"-7\", \"cost_lines\": [{\"amount\": {\"minor_units\": 9007199254740993}},"
		"{\"amount\": {\"minor_units\": \"-1\"}}, {\"amount\": {\"minor_units\": 2e3}}],"
		"\"projects\": [{\"logic_model\": {\"reduction_tonnes_per_year\": 1}},"
		"{\"logic_model\": {\"reduction_tonnes_per_year\": \"0.1\"}},"
		"{\"logic_model\": {\"reduction_tonnes_per_year\": \"-Infinity\"}}]}",
		"{\"base_version\":-7,\"projects\":[{\"logic_model\":{\"reduction_tonnes_per_year\":1}},"
		"{\"logic_model\":{\"reduction_tonnes_per_year\":0.1}},"
		"{\"logic_model\":{\"reduction_tonnes_per_year\":\"-Infinity\"}}],"
		"\"cost_lines\":[{\"amount\":{\"minor_units\":\"9007199254740993\"}},"
		"{\"amount\":{\"minor_units\":\"-1\"}},{\"amount\":{\"minor_units\":\"2000\"}}]}");
}

static void text_is_kept_and_escaped(void **unused)
{
	(void)unused;
	assert_becomes(REPORT,
		"{\"comments\": \"連携\\ud83d\\ude00 \\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f\"}",
		"{\"comments\":\"連携\xf0\x9f\x98\x80 \\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7f\"}");
}

static void a_nul_in_text_reaches_the_wire(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	struct rk_err err = {0};

	(void)unused;
	assert_ok(rk_json_to_wire(
			  REPORT, bytes("{\"municipality_code\":\"a\\u0000b\"}"), &wire, &err),
		err);
	assert_buf_equal(&wire,
		"\x0a\x03"
		"a\0b");
}

static void moments_durations_and_bytes_have_their_text_forms(void **unused)
{
	(void)unused;
	assert_becomes(&renkei__v1__receipt__descriptor,
		"{\"received_at\": \"2016-07-15T14:59:59.5+09:00\", \"signature\": \"-_8\", \"length\": 5}",
		"{\"length\":\"5\",\"received_at\":\"2016-07-15T05:59:59.500Z\",\"signature\":\"+/8=\"}");
	assert_becomes(&google__rpc__retry_info__descriptor, "{\"retryDelay\": \"1.5s\"}",
		"{\"retry_delay\":\"1.500s\"}");
	assert_becomes(&google__rpc__retry_info__descriptor, "{\"retry_delay\": \"-0.000001s\"}",
		"{\"retry_delay\":\"-0.000001s\"}");
	assert_becomes(&google__rpc__retry_info__descriptor, "{\"retry_delay\": \"0s\"}",
		"{\"retry_delay\":\"0s\"}");
}

static void maps_are_objects_in_the_order_of_their_keys(void **unused)
{
	(void)unused;
	assert_becomes(&google__rpc__error_info__descriptor,
		"{\"metadata\": {\"b\": \"2\", \"a\": \"\", \"\": \"0\"}, \"reason\": \"X\"}",
		"{\"reason\":\"X\",\"metadata\":{\"\":\"0\",\"a\":\"\",\"b\":\"2\"}}");
}

static void any_is_url_and_base64(void **unused)
{
	(void)unused;
	assert_becomes(&google__rpc__status__descriptor,
		"{\"details\": [{\"@type\": \"type.googleapis.com/x.Y\", \"value\": \"AAE=\"}, {\"@type\": \"z\"}]}",
		"{\"details\":[{\"@type\":\"type.googleapis.com/x.Y\",\"value\":\"AAE=\"},"
		"{\"@type\":\"z\",\"value\":\"\"}]}");
}

static void the_order_of_members_does_not_matter(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf one = {0}, two = {0};

	(void)unused;
	assert_int_equal(
		rk_json_to_wire(REPORT,
			bytes("{\"nil\":true,\"period\":{\"quarter\":1,\"fiscal_year\":2016}}"),
			&one, NULL),
		RK_OK);
	assert_int_equal(
		rk_json_to_wire(REPORT,
			bytes(" {\"period\":{\"fiscalYear\":2016,\"quarter\":\"q1\"},\n\"nil\":true}"),
			&two, NULL),
		RK_OK);
	assert_buf_equal(&one, "\x12\x05\x08\xe0\x0f\x10\x01\x30\x01");
	assert_true(rk_slice_equal(rk_buf_slice(&one), rk_buf_slice(&two)));
}

static void pretty_has_two_blanks_a_level(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	(void)unused;
	assert_int_equal(
		rk_json_from_message(
			message_of(&arena, REPORT,
				"{\"period\":{\"quarter\":1},\"needs\":[{},{\"need_id\":\"n\"}]}"),
			RK_JSON_PRETTY, &out),
		RK_OK);
	assert_string_equal(rk_buf_cstr(&out),
		"{\n  \"period\": {\n    \"quarter\": \"QUARTER_Q1\"\n  },\n  \"needs\": [\n    {},\n"
		"    {\n      \"need_id\": \"n\"\n    }\n  ]\n}");
}

static void wrong_values_are_named_by_path(void **unused)
{
	static const char *const flaws[][2] = {
		{"[]",									  "the message: a list where an object is expected"},
		{"{\"nil\": 1}",								"nil: 1 where true or false is expected"         },
		{"{\"comments\": 5}",							   "comments: 5 where text is expected"             },
		{"{\"period\": \"2016Q1\"}",						    "period: \"2016Q1\" where an object is expected" },
		{"{\"base_version\": 1.5}",
                 "base_version: 1.5 where a whole number from -2147483648"                                                                       },
		{"{\"base_version\": 2147483648}",                                              "base_version: 2147483648 where"                 },
		{"{\"base_version\": \"１\"}",						 "base_version: \"１\" where"                    },
		{"{\"activities\": {}}",							"activities: an object where a list is expected" },
		{"{\"activities\": [{}, {\"title\": []}]}",
                 "activities[1].title: a list where text is expected"									    },
		{"{\"activities\": [null]}",						    "activities[0]: null where an object is expected"},
		{"{\"activities\": [{\"themes\": [1, \"pm52\"]}]}",
                 "activities[0].themes[1]: \"pm52\" is no Theme; did you mean \"pm25\"?"                                                         },
		{"{\"activities\": [{\"kind\": \"ACTIVITY_KIND_FIELD_SURVAY\"}]}",
                 "did you mean \"ACTIVITY_KIND_FIELD_SURVEY\"?"										  },
		{"{\"action\": \"completely_other\"}",
                 "action: \"completely_other\" where ReportAction is expected"                                                                   },
		{"{\"action\": 1.5}",
                 "action: 1.5 where the name or number of an enum value is expected"                                                             },
		{"{\"projects\":[{\"logic_model\":{\"reduction_tonnes_per_year\":\"much\"}}]}",
                 "projects[0].logic_model.reduction_tonnes_per_year: \"much\" where a number is expected"                                        },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof flaws / sizeof *flaws; i++)
		assert_refused(REPORT, flaws[i][0], "BAD_JSON_VALUE", flaws[i][1]);
	/* What only shares the prefix is not near. */
	assert_refused(REPORT,
		"{\"activities\":[{\"partners\":[{\"role\":\"PARTY_ROLE_ORGANISER\"}]}]}",
		"BAD_JSON_VALUE", "\"PARTY_ROLE_ORGANISER\" where PartyRole is expected");
	assert_refused(REPORT, "{\"action\": \"New\"}", "BAD_JSON_VALUE", "did you mean \"new\"?");
	assert_refused(&renkei__v1__receipt__descriptor, "{\"due_at\": \"tomorrow\"}",
		"BAD_JSON_VALUE", "due_at: \"tomorrow\" where a moment such as");
	assert_refused(&renkei__v1__receipt__descriptor, "{\"signature\": \"?\"}", "BAD_JSON_VALUE",
		"base64");
	assert_refused(&google__rpc__retry_info__descriptor, "{\"retry_delay\": \"5\"}",
		"BAD_JSON_VALUE", "a duration");
	assert_refused(&google__rpc__error_info__descriptor, "{\"metadata\": {\"k\": 1}}",
		"BAD_JSON_VALUE", "metadata[\"k\"]: 1 where text is expected");
	assert_refused(&google__rpc__status__descriptor, "{\"details\": [{\"value\": \"\"}]}",
		"BAD_JSON_VALUE", "@type");
}

static void unknown_and_doubled_fields_are_refused(void **unused)
{
	(void)unused;
	assert_refused(REPORT, "{\"municipalty_code\": \"1\"}", "UNKNOWN_FIELD",
		"municipalty_code: Report has no such field; did you mean \"municipality_code\"?");
	assert_refused(REPORT, "{\"activities\": [{\"titel\": \"x\"}]}", "UNKNOWN_FIELD",
		"activities[0].titel: Activity has no such field; did you mean \"title\"?");
	assert_refused(
		REPORT, "{\"xyzzy\": 1}", "UNKNOWN_FIELD", "xyzzy: Report has no such field");
	assert_refused(REPORT, "{\"nil\": true,\n \"nil\": true}", "DUPLICATE_FIELD", "line 2");
	assert_refused(REPORT, "{\"base_version\": 1, \"baseVersion\": 1}", "DUPLICATE_FIELD",
		"base_version");
}

/* However the long name is cut, the sentence stays text. */
static void a_long_name_is_cut_between_characters(void **unused)
{
	char json[1000];
	struct rk_err err;

	(void)unused;
	for (int shift = 0; shift < 3; shift++) {
		RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
		int len = snprintf(json, sizeof json, "{\"%.*s", shift, "xx");

		for (; len < 900; len += 3)
			memcpy(json + len, "\xe9\x80\xa3", 3);
		memcpy(json + len, "\":1}", 5);
		assert_int_equal(rk_json_to_wire(REPORT, rk_slice_str(json), &wire, &err),
			RK_INVALID_ARGUMENT);
		assert_int_equal(rk_text_utf8_bad(rk_slice_str(err.text)), strlen(err.text));
	}
}

static void broken_json_is_named_by_line_and_column(void **unused)
{
	(void)unused;
	assert_refused(REPORT, "{\n \"nil\": tru\n}", "BAD_JSON", "line 2, column 11");
	assert_refused(REPORT, "", "BAD_JSON", "line 1");
	assert_refused(REPORT, "{} {}", "BAD_JSON", "end of file expected");
	assert_refused(
		REPORT, "{\"comments\": \"\xff\"}", "BAD_JSON", "unable to decode byte 0xff");
}

/* A form is cut at every byte: never accepted, never read past its end. */
static void json_cut_at_every_byte_is_refused(void **unused)
{
	static const char whole[] =
		"{\"period\":{\"quarter\":\"q1\"},\"activities\":[{\"title\":\"\\u9023\"}]}";

	(void)unused;
	for (size_t len = 0; len < sizeof whole - 1; len++) {
		RK_AUTO(rk_buf_clear) struct rk_buf cut = {0}, wire = {0};

		assert_int_equal(rk_buf_add(&cut, whole, len), RK_OK);
		assert_int_equal(rk_json_to_wire(REPORT, rk_buf_slice(&cut), &wire, NULL),
			RK_INVALID_ARGUMENT);
	}
}

static void what_json_cannot_say_is_an_error(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	Renkei__V1__Report report = RENKEI__V1__REPORT__INIT;
	Google__Rpc__RetryInfo retry = GOOGLE__RPC__RETRY_INFO__INIT;
	Google__Protobuf__Duration delay = GOOGLE__PROTOBUF__DURATION__INIT;
	char bad[] = "\xff";

	(void)unused;
	report.comments = bad;
	assert_int_equal(
		rk_json_from_message(&report.base, RK_JSON_COMPACT, &out), RK_INVALID_ARGUMENT);
	retry.retry_delay = &delay;
	delay.seconds = 1;
	delay.nanos = -1;
	assert_int_equal(rk_json_from_message(&retry.base, RK_JSON_COMPACT, &out), RK_OUT_OF_RANGE);
	assert_int_equal(out.len, 0);
}

static void enum_prefixes_end_at_a_word(void **unused)
{
	(void)unused;
	assert_int_equal(rk_json_enum_prefix(&renkei__v1__cooperation_type__descriptor), 17);
	assert_int_equal(rk_json_enum_prefix(&renkei__v1__scope__descriptor), 6);
	assert_non_null(rk_json_enum(&renkei__v1__cooperation_type__descriptor, bytes("a")));
	assert_null(rk_json_enum(&renkei__v1__cooperation_type__descriptor, bytes("A")));
	assert_null(rk_json_enum(&renkei__v1__cooperation_type__descriptor, bytes("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_names_are_read_and_the_proto_name_written),
		cmocka_unit_test(enums_are_read_in_all_forms_and_written_by_name),
		cmocka_unit_test(presence_is_kept_and_defaults_are_left_out),
		cmocka_unit_test(numbers_are_read_as_numbers_and_as_text),
		cmocka_unit_test(text_is_kept_and_escaped),
		cmocka_unit_test(a_nul_in_text_reaches_the_wire),
		cmocka_unit_test(moments_durations_and_bytes_have_their_text_forms),
		cmocka_unit_test(maps_are_objects_in_the_order_of_their_keys),
		cmocka_unit_test(any_is_url_and_base64),
		cmocka_unit_test(the_order_of_members_does_not_matter),
		cmocka_unit_test(pretty_has_two_blanks_a_level),
		cmocka_unit_test(wrong_values_are_named_by_path),
		cmocka_unit_test(unknown_and_doubled_fields_are_refused),
		cmocka_unit_test(a_long_name_is_cut_between_characters),
		cmocka_unit_test(broken_json_is_named_by_line_and_column),
		cmocka_unit_test(json_cut_at_every_byte_is_refused),
		cmocka_unit_test(what_json_cannot_say_is_an_error),
		cmocka_unit_test(enum_prefixes_end_at_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
