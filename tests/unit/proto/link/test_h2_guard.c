#include "check.h"
#include "link/h2_guard.h"

static struct rk_h2_guard guard;
static struct rk_h2_guard_limits limits;

#define DEFAULTS (&rk_h2_guard_limits_default)

static int begin(void **unused)
{
	(void)unused;
	limits = rk_h2_guard_limits_default;
	rk_h2_guard_init(&guard, DEFAULTS, 24, 1000);
	return 0;
}

static int taken(enum rk_h2_guard_kind kind, int64_t now_ms)
{
	int count = 0;

	while (count < 10000 && rk_h2_guard_take(&guard, kind, now_ms))
		count++;
	return count;
}

static void a_burst_is_taken_and_no_more(void **unused)
{
	static const int bursts[RK_H2_GUARD_BUCKETS] = {
		[RK_H2_GUARD_RESET_IN] = 100,
		[RK_H2_GUARD_RESET_OUT] = 100,
		[RK_H2_GUARD_PING] = 10,
		[RK_H2_GUARD_SETTINGS] = 10,
		[RK_H2_GUARD_WINDOW] = 100,
		[RK_H2_GUARD_PRIORITY] = 100,
		[RK_H2_GUARD_UNKNOWN] = 100,
		[RK_H2_GUARD_ACK] = 100,
		[RK_H2_GUARD_EMPTY] = 10,
		[RK_H2_GUARD_CONTINUATION] = 2,
		[RK_H2_GUARD_GLITCH] = 200,
		[RK_H2_GUARD_KEY_UPDATE] = 100,
	};

	(void)unused;
	for (int kind = 0; kind < RK_H2_GUARD_BUCKETS; kind++)
		assert_int_equal(taken((enum rk_h2_guard_kind)kind, 1000), bursts[kind]);
	for (int kind = 0; kind < RK_H2_GUARD_KINDS; kind++) {
		assert_true(strlen(rk_h2_guard_name((enum rk_h2_guard_kind)kind)) > 4);
		for (int other = 0; other < kind; other++)
			assert_string_not_equal(rk_h2_guard_label((enum rk_h2_guard_kind)kind),
				rk_h2_guard_label((enum rk_h2_guard_kind)other));
	}
}

static void time_refills_what_has_a_rate(void **unused)
{
	(void)unused;
	assert_int_equal(taken(RK_H2_GUARD_RESET_IN, 1000), 100);
	assert_int_equal(taken(RK_H2_GUARD_RESET_IN, 3000), 20);
	assert_int_equal(taken(RK_H2_GUARD_RESET_IN, 900000000), 100);
	assert_int_equal(taken(RK_H2_GUARD_PING, 1000), 10);
	assert_int_equal(taken(RK_H2_GUARD_PING, 10900), 0);
	assert_int_equal(taken(RK_H2_GUARD_PING, 11000), 1);
	assert_int_equal(taken(RK_H2_GUARD_CONTINUATION, 1000), 2);
	assert_int_equal(taken(RK_H2_GUARD_CONTINUATION, 900000000), 0);
	assert_int_equal(taken(RK_H2_GUARD_KEY_UPDATE, 1000), 100);
	assert_int_equal(taken(RK_H2_GUARD_KEY_UPDATE, 1000 + 3600000), 100);
	/* A clock that goes back gives nothing. */
	assert_int_equal(taken(RK_H2_GUARD_RESET_IN, 5), 0);
}

/* Another burst and another rate for each bucket, one after another; the others keep theirs. */
static void a_changed_limit_bites_earlier_and_in_its_bucket_alone(void **unused)
{
	(void)unused;
	for (int kind = 0; kind < RK_H2_GUARD_BUCKETS; kind++) {
		uint32_t burst = (uint32_t)kind % 2 + 1, rate = 30 + (uint32_t)kind;

		limits = rk_h2_guard_limits_default;
		limits.buckets[kind] = (struct rk_h2_guard_bucket){burst, 0};
		rk_h2_guard_init(&guard, &limits, 24, 1000);
		for (int other = 0; other < RK_H2_GUARD_BUCKETS; other++)
			assert_int_equal(taken((enum rk_h2_guard_kind)other, 1000),
				limits.buckets[other].burst);
		assert_int_equal(taken((enum rk_h2_guard_kind)kind, 1000 + 3600000), 0);
		limits.buckets[kind] = (struct rk_h2_guard_bucket){100, rate};
		rk_h2_guard_init(&guard, &limits, 24, 1000);
		assert_int_equal(taken((enum rk_h2_guard_kind)kind, 1000), 100);
		assert_int_equal(taken((enum rk_h2_guard_kind)kind, 61000), rate);
	}
}

