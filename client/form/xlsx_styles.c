#include "form/xlsx_styles.h"

#include "form/words.h"
#include "form/xlsx_fit.h"

#include <stdio.h>

#define YELLOW     0xFFFF99
#define GIVEN      0xFFFFE0
#define GREY       0xEDEDED
#define GREY_TEXT  0x595959
#define HEAD       0xDCE6F1
#define HEAD_MUST  0xF8CBAD
#define EDGE       0xA6A6A6
#define SMALL_TEXT 8

static const char *number_format(enum rk_style_kind kind, enum rk_language language)
{
	static const char *const dates[RK_LANGUAGES] = {
		[RK_JA] = "[$-411]ggge\"年\"m\"月\"d\"日\"",
		[RK_EN] = "yyyy\\-mm\\-dd",
		[RK_ZH] = "yyyy\"年\"m\"月\"d\"日\"",
	};

	switch (kind) {
	case RK_STYLE_DATE:
		return dates[language];
	case RK_STYLE_INTEGER:
		return "#,##0";
	case RK_STYLE_NUMBER:
		return "General";
	default:
		/* What is typed stays what was typed: 2016-11 is no day, 0123 no 123. */
		return "@";
	}
}

static void dress(lxw_format *format, enum rk_style_state state)
{
	static const lxw_color_t fills[] = {
		[RK_STYLE_YELLOW] = YELLOW,
		[RK_STYLE_GIVEN] = GIVEN,
		[RK_STYLE_CARRIED] = GREY,
		[RK_STYLE_LOCKED] = GREY,
	};

	if (state != RK_STYLE_LOCKED)
		format_set_unlocked(format);
	format_set_text_wrap(format);
	format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
	if (state == RK_STYLE_BEYOND)
		return;
	format_set_border(format, LXW_BORDER_THIN);
	format_set_border_color(format, EDGE);
	format_set_bg_color(format, fills[state]);
	if (state != RK_STYLE_YELLOW)
		format_set_font_color(format, GREY_TEXT);
	if (state == RK_STYLE_CARRIED)
		format_set_italic(format);
}

static lxw_format *head(lxw_workbook *book, lxw_color_t fill)
{
	lxw_format *format = workbook_add_format(book);

	if (!format)
		return NULL;
	format_set_text_wrap(format);
	format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
	format_set_border(format, LXW_BORDER_THIN);
	format_set_border_color(format, EDGE);
	format_set_bg_color(format, fill);
	return format;
}

static bool make_heads(lxw_workbook *book, struct rk_styles *styles)
{
	styles->title = workbook_add_format(book);
	styles->guide = workbook_add_format(book);
	styles->plain = workbook_add_format(book);
	styles->label = head(book, HEAD);
	styles->required = head(book, HEAD_MUST);
	styles->explanation = head(book, 0xFFFFFF);
	styles->mark = head(book, GREY);
	if (!styles->title || !styles->guide || !styles->plain || !styles->label ||
		!styles->required || !styles->explanation || !styles->mark)
		return false;
	format_set_bold(styles->title);
	format_set_font_size(styles->title, RK_STYLE_TITLE_LETTERS);
	format_set_font_color(styles->guide, GREY_TEXT);
	format_set_bold(styles->label);
	format_set_bold(styles->required);
	format_set_font_size(styles->explanation, SMALL_TEXT);
	format_set_font_color(styles->explanation, GREY_TEXT);
	return true;
}

static lxw_format *cell(lxw_workbook *book, enum rk_language language, enum rk_style_kind kind,
	enum rk_style_state state)
{
	lxw_format *format = workbook_add_format(book);

	if (!format)
		return NULL;
	format_set_num_format(format, number_format(kind, language));
	dress(format, state);
	return format;
}

bool rk_styles_make(lxw_workbook *book, enum rk_language language, struct rk_styles *styles)
{
	for (int state = 0; state < RK_STYLE_STATES; state++) {
		enum rk_style_state as = (enum rk_style_state)state;

		for (int kind = 0; kind < RK_STYLE_KINDS; kind++) {
			lxw_format *format = cell(book, language, (enum rk_style_kind)kind, as);

			if (!format)
				return false;
			styles->cells[kind][state] = format;
		}
		styles->small[state] = cell(book, language, RK_STYLE_TEXT, as);
		if (!styles->small[state])
			return false;
		format_set_font_size(styles->small[state], RK_FIT_SMALL_LETTERS);
	}
	return make_heads(book, styles);
}

enum rk_style_kind rk_style_kind(enum rk_cell cell)
{
	switch (cell) {
	case RK_CELL_DATE:
		return RK_STYLE_DATE;
	case RK_CELL_INTEGER:
		return RK_STYLE_INTEGER;
	case RK_CELL_DECIMAL:
	case RK_CELL_MONEY:
		return RK_STYLE_NUMBER;
	default:
		return RK_STYLE_TEXT;
	}
}

void rk_range_text(char out[RK_RANGE_TEXT], const char *title, unsigned column, unsigned first_row,
	unsigned last_row)
{
	char name[4] = "";

	lxw_col_to_name(name, (lxw_col_t)column, 0);
	snprintf(out, RK_RANGE_TEXT, "='%s'!$%s$%u:$%s$%u", title, name, first_row + 1, name,
		last_row + 1);
}
