#include "return_place.h"

#include "form/address.h"
#include "form/cells.h"
#include "form/report_path.h"
#include "form/words.h"
#include "template.h"
#include "words/era.h"

#include "renkei/v1/report.pb-c.h"

#include <stdlib.h>
#include <string.h>

#define PLACE_TEXT 512

/* Of the form as it is written: where the records of a list begin, and the fields of the cover (xlsx_write.c). */
#define FIRST_ROW       5
#define FIRST_COVER_ROW 3

static struct rk_slice trim(struct rk_slice text)
{
	while (text.len && *text.at == ' ')
		text = rk_slice_of(text.at + 1, text.len - 1);
	while (text.len && text.at[text.len - 1] == ' ')
		text.len--;
	return text;
}

/* One row of the form and the path of its record. */
struct spot {
	struct rk_run *run;
	const struct rk_sheet *sheet;
	const ProtobufCMessage *record;
	const char *path;
};

static int refuse_place(struct rk_run *run, const char *place)
{
	return rk_usage(run, "usage.item_place", "value", place);
}

static const char *cover_path(const struct rk_sheet *cover, uint32_t row)
{
	size_t n = row - FIRST_COVER_ROW;

	if (row < FIRST_COVER_ROW || n >= cover->column_count || cover->columns[n].key[0] == '@')
		return NULL;
	return cover->columns[n].key;
}

/* Whether the record is of this list, at *n. */
static bool find_in(
	const ProtobufCMessage *holder, const char *list, const ProtobufCMessage *record, size_t *n)
{
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
		holder->descriptor, list);
	const ProtobufCMessage *at;

	for (*n = 0; field && (at = rk_message_element(holder, field, *n)); ++*n)
		if (at == record)
			return true;
	return false;
}

/* "activities[0].cost_lines[2]", of a record that has a row. */
static const char *record_path(struct rk_run *run, const Renkei__V1__Report *report,
	const struct rk_sheet *sheet, const ProtobufCMessage *record)
{
	const struct rk_sheet *parent = sheet->parent ? rk_sheet_named(sheet->parent) : NULL;
	const ProtobufCFieldDescriptor *list;
	const ProtobufCMessage *holder;
	size_t n;

	if ((!parent || sheet->parent_optional) && find_in(&report->base, sheet->list, record, &n))
		return rk_run_printf(run, "%s[%zu]", sheet->list, n);
	list = parent ? protobuf_c_message_descriptor_get_field_by_name(
				report->base.descriptor, parent->list)
		      : NULL;
	for (size_t i = 0; list && (holder = rk_message_element(&report->base, list, i)); i++)
		if (find_in(holder, sheet->list, record, &n))
			return rk_run_printf(
				run, "%s[%zu].%s[%zu]", parent->list, i, sheet->list, n);
	return NULL;
}

/* The element that a column of one side is of: the only one of that side; false when there is none, or there are more. */
static bool find_side(const Renkei__V1__Activity *activity, int side, size_t *n)
{
	size_t count = 0;

	for (size_t i = 0; i < activity->n_participants; i++) {
		if ((int)activity->participants[i]->side != side)
			continue;
		*n = i;
		count++;
	}
	return count == 1;
}

/* A column that several elements of a list share, or one of them has for itself. */
static const char *element_path(const struct spot *spot, const struct rk_sheet_field *field)
{
	const char *list = field->list->name;
	size_t n = 0;
	bool only = rk_message_element(spot->record, field->list, 0) &&
		(rk_cell_fits_row(spot->record, list) ||
			!rk_message_element(spot->record, field->list, 1));

	if (field->side ? find_side((const void *)spot->record, field->side, &n) : only)
		return rk_run_printf(
			spot->run, "%s.%s[%zu].%s", spot->path, list, n, field->field->name);
	return rk_run_printf(spot->run, "%s.%s", spot->path, list);
}

static const char *column_path(const struct spot *spot, const struct rk_sheet_column *column)
{
	struct rk_sheet_field field;

	if (!rk_sheet_find(spot->sheet, column, &field))
		return spot->path;
	return field.list ? element_path(spot, &field)
			  : rk_run_printf(spot->run, "%s.%s", spot->path, column->key);
}

