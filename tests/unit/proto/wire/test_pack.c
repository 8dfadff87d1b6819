#include "check.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "wire/varint.h"

#include "renkei/v1/report_service.pb-c.h"

#include <stdio.h>

#define REQUEST &renkei__v1__submit_report_request__descriptor
#define REPORT  &renkei__v1__report__descriptor

/* A report with something on every level. */
static void sample(struct rk_buf *out)
{
	static const char json[] =
		"{\"request_id\": \"01902d4e-7a5b-7c3d-9e1f-0123456789ab\", \"report\": {"
		"\"municipality_code\": \"401005\", \"period\": {\"fiscal_year\": 2016, \"quarter\": \"q1\"},"
		"\"activities\": [{\"activity_id\": \"a\", \"title\": \"研修\", \"themes\": [\"pm25\", \"voc\"],"
		"\"participants\": [{\"persons\": 0}, {\"persons\": 7}]}, {\"title\": \"b\"}],"
		"\"projects\": [{\"logic_model\": {\"reduction_tonnes_per_year\": 1.5}}]}}";
	struct rk_err err = {0};

	assert_ok(rk_json_to_wire(REQUEST, rk_slice_str(json), out, &err), err);
}

static void scan_accepts_what_it_should(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes_ = {0};
	struct rk_err err = {0};

	(void)unused;
	assert_ok(rk_scan(REQUEST, (struct rk_slice){0}, NULL, NULL, NULL, &err), err);
	sample(&bytes_);
	assert_ok(rk_scan(REQUEST, rk_buf_slice(&bytes_), NULL, NULL, NULL, &err), err);
}

/* A message cut anywhere is refused or, between two fields, a smaller one: never read past its end. */
static void scan_survives_a_cut_at_every_byte(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf whole = {0};
	size_t refused = 0;

	(void)unused;
	sample(&whole);
	for (size_t len = 0; len < whole.len; len++) {
		RK_AUTO(rk_buf_clear) struct rk_buf cut = {0};
		RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
		ProtobufCMessage *message;
		enum rk_status status;

		assert_int_equal(rk_buf_add(&cut, whole.at, len), RK_OK);
		status = rk_scan(REQUEST, rk_buf_slice(&cut), NULL, NULL, NULL, NULL);
		refused += status != RK_OK;
		if (status == RK_OK)
			assert_int_equal(
				rk_unpack(&arena, REQUEST, rk_buf_slice(&cut), &message, NULL),
				RK_OK);
	}
	assert_true(refused > whole.len * 9 / 10);
}

struct flaw {
	struct rk_slice bytes;
	const char *reason;
	const char *text;
};

