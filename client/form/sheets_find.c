/* From the names in a form to the sheets, columns, fields and codes of sheets.h. */
#include "form/sheets.h"
#include "form/words.h"

#include "renkei/v1/report.pb-c.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const struct rk_sheet *rk_sheet_named(const char *name)
{
	for (size_t i = 0; i < rk_sheet_count; i++) {
		if (strcmp(rk_sheets[i].name, name) == 0)
			return &rk_sheets[i];
	}
	return NULL;
}

const struct rk_sheet_column *rk_sheet_column_with(const struct rk_sheet *sheet, const char *key)
{
	for (size_t i = 0; i < sheet->column_count; i++) {
		if (strcmp(sheet->columns[i].key, key) == 0)
			return &sheet->columns[i];
	}
	return NULL;
}

const struct rk_sheet_column *rk_sheet_id(const struct rk_sheet *sheet)
{
	for (size_t i = 0; i < sheet->column_count; i++) {
		if (sheet->columns[i].cell == RK_CELL_ID)
			return &sheet->columns[i];
	}
	return NULL;
}

/* "[]" and "[SIDE_CN]" behind a list's name; text is what stands between. */
static bool read_bracket(struct rk_sheet_field *out, const char *text)
{
	const ProtobufCEnumValue *side = protobuf_c_enum_descriptor_get_value_by_name(
		&renkei__v1__side__descriptor, text);

	out->list = out->field;
	out->side = side ? side->value : 0;
	return out->field->label == PROTOBUF_C_LABEL_REPEATED && (side || *text == '\0');
}

/* One step of a path below type; the type of what stands there in the end. */
static const ProtobufCMessageDescriptor *step(
	const ProtobufCMessageDescriptor *type, char *name, struct rk_sheet_field *out)
{
	char *bracket = strchr(name, '['), *end = strchr(name, ']');
	const struct rk_limits *limits = rk_limits_of(type);

	if (bracket)
		*bracket = '\0';
	out->field = protobuf_c_message_descriptor_get_field_by_name(type, name);
	if (!out->field || !limits)
		return NULL;
	out->limit = &limits->fields[out->field - type->fields];
	if (bracket) {
		if (!end)
			return NULL;
		*end = '\0';
		if (!read_bracket(out, bracket + 1))
			return NULL;
	}
	return out->field->type == PROTOBUF_C_TYPE_MESSAGE ? out->field->descriptor : NULL;
}

bool rk_sheet_find(const struct rk_sheet *sheet, const struct rk_sheet_column *column,
	struct rk_sheet_field *out)
{
	char path[RK_LABEL_TEXT], *rest = path, *name;
	const ProtobufCMessageDescriptor *type = sheet->record;

	*out = (struct rk_sheet_field){0};
	if (column->key[0] == '@' || column->cell == RK_CELL_PARENT)
		return false;
	snprintf(path, sizeof path, "%s", column->key);
	while ((name = strsep(&rest, "."))) {
		if (!type)
			return false;
		if (out->field && !out->list)
			out->outer = out->field;
		type = step(type, name, out);
		if (!out->field || !out->limit)
			return false;
	}
	return column->cell == RK_CELL_PERIOD || column->cell == RK_CELL_DATE || !type;
}

bool rk_sheet_is_shared(const struct rk_sheet_column *column)
{
	return column->cell == RK_CELL_CODE && strstr(column->key, "[].");
}

bool rk_sheet_is_required(const struct rk_sheet *sheet, const struct rk_sheet_column *column)
{
	struct rk_sheet_field field;

	if (column->cell == RK_CELL_PARENT)
		return !sheet->parent_optional;
	/* What stands in a message of its own is required only when there is one. */
	return rk_sheet_find(sheet, column, &field) && field.limit->required && !field.list &&
		(!field.outer || sheet->list == NULL) &&
		field.field->label != PROTOBUF_C_LABEL_REPEATED;
}

