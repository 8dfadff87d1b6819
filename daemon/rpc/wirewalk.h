/* wirewalk.h - the fields of one message, one after the other, without knowing its type.
 *
 * For what must not be unpacked: the exact bytes of a report inside its request, and the descriptors.
 */
#pragma once
#include "base/buf.h"

struct rk_wirewalk {
	struct rk_slice rest;
	uint32_t number;
	int type;              /* 0 varint, 1 eight bytes, 2 bytes, 5 four bytes */
	uint64_t varint;       /* type 0 */
	struct rk_slice bytes; /* types 1, 2 and 5; never NULL then */
	bool bad;              /* the bytes are no message */
};

/* Moves to the next field; false at the end or when bad is set. */
bool rk_wirewalk_next(struct rk_wirewalk *walk);
