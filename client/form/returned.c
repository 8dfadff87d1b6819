#include "form/returned.h"

#include "base/text.h"
#include "form/report_path.h"
#include "form/trace.h"
#include "form/xlsx_write.h"
#include "words/rules.h"

#include <stdlib.h>
#include <string.h>

/* One row of the form: of the cover, the only one. */
struct spot {
	struct rk_filled_sheet *sheet;
	struct rk_filled_row *row;
	const ProtobufCMessage *record;
};

struct opener {
	struct rk_filled_sheet *sheets;
	struct rk_filled *first; /* of the cells that were opened */
	bool looks;              /* for the place alone: nothing is opened */
	bool narrow;             /* only what a reopening of the path lets be changed */
	struct rk_form_place place;
};

void rk_form_close(struct rk_filled_sheet *sheets)
{
	for (size_t i = 0; i < rk_sheet_count; i++)
		sheets[i].closed = true;
}

static void open_cell(struct opener *opener, const struct spot *spot, size_t column)
{
	struct rk_filled *cell = &spot->row->cells[column];

	cell->open = cell->open || !opener->looks;
	if (opener->first)
		return;
	opener->first = cell;
	opener->place = (struct rk_form_place){spot->sheet->form,
		rk_xlsx_address(
			spot->sheet->form->sheet, (size_t)(spot->row - spot->sheet->rows), column)};
}

/* What says whose report of which quarter it is, and which row is which, is not what is wrong with it. */
static bool is_identity(const struct spot *spot, const struct rk_sheet_column *column)
{
	static const char *const heads[] = {
		"municipality_code", "period", "period.variant", "action", "base_version"};

	if (column->key[0] == '@' || column->cell == RK_CELL_ID)
		return true;
	if (column->cell == RK_CELL_PARENT)
		return spot->row->record != NULL;
	for (size_t i = 0; !spot->sheet->form->sheet->list && i < sizeof heads / sizeof heads[0];
		i++)
		if (strcmp(column->key, heads[i]) == 0)
			return true;
	return false;
}

static void open_row(struct opener *opener, const struct spot *spot)
{
	const struct rk_sheet *sheet = spot->sheet->form->sheet;

	for (size_t i = 0; i < sheet->column_count; i++)
		if (!is_identity(spot, &sheet->columns[i]))
			open_cell(opener, spot, i);
}

static const char *parent_id(const struct rk_filled_sheet *sheet, const struct rk_filled_row *row)
{
	for (size_t i = 0; i < sheet->form->sheet->column_count; i++)
		if (sheet->form->sheet->columns[i].cell == RK_CELL_PARENT)
			return row->cells[i].text ? row->cells[i].text : "";
	return "";
}

/* The rows of a parent, of all without one, and the blank ones. */
static void open_list(struct opener *opener, struct rk_filled_sheet *sheet, const char *parent)
{
	sheet->open_below = sheet->open_below || !opener->looks;
	for (size_t i = 0; i < sheet->count; i++) {
		struct rk_filled_row *row = &sheet->rows[i];

		if (!parent || !row->record || strcmp(parent_id(sheet, row), parent) == 0)
			open_row(opener, &(struct spot){sheet, row, row->record});
	}
}

static void open_children(struct opener *opener, const struct spot *spot)
{
	for (size_t i = 0; i < rk_sheet_count; i++) {
		const char *parent = rk_sheets[i].parent;

		if (parent && strcmp(parent, spot->sheet->form->sheet->name) == 0)
			open_list(opener, &opener->sheets[i], spot->row->id);
	}
}

static void open_all(struct opener *opener)
{
	open_row(opener, &(struct spot){&opener->sheets[0], opener->sheets[0].rows, NULL});
	for (size_t i = 1; i < rk_sheet_count; i++)
		open_list(opener, &opener->sheets[i], NULL);
}

