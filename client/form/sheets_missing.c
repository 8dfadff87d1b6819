#include "form/sheets_missing.h"

#include "form/words.h"

#include <stdio.h>
#include <string.h>

const struct rk_sheet *rk_sheets_of(const struct rk_tab *tab)
{
	struct rk_slice name = rk_head_trim(tab->name);
	char text[RK_VALUE_TEXT];

	if (name.len >= sizeof text)
		return NULL;
	snprintf(text, sizeof text, "%.*s", (int)name.len, (const char *)name.at);
	return rk_sheet_called(text);
}

/* A table of one's own may share a label or two with a sheet; its head is no sheet's unless it has half of its columns. */
static bool find_head(struct rk_sheets_state *state, const struct rk_tab *tab, struct rk_head *best)
{
	*best = (struct rk_head){0};
	for (size_t i = 0; i < rk_sheet_count; i++) {
		struct rk_head head = {.tab = tab, .sheet = &rk_sheets[i]};

		if (rk_head_find(state->arena, &head) != RK_OK)
			state->short_of_memory = true;
		if (head.column_count * 2 >= head.sheet->column_count &&
			head.column_count > best->column_count)
			*best = head;
	}
	return best->column_count > 1;
}

/* More than what the writer fills into blank rows. */
static bool has_rows(const struct rk_head *head)
{
	for (size_t n = 0; n < head->tab->cell_count;) {
		struct rk_tab_row row = rk_tab_row_from(head->tab, n);
		bool data = row.cells->at.row > head->row && !rk_head_repeats(head, &row);

		for (size_t i = 0; data && i < row.count; i++)
			for (size_t at = 0; at < head->column_count; at++)
				if (head->columns[at].column == row.cells[i].at.column &&
					!(head->columns[at].of->flags & RK_GIVEN) &&
					!rk_sheets_is_blank(&row.cells[i]))
					return true;
		n += row.count;
	}
	return false;
}

static const char *path_of(const struct rk_sheet *sheet)
{
	return sheet->list ? sheet->list : "period";
}

static bool is_there(const struct rk_sheets_state *state, const struct rk_sheet *sheet)
{
	for (size_t i = 0; i < state->trace->head_count; i++)
		if (state->trace->heads[i].sheet == sheet)
			return true;
	return false;
}

/* Tells whether the tab is a sheet under another name, and of which. */
static const struct rk_sheet *tell_renamed(
	struct rk_sheets_state *state, const struct rk_tab *tab, enum rk_language language)
{
	char title[RK_LABEL_TEXT];
	struct rk_head head;

	if (!find_head(state, tab, &head))
		return NULL;
	if (is_there(state, head.sheet) && !has_rows(&head))
		return NULL;
	rk_sheet_title(language, head.sheet, title, sizeof title);
	rk_sheets_fault(state, RENKEI__V1__SEVERITY__SEVERITY_ERROR,
		&(struct rk_json_fault){.code = "SHEET_RENAMED",
			.path = path_of(head.sheet),
			.value = tab->name,
			.found = tab->name,
			.suggestion = title});
	return head.sheet;
}

static void tell_missing(
	struct rk_sheets_state *state, const struct rk_sheet *sheet, bool filled, const char *title)
{
	rk_sheets_fault(state,
		filled ? RENKEI__V1__SEVERITY__SEVERITY_ERROR
		       : RENKEI__V1__SEVERITY__SEVERITY_WARNING,
		&(struct rk_json_fault){.code = "SHEET_MISSING",
			.path = path_of(sheet),
			.value = title,
			.found = title});
}

static enum rk_language language_of(const struct rk_trace *trace)
{
	for (size_t i = 0; i < trace->head_count; i++)
		if (trace->heads[i].column_count)
			return trace->heads[i].language;
	return RK_JA;
}

static void tell_missing_ones(struct rk_sheets_state *state, const struct rk_workbook *workbook,
	enum rk_language language, const bool renamed[RK_SHEETS_MAX])
{
	for (size_t i = 0; i < rk_sheet_count; i++) {
		char name[RK_LABEL_TEXT], title[RK_LABEL_TEXT];
		const char *made;

		snprintf(name, sizeof name, RK_FORM_PROPERTY_SHEET "%s", rk_sheets[i].name);
		made = rk_workbook_property(workbook, name);
		if (!made || renamed[i] || is_there(state, &rk_sheets[i]))
			continue;
		rk_sheet_title(language, &rk_sheets[i], title, sizeof title);
		tell_missing(state, &rk_sheets[i], strcmp(made, RK_FORM_SHEET_FILLED) == 0, title);
	}
}

void rk_sheets_unread(
	struct rk_sheets_state *state, const struct rk_workbook *workbook, bool is_form)
{
	enum rk_language language = language_of(state->trace);
	bool renamed[RK_SHEETS_MAX] = {false};

	for (size_t i = 0; i < workbook->tab_count; i++) {
		const struct rk_tab *tab = &workbook->tabs[i];
		const struct rk_sheet *sheet;

		if (tab->hidden || !tab->cell_count || rk_sheets_of(tab))
			continue;
		sheet = is_form ? tell_renamed(state, tab, language) : NULL;
		if (sheet)
			renamed[sheet - rk_sheets] = true;
		else
			rk_sheets_fault(state, RENKEI__V1__SEVERITY__SEVERITY_INFO,
				&(struct rk_json_fault){.code = "SHEET_NOT_READ",
					.path = "",
					.value = tab->name,
					.found = tab->name});
	}
	if (is_form)
		tell_missing_ones(state, workbook, language, renamed);
}
