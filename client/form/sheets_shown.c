/* Values of a report, in the words of the form that they were read from. */
#include "form/sheets_state.h"
#include "form/words.h"
#include "words/code.h"

#include "renkei/v1/report.pb-c.h"

#include <string.h>

/* "ACTIVITY_STATUS_HELD" to 実施. */
static const char *choice(struct rk_arena *arena, const ProtobufCEnumDescriptor *type,
	enum rk_language language, const char *name)
{
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value_by_name(type, name);
	char label[RK_LABEL_TEXT];

	return value ? rk_arena_str(arena, rk_label_enum_in(language, type, value->value, label))
		     : NULL;
}

static const char *code(
	struct rk_arena *arena, enum rk_codes codes, enum rk_language language, const char *text)
{
	const struct rk_code_name *name = codes == RK_CODES_LG ? rk_lg_name(rk_slice_str(text))
		: codes == RK_CODES_GB                         ? rk_gb_name(rk_slice_str(text))
							       : NULL;

	return name ? rk_arena_printf(arena, "%s %s", text,
			      language == RK_JA           ? name->ja
				      : language == RK_ZH ? name->zh
							  : name->en)
		    : NULL;
}

static const char *answer(struct rk_arena *arena, enum rk_language language, const char *text)
{
	const char *name = strcmp(text, "true") == 0 ? "ANSWER_YES"
		: strcmp(text, "false") == 0         ? "ANSWER_NO"
						     : text;

	return choice(arena, &renkei__v1__answer__descriptor, language, name);
}

const char *rk_sheets_shown(
	const struct rk_form_report *report, const char *field_path, const char *value)
{
	const struct rk_sheets_map *map = report->map;
	const struct rk_head *head;
	const struct rk_head_column *column = rk_trace_column(&map->trace, field_path, &head);
	struct rk_sheet_field field;
	const char *shown = NULL;

	if (!column || !*value || !rk_sheet_find(head->sheet, column->of, &field))
		return value;
	if (column->of->cell == RK_CELL_YES_NO)
		shown = answer(map->arena, head->language, value);
	else if (column->of->codes == RK_CODES_ENUM)
		shown = choice(map->arena, field.field->descriptor, head->language, value);
	else
		shown = code(map->arena, column->of->codes, head->language, value);
	return shown ? shown : value;
}
