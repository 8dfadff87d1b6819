#include "wire/varint.h"

size_t rk_varint_size(uint64_t value)
{
	size_t size = 1;

	for (; value > 0x7f; value >>= 7)
		size++;
	return size;
}

enum rk_status rk_varint_add(struct rk_buf *out, uint64_t value)
{
	uint8_t bytes[10];
	size_t len = 0;

	for (; value > 0x7f; value >>= 7)
		bytes[len++] = (uint8_t)(value | 0x80);
	bytes[len++] = (uint8_t)value;
	return rk_buf_add(out, bytes, len);
}

enum rk_status rk_varint_add_head(
	struct rk_buf *out, uint32_t number, unsigned wire_type, uint64_t value)
{
	RK_TRY(rk_varint_add(out, (uint64_t)number << 3 | wire_type));
	return rk_varint_add(out, value);
}

bool rk_varint_take(struct rk_slice *in, uint64_t *value)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < in->len && i < 10; i++) {
		uint8_t byte = in->at[i];

		if (i == 9 && byte > 1)
			return false;
		sum |= (uint64_t)(byte & 0x7f) << (7 * i);
		if (byte & 0x80)
			continue;
		*value = sum;
		in->at += i + 1;
		in->len -= i + 1;
		return true;
	}
	return false;
}
