#include "base/arena.h"
#include "check.h"

#include <stdalign.h>

static void memory_is_zeroed_aligned_and_apart(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	uint8_t *last = NULL;

	(void)unused;
	for (size_t size = 0; size < 3000; size += 7) {
		uint8_t *at = rk_arena_alloc(&arena, size);

		assert_non_null(at);
		assert_int_equal((uintptr_t)at % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(at[i], 0);
		memset(at, 0xff, size);
		assert_ptr_not_equal(at, last);
		last = at;
	}
}

static void the_cap_holds_for_any_size(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {.cap = 1024};

	(void)unused;
	assert_null(rk_arena_alloc(&arena, 1025));
	assert_null(rk_arena_alloc(&arena, SIZE_MAX));
	assert_null(rk_arena_alloc(&arena, SIZE_MAX - 8));
	assert_non_null(rk_arena_alloc(&arena, 1000));
	assert_null(rk_arena_alloc(&arena, 100));
	assert_non_null(rk_arena_alloc(&arena, 16));
	assert_null(rk_arena_alloc(&arena, 0));
}

static void a_cleared_arena_can_be_used_again(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {.cap = 100000};

	(void)unused;
	for (int i = 0; i < 10; i++) {
		assert_non_null(rk_arena_alloc(&arena, 90000));
		rk_arena_clear(&arena);
		assert_int_equal(arena.used, 0);
	}
}

static void copies_are_ended_by_a_nul(void **unused)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};

	(void)unused;
	assert_string_equal(rk_arena_str(&arena, "abc"), "abc");
	assert_string_equal(rk_arena_slice(&arena, bytes("")), "");
	assert_memory_equal(rk_arena_slice(&arena, bytes("a\0b")), "a\0b", 4);
	assert_string_equal(rk_arena_printf(&arena, "%s-%04d", "x", 7), "x-0007");
	arena.cap = arena.used;
	assert_null(rk_arena_printf(&arena, "%d", 1));
	assert_null(rk_arena_str(&arena, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
		cmocka_unit_test(the_cap_holds_for_any_size),
		cmocka_unit_test(a_cleared_arena_can_be_used_again),
		cmocka_unit_test(copies_are_ended_by_a_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
