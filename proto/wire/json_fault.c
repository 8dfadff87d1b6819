/* What a JSON text says wrongly: one English sentence for programs, a fault with its parts for people. */
#include "base/text.h"
#include "wire/json_number.h"
#include "wire/json_reader.h"
#include "wire/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Who makes so many mistakes has one in a program. */
enum { FAULTS_MOST = 500, CHOICES_SHOWN = 12, FOUND_MOST = 60 };

enum rk_status rk_json_tell(struct rk_json_reader *reader, struct rk_json_fault *fault)
{
	fault->path = reader->path_len ? rk_json_path(reader) : "";
	if (reader->fault_count++ < FAULTS_MOST)
		reader->listener->on_fault(reader->listener->arg, fault);
	return RK_INVALID_ARGUMENT;
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
	if (text && strlen(text) < FOUND_MOST)
		(void)snprintf(out, 64, "%s", text);
	else
		(void)snprintf(out, 64, "a long %s", json_is_string(value) ? "text" : "number");
	free(text);
}

/* The same in no language: the value as it stands there, "{…}", "[…]". */
static void show(const json_t *value, char out[80])
{
	char *text = NULL;
	size_t len;

	if (json_is_object(value) || json_is_array(value)) {
		(void)snprintf(out, 80, "%s", json_is_object(value) ? "{…}" : "[…]");
		return;
	}
	text = json_dumps(value, JSON_ENCODE_ANY);
	len = text ? strlen(text) : 0;
	if (len > FOUND_MOST)
		len = rk_text_utf8_bad(rk_slice_of(text, FOUND_MOST));
	(void)snprintf(out, 80, "%.*s%s", (int)len, text ? text : "", text && text[len] ? "…" : "");
	free(text);
}

/* Full-width ASCII made plain, blanks at both ends and the commas between thousands gone; false when more than ASCII is left. */
static bool plain(const json_t *value, char out[64])
{
	struct rk_slice text = rk_slice_of(json_string_value(value), json_string_length(value));
	size_t at = 0, len = 0;

	while (at < text.len) {
		uint32_t c = rk_text_next(text, &at);

		if (c >= 0xff01 && c <= 0xff5e)
			c -= 0xff01 - '!';
		if (c == 0x3000)
			c = ' ';
		if (c == 0 || c >= 0x7f || len == 63)
			return false;
		if ((c == ' ' && len == 0) || c == ',')
			continue;
		out[len++] = (char)c;
	}
	while (len > 0 && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
	return len > 0;
}

/* What would pass in place of the value; "" when that is not plain. */
static void suggest(const ProtobufCFieldDescriptor *field, const json_t *value, char out[64])
{
	uint64_t bits;
	json_t *again;

	out[0] = '\0';
	if (field->type == PROTOBUF_C_TYPE_STRING && json_is_integer(value))
		(void)snprintf(out, 64, "\"%" JSON_INTEGER_FORMAT "\"", json_integer_value(value));
	if (!json_is_string(value) || field->type == PROTOBUF_C_TYPE_STRING ||
		field->type == PROTOBUF_C_TYPE_BYTES || field->type == PROTOBUF_C_TYPE_MESSAGE)
		return;
	if (!plain(value, out)) {
		out[0] = '\0';
		return;
	}
	if (field->type == PROTOBUF_C_TYPE_BOOL) {
		if (strcmp(out, "true") != 0 && strcmp(out, "false") != 0)
			out[0] = '\0';
		return;
	}
	again = json_string(out);
	if (!again || rk_json_bits(field->type, again, &bits) != NULL)
		out[0] = '\0';
	json_decref(again);
}

static const char *code_of(const ProtobufCFieldDescriptor *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return "JSON_EXPECTS_TEXT";
	case PROTOBUF_C_TYPE_BOOL:
		return "JSON_EXPECTS_FLAG";
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE:
		return "JSON_EXPECTS_NUMBER";
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_MESSAGE:
		return "BAD_JSON_VALUE";
	default:
		return "JSON_EXPECTS_WHOLE";
	}
}

/* A text is its own value; what is neither text nor number has none that people would know again. */
static const char *value_of(const json_t *value, const char *found)
{
	if (json_is_string(value))
		return json_string_value(value);
	return json_is_object(value) || json_is_array(value) ? "" : found;
}

enum rk_status rk_json_bad(
	struct rk_json_reader *reader, const json_t *value, const char *code, const char *expected)
{
	char found[80];

	if (reader->listener) {
		show(value, found);
		return rk_json_tell(reader,
			&(struct rk_json_fault){
				.code = code, .value = value_of(value, found), .found = found});
	}
	describe(value, found);
	return rk_fail_reason(reader->err, RK_INVALID_ARGUMENT, "BAD_JSON_VALUE",
		"%s: %s where %s is expected", rk_json_path(reader), found, expected);
}

