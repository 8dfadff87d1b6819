#include "check.h"
#include "wire/frame.h"

static void feed_hands_out_messages_one_by_one(void **unused)
{
	RK_AUTO(rk_frame_clear) struct rk_frame_reader reader = {.max = 100};
	struct rk_slice msg, in = bytes("\0\0\0\0\3abc\0\0\0\0\0\0\0\0\0\1d\0\0");
	struct rk_err err = {0};

	(void)unused;
	assert_true(rk_frame_at_boundary(&reader));
	assert_ok(rk_frame_feed(&reader, &in, &msg, &err), err);
	assert_slice_equal(msg, "abc");
	assert_true(rk_frame_at_boundary(&reader));
	assert_ok(rk_frame_feed(&reader, &in, &msg, &err), err);
	assert_non_null(msg.at);
	assert_int_equal(msg.len, 0);
	assert_ok(rk_frame_feed(&reader, &in, &msg, &err), err);
	assert_slice_equal(msg, "d");
	assert_ok(rk_frame_feed(&reader, &in, &msg, &err), err);
	assert_null(msg.at);
	assert_int_equal(in.len, 0);
	assert_false(rk_frame_at_boundary(&reader));
}

/* Wherever a stream is cut, the same messages come out. */
static void feed_takes_bytes_in_any_pieces(void **unused)
{
	struct rk_slice stream = bytes("\0\0\0\0\3abc\0\0\0\0\0\0\0\0\0\5defgh");

	(void)unused;
	for (size_t cut = 0; cut <= stream.len; cut++) {
		RK_AUTO(rk_frame_clear) struct rk_frame_reader reader = {.max = 5};
		RK_AUTO(rk_buf_clear) struct rk_buf got = {0};
		struct rk_slice pieces[2] =
			{
				{stream.at,       cut             },
                                {stream.at + cut, stream.len - cut}
                },
				msg;
		size_t count = 0;

		for (size_t i = 0; i < 2; i++) {
			do {
				assert_int_equal(
					rk_frame_feed(&reader, &pieces[i], &msg, NULL), RK_OK);
				count += msg.at != NULL;
				assert_int_equal(rk_buf_add_slice(&got, msg), RK_OK);
			} while (msg.at);
			assert_int_equal(pieces[i].len, 0);
		}
		assert_int_equal(count, 3);
		assert_buf_equal(&got, "abcdefgh");
		assert_true(rk_frame_at_boundary(&reader));
	}
}

static void feed_refuses_a_length_over_the_limit(void **unused)
{
	RK_AUTO(rk_frame_clear) struct rk_frame_reader reader = {.max = 2};
	struct rk_slice msg, in = bytes("\0\0\0\0\3");
	struct rk_err err;

	(void)unused;
	assert_int_equal(rk_frame_feed(&reader, &in, &msg, &err), RK_RESOURCE_EXHAUSTED);
	assert_string_equal(err.text, "message of 3 bytes; at most 2");
	assert_string_equal(err.reason, "MESSAGE_TOO_LARGE");
	in = bytes("abc");
	assert_int_equal(rk_frame_feed(&reader, &in, &msg, &err), RK_RESOURCE_EXHAUSTED);
	assert_int_equal(in.len, 3);
}

/* Whatever pieces it comes in, nothing of it is kept, and the next message is whole. */
static void skip_passes_over_what_is_too_large(void **unused)
{
	struct rk_slice stream = bytes("\0\0\0\0\7abcdefg\0\0\0\0\1x");

	(void)unused;
	for (size_t cut = 5; cut <= stream.len; cut++) {
		RK_AUTO(rk_frame_clear) struct rk_frame_reader reader = {.max = 2};
		struct rk_slice msg, in = {stream.at, cut},
				     rest = {stream.at + cut, stream.len - cut};
		struct rk_err err;

		assert_int_equal(rk_frame_feed(&reader, &in, &msg, &err), RK_RESOURCE_EXHAUSTED);
		assert_int_equal(rk_frame_announced(&reader), 7);
		assert_true(rk_frame_skip(&reader));
		assert_false(rk_frame_at_boundary(&reader));
		assert_ok(rk_frame_feed(&reader, &in, &msg, &err), err);
		if (!msg.at)
			assert_ok(rk_frame_feed(&reader, &rest, &msg, &err), err);
		assert_slice_equal(msg, "x");
		assert_true(rk_frame_at_boundary(&reader));
	}
}

static void skip_has_a_limit(void **unused)
{
	RK_AUTO(rk_frame_clear) struct rk_frame_reader reader = {.max = 2};
	struct rk_slice msg, in = bytes("\0\4\0\0\1");
	struct rk_err err;

	(void)unused;
	assert_int_equal(rk_frame_feed(&reader, &in, &msg, &err), RK_RESOURCE_EXHAUSTED);
	assert_false(rk_frame_skip(&reader));
}

static void feed_refuses_compression_and_unknown_flags(void **unused)
{
	(void)unused;
	for (int flag = 1; flag < 256; flag += 127) {
		RK_AUTO(rk_frame_clear) struct rk_frame_reader reader = {.max = 9};
		const uint8_t stream[] = {(uint8_t)flag, 0, 0, 0, 1, 'x'};
		struct rk_slice msg, in = rk_slice_of(stream, sizeof stream);

		assert_int_equal(rk_frame_feed(&reader, &in, &msg, NULL), RK_INTERNAL);
		assert_null(msg.at);
	}
}

static void an_announced_length_takes_no_memory_yet(void **unused)
{
	RK_AUTO(rk_frame_clear) struct rk_frame_reader reader = {.max = 1 << 20};
	struct rk_slice msg, in = bytes("\0\0\x10\0\0x");

	(void)unused;
	assert_int_equal(rk_frame_feed(&reader, &in, &msg, NULL), RK_OK);
	assert_true(reader.body.cap < 4096);
}

static void head_is_flag_and_big_endian_length(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	(void)unused;
	assert_int_equal(rk_frame_head(&out, 0x01020304), RK_OK);
	assert_buf_equal(&out, "\0\1\2\3\4");
	assert_int_equal(rk_frame_head(&out, (size_t)UINT32_MAX + 1), RK_RESOURCE_EXHAUSTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(feed_hands_out_messages_one_by_one),
		cmocka_unit_test(feed_takes_bytes_in_any_pieces),
		cmocka_unit_test(feed_refuses_a_length_over_the_limit),
		cmocka_unit_test(skip_passes_over_what_is_too_large),
		cmocka_unit_test(skip_has_a_limit),
		cmocka_unit_test(feed_refuses_compression_and_unknown_flags),
		cmocka_unit_test(an_announced_length_takes_no_memory_yet),
		cmocka_unit_test(head_is_flag_and_big_endian_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
