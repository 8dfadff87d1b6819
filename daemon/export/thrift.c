#include "export/thrift.h"

#include <assert.h>

enum { TRUTH = 1, FALSEHOOD = 2, I16 = 4, I32 = 5, I64 = 6, BINARY = 8, LIST = 9, STRUCT = 12 };

#define SHORT_LIST 15 /* elements that fit beside their type */

static void put(struct rk_thrift *thrift, const void *at, size_t len)
{
	if (!thrift->failed && rk_buf_add(thrift->out, at, len) != RK_OK)
		thrift->failed = true;
}

static void put_byte(struct rk_thrift *thrift, unsigned byte)
{
	uint8_t one = (uint8_t)byte;

	put(thrift, &one, 1);
}

static void put_varint(struct rk_thrift *thrift, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		put_byte(thrift, 0x80 | (value & 0x7f));
	put_byte(thrift, (unsigned)value);
}

static void put_zigzag(struct rk_thrift *thrift, int64_t value)
{
	put_varint(thrift, ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0));
}

static void put_field(struct rk_thrift *thrift, int id, unsigned type)
{
	int *last = &thrift->last[thrift->depth], step = id - *last;

	assert(step > 0 && step <= 15);
	put_byte(thrift, (unsigned)step << 4 | type);
	*last = id;
}

void rk_thrift_i16(struct rk_thrift *thrift, int id, int16_t value)
{
	put_field(thrift, id, I16);
	put_zigzag(thrift, value);
}

void rk_thrift_i32(struct rk_thrift *thrift, int id, int32_t value)
{
	put_field(thrift, id, I32);
	put_zigzag(thrift, value);
}

void rk_thrift_i64(struct rk_thrift *thrift, int id, int64_t value)
{
	put_field(thrift, id, I64);
	put_zigzag(thrift, value);
}

void rk_thrift_bool(struct rk_thrift *thrift, int id, bool value)
{
	put_field(thrift, id, value ? TRUTH : FALSEHOOD);
}

void rk_thrift_binary(struct rk_thrift *thrift, int id, struct rk_slice value)
{
	put_field(thrift, id, BINARY);
	rk_thrift_item_binary(thrift, value);
}

static void descend(struct rk_thrift *thrift)
{
	assert(thrift->depth + 1 < RK_THRIFT_DEPTH);
	thrift->last[++thrift->depth] = 0;
}

void rk_thrift_begin(struct rk_thrift *thrift, int id)
{
	put_field(thrift, id, STRUCT);
	descend(thrift);
}

void rk_thrift_list(struct rk_thrift *thrift, int id, enum rk_thrift_type type, size_t count)
{
	put_field(thrift, id, LIST);
	put_byte(thrift, (unsigned)(count < SHORT_LIST ? count : SHORT_LIST) << 4 | type);
	if (count >= SHORT_LIST)
		put_varint(thrift, count);
}

void rk_thrift_item_i32(struct rk_thrift *thrift, int32_t value)
{
	put_zigzag(thrift, value);
}

void rk_thrift_item_binary(struct rk_thrift *thrift, struct rk_slice value)
{
	put_varint(thrift, value.len);
	if (value.len)
		put(thrift, value.at, value.len);
}

void rk_thrift_item_begin(struct rk_thrift *thrift)
{
	descend(thrift);
}

void rk_thrift_end(struct rk_thrift *thrift)
{
	put_byte(thrift, 0);
	if (thrift->depth > 0)
		thrift->depth--;
}
