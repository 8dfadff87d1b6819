/* JSON to wire bytes. */
#include "base/text.h"
#include "wire/json.h"
#include "wire/json_number.h"
#include "wire/json_text.h"
#include "wire/varint.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MOST = 64, PATH = 200 };

struct reader {
	struct rk_buf *out;
	struct rk_err *err;
	unsigned depth;
	size_t path_len;
	char path[PATH];
};

static enum rk_status read_content(
	struct reader *reader, const ProtobufCMessageDescriptor *type, const json_t *value);

static void json_free(json_t **value)
{
	json_decref(*value);
}

/* Lengthens the path, as far as it fits; reader->path_len set back shortens it again. */
static void path_add(struct reader *reader, const char *format, ...) RK_PRINTF(2, 3);

static void path_add(struct reader *reader, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(reader->path + reader->path_len, PATH - reader->path_len, format, args);
	va_end(args);
	reader->path_len += len > 0 ? (size_t)len : 0;
	if (reader->path_len >= PATH)
		reader->path_len = PATH - 1;
}

static const char *path_of(struct reader *reader)
{
	reader->path[reader->path_len] = '\0';
	return reader->path_len ? reader->path : "the message";
}

/* How a wrong value is named in an error: itself when it is short, its kind otherwise. */
static void describe(const json_t *value, char out[64])
{
	char *text = NULL;

	if (json_is_object(value) || json_is_array(value)) {
		(void)snprintf(out, 64, "%s", json_is_object(value) ? "an object" : "a list");
		return;
	}
	text = json_dumps(value, JSON_ENCODE_ANY);
	if (text && strlen(text) < 60)
		(void)snprintf(out, 64, "%s", text);
	else
		(void)snprintf(out, 64, "a long %s", json_is_string(value) ? "text" : "number");
	free(text);
}

static enum rk_status bad_value(struct reader *reader, const json_t *value, const char *expected)
{
	char found[64];

	describe(value, found);
	return rk_fail_reason(reader->err, RK_INVALID_ARGUMENT, "BAD_JSON_VALUE",
		"%s: %s where %s is expected", path_of(reader), found, expected);
}

static enum rk_status no_memory(struct reader *reader)
{
	return rk_fail(reader->err, RK_RESOURCE_EXHAUSTED, "no memory for %zu bytes of message",
		reader->out->len);
}

static enum rk_status put(struct reader *reader, enum rk_status status)
{
	return status == RK_OK ? RK_OK : no_memory(reader);
}

/* Puts tag and length before what has been appended since begin. */
static enum rk_status wrap(struct reader *reader, size_t begin, uint32_t number)
{
	struct rk_buf *out = reader->out;
	size_t len = out->len - begin, head;