/* As these frames come from the wire. */
static void a_changed_limit_bites_where_frames_are_scanned(void **unused)
{
	static const struct {
		enum rk_h2_guard_kind kind;
		struct rk_slice frame;
	} frames[] = {
		{RK_H2_GUARD_RESET_IN,     {(const uint8_t *)"\0\0\4\3\0\0\0\0\1abcd", 13}     },
		{RK_H2_GUARD_PING,         {(const uint8_t *)"\0\0\10\6\0\0\0\0\0abcdefgh", 17}},
		{RK_H2_GUARD_SETTINGS,     {(const uint8_t *)"\0\0\0\4\0\0\0\0\0", 9}          },
		{RK_H2_GUARD_WINDOW,       {(const uint8_t *)"\0\0\4\10\0\0\0\0\0abcd", 13}    },
		{RK_H2_GUARD_PRIORITY,     {(const uint8_t *)"\0\0\5\2\0\0\0\0\1abcde", 14}    },
		{RK_H2_GUARD_UNKNOWN,      {(const uint8_t *)"\0\0\0\12\0\0\0\0\1", 9}         },
		{RK_H2_GUARD_ACK,          {(const uint8_t *)"\0\0\0\4\1\0\0\0\0", 9}          },
		{RK_H2_GUARD_EMPTY,        {(const uint8_t *)"\0\0\0\0\0\0\0\0\1", 9}          },
		{RK_H2_GUARD_CONTINUATION, {(const uint8_t *)"\0\0\0\11\0\0\0\0\1", 9}         },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		enum rk_h2_guard_kind kind = RK_H2_GUARD_KINDS;

		limits = rk_h2_guard_limits_default;
		limits.buckets[frames[i].kind] = (struct rk_h2_guard_bucket){1, 1};
		rk_h2_guard_init(&guard, &limits, 0, 1000);
		assert_true(rk_h2_guard_scan(&guard, frames[i].frame, 1000, &kind));
		assert_false(rk_h2_guard_scan(&guard, frames[i].frame, 1000, &kind));
		assert_int_equal(kind, frames[i].kind);
	}
}

static void frequent_events_are_refilled_too(void **unused)
{
	int count = 0;

	(void)unused;
	assert_int_equal(taken(RK_H2_GUARD_RESET_IN, 1000), 100);
	for (int64_t ms = 1001; ms <= 2000; ms++)
		count += rk_h2_guard_take(&guard, RK_H2_GUARD_RESET_IN, ms);
	assert_int_equal(count, 10);
	/* So slow a rate gives next to nothing in one millisecond, and yet one token in a minute. */
	assert_int_equal(taken(RK_H2_GUARD_SETTINGS, 1000), 10);
	count = 0;
	for (int64_t ms = 1001; ms <= 61000; ms++)
		count += rk_h2_guard_take(&guard, RK_H2_GUARD_SETTINGS, ms);
	assert_int_equal(count, 1);
}

static void giving_never_goes_over_the_burst(void **unused)
{
	(void)unused;
	rk_h2_guard_give(&guard, RK_H2_GUARD_WINDOW, 500);
	assert_int_equal(taken(RK_H2_GUARD_WINDOW, 1000), 100);
	rk_h2_guard_give(&guard, RK_H2_GUARD_WINDOW, 10);
	assert_int_equal(taken(RK_H2_GUARD_WINDOW, 1000), 10);
	rk_h2_guard_fill(&guard, RK_H2_GUARD_WINDOW);
	assert_int_equal(taken(RK_H2_GUARD_WINDOW, 1000), 100);
}

#define PREFACE    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define PING_FRAME "\0\0\10\6\0\0\0\0\0abcdefgh"
#define PONG_FRAME "\0\0\10\6\1\0\0\0\0abcdefgh"