/* The field of the record that a column is of, behind the list that the key names: "persons" of "participants[SIDE_CN].persons". */
static const char *own_field(const char *key)
{
	const char *behind = strstr(key, "].");

	return behind ? behind + 2 : key;
}

/* Whether two columns are of records of one kind in the row. */
static bool same_list(const char *key, const char *other)
{
	size_t len = strcspn(key, "["), other_len = strcspn(other, "[");

	return (key[len] == '[') == (other[other_len] == '[') &&
		(key[len] != '[' || (len == other_len && strncmp(key, other, len) == 0));
}

/* A reopening lets pass what lies within the second step of a path: a part of the activity, or one of its lines. */
static bool is_let_in(
	const struct opener *opener, const struct spot *spot, const char *key, const char *other)
{
	size_t step = strcspn(key, "[.");

	return !opener->narrow || spot->sheet->form->sheet->parent ||
		(key[step] && strncmp(key, other, step + 1) == 0);
}

/* Opens the columns of one name in a list of names; a number of the other side is a record of its own. */
static void open_named(struct opener *opener, const struct spot *spot, const char *key,
	const char *name, size_t len)
{
	const struct rk_sheet *sheet = spot->sheet->form->sheet;

	for (size_t i = 0; i < sheet->column_count; i++) {
		const char *other = sheet->columns[i].key, *field = own_field(other);

		if (same_list(key, other) && strncmp(field, name, len) == 0 &&
			(field[len] == '\0' || field[len] == '.') &&
			(strcmp(field, own_field(key)) != 0) && is_let_in(opener, spot, key, other))
			open_cell(opener, spot, i);
	}
}

/* What a rule holds against each other is put right at any of its fields, whatever stands there: they open together. */
static void open_beside(struct opener *opener, const struct spot *spot, size_t column)
{
	const struct rk_form_column *of = &spot->sheet->form->columns[column];
	const ProtobufCMessageDescriptor *type = of->found && of->field.list
		? of->field.list->descriptor
		: spot->sheet->form->sheet->record;
	const char *key = of->column->key, *names;

	for (size_t n = 0; (names = rk_rules_together(type, own_field(key), n)); n++)
		for (size_t len; *names; names += len + (names[len] == ' ')) {
			len = strcspn(names, " ");
			open_named(opener, spot, key, names, len);
		}
}

/* A column of one side alone, and the element that the field is of is of the other one. */
static bool is_other_side(const struct spot *spot, size_t column, const char *field)
{
	const struct rk_sheet_field *of = &spot->sheet->form->columns[column].field;
	const char *bracket = strchr(field, '[');
	const ProtobufCMessage *at = of->side && bracket && spot->record
		? rk_message_element(spot->record, of->list, strtoul(bracket + 1, NULL, 10))
		: NULL;

	return at &&
		(int)((const Renkei__V1__ParticipantsLine *)(const void *)at)->side != of->side;
}

/* The columns of a field in the row of its record, or of the parts of it; false when it has none there. */
static bool open_field(struct opener *opener, const struct spot *spot, const char *field)
{
	const struct rk_sheet *sheet = spot->sheet->form->sheet;
	bool found = false;

	for (int parts = 0; parts < 2 && !found; parts++) {
		for (size_t i = 0; i < sheet->column_count; i++) {
			const char *key = sheet->columns[i].key;

			if (parts ? !rk_trace_is_part_of(key, field) : !rk_trace_is_of(field, key))
				continue;
			if (is_other_side(spot, i, field))
				continue;
			open_cell(opener, spot, i);
			open_beside(opener, spot, i);
			found = true;
		}
	}
	return found;
}

/* The sheet of a list of this record. */
static struct rk_filled_sheet *sheet_of(
	const struct opener *opener, const struct spot *spot, const ProtobufCFieldDescriptor *list)
{
	const struct rk_sheet *of = spot->sheet->form->sheet;

	for (size_t i = 1; i < rk_sheet_count; i++) {
		const struct rk_sheet *sheet = &rk_sheets[i];
		bool own = of->list ? sheet->parent && strcmp(sheet->parent, of->name) == 0
				    : !sheet->parent || sheet->parent_optional;

		if (own && strcmp(sheet->list, list->name) == 0)
			return &opener->sheets[i];
	}
	return NULL;
}

