#include "form/words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct label {
	const char *name;
	const char *ja;
	const char *zh;
};

/* Both sorted by name. */
static const struct label fields[] = {
#include "form/labels_fields.inc"
};
static const struct label values[] = {
#include "form/labels_values.inc"
};

static int compare(const void *name, const void *label)
{
	return strcmp(name, ((const struct label *)label)->name);
}

static const char *look_up(
	enum rk_language language, const char *name, const struct label *table, size_t count)
{
	const struct label *label = bsearch(name, table, count, sizeof *table, compare);

	if (!label || language == RK_EN)
		return NULL;
	return language == RK_JA ? label->ja : label->zh;
}

static const char *with_blanks(char out[RK_LABEL_TEXT])
{
	for (char *at = out; *at; at++)
		if (*at == '_')
			*at = ' ';
	return out;
}

const char *rk_label_field_in(enum rk_language language, const char *field, char out[RK_LABEL_TEXT])
{
	const char *label = look_up(language, field, fields, sizeof fields / sizeof fields[0]);

	snprintf(out, RK_LABEL_TEXT, "%s", label ? label : field);
	return label ? out : with_blanks(out);
}

bool rk_label_is_there(const char *field)
{
	return look_up(RK_JA, field, fields, sizeof fields / sizeof fields[0]) != NULL;
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
	const char *label = found
		? look_up(language, found->name, values, sizeof values / sizeof values[0])
		: NULL;

	if (label) {
		snprintf(out, RK_LABEL_TEXT, "%s", label);
		return out;
	}
	rk_enum_name_in(type, value, out);
	return with_blanks(out);
}
