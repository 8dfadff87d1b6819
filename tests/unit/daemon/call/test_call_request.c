/* Requests that are too many, too slow, too large or not as gRPC wants them, and what each is answered. */
#include "call_world.h"

static void a_call_over_the_quota_is_refused_and_one_that_ended_makes_room(void **state)
{
	struct world *w = *state;
	struct rk_quota_share others[2] = {0};
	struct rk_err err = {0};

	for (int i = 0; i < 2; i++)
		assert_ok(rk_quota_enter(&w->quota, w->principal.uri, &others[i], &err), err);
	request(w);
	expect(w, "8");
	assert_null(w->pool.query);
	rk_call_on_close(w->call);
	rk_quota_leave(&w->quota, &others[0]);
	w->stream = (struct rk_h2_stream){0};
	w->call = rk_call_open(&w->env, &w->principal, &w->stream);
	assert_non_null(w->call);
	request(w);
	assert_non_null(w->pool.query);
	settle(&w->pool, RK_OK);
	expect(w, "0");
	rk_quota_leave(&w->quota, &others[1]);
	/* Answered, but the answer is not taken yet: its bytes are given back, its place is not. */
	assert_int_equal(w->quota.all->bytes, 0);
	assert_ok(rk_quota_enter(&w->quota, w->principal.uri, &others[0], &err), err);
	assert_int_equal(rk_quota_enter(&w->quota, w->principal.uri, &others[1], &err),
		RK_RESOURCE_EXHAUSTED);
	rk_call_on_close(w->call);
	w->call = NULL;
	assert_ok(rk_quota_enter(&w->quota, w->principal.uri, &others[1], &err), err);
}

static void who_would_wait_too_long_is_refused_before_the_request_is_read(void **state)
{
	struct world *w = *state;

	w->pool.busy = true;
	head(w, method.path);
	rk_call_on_headers_end(w->call);
	expect(w, "8");
	assert_string_equal(w->stream.pushback, "777");
}

static void what_a_call_holds_is_counted_and_given_back(void **state)
{
	struct world *w = *state;

	request(w);
	assert_true(w->quota.all->bytes > 0);
	assert_int_equal(w->quota.all->bytes, w->quota.mine->bytes);
	settle(&w->pool, RK_OK);
	expect(w, "0");
	assert_int_equal(w->quota.all->bytes, 0);
}

static void a_call_over_the_bytes_of_its_principal_is_refused(void **state)
{
	struct world *w = *state;

	w->quota.max_bytes = 8;
	request(w);
	expect(w, "8");
	assert_true(atoi(w->stream.pushback) > 0);
	assert_null(w->pool.query);
	assert_int_equal(w->quota.all->bytes, 0);
}

static void a_call_over_the_bytes_of_all_is_refused_and_counted(void **state)
{
	struct world *w = *state;

	w->quota.max_all_bytes = 8;
	request(w);
	expect(w, "8");
	assert_true(atoi(w->stream.pushback) > 0);
	assert_int_equal(w->stats.refused_busy, 1);
	assert_int_equal(w->stats.refused_quota, 0);
}

static void look_at(struct world *w, int64_t ms)
{
	static const struct timeval now = {0, 0};

	rk_clock_set(0, ms);
	(void)evtimer_add(w->call->timer, &now);
	(void)event_base_loop(w->env.base, EVLOOP_NONBLOCK | EVLOOP_ONCE);
}

static void a_request_that_trickles_is_ended(void **state)
{
	struct world *w = *state;

	rk_call_on_close(w->call);
	w->stream = (struct rk_h2_stream){0};
	w->env.max_message = 9000;
	rk_clock_set(0, 1000000);
	w->call = rk_call_open(&w->env, &w->principal, &w->stream);
	assert_non_null(w->call);
	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	/* 1,024 bytes are good for one second after the first five. */
	rk_call_on_data(w->call,
		bytes("\0\0\0\x20\0"
		      "01234567890"));
	for (int i = 0; i < 63; i++)
		rk_call_on_data(w->call, bytes("0123456789abcdef"));
	look_at(w, 1005999);
	assert_false(w->stream.ended);
	look_at(w, 1006000);
	rk_clock_set(0, 0);
	expect(w, "4");
}