static int refuse_row(struct rk_run *run, const char *place, const struct rk_filled_sheet *sheet)
{
	char title[RK_LABEL_TEXT];

	rk_sheet_title(run->language, sheet->form->sheet, title, sizeof title);
	return rk_usage(run, sheet->carried ? "usage.item_row" : "usage.item_no_rows", "value",
		place, "sheet", title, "first", rk_run_printf(run, "%d", FIRST_ROW), "last",
		rk_run_printf(run, "%zu", FIRST_ROW + sheet->carried - 1));
}

/* The rows are those of the form that goes back to the municipality. */
static int cell_path(struct rk_run *run, const Renkei__V1__Report *report, const char *place,
	const char *sheet_name, const char *cell, const char **path)
{
	const struct rk_sheet *sheet = rk_sheet_called(sheet_name);
	const struct rk_filled_sheet *sheets, *rows;
	struct rk_address at;

	*path = NULL;
	if (!sheet || !rk_address_parse(rk_slice_str(cell), &at))
		return EX_OK;
	if (!sheet->list) {
		*path = cover_path(sheet, at.row);
		return EX_OK;
	}
	if (at.column > sheet->column_count)
		return EX_OK;
	sheets = rk_template_form(run, report);
	if (!sheets)
		return EX_OSERR;
	rows = &sheets[sheet - rk_sheets];
	if (at.row < FIRST_ROW || at.row - FIRST_ROW >= rows->carried)
		return refuse_row(run, place, rows);
	struct spot spot = {run, sheet, rows->rows[at.row - FIRST_ROW].record, NULL};

	spot.path = record_path(run, report, sheet, spot.record);
	*path = spot.path ? column_path(&spot, &sheet->columns[at.column - 1]) : NULL;
	return EX_OK;
}

/* The field of a message that is called so in any language. */
static const ProtobufCFieldDescriptor *field_called(
	const ProtobufCMessageDescriptor *type, struct rk_slice name)
{
	char label[RK_LABEL_TEXT];

	for (unsigned i = 0; i < type->n_fields; i++) {
		if (rk_slice_equal_str(name, type->fields[i].name))
			return &type->fields[i];
		for (int language = 0; language < RK_LANGUAGES; language++)
			if (rk_slice_equal_str(name,
				    rk_label_field_in((enum rk_language)language,
					    type->fields[i].name, label)))
				return &type->fields[i];
	}
	return NULL;
}

/* On the way through the report, one name after the other; record: what is there already, NULL = nothing. */
struct walk {
	struct rk_run *run;
	const ProtobufCMessageDescriptor *type;
	const ProtobufCMessage *record;
	const char *path;
};

/* Takes "(中国側)" off the end; 0 when it is none. */
static int cut_side(struct rk_run *run, struct rk_slice *word)
{
	const char *text = rk_run_slice(run, *word), *open = strrchr(text, '(');
	int side;

	if (!open || text[word->len - 1] != ')')
		return 0;
	side = rk_sheet_enum_called(&renkei__v1__side__descriptor,
		rk_run_slice(run, rk_slice_of(open + 1, strlen(open) - 2)));
	if (side > 0)
		word->len = (size_t)(open - text);
	return side > 0 ? side : 0;
}

/* Takes the digits off the end; 0 when there are none. */
static long cut_number(struct rk_run *run, struct rk_slice *word)
{
	size_t len = word->len;

	while (word->len && word->at[word->len - 1] >= '0' && word->at[word->len - 1] <= '9')
		word->len--;
	return word->len < len
		? strtol(rk_run_slice(run, rk_slice_of(word->at + word->len, len - word->len)),
			  NULL, 10)
		: 0;
}

