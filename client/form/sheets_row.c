/* A row of a form, to a record of the report; the cover, to the report itself. */
#include "form/near.h"
#include "form/sheets_state.h"

#include <stdio.h>
#include <string.h>

#define ERROR RENKEI__V1__SEVERITY__SEVERITY_ERROR
/* No list may have so many: what more there are need not be found. */
#define PARENTS_MAX 2000
/* Who has more rows of nothing than these has another mistake. */
#define ORPHANS_HELPED 200

bool rk_sheets_is_blank(const struct rk_tab_cell *cell)
{
	return cell->kind != RK_TAB_UNVALUED && rk_head_trim(cell->text).len == 0;
}

static const struct rk_tab_cell *cell_at(
	const struct rk_head *head, const struct rk_head_column *column, uint32_t row)
{
	const struct rk_tab_cell *cell = rk_tab_find(head->tab, rk_head_at(column, row));

	return cell && !rk_sheets_is_blank(cell) ? cell : NULL;
}

/* What the writer filled in beforehand makes no record by itself. */
static bool makes_record(const struct rk_head *head, uint32_t row)
{
	for (size_t i = 0; i < head->column_count; i++) {
		const struct rk_head_column *column = &head->columns[i];

		if (!(column->of->flags & RK_GIVEN) && cell_at(head, column, row))
			return true;
	}
	return false;
}

static const struct rk_sheets_parent *find_parent(
	const struct rk_sheets_state *state, const struct rk_sheet *sheet, const char *id)
{
	const struct rk_sheets_parent *parents = (const void *)state->parents.at;

	for (size_t i = 0; i < state->parents.len / sizeof *parents; i++)
		if (strcmp(parents[i].sheet->name, sheet->parent) == 0 &&
			strcmp(parents[i].id, id) == 0)
			return &parents[i];
	return NULL;
}

/* An id that may be meant. */
static const char *near_parent(
	const struct rk_sheets_state *state, const struct rk_sheet *sheet, const char *id)
{
	const struct rk_sheets_parent *parents = (const void *)state->parents.at;
	const char *near = "";
	size_t best = 0;

	for (size_t i = 0; i < state->parents.len / sizeof *parents; i++)
		if (strcmp(parents[i].sheet->name, sheet->parent) == 0 &&
			rk_near_beats(id, parents[i].id, &best))
			near = parents[i].id;
	return near;
}

static const struct rk_head_column *parent_column(const struct rk_head *head)
{
	for (size_t i = 0; i < head->column_count; i++)
		if (head->columns[i].of->cell == RK_CELL_PARENT)
			return &head->columns[i];
	return NULL;
}

/* A row of which nobody knows what it belongs to is told, and not read. */
static void tell_orphan(struct rk_sheets_state *state, const struct rk_head *head,
	const struct rk_head_column *column, uint32_t row, const char *id)
{
	const struct rk_sheet *above = rk_sheet_named(head->sheet->parent);
	const char *path = rk_sheets_text(state, "%s.%s[%zu].%s", above->list, head->sheet->list,
		state->orphans++, rk_sheet_id(above)->key);

	rk_sheets_mark(state, path, head,
		column ? rk_head_at(column, row)
		       : (struct rk_address){row, head->columns[0].column});
	rk_sheets_fault(state, ERROR,
		&(struct rk_json_fault){.code = "ROW_WITHOUT_PARENT",
			.path = path,
			.value = id,
			.found = id,
			.suggestion = state->orphans > ORPHANS_HELPED
				? ""
				: near_parent(state, head->sheet, id)});
}

/* The record that the row's own one goes into, and its path; false when it belongs to none. */
static bool find_owner(struct rk_sheets_state *state, const struct rk_head *head, uint32_t row,
	ProtobufCMessage **owner, const char **path)
{
	const struct rk_head_column *column = parent_column(head);
	const struct rk_tab_cell *cell = column ? cell_at(head, column, row) : NULL;
	const struct rk_sheets_parent *parent;
	char id[RK_VALUE_TEXT] = "";

	*owner = state->report;
	*path = "";
	if (!head->sheet->parent || (!cell && head->sheet->parent_optional))
		return true;
	if (cell)
		rk_value_plain(rk_slice_str(cell->text), id);
	parent = cell ? find_parent(state, head->sheet, id) : NULL;
	if (!parent) {
		tell_orphan(state, head, column, row, id);
		return false;
	}
	*owner = parent->message;
	*path = parent->path;
	return true;
}

/* Children come later, and say whose they are. */
static void remember(struct rk_sheets_state *state, const struct rk_head *head, uint32_t row,
	ProtobufCMessage *message, const char *path)
{
	const struct rk_sheet_column *key = rk_sheet_id(head->sheet);
	const struct rk_head_column *column = key ? rk_head_with(head, key->key) : NULL;
	const struct rk_tab_cell *cell = column ? cell_at(head, column, row) : NULL;
	char id[RK_VALUE_TEXT];
	struct rk_sheets_parent parent = {head->sheet, NULL, message, path};

	if (!cell || state->parents.len >= PARENTS_MAX * sizeof parent)
		return;
	rk_value_plain(rk_slice_str(cell->text), id);
	parent.id = rk_sheets_text(state, "%s", id);
	if (rk_buf_add(&state->parents, &parent, sizeof parent) != RK_OK)
		state->short_of_memory = true;
}

