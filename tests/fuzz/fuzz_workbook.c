/* Workbooks: any bytes give a grid in order, or a sentence; and a grid gives a report whose places lie in it, or a sentence; a
 * copy with comments has the same grid.
 *
 * An input that begins with PK is an archive as it is.  Any other is the text of its parts, each behind a line "=== NAME", since no fuzzer
 * guesses checksums.
 */
#include "../support/zip_parts.h"
#include "base/text.h"
#include "form/comments.h"
#include "form/sheets_read.h"
#include "form/workbook.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever the bytes are, what is said of them is text. */
static void check_said(const struct rk_err *err)
{
	assert(err->status != RK_OK && err->text[0]);
	assert(rk_text_utf8_bad(rk_slice_str(err->text)) == strlen(err->text));
}

static void check_tab(const struct rk_tab *tab)
{
	for (size_t i = 0; i < tab->cell_count; i++) {
		const struct rk_tab_cell *cell = &tab->cells[i];
		char text[RK_ADDRESS_TEXT];
		struct rk_address at;

		assert(cell->text && strlen(cell->text) <= 4 * RK_WORKBOOK_CELL_TEXT_MAX);
		assert(rk_text_utf8_bad(rk_slice_str(cell->text)) == strlen(cell->text));
		assert(!strchr(cell->text, '\r'));
		assert(cell->text[0] || cell->kind == RK_TAB_UNVALUED);
		assert(rk_address_parse(rk_slice_str(rk_address_write(cell->at, text)), &at));
		assert(at.row == cell->at.row && at.column == cell->at.column);
		assert(rk_tab_find(tab, at) == cell);
	}
	for (size_t i = 0; i < tab->merge_count; i++)
		assert(rk_tab_merged(tab, tab->merges[i].first));
}

/* Whatever a finding is about, its place is a cell. */
static void check_report(const struct rk_form_report *report)
{
	static const char *const paths[] = {"", "period", "activities", "activities[0].title",
		"activities[1].partners[0].role", "x.y[2"};
	const struct rk_tab *tab;
	struct rk_address at;
	char text[RK_ADDRESS_TEXT];

	assert(report->bytes.at);
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		if (rk_sheets_find(report, paths[i], &tab, &at))
			assert(rk_address_parse(rk_slice_str(rk_address_write(at, text)), &at));
	}
	for (const struct rk_read_fault *fault = report->faults; fault; fault = fault->next) {
		assert(fault->fault.code[0]);
		assert(rk_text_utf8_bad(rk_slice_str(fault->fault.path)) ==
			strlen(fault->fault.path));
		assert(rk_text_utf8_bad(rk_slice_str(fault->fault.value)) ==
			strlen(fault->fault.value));
		assert(report->place(report, fault->fault.path));
		assert(report->shown(report, fault->fault.path, "true"));
	}
}

static void check_same(const struct rk_tab *a, const struct rk_tab *b)
{
	assert(strcmp(a->name, b->name) == 0 && a->cell_count == b->cell_count);
	for (size_t i = 0; i < a->cell_count; i++)
		assert(strcmp(a->cells[i].text, b->cells[i].text) == 0);
}

static void check_copy(
	struct rk_arena *arena, const struct rk_workbook *workbook, struct rk_slice bytes)
{
	struct rk_comment comments[3];
	struct rk_workbook again;
	struct rk_buf copy = {0};
	struct rk_err err = {0};
	size_t count = 0;

	for (; count < 3 && workbook->tab_count; count++)
		comments[count] = (struct rk_comment){
			&workbook->tabs[count / 2 % workbook->tab_count], {1, 1},
                             "<誤り>\n&"
                };
	if (rk_comments_write(arena, "x.xlsx", bytes, comments, count, &copy, &err) != RK_OK) {
		check_said(&err);
	} else {
		assert(rk_workbook_read(arena, "copy.xlsx", rk_buf_slice(&copy), &again, &err) ==
			RK_OK);
		assert(again.tab_count == workbook->tab_count);
		for (size_t i = 0; i < again.tab_count; i++)
			check_same(&workbook->tabs[i], &again.tabs[i]);
	}
	rk_buf_clear(&copy);
}

static void check(struct rk_slice bytes)
{
	struct rk_arena arena = {.cap = (size_t)64 << 20};
	struct rk_workbook workbook;
	struct rk_form_report report = {.name = "x.xlsx"};
	struct rk_err err = {0};

	if (rk_workbook_read(&arena, "x.xlsx", bytes, &workbook, &err) != RK_OK) {
		check_said(&err);
	} else {
		for (size_t i = 0; i < workbook.tab_count; i++)
			check_tab(&workbook.tabs[i]);
		if (rk_sheets_read(&arena, &workbook, &report, &err) == RK_OK)
			check_report(&report);
		else
			check_said(&err);
		check_copy(&arena, &workbook, bytes);
	}
	rk_arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_buf archive = {0};

	if (zip_of_text(&archive, rk_slice_of(data, size)))
		check(rk_buf_slice(&archive));
	else
		check(rk_slice_of(data, size));
	rk_buf_clear(&archive);
	return 0;
}
