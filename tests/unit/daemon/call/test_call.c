/* The walk of a call that is allowed: asked, settled, answered, refused by whom, given up. */
#include "call_world.h"

static void a_guest_finds_the_methods_for_guests_and_no_other(void **state)
{
	struct world *w = *state;

	w->env.guests = true;
	w->principal = (struct rk_principal){.address = "192.0.2.1:4711"};
	ask_for(w, "/a.Service/Join");
	assert_non_null(w->pool.query);
	/* Nobody's: no begin_call goes before it. */
	assert_null(w->pool.query->uri);
	settle(&w->pool, RK_OK);
	expect(w, "0");
	rk_call_on_close(w->call);
	rk_buf_clear(&w->stream.body);
	w->stream = (struct rk_h2_stream){0};
	w->call = rk_call_open(&w->env, &w->principal, &w->stream);
	assert_non_null(w->call);
	ask_for(w, "/a.Service/Ask");
	expect(w, "12");
	assert_null(w->pool.query);
}

static void a_guest_where_certificates_are_shown_is_nobody(void **state)
{
	struct world *w = *state;

	w->principal = (struct rk_principal){.address = "192.0.2.1:4711"};
	ask_for(w, "/a.Service/Join");
	expect(w, "16");
}

static void the_last_weeks_of_a_certificate_are_told(void **state)
{
	struct world *w = *state;

	w->principal.expires = rk_clock_now_us() / 1000000 + INT64_C(22) * 86400;
	ask_for(w, "/a.Service/Refuse");
	assert_string_equal(w->stream.ends, "");
	rk_call_on_close(w->call);
	w->stream = (struct rk_h2_stream){0};
	w->principal.expires -= INT64_C(2) * 86400;
	w->call = rk_call_open(&w->env, &w->principal, &w->stream);
	assert_non_null(w->call);
	ask_for(w, "/a.Service/Refuse");
	/* The day in Japan, whatever the hour. */
	int32_t day = rk_clock_japan_date(w->principal.expires * 1000000);
	char expected[16];

	(void)snprintf(expected, sizeof expected, "%04d-%02d-%02d", day / 10000, day / 100 % 100,
		day % 100);
	assert_string_equal(w->stream.ends, expected);
}

static void the_answer_leaves_when_the_transaction_has_settled(void **state)
{
	struct world *w = *state;

	request(w);
	assert_non_null(w->pool.query);
	assert_false(w->stream.ended);
	settle(&w->pool, RK_OK);
	expect(w, "0");
	assert_slice_equal(rk_buf_slice(&w->stream.body), "\0\0\0\0\5reply");
	assert_int_equal(w->stream.consumed, 8);
	assert_int_equal(w->stats.calls[0][0], 1);
}

static void a_refusal_by_the_database_is_the_answer(void **state)
{
	struct world *w = *state;

	request(w);
	settle(&w->pool, RK_ABORTED);
	expect(w, "10");
	assert_string_equal(w->stream.message, "some sentence");
}

/* Sending a read again does no harm, whatever became of it. */
static void a_read_whose_connection_broke_has_no_unknown_outcome(void **state)
{
	struct world *w = *state;
	struct rk_query *query;

	request(w);
	query = w->pool.query;
	w->pool.query = NULL;
	query->status = rk_fail_reason(
		&query->err, RK_UNAVAILABLE, "OUTCOME_UNKNOWN", "send the same request_id");
	query->settled(query, query->arg);
	expect(w, "14");
	assert_string_equal(
		w->stream.message, "the connection to the database was lost before the answer");
}

static void what_nobody_foresaw_stays_in_the_log(void **state)
{
	struct world *w = *state;

	request(w);
	settle(&w->pool, RK_INTERNAL);
	expect(w, "13");
	assert_null(strstr(w->stream.message, "some sentence"));
}

static void a_wrong_flag_is_the_clients_own_fault(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes("\1\0\0\0\3\x0a\1x"));
	expect(w, "13");
	assert_contains(w->stream.message, "compressed message");
}