enum rk_status rk_json_bad_scalar(struct rk_json_reader *reader,
	const ProtobufCFieldDescriptor *field, const json_t *value, const char *expected)
{
	char found[80], instead[64];

	if (!reader->listener)
		return rk_json_bad(reader, value, NULL, expected);
	show(value, found);
	suggest(field, value, instead);
	return rk_json_tell(reader,
		&(struct rk_json_fault){.code = code_of(field),
			.value = value_of(value, found),
			.found = found,
			.suggestion = instead});
}

enum rk_status rk_json_bad_enum(
	struct rk_json_reader *reader, const ProtobufCEnumDescriptor *type, const json_t *value)
{
	struct rk_slice name = rk_slice_of(json_string_value(value), json_string_length(value));
	RK_AUTO(rk_buf_clear) struct rk_buf choices = {0};
	char found[80], near[64] = "";

	if (!json_is_string(value) || name.len > 63 || !rk_json_near_enum(type, name, near))
		near[0] = '\0';
	if (reader->listener) {
		if (json_is_string(value) && !near[0] &&
			!(plain(value, near) && rk_json_enum(type, rk_slice_str(near))))
			near[0] = '\0';
		/* Many choices are too many, unless there is nothing else to go by. */
		if ((!near[0] || type->n_values <= CHOICES_SHOWN + 1) &&
			rk_json_add_choices(&choices, type) != RK_OK)
			return rk_json_no_memory(reader);
		show(value, found);
		return rk_json_tell(reader,
			&(struct rk_json_fault){.code = "JSON_EXPECTS_CHOICE",
				.value = value_of(value, found),
				.found = found,
				.suggestion = near,
				.choices = choices.len ? rk_buf_cstr(&choices) : ""});
	}
	if (!near[0])
		return rk_json_bad(reader, value, NULL,
			json_is_string(value) ? type->short_name
					      : "the name or number of an enum value");
	return rk_fail_reason(reader->err, RK_INVALID_ARGUMENT, "BAD_JSON_VALUE",
		"%s: \"%s\" is no %s; did you mean \"%s\"?", rk_json_path(reader),
		json_string_value(value), type->short_name, near);
}

enum rk_status rk_json_bad_name(
	struct rk_json_reader *reader, const ProtobufCMessageDescriptor *type, const char *near)
{
	if (reader->listener)
		return rk_json_tell(reader,
			&(struct rk_json_fault){.code = "JSON_UNKNOWN_FIELD", .suggestion = near});
	if (near)
		return rk_fail_reason(reader->err, RK_INVALID_ARGUMENT, "UNKNOWN_FIELD",
			"%s: %s has no such field; did you mean \"%s\"?", rk_json_path(reader),
			type->short_name, near);
	return rk_fail_reason(reader->err, RK_INVALID_ARGUMENT, "UNKNOWN_FIELD",
		"%s: %s has no such field", rk_json_path(reader), type->short_name);
}

enum rk_status rk_json_bad_twice(struct rk_json_reader *reader, const char *other)
{
	if (reader->listener)
		return rk_json_tell(reader, &(struct rk_json_fault){.code = "DUPLICATE_FIELD"});
	if (other)
		return rk_fail_reason(reader->err, RK_INVALID_ARGUMENT, "DUPLICATE_FIELD",
			"%s: cannot stand beside \"%s\"", rk_json_path(reader), other);
	return rk_fail_reason(reader->err, RK_INVALID_ARGUMENT, "DUPLICATE_FIELD",
		"%s: stands twice, under both of its names", rk_json_path(reader));
}

enum rk_status rk_json_bad_text(struct rk_json_reader *reader, const json_error_t *where)
{
	bool twice = json_error_code(where) == json_error_duplicate_key;
	const char *code = twice ? "DUPLICATE_FIELD" : "BAD_JSON",
		   *quote = strstr(where->text, " near '");
	char near[JSON_ERROR_TEXT_LENGTH];

	if (!reader->listener)
		return rk_fail_reason(reader->err, RK_INVALID_ARGUMENT, code,
			"JSON: line %d, column %d: %s", where->line, where->column, where->text);
	(void)snprintf(near, sizeof near, "%s", quote ? quote + 7 : "");
	near[rk_text_utf8_bad(rk_slice_str(near))] = '\0';
	if (near[0] && near[strlen(near) - 1] == '\'')
		near[strlen(near) - 1] = '\0';
	return rk_json_tell(reader,
		&(struct rk_json_fault){.code = code,
			.found = near,
			.line = (size_t)(where->line > 0 ? where->line : 1),
			.column = (size_t)(where->column > 0 ? where->column : 0)});
}
