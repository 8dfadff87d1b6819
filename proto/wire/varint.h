/* varint.h - the numbers of the protobuf wire format, read and written.  Pure functions of bytes. */
#pragma once
#include "base/buf.h"

/* Bytes that a number takes, 1 to 10. */
size_t rk_varint_size(uint64_t value);
/* Appends a varint. */
RK_MUST_USE enum rk_status rk_varint_add(struct rk_buf *out, uint64_t value);
/* Appends the tag of a field and a number behind it: its varint value or its length. */
RK_MUST_USE enum rk_status rk_varint_add_head(
	struct rk_buf *out, uint32_t number, unsigned wire_type, uint64_t value);
/* Takes a varint from the front of in; false when in is cut, over 10 bytes or over 64 bits, *in then as before. */
RK_MUST_USE bool rk_varint_take(struct rk_slice *in, uint64_t *value);
