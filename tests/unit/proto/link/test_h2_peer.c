/* A server of HTTP/2 against a peer that writes whatever it likes: floods, delays, broken frames, and what one turn takes of it. */
#include "h2_ends.h"

/* A server without TLS, and a peer that writes whatever the test likes. */
static void face_raw_bytes(struct bufferevent **peer)
{
	struct bufferevent *ends[2];

	memset(&pair, 0, sizeof pair);
	pair.base = event_base_new();
	assert_int_equal(bufferevent_pair_new(pair.base, BEV_OPT_CLOSE_ON_FREE, ends), 0);
	open_session(&server, true, &ends[0]);
	(void)bufferevent_enable(ends[1], EV_READ | EV_WRITE);
	*peer = pair.client.bev = ends[1];
}

#define MAGIC        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define NO_SETTINGS  "\0\0\0\4\0\0\0\0\0"
#define SETTINGS_ACK "\0\0\0\4\1\0\0\0\0"
#define HELLO        MAGIC NO_SETTINGS SETTINGS_ACK

static void write_raw(struct bufferevent *peer, struct rk_slice what, int times)
{
	for (int i = 0; i < times; i++)
		(void)bufferevent_write(peer, what.at, what.len);
}

/* The server ends the connection, for this reason, when it gets these bytes so often, and not before. */
static void too_many(struct rk_slice what, int allowed, const char *why)
{
	struct bufferevent *peer;

	face_raw_bytes(&peer);
	write_raw(peer, bytes(HELLO), 1);
	write_raw(peer, what, allowed);
	turns(10);
	assert_int_equal(server.dead, 0);
	write_raw(peer, what, 40);
	UNTIL(server.dead);
	assert_string_equal(server.why, why);
	(void)part(NULL);
}

static void floods_end_the_connection(void **unused)
{
	(void)unused;
	too_many(bytes("\0\0\10\6\0\0\0\0\0abcdefgh"), 10, "the peer sent too many PING frames");
	too_many(bytes(NO_SETTINGS), 9, "the peer sent too many SETTINGS frames");
	too_many(bytes("\0\0\4\10\0\0\0\0\0\0\0\0\1"), 100,
		"the peer sent too many WINDOW_UPDATE frames");
	too_many(bytes("\0\0\5\2\0\0\0\0\1\0\0\0\0\1"), 100,
		"the peer sent too many PRIORITY frames");
	too_many(bytes("\0\0\1\x2a\0\0\0\0\0x"), 100,
		"the peer sent too many frames of unknown type");
}

/* A request for /big, whose answer is larger than every window. */
#define BIG_REQUEST "\0\0\24\1\5\0\0\0\1\40\203\207\4\4/big\1\11localhost"

static void what_comes_too_late_ends_the_connection(void **unused)
{
	struct bufferevent *peer;

	(void)unused;
	face_raw_bytes(&peer);
	write_raw(peer, bytes("PRI * HTTP"), 1);
	turns(5);
	assert_int_equal(server.dead, 0);
	UNTIL_LATE(server.reached[RK_H2_GUARD_PREFACE]);
	UNTIL_LATE(server.dead);
	assert_string_equal(server.why, "the peer took too many seconds for the preface");
	(void)part(NULL);
	face_raw_bytes(&peer);
	write_raw(peer, bytes(HELLO "\0\0\24\1\5\0\0\0\1\40"), 1);
	turns(5);
	UNTIL_LATE(server.reached[RK_H2_GUARD_BLOCK]);
	UNTIL_LATE(server.dead);
}

static void an_answer_that_nobody_takes_ends_the_connection(void **unused)
{
	struct bufferevent *peer;

	(void)unused;
	face_raw_bytes(&peer);
	write_raw(peer, bytes(HELLO BIG_REQUEST), 1);
	UNTIL(server.count == 1);
	UNTIL_LATE(server.reached[RK_H2_GUARD_STALL]);
	UNTIL_LATE(server.dead);
	assert_string_equal(server.why, "the peer took too many seconds without reading");
}

static void a_peer_that_does_not_hang_on_is_told_why_it_goes(void **unused)
{
	static const char goaway[] = "\0\0\10\7\0\0\0\0\0\0\0\0\0\0\0\0\13";
	struct bufferevent *peer;
	struct evbuffer *input;

	(void)unused;
	face_raw_bytes(&peer);
	input = bufferevent_get_input(peer);
	write_raw(peer, bytes(HELLO), 1);
	turns(5);
	OUTSIDE(rk_h2_refuse(server.h2, NGHTTP2_ENHANCE_YOUR_CALM, "too many of you"));
	write_raw(peer, bytes("\0\0\10\6\1\0\0\0\0abcdefgh"), 10);
	turns(20);
	assert_int_not_equal(evbuffer_search(input, goaway, sizeof goaway - 1, NULL).pos, -1);
	assert_int_equal(server.dead, 0);
	bufferevent_free(peer);
	pair.client.bev = NULL;
	UNTIL(server.dead);
	assert_string_equal(server.why, "too many of you");
}

