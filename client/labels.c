#include "labels.h"

#include "command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct label {
	const char *name;
	const char *ja;
	const char *zh;
};

/* Both sorted by name. */
static const struct label fields[] = {
#include "labels_fields.inc"
};
static const struct label values[] = {
#include "labels_values.inc"
};

static int compare(const void *name, const void *label)
{
	return strcmp(name, ((const struct label *)label)->name);
}

static const char *look_up(
	const struct rk_run *run, const char *name, const struct label *table, size_t count)
{
	const struct label *label = bsearch(name, table, count, sizeof *table, compare);

	if (!label || run->language == RK_EN)
		return NULL;
	return run->language == RK_JA ? label->ja : label->zh;
}

static const char *with_blanks(struct rk_run *run, const char *name)
{
	char *text = rk_run_str(run, name);

	for (char *at = text; *at; at++)
		if (*at == '_')
			*at = ' ';
	return text;
}

const char *rk_label_field(struct rk_run *run, const char *field)
{
	const char *label = look_up(run, field, fields, sizeof fields / sizeof fields[0]);

	return label ? label : with_blanks(run, field);
}

const char *rk_label_path(struct rk_run *run, const char *path)
{
	char *text = rk_run_str(run, path), *rest = text, *part;
	const char *out = NULL;

	if (run->language == RK_EN)
		return NULL;
	while ((part = strsep(&rest, "."))) {
		char *bracket = strchr(part, '[');
		const char *label, *number = "";

		if (bracket) {
			*bracket = '\0';
			number = rk_run_printf(run, "%ld", strtol(bracket + 1, NULL, 10) + 1);
		}
		label = look_up(run, part, fields, sizeof fields / sizeof fields[0]);
		if (!label)
			return NULL;
		out = rk_run_printf(
			run, "%s%s%s%s", out ? out : "", out ? " > " : "", label, number);
	}
	return out;
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

static const char *short_name(
	struct rk_run *run, const ProtobufCEnumDescriptor *type, const char *name)
{
	char *text = rk_run_str(run, name + prefix_length(type));

	for (char *at = text; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return text;
}

const char *rk_enum_name(struct rk_run *run, const ProtobufCEnumDescriptor *type, int value)
{
	const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);

	if (!found)
		return rk_run_printf(run, "%d", value);
	return value == 0 ? "" : short_name(run, type, found->name);
}

const char *rk_label_enum(struct rk_run *run, const ProtobufCEnumDescriptor *type, int value)
{
	const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);
	const char *label = found
		? look_up(run, found->name, values, sizeof values / sizeof values[0])
		: NULL;

	return label ? label : with_blanks(run, rk_enum_name(run, type, value));
}

struct names {
	struct rk_run *run;
	const ProtobufCEnumDescriptor *type;
};

static const char *name_at(const void *arg, size_t i)
{
	const struct names *names = arg;

	return i < names->type->n_values
		? short_name(names->run, names->type, names->type->values[i].name)
		: NULL;
}

int rk_enum_value(struct rk_run *run, const ProtobufCEnumDescriptor *type, const char *name,
	const char **near)
{
	const struct names names = {run, type};

	for (unsigned i = 0; i < type->n_values; i++) {
		const ProtobufCEnumValue *value = &type->values[i];

		if (value->value != 0 &&
			(strcasecmp(value->name, name) == 0 ||
				strcasecmp(short_name(run, type, value->name), name) == 0))
			return value->value;
	}
	if (near)
		*near = rk_nearest(name, name_at, &names);
	return -1;
}
