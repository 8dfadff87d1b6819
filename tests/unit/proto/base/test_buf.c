#include "check.h"

#include <stdio.h>

static void an_empty_slice_equals_an_empty_string(void **unused)
{
	(void)unused;
	assert_true(rk_slice_equal_str(rk_slice_str(NULL), ""));
	assert_true(rk_slice_equal(bytes("a\0b"), bytes("a\0b")));
	assert_false(rk_slice_equal(bytes("a\0b"), bytes("a\0c")));
	assert_false(rk_slice_equal_str(bytes("ab"), "a"));
}

static void adding_appends_bytes_and_formats(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf buf = {0};

	(void)unused;
	assert_int_equal(rk_buf_add(&buf, NULL, 0), RK_OK);
	assert_int_equal(rk_buf_add(&buf, "a\0b", 3), RK_OK);
	assert_int_equal(rk_buf_addf(&buf, "-%d", 42), RK_OK);
	assert_int_equal(rk_buf_add_str(&buf, NULL), RK_OK);
	assert_buf_equal(&buf, "a\0b-42");
}

static void a_buffer_refuses_to_grow_over_its_max(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf buf = {.max = 4};

	(void)unused;
	assert_int_equal(rk_buf_add_str(&buf, "abcd"), RK_OK);
	assert_non_null(rk_buf_cstr(&buf));
	assert_int_equal(rk_buf_add_str(&buf, "e"), RK_RESOURCE_EXHAUSTED);
	assert_int_equal(rk_buf_addf(&buf, "%d", 1), RK_RESOURCE_EXHAUSTED);
	assert_null(rk_buf_reserve(&buf, SIZE_MAX));
	assert_buf_equal(&buf, "abcd");
	rk_buf_clear(&buf);
	assert_int_equal(rk_buf_add_str(&buf, "abcde"), RK_RESOURCE_EXHAUSTED);
}

static void cstr_ends_without_counting(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf buf = {0};

	(void)unused;
	assert_string_equal(rk_buf_cstr(&buf), "");
	for (int i = 0; i < 300; i++) {
		assert_int_equal(rk_buf_add(&buf, "x", 1), RK_OK);
		assert_int_equal(strlen(rk_buf_cstr(&buf)), buf.len);
	}
}

static void consume_drops_from_the_front(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf buf = {0};

	(void)unused;
	rk_buf_consume(&buf, 0);
	assert_int_equal(rk_buf_add_str(&buf, "abcdef"), RK_OK);
	rk_buf_consume(&buf, 2);
	assert_buf_equal(&buf, "cdef");
	rk_buf_consume(&buf, 4);
	assert_int_equal(buf.len, 0);
}

static void reserved_room_is_filled_by_hand(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf buf = {0};
	uint8_t *at = rk_buf_reserve(&buf, 200);

	(void)unused;
	assert_non_null(at);
	memset(at, 'z', 200);
	buf.len += 200;
	assert_int_equal(rk_buf_slice(&buf).len, 200);
}

/* Two places by two seeds: who shares the one hardly ever shares the other. */
static void a_hash_spreads_and_a_seed_gives_another_place(void **unused)
{
	enum { PLACES = 256, NAMES = 4096 };

	int held[PLACES] = {0}, both = 0;
	struct rk_slice mine = rk_slice_str("renkei://a/municipality/401005");
	char name[64];

	(void)unused;
	assert_true(rk_slice_hash(mine, 1) == rk_slice_hash(mine, 1));
	assert_true(rk_slice_hash(mine, 1) != rk_slice_hash(mine, 2));
	for (int i = 0; i < NAMES; i++) {
		(void)snprintf(name, sizeof name, "renkei://a/municipality/%06d", i);
		uint64_t one = rk_slice_hash(rk_slice_str(name), 0) % PLACES;
		uint64_t two = rk_slice_hash(rk_slice_str(name), 1) % PLACES;

		held[one]++;
		both += one == rk_slice_hash(mine, 0) % PLACES &&
			two == rk_slice_hash(mine, 1) % PLACES;
	}
	assert_in_range(both, 0, 2);
	for (int i = 0; i < PLACES; i++)
		assert_in_range(held[i], 1, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_slice_equals_an_empty_string),
		cmocka_unit_test(adding_appends_bytes_and_formats),
		cmocka_unit_test(a_buffer_refuses_to_grow_over_its_max),
		cmocka_unit_test(cstr_ends_without_counting),
		cmocka_unit_test(consume_drops_from_the_front),
		cmocka_unit_test(reserved_room_is_filled_by_hand),
		cmocka_unit_test(a_hash_spreads_and_a_seed_gives_another_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
