/* Message to JSON. */
#include "base/text.h"
#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "wire/json.h"
#include "wire/json_text.h"

#include <string.h>

struct writer {
	struct rk_buf *out;
	bool pretty;
	size_t depth;
};

static enum rk_status write_message(struct writer *writer, const ProtobufCMessage *message);

static enum rk_status new_line(struct writer *writer)
{
	uint8_t *at;

	if (!writer->pretty)
		return RK_OK;
	at = rk_buf_reserve(writer->out, 1 + 2 * writer->depth);
	if (!at)
		return RK_RESOURCE_EXHAUSTED;
	at[0] = '\n';
	memset(at + 1, ' ', 2 * writer->depth);
	writer->out->len += 1 + 2 * writer->depth;
	return RK_OK;
}

/* The characters that JSON does not take as they are. */
static enum rk_status write_escape(struct rk_buf *out, uint8_t c)
{
	static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt", digits[] = "0123456789abcdef";
	const char plain[] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};

	for (const char *pair = named; *pair; pair += 2) {
		const char brief[] = {'\\', pair[1]};

		if ((uint8_t)*pair == c)
			return rk_buf_add(out, brief, sizeof brief);
	}
	return rk_buf_add(out, plain, sizeof plain);
}

static enum rk_status write_text(struct rk_buf *out, struct rk_slice text)
{
	size_t begin = 0;

	if (rk_text_utf8_bad(text) < text.len)
		return RK_INVALID_ARGUMENT;
	RK_TRY(rk_buf_add(out, "\"", 1));
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] >= ' ' && text.at[i] != '"' && text.at[i] != '\\')
			continue;
		RK_TRY(rk_buf_add(out, text.at + begin, i - begin));
		RK_TRY(write_escape(out, text.at[i]));
		begin = i + 1;
	}
	RK_TRY(rk_buf_add(out, text.at + begin, text.len - begin));
	return rk_buf_add(out, "\"", 1);
}

static enum rk_status write_base64(struct rk_buf *out, ProtobufCBinaryData data)
{
	RK_TRY(rk_buf_add(out, "\"", 1));
	RK_TRY(rk_text_base64(out, rk_slice_of(data.data, data.len)));
	return rk_buf_add(out, "\"", 1);
}

/* What the .proto calls it: no character of it needs an escape. */
static enum rk_status write_name(struct rk_buf *out, const char *name)
{
	RK_TRY(rk_buf_add(out, "\"", 1));
	RK_TRY(rk_buf_add_str(out, name));
	return rk_buf_add(out, "\"", 1);
}

static enum rk_status write_enum(struct rk_buf *out, const ProtobufCEnumDescriptor *type, int value)
{
	const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(type, value);

	return known ? write_name(out, known->name) : rk_text_add_i64(out, value);
}

static enum rk_status write_quoted(struct rk_buf *out, bool negative, uint64_t value)
{
	RK_TRY(rk_buf_add(out, "\"", 1));
	RK_TRY(negative ? rk_text_add_i64(out, (int64_t)value) : rk_text_add_u64(out, value));
	return rk_buf_add(out, "\"", 1);
}

/* One value of a field, at its place in the message or in its array. */
static enum rk_status write_value(
	struct writer *writer, const ProtobufCFieldDescriptor *field, const void *at)
{
	struct rk_buf *out = writer->out;

	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
		return rk_text_add_i64(out, *(const int32_t *)at);
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		return rk_text_add_u64(out, *(const uint32_t *)at);
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		return write_quoted(out, *(const int64_t *)at < 0, *(const uint64_t *)at);
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		return write_quoted(out, false, *(const uint64_t *)at);
	case PROTOBUF_C_TYPE_FLOAT:
		return rk_json_add_float(out, *(const float *)at);
	case PROTOBUF_C_TYPE_DOUBLE:
		return rk_json_add_double(out, *(const double *)at);
	case PROTOBUF_C_TYPE_BOOL:
		return rk_buf_add_str(out, *(const protobuf_c_boolean *)at ? "true" : "false");
	case PROTOBUF_C_TYPE_ENUM:
		return write_enum(out, field->descriptor, *(const int *)at);
	case PROTOBUF_C_TYPE_STRING:
		return write_text(out, rk_slice_str(*(char *const *)at));
	case PROTOBUF_C_TYPE_BYTES:
		return write_base64(out, *(const ProtobufCBinaryData *)at);
	case PROTOBUF_C_TYPE_MESSAGE:
		return write_message(writer, *(ProtobufCMessage *const *)at);
	}
	return RK_INTERNAL;
}

static size_t value_size(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return 8;
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(void *);
	case PROTOBUF_C_TYPE_BYTES:
		return sizeof(ProtobufCBinaryData);
	case PROTOBUF_C_TYPE_BOOL:
		return sizeof(protobuf_c_boolean);
	default:
		return 4;
	}
}

static bool is_default(ProtobufCType type, const void *at)
{
	static const uint8_t zeroes[8];

	switch (type) {
	case PROTOBUF_C_TYPE_STRING:
		return !*(char *const *)at || !**(char *const *)at;
	case PROTOBUF_C_TYPE_BYTES:
		return ((const ProtobufCBinaryData *)at)->len == 0;
	case PROTOBUF_C_TYPE_MESSAGE:
		return !*(ProtobufCMessage *const *)at;
	default:
		return memcmp(at, zeroes, value_size(type)) == 0;
	}
}

