#include "form/xlsx_properties.h"

#include "form/words.h"

#include <stdio.h>

/* The day every form is of: 2000-01-01. */
#define CREATED 946684800

/* Whether a sheet was written with more than is given in every form. */
static bool is_filled(const struct rk_filled_sheet *sheet)
{
	for (size_t row = 0; row < sheet->count; row++)
		for (size_t n = 0; n < sheet->form->sheet->column_count; n++)
			if (sheet->rows[row].cells[n].kind != RK_FILLED_NOTHING &&
				!(sheet->form->columns[n].column->flags & RK_GIVEN) &&
				sheet->form->columns[n].column->key[0] != '@')
				return true;
	return false;
}

/* So that a sheet that is taken out is missed. */
static lxw_error add_sheet(lxw_workbook *book, const struct rk_filled_sheet *sheet)
{
	char name[RK_LABEL_TEXT];

	snprintf(name, sizeof name, RK_FORM_PROPERTY_SHEET "%s", sheet->form->sheet->name);
	return workbook_set_custom_property_string(
		book, name, is_filled(sheet) ? RK_FORM_SHEET_FILLED : RK_FORM_SHEET_BLANK);
}

lxw_error rk_xlsx_properties(
	lxw_workbook *book, enum rk_language language, const struct rk_filled_sheet *sheets)
{
	char title[RK_LABEL_TEXT + 32];
	lxw_doc_properties properties = {.title = title, .created = CREATED};
	lxw_error error;

	snprintf(title, sizeof title, "%s", rk_form_text(language, "title"));
	error = workbook_set_properties(book, &properties);
	if (error == LXW_NO_ERROR)
		error = workbook_set_custom_property_string(book, RK_FORM_PROPERTY, RK_FORM_NAME);
	if (error == LXW_NO_ERROR)
		error = workbook_set_custom_property_integer(
			book, RK_FORM_PROPERTY_VERSION, RK_FORM_VERSION);
	for (size_t i = 0; error == LXW_NO_ERROR && i < rk_sheet_count; i++)
		error = add_sheet(book, &sheets[i]);
	return error;
}
