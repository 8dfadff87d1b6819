/* The cells of one sheet. */
#include "base/text.h"
#include "form/richtext.h"
#include "form/workbook_read.h"
#include "words/period.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A sheet that is being read, and the cell in hand. */
struct tab {
	struct rk_workbook_reading *reading;
	const struct rk_tab *of;
	struct rk_buf cells, merges;
	struct rk_address at;
	bool in_cell, in_value, in_inline;
	bool has_value, formula;
	char type[12]; /* "s"; "" is a number */
	uint32_t format;
	struct rk_buf value;
	struct rk_richtext rich;
};

/* "取組!B7" */
#define WHERE 160

static const char *where(const struct tab *tab, char out[WHERE])
{
	char address[RK_ADDRESS_TEXT];

	snprintf(out, WHERE, "%.*s!%s", RK_SHOWN(tab->of->name, 120),
		rk_address_write(tab->at, address));
	return out;
}

static enum rk_status broken_cell(const struct tab *tab, const char *what, struct rk_err *err)
{
	char place[WHERE];

	return rk_read_broken(tab->reading, where(tab, place), what, err);
}

static enum rk_status start_row(
	struct tab *tab, const struct rk_xml_element *element, struct rk_err *err)
{
	const char *text = rk_xml_attribute(element, RK_XML_NONE, "r");
	int64_t row = (int64_t)tab->at.row + 1;

	if ((text && !rk_text_i64(rk_slice_str(text), 1, RK_ADDRESS_ROWS, &row)) ||
		row > RK_ADDRESS_ROWS)
		return rk_err_values(err,
			rk_read_broken(tab->reading, tab->of->name,
				"a row has no number from 1 to 1048576", err),
			"first_row=1\nlast_row=%u", RK_ADDRESS_ROWS);
	tab->at = (struct rk_address){(uint32_t)row, 0};
	return RK_OK;
}

static enum rk_status start_cell(
	struct tab *tab, const struct rk_xml_element *element, struct rk_err *err)
{
	const char *address = rk_xml_attribute(element, RK_XML_NONE, "r"),
		   *type = rk_xml_attribute(element, RK_XML_NONE, "t"),
		   *format = rk_xml_attribute(element, RK_XML_NONE, "s");
	int64_t number = 0;

	tab->at.column++;
	if (address ? !rk_address_parse(rk_slice_str(address), &tab->at)
		    : tab->at.row == 0 || tab->at.column > RK_ADDRESS_COLUMNS)
		return rk_err_values(err,
			broken_cell(
				tab, "behind it a cell has no address from A1 to XFD1048576", err),
			"first_cell=A1\nlast_cell=XFD1048576");
	if (format && !rk_text_i64(rk_slice_str(format), 0, UINT32_MAX, &number))
		return broken_cell(tab, "its format is no number", err);
	snprintf(tab->type, sizeof tab->type, "%s", type && strcmp(type, "n") != 0 ? type : "");
	tab->format = (uint32_t)number;
	tab->in_cell = true;
	tab->has_value = tab->formula = tab->in_value = tab->in_inline = false;
	tab->value.len = tab->rich.text.len = 0;
	return RK_OK;
}

static enum rk_status add_merge(
	struct tab *tab, const struct rk_xml_element *element, struct rk_err *err)
{
	struct rk_tab_merge merge;
	const char *range = rk_xml_attribute(element, RK_XML_NONE, "ref");

	if (!range || !rk_address_parse_range(rk_slice_str(range), &merge.first, &merge.last))
		return rk_read_broken(
			tab->reading, tab->of->name, "merged cells have no range", err);
	return rk_buf_add(&tab->merges, &merge, sizeof merge) == RK_OK
		? RK_OK
		: rk_err_values(err,
			  rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_CELLS",
				  "%s: %.*s: has more than %d merged ranges", tab->reading->file,
				  RK_SHOWN(tab->of->name, 120), RK_WORKBOOK_MERGES_MAX),
			  "merges=%d", RK_WORKBOOK_MERGES_MAX);
}

static void start_in_cell(struct tab *tab, const struct rk_xml_element *element)
{
	if (rk_xml_is(element, RK_XML_SHEET, "v")) {
		tab->in_value = tab->has_value = true;
	} else if (rk_xml_is(element, RK_XML_SHEET, "f")) {
		tab->formula = true;
	} else if (rk_xml_is(element, RK_XML_SHEET, "is")) {
		tab->in_inline = tab->has_value = true;
		tab->rich.phonetic = 0;
	} else if (tab->in_inline) {
		rk_richtext_start(&tab->rich, element);
	}
}

static enum rk_status on_start(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct tab *tab = arg;

	if (tab->in_cell)
		start_in_cell(tab, element);
	else if (rk_xml_is(element, RK_XML_SHEET, "c"))
		return start_cell(tab, element, err);
	else if (rk_xml_is(element, RK_XML_SHEET, "row"))
		return start_row(tab, element, err);
	else if (rk_xml_is(element, RK_XML_SHEET, "mergeCell"))
		return add_merge(tab, element, err);
	return RK_OK;
}

