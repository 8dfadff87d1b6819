/* json.h - the proto3 JSON mapping, as a walk over protobuf-c descriptors.
 *
 * JSON becomes wire bytes directly, not by way of structs, so that nothing (a NUL in a string, say) is lost before the
 * rules see it.  Names: both the proto name and lowerCamelCase are read; the proto name is written.  Enums: names are
 * written, names and numbers read, and for people also the lower-case name without prefix ("training_in_japan").
 * int64: written as a string, read as string or number.  bytes: base64.  Timestamp and Duration: their string forms.
 * Maps: objects, read in the order of their keys.  google.protobuf.Any: {"@type": url, "value": base64 of the message}.
 * Presence: a field "optional" in the .proto (a oneof named _x here) is written when present, others when not default.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <protobuf-c/protobuf-c.h>

/* rk_json_to_wire reads one JSON object as a message of this type and appends its wire form, fields in the order of
 * their numbers, so that the same object gives the same bytes whatever the order of its members.
 *
 * Errors, RK_INVALID_ARGUMENT: BAD_JSON that does not parse (line, column), BAD_JSON_VALUE (path and what was expected),
 * UNKNOWN_FIELD (path and, when one is near, the name that was probably meant), DUPLICATE_FIELD.
 */
RK_MUST_USE enum rk_status rk_json_to_wire(const ProtobufCMessageDescriptor *type,
	struct rk_slice json, struct rk_buf *out, struct rk_err *err);

enum rk_json_style {
	RK_JSON_COMPACT, /* one line, no blanks */
	RK_JSON_PRETTY,  /* two blanks a level */
};

/* rk_json_from_message appends the JSON of a message; members in the order of the field numbers; no line end.
 * RK_INVALID_ARGUMENT for text that is not UTF-8, RK_OUT_OF_RANGE for a Timestamp or Duration outside its range. */
RK_MUST_USE enum rk_status rk_json_from_message(
	const ProtobufCMessage *message, enum rk_json_style style, struct rk_buf *out);
