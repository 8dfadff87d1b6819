#include "check.h"
#include "db/pool.h"

#include <stdint.h>
#include <string.h>

static const struct rk_statement statement = {"arrays", "select $1, $2", 2};

static struct rk_query *make(struct rk_arena *arena)
{
	struct rk_query *query = rk_query_create(arena, &statement, NULL, 1000);

	assert_non_null(query);
	return query;
}

/* What could not be bound is refused before the pool looks at anything. */
static void assert_refused(struct rk_query *query, enum rk_status status, const char *reason)
{
	struct rk_err err = {0};

	assert_int_equal(rk_pool_submit(NULL, query, NULL, NULL, &err), status);
	assert_string_equal(err.reason, reason);
}

static void an_array_over_the_calls_memory_is_refused(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {.cap = 64 << 10};
	struct rk_query *query = make(&arena);
	static const uint8_t bytes[40 << 10];
	const struct rk_slice items[] = {
		rk_slice_of(bytes, sizeof bytes), rk_slice_of(bytes, sizeof bytes)};

	(void)unused;
	assert_int_equal(rk_query_bytes_array(query, &arena, items, 1), RK_OK);
	assert_int_equal(rk_query_bytes_array(query, &arena, items, 2), RK_RESOURCE_EXHAUSTED);
	assert_refused(query, RK_RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE");
}

static void an_array_over_half_a_gibibyte_is_refused_before_it_is_copied(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {.cap = SIZE_MAX / 2};
	struct rk_query *query = make(&arena);
	static const uint8_t bytes[1 << 20];
	struct rk_slice items[600];
	size_t used = arena.used;

	(void)unused;
	for (size_t i = 0; i < sizeof items / sizeof *items; i++)
		items[i] = rk_slice_of(bytes, sizeof bytes);
	assert_int_equal(rk_query_bytes_array(query, &arena, items, 600), RK_RESOURCE_EXHAUSTED);
	assert_int_equal(arena.used, used);
	assert_refused(query, RK_RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE");
}

static void the_first_thing_that_went_wrong_is_what_is_told(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {.cap = 8 << 10};
	struct rk_query *query = make(&arena);
	static const uint8_t bytes[16 << 10];
	const struct rk_slice nul = rk_slice_of("a\0b", 3),
			      large = rk_slice_of(bytes, sizeof bytes);

	(void)unused;
	assert_int_equal(rk_query_json_array(query, &arena, &nul, 1), RK_INVALID_ARGUMENT);
	assert_int_equal(rk_query_bytes_array(query, &arena, &large, 1), RK_INVALID_ARGUMENT);
	rk_query_text(query, rk_slice_str("fine"));
	assert_refused(query, RK_INVALID_ARGUMENT, "NUL_IN_TEXT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_array_over_the_calls_memory_is_refused),
		cmocka_unit_test(an_array_over_half_a_gibibyte_is_refused_before_it_is_copied),
		cmocka_unit_test(the_first_thing_that_went_wrong_is_what_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
