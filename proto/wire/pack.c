#include "wire/pack.h"

enum { BUDGET_TIMES = 16, BUDGET_FLOOR = 256 << 10, BUDGET_MOST = 8 << 20, ROUND = 16 };

/* What protobuf-c may take for one message. */
struct budget {
	struct rk_arena *arena;
	size_t left;
	bool reached, starved;
};

static void *budget_alloc(void *arg, size_t size)
{
	struct budget *budget = arg;
	size_t rounded = size <= SIZE_MAX - ROUND ? (size + ROUND - 1) / ROUND * ROUND : SIZE_MAX;
	void *at = NULL;

	if (rounded > budget->left) {
		budget->reached = true;
		return NULL;
	}
	at = rk_arena_alloc(budget->arena, size);
	budget->left -= at ? rounded : 0;
	budget->starved = budget->starved || !at;
	return at;
}

/* Everything dies with the arena. */
static void budget_free(void *arg, void *at)
{
	(void)arg;
	(void)at;
}

enum rk_status rk_unpack(struct rk_arena *arena, const ProtobufCMessageDescriptor *type,
	struct rk_slice bytes, ProtobufCMessage **out, struct rk_err *err)
{
	return rk_unpack_within(arena, type, bytes, BUDGET_MOST, out, err);
}

enum rk_status rk_unpack_within(struct rk_arena *arena, const ProtobufCMessageDescriptor *type,
	struct rk_slice bytes, size_t most, ProtobufCMessage **out, struct rk_err *err)
{
	struct budget budget = {.arena = arena, .left = most};
	ProtobufCAllocator allocator = {budget_alloc, budget_free, &budget};

	if (most > BUDGET_FLOOR && bytes.len < (most - BUDGET_FLOOR) / BUDGET_TIMES)
		budget.left = bytes.len * BUDGET_TIMES + BUDGET_FLOOR;
	*out = protobuf_c_message_unpack(
		type, &allocator, bytes.len, bytes.len ? bytes.at : (const uint8_t *)"");
	if (*out)
		return RK_OK;
	if (budget.reached)
		return rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE",
			"%s of %zu bytes unpacks into more memory than it may have", type->name,
			bytes.len);
	/* It may find room another time. */
	if (budget.starved)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for %s of %zu bytes",
			type->name, bytes.len);
	return rk_fail_reason(err, RK_INVALID_ARGUMENT, "MALFORMED_MESSAGE",
		"%s of %zu bytes cannot be unpacked", type->name, bytes.len);
}

enum rk_status rk_pack(const ProtobufCMessage *message, struct rk_buf *out)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *at = rk_buf_reserve(out, size);

	if (!at)
		return RK_RESOURCE_EXHAUSTED;
	out->len += protobuf_c_message_pack(message, at);
	return RK_OK;
}

ProtobufCWireType rk_wire_type(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_MESSAGE:
		return PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FLOAT:
		return PROTOBUF_C_WIRE_TYPE_32BIT;
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return PROTOBUF_C_WIRE_TYPE_64BIT;
	default:
		return PROTOBUF_C_WIRE_TYPE_VARINT;
	}
}