/* To the row of the element that a path begins with; false when it begins with none that has a row of its own. */
static bool step_into(const struct opener *opener, struct spot *spot, const char **path)
{
	char name[64];
	size_t len = strcspn(*path, "[.");
	const ProtobufCFieldDescriptor *list;
	struct rk_filled_sheet *sheet;
	char *end;

	if (len >= sizeof name || (*path)[len] != '[')
		return false;
	memcpy(name, *path, len);
	name[len] = '\0';
	list = protobuf_c_message_descriptor_get_field_by_name(spot->record->descriptor, name);
	if (!list || list->label != PROTOBUF_C_LABEL_REPEATED ||
		list->type != PROTOBUF_C_TYPE_MESSAGE || !(sheet = sheet_of(opener, spot, list)))
		return false;
	const ProtobufCMessage *record = rk_message_element(
		spot->record, list, strtoul(*path + len + 1, &end, 10));

	for (size_t i = 0; record && i < sheet->carried; i++) {
		if (sheet->rows[i].record != record)
			continue;
		*spot = (struct spot){sheet, &sheet->rows[i], record};
		*path = end + strspn(end, "].");
		return true;
	}
	return false;
}

/* A list as a whole: its sheet, and the columns that stand for it in the row of its record. */
static bool open_whole_list(struct opener *opener, const struct spot *spot, const char *path)
{
	const ProtobufCFieldDescriptor *list = protobuf_c_message_descriptor_get_field_by_name(
		spot->record->descriptor, path);
	struct rk_filled_sheet *sheet = list ? sheet_of(opener, spot, list) : NULL;

	if (!sheet)
		return false;
	(void)open_field(opener, spot, path);
	open_list(opener, sheet, spot->sheet->form->sheet->list ? spot->row->id : NULL);
	return true;
}

static void open_path(struct opener *opener, const Renkei__V1__Report *report, const char *path)
{
	struct spot spot = {&opener->sheets[0], opener->sheets[0].rows, &report->base};

	if (!*path) {
		open_all(opener);
		return;
	}
	while (*path && step_into(opener, &spot, &path))
		continue;
	if (*path && (open_whole_list(opener, &spot, path) || open_field(opener, &spot, path)))
		return;
	open_row(opener, &spot);
	if (!*path)
		open_children(opener, &spot);
}

/* A comment has an end, in Excel too; what it cannot say is in the list of the returned items. */
static bool add_note(
	struct rk_arena *arena, struct rk_filled *cell, const struct rk_form_note *note)
{
	const char *whole;

	if (!note || !cell)
		return true;
	whole = cell->note ? rk_arena_printf(arena, "%s\n\n%s", cell->note, note->text)
			   : note->text;
	cell->author = note->author;
	cell->note = whole
		? rk_arena_slice(arena, rk_text_front(rk_slice_str(whole), RK_FORM_NOTE_MAX))
		: NULL;
	return cell->note != NULL;
}

bool rk_form_open(struct rk_arena *arena, struct rk_filled_sheet *sheets,
	const Renkei__V1__Report *report, const char *path, const struct rk_form_note *note,
	struct rk_form_place *place)
{
	struct opener opener = {.sheets = sheets, .narrow = note && note->narrow};

	open_path(&opener, report, path);
	*place = opener.place;
	return add_note(arena, opener.first, note);
}

bool rk_form_note_at(struct rk_arena *arena, struct rk_filled_sheet *sheets,
	const Renkei__V1__Report *report, const char *path, const struct rk_form_note *note)
{
	struct opener opener = {.sheets = sheets, .looks = true};

	open_path(&opener, report, path);
	return add_note(arena, opener.first, note);
}
