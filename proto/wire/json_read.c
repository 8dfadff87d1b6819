/* JSON to wire bytes. */
#include "base/text.h"
#include "wire/json.h"
#include "wire/json_load.h"
#include "wire/json_number.h"
#include "wire/json_reader.h"
#include "wire/json_text.h"
#include "wire/varint.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MOST = 64 };

static enum rk_status read_content(
	struct rk_json_reader *reader, const ProtobufCMessageDescriptor *type, const json_t *value);

static void json_free(json_t **value)
{
	json_decref(*value);
}

static enum rk_status read_bytes(struct rk_json_reader *reader, const json_t *value)
{
	RK_AUTO(rk_buf_clear) struct rk_buf standard = {0};
	uint8_t *at;

	if (!json_is_string(value))
		return rk_json_bad(reader, value, "BAD_JSON_VALUE", "base64");
	if (rk_buf_add(&standard, json_string_value(value), json_string_length(value)) != RK_OK)
		return rk_json_no_memory(reader);
	/* The URL-safe alphabet is welcome too (proto3 JSON mapping). */
	at = standard.at;
	for (size_t i = 0; i < standard.len; i++)
		at[i] = at[i] == '-' ? '+' : at[i] == '_' ? '/' : at[i];
	if (!rk_text_unbase64(reader->out, rk_buf_slice(&standard)))
		return rk_json_bad(reader, value, "BAD_JSON_VALUE", "base64");
	return RK_OK;
}

static enum rk_status read_enum(struct rk_json_reader *reader, const ProtobufCEnumDescriptor *type,
	const json_t *value, uint64_t *bits)
{
	const ProtobufCEnumValue *known = NULL;

	if (json_is_string(value))
		known = rk_json_enum(
			type, rk_slice_of(json_string_value(value), json_string_length(value)));
	if (known)
		*bits = (uint64_t)(int64_t)known->value;
	else if (rk_json_bits(PROTOBUF_C_TYPE_INT32, value, bits) != NULL)
		return rk_json_bad_enum(reader, type, value);
	return RK_OK;
}

static enum rk_status read_number(struct rk_json_reader *reader,
	const ProtobufCFieldDescriptor *field, const json_t *value, uint64_t *bits)
{
	const char *expected;

	if (field->type == PROTOBUF_C_TYPE_ENUM)
		return read_enum(reader, field->descriptor, value, bits);
	expected = rk_json_bits(field->type, value, bits);
	return expected ? rk_json_bad_scalar(reader, field, value, expected) : RK_OK;
}

/* One value with its tag; a default is left out unless the field has presence, is an element or in a map. */
static enum rk_status read_one(struct rk_json_reader *reader, const ProtobufCFieldDescriptor *field,
	const json_t *value, bool keep_default)
{
	size_t begin = reader->out->len;
	uint64_t bits;

	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		if (!json_is_string(value))
			return rk_json_bad_scalar(reader, field, value, "text");
		RK_TRY(rk_json_put(reader,
			rk_buf_add(
				reader->out, json_string_value(value), json_string_length(value))));
		break;
	case PROTOBUF_C_TYPE_BYTES:
		RK_TRY(read_bytes(reader, value));
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		RK_TRY(read_content(reader, field->descriptor, value));
		keep_default = true;
		break;
	default:
		RK_TRY(read_number(reader, field, value, &bits));
		if (bits == 0 && !keep_default)
			return RK_OK;
		RK_TRY(rk_json_put(reader, rk_json_add_tag(reader->out, field)));
		return rk_json_put(reader, rk_json_add_bits(reader->out, field->type, bits));
	}
	if (reader->out->len == begin && !keep_default)
		return RK_OK;
	return rk_json_wrap(reader, begin, field->id);
}

static enum rk_status read_element(struct rk_json_reader *reader,
	const ProtobufCFieldDescriptor *field, const json_t *value, bool packed)
{
	uint64_t bits;

	if (!packed)
		return read_one(reader, field, value, true);
	RK_TRY(read_number(reader, field, value, &bits));
	return rk_json_put(reader, rk_json_add_bits(reader->out, field->type, bits));
}

static enum rk_status read_list(
	struct rk_json_reader *reader, const ProtobufCFieldDescriptor *field, const json_t *list)
{
	bool packed = (field->flags & PROTOBUF_C_FIELD_FLAG_PACKED) != 0;
	size_t begin = reader->out->len, path_len = reader->path_len;

	if (!json_is_array(list))
		return rk_json_bad(reader, list, "JSON_EXPECTS_LIST", "a list");
	for (size_t i = 0; i < json_array_size(list); i++) {
		size_t before = reader->out->len;

		rk_json_path_add(reader, "[%zu]", i);
		enum rk_status status = read_element(
			reader, field, json_array_get(list, i), packed);

		if (rk_json_is_told(reader, status, before, path_len))
			status = rk_json_add_blank(reader, field, packed);
		RK_TRY(status);
		reader->path_len = path_len;
	}
	return packed && reader->out->len > begin ? rk_json_wrap(reader, begin, field->id) : RK_OK;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A map's key stands as text in JSON whatever its type; only a number or a truth value has to be made of it. */
static enum rk_status read_key(
	struct rk_json_reader *reader, const ProtobufCFieldDescriptor *field, const char *key)
{
	bool is_true = strcmp(key, "true") == 0;
	bool is_bool = field->type == PROTOBUF_C_TYPE_BOOL &&
		(is_true || strcmp(key, "false") == 0);
	RK_AUTO(json_free) json_t *value = is_bool ? json_boolean(is_true) : json_string(key);

