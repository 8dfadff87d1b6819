/* The walk over foreign wire bytes before anything is unpacked. */
#include "base/text.h"
#include "wire/pack.h"
#include "wire/varint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	FIELDS_DEFAULT = 100000,
	DEPTH_DEFAULT = 16,
	DEPTH_MOST =
		64, /* whatever the caller allows: the walk recurses, and a frame has about 1 KiB */
	TYPE_FIELDS = 128, /* most fields that a message type may have */
	PATH = 240,
};

/* One message inside another: where it hangs, which fields it has had. */
struct level {
	const struct level *up;
	const ProtobufCMessageDescriptor *type;
	const ProtobufCFieldDescriptor *field; /* being read; NULL between two */
	uint32_t index;                        /* of its element, when repeated */
	size_t depth;
	uint32_t counts[TYPE_FIELDS];
};

struct scan {
	const uint8_t *begin;
	size_t fields_left;
	size_t max_depth;
	rk_scan_fault_fn *fault;
	void *arg;
	struct rk_err *err;
};

static void path_of(const struct level *level, char path[PATH])
{
	const struct level *chain[DEPTH_MOST + 1];
	size_t count = 0, len = 0;

	path[0] = '\0';
	for (; level && count < sizeof chain / sizeof *chain; level = level->up) {
		if (level->field)
			chain[count++] = level;
	}
	while (count-- > 0 && len < PATH) {
		const ProtobufCFieldDescriptor *field = chain[count]->field;
		int added;

		if (field->label == PROTOBUF_C_LABEL_REPEATED)
			added = snprintf(path + len, PATH - len, "%s%s[%" PRIu32 "]",
				len ? "." : "", field->name, chain[count]->index);
		else
			added = snprintf(
				path + len, PATH - len, "%s%s", len ? "." : "", field->name);
		len += added > 0 ? (size_t)added : 0;
	}
}

static enum rk_status malformed(
	const struct scan *scan, const struct level *level, const uint8_t *at, const char *what)
{
	char path[PATH];

	path_of(level, path);
	return rk_fail_reason(scan->err, RK_INVALID_ARGUMENT, "MALFORMED_MESSAGE",
		"%s%s%s, at byte %zu", path, path[0] ? ": " : "", what, (size_t)(at - scan->begin));
}

/* What a varint may be for its type: everything else would be cut silently by one decoder or the other. */
static bool varint_fits(ProtobufCType type, uint64_t value)
{
	switch (type) {
	case PROTOBUF_C_TYPE_BOOL:
		return value <= 1;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_SINT32:
		return value <= UINT32_MAX;
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_ENUM:
		return value <= INT32_MAX || value >= UINT64_MAX - INT32_MAX;
	default:
		return true;
	}
}

static enum rk_status take_scalar(
	const struct scan *scan, const struct level *level, unsigned wire_type, struct rk_slice *in)
{
	const uint8_t *at = in->at;
	uint64_t value;
	size_t len;

	if (wire_type == PROTOBUF_C_WIRE_TYPE_VARINT) {
		if (!rk_varint_take(in, &value))
			return malformed(scan, level, at, "number is cut off or over 10 bytes");
		if (!varint_fits(level->field->type, value))
			return malformed(scan, level, at, "number does not fit the field's type");
		return RK_OK;
	}
	len = wire_type == PROTOBUF_C_WIRE_TYPE_64BIT ? 8 : 4;
	if (in->len < len)
		return malformed(scan, level, at, "number is cut off");
	in->at += len;
	in->len -= len;
	return RK_OK;
}

static enum rk_status count_field(struct scan *scan, const struct level *level, const uint8_t *at)
{
	if (scan->fields_left == 0)
		return malformed(scan, level, at, "more fields in all than allowed");
	scan->fields_left--;
	return RK_OK;
}

static enum rk_status scan_packed(struct scan *scan, struct level *level, struct rk_slice in)
{
	uint32_t *count = &level->counts[level->field - level->type->fields];

	while (in.len > 0) {
		level->index = (*count)++;
		RK_TRY(count_field(scan, level, in.at));
		RK_TRY(take_scalar(scan, level, rk_wire_type(level->field->type), &in));
	}
	return RK_OK;
}

static enum rk_status scan_fault(struct scan *scan, const struct level *level,
	enum rk_scan_fault fault, struct rk_slice value)
{
	char path[PATH];

	if (!scan->fault)
		return malformed(scan, level, value.at,
			fault == RK_SCAN_NUL ? "text with a NUL" : "text is not UTF-8");
	path_of(level, path);
	scan->fault(scan->arg, fault, path, value);
	return RK_OK;
}

static enum rk_status scan_string(
	struct scan *scan, const struct level *level, struct rk_slice value)
{
	if (value.len > 0 && memchr(value.at, 0, value.len))
		RK_TRY(scan_fault(scan, level, RK_SCAN_NUL, value));
	if (rk_text_utf8_bad(value) < value.len)
		RK_TRY(scan_fault(scan, level, RK_SCAN_NOT_UTF8, value));
	return RK_OK;
}

static enum rk_status scan_message(struct scan *scan, const struct level *up,
	const ProtobufCMessageDescriptor *type, struct rk_slice in);

