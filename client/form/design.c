#include "form/design.h"

#include "form/words.h"
#include "words/code.h"

#include "renkei/v1/report.pb-c.h"

#include <string.h>

static const char *shown(struct rk_arena *arena, const char *code, const char *name)
{
	return rk_arena_printf(arena, "%s%s%s", code, name && *name ? " " : "", name ? name : "");
}

static bool fill_names(struct rk_arena *arena, const struct rk_form_name *names, size_t count,
	struct rk_form_list *list)
{
	list->values = rk_arena_alloc(arena, (count + 1) * sizeof *list->values);
	if (!list->values)
		return false;
	for (; list->count < count; list->count++) {
		list->values[list->count] = shown(
			arena, names[list->count].code, names[list->count].name);
		if (!list->values[list->count])
			return false;
	}
	return true;
}

static bool fill_enum(struct rk_arena *arena, enum rk_language language, struct rk_form_list *list)
{
	char label[RK_LABEL_TEXT];

	list->values = rk_arena_alloc(arena, (list->type->n_values + 1) * sizeof *list->values);
	if (!list->values)
		return false;
	for (unsigned i = 0; i < list->type->n_values; i++) {
		if (list->type->values[i].value == 0)
			continue;
		list->values[list->count] = rk_arena_str(arena,
			rk_label_enum_in(language, list->type, list->type->values[i].value, label));
		if (!list->values[list->count++])
			return false;
	}
	return true;
}

static bool fill_fixed(struct rk_arena *arena, enum rk_language language, struct rk_form_list *list)
{
	const char *name = NULL;
	size_t count = 0;

	while (rk_sheet_code(list->codes, language, count, &name))
		count++;
	list->values = rk_arena_alloc(arena, (count + 1) * sizeof *list->values);
	if (!list->values)
		return false;
	for (; list->count < count; list->count++) {
		const char *code = rk_sheet_code(list->codes, language, list->count, &name);

		list->values[list->count] = shown(arena, code, name);
		if (!list->values[list->count])
			return false;
	}
	return true;
}

/* A bool is answered with two of the three words of Answer. */
static bool fill_yes_no(
	struct rk_arena *arena, enum rk_language language, struct rk_form_list *list)
{
	list->type = &renkei__v1__answer__descriptor;
	if (!fill_enum(arena, language, list))
		return false;
	list->count = 2;
	return true;
}

static bool fill_list(struct rk_arena *arena, const struct rk_form_design *design,
	struct rk_form_list *list, bool yes_no)
{
	if (yes_no)
		return fill_yes_no(arena, design->language, list);
	switch (list->codes) {
	case RK_CODES_LG:
		return fill_names(arena, design->names.lg, design->names.lg_count, list);
	case RK_CODES_GB:
		return fill_names(arena, design->names.gb, design->names.gb_count, list);
	case RK_CODES_ENUM:
		return fill_enum(arena, design->language, list);
	default:
		return fill_fixed(arena, design->language, list);
	}
}

/* The list of a column, shared with the others that have the same; false without memory. */
static bool find_list(
	struct rk_arena *arena, struct rk_form_design *design, struct rk_form_column *column)
{
	bool yes_no = column->column->cell == RK_CELL_YES_NO;
	const struct rk_form_list wanted = {.codes = column->column->codes,
		.type = yes_no                                   ? &renkei__v1__answer__descriptor
			: column->column->codes == RK_CODES_ENUM ? column->field.field->descriptor
								 : NULL};

	if (!yes_no && wanted.codes == RK_CODES_NONE)
		return true;
	for (size_t i = 0; i < design->list_count; i++) {
		column->list = &design->lists[i];
		if (column->list->codes == wanted.codes && column->list->type == wanted.type)
			return true;
	}
	/* The test of the sheets counts them. */
	if (design->list_count == RK_FORM_LISTS_MAX)
		return false;
	struct rk_form_list *list = &design->lists[design->list_count++];

	*list = wanted;
	list->title = column->label;
	column->list = list;
	return fill_list(arena, design, list, yes_no);
}