static enum rk_status keep_text(
	struct tab *tab, struct rk_buf *text, struct rk_tab_cell *cell, struct rk_err *err)
{
	char place[WHERE];

	cell->text = rk_read_keep(tab->reading, text, where(tab, place), err);
	return cell->text ? RK_OK : err->status;
}

static enum rk_status keep_short(
	struct tab *tab, const char *text, struct rk_tab_cell *cell, struct rk_err *err)
{
	cell->text = rk_arena_str(tab->reading->arena, text);
	return cell->text ? RK_OK : rk_read_no_memory(tab->reading, err);
}

static enum rk_status take_shared(struct tab *tab, struct rk_tab_cell *cell, struct rk_err *err)
{
	const struct rk_workbook_reading *reading = tab->reading;
	int64_t index;
	char what[100];

	if (rk_text_i64(rk_buf_slice(&tab->value), 0, (int64_t)reading->string_count - 1, &index)) {
		cell->text = reading->strings[index];
		return RK_OK;
	}
	snprintf(what, sizeof what, "there is no shared text \"%.*s\"; there are %zu",
		(int)rk_text_front(rk_buf_slice(&tab->value), 20).len,
		tab->value.len ? (const char *)tab->value.at : "", reading->string_count);
	return rk_err_values(err, broken_cell(tab, what, err), "shared=%.*s\nall_shared=%zu",
		(int)rk_text_front(rk_buf_slice(&tab->value), 20).len,
		tab->value.len ? (const char *)tab->value.at : "", reading->string_count);
}

static enum rk_status take_number(struct tab *tab, struct rk_tab_cell *cell, struct rk_err *err)
{
	const struct rk_workbook_reading *reading = tab->reading;
	enum rk_shows shows = tab->format < reading->shows_count ? reading->shows[tab->format]
								 : RK_SHOWS_NUMBER;
	char text[RK_READ_NUMBER_TEXT], what[100];

	if (!rk_text_double(rk_buf_slice(&tab->value), &cell->number) || !isfinite(cell->number)) {
		snprintf(what, sizeof what, "\"%.*s\" is no number",
			(int)rk_text_front(rk_buf_slice(&tab->value), 40).len,
			(const char *)tab->value.at);
		return rk_err_values(err, broken_cell(tab, what, err), "number=%.*s",
			(int)rk_text_front(rk_buf_slice(&tab->value), 40).len,
			(const char *)tab->value.at);
	}
	cell->kind = RK_TAB_NUMBER;
	if (shows == RK_SHOWS_NUMBER ||
		!rk_read_date_text(cell->number, reading->from_1904, shows, text))
		rk_read_number_text(cell->number, text);
	else
		cell->kind = RK_TAB_DATE;
	return keep_short(tab, text, cell, err);
}

static bool is_iso_day(const char *text)
{
	int64_t year, month, day;

	return strlen(text) == 10 && text[4] == '-' && text[7] == '-' &&
		rk_text_i64(rk_slice_of(text, 4), 0, 9999, &year) &&
		rk_text_i64(rk_slice_of(text + 5, 2), 1, 12, &month) &&
		rk_text_i64(rk_slice_of(text + 8, 2), 1, 31, &day) &&
		rk_date_is_real(rk_date_make((int)year, (int)month, (int)day));
}

/* "2016-10-12T00:00:00": what strict workbooks may have instead of a serial. */
static enum rk_status take_iso_date(struct tab *tab, struct rk_tab_cell *cell, struct rk_err *err)
{
	char text[RK_READ_NUMBER_TEXT];

	snprintf(text, sizeof text, "%.*s", (int)(tab->value.len < 10 ? tab->value.len : 10),
		(const char *)tab->value.at);
	if (!is_iso_day(text))
		return keep_text(tab, &tab->value, cell, err);
	cell->kind = RK_TAB_DATE;
	return keep_short(tab, text, cell, err);
}

static enum rk_status take_flag(struct tab *tab, struct rk_tab_cell *cell, struct rk_err *err)
{
	struct rk_slice value = rk_buf_slice(&tab->value);

	cell->kind = RK_TAB_FLAG;
	cell->number = rk_slice_equal_str(value, "1") || rk_slice_equal_str(value, "true");
	return keep_short(tab, cell->number != 0 ? "TRUE" : "FALSE", cell, err);
}

