#include "labels.h"

#include "command.h"
#include "form/words.h"

#include <stdlib.h>
#include <string.h>

const char *rk_label_field(struct rk_run *run, const char *field)
{
	char label[RK_LABEL_TEXT];

	return rk_run_str(run, rk_label_field_in(run->language, field, label));
}

const char *rk_label_path(struct rk_run *run, const char *path)
{
	char *text = rk_run_str(run, path), *rest = text, *part;
	const char *out = NULL;

	if (run->language == RK_EN)
		return NULL;
	while ((part = strsep(&rest, "."))) {
		char *bracket = strchr(part, '[');
		const char *number = "";

		if (bracket) {
			*bracket = '\0';
			number = rk_run_printf(run, "%ld", strtol(bracket + 1, NULL, 10) + 1);
		}
		if (!rk_label_is_there(part))
			return NULL;
		out = rk_run_printf(run, "%s%s%s%s", out ? out : "", out ? " > " : "",
			rk_label_field(run, part), number);
	}
	return out;
}

const char *rk_enum_name(struct rk_run *run, const ProtobufCEnumDescriptor *type, int value)
{
	char name[RK_LABEL_TEXT];

	return rk_run_str(run, rk_enum_name_in(type, value, name));
}

const char *rk_label_enum(struct rk_run *run, const ProtobufCEnumDescriptor *type, int value)
{
	char label[RK_LABEL_TEXT];

	return rk_run_str(run, rk_label_enum_in(run->language, type, value, label));
}

struct names {
	struct rk_run *run;
	const ProtobufCEnumDescriptor *type;
};

static const char *name_at(const void *arg, size_t i)
{
	const struct names *names = arg;

	return i < names->type->n_values
		? rk_enum_name(names->run, names->type, names->type->values[i].value)
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
				strcasecmp(rk_enum_name(run, type, value->value), name) == 0))
			return value->value;
	}
	if (near)
		*near = rk_nearest(name, name_at, &names);
	return -1;
}