static bool fill_column(struct rk_arena *arena, struct rk_form_design *design,
	const struct rk_sheet *sheet, struct rk_form_column *column)
{
	char label[RK_LABEL_TEXT], explanation[RK_SHEET_EXPLANATION];

	column->label = rk_arena_str(
		arena, rk_sheet_label(design->language, column->column, label, sizeof label));
	column->explanation = rk_arena_str(arena,
		rk_sheet_explain(
			design->language, sheet, column->column, explanation, sizeof explanation));
	column->required = rk_sheet_is_required(sheet, column->column);
	column->found = rk_sheet_find(sheet, column->column, &column->field);
	return column->label && column->explanation && find_list(arena, design, column);
}

static bool fill_sheet(struct rk_arena *arena, struct rk_form_design *design,
	struct rk_form_sheet *form, const struct rk_sheet *sheet)
{
	char title[RK_LABEL_TEXT];

	form->sheet = sheet;
	form->title = rk_arena_str(
		arena, rk_sheet_title(design->language, sheet, title, sizeof title));
	form->columns = rk_arena_alloc(arena, sheet->column_count * sizeof *form->columns);
	if (!form->title || !form->columns)
		return false;
	for (size_t i = 0; i < sheet->column_count; i++) {
		form->columns[i].column = &sheet->columns[i];
		if (!fill_column(arena, design, sheet, &form->columns[i]))
			return false;
	}
	return true;
}

struct rk_form_design *rk_form_design(
	struct rk_arena *arena, enum rk_language language, const struct rk_form_names *names)
{
	struct rk_form_design *design = rk_arena_alloc(arena, sizeof *design);
	char title[RK_LABEL_TEXT];

	if (!design)
		return NULL;
	design->language = language;
	design->names = *names;
	design->lists_title = rk_arena_str(arena, rk_label_field_in(language, "lists", title));
	design->sheets = rk_arena_alloc(arena, rk_sheet_count * sizeof *design->sheets);
	if (!design->sheets || !design->lists_title)
		return NULL;
	for (size_t i = 0; i < rk_sheet_count; i++) {
		if (!fill_sheet(arena, design, &design->sheets[i], &rk_sheets[i]))
			return NULL;
	}
	return design;
}

static const struct rk_form_name *known(struct rk_arena *arena, enum rk_language language,
	const struct rk_code_name *names, size_t count)
{
	struct rk_form_name *out = rk_arena_alloc(arena, count * sizeof *out);

	for (size_t i = 0; out && i < count; i++)
		out[i] = (struct rk_form_name){names[i].code,
			language == RK_JA           ? names[i].ja
				: language == RK_ZH ? names[i].zh
						    : names[i].en};
	return out;
}

const struct rk_form_names *rk_form_names_known(struct rk_arena *arena, enum rk_language language)
{
	struct rk_form_names *names = rk_arena_alloc(arena, sizeof *names);
	const struct rk_code_name *lg, *gb;

	if (!names)
		return NULL;
	lg = rk_lg_names(&names->lg_count);
	gb = rk_gb_names(&names->gb_count);
	names->lg = known(arena, language, lg, names->lg_count);
	names->gb = known(arena, language, gb, names->gb_count);
	return names->lg && names->gb ? names : NULL;
}

/* The name beside a code of the registry's; NULL when it is not there. */
static const char *registered(
	const struct rk_form_names *names, enum rk_codes codes, const char *code)
{
	const struct rk_form_name *at = codes == RK_CODES_LG ? names->lg : names->gb;
	size_t count = codes == RK_CODES_LG ? names->lg_count : names->gb_count;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(at[i].code, code) == 0)
			return at[i].name;
	}
	return NULL;
}

const char *rk_form_code_shown(struct rk_arena *arena, const struct rk_form_design *design,
	enum rk_codes codes, const char *code)
{
	const char *name = NULL, *at;

	if (codes == RK_CODES_LG || codes == RK_CODES_GB)
		return shown(arena, code, registered(&design->names, codes, code));
	for (size_t i = 0; (at = rk_sheet_code(codes, design->language, i, &name)); i++) {
		if (strcmp(at, code) == 0)
			return shown(arena, code, name);
	}
	return rk_arena_str(arena, code);
}