/* It may be open for weeks; what it asks the database at once may not take them. */
static void a_stream_of_weeks_asks_no_question_of_weeks(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Count");
	header(w, "grpc-timeout", "99999999H");
	rk_call_on_headers_end(w->call);
	assert_true(w->call->deadline_ms > rk_clock_ms() + (int64_t)w->env.max_timeout_ms * 1000);
	assert_int_equal(rk_call_left_ms(w->call), w->env.max_timeout_ms);
}

/* The loop's clock is coarser than ours: it may ring a moment before the deadline. */
static void a_timer_that_rings_early_ends_no_request_that_is_whole(void **state)
{
	struct world *w = *state;

	rk_call_on_close(w->call);
	w->stream = (struct rk_h2_stream){0};
	rk_clock_set(0, 1000000);
	w->call = rk_call_open(&w->env, &w->principal, &w->stream);
	assert_non_null(w->call);
	head(w, "/a.Service/Ask");
	header(w, "grpc-timeout", "30S");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE));
	rk_call_on_end(w->call);
	assert_non_null(w->pool.query);
	look_at(w, 1029999);
	assert_false(w->stream.ended);
	look_at(w, 1030000);
	rk_clock_set(0, 0);
	expect(w, "4");
	assert_contains(w->stream.message, "deadline");
}

static void only_post_is_answered(void **state)
{
	struct world *w = *state;

	header(w, ":method", "PUT");
	header(w, ":path", "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_end(w->call);
	assert_string_equal(w->stream.status, "405");
}

static void another_content_type_is_415(void **state)
{
	struct world *w = *state;

	header(w, ":method", "POST");
	header(w, ":path", "/a.Service/Ask");
	header(w, "content-type", "application/json");
	rk_call_on_headers_end(w->call);
	rk_call_on_end(w->call);
	assert_string_equal(w->stream.status, "415");
}

static void a_compressed_request_is_unimplemented(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	header(w, "grpc-encoding", "gzip");
	rk_call_on_headers_end(w->call);
	expect(w, "12");
}

static void no_time_left_is_deadline_exceeded(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	header(w, "grpc-timeout", "0n");
	rk_call_on_headers_end(w->call);
	expect(w, "4");
}

static void a_malformed_timeout_is_refused(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	header(w, "grpc-timeout", "-1S");
	rk_call_on_headers_end(w->call);
	expect(w, "3");
}

static void a_binary_header_that_is_no_base64_is_refused(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	header(w, "x-bin", "!!");
	rk_call_on_headers_end(w->call);
	expect(w, "3");
}

static void a_request_without_a_message_is_refused(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_end(w->call);
	expect(w, "3");
}

static void two_messages_are_refused(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE MESSAGE));
	expect(w, "3");
}

static void a_message_that_is_cut_is_refused(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes("\0\0\0\0\3\x0a"));
	rk_call_on_end(w->call);
	expect(w, "3");
}

static void a_message_over_the_limit_is_refused_on_its_five_bytes(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes("\0\0\0\0\x41"));
	expect(w, "8");
}

static void a_malformed_message_is_refused(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes("\0\0\0\0\3\x0a\5x"));
	rk_call_on_end(w->call);
	expect(w, "3");
	assert_null(w->pool.query);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, clear)
	const struct CMUnitTest tests[] = {
		TEST(a_call_over_the_quota_is_refused_and_one_that_ended_makes_room),
		TEST(a_request_that_trickles_is_ended),
		TEST(who_would_wait_too_long_is_refused_before_the_request_is_read),
		TEST(what_a_call_holds_is_counted_and_given_back),
		TEST(a_call_over_the_bytes_of_its_principal_is_refused),
		TEST(a_call_over_the_bytes_of_all_is_refused_and_counted),
		TEST(only_post_is_answered),
		TEST(another_content_type_is_415),
		TEST(a_compressed_request_is_unimplemented),
		TEST(a_stream_of_weeks_asks_no_question_of_weeks),
		TEST(no_time_left_is_deadline_exceeded),
		TEST(a_timer_that_rings_early_ends_no_request_that_is_whole),
		TEST(a_malformed_timeout_is_refused),
		TEST(a_binary_header_that_is_no_base64_is_refused),
		TEST(a_request_without_a_message_is_refused),
		TEST(two_messages_are_refused),
		TEST(a_message_that_is_cut_is_refused),
		TEST(a_message_over_the_limit_is_refused_on_its_five_bytes),
		TEST(a_malformed_message_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