static void update_keys(int times)
{
	for (int i = 0; i < times; i++) {
		assert_int_equal(SSL_key_update(pair.client.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
		assert_int_equal(SSL_do_handshake(pair.client.ssl), 1);
		turns(1);
	}
}

static void a_hundred_new_keys_are_enough(void **unused)
{
	(void)unused;
	pair_open(&pair, session(true), session(false));
	pair_shake(&pair);
	open_session(&server, true, &pair.server.bev);
	update_keys(99);
	turns(20);
	assert_int_equal(server.reached[RK_H2_GUARD_KEY_UPDATE], 0);
	update_keys(5);
	UNTIL(server.reached[RK_H2_GUARD_KEY_UPDATE] == 1);
	UNTIL_LATE(server.dead);
	assert_string_equal(server.why, "the peer sent too many KeyUpdate messages of TLS");
}

static void fewer_new_keys_are_enough_where_that_is_set(void **unused)
{
	static struct rk_h2_guard_limits tight;

	(void)unused;
	tight = rk_h2_guard_limits_default;
	tight.buckets[RK_H2_GUARD_KEY_UPDATE].burst = 3;
	limits.guard = &tight;
	pair_open(&pair, session(true), session(false));
	pair_shake(&pair);
	open_session(&server, true, &pair.server.bev);
	update_keys(2);
	turns(20);
	assert_int_equal(server.reached[RK_H2_GUARD_KEY_UPDATE], 0);
	update_keys(5);
	UNTIL(server.reached[RK_H2_GUARD_KEY_UPDATE] == 1);
	UNTIL_LATE(server.dead);
	(void)part(NULL);
}

static void a_peer_that_is_not_http2_is_told_off(void **unused)
{
	struct bufferevent *peer;

	(void)unused;
	face_raw_bytes(&peer);
	write_raw(peer, bytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), 1);
	UNTIL(server.dead);
	assert_string_equal(server.why, "the peer does not speak HTTP/2");
}

static void settings_must_be_acknowledged_in_time(void **unused)
{
	struct bufferevent *peer;

	(void)unused;
	limits.settings_timeout_ms = 60;
	face_raw_bytes(&peer);
	write_raw(peer, bytes(MAGIC NO_SETTINGS), 1);
	UNTIL(server.dead);
	assert_string_equal(server.why, "the peer did not acknowledge SETTINGS within 60 ms");
	(void)part(NULL);
	limits.settings_timeout_ms = 60;
	face_raw_bytes(&peer);
	write_raw(peer, bytes(HELLO), 1);
	turns(40);
	assert_int_equal(server.dead, 0);
}

static void a_long_block_of_continuations_is_refused(void **unused)
{
	struct bufferevent *peer;

	(void)unused;
	face_raw_bytes(&peer);
	write_raw(peer, bytes(HELLO "\0\0\2\1\0\0\0\0\1\x20\x83"), 1);
	write_raw(peer, bytes("\0\0\1\x09\0\0\0\0\1\x87"), 3);
	UNTIL(server.dead);
	assert_string_equal(server.why, "the peer sent too many CONTINUATION frames in one block");
}

static void a_broken_header_block_ends_the_connection(void **unused)
{
	struct bufferevent *peer;

	(void)unused;
	face_raw_bytes(&peer);
	write_raw(peer, bytes(HELLO "\0\0\1\1\5\0\0\0\1\x80"), 1);
	UNTIL(server.dead);
	assert_string_equal(server.why, "the connection was ended for COMPRESSION_ERROR");
	assert_int_equal(server.count, server.seen[0].closed);
}

/* A request whose body never ends, and a piece of it. */
#define LONG_REQUEST "\0\0\24\1\4\0\0\0\1\40\203\207\4\4/big\1\11localhost"
#define PIECE        "\0\0\10\0\0\0\0\0\1abcdefgh"

static void a_long_burst_leaves_turns_to_others(void **unused)
{
	static const char piece[] = PIECE;
	struct bufferevent *peer;
	struct evbuffer *input;
	size_t least = SIZE_MAX;

	(void)unused;
	face_raw_bytes(&peer);
	input = bufferevent_get_input(bufferevent_pair_get_partner(peer));
	write_raw(peer, bytes(HELLO LONG_REQUEST), 1);
	turns(5);
	write_raw(peer, rk_slice_of(piece, sizeof piece - 1), 1000);
	for (int i = 0; i < 50; i++) {
		size_t left;

		(void)event_base_loop(pair.base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
		left = evbuffer_get_length(input);
		if (left > 0 && left < least)
			least = left;
	}
	assert_in_range(least, 1, 700 * (sizeof piece - 1));
	assert_int_equal(evbuffer_get_length(input), 0);
	assert_int_equal(server.dead, 0);
}

/* The most that is taken of one connection before the loop turns, of more than enough. */
static size_t most_of_a_turn(uint32_t turn_bytes, uint32_t turn_frames)
{
	static const char piece[] = PIECE;
	struct bufferevent *peer;
	struct evbuffer *input;
	size_t most = 0, before;

	limits.turn_bytes = turn_bytes;
	limits.turn_frames = turn_frames;
	face_raw_bytes(&peer);
	input = bufferevent_get_input(bufferevent_pair_get_partner(peer));
	write_raw(peer, bytes(HELLO LONG_REQUEST), 1);
	turns(5);
	write_raw(peer, rk_slice_of(piece, sizeof piece - 1), 3000);
	for (int i = 0; i < 50; i++) {
		before = evbuffer_get_length(input);
		(void)event_base_loop(pair.base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
		if (before > evbuffer_get_length(input) &&
			before - evbuffer_get_length(input) > most)
			most = before - evbuffer_get_length(input);
	}
	assert_int_equal(server.dead, 0);
	(void)part(NULL);
	return most;
}

static void a_turn_is_as_long_as_it_is_set(void **unused)
{
	(void)unused;
	/* Frames are looked at between two pieces of 4 KiB. */
	assert_in_range(most_of_a_turn(65536, 16), 1, 4096);
	assert_in_range(most_of_a_turn(65536, 256), 4097, 8192);
	assert_in_range(most_of_a_turn(16384, 10000), 8193, 16384 + 4096);
	assert_in_range(most_of_a_turn(65536, 10000), 16384 + 4097, 65536);
}

/* Windows of a mebibyte. */
#define WIDE_HELLO \
	MAGIC "\0\0\6\4\0\0\0\0\0\0\4\0\20\0\0" SETTINGS_ACK "\0\0\4\10\0\0\0\0\0\0\20\0\0"

static size_t written_for_nobody(uint32_t output_bytes)
{
	struct bufferevent *peer;
	size_t written;

	limits.output_bytes = output_bytes;
	face_raw_bytes(&peer);
	(void)bufferevent_disable(peer, EV_READ);
	write_raw(peer, bytes(WIDE_HELLO BIG_REQUEST), 1);
	turns(50);
	written = evbuffer_get_length(bufferevent_get_output(bufferevent_pair_get_partner(peer)));
	assert_int_equal(server.dead, 0);
	(void)part(NULL);
	return written;
}

static void no_frame_is_made_above_what_the_transport_may_hold(void **unused)
{
	enum { FRAME = 16384 + 9 };

	(void)unused;
	assert_in_range(written_for_nobody(32768), 32768, 32768 + FRAME);
	assert_in_range(written_for_nobody(131072), 131072, 131072 + FRAME);
}

/* More than is read at once, its last TLS record perhaps in halves: nothing comes after it to wake the reader. */
static void the_rest_of_a_record_is_not_forgotten(void **unused)
{
	enum { FIRST = 100, RECORD = 16384, MOST = 11 };

	static uint8_t frames[FIRST + MOST * RECORD];

	(void)unused;
	for (int count = 4; count <= MOST; count++) {
		size_t size = FIRST + (size_t)count * RECORD, at = sizeof HELLO LONG_REQUEST - 1,
		       rest;

		memcpy(frames, HELLO LONG_REQUEST, at);
		for (; at + 200 < size; at += 17)
			memcpy(frames + at, PIECE, 17);
		rest = size - at - 9;
		memset(frames + at, 0, 9);
		frames[at + 2] = (uint8_t)rest;
		frames[at + 3] = NGHTTP2_GOAWAY;
		pair_open(&pair, session(true), session(false));
		pair_shake(&pair);
		assert_int_equal(SSL_write(pair.client.ssl, frames, FIRST), FIRST);
		for (at = FIRST; at < size; at += RECORD)
			assert_int_equal(SSL_write(pair.client.ssl, frames + at, RECORD), RECORD);
		open_session(&server, true, &pair.server.bev);
		UNTIL(server.goaways == 1);
		(void)part(NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(floods_end_the_connection, part),
		cmocka_unit_test_teardown(what_comes_too_late_ends_the_connection, part),
		cmocka_unit_test_teardown(an_answer_that_nobody_takes_ends_the_connection, part),
		cmocka_unit_test_teardown(a_peer_that_does_not_hang_on_is_told_why_it_goes, part),
		cmocka_unit_test_teardown(a_hundred_new_keys_are_enough, part),
		cmocka_unit_test_teardown(fewer_new_keys_are_enough_where_that_is_set, part),
		cmocka_unit_test_teardown(a_peer_that_is_not_http2_is_told_off, part),
		cmocka_unit_test_teardown(settings_must_be_acknowledged_in_time, part),
		cmocka_unit_test_teardown(a_long_block_of_continuations_is_refused, part),
		cmocka_unit_test_teardown(a_broken_header_block_ends_the_connection, part),
		cmocka_unit_test_teardown(the_rest_of_a_record_is_not_forgotten, part),
		cmocka_unit_test_teardown(a_long_burst_leaves_turns_to_others, part),
		cmocka_unit_test_teardown(a_turn_is_as_long_as_it_is_set, part),
		cmocka_unit_test_teardown(no_frame_is_made_above_what_the_transport_may_hold, part),
	};

	return cmocka_run_group_tests(tests, prepare, clean);
}
