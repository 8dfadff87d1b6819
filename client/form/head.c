#include "form/head.h"

#include "form/words.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct rk_slice rk_head_trim(const char *text)
{
	static const char *const blanks[] = {" ", "\t", "\n", "\xe3\x80\x80", "\xc2\xa0"};
	struct rk_slice out = rk_slice_str(text);
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < sizeof blanks / sizeof blanks[0]; i++) {
			size_t len = strlen(blanks[i]);

			if (out.len >= len && memcmp(out.at, blanks[i], len) == 0) {
				out = rk_slice_of(out.at + len, out.len - len);
				again = true;
			}
			if (out.len >= len && memcmp(out.at + out.len - len, blanks[i], len) == 0) {
				out.len -= len;
				again = true;
			}
		}
	}
	return out;
}

struct rk_tab_row rk_tab_row_from(const struct rk_tab *tab, size_t n)
{
	struct rk_tab_row row = {tab->cells + n, 0};

	while (n + row.count < tab->cell_count &&
		row.cells[row.count].at.row == row.cells[0].at.row)
		row.count++;
	return row;
}

#define COVER_ROWS    200
#define COVER_COLUMNS 8
#define LIST_COLUMNS  256

/* Names are looked for near the beginning of a sheet only, or a foreign sheet would take for ever. */
static bool is_near(const struct rk_head *head, const struct rk_tab_cell *cell)
{
	return head->sheet->list
		? cell->at.row <= RK_SHEET_HEAD_ROWS && cell->at.column <= LIST_COLUMNS
		: cell->at.row <= COVER_ROWS && cell->at.column <= COVER_COLUMNS;
}

/* Heads are written by hand too: a line break or a blank around them is none. */
static const struct rk_sheet_column *called(
	const struct rk_head *head, const struct rk_tab_cell *cell)
{
	struct rk_slice name = rk_head_trim(cell->text);
	char text[RK_LABEL_TEXT];

	if (!is_near(head, cell) || name.len == 0 || name.len >= sizeof text)
		return NULL;
	snprintf(text, sizeof text, "%.*s", (int)name.len, (const char *)name.at);
	return rk_sheet_column_called(head->sheet, text);
}

static size_t count_called(const struct rk_head *head, const struct rk_tab_row *row)
{
	size_t count = 0;

	for (size_t i = 0; i < row->count; i++)
		count += called(head, &row->cells[i]) != NULL;
	return count;
}

/* In which language most of the labels are; that of the form's first language when only keys say what is what. */
static void find_language(struct rk_head *head)
{
	size_t found[RK_LANGUAGES] = {0};

	for (size_t i = 0; i < head->tab->cell_count; i++) {
		const struct rk_tab_cell *cell = &head->tab->cells[i];
		const struct rk_sheet_column *column = called(head, cell);
		char label[RK_LABEL_TEXT];

		for (int language = 0; column && language < RK_LANGUAGES; language++)
			found[language] += strcasecmp(rk_sheet_label((enum rk_language)language,
							      column, label, sizeof label),
						   cell->text) == 0;
	}
	head->language = RK_JA;
	for (int language = 0; language < RK_LANGUAGES; language++)
		if (found[language] > found[head->language])
			head->language = (enum rk_language)language;
}

/* The row of the first ones of which most cells are names of columns. */
static struct rk_tab_row best_row(const struct rk_head *head)
{
	struct rk_tab_row best = {0};
	size_t most = 0;

	for (size_t n = 0; n < head->tab->cell_count;) {
		struct rk_tab_row row = rk_tab_row_from(head->tab, n);
		size_t count;

		if (row.cells->at.row > RK_SHEET_HEAD_ROWS)
			break;
		count = count_called(head, &row);
		if (count > most && count * 2 > row.count) {
			most = count;
			best = row;
		}
		n += row.count;
	}
	return best;
}

static enum rk_status find_list(struct rk_arena *arena, struct rk_head *head)
{
	struct rk_tab_row row = best_row(head);

	if (row.count == 0)
		return RK_OK;
	head->columns = rk_arena_alloc(arena, row.count * sizeof *head->columns);
	if (!head->columns)
		return RK_RESOURCE_EXHAUSTED;
	head->row = row.cells->at.row;
	for (size_t i = 0; i < row.count; i++) {
		const struct rk_sheet_column *column = called(head, &row.cells[i]);

		if (column)
			head->columns[head->column_count++] = (struct rk_head_column){
				.of = column, .column = row.cells[i].at.column};
	}
	find_language(head);
	return RK_OK;
}

/* The columns of the cover in which names stand: its keys, its labels.  Values stand behind the last of these. */
static uint32_t value_column(const struct rk_head *head)
{
	size_t found[COVER_COLUMNS + 1] = {0}, most = 0;
	uint32_t last = 0;

	for (size_t n = 0; n < head->tab->cell_count; n++) {
		const struct rk_tab_cell *cell = &head->tab->cells[n];

		if (called(head, cell))
			found[cell->at.column]++;
	}
	for (size_t i = 1; i <= COVER_COLUMNS; i++)
		most = found[i] > most ? found[i] : most;
	for (uint32_t i = 1; i <= COVER_COLUMNS; i++)
		if (found[i] && found[i] * 2 >= most)
			last = i;
	return last ? last + 1 : 0;
}

static enum rk_status find_cover(struct rk_arena *arena, struct rk_head *head)
{
	uint32_t value = value_column(head);

	if (!value)
		return RK_OK;
	head->columns = rk_arena_alloc(arena, head->sheet->column_count * sizeof *head->columns);
	if (!head->columns)
		return RK_RESOURCE_EXHAUSTED;
	for (size_t n = 0; n < head->tab->cell_count; n++) {
		const struct rk_tab_cell *cell = &head->tab->cells[n];
		const struct rk_sheet_column *column = cell->at.column < value ? called(head, cell)
									       : NULL;

		if (column && !rk_head_with(head, column->key))
			head->columns[head->column_count++] = (struct rk_head_column){
				.of = column, .column = value, .row = cell->at.row};
	}
	find_language(head);
	return RK_OK;
}

enum rk_status rk_head_find(struct rk_arena *arena, struct rk_head *head)
{
	return head->sheet->list ? find_list(arena, head) : find_cover(arena, head);
}

const struct rk_head_column *rk_head_with(const struct rk_head *head, const char *key)
{
	for (size_t i = 0; i < head->column_count; i++)
		if (strcmp(head->columns[i].of->key, key) == 0)
			return &head->columns[i];
	return NULL;
}

struct rk_address rk_head_at(const struct rk_head_column *column, uint32_t row)
{
	return (struct rk_address){column->row ? column->row : row, column->column};
}

static const struct rk_head_column *column_at(const struct rk_head *head, uint32_t column)
{
	for (size_t i = 0; i < head->column_count; i++)
		if (head->columns[i].column == column)
			return &head->columns[i];
	return NULL;
}

bool rk_head_repeats(const struct rk_head *head, const struct rk_tab_row *row)
{
	bool repeats = false;

	for (size_t i = 0; i < row->count; i++) {
		const struct rk_head_column *column = column_at(head, row->cells[i].at.column);

		if (!column)
			continue;
		repeats = rk_sheet_is_head(head->sheet, column->of, row->cells[i].text);
		if (!repeats)
			return false;
	}
	return repeats;
}