static void frames_are_found_wherever_the_bytes_are_cut(void **unused)
{
	static const char text[] = PREFACE "\0\0\0\4\0\0\0\0\0" PING_FRAME PONG_FRAME
					   "\0\0\2\0\0\0\0\0\1hi" PING_FRAME;

	(void)unused;
	for (size_t cut = 1; cut < sizeof text; cut++) {
		enum rk_h2_guard_kind kind;

		(void)begin(NULL);
		for (size_t at = 0; at < sizeof text - 1; at += cut) {
			size_t left = sizeof text - 1 - at;

			assert_true(rk_h2_guard_scan(&guard,
				rk_slice_of(text + at, left < cut ? left : cut), 1000, &kind));
		}
		assert_int_equal(guard.frames, 5);
		assert_int_equal(taken(RK_H2_GUARD_PING, 1000), 8);
		assert_int_equal(taken(RK_H2_GUARD_SETTINGS, 1000), 9);
	}
}

/* How many of these frames pass. */
static int passing(struct rk_slice frame)
{
	enum rk_h2_guard_kind kind;
	int count = 0;

	rk_h2_guard_init(&guard, &limits, 0, 1000);
	while (count < 300 && rk_h2_guard_scan(&guard, frame, 1000, &kind))
		count++;
	return count;
}

static void each_type_has_its_bucket(void **unused)
{
	(void)unused;
	assert_int_equal(passing(bytes("\0\0\0\0\0\0\0\0\1")), 10);
	assert_int_equal(passing(bytes("\0\0\0\0\1\0\0\0\1")), 300);
	assert_int_equal(passing(bytes("\0\0\0\0\0\0\0\0\1\0\0\1\0\0\0\0\0\1x")), 300);
	assert_int_equal(passing(bytes("\0\0\0\1\0\0\0\0\1")), 300);
	assert_int_equal(passing(bytes("\0\0\5\2\0\0\0\0\1abcde")), 100);
	assert_int_equal(passing(bytes("\0\0\4\3\0\0\0\0\1abcd")), 100);
	assert_int_equal(passing(bytes("\0\0\0\4\0\0\0\0\0")), 10);
	assert_int_equal(passing(bytes("\0\0\0\4\1\0\0\0\0")), 100);
	assert_int_equal(passing(bytes("\0\0\0\5\0\0\0\0\1")), 100);
	assert_int_equal(passing(bytes(PING_FRAME)), 10);
	assert_int_equal(passing(bytes(PONG_FRAME)), 100);
	assert_int_equal(passing(bytes("\0\0\0\7\0\0\0\0\0")), 100);
	assert_int_equal(passing(bytes("\0\0\4\10\0\0\0\0\0abcd")), 100);
	assert_int_equal(passing(bytes("\0\0\0\11\0\0\0\0\1")), 2);
	assert_int_equal(passing(bytes("\0\0\0\12\0\0\0\0\1")), 100);
	assert_int_equal(passing(bytes("\0\0\0\1\0\0\0\0\1\0\0\0\11\0\0\0\0\1")), 300);
}

static bool scanned(struct rk_slice what, int64_t now_ms)
{
	enum rk_h2_guard_kind kind;

	return rk_h2_guard_scan(&guard, what, now_ms, &kind);
}

static void padding_is_no_payload(void **unused)
{
	static const char padded[] = "\0\0\4\0\10\0\0\0\1\3\0\0\0";

	(void)unused;
	assert_int_equal(passing(bytes("\0\0\4\0\10\0\0\0\1\3\0\0\0")), 10);
	assert_int_equal(passing(bytes("\0\0\4\0\10\0\0\0\1\2\0\0\0")), 300);
	/* More padding than there are bytes, and a length of padding that is missing: nghttp2 refuses both. */
	assert_int_equal(passing(bytes("\0\0\4\0\10\0\0\0\1\7\0\0\0")), 10);
	assert_int_equal(passing(bytes("\0\0\0\0\10\0\0\0\1")), 10);
	for (size_t cut = 1; cut < sizeof padded; cut++) {
		rk_h2_guard_init(&guard, &limits, 0, 1000);
		assert_true(scanned(rk_slice_of(padded, cut), 1000));
		assert_true(scanned(rk_slice_of(padded + cut, sizeof padded - 1 - cut), 1000));
		assert_int_equal(guard.frames, 1);
		assert_int_equal(taken(RK_H2_GUARD_EMPTY, 1000), 9);
	}
	/* Lengths of more than one byte. */
	rk_h2_guard_init(&guard, &limits, 0, 1000);
	assert_true(scanned(bytes("\0\1\0\0\10\0\0\0\1\1"), 1000));
	assert_int_equal(guard.payload, 254);
	rk_h2_guard_init(&guard, &limits, 0, 1000);
	assert_true(scanned(bytes("\1\0\0\0\10\0\0\0\1\0"), 1000));
	assert_int_equal(guard.payload, 65535);
}