static enum rk_status take_value(struct tab *tab, struct rk_tab_cell *cell, struct rk_err *err)
{
	if (tab->in_inline || strcmp(tab->type, "inlineStr") == 0)
		return keep_text(tab, &tab->rich.text, cell, err);
	if (strcmp(tab->type, "str") == 0)
		return keep_text(tab, &tab->value, cell, err);
	/* An empty value is none, as openpyxl writes it behind a formula. */
	if (tab->value.len == 0) {
		cell->kind = tab->formula ? RK_TAB_UNVALUED : RK_TAB_TEXT;
		return keep_short(tab, "", cell, err);
	}
	if (strcmp(tab->type, "s") == 0)
		return take_shared(tab, cell, err);
	if (strcmp(tab->type, "b") == 0)
		return take_flag(tab, cell, err);
	if (strcmp(tab->type, "d") == 0)
		return take_iso_date(tab, cell, err);
	if (strcmp(tab->type, "e") == 0) {
		cell->kind = RK_TAB_ERROR;
		return keep_text(tab, &tab->value, cell, err);
	}
	if (tab->type[0] == '\0')
		return take_number(tab, cell, err);
	return broken_cell(tab, "is of a type that no workbook has", err);
}

static enum rk_status end_cell(struct tab *tab, struct rk_err *err)
{
	struct rk_tab_cell cell = {.at = tab->at, .formula = tab->formula, .text = ""};

	tab->in_cell = false;
	if (tab->has_value)
		RK_TRY(take_value(tab, &cell, err));
	else if (tab->formula)
		cell.kind = RK_TAB_UNVALUED;
	if (!cell.text[0] && cell.kind != RK_TAB_UNVALUED)
		return RK_OK;
	if (++tab->reading->cells > RK_WORKBOOK_CELLS_MAX)
		return rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_CELLS",
				"%s: has more than %d cells with something in them",
				tab->reading->file, RK_WORKBOOK_CELLS_MAX),
			"cells=%d", RK_WORKBOOK_CELLS_MAX);
	return rk_buf_add(&tab->cells, &cell, sizeof cell) == RK_OK
		? RK_OK
		: rk_read_no_memory(tab->reading, err);
}

static enum rk_status on_end(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct tab *tab = arg;

	if (!tab->in_cell)
		return RK_OK;
	if (rk_xml_is(element, RK_XML_SHEET, "c"))
		return end_cell(tab, err);
	if (rk_xml_is(element, RK_XML_SHEET, "v"))
		tab->in_value = false;
	else if (tab->in_inline)
		rk_richtext_end(&tab->rich, element);
	return RK_OK;
}

static enum rk_status on_text(void *arg, struct rk_slice text, struct rk_err *err)
{
	struct tab *tab = arg;
	enum rk_status status = RK_OK;

	if (tab->in_cell && tab->in_value)
		status = rk_buf_add_slice(&tab->value, text);
	else if (tab->in_cell && tab->in_inline)
		status = rk_richtext_add(&tab->rich, text);
	return status == RK_OK ? RK_OK : rk_read_no_memory(tab->reading, err);
}

static int compare(const void *a, const void *b)
{
	const struct rk_address *x = &((const struct rk_tab_cell *)a)->at,
				*y = &((const struct rk_tab_cell *)b)->at;

	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return x->column < y->column ? -1 : x->column > y->column;
}

static enum rk_status put_in_order(struct tab *tab, struct rk_tab *out, struct rk_err *err)
{
	struct rk_tab_cell *cells = (void *)rk_arena_slice(
		tab->reading->arena, rk_buf_slice(&tab->cells));

	out->cells = cells;
	out->cell_count = tab->cells.len / sizeof *cells;
	out->merges = (const void *)rk_arena_slice(tab->reading->arena, rk_buf_slice(&tab->merges));
	out->merge_count = tab->merges.len / sizeof *out->merges;
	if (!cells || !out->merges)
		return rk_read_no_memory(tab->reading, err);
	qsort(cells, out->cell_count, sizeof *cells, compare);
	for (size_t i = 1; i < out->cell_count; i++) {
		tab->at = cells[i].at;
		if (compare(&cells[i - 1], &cells[i]) == 0)
			return broken_cell(tab, "is there twice", err);
	}
	return RK_OK;
}

enum rk_status rk_read_tab(
	struct rk_workbook_reading *reading, struct rk_tab *tab, struct rk_err *err)
{
	struct tab state = {.reading = reading,
		.of = tab,
		.merges = {.max = RK_WORKBOOK_MERGES_MAX * sizeof(struct rk_tab_merge)},
		.value = {.max = RK_WORKBOOK_TEXTS_MAX},
		.rich = {.text = {.max = RK_WORKBOOK_TEXTS_MAX}}};
	const struct rk_xml_listener listener = {&state, on_start, on_end, on_text};
	enum rk_status status = rk_archive_walk(reading->archive, tab->part, &listener, err);

	if (status == RK_OK)
		status = put_in_order(&state, tab, err);
	rk_buf_clear(&state.cells);
	rk_buf_clear(&state.merges);
	rk_buf_clear(&state.value);
	rk_buf_clear(&state.rich.text);
	return status;
}
