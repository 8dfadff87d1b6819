#include "form/sheets_made.h"

#include "base/text.h"
#include "form/xlsx_made.h"

#include <stdlib.h>
#include <string.h>

/* A row of the tab, of a column that the form has. */
struct entry {
	const struct rk_head *head;
	const struct rk_head_column *column; /* NULL: from this row on all is open */
	uint32_t row;
	bool open;
	const char *value;
};

struct made {
	struct rk_sheets_state *state;
	const struct rk_tab *tab;
	struct entry *entries;
	size_t count;
	struct rk_trace_mark *marks; /* by where they are */
	size_t mark_count;
	bool reopened;
};

static const char *text_at(const struct rk_tab *tab, uint32_t row, enum rk_made_column column)
{
	const struct rk_tab_cell *cell = rk_tab_find(
		tab, (struct rk_address){row, (uint32_t)column + 1});

	return cell ? cell->text : "";
}

static const struct rk_head *head_of(const struct rk_trace *trace, const char *sheet)
{
	for (size_t i = 0; i < trace->head_count; i++)
		if (strcmp(trace->heads[i].sheet->name, sheet) == 0 && trace->heads[i].column_count)
			return &trace->heads[i];
	return NULL;
}

static int compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* One line of the tab; a sheet or a column that is not there any more says itself what is missing. */
static void add_entry(struct made *made, uint32_t row)
{
	const char *kind = text_at(made->tab, row, RK_MADE_KIND);
	const struct rk_head *head = head_of(
		made->state->trace, text_at(made->tab, row, RK_MADE_SHEET));
	struct entry entry = {.head = head,
		.open = strcmp(kind, "locked") != 0,
		.value = text_at(made->tab, row, RK_MADE_VALUE)};
	int64_t number;

	if (!head ||
		!rk_text_i64(rk_slice_str(text_at(made->tab, row, RK_MADE_ROW)), 1, RK_ADDRESS_ROWS,
			&number))
		return;
	entry.row = (uint32_t)number;
	if (strcmp(kind, "below") != 0) {
		entry.column = rk_head_with(head, text_at(made->tab, row, RK_MADE_KEY));
		if (!entry.column)
			return;
	}
	made->entries[made->count++] = entry;
}

static bool read_entries(struct made *made)
{
	size_t most = made->tab->cell_count + 1;

	made->entries = rk_arena_alloc(made->state->arena, most * sizeof *made->entries);
	if (!made->entries)
		return false;
	for (size_t n = 0; n < made->tab->cell_count;) {
		struct rk_tab_row row = rk_tab_row_from(made->tab, n);

		if (row.cells->at.row > 1)
			add_entry(made, row.cells->at.row);
		n += row.count;
	}
	qsort(made->entries, made->count, sizeof *made->entries, compare);
	return true;
}

static int compare_marks(const void *a, const void *b)
{
	const struct rk_trace_mark *x = a, *y = b;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	if (x->at.row != y->at.row)
		return x->at.row < y->at.row ? -1 : 1;
	return x->at.column < y->at.column ? -1 : x->at.column > y->at.column;
}

static bool sort_marks(struct made *made)
{
	const struct rk_buf *marks = &made->state->trace->marks;

	made->marks = (void *)rk_arena_slice(made->state->arena, rk_buf_slice(marks));
	made->mark_count = marks->len / sizeof *made->marks;
	if (made->marks)
		qsort(made->marks, made->mark_count, sizeof *made->marks, compare_marks);
	return made->marks != NULL;
}

static const char *marked(const struct made *made, const struct rk_head *head, struct rk_address at)
{
	const struct rk_trace_mark sought = {.head = head, .at = at}, *found;

	found = made->mark_count
		? bsearch(&sought, made->marks, made->mark_count, sizeof sought, compare_marks)
		: NULL;
	return found ? found->path : NULL;
}

static const struct entry *find(const struct made *made, const struct entry *sought)
{
	return made->count ? bsearch(sought, made->entries, made->count, sizeof *sought, compare)
			   : NULL;
}

/* The first row of a list from which on all is open; after every row when there is none. */
static uint32_t open_from(const struct made *made, const struct rk_head *head)
{
	for (size_t i = 0; i < made->count; i++)
		if (made->entries[i].head == head && !made->entries[i].column)
			return made->entries[i].row;
	return RK_ADDRESS_ROWS + 1;
}

