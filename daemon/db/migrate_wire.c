/* migrate_wire.c - the descriptors of protobuf-c as rows, for the decoder in SQL. */
#include "db/migrate_core.h"

#include "renkei/v1/report.pb-c.h"

#include <stdbool.h>

enum { MESSAGES_MAX = 128, ENUMS_MAX = 128 };

struct walk {
	const ProtobufCMessageDescriptor *messages[MESSAGES_MAX];
	const ProtobufCEnumDescriptor *enums[ENUMS_MAX];
	size_t message_count, enum_count;
};

/* NULL: a type that renkei.decode_message does not know. */
static const char *type_word(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_INT32:
		return "int32";
	case PROTOBUF_C_TYPE_INT64:
		return "int64";
	case PROTOBUF_C_TYPE_BOOL:
		return "bool";
	case PROTOBUF_C_TYPE_STRING:
		return "string";
	case PROTOBUF_C_TYPE_BYTES:
		return "bytes";
	case PROTOBUF_C_TYPE_DOUBLE:
		return "double";
	case PROTOBUF_C_TYPE_ENUM:
		return "enum";
	case PROTOBUF_C_TYPE_MESSAGE:
		return "message";
	default:
		return NULL;
	}
}

static enum rk_status walk_add_message(
	struct walk *walk, const ProtobufCMessageDescriptor *message, struct rk_err *err)
{
	for (size_t i = 0; i < walk->message_count; i++)
		if (walk->messages[i] == message)
			return RK_OK;
	if (walk->message_count == MESSAGES_MAX)
		return rk_fail(err, RK_INTERNAL, "more than %d messages in a report", MESSAGES_MAX);
	walk->messages[walk->message_count++] = message;
	return RK_OK;
}

static enum rk_status walk_add_enum(
	struct walk *walk, const ProtobufCEnumDescriptor *names, struct rk_err *err)
{
	for (size_t i = 0; i < walk->enum_count; i++)
		if (walk->enums[i] == names)
			return RK_OK;
	if (walk->enum_count == ENUMS_MAX)
		return rk_fail(err, RK_INTERNAL, "more than %d enums in a report", ENUMS_MAX);
	walk->enums[walk->enum_count++] = names;
	return RK_OK;
}

static enum rk_status wire_field(struct walk *walk, const ProtobufCMessageDescriptor *message,
	const ProtobufCFieldDescriptor *field, struct rk_buf *out, struct rk_err *err)
{
	const char *type = type_word(field->type), *type_name = NULL;

	if (!type)
		return rk_fail(err, RK_INTERNAL, "%s.%s has a type that SQL cannot decode",
			message->name, field->name);
	if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
		const ProtobufCMessageDescriptor *inner = field->descriptor;

		type_name = inner->name;
		RK_TRY(walk_add_message(walk, inner, err));
	} else if (field->type == PROTOBUF_C_TYPE_ENUM) {
		const ProtobufCEnumDescriptor *names = field->descriptor;

		type_name = names->name;
		RK_TRY(walk_add_enum(walk, names, err));
	}
	RK_TRY(rk_buf_addf(out,
		"{\"message\":\"%s\",\"number\":%u,\"name\":\"%s\",\"type\":\"%s\",\"repeated\":%s,\"optional\":%s",
		message->name, field->id, field->name, type,
		field->label == PROTOBUF_C_LABEL_REPEATED ? "true" : "false",
		field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF ? "true" : "false"));
	if (type_name)
		RK_TRY(rk_buf_addf(out, ",\"type_name\":\"%s\"", type_name));
	return rk_buf_add_str(out, "}");
}

enum rk_status rk_migrate_wire_json(struct rk_buf *out, struct rk_err *err)
{
	struct walk walk = {.messages = {&renkei__v1__report__descriptor}, .message_count = 1};
	const char *comma = "";

	RK_TRY(rk_buf_add_str(out, "{\"fields\":["));
	/* The list grows while it is walked. */
	for (size_t m = 0; m < walk.message_count; m++)
		for (unsigned f = 0; f < walk.messages[m]->n_fields; f++) {
			RK_TRY(rk_buf_add_str(out, comma));
			RK_TRY(wire_field(
				&walk, walk.messages[m], &walk.messages[m]->fields[f], out, err));
			comma = ",";
		}
	RK_TRY(rk_buf_add_str(out, "],\"enums\":["));
	comma = "";
	for (size_t e = 0; e < walk.enum_count; e++)
		for (unsigned v = 0; v < walk.enums[e]->n_values; v++) {
			RK_TRY(rk_buf_addf(out,
				"%s{\"type_name\":\"%s\",\"number\":%d,\"name\":\"%s\"}", comma,
				walk.enums[e]->name, walk.enums[e]->values[v].value,
				walk.enums[e]->values[v].name));
			comma = ",";
		}
	return rk_buf_add_str(out, "]}");
}