static void a_client_that_vanishes_abandons_its_question(void **state)
{
	struct world *w = *state;

	request(w);
	rk_call_on_close(w->call);
	w->call = NULL;
	assert_int_equal(w->pool.abandoned, 1);
	assert_false(w->stream.ended);
	assert_int_equal(w->stats.calls[0][RK_CANCELLED], 1);
}

static void a_database_that_is_away_is_told_at_once(void **state)
{
	struct world *w = *state;

	w->pool.away = true;
	request(w);
	expect(w, "14");
}

static void nobody_asks_without_an_identity(void **state)
{
	struct world *w = *state;

	w->principal.uri[0] = '\0';
	head(w, "/a.Service/Ask");
	rk_call_on_headers_end(w->call);
	expect(w, "16");
	assert_int_equal(drains, 1);
	assert_null(w->pool.query);
}

static void an_unknown_path_is_unimplemented(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/ask");
	rk_call_on_headers_end(w->call);
	expect(w, "12");
}

static void many_messages_are_answered_once_at_their_end(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Count");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE MESSAGE));
	assert_false(w->stream.ended);
	rk_call_on_end(w->call);
	expect(w, "0");
	assert_slice_equal(rk_buf_slice(&w->stream.body),
		"\0\0\0\0\1"
		"2");
}

static void a_method_is_told_when_there_is_room_again_until_its_call_is_over(void **state)
{
	struct world *w = *state;

	rk_call_on_drained(w->call);
	head(w, "/a.Service/Count");
	rk_call_on_headers_end(w->call);
	rk_call_on_drained(w->call);
	assert_int_equal(drained, 1);
	rk_call_on_end(w->call);
	rk_call_on_drained(w->call);
	assert_int_equal(drained, 1);
}

static void what_is_refused_with_a_reason_is_no_surprise(void **state)
{
	struct world *w = *state;

	head(w, "/a.Service/Refuse");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE));
	rk_call_on_end(w->call);
	expect(w, "2");
	assert_string_equal(w->stream.message, "said on purpose");
}

static void take_header(struct rk_call *call, struct rk_slice name, struct rk_slice value)
{
	assert_true(rk_slice_equal_str(name, "x-echo"));
	call->state = rk_arena_slice(&call->arena, value);
}

static size_t give_fields(struct rk_call *call, bool trailers, struct rk_h2_header *list)
{
	list[0] = (struct rk_h2_header){trailers ? "x-tail" : "x-head", rk_slice_str(call->state)};
	return 1;
}

static void metadata_goes_to_who_serves_and_back(void **state)
{
	struct world *w = *state;

	w->env.on_header = take_header;
	w->env.on_answer = give_fields;
	head(w, "/a.Service/Ask");
	header(w, "x-echo", "hello");
	rk_call_on_headers_end(w->call);
	rk_call_on_data(w->call, bytes(MESSAGE));
	rk_call_on_end(w->call);
	assert_string_equal(w->stream.head, "");
	settle(&w->pool, RK_OK);
	expect(w, "0");
	assert_string_equal(w->stream.head, "hello");
	assert_string_equal(w->stream.tail, "hello");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, clear)
	const struct CMUnitTest tests[] = {
		TEST(the_answer_leaves_when_the_transaction_has_settled),
		TEST(a_refusal_by_the_database_is_the_answer),
		TEST(a_read_whose_connection_broke_has_no_unknown_outcome),
		TEST(what_nobody_foresaw_stays_in_the_log),
		TEST(a_wrong_flag_is_the_clients_own_fault),
		TEST(a_client_that_vanishes_abandons_its_question),
		TEST(a_database_that_is_away_is_told_at_once),
		TEST(nobody_asks_without_an_identity),
		TEST(a_guest_finds_the_methods_for_guests_and_no_other),
		TEST(a_guest_where_certificates_are_shown_is_nobody),
		TEST(the_last_weeks_of_a_certificate_are_told),
		TEST(an_unknown_path_is_unimplemented),
		TEST(many_messages_are_answered_once_at_their_end),
		TEST(a_method_is_told_when_there_is_room_again_until_its_call_is_over),
		TEST(what_is_refused_with_a_reason_is_no_surprise),
		TEST(metadata_goes_to_who_serves_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
