#include "form/fill.h"

#include <string.h>

static void *at(ProtobufCMessage *message, unsigned offset)
{
	return (uint8_t *)message + offset;
}

ProtobufCMessage *rk_fill_new(struct rk_arena *arena, const ProtobufCMessageDescriptor *type)
{
	ProtobufCMessage *message = rk_arena_alloc(arena, type->sizeof_message);

	if (message)
		type->message_init(message);
	return message;
}

static size_t size_of(const ProtobufCFieldDescriptor *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return 8;
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(void *);
	default:
		return 4;
	}
}

/* Room doubles: a new run of memory whenever the count is a power of two. */
static void *append(
	struct rk_arena *arena, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	size_t *count = at(message, field->quantifier_offset), size = size_of(field);
	uint8_t **list = at(message, field->offset);

	if ((*count & (*count - 1)) == 0) {
		uint8_t *larger = rk_arena_alloc(arena, (*count ? *count * 2 : 1) * size);

		if (!larger)
			return NULL;
		if (*count)
			memcpy(larger, *list, *count * size);
		*list = larger;
	}
	return *list + (*count)++ * size;
}

void *rk_fill_slot(
	struct rk_arena *arena, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return append(arena, message, field);
	if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
		uint32_t *which = at(message, field->quantifier_offset);

		*which = field->id;
	}
	return at(message, field->offset);
}

ProtobufCMessage *rk_fill_message(
	struct rk_arena *arena, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	ProtobufCMessage **slot = at(message, field->offset);
	ProtobufCMessage *made = field->label == PROTOBUF_C_LABEL_REPEATED ? NULL : *slot;

	if (made)
		return made;
	/* First the message, so that no list has a hole. */
	made = rk_fill_new(arena, field->descriptor);
	slot = made ? rk_fill_slot(arena, message, field) : NULL;
	if (!slot)
		return NULL;
	*slot = made;
	return made;
}

size_t rk_fill_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	size_t count;

	memcpy(&count, (const uint8_t *)message + field->quantifier_offset, sizeof count);
	return count;
}
