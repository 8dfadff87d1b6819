#include "rpc/wirewalk.h"

static bool take_varint(struct rk_slice *rest, uint64_t *value)
{
	*value = 0;
	for (unsigned shift = 0; shift < 70 && rest->len; shift += 7) {
		uint8_t byte = *rest->at++;

		rest->len--;
		if (shift == 63 && byte > 1)
			return false;
		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

static bool take_bytes(struct rk_wirewalk *walk, uint64_t len)
{
	if (len > walk->rest.len)
		return false;
	walk->bytes = rk_slice_of(walk->rest.at, (size_t)len);
	walk->rest.at += len;
	walk->rest.len -= (size_t)len;
	return true;
}

static bool take_value(struct rk_wirewalk *walk)
{
	uint64_t len;

	switch (walk->type) {
	case 0:
		return take_varint(&walk->rest, &walk->varint);
	case 1:
		return take_bytes(walk, 8);
	case 2:
		return take_varint(&walk->rest, &len) && take_bytes(walk, len);
	case 5:
		return take_bytes(walk, 4);
	default:
		return false;
	}
}

bool rk_wirewalk_next(struct rk_wirewalk *walk)
{
	uint64_t tag;

	if (walk->bad || walk->rest.len == 0)
		return false;
	walk->bad = !take_varint(&walk->rest, &tag) || tag >> 3 == 0 || tag >> 3 > 0x1fffffff;
	if (walk->bad)
		return false;
	walk->number = (uint32_t)(tag >> 3);
	walk->type = (int)(tag & 7);
	walk->bad = !take_value(walk);
	return !walk->bad;
}