static const void *member(const ProtobufCMessage *message, size_t offset)
{
	return (const uint8_t *)message + offset;
}

static bool is_present(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	const void *at = member(message, field->offset);

	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return *(const size_t *)member(message, field->quantifier_offset) > 0;
	if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
		return !is_default(field->type, at);
	/* A oneof that names a message which is not there has nothing to show. */
	return *(const uint32_t *)member(message, field->quantifier_offset) == field->id &&
		(field->type != PROTOBUF_C_TYPE_MESSAGE || !is_default(field->type, at));
}

/* Keys are text in JSON whatever they are on the wire; 64-bit numbers and strings have their quotes already. */
static enum rk_status write_entry(struct writer *writer, const ProtobufCMessage *entry)
{
	const ProtobufCFieldDescriptor *key = &entry->descriptor->fields[0], *value = key + 1;
	size_t begin = writer->out->len;

	RK_TRY(write_value(writer, key, member(entry, key->offset)));
	if (writer->out->at[begin] != '"') {
		RK_TRY(rk_buf_add(writer->out, "\"\"", 2));
		memmove(writer->out->at + begin + 1, writer->out->at + begin,
			writer->out->len - begin - 2);
		writer->out->at[begin] = '"';
	}
	RK_TRY(rk_buf_add_str(writer->out, writer->pretty ? ": " : ":"));
	return write_value(writer, value, member(entry, value->offset));
}

static enum rk_status write_repeated(struct writer *writer, const ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field)
{
	size_t count = *(const size_t *)member(message, field->quantifier_offset);
	const uint8_t *at = *(uint8_t *const *)member(message, field->offset);
	bool map = rk_json_is_map(message->descriptor, field);

	RK_TRY(rk_buf_add_str(writer->out, map ? "{" : "["));
	writer->depth++;
	for (size_t i = 0; i < count; i++, at += value_size(field->type)) {
		if (i > 0)
			RK_TRY(rk_buf_add_str(writer->out, ","));
		RK_TRY(new_line(writer));
		if (map)
			RK_TRY(write_entry(writer, *(ProtobufCMessage *const *)(const void *)at));
		else
			RK_TRY(write_value(writer, field, at));
	}
	writer->depth--;
	RK_TRY(new_line(writer));
	return rk_buf_add_str(writer->out, map ? "}" : "]");
}

static enum rk_status write_any(struct writer *writer, const Google__Protobuf__Any *any)
{
	RK_TRY(rk_buf_add_str(writer->out, writer->pretty ? "{\"@type\": " : "{\"@type\":"));
	RK_TRY(write_text(writer->out, rk_slice_str(any->type_url)));
	RK_TRY(rk_buf_add_str(writer->out, writer->pretty ? ", \"value\": " : ",\"value\":"));
	RK_TRY(write_base64(writer->out, any->value));
	return rk_buf_add_str(writer->out, "}");
}

static enum rk_status write_time(struct writer *writer, const ProtobufCMessage *message)
{
	const Google__Protobuf__Timestamp *time = (const Google__Protobuf__Timestamp *)message;
	const Google__Protobuf__Duration *duration = (const Google__Protobuf__Duration *)message;

	RK_TRY(rk_buf_add_str(writer->out, "\""));
	if (rk_json_kind(message->descriptor) == RK_JSON_TIMESTAMP)
		RK_TRY(rk_text_add_rfc3339(writer->out, time->seconds, time->nanos));
	else
		RK_TRY(rk_json_add_duration(writer->out, duration->seconds, duration->nanos));
	return rk_buf_add_str(writer->out, "\"");
}

static enum rk_status write_plain(struct writer *writer, const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;
	bool any = false;

	RK_TRY(rk_buf_add_str(writer->out, "{"));
	writer->depth++;
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];

		if (!is_present(message, field))
			continue;
		RK_TRY(rk_buf_add_str(writer->out, any ? "," : ""));
		RK_TRY(new_line(writer));
		any = true;
		RK_TRY(write_name(writer->out, field->name));
		RK_TRY(rk_buf_add_str(writer->out, writer->pretty ? ": " : ":"));
		if (field->label == PROTOBUF_C_LABEL_REPEATED)
			RK_TRY(write_repeated(writer, message, field));
		else
			RK_TRY(write_value(writer, field, member(message, field->offset)));
	}
	writer->depth--;
	if (any)
		RK_TRY(new_line(writer));
	return rk_buf_add_str(writer->out, "}");
}

static enum rk_status write_message(struct writer *writer, const ProtobufCMessage *message)
{
	/* The value of a map entry may be missing: it is then the empty message. */
	if (!message)
		return rk_buf_add_str(writer->out, "{}");
	switch (rk_json_kind(message->descriptor)) {
	case RK_JSON_TIMESTAMP:
	case RK_JSON_DURATION:
		return write_time(writer, message);
	case RK_JSON_ANY:
		return write_any(writer, (const Google__Protobuf__Any *)message);
	case RK_JSON_PLAIN:
		break;
	}
	return write_plain(writer, message);
}

enum rk_status rk_json_from_message(
	const ProtobufCMessage *message, enum rk_json_style style, struct rk_buf *out)
{
	struct writer writer = {.out = out, .pretty = style == RK_JSON_PRETTY};
	size_t before = out->len;
	enum rk_status status = write_message(&writer, message);

	if (status != RK_OK)
		out->len = before;
	return status;
}
