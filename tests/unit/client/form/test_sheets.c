/* client/form/sheets.c: the form lets an officer report all that a report can hold, and says it in every language. */
#include "check.h"
#include "form/sheets.h"
#include "form/words.h"

#include "renkei/v1/report.pb-c.h"

#include <stdio.h>
#include <string.h>

#define EACH_COLUMN(sheet, column)                                                         \
	for (const struct rk_sheet *sheet = rk_sheets; sheet < rk_sheets + rk_sheet_count; \
		sheet++)                                                                   \
		for (const struct rk_sheet_column *column = sheet->columns;                \
			column < sheet->columns + sheet->column_count; column++)

static void every_key_is_a_field_of_its_record(void **unused)
{
	struct rk_sheet_field field;

	(void)unused;
	EACH_COLUMN(sheet, column)
	{
		if (column->key[0] == '@' || column->cell == RK_CELL_PARENT)
			continue;
		if (rk_sheet_find(sheet, column, &field))
			continue;
		fail_msg("%s.%s", sheet->name, column->key);
	}
}

static bool fits(const struct rk_sheet_column *column, const struct rk_sheet_field *field)
{
	bool list = field->field->label == PROTOBUF_C_LABEL_REPEATED ||
		(field->list && !field->side && !rk_sheet_is_shared(column));

	switch (field->limit->kind) {
	case RK_KIND_FLAG:
		return column->cell == RK_CELL_YES_NO;
	case RK_KIND_TEXT:
		return list ? column->cell == RK_CELL_TEXTS || column->cell == RK_CELL_NAMES
			    : column->cell == RK_CELL_TEXT ||
				(column->cell == RK_CELL_CODE && column->codes > RK_CODES_GB);
	case RK_KIND_ID:
		return list ? column->cell == RK_CELL_ROWS
			    : column->cell == RK_CELL_ID || column->cell == RK_CELL_ROW ||
				column->cell == RK_CELL_TEXT;
	case RK_KIND_LG_CODE:
		return column->codes == RK_CODES_LG &&
			column->cell == (list ? RK_CELL_CODES : RK_CELL_CODE);
	case RK_KIND_GB_CODE:
		return column->codes == RK_CODES_GB &&
			column->cell == (list ? RK_CELL_CODES : RK_CELL_CODE);
	case RK_KIND_ENUM:
		return column->codes == RK_CODES_ENUM &&
			column->cell == (list ? RK_CELL_CODES : RK_CELL_CODE);
	case RK_KIND_NUMBER:
		return !list &&
			(column->cell == RK_CELL_INTEGER || column->cell == RK_CELL_DECIMAL ||
				column->cell == RK_CELL_MONEY || column->cell == RK_CELL_YEAR);
	case RK_KIND_DATE:
		return !list && column->cell == RK_CELL_DATE;
	default:
		return column->cell == RK_CELL_PERIOD;
	}
}

static void every_cell_is_of_the_kind_of_its_field(void **unused)
{
	struct rk_sheet_field field;

	(void)unused;
	EACH_COLUMN(sheet, column)
	{
		if (!rk_sheet_find(sheet, column, &field) || fits(column, &field))
			continue;
		fail_msg("%s.%s", sheet->name, column->key);
	}
}

static bool has_column(const ProtobufCMessageDescriptor *record, const char *path)
{
	struct rk_sheet_field unused;

	EACH_COLUMN(sheet, column)
	{
		if (sheet->record == record && strcmp(column->key, path) == 0 &&
			rk_sheet_find(sheet, column, &unused))
			return true;
	}
	return false;
}

/* A list of records has a sheet wherever it stands. */
static bool has_sheet(const ProtobufCMessageDescriptor *holder, const char *list)
{
	for (size_t i = 0; i < rk_sheet_count; i++) {
		const struct rk_sheet *sheet = &rk_sheets[i], *parent;

		if (!sheet->list || strcmp(sheet->list, list) != 0)
			continue;
		parent = sheet->parent ? rk_sheet_named(sheet->parent) : NULL;
		if ((parent && parent->record == holder) ||
			((!parent || sheet->parent_optional) &&
				holder == &renkei__v1__report__descriptor))
			return true;
	}
	return false;
}