static void scan_names_what_is_malformed(void **unused)
{
	const struct flaw flaws[] = {
		{bytes("\x00\x01"),					 "MALFORMED_MESSAGE", "no valid tag, at byte 0"        },
		{bytes("\x0b"),					     "MALFORMED_MESSAGE", "no valid tag"                   }, /* group */
		{bytes("\x0c"),					     "MALFORMED_MESSAGE", "no valid tag"                   },
		{bytes("\x0e"),					     "MALFORMED_MESSAGE", "no valid tag"                   },
		{bytes("\x0f"),					     "MALFORMED_MESSAGE", "no valid tag"                   },
		{bytes("\x8a\x80\x80\x80\x80\x00"),                         "MALFORMED_MESSAGE",
                 "no valid tag"												   }, /* six bytes */
		{bytes("\xfa\xff\xff\xff\x1f\x00"),                         "MALFORMED_MESSAGE",
                 "no valid tag"												   }, /* over 2^29 */
		{bytes("\x20"),					     "MALFORMED_MESSAGE", "base_version: number is cut off"},
		{bytes("\x20\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"), "MALFORMED_MESSAGE",
                 "over 10 bytes"												  },
		{bytes("\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),     "MALFORMED_MESSAGE",
                 "base_version"												   },
		{bytes("\x20\x80\x80\x80\x80\x08"),                         "MALFORMED_MESSAGE", "does not fit"                   },
		{bytes("\x30\x02"),					 "MALFORMED_MESSAGE", "nil: number does not fit"       },
		{bytes("\x22\x01x"),					"MALFORMED_MESSAGE",
                 "base_version: field has the wrong wire type"                                                                    },
		{bytes("\x08\x01"),					 "MALFORMED_MESSAGE",
                 "municipality_code: field has the wrong wire type"                                                               },
		{bytes("\x0a\x05xy"),				       "MALFORMED_MESSAGE", "municipality_code: length"      },
		{bytes("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),         "MALFORMED_MESSAGE", "length"                         },
		{bytes("\x0a\x01x\x0a\x01y"),                               "MALFORMED_MESSAGE", "field stands twice, at byte 3"  },
		{bytes("\x12\x00\x12\x00"),                                 "MALFORMED_MESSAGE", "period: field stands twice"     },
		{bytes("\x0a\x01\xff"),                                     "MALFORMED_MESSAGE",
                 "municipality_code: text is not UTF-8"									   },
		{bytes("\x0a\x02x\0"),                                      "MALFORMED_MESSAGE", "text with a NUL"                },
		{bytes("\x98\x06\x01"),                                     "UNKNOWN_FIELD",
                 "renkei.v1.Report has no field number 99, at byte 0"                                                             },
		{bytes("\x3a\x00\x3a\x03\x98\x06\x01"),                     "UNKNOWN_FIELD",
                 "activities[1]: renkei.v1.Activity has no field number 99, at byte 4"                                            },
		{bytes("\x3a\x05\x7a\x03\x01\x02\x80"),                     "MALFORMED_MESSAGE",
                 "activities[0].themes[2]"											},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof flaws / sizeof *flaws; i++) {
		struct rk_err err = {0};

		if (rk_scan(REPORT, flaws[i].bytes, NULL, NULL, NULL, &err) != RK_INVALID_ARGUMENT)
			fail_msg("flaw %zu passes", i);
		assert_string_equal(err.reason, flaws[i].reason);
		assert_contains(err.text, flaws[i].text);
	}
}

static void negative_numbers_and_both_forms_of_lists_pass(void **unused)
{
	const struct rk_slice good[] = {
		bytes("\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), /* -1 */
		bytes("\x20\xff\xff\xff\xff\x07"),
		bytes("\x3a\x02\x7a\x00"),                     /* no themes, packed */
		bytes("\x3a\x07\x78\x01\x7a\x02\x02\x03\x10"), /* one by one, then packed: cut below */
	};
	struct rk_err err = {0};

	(void)unused;
	for (size_t i = 0; i < 3; i++)
		assert_ok(rk_scan(REPORT, good[i], NULL, NULL, NULL, &err), err);
	assert_ok(
		rk_scan(REPORT, bytes("\x3a\x06\x78\x01\x7a\x02\x02\x03"), NULL, NULL, NULL, &err),
		err);
	assert_int_equal(rk_scan(REPORT, good[3], NULL, NULL, NULL, NULL), RK_INVALID_ARGUMENT);
}

struct faults {
	size_t count;
	char text[512];
};

static void on_fault(void *arg, enum rk_scan_fault fault, const char *path, struct rk_slice value)
{
	struct faults *faults = arg;
	size_t len = strlen(faults->text);

	faults->count++;
	(void)snprintf(faults->text + len, sizeof faults->text - len, "%s %s %zu\n",
		fault == RK_SCAN_NUL ? "NUL" : "UTF-8", path, value.len);
}

static void every_bad_string_is_reported_by_path(void **unused)
{
	struct faults faults = {0};
	struct rk_err err = {0};

	(void)unused;
	assert_ok(
		rk_scan(REPORT,
			bytes("\x0a\x02x\0"                        /* municipality_code */
			      "\x3a\x03\x1a\x01\xff"               /* activities[0].title */
			      "\x3a\x08\x72\x01o\x72\x03\xff\0y"), /* activities[1].implementing_bodies */
			NULL, on_fault, &faults, &err),
		err);
	assert_string_equal(faults.text,
		"NUL municipality_code 2\nUTF-8 activities[0].title 1\n"
		"NUL activities[1].implementing_bodies[1] 3\n"
		"UTF-8 activities[1].implementing_bodies[1] 3\n");
}

static void limits_on_fields_and_depth_hold(void **unused)
{
	const struct rk_scan_limits two_fields = {.max_fields = 2}, one_deep = {.max_depth = 1};
	struct rk_err err;

	(void)unused;
	assert_int_equal(
		rk_scan(REPORT, bytes("\x3a\x00\x3a\x00"), &two_fields, NULL, NULL, NULL), RK_OK);
	assert_int_equal(
		rk_scan(REPORT, bytes("\x3a\x00\x3a\x00\x3a\x00"), &two_fields, NULL, NULL, &err),
		RK_INVALID_ARGUMENT);
	assert_contains(err.text, "more fields");
	/* The elements of a packed list count as well. */
	assert_int_equal(
		rk_scan(REPORT, bytes("\x3a\x03\x7a\x01\x01"), &two_fields, NULL, NULL, NULL),
		RK_INVALID_ARGUMENT);
	assert_int_equal(rk_scan(REPORT, bytes("\x3a\x00"), &one_deep, NULL, NULL, &err),
		RK_INVALID_ARGUMENT);
	assert_contains(err.text, "activities[0]: messages are nested deeper");
}

/* No type of renkei contains itself; this one does. */
static const ProtobufCMessageDescriptor nested;
static const ProtobufCFieldDescriptor nested_field = {.name = "in",
	.id = 1,
	.label = PROTOBUF_C_LABEL_NONE,
	.type = PROTOBUF_C_TYPE_MESSAGE,
	.descriptor = &nested};
static const ProtobufCIntRange nested_ranges[] = {
	{1, 0},
        {0, 1}
};
static const ProtobufCMessageDescriptor nested = {.magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
	.name = "Nested",
	.n_fields = 1,
	.fields = &nested_field,
	.n_field_ranges = 1,
	.field_ranges = nested_ranges};

static void nesting_10000_deep_is_refused(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf reversed = {0}, deep = {0};
	const struct rk_scan_limits careless = {.max_depth = SIZE_MAX};
	size_t len = 0;

	(void)unused;
	/* From the inside out, each level is written backwards. */
	for (int i = 0; i < 10000; i++) {
		RK_AUTO(rk_buf_clear) struct rk_buf head = {0};

		assert_int_equal(rk_varint_add_head(&head, 1, 2, len), RK_OK);
		for (size_t k = head.len; k-- > 0;)
			assert_int_equal(rk_buf_add(&reversed, head.at + k, 1), RK_OK);
		len += head.len;
	}
	for (size_t k = reversed.len; k-- > 0;)
		assert_int_equal(rk_buf_add(&deep, reversed.at + k, 1), RK_OK);
	assert_int_equal(
		rk_scan(&nested, rk_buf_slice(&deep), NULL, NULL, NULL, NULL), RK_INVALID_ARGUMENT);
	assert_int_equal(rk_scan(&nested, rk_buf_slice(&deep), &careless, NULL, NULL, NULL),
		RK_INVALID_ARGUMENT);
	assert_int_equal(
		rk_scan(&nested, bytes("\x0a\x04\x0a\x02\x0a\x00"), NULL, NULL, NULL, NULL), RK_OK);
}

static void scan_field_finds_the_bytes_as_received(void **unused)
{
	struct rk_slice request = bytes("\x1a\x04\x20\x81\x80\x00\x10\x01\x0a\x02id");

	(void)unused;
	assert_slice_equal(rk_scan_field(request, 3), "\x20\x81\x80\x00");
	assert_slice_equal(rk_scan_field(request, 1), "id");
	assert_null(rk_scan_field(request, 2).at);
	assert_null(rk_scan_field(request, 4).at);
	assert_non_null(rk_scan_field(bytes("\x1a\x00"), 3).at);
	assert_null(rk_scan_field(bytes("\x1a\x05xx"), 3).at);
}

static void unpack_gives_back_what_was_packed(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf in = {0}, out = {0};
	const Renkei__V1__SubmitReportRequest *request;
	ProtobufCMessage *message;
	struct rk_err err = {0};

	(void)unused;
	sample(&in);
	assert_ok(rk_unpack(&arena, REQUEST, rk_buf_slice(&in), &message, &err), err);
	request = (const Renkei__V1__SubmitReportRequest *)message;
	assert_string_equal(request->report->activities[0]->title, "研修");
	assert_int_equal(request->report->activities[0]->participants[0]->_persons_case,
		RENKEI__V1__PARTICIPANTS_LINE___PERSONS_PERSONS);
	assert_int_equal(rk_pack(message, &out), RK_OK);
	assert_true(rk_slice_equal(rk_buf_slice(&in), rk_buf_slice(&out)));
	out.max = out.len + 1;
	assert_int_equal(rk_pack(message, &out), RK_RESOURCE_EXHAUSTED);
}

/* 2 bytes of wire ask for a struct of some 300: the budget says no before the memory is taken. */
static void unpack_keeps_to_its_budget(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {.cap = 64 << 20};
	RK_AUTO(rk_buf_clear) struct rk_buf in = {0};
	ProtobufCMessage *message;
	struct rk_err err;

	(void)unused;
	for (int i = 0; i < 40000; i++)
		assert_int_equal(rk_buf_add(&in, "\x3a\x00", 2), RK_OK);
	assert_int_equal(rk_scan(REPORT, rk_buf_slice(&in), NULL, NULL, NULL, NULL), RK_OK);
	assert_int_equal(rk_unpack(&arena, REPORT, rk_buf_slice(&in), &message, &err),
		RK_RESOURCE_EXHAUSTED);
	assert_string_equal(err.reason, "MESSAGE_TOO_LARGE");
	assert_true(arena.used <= 16 * in.len + (256 << 10));
	rk_arena_clear(&arena);
	arena.cap = 64;
	assert_int_equal(rk_unpack(&arena, REPORT, bytes("\x0a\x01x"), &message, NULL),
		RK_RESOURCE_EXHAUSTED);
}

static void a_long_list_of_empty_things_still_unpacks(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf in = {0};
	ProtobufCMessage *message;
	struct rk_err err = {0};

	(void)unused;
	for (int i = 0; i < 300; i++)
		assert_int_equal(rk_buf_add(&in, "\x3a\x00", 2), RK_OK);
	assert_ok(rk_unpack(&arena, REPORT, rk_buf_slice(&in), &message, &err), err);
	assert_int_equal(((const Renkei__V1__Report *)message)->n_activities, 300);
}

/* 40,000 records take more than what a stranger's message may have. */
static void unpack_within_gives_the_room_that_it_is_told(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {.cap = 64 << 20};
	RK_AUTO(rk_buf_clear) struct rk_buf in = {0};
	ProtobufCMessage *message;
	struct rk_err err = {0};

	(void)unused;
	for (int i = 0; i < 40000; i++)
		assert_int_equal(rk_buf_add(&in,
					 "\x3a\x1c\x0a\x1a"
					 "abcdefghijklmnopqrstuvwxyz",
					 30),
			RK_OK);
	assert_int_equal(rk_unpack(&arena, REPORT, rk_buf_slice(&in), &message, NULL),
		RK_RESOURCE_EXHAUSTED);
	rk_arena_clear(&arena);
	assert_ok(rk_unpack_within(
			  &arena, REPORT, rk_buf_slice(&in), (size_t)32 << 20, &message, &err),
		err);
	assert_int_equal(((const Renkei__V1__Report *)message)->n_activities, 40000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scan_accepts_what_it_should),
		cmocka_unit_test(scan_survives_a_cut_at_every_byte),
		cmocka_unit_test(scan_names_what_is_malformed),
		cmocka_unit_test(negative_numbers_and_both_forms_of_lists_pass),
		cmocka_unit_test(every_bad_string_is_reported_by_path),
		cmocka_unit_test(limits_on_fields_and_depth_hold),
		cmocka_unit_test(nesting_10000_deep_is_refused),
		cmocka_unit_test(scan_field_finds_the_bytes_as_received),
		cmocka_unit_test(unpack_gives_back_what_was_packed),
		cmocka_unit_test(unpack_keeps_to_its_budget),
		cmocka_unit_test(a_long_list_of_empty_things_still_unpacks),
		cmocka_unit_test(unpack_within_gives_the_room_that_it_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