/* A singular field once, and of a oneof one: a second would replace the first without a word. */
static enum rk_status claim(struct scan *scan, struct level *level, const uint8_t *at)
{
	const ProtobufCFieldDescriptor *field = level->field, *fields = level->type->fields;
	uint32_t *count = &level->counts[field - fields];

	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		level->index = (*count)++;
		return RK_OK;
	}
	if ((*count)++ > 0)
		return malformed(scan, level, at, "field stands twice");
	for (unsigned i = 0;
		(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) && i < level->type->n_fields; i++) {
		if (&fields[i] != field && level->counts[i] > 0 &&
			(fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
			fields[i].quantifier_offset == field->quantifier_offset)
			return malformed(
				scan, level, at, "two fields of which only one can be set");
	}
	return RK_OK;
}

/* The value behind a tag whose field is level->field. */
static enum rk_status scan_value(struct scan *scan, struct level *level, unsigned wire_type,
	const uint8_t *tag_at, struct rk_slice *in)
{
	const ProtobufCFieldDescriptor *field = level->field;
	unsigned expected = rk_wire_type(field->type);
	bool packed = wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED && wire_type != expected &&
		field->label == PROTOBUF_C_LABEL_REPEATED;
	struct rk_slice value;
	uint64_t len;

	if (wire_type != expected && !packed)
		return malformed(scan, level, tag_at, "field has the wrong wire type");
	if (!packed)
		RK_TRY(claim(scan, level, tag_at));
	if (wire_type != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
		return take_scalar(scan, level, wire_type, in);
	if (!rk_varint_take(in, &len) || len > in->len)
		return malformed(scan, level, tag_at, "length is cut off or runs past the end");
	value = rk_slice_of(in->at, (size_t)len);
	in->at += len;
	in->len -= (size_t)len;
	if (packed)
		return scan_packed(scan, level, value);
	if (field->type == PROTOBUF_C_TYPE_STRING)
		return scan_string(scan, level, value);
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		return scan_message(scan, level, field->descriptor, value);
	return RK_OK;
}

/* Takes a tag: at most five bytes, no group, number 1 to 2^29 - 1. */
static bool take_tag(struct rk_slice *in, uint32_t *number, unsigned *wire_type)
{
	struct rk_slice head = {in->at, in->len < 5 ? in->len : 5};
	uint64_t tag;

	if (!rk_varint_take(&head, &tag) || tag > UINT32_MAX || tag >> 3 == 0)
		return false;
	in->len -= (size_t)(head.at - in->at);
	in->at = head.at;
	*number = (uint32_t)(tag >> 3);
	*wire_type = (unsigned)(tag & 7);
	return *wire_type <= 2 || *wire_type == 5;
}

static enum rk_status scan_message(struct scan *scan, const struct level *up,
	const ProtobufCMessageDescriptor *type, struct rk_slice in)
{
	struct level level;
	unsigned wire_type;
	uint32_t number;

	level.up = up;
	level.type = type;
	level.field = NULL;
	level.index = 0;
	level.depth = up ? up->depth + 1 : 1;
	if (type->n_fields > TYPE_FIELDS)
		return rk_fail(scan->err, RK_INTERNAL, "%s has %u fields; at most %d", type->name,
			type->n_fields, TYPE_FIELDS);
	if (level.depth > scan->max_depth)
		return malformed(scan, up, in.at, "messages are nested deeper than allowed");
	memset(level.counts, 0, type->n_fields * sizeof *level.counts);
	while (in.len > 0) {
		const uint8_t *at = in.at;

		level.field = NULL;
		RK_TRY(count_field(scan, &level, at));
		if (!take_tag(&in, &number, &wire_type))
			return malformed(scan, &level, at, "no valid tag");
		level.field = protobuf_c_message_descriptor_get_field(type, number);
		if (!level.field) {
			char path[PATH];

			path_of(&level, path);
			return rk_fail_reason(scan->err, RK_INVALID_ARGUMENT, "UNKNOWN_FIELD",
				"%s%s%s has no field number %" PRIu32 ", at byte %zu", path,
				path[0] ? ": " : "", type->name, number,
				(size_t)(at - scan->begin));
		}
		RK_TRY(scan_value(scan, &level, wire_type, at, &in));
	}
	return RK_OK;
}

enum rk_status rk_scan(const ProtobufCMessageDescriptor *type, struct rk_slice bytes,
	const struct rk_scan_limits *limits, rk_scan_fault_fn *fault, void *arg, struct rk_err *err)
{
	struct scan scan = {.begin = bytes.at,
		.fields_left = limits && limits->max_fields ? limits->max_fields : FIELDS_DEFAULT,
		.max_depth = limits && limits->max_depth ? limits->max_depth : DEPTH_DEFAULT,
		.fault = fault,
		.arg = arg,
		.err = err};

	if (scan.max_depth > DEPTH_MOST)
		scan.max_depth = DEPTH_MOST;
	return scan_message(&scan, NULL, type, bytes);
}

struct rk_slice rk_scan_field(struct rk_slice bytes, uint32_t number)
{
	const struct rk_slice absent = {0};
	unsigned wire_type;
	uint32_t found;
	uint64_t value;

	while (bytes.len > 0) {
		size_t skip;

		if (!take_tag(&bytes, &found, &wire_type))
			return absent;
		value = wire_type == PROTOBUF_C_WIRE_TYPE_64BIT ? 8 : 4;
		if (wire_type <= 2 && wire_type != PROTOBUF_C_WIRE_TYPE_64BIT &&
			!rk_varint_take(&bytes, &value))
			return absent;
		skip = wire_type == PROTOBUF_C_WIRE_TYPE_VARINT ? 0 : (size_t)value;
		if (value > SIZE_MAX || skip > bytes.len)
			return absent;
		if (found == number && wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
			return rk_slice_of(bytes.at, skip);
		bytes.at += skip;
		bytes.len -= skip;
	}
	return absent;
}