static bool late(int64_t now_ms, enum rk_h2_guard_kind wanted)
{
	enum rk_h2_guard_kind kind;
	bool is_late = rk_h2_guard_late(&guard, now_ms, &kind);

	if (is_late)
		assert_int_equal(kind, wanted);
	return is_late;
}

static void the_preface_and_its_settings_are_awaited_five_seconds(void **unused)
{
	(void)unused;
	assert_false(late(5999, RK_H2_GUARD_PREFACE));
	assert_true(late(6000, RK_H2_GUARD_PREFACE));
	assert_true(scanned(bytes(PREFACE), 2000));
	assert_true(late(6000, RK_H2_GUARD_PREFACE));
	assert_true(scanned(bytes("\0\0\6\4\0\0\0\0\0\0\3"), 3000));
	assert_true(late(6000, RK_H2_GUARD_PREFACE));
	assert_true(scanned(bytes("\0\0\0\1"), 3000));
	assert_false(late(900000, RK_H2_GUARD_PREFACE));
}

static void a_frame_or_block_is_awaited_five_seconds_from_its_first_byte(void **unused)
{
	(void)unused;
	rk_h2_guard_init(&guard, &limits, 0, 1000);
	assert_true(scanned(bytes(PING_FRAME), 1000));
	assert_false(late(900000, RK_H2_GUARD_BLOCK));
	/* One byte of a head; then the rest, of a block that goes on. */
	assert_true(scanned(bytes("\0"), 10000));
	assert_false(late(14999, RK_H2_GUARD_BLOCK));
	assert_true(late(15000, RK_H2_GUARD_BLOCK));
	assert_true(scanned(bytes("\0\1\1\0\0\0\0\1x"), 14000));
	assert_true(late(15000, RK_H2_GUARD_BLOCK));
	assert_true(scanned(bytes("\0\0\1\11\0\0\0\0\1x"), 14500));
	assert_true(late(15000, RK_H2_GUARD_BLOCK));
	assert_true(scanned(bytes("\0\0\1\11\4\0\0\0\1x"), 14600));
	assert_false(late(900000, RK_H2_GUARD_BLOCK));
}

static void a_body_may_take_its_time(void **unused)
{
	(void)unused;
	rk_h2_guard_init(&guard, &limits, 0, 1000);
	assert_true(scanned(bytes("\0\0\10\0\0\0\0\0\1ab"), 1000));
	assert_false(late(900000, RK_H2_GUARD_BLOCK));
	assert_true(scanned(bytes("cdefgh\0"), 900000));
	assert_true(late(905000, RK_H2_GUARD_BLOCK));
}

/* Headers without a byte, which no bucket counts. */
#define HEAD_FRAME "\0\0\0\1\4\0\0\0\1"

static int heads_before_it_is_too_much(void)
{
	int count = 0;

	while (count < 1000000 && scanned(bytes(HEAD_FRAME), 1000))
		count++;
	return count;
}

static void an_eighth_of_the_bytes_has_to_be_payload(void **unused)
{
	enum rk_h2_guard_kind kind;

	(void)unused;
	rk_h2_guard_init(&guard, &limits, 0, 1000);
	assert_int_equal(heads_before_it_is_too_much(), 8 * (1 << 20) / 9);
	assert_false(rk_h2_guard_scan(&guard, bytes(HEAD_FRAME), 1000, &kind));
	assert_int_equal(kind, RK_H2_GUARD_OVERHEAD);
	rk_h2_guard_init(&guard, &limits, 0, 1000);
	assert_true(scanned(bytes("\0\0\21\0\0\0\0\0\1abcdefghijklmnopq"), 1000));
	assert_int_equal(heads_before_it_is_too_much(), (8 * ((1 << 20) + 17) - 26) / 9);
}

