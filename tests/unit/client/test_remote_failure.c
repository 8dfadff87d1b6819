/* client/remote_failure.c: what is made of a refusal's details. */
#include "check.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "remote.h"
#include "wire/status.h"

static int set_up(void **state)
{
	static struct rk_run run;

	run.language = RK_EN;
	*state = &run;
	return 0;
}

static int tear_down(void **state)
{
	struct rk_run *run = *state;

	rk_arena_clear(&run->arena);
	return 0;
}

static int64_t told_to_wait(struct rk_run *run, int64_t seconds, int32_t nanos)
{
	RK_AUTO(rk_details_clear) struct rk_details details = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};
	Google__Protobuf__Duration delay = GOOGLE__PROTOBUF__DURATION__INIT;
	Google__Rpc__RetryInfo retry = GOOGLE__RPC__RETRY_INFO__INIT;
	struct rk_failure failure = {.retry_ms = -1};

	delay.seconds = seconds;
	delay.nanos = nanos;
	retry.retry_delay = &delay;
	assert_int_equal(rk_details_any(&details, &retry.base), RK_OK);
	assert_int_equal(rk_details_finish(&details, RK_UNAVAILABLE, "away", &bytes), RK_OK);
	rk_failure_read(run, RK_UNAVAILABLE, "away", rk_buf_slice(&bytes), &failure);
	return failure.retry_ms;
}

static void a_pause_is_taken_as_it_is_told(void **state)
{
	assert_int_equal(told_to_wait(*state, 1, 500000000), 1500);
	assert_int_equal(told_to_wait(*state, 0, 0), 0);
}

static void a_pause_that_is_none_is_cut_to_what_is_possible(void **state)
{
	assert_int_equal(told_to_wait(*state, INT64_MAX, INT32_MAX), 86400000);
	assert_int_equal(told_to_wait(*state, 315576000000, 0), 86400000);
	assert_int_equal(told_to_wait(*state, INT64_MIN, INT32_MIN), 0);
	assert_int_equal(told_to_wait(*state, -1, 0), 0);
}

static void what_is_said_cannot_move_the_cursor(void **state)
{
	struct rk_run *run = *state;
	struct rk_failure failure = {.retry_ms = -1};

	rk_failure_read(run, RK_UNKNOWN,
		"\x1b[2Ja\xc2\x9b"
		"b\xff\n",
		bytes(""), &failure);
	assert_string_equal(failure.sentence, " [2Ja  b? ");
	assert_string_equal(failure.err.text, " [2Ja  b? ");
	rk_failure_read(run, RK_UNKNOWN, "言葉", bytes(""), &failure);
	assert_string_equal(failure.sentence, "言葉");
}

static void a_sentence_that_is_empty_does_not_take_the_place_of_one(void **state)
{
	struct rk_run *run = *state;
	RK_AUTO(rk_details_clear) struct rk_details details = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf said = {0};
	struct rk_failure failure = {.retry_ms = -1};

	assert_int_equal(rk_details_localized(&details, "en", ""), RK_OK);
	assert_int_equal(rk_details_finish(&details, RK_UNKNOWN, "m", &said), RK_OK);
	rk_failure_read(run, RK_UNKNOWN, "a sentence", rk_buf_slice(&said), &failure);
	assert_string_equal(failure.sentence, "a sentence");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pause_is_taken_as_it_is_told),
		cmocka_unit_test(a_pause_that_is_none_is_cut_to_what_is_possible),
		cmocka_unit_test(what_is_said_cannot_move_the_cursor),
		cmocka_unit_test(a_sentence_that_is_empty_does_not_take_the_place_of_one),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