/* What a form writes in its own way. */
static bool is_told_otherwise(const ProtobufCMessageDescriptor *record, const char *path)
{
	static const char *const ways[] = {
		"period.fiscal_year",               /* the period's text */
		"period.quarter", "upper.currency", /* that of the amount */
	};

	(void)record;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		if (strcmp(ways[i], path) == 0)
			return true;
	}
	return false;
}

static void check_fields(const ProtobufCMessageDescriptor *record,
	const ProtobufCMessageDescriptor *message, const char *above)
{
	for (unsigned i = 0; i < message->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->fields[i];
		bool list = field->label == PROTOBUF_C_LABEL_REPEATED;
		char path[RK_LABEL_TEXT], below[RK_LABEL_TEXT + 1];

		snprintf(path, sizeof path, "%s%s", above, field->name);
		if (has_column(record, path) || is_told_otherwise(record, path))
			if (strcmp(path, "period") != 0)
				continue;
		if (field->type != PROTOBUF_C_TYPE_MESSAGE)
			fail_msg("%s: %s has no column", record->name, path);
		if (list && !has_sheet(record, field->name))
			fail_msg("%s: %s has no sheet", record->name, path);
		snprintf(below, sizeof below, "%s.", path);
		check_fields(
			list ? field->descriptor : record, field->descriptor, list ? "" : below);
	}
}

static void everything_that_can_be_reported_has_its_cell(void **unused)
{
	(void)unused;
	check_fields(&renkei__v1__report__descriptor, &renkei__v1__report__descriptor, "");
}

static void labels_and_explanations_are_there_in_three_languages_and_tell_columns_apart(
	void **unused)
{
	char label[RK_LABEL_TEXT], english[RK_LABEL_TEXT], explanation[RK_SHEET_EXPLANATION];

	(void)unused;
	EACH_COLUMN(sheet, column)
	{
		rk_sheet_label(RK_EN, column, english, sizeof english);
		for (int language = 0; language < RK_LANGUAGES; language++) {
			rk_sheet_label((enum rk_language)language, column, label, sizeof label);
			if (language != RK_EN && strcmp(label, english) == 0 &&
				strcmp(label, "url") != 0)
				fail_msg("%s.%s: %s", sheet->name, column->key, label);
			if (rk_sheet_column_called(sheet, label) != column)
				fail_msg("%s.%s: %s is another's too", sheet->name, column->key,
					label);
			assert_true(rk_sheet_explain((enum rk_language)language, sheet, column,
				explanation, sizeof explanation)[0]);
			assert_null(strchr(explanation, '{'));
			assert_true(strlen(explanation) + 1 < sizeof explanation);
			assert_true(rk_sheet_is_head(sheet, column, label));
			assert_true(rk_sheet_is_head(sheet, column, explanation));
		}
		assert_true(rk_sheet_is_head(sheet, column, column->key));
		assert_false(rk_sheet_is_head(sheet, column, "2016"));
	}
}

static void sheets_are_known_by_name_and_title_and_their_titles_fit_a_tab(void **unused)
{
	char title[RK_LABEL_TEXT];

	(void)unused;
	for (size_t i = 0; i < rk_sheet_count; i++) {
		assert_ptr_equal(rk_sheet_called(rk_sheets[i].name), &rk_sheets[i]);
		for (int language = 0; language < RK_LANGUAGES; language++) {
			rk_sheet_title(
				(enum rk_language)language, &rk_sheets[i], title, sizeof title);
			assert_ptr_equal(rk_sheet_called(title), &rk_sheets[i]);
			assert_null(strpbrk(title, "[]:*?/\\'"));
			assert_true(strlen(title) <= 31);
		}
		if (rk_sheets[i].parent)
			assert_true(rk_sheet_named(rk_sheets[i].parent) < &rk_sheets[i]);
	}
	assert_null(rk_sheet_called("Sheet1"));
}

