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

/* The same for JSON that jansson has read already. */
struct json_t;
RK_MUST_USE enum rk_status rk_json_value_to_wire(const ProtobufCMessageDescriptor *type,
	const struct json_t *value, struct rk_buf *out, struct rk_err *err);

/* One mistake of a JSON text.  Its texts last as long as the call; those that are NULL or "" are not known. */
struct rk_json_fault {
	/* Of a sentence of words/say.h: BAD_JSON, BAD_JSON_VALUE, DUPLICATE_FIELD, JSON_UNKNOWN_FIELD, JSON_EXPECTS_TEXT, _WHOLE,
	 * _NUMBER, _FLAG, _LIST, _OBJECT, _CHOICE, or one that on_other gave. */
	const char *code;
	const char *path;       /* "activities[0].title"; "" for the whole */
	const char *value;      /* a text without its quotes, or a number as it stands */
	const char *found;      /* the value as it stands, shortened: "\"１２\"", "{…}" */
	const char *suggestion; /* what would pass: a value, or the name of a field */
	const char *
		choices; /* of an enum with few values, or without suggestion: "regular, forecast" */
	size_t line, column; /* of BAD_JSON, from 1 */
};

struct rk_json_listener {
	void *arg;
	void (*on_fault)(void *arg, const struct rk_json_fault *fault);
	/* May be NULL.  Something other than an object stands where a message belongs, text.at == NULL when it is no text either.
	 * Appends the message's fields to out and returns NULL, or returns the code of the fault. */
	const char *(*on_other)(void *arg, const ProtobufCMessageDescriptor *type,
		struct rk_slice text, struct rk_buf *out);
	/* May be NULL.  The fields of a message that was an object stand in out from begin; they may be replaced. */
	enum rk_status (*on_message)(void *arg, const ProtobufCMessageDescriptor *type,
		const char *path, struct rk_buf *out, size_t begin);
};

/* rk_json_to_wire_all does the same and tells every mistake instead of ending at the first (500 at most): what could not be read
 * is left out, or stands as the empty element of its list, so that indices hold.  A text that is no JSON has one fault and leaves out
 * as it was.
 *
 * Returns RK_OK whatever was told; *out is meant for rules that find more, and to be used only when nothing was told.
 * Errors: RK_RESOURCE_EXHAUSTED  no memory; and what on_message returned
 */
RK_MUST_USE enum rk_status rk_json_to_wire_all(const ProtobufCMessageDescriptor *type,
	struct rk_slice json, struct rk_buf *out, const struct rk_json_listener *listener,
	struct rk_err *err);

enum rk_json_style {
	RK_JSON_COMPACT, /* one line, no blanks */
	RK_JSON_PRETTY,  /* two blanks a level */
};

/* rk_json_from_message appends the JSON of a message; members in the order of the field numbers; no line end.
 * RK_INVALID_ARGUMENT for text that is not UTF-8, RK_OUT_OF_RANGE for a Timestamp or Duration outside its range. */
RK_MUST_USE enum rk_status rk_json_from_message(
	const ProtobufCMessage *message, enum rk_json_style style, struct rk_buf *out);