static void other_times_and_shares_hold_where_they_are_given(void **unused)
{
	struct rk_h2_stall stall = {0};

	(void)unused;
	limits.preface_ms = 700;
	limits.block_ms = 300;
	limits.overhead_times = 2;
	limits.overhead_free = 90;
	limits.stall_ms = 2000;
	limits.stall_bytes = 5;
	rk_h2_guard_init(&guard, &limits, 24, 1000);
	assert_false(late(1699, RK_H2_GUARD_PREFACE));
	assert_true(late(1700, RK_H2_GUARD_PREFACE));
	rk_h2_guard_init(&guard, &limits, 0, 1000);
	assert_true(scanned(bytes(PING_FRAME "\0"), 1000));
	assert_false(late(1299, RK_H2_GUARD_BLOCK));
	assert_true(late(1300, RK_H2_GUARD_BLOCK));
	rk_h2_guard_init(&guard, &limits, 0, 1000);
	assert_int_equal(heads_before_it_is_too_much(), 2 * 90 / 9);
	assert_false(rk_h2_stall_seen(&stall, &limits, true, 0, 1000));
	assert_false(rk_h2_stall_seen(&stall, &limits, true, 4, 2999));
	assert_true(rk_h2_stall_seen(&stall, &limits, true, 4, 3000));
	assert_false(rk_h2_stall_seen(&stall, &limits, true, 5, 3000));
}

static void who_takes_nothing_stalls(void **unused)
{
	struct rk_h2_stall stall = {0};

	(void)unused;
	assert_false(rk_h2_stall_seen(&stall, &limits, false, 0, 1000));
	assert_false(rk_h2_stall_seen(&stall, &limits, true, 0, 5000));
	assert_false(rk_h2_stall_seen(&stall, &limits, true, 0, 19999));
	assert_true(rk_h2_stall_seen(&stall, &limits, true, 0, 20000));
	/* A trickle is as good as nothing. */
	assert_true(rk_h2_stall_seen(&stall, &limits, true, 1023, 20000));
	assert_false(rk_h2_stall_seen(&stall, &limits, true, 1024, 20000));
	assert_false(rk_h2_stall_seen(&stall, &limits, true, 1030, 34999));
	assert_true(rk_h2_stall_seen(&stall, &limits, true, 1030, 35000));
	/* Nothing waited in between. */
	assert_false(rk_h2_stall_seen(&stall, &limits, false, 1030, 35000));
	assert_false(rk_h2_stall_seen(&stall, &limits, true, 1030, 60000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_burst_is_taken_and_no_more, begin),
		cmocka_unit_test_setup(time_refills_what_has_a_rate, begin),
		cmocka_unit_test_setup(
			a_changed_limit_bites_earlier_and_in_its_bucket_alone, begin),
		cmocka_unit_test_setup(a_changed_limit_bites_where_frames_are_scanned, begin),
		cmocka_unit_test_setup(frequent_events_are_refilled_too, begin),
		cmocka_unit_test_setup(giving_never_goes_over_the_burst, begin),
		cmocka_unit_test_setup(frames_are_found_wherever_the_bytes_are_cut, begin),
		cmocka_unit_test_setup(each_type_has_its_bucket, begin),
		cmocka_unit_test_setup(padding_is_no_payload, begin),
		cmocka_unit_test_setup(
			the_preface_and_its_settings_are_awaited_five_seconds, begin),
		cmocka_unit_test_setup(
			a_frame_or_block_is_awaited_five_seconds_from_its_first_byte, begin),
		cmocka_unit_test_setup(a_body_may_take_its_time, begin),
		cmocka_unit_test_setup(an_eighth_of_the_bytes_has_to_be_payload, begin),
		cmocka_unit_test_setup(other_times_and_shares_hold_where_they_are_given, begin),
		cmocka_unit_test_setup(who_takes_nothing_stalls, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
