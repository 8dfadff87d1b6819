#include "form/xlsx_made.h"

#include "base/xlsx_text.h"
#include "form/xlsx_write.h"

struct made {
	lxw_worksheet *tab;
	const struct rk_styles *styles;
	unsigned row;
	lxw_error error; /* the first one */
};

static void note(struct made *made, lxw_error error)
{
	if (made->error == LXW_NO_ERROR)
		made->error = error;
}

static void put(struct made *made, enum rk_made_column column, const char *text)
{
	RK_AUTO(rk_buf_clear) struct rk_buf room = {0};
	const char *written = rk_xlsx_text(&room, rk_slice_str(text));

	note(made,
		written ? worksheet_write_string(made->tab, made->row, (lxw_col_t)column, written,
				  made->styles->cells[RK_STYLE_TEXT][RK_STYLE_LOCKED])
			: LXW_ERROR_MEMORY_MALLOC_FAILED);
}

/* As it stands in the form, so that both are read alike. */
static void put_value(
	struct made *made, const struct rk_form_column *column, const struct rk_filled *cell)
{
	enum rk_style_kind kind = rk_style_kind(column->column->cell);

	if (cell->kind == RK_FILLED_TEXT)
		put(made, RK_MADE_VALUE, cell->text);
	else
		note(made,
			worksheet_write_number(made->tab, made->row, RK_MADE_VALUE, cell->number,
				made->styles->cells[kind][RK_STYLE_LOCKED]));
}

static void begin_row(struct made *made, const char *kind, const struct rk_filled_sheet *sheet,
	const char *key, uint32_t row)
{
	made->row++;
	put(made, RK_MADE_KIND, kind);
	put(made, RK_MADE_SHEET, sheet->form->sheet->name);
	put(made, RK_MADE_KEY, key);
	note(made, worksheet_write_number(made->tab, made->row, RK_MADE_ROW, row, NULL));
}

static void add_cell(
	struct made *made, const struct rk_filled_sheet *sheet, size_t row, size_t column)
{
	const struct rk_form_column *of = &sheet->form->columns[column];
	const struct rk_filled *cell = &sheet->rows[row].cells[column];
	uint32_t at = rk_xlsx_address(sheet->form->sheet, row, column).row;

	/* The writer's own words are no data. */
	if (of->column->key[0] == '@')
		return;
	if (cell->open) {
		begin_row(made, "open", sheet, of->column->key, at);
	} else if (cell->kind != RK_FILLED_NOTHING) {
		begin_row(made, "locked", sheet, of->column->key, at);
		put_value(made, of, cell);
	}
}

bool rk_xlsx_is_made(const struct rk_filled_sheet *sheets)
{
	return sheets[0].closed;
}

lxw_error rk_xlsx_made(
	lxw_worksheet *tab, const struct rk_filled_sheet *sheets, const struct rk_styles *styles)
{
	struct made made = {.tab = tab, .styles = styles};

	put(&made, RK_MADE_KIND,
		sheets[0].reopened ? RK_FORM_MADE_REOPENED : RK_FORM_MADE_RETURNED);
	for (size_t i = 0; i < rk_sheet_count; i++) {
		const struct rk_filled_sheet *sheet = &sheets[i];

		for (size_t row = 0; row < sheet->count; row++)
			for (size_t n = 0; n < sheet->form->sheet->column_count; n++)
				add_cell(&made, sheet, row, n);
		if (sheet->open_below)
			begin_row(&made, "below", sheet, "",
				rk_xlsx_address(sheet->form->sheet, sheet->count, 0).row);
	}
	worksheet_hide(tab);
	worksheet_protect(tab, NULL, NULL);
	return made.error;
}
