/* Calls between two ends that keep to HTTP/2: there and back, held back, cut, drained, and what each may not exceed. */
#include "h2_ends.h"

static void a_unary_call_goes_there_and_back(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	seen = call("/echo");
	say(seen, "hello");
	UNTIL(seen->closed && server.seen[0].closed);
	assert_string_equal(seen->status, "200");
	assert_string_equal(seen->grpc_status, "0");
	assert_buf_equal(&seen->body, "hello");
	assert_int_equal(seen->headers, 2);
	assert_int_equal(seen->ends, 1);
	assert_int_equal(seen->closed, 1);
	assert_int_equal(seen->code, 0);
	assert_string_equal(server.seen[0].path, "/echo");
	assert_int_equal(server.seen[0].headers, 1);
	assert_int_equal(server.seen[0].ends, 1);
	assert_int_equal(server.seen[0].code, 0);
	assert_int_equal(rk_h2_streams(client.h2) + rk_h2_streams(server.h2), 0);
}

static void an_answer_may_be_headers_alone(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	/* The server does not wait for the request's end, which never comes. */
	seen = call("/early");
	UNTIL(seen->closed && server.seen[0].closed);
	assert_string_equal(seen->status, "200");
	assert_int_equal(seen->headers, 1);
	assert_int_equal(seen->ends, 1);
	assert_int_equal(seen->code, 0);
	assert_int_equal(server.seen[0].code, 0);
	assert_int_equal(server.seen[0].ends, 0);
}

static void many_calls_share_a_connection(void **unused)
{
	struct seen *seen[32];

	(void)unused;
	meet();
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 32; i++) {
			seen[i] = call("/echo");
			say(seen[i], "x");
		}
		for (int i = 0; i < 32; i++)
			UNTIL(seen[i]->closed);
		for (int i = 0; i < CALLS; i++) {
			rk_buf_clear(&client.seen[i].body);
			UNTIL(!server.seen[i].stream);
			rk_buf_clear(&server.seen[i].body);
		}
	}
	assert_int_equal(server.count, 640);
	assert_int_equal(client.dead + server.dead, 0);
}

static void large_bodies_are_held_back_both_ways(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	begin_relief(&server);
	begin_relief(&client);
	seen = call("/big");
	seen->to_send = BIG;
	fill(seen);
	UNTIL(seen->closed && server.seen[0].closed);
	assert_int_equal(server.seen[0].body.len, BIG);
	assert_int_equal(seen->body.len, BIG);
	assert_string_equal(seen->grpc_status, "0");
	assert_true(seen->drained > 5 && server.seen[0].drained > 5);
	assert_in_range(server.seen[0].most_held, 1, limits.stream_window);
	assert_in_range(seen->most_held, 1, limits.stream_window);
}

static void many_large_bodies_come_at_once(void **unused)
{
	struct seen *seen[16];

	(void)unused;
	meet();
	for (int i = 0; i < 16; i++) {
		seen[i] = call("/big");
		say(seen[i], "please");
	}
	for (int i = 0; i < 16; i++) {
		UNTIL(seen[i]->closed);
		assert_int_equal(seen[i]->body.len, BIG);
	}
}

static void nothing_given_back_holds_the_peer_for_ever(void **unused)
{
	struct seen *seen, *other;

	(void)unused;
	meet();
	server.hold = true;
	seen = call("/big");
	seen->to_send = BIG;
	fill(seen);
	turns(60);
	assert_int_equal(server.seen[0].body.len, limits.stream_window);
	assert_true(rk_h2_is_full(seen->stream));
	/* The others go on: the session's window is larger than a stream's. */
	other = call("/echo");
	say(other, "short");
	UNTIL(other->closed);
	assert_buf_equal(&other->body, "short");
	/* What the stream never gave back returns with its end. */
	for (int i = 0; i < 12; i++) {
		OUTSIDE(rk_h2_reset(seen->stream, NGHTTP2_CANCEL));
		UNTIL(seen->closed && rk_h2_streams(server.h2) == 0);
		seen = call("/big");
		seen->to_send = BIG;
		fill(seen);
		turns(20);
		assert_int_equal(server.seen[i + 2].body.len, limits.stream_window);
	}
}

