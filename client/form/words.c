#include "form/words.h"

#include "words/labels.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *with_blanks(char out[RK_LABEL_TEXT])
{
	for (char *at = out; *at; at++)
		if (*at == '_')
			*at = ' ';
	return out;
}

const char *rk_label_field_in(enum rk_language language, const char *field, char out[RK_LABEL_TEXT])
{
	const char *label = rk_words_field(language, field);

	snprintf(out, RK_LABEL_TEXT, "%s", label ? label : field);
	return label ? out : with_blanks(out);
}

bool rk_label_is_there(const char *field)
{
	return rk_words_field(RK_JA, field) != NULL;
}

/* The prefix of a type's values is the name of its first one without UNSPECIFIED. */
static size_t prefix_length(const ProtobufCEnumDescriptor *type)
{
	static const char zero[] = "UNSPECIFIED";

	for (unsigned i = 0; i < type->n_values; i++) {
		size_t len = strlen(type->values[i].name);

		if (type->values[i].value == 0 && len > sizeof zero &&
			strcmp(type->values[i].name + len - sizeof zero + 1, zero) == 0)
			return len - sizeof zero + 1;
	}
	return 0;
}

const char *rk_enum_name_in(const ProtobufCEnumDescriptor *type, int value, char out[RK_LABEL_TEXT])
{
	const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);

	if (!found) {
		snprintf(out, RK_LABEL_TEXT, "%d", value);
		return out;
	}
	snprintf(out, RK_LABEL_TEXT, "%s", value == 0 ? "" : found->name + prefix_length(type));
	for (char *at = out; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return out;
}

const char *rk_label_enum_in(enum rk_language language, const ProtobufCEnumDescriptor *type,
	int value, char out[RK_LABEL_TEXT])
{
	const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);
	const char *label = found ? rk_words_value(language, found->name) : NULL;

	if (label) {
		snprintf(out, RK_LABEL_TEXT, "%s", label);
		return out;
	}
	rk_enum_name_in(type, value, out);
	return with_blanks(out);
}
