#include "check.h"
#include "link/h2_memory.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t resident(const void *at, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), count = 0;
	unsigned char pages[64];

	assert_true((size + page - 1) / page <= sizeof pages);
	assert_int_equal(mincore((void *)(uintptr_t)at, size, pages), 0);
	for (size_t i = 0; i < (size + page - 1) / page; i++)
		count += pages[i] & 1;
	return count;
}

static void *take(struct rk_h2_memory *memory, size_t size)
{
	return memory->mem.malloc(size, memory->mem.mem_user_data);
}

static void give(struct rk_h2_memory *memory, void *at)
{
	memory->mem.free(at, memory->mem.mem_user_data);
}

static void large_blocks_are_pages_nobody_has_touched(void **unused)
{
	struct rk_h2_memory memory;
	uint8_t *large, *small;

	(void)unused;
	rk_h2_memory_init(&memory);
	large = memory.mem.calloc(256, 16, &memory);
	small = take(&memory, 100);
	assert_int_equal(resident(large, 4096), 0);
	assert_int_equal(large[4095], 0);
	memset(small, 1, 100);
	give(&memory, small);
	give(&memory, large);
	for (size_t i = 0; i < RK_H2_MEMORY_BLOCKS; i++)
		assert_null(memory.blocks[i].at);
}

static void blocks_grow_with_what_is_in_them(void **unused)
{
	struct rk_h2_memory memory;
	uint8_t *at;

	(void)unused;
	rk_h2_memory_init(&memory);
	at = memory.mem.realloc(NULL, 5000, &memory);
	memset(at, 7, 5000);
	at = memory.mem.realloc(at, 9000, &memory);
	assert_int_equal(at[0], 7);
	assert_int_equal(at[4999], 7);
	at = memory.mem.realloc(at, 100, &memory);
	assert_int_equal(at[99], 7);
	assert_null(memory.blocks[0].at);
	give(&memory, at);
}

static void more_blocks_than_there_are_places_for_come_from_the_heap(void **unused)
{
	struct rk_h2_memory memory;
	void *at[RK_H2_MEMORY_BLOCKS + 2];

	(void)unused;
	rk_h2_memory_init(&memory);
	for (size_t i = 0; i < RK_H2_MEMORY_BLOCKS + 2; i++) {
		at[i] = take(&memory, 8192);
		memset(at[i], (int)i, 8192);
	}
	for (size_t i = 0; i < RK_H2_MEMORY_BLOCKS + 2; i++)
		give(&memory, at[i]);
}

static void only_the_first_frame_is_given_back(void **unused)
{
	struct rk_h2_memory memory;
	uint8_t *frame, *other;

	(void)unused;
	rk_h2_memory_init(&memory);
	frame = take(&memory, 16394);
	other = take(&memory, 16394);
	memset(frame, 1, 16394);
	memset(other, 2, 16394);
	rk_h2_memory_rest(&memory);
	assert_int_equal(resident(frame, 16394), 0);
	assert_int_equal(other[16393], 2);
	give(&memory, frame);
	rk_h2_memory_rest(&memory);
	assert_int_equal(other[0], 2);
	give(&memory, other);
}

static void a_frame_without_pages_of_its_own_is_not_taken_for_a_later_block(void **unused)
{
	struct rk_h2_memory memory;
	void *others[RK_H2_MEMORY_BLOCKS];
	uint8_t *frame, *later;

	(void)unused;
	rk_h2_memory_init(&memory);
	for (size_t i = 0; i < RK_H2_MEMORY_BLOCKS; i++)
		others[i] = take(&memory, 4096);
	frame = take(&memory, 16394);
	assert_null(memory.frame);
	for (size_t i = 0; i < RK_H2_MEMORY_BLOCKS; i++)
		give(&memory, others[i]);
	later = take(&memory, 16394);
	memset(later, 3, 16394);
	rk_h2_memory_rest(&memory);
	assert_int_equal(later[16393], 3);
	give(&memory, frame);
	give(&memory, later);
}

static size_t send_all(nghttp2_session *session)
{
	const uint8_t *bytes;
	size_t sum = 0;
	ssize_t len;

	while ((len = nghttp2_session_mem_send(session, &bytes)) > 0)
		sum += (size_t)len;
	assert_int_equal(len, 0);
	return sum;
}

/* A library that takes its frame otherwise would make connections dear again: here it shows. */
static void a_session_at_rest_holds_no_frame_and_speaks_on(void **unused)
{
	struct rk_h2_memory memory;
	nghttp2_session_callbacks *callbacks;
	nghttp2_session *session;

	(void)unused;
	rk_h2_memory_init(&memory);
	assert_int_equal(nghttp2_session_callbacks_new(&callbacks), 0);
	assert_int_equal(
		nghttp2_session_server_new3(&session, callbacks, NULL, NULL, &memory.mem), 0);
	assert_non_null(memory.frame);
	assert_int_equal(nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, NULL, 0), 0);
	assert_int_equal(send_all(session), 9);
	assert_true(resident(memory.frame, 16384) > 0);
	rk_h2_memory_rest(&memory);
	assert_int_equal(resident(memory.frame, 16384), 0);
	assert_int_equal(nghttp2_submit_ping(session, NGHTTP2_FLAG_NONE, NULL), 0);
	assert_int_equal(send_all(session), 17);
	nghttp2_session_del(session);
	nghttp2_session_callbacks_del(callbacks);
	assert_null(memory.frame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large_blocks_are_pages_nobody_has_touched),
		cmocka_unit_test(blocks_grow_with_what_is_in_them),
		cmocka_unit_test(more_blocks_than_there_are_places_for_come_from_the_heap),
		cmocka_unit_test(only_the_first_frame_is_given_back),
		cmocka_unit_test(a_frame_without_pages_of_its_own_is_not_taken_for_a_later_block),
		cmocka_unit_test(a_session_at_rest_holds_no_frame_and_speaks_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