	return value ? read_one(reader, field, value, true) : rk_json_no_memory(reader);
}

static enum rk_status read_map(
	struct rk_json_reader *reader, const ProtobufCFieldDescriptor *field, json_t *map)
{
	const ProtobufCFieldDescriptor *entry =
		((const ProtobufCMessageDescriptor *)field->descriptor)->fields;
	size_t count = json_object_size(map), path_len = reader->path_len, n = 0;
	const char **keys;
	const char *key;
	json_t *value;
	enum rk_status status = RK_OK;

	if (!json_is_object(map))
		return rk_json_bad(reader, map, "JSON_EXPECTS_OBJECT", "an object");
	keys = calloc(count + 1, sizeof *keys);
	if (!keys)
		return rk_json_no_memory(reader);
	json_object_foreach(map, key, value) keys[n++] = key;
	/* JSON keeps no order, the wire does: sorted, the same object gives the same bytes. */
	qsort(keys, n, sizeof *keys, by_key);
	for (size_t i = 0; i < n && status == RK_OK; i++) {
		size_t begin = reader->out->len;

		rk_json_path_add(reader, "[\"%s\"]", keys[i]);
		status = read_key(reader, &entry[0], keys[i]);
		if (status == RK_OK)
			status = read_one(reader, &entry[1], json_object_get(map, keys[i]), true);
		if (status == RK_OK)
			status = rk_json_wrap(reader, begin, field->id);
		reader->path_len = status == RK_OK ? path_len : reader->path_len;
	}
	free(keys);
	return status;
}

/* What a field has in this object, under either name; NULL when nothing or null. */
static json_t *member(const json_t *object, const ProtobufCFieldDescriptor *field, unsigned *count)
{
	json_t *found = json_object_get(object, field->name), *value;
	const char *key;

	*count = found ? 1 : 0;
	if (!strchr(field->name, '_'))
		return json_is_null(found) ? NULL : found;
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		if (strcmp(key, field->name) != 0 && rk_json_is_camel_of(key, field->name)) {
			found = value;
			++*count;
		}
	}
	return json_is_null(found) ? NULL : found;
}

static enum rk_status check_names(
	struct rk_json_reader *reader, const ProtobufCMessageDescriptor *type, const json_t *object)
{
	size_t path_len = reader->path_len;
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		if (rk_json_field(type, key))
			continue;
		rk_json_path_add(reader, reader->path_len ? ".%s" : "%s", key);
		enum rk_status status = rk_json_bad_name(
			reader, type, rk_json_near_field(type, key));

		if (!rk_json_is_told(reader, status, reader->out->len, path_len))
			return status;
	}
	return RK_OK;
}