/* The element, counted from 1, of a list whose elements are not numbered where one cell stands for them; 0 for the list. */
static long element_meant(const struct walk *walk, const ProtobufCFieldDescriptor *field, int side)
{
	size_t n = 0;

	if (!walk->record || walk->record->descriptor != &renkei__v1__activity__descriptor ||
		field->label != PROTOBUF_C_LABEL_REPEATED || field->type != PROTOBUF_C_TYPE_MESSAGE)
		return 0;
	if (side ? field->descriptor == &renkei__v1__participants_line__descriptor &&
				find_side((const void *)walk->record, side, &n)
		 : rk_cell_fits_row(walk->record, field->name) &&
				rk_message_element(walk->record, field, 0) != NULL)
		return (long)n + 1;
	return 0;
}

/* "取組1" to activities[0], "実施開始日" to actual_start; more: it goes on behind it. */
static bool step(struct walk *walk, struct rk_slice word, bool more)
{
	int side = cut_side(walk->run, &word);
	size_t len = word.len;
	long number = cut_number(walk->run, &word);
	const ProtobufCFieldDescriptor *field = walk->type ? field_called(walk->type, trim(word))
							   : NULL;
	const char *name;

	if (!field || (word.len < len && number < 1))
		return false;
	if (!number && (more || side))
		number = element_meant(walk, field, side);
	name = number ? rk_run_printf(walk->run, "%s[%ld]", field->name, number - 1) : field->name;
	walk->type = field->type == PROTOBUF_C_TYPE_MESSAGE ? field->descriptor : NULL;
	walk->record = rk_message_inside(walk->record, name);
	walk->path = rk_run_printf(walk->run, "%s%s%s", walk->path, walk->path[0] ? "." : "", name);
	return true;
}

static const char *named_path(struct rk_run *run, const Renkei__V1__Report *report, char *text)
{
	struct walk walk = {run, &renkei__v1__report__descriptor, &report->base, ""};
	char *word;

	while ((word = strsep(&text, ">")))
		if (!step(&walk, trim(rk_slice_str(word)), text != NULL))
			return NULL;
	return walk.path;
}

/* Whether the report has the elements that a path names. */
static bool has_elements(struct rk_run *run, const Renkei__V1__Report *report, const char *path)
{
	char *rest = rk_run_str(run, path), *word;
	const ProtobufCMessage *record = &report->base;

	while ((word = strsep(&rest, "."))) {
		record = rk_message_inside(record, word);
		if (!record && strchr(word, '['))
			return false;
	}
	return true;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if (*text & 0x80)
			return false;
	return true;
}

int rk_return_path(
	struct rk_run *run, const Renkei__V1__Report *report, const char *place, const char **path)
{
	char plain[PLACE_TEXT], *cell;
	int status = EX_OK;

	if (!rk_era_plain(rk_slice_str(place), plain, sizeof plain))
		return refuse_place(run, place);
	cell = strchr(plain, '!');
	if (cell) {
		*cell++ = '\0';
		status = cell_path(run, report, place, plain, cell, path);
	} else if (is_ascii(plain) && !strchr(plain, '>')) {
		/* The server knows what a report has, and says so. */
		*path = rk_run_str(run, plain);
	} else {
		*path = named_path(run, report, plain);
		if (*path && !has_elements(run, report, *path))
			return rk_usage(run, "usage.item_nothing", "value", place);
	}
	return status == EX_OK && !*path ? refuse_place(run, place) : status;
}

static bool is_path(const char *text)
{
	size_t len = strcspn(text, "[.");
	struct rk_slice name = rk_slice_of(text, len);
	const ProtobufCMessageDescriptor *type = &renkei__v1__report__descriptor;

	for (unsigned i = 0; i < type->n_fields; i++)
		if (rk_slice_equal_str(name, type->fields[i].name))
			return !strchr(text, ' ');
	return false;
}

bool rk_is_place(struct rk_run *run, const Renkei__V1__Report *report, const char *text)
{
	char plain[PLACE_TEXT], *word, *cell;
	struct rk_address at;

	if (!rk_era_plain(rk_slice_str(text), plain, sizeof plain))
		return false;
	word = rk_run_slice(run, trim(rk_slice_str(plain)));
	cell = strchr(word, '!');
	if (cell) {
		*cell++ = '\0';
		return rk_sheet_called(word) && rk_address_parse(rk_slice_str(cell), &at);
	}
	return is_path(word) || named_path(run, report, word) != NULL;
}
