/* json_text.h - names, numbers and durations as the proto3 JSON mapping spells them; for json_read.c and json_write.c. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <protobuf-c/protobuf-c.h>

/* What a message of a well-known type is in JSON. */
enum rk_json_kind { RK_JSON_PLAIN, RK_JSON_TIMESTAMP, RK_JSON_DURATION, RK_JSON_ANY };
enum rk_json_kind rk_json_kind(const ProtobufCMessageDescriptor *type);
/* True for a field "map<k, v>": protoc makes a repeated nested message XEntry {key = 1; value = 2;} of it. */
bool rk_json_is_map(const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field);

/* The field with this proto name or lowerCamelCase name, or NULL. */
const ProtobufCFieldDescriptor *rk_json_field(
	const ProtobufCMessageDescriptor *type, const char *name);
/* True when name is the lowerCamelCase form of a proto name. */
bool rk_json_is_camel_of(const char *name, const char *proto_name);
/* The value with this name or short form: lower case, without the prefix that all names share; or NULL. */
const ProtobufCEnumValue *rk_json_enum(const ProtobufCEnumDescriptor *type, struct rk_slice name);
/* Length of the prefix that all names share, its last '_' included; 0 when none. */
size_t rk_json_enum_prefix(const ProtobufCEnumDescriptor *type);

/* Appends the short forms, "regular, forecast", without the one of 0, which says that nothing was chosen. */
RK_MUST_USE enum rk_status rk_json_add_choices(
	struct rk_buf *out, const ProtobufCEnumDescriptor *type);

/* The name that was probably meant, or NULL when none is near enough. */
const char *rk_json_near_field(const ProtobufCMessageDescriptor *type, const char *name);
/* The same for an enum value, in the form (long or short) that name comes nearer to; into out. */
bool rk_json_near_enum(const ProtobufCEnumDescriptor *type, struct rk_slice name, char out[64]);

/* "1.5", and in quotes "NaN", "Infinity", "-Infinity". */
RK_MUST_USE enum rk_status rk_json_add_double(struct rk_buf *out, double value);
RK_MUST_USE enum rk_status rk_json_add_float(struct rk_buf *out, float value);
/* The whole text as a number or one of the three names. */
RK_MUST_USE bool rk_json_parse_double(struct rk_slice text, double *value);
/* "1.5s", at most 315,576,000,000 seconds either way.  RK_OUT_OF_RANGE when the two signs differ or a part is too large. */
RK_MUST_USE enum rk_status rk_json_add_duration(struct rk_buf *out, int64_t seconds, int32_t nanos);
RK_MUST_USE bool rk_json_parse_duration(struct rk_slice text, int64_t *seconds, int32_t *nanos);