	RK_TRY(put(reader,
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

static enum rk_status read_bytes(struct reader *reader, const json_t *value)
{
	RK_AUTO(rk_buf_clear) struct rk_buf standard = {0};
	uint8_t *at;

	if (!json_is_string(value))
		return bad_value(reader, value, "base64");
	if (rk_buf_add(&standard, json_string_value(value), json_string_length(value)) != RK_OK)
		return no_memory(reader);
	/* The URL-safe alphabet is welcome too (proto3 JSON mapping). */
	at = standard.at;
	for (size_t i = 0; i < standard.len; i++)
		at[i] = at[i] == '-' ? '+' : at[i] == '_' ? '/' : at[i];
	if (!rk_text_unbase64(reader->out, rk_buf_slice(&standard)))
		return bad_value(reader, value, "base64");
	return RK_OK;
}

static enum rk_status read_enum(struct reader *reader, const ProtobufCEnumDescriptor *type,
	const json_t *value, uint64_t *bits)
{
	struct rk_slice name;
	const ProtobufCEnumValue *known;
	char near[64];

	if (!json_is_string(value)) {
		if (rk_json_bits(PROTOBUF_C_TYPE_INT32, value, bits) != NULL)
			return bad_value(reader, value, "the name or number of an enum value");
		return RK_OK;
	}
	name = rk_slice_of(json_string_value(value), json_string_length(value));
	known = rk_json_enum(type, name);
	if (known) {
		*bits = (uint64_t)(int64_t)known->value;
		return RK_OK;
	}
	if (rk_json_bits(PROTOBUF_C_TYPE_INT32, value, bits) == NULL)
		return RK_OK;
	if (name.len > 63 || !rk_json_near_enum(type, name, near))
		return bad_value(reader, value, type->short_name);
	return rk_fail_reason(reader->err, RK_INVALID_ARGUMENT, "BAD_JSON_VALUE",
		"%s: \"%s\" is no %s; did you mean \"%s\"?", path_of(reader),
		json_string_value(value), type->short_name, near);
}

static enum rk_status read_number(struct reader *reader, const ProtobufCFieldDescriptor *field,
	const json_t *value, uint64_t *bits)
{
	const char *expected;

	if (field->type == PROTOBUF_C_TYPE_ENUM)
		return read_enum(reader, field->descriptor, value, bits);
	expected = rk_json_bits(field->type, value, bits);
	return expected ? bad_value(reader, value, expected) : RK_OK;
}

/* One value with its tag; a default is left out unless the field has presence, is an element or in a map. */
static enum rk_status read_one(struct reader *reader, const ProtobufCFieldDescriptor *field,
	const json_t *value, bool keep_default)
{
	size_t begin = reader->out->len;
	uint64_t bits;

	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		if (!json_is_string(value))
			return bad_value(reader, value, "text");
		RK_TRY(put(reader,
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
		RK_TRY(put(reader, rk_json_add_tag(reader->out, field)));
		return put(reader, rk_json_add_bits(reader->out, field->type, bits));
	}
	if (reader->out->len == begin && !keep_default)
		return RK_OK;
	return wrap(reader, begin, field->id);
}

static enum rk_status read_list(
	struct reader *reader, const ProtobufCFieldDescriptor *field, const json_t *list)
{
	bool packed = (field->flags & PROTOBUF_C_FIELD_FLAG_PACKED) != 0;
	size_t begin = reader->out->len, path_len = reader->path_len;
	uint64_t bits;

	if (!json_is_array(list))
		return bad_value(reader, list, "a list");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *value = json_array_get(list, i);

		path_add(reader, "[%zu]", i);
		if (packed) {
			RK_TRY(read_number(reader, field, value, &bits));
			RK_TRY(put(reader, rk_json_add_bits(reader->out, field->type, bits)));
		} else {
			RK_TRY(read_one(reader, field, value, true));
		}
		reader->path_len = path_len;
	}
	return packed && reader->out->len > begin ? wrap(reader, begin, field->id) : RK_OK;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A map's key stands as text in JSON whatever its type; only a number or a truth value has to be made of it. */
static enum rk_status read_key(
	struct reader *reader, const ProtobufCFieldDescriptor *field, const char *key)
{
	bool is_true = strcmp(key, "true") == 0;
	bool is_bool = field->type == PROTOBUF_C_TYPE_BOOL &&
		(is_true || strcmp(key, "false") == 0);
	RK_AUTO(json_free) json_t *value = is_bool ? json_boolean(is_true) : json_string(key);

	return value ? read_one(reader, field, value, true) : no_memory(reader);
}

static enum rk_status read_map(
	struct reader *reader, const ProtobufCFieldDescriptor *field, json_t *map)
{
	const ProtobufCFieldDescriptor *entry =
		((const ProtobufCMessageDescriptor *)field->descriptor)->fields;
	size_t count = json_object_size(map), path_len = reader->path_len, n = 0;
	const char **keys;
	const char *key;
	json_t *value;
	enum rk_status status = RK_OK;

	if (!json_is_object(map))
		return bad_value(reader, map, "an object");
	keys = calloc(count + 1, sizeof *keys);
	if (!keys)
		return no_memory(reader);
	json_object_foreach(map, key, value) keys[n++] = key;
	/* JSON keeps no order, the wire does: sorted, the same object gives the same bytes. */
	qsort(keys, n, sizeof *keys, by_key);
	for (size_t i = 0; i < n && status == RK_OK; i++) {
		size_t begin = reader->out->len;

		path_add(reader, "[\"%s\"]", keys[i]);
		status = read_key(reader, &entry[0], keys[i]);
		if (status == RK_OK)
			status = read_one(reader, &entry[1], json_object_get(map, keys[i]), true);
		if (status == RK_OK)
			status = wrap(reader, begin, field->id);
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
	struct reader *reader, const ProtobufCMessageDescriptor *type, const json_t *object)
{
	const char *key, *near;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		if (rk_json_field(type, key))
			continue;
		path_add(reader, reader->path_len ? ".%s" : "%s", key);
		near = rk_json_near_field(type, key);
		if (near)
			return rk_fail_reason(reader->err, RK_INVALID_ARGUMENT, "UNKNOWN_FIELD",
				"%s: %s has no such field; did you mean \"%s\"?", path_of(reader),
				type->short_name, near);
		return rk_fail_reason(reader->err, RK_INVALID_ARGUMENT, "UNKNOWN_FIELD",
			"%s: %s has no such field", path_of(reader), type->short_name);
	}
	return RK_OK;
}

static enum rk_status check_single(struct reader *reader, const ProtobufCMessageDescriptor *type,
	const json_t *object, const ProtobufCFieldDescriptor *field, unsigned count)
{
	unsigned other;

	if (count > 1)
		return rk_fail_reason(reader->err, RK_INVALID_ARGUMENT, "DUPLICATE_FIELD",
			"%s: stands twice, under both of its names", path_of(reader));
	for (const ProtobufCFieldDescriptor *f = type->fields;
		(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) && f < field; f++) {
		if ((f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
			f->quantifier_offset == field->quantifier_offset &&
			member(object, f, &other))
			return rk_fail_reason(reader->err, RK_INVALID_ARGUMENT, "DUPLICATE_FIELD",
				"%s: cannot stand beside \"%s\"", path_of(reader), f->name);
	}
	return RK_OK;
}

static enum rk_status read_plain(
	struct reader *reader, const ProtobufCMessageDescriptor *type, const json_t *object)
{
	size_t path_len = reader->path_len;
	unsigned count;

	if (!json_is_object(object))
		return bad_value(reader, object, "an object");
	RK_TRY(check_names(reader, type, object));
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		json_t *value = member(object, field, &count);

		if (!value && count < 2)
			continue;
		path_add(reader, path_len ? ".%s" : "%s", field->name);
		RK_TRY(check_single(reader, type, object, field, count));
		if (rk_json_is_map(type, field))
			RK_TRY(read_map(reader, field, value));
		else if (field->label == PROTOBUF_C_LABEL_REPEATED)
			RK_TRY(read_list(reader, field, value));
		else
			RK_TRY(read_one(reader, field, value,
				(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0));
		reader->path_len = path_len;
	}
	return RK_OK;
}

/* Timestamp and Duration have the same two fields. */
static enum rk_status read_time(struct reader *reader, bool is_timestamp, const json_t *value)
{
	struct rk_slice text = {0};
	int64_t seconds;
	int32_t nanos;

	if (json_is_string(value))
		text = rk_slice_of(json_string_value(value), json_string_length(value));
	if (is_timestamp && !rk_text_rfc3339(text, &seconds, &nanos))
		return bad_value(reader, value, "a moment such as \"2016-07-15T14:59:59Z\"");
	if (!is_timestamp && !rk_json_parse_duration(text, &seconds, &nanos))
		return bad_value(reader, value, "a duration such as \"1.5s\"");
	if (seconds)
		RK_TRY(put(reader, rk_varint_add_head(reader->out, 1, 0, (uint64_t)seconds)));
	if (nanos)
		RK_TRY(put(
			reader, rk_varint_add_head(reader->out, 2, 0, (uint64_t)(int64_t)nanos)));
	return RK_OK;
}

static enum rk_status read_any(
	struct reader *reader, const ProtobufCMessageDescriptor *type, const json_t *value)
{
	const json_t *url = json_object_get(value, "@type"),
		     *content = json_object_get(value, "value");

	if (!json_is_string(url) || json_object_size(value) != (content ? 2 : 1))
		return bad_value(reader, value, "{\"@type\": url, \"value\": base64}");
	RK_TRY(read_one(reader, &type->fields[0], url, false));
	return content ? read_one(reader, &type->fields[1], content, false) : RK_OK;
}

/* The fields of a message, without tag and length of its own. */
static enum rk_status read_content(
	struct reader *reader, const ProtobufCMessageDescriptor *type, const json_t *value)
{
	enum rk_status status = RK_INTERNAL;

	if (reader->depth >= DEPTH_MOST)
		return bad_value(reader, value, "no deeper nesting");
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
		status = read_plain(reader, type, value);
		break;
	}
	reader->depth--;
	return status;
}

enum rk_status rk_json_to_wire(const ProtobufCMessageDescriptor *type, struct rk_slice json,
	struct rk_buf *out, struct rk_err *err)
{
	struct reader reader = {.out = out, .err = err};
	size_t before = out->len;
	json_error_t where = {0};
	RK_AUTO(json_free)
	json_t *root = json_loadb(json.len ? (const char *)json.at : "", json.len,
		JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &where);
	enum rk_status status;

	if (!root)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT,
			json_error_code(&where) == json_error_duplicate_key ? "DUPLICATE_FIELD"
									    : "BAD_JSON",
			"JSON: line %d, column %d: %s", where.line, where.column, where.text);
	status = read_content(&reader, type, root);
	if (status != RK_OK)
		out->len = before;
	return status;
}