/* Yuan have two decimals, yen none; of any other currency the rules will tell. */
static const char *currency_of(const struct rk_head *head, uint32_t row, char out[RK_VALUE_TEXT])
{
	const struct rk_head_column *column = rk_head_with(head, "amount.currency");
	const struct rk_tab_cell *cell = column ? cell_at(head, column, row) : NULL;
	char guess[RK_VALUE_TEXT];

	*out = '\0';
	if (cell)
		rk_value_code(RK_CODES_CURRENCY, head->language, cell, rk_slice_str(cell->text),
			out, guess);
	return out;
}

/* One currency stands for both amounts, and for none of them when there is no amount. */
static void put_currency(
	struct rk_sheets_state *state, ProtobufCMessage *record, const char *currency)
{
	static const char *const amounts[] = {"amount", "upper"};

	for (size_t i = 0; i < 2 && *currency; i++) {
		const ProtobufCFieldDescriptor *field =
			protobuf_c_message_descriptor_get_field_by_name(
				record->descriptor, amounts[i]);
		Renkei__V1__Money *money = NULL;

		if (field)
			memcpy(&money, (const uint8_t *)record + field->offset, sizeof money);
		if (money) {
			money->currency = rk_arena_str(state->arena, currency);
			state->short_of_memory = state->short_of_memory || !money->currency;
		}
	}
}

/* A merged cell says of one row what may be meant of several. */
static void tell_merged(
	struct rk_sheets_state *state, const struct rk_head *head, uint32_t row, const char *path)
{
	for (size_t i = 0; i < head->column_count; i++) {
		const struct rk_head_column *column = &head->columns[i];
		const struct rk_address at = rk_head_at(column, row);
		const struct rk_tab_merge *merge = rk_tab_merged(head->tab, at);
		char first[RK_ADDRESS_TEXT], last[RK_ADDRESS_TEXT];
		const char *field;

		/* To the cover's right there may be room. */
		if (!merge || (column->row && merge->first.row == merge->last.row))
			continue;
		field = rk_sheets_text(state, "%s%s%.*s", path, *path ? "." : "",
			(int)strcspn(column->of->key, "["), column->of->key);
		rk_sheets_mark(state, field, head, at);
		rk_sheets_fault(state, ERROR,
			&(struct rk_json_fault){.code = "CELL_MERGED",
				.path = field,
				.found = rk_sheets_text(state, "%s:%s",
					rk_address_write(merge->first, first),
					rk_address_write(merge->last, last))});
	}
}

static void read_cells(struct rk_sheets_state *state, const struct rk_head *head, uint32_t row,
	ProtobufCMessage *record, const char *path)
{
	char currency[RK_VALUE_TEXT];
	unsigned decimals = strcmp(currency_of(head, row, currency), "CNY") == 0 ? 2 : 0;

	/* What goes into every element of a list waits until they are there. */
	for (size_t n = 0; n < 2 * head->column_count; n++) {
		const struct rk_head_column *column =
			&head->columns[n < head->column_count ? n : n - head->column_count];
		const struct rk_tab_cell *cell = cell_at(head, column, row);
		const struct rk_sheets_spot spot = {.head = head,
			.column = column,
			.cell = cell,
			.at = rk_head_at(column, row),
			.path = path,
			.record = record,
			.currency_decimals = decimals};

		if (cell && rk_sheet_is_shared(column->of) == (n >= head->column_count) &&
			strcmp(column->of->key, "amount.currency") != 0)
			rk_sheets_cell(state, &spot);
	}
	put_currency(state, record, currency);
	if (head->tab->merge_count)
		tell_merged(state, head, row, path);
}

void rk_sheets_row(struct rk_sheets_state *state, const struct rk_head *head, struct rk_tab_row row)
{
	uint32_t number = row.cells->at.row;
	const ProtobufCFieldDescriptor *list;
	ProtobufCMessage *owner, *record;
	const char *path;

	if (!makes_record(head, number) || rk_head_repeats(head, &row) ||
		!find_owner(state, head, number, &owner, &path))
		return;
	list = protobuf_c_message_descriptor_get_field_by_name(
		owner->descriptor, head->sheet->list);
	path = rk_sheets_text(state, "%s%s%s[%zu]", path, *path ? "." : "", list->name,
		rk_fill_count(owner, list));
	record = rk_fill_message(state->arena, owner, list);
	if (!record) {
		state->short_of_memory = true;
		return;
	}
	rk_sheets_mark(state, path, head, (struct rk_address){number, 0});
	read_cells(state, head, number, record, path);
	remember(state, head, number, record, path);
}

void rk_sheets_cover(struct rk_sheets_state *state, const struct rk_head *head)
{
	read_cells(state, head, 0, state->report, "");
}