static void the_common_columns_stand_first_and_fit_a_small_screen(void **unused)
{
	(void)unused;
	for (const struct rk_sheet *sheet = rk_sheets + 1; sheet < rk_sheets + rk_sheet_count;
		sheet++) {
		bool common = true;
		int width = 0;

		for (size_t i = 0; i < sheet->column_count; i++) {
			bool here = (sheet->columns[i].flags & RK_COMMON) != 0;

			assert_true(common || !here);
			common = here;
			width += here ? sheet->columns[i].width : 0;
		}
		/* 1366 pixels, 7 a character and 5 a column beside it. */
		if (width > 180)
			fail_msg("%s: %d", sheet->name, width);
	}
}

static void check_choices(const ProtobufCEnumDescriptor *type)
{
	char label[RK_LABEL_TEXT];

	for (unsigned i = 0; i < type->n_values; i++) {
		int value = type->values[i].value;

		if (value == 0)
			continue;
		assert_int_equal(rk_sheet_enum_called(type, type->values[i].name), value);
		for (int language = 0; language < RK_LANGUAGES; language++) {
			rk_label_enum_in((enum rk_language)language, type, value, label);
			if (rk_sheet_enum_called(type, label) != value)
				fail_msg("%s: %s is another's too", type->name, label);
			assert_null(strpbrk(label, ",;\n\""));
			assert_null(strstr(label, "、"));
		}
	}
}

static void a_label_means_one_value_and_has_no_separator(void **unused)
{
	struct rk_sheet_field field;

	(void)unused;
	EACH_COLUMN(sheet, column)
	{
		if (rk_sheet_find(sheet, column, &field) && field.limit->kind == RK_KIND_ENUM)
			check_choices(field.field->descriptor);
	}
	assert_int_equal(rk_sheet_yes_no("はい"), 1);
	assert_int_equal(rk_sheet_yes_no("No"), 0);
	assert_int_equal(rk_sheet_yes_no("不明"), -1);
}

static void required_is_what_the_rules_require(void **unused)
{
	static const struct {
		const char *sheet, *key;
		bool required;
	} cases[] = {
		{"activities",   "title",           true },
		{"activities",   "place.city",      false},
		{"activities",   "themes",          false},
		{"participants", "activity_id",     true },
		{"participants", "side",            true },
		{"cost_lines",   "activity_id",     false},
		{"cost_lines",   "amount.currency", false},
		{"cover",        "period",          true },
		{"cover",        "period.variant",  true },
		{"cover",        "change_reason",   false},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct rk_sheet *sheet = rk_sheet_named(cases[i].sheet);
		const struct rk_sheet_column *column = rk_sheet_column_with(sheet, cases[i].key);

		if (rk_sheet_is_required(sheet, column) != cases[i].required)
			fail_msg("%s.%s", cases[i].sheet, cases[i].key);
	}
}

static void a_fixed_list_ends(void **unused)
{
	const char *name;

	(void)unused;
	assert_string_equal(rk_sheet_code(RK_CODES_CURRENCY, RK_JA, 1, &name), "CNY");
	assert_string_equal(name, "元");
	assert_null(rk_sheet_code(RK_CODES_CURRENCY, RK_JA, 2, &name));
	assert_null(rk_sheet_code(RK_CODES_UNIT, RK_JA, 99, &name));
	assert_null(rk_sheet_code(RK_CODES_ENUM, RK_JA, 0, &name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_a_field_of_its_record),
		cmocka_unit_test(every_cell_is_of_the_kind_of_its_field),
		cmocka_unit_test(everything_that_can_be_reported_has_its_cell),
		cmocka_unit_test(
			labels_and_explanations_are_there_in_three_languages_and_tell_columns_apart),
		cmocka_unit_test(sheets_are_known_by_name_and_title_and_their_titles_fit_a_tab),
		cmocka_unit_test(the_common_columns_stand_first_and_fit_a_small_screen),
		cmocka_unit_test(a_label_means_one_value_and_has_no_separator),
		cmocka_unit_test(required_is_what_the_rules_require),
		cmocka_unit_test(a_fixed_list_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
