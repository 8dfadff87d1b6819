#include "wire/json_number.h"

#include "base/text.h"
#include "wire/json_text.h"
#include "wire/pack.h"
#include "wire/varint.h"

#include <math.h>
#include <string.h>

static struct rk_slice text_of(const json_t *value)
{
	return rk_slice_of(json_string_value(value), json_string_length(value));
}

/* A number, or text that is one; a number with a point counts when nothing stands behind the point. */
static bool whole(const json_t *value, int64_t min, int64_t max, int64_t *number)
{
	double real;

	if (json_is_string(value))
		return rk_text_i64(text_of(value), min, max, number);
	if (json_is_real(value)) {
		real = json_real_value(value);
		if (fabs(real) > 9007199254740992.0)
			return false;
		*number = (int64_t)real;
		if ((double)*number != real)
			return false;
	} else if (json_is_integer(value)) {
		*number = json_integer_value(value);
	} else {
		return false;
	}
	return *number >= min && *number <= max;
}

static bool whole_unsigned(const json_t *value, uint64_t *bits)
{
	struct rk_slice text = json_is_string(value) ? text_of(value) : (struct rk_slice){0};
	int64_t number;
	uint64_t sum = 0;

	if (whole(value, 0, INT64_MAX, &number)) {
		*bits = (uint64_t)number;
		return true;
	}
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9' || __builtin_mul_overflow(sum, 10, &sum) ||
			__builtin_add_overflow(sum, (uint64_t)(text.at[i] - '0'), &sum))
			return false;
	}
	*bits = sum;
	return text.len > 0;
}

static bool real_bits(ProtobufCType type, const json_t *value, uint64_t *bits)
{
	double real;
	float single;
	uint32_t small;

	if (json_is_string(value)) {
		if (!rk_json_parse_double(text_of(value), &real))
			return false;
	} else if (json_is_number(value)) {
		real = json_number_value(value);
	} else {
		return false;
	}
	if (type == PROTOBUF_C_TYPE_DOUBLE) {
		memcpy(bits, &real, sizeof *bits);
		return true;
	}
	/* The largest float's shortest form is a little larger than it is. */
	single = (float)real;
	if (isfinite(real) && isinf(single))
		return false;
	memcpy(&small, &single, sizeof small);
	*bits = small;
	return true;
}

static uint64_t zigzag(int64_t number)
{
	return (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0);
}

const char *rk_json_bits(ProtobufCType type, const json_t *value, uint64_t *bits)
{
	int64_t number;

	switch (type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
		if (!whole(value, INT32_MIN, INT32_MAX, &number))
			return "a whole number from -2147483648 to 2147483647";
		*bits = type == PROTOBUF_C_TYPE_SINT32 ? zigzag(number) : (uint64_t)number;
		return NULL;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		if (!whole(value, 0, UINT32_MAX, &number))
			return "a whole number from 0 to 4294967295";
		*bits = (uint64_t)number;
		return NULL;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		if (!whole(value, INT64_MIN, INT64_MAX, &number))
			return "a whole number of at most 64 bits";
		*bits = type == PROTOBUF_C_TYPE_SINT64 ? zigzag(number) : (uint64_t)number;
		return NULL;
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		return whole_unsigned(value, bits)
			? NULL
			: "a whole number of at most 64 bits, not negative";
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE:
		return real_bits(type, value, bits) ? NULL : "a number";
	case PROTOBUF_C_TYPE_BOOL:
		*bits = json_is_true(value);
		return json_is_boolean(value) ? NULL : "true or false";
	default:
		return "no number";
	}
}

enum rk_status rk_json_add_tag(struct rk_buf *out, const ProtobufCFieldDescriptor *field)
{
	return rk_varint_add(out, (uint64_t)field->id << 3 | rk_wire_type(field->type));
}

enum rk_status rk_json_add_bits(struct rk_buf *out, ProtobufCType type, uint64_t bits)
{
	unsigned wire_type = rk_wire_type(type);
	uint8_t bytes[8];

	if (wire_type == PROTOBUF_C_WIRE_TYPE_VARINT)
		return rk_varint_add(out, bits);
	for (unsigned i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(bits >> (8 * i));
	return rk_buf_add(out, bytes, wire_type == PROTOBUF_C_WIRE_TYPE_64BIT ? 8 : 4);
}
