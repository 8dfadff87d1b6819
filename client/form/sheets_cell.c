/* One cell of a form: which fields it goes into, and as how many values. */
#include "form/several.h"
#include "form/sheets_state.h"

#include "renkei/v1/report.pb-c.h"

#include <string.h>

static const char *path_below(struct rk_sheets_state *state, const char *path, const char *name)
{
	return rk_sheets_text(state, "%s%s%s", path, *path ? "." : "", name);
}

/* The element of the list that has this side already from the row, or a new one. */
static ProtobufCMessage *line_of_side(struct rk_sheets_state *state, ProtobufCMessage *record,
	const struct rk_sheet_field *field, size_t *index)
{
	Renkei__V1__ParticipantsLine *line;
	size_t count = rk_fill_count(record, field->list);

	for (*index = 0; *index < count; (*index)++) {
		Renkei__V1__ParticipantsLine *const *lines;

		memcpy(&lines, (const uint8_t *)record + field->list->offset, sizeof lines);
		if ((int)lines[*index]->side == field->side)
			return &lines[*index]->base;
	}
	line = (void *)rk_fill_message(state->arena, record, field->list);
	if (!line)
		return NULL;
	line->side = (Renkei__V1__Side)field->side;
	line->category = RENKEI__V1__PARTICIPANT_CATEGORY__PARTICIPANT_CATEGORY_UNKNOWN;
	return &line->base;
}

/* Where the entry's field is: in the record, in a message on the way, or in an element of a list. */
static bool find_place(struct rk_sheets_entry *entry, const struct rk_sheet_field *field)
{
	struct rk_sheets_state *state = entry->state;
	ProtobufCMessage *record = entry->spot->record;
	const char *path = entry->spot->path;
	size_t index;

	entry->field = field->field;
	entry->message = record;
	if (field->list) {
		index = rk_fill_count(record, field->list);
		entry->message = field->side ? line_of_side(state, record, field, &index)
					     : rk_fill_message(state->arena, record, field->list);
		path = rk_sheets_text(
			state, "%s[%zu]", path_below(state, path, field->list->name), index);
		rk_sheets_mark(state, path, entry->spot->head, entry->spot->at);
	} else if (field->outer) {
		entry->message = rk_fill_message(state->arena, record, field->outer);
		path = path_below(state, path, field->outer->name);
	}
	state->short_of_memory = state->short_of_memory || !entry->message;
	if (!entry->message)
		return false;
	entry->path = path_below(state, path, field->field->name);
	if (field->field->label == PROTOBUF_C_LABEL_REPEATED)
		entry->path = rk_sheets_text(
			state, "%s[%zu]", entry->path, rk_fill_count(entry->message, field->field));
	rk_sheets_mark(state, entry->path, entry->spot->head, entry->spot->at);
	return true;
}

static bool has_several(enum rk_cell cell, enum rk_several *kind)
{
	*kind = cell == RK_CELL_TEXTS   ? RK_SEVERAL_TEXTS
		: cell == RK_CELL_NAMES ? RK_SEVERAL_NAMES
					: RK_SEVERAL_CODES;
	return cell == RK_CELL_TEXTS || cell == RK_CELL_NAMES || cell == RK_CELL_CODES ||
		cell == RK_CELL_ROWS;
}

static void read_several(
	struct rk_sheets_entry *entry, const struct rk_sheet_field *field, enum rk_several kind)
{
	RK_AUTO(rk_buf_clear) struct rk_buf one = {0};
	struct rk_slice rest = rk_slice_str(entry->cell->text);
	const struct rk_tab_cell *whole = entry->cell;

	/* A code alone in its cell may be a number that lost its zero. */
	entry->cell = whole->kind == RK_TAB_NUMBER ? whole : NULL;
	while (rk_several_next(&rest, kind, &one)) {
		size_t before;

		entry->text = rk_buf_cstr(&one);
		if (!entry->text || !find_place(entry, field)) {
			entry->state->short_of_memory = true;
			return;
		}
		before = entry->field->label == PROTOBUF_C_LABEL_REPEATED
			? rk_fill_count(entry->message, entry->field)
			: 0;
		rk_sheets_read_entry(entry);
		rk_sheets_fill_hole(entry, before);
	}
}

/* The n-th element of the list that the row made, as the place of the entry. */
static void take_element(
	struct rk_sheets_entry *entry, const struct rk_sheet_field *field, size_t n)
{
	ProtobufCMessage *const *elements;
	const char *list = path_below(entry->state, entry->spot->path, field->list->name);

	memcpy(&elements, (const uint8_t *)entry->spot->record + field->list->offset,
		sizeof elements);
	entry->field = field->field;
	entry->message = elements[n];
	entry->path = rk_sheets_text(entry->state, "%s[%zu].%s", list, n, field->field->name);
	rk_sheets_mark(entry->state, entry->path, entry->spot->head, entry->spot->at);
}

static void read_shared(struct rk_sheets_entry *entry, const struct rk_sheet_field *field)
{
	size_t count = rk_fill_count(entry->spot->record, field->list);

	if (count == 0 && find_place(entry, field))
		rk_sheets_read_entry(entry);
	for (size_t i = 0; i < count; i++) {
		take_element(entry, field, i);
		rk_sheets_read_entry(entry);
	}
}

/* What no kind of cell takes. */
static const char *unreadable(const struct rk_tab_cell *cell)
{
	if (cell->kind == RK_TAB_ERROR)
		return "CELL_ERROR";
	return cell->kind == RK_TAB_UNVALUED ? "CELL_UNVALUED" : NULL;
}

void rk_sheets_cell(struct rk_sheets_state *state, const struct rk_sheets_spot *spot)
{
	struct rk_sheets_entry entry = {
		.state = state, .spot = spot, .cell = spot->cell, .text = spot->cell->text};
	struct rk_sheet_field field;
	enum rk_several kind;

	if (!rk_sheet_find(spot->head->sheet, spot->column->of, &field))
		return;
	if (!unreadable(spot->cell) && has_several(spot->column->of->cell, &kind)) {
		read_several(&entry, &field, kind);
	} else if (!unreadable(spot->cell) && rk_sheet_is_shared(spot->column->of)) {
		read_shared(&entry, &field);
	} else if (find_place(&entry, &field)) {
		if (unreadable(spot->cell))
			rk_sheets_refuse(&entry, unreadable(spot->cell), "", "");
		else
			rk_sheets_read_entry(&entry);
	}
}
