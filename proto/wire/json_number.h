/* json_number.h - the numbers of JSON as the numbers of the wire; for json_read.c. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <protobuf-c/protobuf-c.h>

#include <jansson.h>

/* rk_json_bits reads a value as a number or truth value of this type, no enum: *bits is what goes on the wire.
 * Returns NULL, or what was expected ("a whole number from 0 to 4294967295"). */
RK_MUST_USE const char *rk_json_bits(ProtobufCType type, const json_t *value, uint64_t *bits);
/* Appends the tag of a field that is no text, bytes or message, unpacked. */
RK_MUST_USE enum rk_status rk_json_add_tag(
	struct rk_buf *out, const ProtobufCFieldDescriptor *field);
/* Appends bits as this type has them: varint, four or eight bytes. */
RK_MUST_USE enum rk_status rk_json_add_bits(struct rk_buf *out, ProtobufCType type, uint64_t bits);
