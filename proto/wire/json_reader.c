#include "wire/json_reader.h"

#include "base/text.h"
#include "wire/json_number.h"
#include "wire/varint.h"

#include <protobuf-c/protobuf-c.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void rk_json_path_add(struct rk_json_reader *reader, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(
		reader->path + reader->path_len, RK_JSON_PATH - reader->path_len, format, args);
	va_end(args);
	reader->path_len += len > 0 ? (size_t)len : 0;
	if (reader->path_len >= RK_JSON_PATH)
		reader->path_len = RK_JSON_PATH - 1;
}

const char *rk_json_path(struct rk_json_reader *reader)
{
	/* A long name of somebody's own may have been cut inside a character. */
	reader->path[rk_text_utf8_bad(rk_slice_of(reader->path, reader->path_len))] = '\0';
	return reader->path_len ? reader->path : "the message";
}

enum rk_status rk_json_no_memory(struct rk_json_reader *reader)
{
	return rk_fail(reader->err, RK_RESOURCE_EXHAUSTED, "no memory for %zu bytes of message",
		reader->out->len);
}

enum rk_status rk_json_put(struct rk_json_reader *reader, enum rk_status status)
{
	return status == RK_OK ? RK_OK : rk_json_no_memory(reader);
}

enum rk_status rk_json_wrap(struct rk_json_reader *reader, size_t begin, uint32_t number)
{
	struct rk_buf *out = reader->out;
	size_t len = out->len - begin, head;

	RK_TRY(rk_json_put(reader,
		rk_varint_add_head(out, number, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, len)));
	head = out->len - begin - len;
	if (len > 0) {
		uint8_t copy[20];

		memcpy(copy, out->at + begin + len, head);
		memmove(out->at + begin + head, out->at + begin, len);
		memcpy(out->at + begin, copy, head);
	}
	return RK_OK;
}

bool rk_json_is_told(
	struct rk_json_reader *reader, enum rk_status status, size_t begin, size_t path_len)
{
	if (status != RK_INVALID_ARGUMENT || !reader->listener)
		return false;
	reader->out->len = begin;
	reader->path_len = path_len;
	return true;
}

enum rk_status rk_json_add_blank(
	struct rk_json_reader *reader, const ProtobufCFieldDescriptor *field, bool packed)
{
	if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_BYTES ||
		field->type == PROTOBUF_C_TYPE_MESSAGE)
		return rk_json_wrap(reader, reader->out->len, field->id);
	if (!packed)
		RK_TRY(rk_json_put(reader, rk_json_add_tag(reader->out, field)));
	return rk_json_put(reader, rk_json_add_bits(reader->out, field->type, 0));
}