static bool is_called(const char *text, const char *name,
	const char *(*label)(enum rk_language language, const char *name, char out[RK_LABEL_TEXT]))
{
	char out[RK_LABEL_TEXT];

	for (int language = 0; language < RK_LANGUAGES; language++) {
		if (strcasecmp(label((enum rk_language)language, name, out), text) == 0)
			return true;
	}
	return false;
}

const struct rk_sheet *rk_sheet_called(const char *text)
{
	for (size_t i = 0; i < rk_sheet_count; i++) {
		if (strcmp(rk_sheets[i].name, text) == 0 ||
			is_called(text, rk_sheets[i].name, rk_label_field_in))
			return &rk_sheets[i];
	}
	return NULL;
}

static bool is_column_called(const struct rk_sheet_column *column, const char *text)
{
	char label[RK_LABEL_TEXT];

	if (strcmp(column->key, text) == 0)
		return true;
	for (int language = 0; language < RK_LANGUAGES; language++) {
		if (strcasecmp(
			    rk_sheet_label((enum rk_language)language, column, label, sizeof label),
			    text) == 0)
			return true;
	}
	return false;
}

const struct rk_sheet_column *rk_sheet_column_called(const struct rk_sheet *sheet, const char *text)
{
	for (size_t i = 0; i < sheet->column_count; i++) {
		if (is_column_called(&sheet->columns[i], text))
			return &sheet->columns[i];
	}
	return NULL;
}

bool rk_sheet_is_head(
	const struct rk_sheet *sheet, const struct rk_sheet_column *column, const char *text)
{
	if (is_column_called(column, text))
		return true;
	for (int language = 0; language < RK_LANGUAGES; language++)
		if (rk_sheet_explained((enum rk_language)language, sheet, column, text))
			return true;
	return false;
}

int rk_sheet_enum_called(const ProtobufCEnumDescriptor *type, const char *text)
{
	char name[RK_LABEL_TEXT];

	for (unsigned i = 0; i < type->n_values; i++) {
		int value = type->values[i].value;

		if (value == 0)
			continue;
		if (strcasecmp(type->values[i].name, text) == 0 ||
			strcasecmp(rk_enum_name_in(type, value, name), text) == 0)
			return value;
		for (int language = 0; language < RK_LANGUAGES; language++) {
			if (strcasecmp(
				    rk_label_enum_in((enum rk_language)language, type, value, name),
				    text) == 0)
				return value;
		}
	}
	return -1;
}

int rk_sheet_yes_no(const char *text)
{
	int answer = rk_sheet_enum_called(&renkei__v1__answer__descriptor, text);

	if (answer == RENKEI__V1__ANSWER__ANSWER_YES)
		return 1;
	return answer == RENKEI__V1__ANSWER__ANSWER_NO ? 0 : -1;
}

struct code {
	const char *code;
	const char *names[RK_LANGUAGES]; /* by enum rk_language */
};

static const struct code currencies[] = {
	{"JPY", {"円", "yen", "日元"}    },
	{"CNY", {"元", "yuan", "人民币"}},
	{NULL,  {NULL}		      },
};
static const struct code countries[] = {
	{"JP", {"日本", "Japan", "日本"}},
	{"CN", {"中国", "China", "中国"}},
	{NULL, {NULL}		       },
};
static const struct code units[] = {
	{"ug/m3",  {"", "", ""}},
	{"ppb",    {"", "", ""}},
	{"t/year", {"", "", ""}},
	{NULL,     {NULL}      },
};

const char *rk_sheet_code(
	enum rk_codes codes, enum rk_language language, size_t n, const char **name)
{
	const struct code *list = codes == RK_CODES_CURRENCY ? currencies
		: codes == RK_CODES_COUNTRY                  ? countries
		: codes == RK_CODES_UNIT                     ? units
							     : NULL;

	if (!list)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (!list[i].code)
			return NULL;
	}
	*name = list[n].names[language];
	return list[n].code;
}