static void a_reset_ends_the_stream_on_both_ends(void **unused)
{
	struct seen *by_server, *by_client;

	(void)unused;
	meet();
	by_server = call("/reset");
	UNTIL(by_server->closed && server.seen[0].closed);
	assert_int_equal(by_server->code, NGHTTP2_CANCEL);
	by_client = call("/wait");
	UNTIL(server.count == 2 && server.seen[1].headers);
	OUTSIDE(rk_h2_reset(by_client->stream, NGHTTP2_CANCEL));
	assert_int_equal(rk_h2_send(by_client->stream, bytes("late")), RK_UNAVAILABLE);
	UNTIL(by_client->closed && server.seen[1].closed);
	assert_int_equal(server.seen[1].code, NGHTTP2_CANCEL);
	assert_int_equal(server.seen[1].ends, 0);
	assert_int_equal(client.dead + server.dead, 0);
}

static void headers_that_cannot_be_sent_end_the_stream(void **unused)
{
	static const char *const paths[] = {"/bloated", "/bloated-end"};

	(void)unused;
	meet();
	for (int i = 0; i < 2; i++) {
		struct seen *seen = call(paths[i]);

		say(seen, "hello");
		UNTIL(seen->closed && server.seen[i].closed);
		assert_int_equal(seen->code, NGHTTP2_INTERNAL_ERROR);
	}
	assert_int_equal(client.dead + server.dead, 0);
}

static void a_cut_connection_closes_every_stream_once(void **unused)
{
	struct seen *seen[5], *late;

	(void)unused;
	meet();
	for (int i = 0; i < 5; i++) {
		seen[i] = call("/wait");
		say(seen[i], "x");
	}
	UNTIL(server.count == 5 && server.seen[4].ends);
	(void)shutdown(pair.server.fd, SHUT_RDWR);
	UNTIL(client.dead && server.dead);
	turns(10);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(seen[i]->closed, 1);
		assert_int_equal(seen[i]->code, RK_H2_LOST);
		assert_int_equal(server.seen[i].closed, 1);
		assert_int_equal(server.seen[i].code, RK_H2_LOST);
	}
	assert_int_equal(client.dead, 1);
	assert_int_equal(server.dead, 1);
	assert_string_equal(client.why, "the connection was cut off");
	assert_int_equal(try_call("/echo", NULL, 0, &late), RK_UNAVAILABLE);
}

static void closing_ends_everything_at_once(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	server.free_in_dead = true;
	seen = call("/wait");
	UNTIL(server.count == 1 && server.seen[0].headers);
	OUTSIDE(rk_h2_close(server.h2));
	assert_int_equal(server.dead, 0);
	UNTIL(client.dead && server.dead);
	assert_null(server.h2);
	assert_int_equal(seen->closed, 1);
	assert_int_equal(server.seen[0].closed, 1);
	assert_string_equal(client.why, "the peer closed the connection with 1 streams open");
}

static void a_request_that_never_left_was_certainly_not_seen(void **unused)
{
	struct seen *sent, *kept;

	(void)unused;
	meet();
	sent = call("/wait");
	UNTIL(server.count == 1 && server.seen[0].headers);
	kept = call("/wait");
	OUTSIDE(rk_h2_close(client.h2));
	UNTIL(client.dead && server.dead);
	assert_int_equal(sent->code, RK_H2_LOST);
	assert_int_equal(kept->code, NGHTTP2_REFUSED_STREAM);
	assert_int_equal(server.count, 1);
}

static void a_session_may_be_closed_within_an_event(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	server.close_in_data = true;
	seen = call("/echo");
	say(seen, "boom");
	UNTIL(client.dead && server.dead);
	assert_int_equal(server.seen[0].closed, 1);
	assert_int_equal(server.seen[0].ends, 0);
	assert_int_equal(seen->closed, 1);
}

static void a_session_may_be_freed_within_an_event(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	server.free_in_data = true;
	seen = call("/echo");
	say(seen, "boom");
	UNTIL(client.dead);
	assert_null(server.h2);
	assert_int_equal(server.dead, 0);
	assert_int_equal(server.seen[0].closed, 0);
	assert_int_equal(seen->closed, 1);
}

static void a_drain_lets_running_calls_finish(void **unused)
{
	struct seen *running, *late;

	(void)unused;
	meet();
	running = call("/echo");
	UNTIL(server.count == 1 && server.seen[0].headers);
	OUTSIDE(rk_h2_drain(server.h2));
	UNTIL(client.goaways == 2);
	assert_int_equal(client.goaway_code, 0);
	assert_int_equal(try_call("/echo", NULL, 0, &late), RK_UNAVAILABLE);
	assert_int_equal(client.dead + server.dead, 0);
	say(running, "finished");
	UNTIL(client.dead && server.dead);
	assert_buf_equal(&running->body, "finished");
	assert_int_equal(running->code, 0);
	assert_string_equal(client.why, "");
	assert_string_equal(server.why, "");
}