/* The path that was read from the cell; else one of its own, of the record in its row. */
static const char *path_of(
	const struct made *made, const struct rk_head_column *column, const struct entry *at)
{
	struct rk_address where = rk_head_at(column, at->row);
	const char *path = marked(made, at->head, where), *record;

	if (path)
		return path;
	record = marked(made, at->head, (struct rk_address){where.row, 0});
	if (!record)
		record = at->head->sheet->list ? at->head->sheet->list : "";
	path = rk_sheets_text(made->state, "%s%s%s", record, *record ? "." : "", column->of->key);
	rk_sheets_mark(made->state, path, at->head, where);
	return path;
}

static void tell(const struct made *made, const struct rk_head_column *column,
	const struct entry *at, const char *now)
{
	rk_sheets_fault(made->state,
		made->reopened ? RENKEI__V1__SEVERITY__SEVERITY_ERROR
			       : RENKEI__V1__SEVERITY__SEVERITY_WARNING,
		&(struct rk_json_fault){
			.code = made->reopened ? "ACCEPTED_CELL_CHANGED" : "LOCKED_CELL_CHANGED",
			.path = path_of(made, column, at),
			.value = now,
			.found = at->value,
			.suggestion = at->value});
}

static bool same(const char *one, const char *other)
{
	struct rk_slice a = rk_head_trim(one), b = rk_head_trim(other);

	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* What is said of a change, and the writer's own words, are no part of what was returned. */
static bool is_free(const struct rk_head *head, const struct rk_head_column *column)
{
	return column->of->key[0] == '@' || strcmp(head->sheet->name, "warning_answers") == 0 ||
		(!head->sheet->list && strcmp(column->of->key, "change_reason") == 0);
}

/* What stood in a locked cell stands there still. */
static void check_kept(const struct made *made)
{
	for (size_t i = 0; i < made->count; i++) {
		const struct entry *entry = &made->entries[i];
		const struct rk_tab_cell *cell;

		if (entry->open || is_free(entry->head, entry->column))
			continue;
		cell = rk_tab_find(entry->head->tab, rk_head_at(entry->column, entry->row));
		if (!same(cell ? cell->text : "", entry->value))
			tell(made, entry->column, entry, cell ? cell->text : "");
	}
}

/* A cell that is not named is locked, and empty. */
static void check_cell(const struct made *made, const struct rk_head *head,
	const struct rk_head_column *column, const struct rk_tab_cell *cell)
{
	const struct entry at = {.head = head, .column = column, .row = cell->at.row, .value = ""};

	if (!rk_sheets_is_blank(cell) && !find(made, &at))
		tell(made, column, &at, cell->text);
}

static const struct rk_head_column *column_of(
	const struct rk_head *head, const struct rk_tab_cell *cell)
{
	for (size_t i = 0; i < head->column_count; i++) {
		struct rk_address at = rk_head_at(&head->columns[i], cell->at.row);

		if (at.row == cell->at.row && at.column == cell->at.column)
			return &head->columns[i];
	}
	return NULL;
}

static void check_empty(const struct made *made, const struct rk_head *head)
{
	uint32_t open = open_from(made, head);

	for (size_t n = 0; n < head->tab->cell_count;) {
		struct rk_tab_row row = rk_tab_row_from(head->tab, n);
		uint32_t at = row.cells->at.row;
		bool data = !head->sheet->list ||
			(at > head->row && at < open && !rk_head_repeats(head, &row));

		for (size_t i = 0; data && i < row.count; i++) {
			const struct rk_head_column *column = column_of(head, &row.cells[i]);

			if (column && !is_free(head, column))
				check_cell(made, head, column, &row.cells[i]);
		}
		n += row.count;
	}
}

void rk_sheets_made(struct rk_sheets_state *state, const struct rk_workbook *workbook)
{
	struct made made = {.state = state};

	for (size_t i = 0; i < workbook->tab_count && !made.tab; i++)
		if (strcmp(workbook->tabs[i].name, RK_FORM_MADE) == 0)
			made.tab = &workbook->tabs[i];
	if (!made.tab)
		return;
	made.reopened = strcmp(text_at(made.tab, 1, RK_MADE_KIND), RK_FORM_MADE_REOPENED) == 0;
	if (!read_entries(&made) || !sort_marks(&made)) {
		state->short_of_memory = true;
		return;
	}
	check_kept(&made);
	for (size_t i = 0; i < state->trace->head_count; i++)
		check_empty(&made, &state->trace->heads[i]);
}
