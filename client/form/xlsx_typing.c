#include "form/xlsx_typing.h"

#include "form/xlsx_styles.h"

/* Where a column's choices stand; false when it has none. */
static bool choices_of(const struct rk_form_design *design, const struct rk_xlsx_guided *guided,
	char range[RK_RANGE_TEXT])
{
	const struct rk_form_column *column = guided->column;
	const char *of = column->column->cell == RK_CELL_PARENT ? guided->sheet->parent
								: column->column->of;
	const struct rk_sheet *other = of ? rk_sheet_named(of) : NULL;

	if (column->list) {
		rk_range_text(range, design->lists_title, (unsigned)(column->list - design->lists),
			1, (unsigned)column->list->count);
		return true;
	}
	if (!other)
		return false;
	rk_range_text(range, design->sheets[other - rk_sheets].title,
		(unsigned)(rk_sheet_id(other) - other->columns), guided->list_first,
		guided->list_last);
	return true;
}

/* Only a closed list of single choices may refuse what is typed. */
static bool is_closed(const struct rk_form_column *column)
{
	return column->list && column->column->cell != RK_CELL_CODES &&
		(column->list->codes == RK_CODES_ENUM || column->list->codes == RK_CODES_CURRENCY ||
			column->list->codes == RK_CODES_NONE);
}

static void limit_number(lxw_data_validation *rule, const struct rk_form_column *column)
{
	rule->validate = column->column->cell == RK_CELL_INTEGER ? LXW_VALIDATION_TYPE_INTEGER
								 : LXW_VALIDATION_TYPE_DECIMAL;
	rule->criteria = LXW_VALIDATION_CRITERIA_BETWEEN;
	rule->minimum_number = (double)column->field.limit->min;
	rule->maximum_number = (double)column->field.limit->max;
	rule->error_type = LXW_VALIDATION_ERROR_TYPE_WARNING;
}

static void limit_length(lxw_data_validation *rule, const struct rk_form_column *column)
{
	rule->validate = LXW_VALIDATION_TYPE_LENGTH;
	rule->criteria = LXW_VALIDATION_CRITERIA_LESS_THAN_OR_EQUAL_TO;
	rule->value_number = (double)column->field.limit->max;
	rule->error_type = LXW_VALIDATION_ERROR_TYPE_WARNING;
}

/* Rules with a formula become choices.  libxlsxwriter 1.1.4 copies the formula of a list twice and forgets one of them. */
void rk_xlsx_guided_end(lxw_worksheet *tab)
{
	lxw_data_val_obj *rule;

	STAILQ_FOREACH(rule, tab->data_validations, list_pointers)
	{
		if (rule->validate == LXW_VALIDATION_TYPE_CUSTOM_FORMULA)
			rule->validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
	}
}

lxw_error rk_xlsx_guide(const struct rk_form_design *design, lxw_worksheet *tab,
	const struct rk_xlsx_guided *guided)
{
	const struct rk_form_column *column = guided->column;
	char range[RK_RANGE_TEXT];
	lxw_data_validation rule = {.ignore_blank = LXW_VALIDATION_ON};

	if (choices_of(design, guided, range)) {
		rule.validate = LXW_VALIDATION_TYPE_CUSTOM_FORMULA;
		rule.value_formula = range;
		rule.show_error = is_closed(column) ? LXW_VALIDATION_ON : LXW_VALIDATION_OFF;
	} else if (column->column->cell == RK_CELL_INTEGER ||
		column->column->cell == RK_CELL_DECIMAL) {
		limit_number(&rule, column);
	} else if (column->column->cell == RK_CELL_TEXT && column->field.limit->max) {
		limit_length(&rule, column);
	} else {
		return LXW_NO_ERROR;
	}
	return worksheet_data_validation_range(tab, guided->first, (lxw_col_t)guided->at,
		guided->last, (lxw_col_t)guided->at, &rule);
}