static void a_request_on_its_way_is_served_by_a_draining_server(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	turns(5);
	/* Both happen before either hears of the other. */
	seen = call("/echo");
	say(seen, "just in time");
	OUTSIDE(rk_h2_drain(server.h2));
	UNTIL(client.dead && server.dead);
	assert_buf_equal(&seen->body, "just in time");
}

static void a_client_can_drain_too(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	seen = call("/echo");
	OUTSIDE(rk_h2_drain(client.h2));
	say(seen, "last");
	UNTIL(client.dead && server.dead);
	assert_buf_equal(&seen->body, "last");
	assert_string_equal(client.why, "");
	assert_string_equal(server.why, "");
}

static void too_many_fields_cost_the_stream(void **unused)
{
	struct rk_h2_header more[60];
	struct seen *seen, *next;

	(void)unused;
	limits.max_header_fields = 40;
	meet();
	for (int i = 0; i < 50; i++)
		more[i] = (struct rk_h2_header){"x-more", rk_slice_str("1")};
	assert_int_equal(try_call("/echo", more, 50, &seen), RK_OK);
	next = call("/echo");
	say(next, "unharmed");
	UNTIL(seen->closed && next->closed && server.seen[0].closed);
	assert_int_equal(seen->code, NGHTTP2_ENHANCE_YOUR_CALM);
	assert_int_equal(server.seen[0].headers, 0);
	assert_buf_equal(&next->body, "unharmed");
}

static void a_large_header_list_costs_the_stream(void **unused)
{
	static char value[6000];
	struct rk_h2_header more[3];
	struct seen *seen;

	(void)unused;
	meet();
	memset(value, 'v', sizeof value - 1);
	for (int i = 0; i < 3; i++)
		more[i] = (struct rk_h2_header){"x-more", rk_slice_str(value)};
	assert_int_equal(try_call("/echo", more, 3, &seen), RK_OK);
	UNTIL(seen->closed && server.seen[0].closed);
	assert_int_equal(seen->code, NGHTTP2_ENHANCE_YOUR_CALM);
	assert_int_equal(server.dead, 0);
}

static void twice_the_header_limit_costs_the_connection(void **unused)
{
	struct rk_h2_header more[60];
	struct seen *seen;

	(void)unused;
	limits.max_header_fields = 20;
	meet();
	for (int i = 0; i < 50; i++)
		more[i] = (struct rk_h2_header){"x-more", rk_slice_str("1")};
	assert_int_equal(try_call("/echo", more, 50, &seen), RK_OK);
	UNTIL(client.dead && server.dead);
	assert_int_equal(client.goaway_code, NGHTTP2_ENHANCE_YOUR_CALM);
	assert_string_equal(server.why, "a header list of over 32768 bytes or 40 fields");
	assert_contains(client.why, "the peer ended the connection: ENHANCE_YOUR_CALM");
	assert_int_equal(server.seen[0].closed, 1);
	assert_int_equal(seen->closed, 1);
}

static void more_streams_than_allowed_are_not_begun(void **unused)
{
	struct seen *seen;

	(void)unused;
	limits.max_streams = 3;
	meet();
	for (int i = 0; i < 3; i++)
		seen = call("/wait");
	assert_int_equal(try_call("/wait", NULL, 0, &seen), RK_UNAVAILABLE);
	assert_int_equal(rk_h2_streams(client.h2), 3);
}

static void a_connection_has_a_life(void **unused)
{
	struct seen *seen;

	(void)unused;
	limits.max_streams_life = 3;
	meet();
	for (int i = 0; i < 3; i++) {
		seen = call("/echo");
		say(seen, "x");
	}
	UNTIL(client.dead && server.dead);
	for (int i = 0; i < 3; i++)
		assert_buf_equal(&client.seen[i].body, "x");
	assert_int_equal(client.goaways > 0, 1);
	assert_string_equal(server.why, "");
}