static enum rk_status check_single(struct rk_json_reader *reader,
	const ProtobufCMessageDescriptor *type, const json_t *object,
	const ProtobufCFieldDescriptor *field, unsigned count)
{
	unsigned other;

	if (count > 1)
		return rk_json_bad_twice(reader, NULL);
	for (const ProtobufCFieldDescriptor *f = type->fields;
		(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) && f < field; f++) {
		if ((f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
			f->quantifier_offset == field->quantifier_offset &&
			member(object, f, &other))
			return rk_json_bad_twice(reader, f->name);
	}
	return RK_OK;
}

static enum rk_status read_field(struct rk_json_reader *reader,
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field,
	json_t *value)
{
	if (rk_json_is_map(type, field))
		return read_map(reader, field, value);
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return read_list(reader, field, value);
	return read_one(reader, field, value, (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0);
}

static enum rk_status read_plain(
	struct rk_json_reader *reader, const ProtobufCMessageDescriptor *type, const json_t *object)
{
	size_t path_len = reader->path_len, content = reader->out->len;
	const struct rk_json_listener *listener = reader->listener;
	unsigned count;

	RK_TRY(check_names(reader, type, object));
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		json_t *value = member(object, field, &count);
		size_t begin = reader->out->len;

		if (!value && count < 2)
			continue;
		rk_json_path_add(reader, path_len ? ".%s" : "%s", field->name);
		enum rk_status status = check_single(reader, type, object, field, count);

		if (status == RK_OK)
			status = read_field(reader, type, field, value);
		if (status != RK_OK && !rk_json_is_told(reader, status, begin, path_len))
			return status;
		reader->path_len = path_len;
	}
	if (!listener || !listener->on_message)
		return RK_OK;
	reader->path[path_len] = '\0';
	return rk_json_put(reader,
		listener->on_message(listener->arg, type, reader->path, reader->out, content));
}

/* A message that is no object; somebody may know how to read it all the same. */
static enum rk_status read_other(
	struct rk_json_reader *reader, const ProtobufCMessageDescriptor *type, const json_t *value)
{
	const struct rk_json_listener *listener = reader->listener;
	struct rk_slice text = {0};
	const char *code = "JSON_EXPECTS_OBJECT";

	if (json_is_string(value))
		text = rk_slice_of(json_string_value(value), json_string_length(value));
	if (listener && listener->on_other)
		code = listener->on_other(listener->arg, type, text, reader->out);
	return code ? rk_json_bad(reader, value, code, "an object") : RK_OK;
}

/* Timestamp and Duration have the same two fields. */
static enum rk_status read_time(
	struct rk_json_reader *reader, bool is_timestamp, const json_t *value)
{
	struct rk_slice text = {0};
	int64_t seconds;
	int32_t nanos;

	if (json_is_string(value))
		text = rk_slice_of(json_string_value(value), json_string_length(value));
	if (is_timestamp && !rk_text_rfc3339(text, &seconds, &nanos))
		return rk_json_bad(reader, value, "BAD_JSON_VALUE",
			"a moment such as \"2016-07-15T14:59:59Z\"");
	if (!is_timestamp && !rk_json_parse_duration(text, &seconds, &nanos))
		return rk_json_bad(reader, value, "BAD_JSON_VALUE", "a duration such as \"1.5s\"");
	if (seconds)
		RK_TRY(rk_json_put(
			reader, rk_varint_add_head(reader->out, 1, 0, (uint64_t)seconds)));
	if (nanos)
		RK_TRY(rk_json_put(
			reader, rk_varint_add_head(reader->out, 2, 0, (uint64_t)(int64_t)nanos)));
	return RK_OK;
}

static enum rk_status read_any(
	struct rk_json_reader *reader, const ProtobufCMessageDescriptor *type, const json_t *value)
{
	const json_t *url = json_object_get(value, "@type"),
		     *content = json_object_get(value, "value");

	if (!json_is_string(url) || json_object_size(value) != (content ? 2 : 1))
		return rk_json_bad(
			reader, value, "BAD_JSON_VALUE", "{\"@type\": url, \"value\": base64}");
	RK_TRY(read_one(reader, &type->fields[0], url, false));
	return content ? read_one(reader, &type->fields[1], content, false) : RK_OK;
}

/* The fields of a message, without tag and length of its own. */
static enum rk_status read_content(
	struct rk_json_reader *reader, const ProtobufCMessageDescriptor *type, const json_t *value)
{
	enum rk_status status = RK_INTERNAL;

	if (reader->depth >= DEPTH_MOST)
		return rk_json_bad(reader, value, "BAD_JSON_VALUE", "no deeper nesting");
	reader->depth++;
	switch (rk_json_kind(type)) {
	case RK_JSON_TIMESTAMP:
	case RK_JSON_DURATION:
		status = read_time(reader, rk_json_kind(type) == RK_JSON_TIMESTAMP, value);
		break;
	case RK_JSON_ANY:
		status = read_any(reader, type, value);
		break;
	case RK_JSON_PLAIN:
		status = json_is_object(value) ? read_plain(reader, type, value)
					       : read_other(reader, type, value);
		break;
	}
	reader->depth--;
	return status;
}

static enum rk_status read_text(
	struct rk_json_reader *reader, const ProtobufCMessageDescriptor *type, struct rk_slice json)
{
	json_error_t where = {0};
	bool starved;
	RK_AUTO(json_free)
	json_t *root = rk_json_load(
		json, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &where, &starved);

	if (starved)
		return rk_json_no_memory(reader);
	return root ? read_content(reader, type, root) : rk_json_bad_text(reader, &where);
}

enum rk_status rk_json_to_wire(const ProtobufCMessageDescriptor *type, struct rk_slice json,
	struct rk_buf *out, struct rk_err *err)
{
	struct rk_json_reader reader = {.out = out, .err = err};
	size_t before = out->len;
	enum rk_status status = read_text(&reader, type, json);

	if (status != RK_OK)
		out->len = before;
	return status;
}

enum rk_status rk_json_value_to_wire(const ProtobufCMessageDescriptor *type, const json_t *value,
	struct rk_buf *out, struct rk_err *err)
{
	struct rk_json_reader reader = {.out = out, .err = err};
	size_t before = out->len;
	enum rk_status status = read_content(&reader, type, value);

	if (status != RK_OK)
		out->len = before;
	return status;
}

enum rk_status rk_json_to_wire_all(const ProtobufCMessageDescriptor *type, struct rk_slice json,
	struct rk_buf *out, const struct rk_json_listener *listener, struct rk_err *err)
{
	struct rk_json_reader reader = {.out = out, .err = err, .listener = listener};
	size_t before = out->len;
	enum rk_status status = read_text(&reader, type, json);

	return rk_json_is_told(&reader, status, before, 0) ? RK_OK : status;
}