static void order_of_the_own_side_is_watched(void **unused)
{
	struct seen *seen;

	(void)unused;
	meet();
	seen = call("/wait");
	say(seen, "x");
	assert_int_equal(rk_h2_send(seen->stream, bytes("y")), RK_FAILED_PRECONDITION);
	assert_int_equal(rk_h2_end(seen->stream, NULL, 0), RK_FAILED_PRECONDITION);
	UNTIL(server.count == 1 && server.seen[0].ends);
	assert_int_equal(rk_h2_send(server.seen[0].stream, bytes("y")), RK_FAILED_PRECONDITION);
	MUST(rk_h2_respond(server.seen[0].stream, ok_headers, 2, false));
	assert_int_equal(
		rk_h2_respond(server.seen[0].stream, ok_headers, 2, false), RK_FAILED_PRECONDITION);
}

/* What a busy server does: its window stays closed, the line does not. */
static void a_request_may_wait_for_the_server_as_long_as_it_likes(void **unused)
{
	struct seen *seen;
	time_t end;

	(void)unused;
	meet();
	server.hold = true;
	seen = call("/big");
	seen->to_send = BIG;
	fill(seen);
	UNTIL(server.seen[0].body.len == limits.stream_window);
	/* The watch looks twice a second, by the true clock. */
	for (end = time(NULL) + 3; time(NULL) < end;) {
		later(1000);
		turns(1);
	}
	assert_int_equal(client.reached[RK_H2_GUARD_STALL], 0);
	assert_int_equal(client.dead, 0);
	assert_int_equal(server.dead, 0);
	assert_false(seen->closed);
}

static void one_long_value_or_path_costs_the_stream(void **unused)
{
	static uint8_t text[4097];
	struct rk_h2_header header = {
		"x-long", {text, 4096}
        };
	struct seen *first, *second, *third;

	(void)unused;
	memset(text, 'a', sizeof text);
	meet();
	assert_int_equal(try_call("/echo", &header, 1, &first), RK_OK);
	say(first, "x");
	header.value.len = 4097;
	assert_int_equal(try_call("/echo", &header, 1, &second), RK_OK);
	UNTIL(first->closed && second->closed);
	assert_string_equal(first->grpc_status, "0");
	assert_int_equal(second->code, NGHTTP2_ENHANCE_YOUR_CALM);
	text[0] = '/';
	text[1025] = '\0';
	third = call((const char *)text);
	UNTIL(third->closed);
	assert_int_equal(third->code, NGHTTP2_ENHANCE_YOUR_CALM);
	assert_int_equal(server.reached[RK_H2_GUARD_HEADER_LIST], 2);
	assert_int_equal(server.dead, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_unary_call_goes_there_and_back, part),
		cmocka_unit_test_teardown(an_answer_may_be_headers_alone, part),
		cmocka_unit_test_teardown(many_calls_share_a_connection, part),
		cmocka_unit_test_teardown(large_bodies_are_held_back_both_ways, part),
		cmocka_unit_test_teardown(many_large_bodies_come_at_once, part),
		cmocka_unit_test_teardown(nothing_given_back_holds_the_peer_for_ever, part),
		cmocka_unit_test_teardown(a_reset_ends_the_stream_on_both_ends, part),
		cmocka_unit_test_teardown(headers_that_cannot_be_sent_end_the_stream, part),
		cmocka_unit_test_teardown(a_cut_connection_closes_every_stream_once, part),
		cmocka_unit_test_teardown(closing_ends_everything_at_once, part),
		cmocka_unit_test_teardown(a_request_that_never_left_was_certainly_not_seen, part),
		cmocka_unit_test_teardown(a_session_may_be_closed_within_an_event, part),
		cmocka_unit_test_teardown(a_session_may_be_freed_within_an_event, part),
		cmocka_unit_test_teardown(a_drain_lets_running_calls_finish, part),
		cmocka_unit_test_teardown(
			a_request_on_its_way_is_served_by_a_draining_server, part),
		cmocka_unit_test_teardown(a_client_can_drain_too, part),
		cmocka_unit_test_teardown(too_many_fields_cost_the_stream, part),
		cmocka_unit_test_teardown(a_large_header_list_costs_the_stream, part),
		cmocka_unit_test_teardown(twice_the_header_limit_costs_the_connection, part),
		cmocka_unit_test_teardown(more_streams_than_allowed_are_not_begun, part),
		cmocka_unit_test_teardown(a_connection_has_a_life, part),
		cmocka_unit_test_teardown(order_of_the_own_side_is_watched, part),
		cmocka_unit_test_teardown(
			a_request_may_wait_for_the_server_as_long_as_it_likes, part),
		cmocka_unit_test_teardown(one_long_value_or_path_costs_the_stream, part),
	};

	return cmocka_run_group_tests(tests, prepare, clean);
}
