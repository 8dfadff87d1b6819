#include "form/prefill.h"

#include "form/cells.h"
#include "form/words.h"

#include <string.h>

#define STATUS(name)   RENKEI__V1__ACTIVITY_STATUS__ACTIVITY_STATUS_##name
#define RESPONSE(name) RENKEI__V1__NEED_RESPONSE__NEED_RESPONSE_##name
#define STATE(name)    RENKEI__V1__CHALLENGE_STATE__CHALLENGE_STATE_##name
#define PROJECT(name)  RENKEI__V1__PROJECT_STATUS__PROJECT_STATUS_##name

struct filler {
	struct rk_arena *arena;
	const struct rk_form_design *design;
	const struct rk_form_subject *subject;
	struct rk_filled_sheet *sheets;
};

static bool is_open_activity(const ProtobufCMessage *record)
{
	Renkei__V1__ActivityStatus status =
		((const Renkei__V1__Activity *)(const void *)record)->status;

	return status == STATUS(PLANNED) || status == STATUS(POSTPONED) ||
		status == STATUS(CONTINUED);
}

static bool is_open_need(const ProtobufCMessage *record)
{
	Renkei__V1__NeedResponse response =
		((const Renkei__V1__Need *)(const void *)record)->response;

	return response == RESPONSE(UNSPECIFIED) || response == RESPONSE(OPEN) ||
		response == RESPONSE(PARTLY);
}

static bool is_open_challenge(const ProtobufCMessage *record)
{
	return ((const Renkei__V1__Challenge *)(const void *)record)->state != STATE(HANDLED);
}

static bool is_open_project(const ProtobufCMessage *record)
{
	Renkei__V1__ProjectStatus status =
		((const Renkei__V1__Project *)(const void *)record)->status;

	return status == PROJECT(PLANNED) || status == PROJECT(RUNNING);
}

/* Still to be told of in the next quarter. */
static bool is_open(const ProtobufCMessage *record)
{
	if (record->descriptor == &renkei__v1__activity__descriptor)
		return is_open_activity(record);
	if (record->descriptor == &renkei__v1__need__descriptor)
		return is_open_need(record);
	if (record->descriptor == &renkei__v1__challenge__descriptor)
		return is_open_challenge(record);
	return record->descriptor == &renkei__v1__project__descriptor && is_open_project(record);
}

static struct rk_filled_row *add_row(struct filler *filler, struct rk_filled_sheet *sheet)
{
	size_t columns = sheet->form->sheet->column_count;

	if (sheet->count == sheet->cap) {
		size_t cap = sheet->cap ? sheet->cap * 2 : 16;
		struct rk_filled_row *rows = rk_arena_alloc(filler->arena, cap * sizeof *rows);

		if (!rows)
			return NULL;
		if (sheet->count)
			memcpy(rows, sheet->rows, sheet->count * sizeof *rows);
		sheet->rows = rows;
		sheet->cap = cap;
	}
	struct rk_filled_row *row = &sheet->rows[sheet->count];

	*row = (struct rk_filled_row){
		.id = "", .cells = rk_arena_alloc(filler->arena, columns * sizeof *row->cells)};
	if (!row->cells)
		return NULL;
	sheet->count++;
	return row;
}

static bool add_record(struct filler *filler, struct rk_filled_sheet *sheet,
	const ProtobufCMessage *record, const char *parent)
{
	struct rk_filled_row *row = add_row(filler, sheet);
	const struct rk_form_sheet *form = sheet->form;

	if (!row)
		return false;
	row->record = record;
	sheet->carried = sheet->count;
	for (size_t i = 0; i < form->sheet->column_count; i++) {
		const struct rk_form_column *column = &form->columns[i];

		if (column->column->cell == RK_CELL_MARK)
			rk_cell_text(&row->cells[i], filler->subject->mark);
		else if (column->column->cell == RK_CELL_PARENT)
			rk_cell_text(&row->cells[i], parent);
		else if (!rk_cell_fill(
				 filler->arena, filler->design, column, record, &row->cells[i]))
			return false;
		if (column->column->cell == RK_CELL_ID && row->cells[i].text)
			row->id = row->cells[i].text;
	}
	return true;
}

/* Every element of a list of records; those still open only, when only these are carried. */
static bool add_list(struct filler *filler, struct rk_filled_sheet *sheet,
	const ProtobufCMessage *holder, const char *parent, bool open_only)
{
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
		holder->descriptor, sheet->form->sheet->list);
	const char *at = (const char *)(const void *)holder;
	size_t count = *(const size_t *)(const void *)(at + field->quantifier_offset);
	const ProtobufCMessage *const *records = *(
		const ProtobufCMessage *const *const *)(const void *)(at + field->offset);

	if (*parent && rk_cell_fits_row(holder, field->name))
		return true;
	for (size_t i = 0; i < count; i++) {
		if (open_only && !is_open(records[i]))
			continue;
		if (!add_record(filler, sheet, records[i], parent))
			return false;
	}
	return true;
}

static bool add_children(struct filler *filler, struct rk_filled_sheet *sheet)
{
	const struct rk_sheet *parent = rk_sheet_named(sheet->form->sheet->parent);
	const struct rk_filled_sheet *parents = &filler->sheets[parent - rk_sheets];

	for (size_t i = 0; i < parents->carried; i++) {
		if (!add_list(filler, sheet, parents->rows[i].record, parents->rows[i].id, false))
			return false;
	}
	return true;
}

static bool add_carried(struct filler *filler, struct rk_filled_sheet *sheet)
{
	const struct rk_form_subject *subject = filler->subject;
	const struct rk_sheet *of = sheet->form->sheet;
	bool all = subject->carry == RK_CARRY_ALL;

	if (subject->carry == RK_CARRY_NOTHING)
		return true;
	if (of->parent && !add_children(filler, sheet))
		return false;
	if (of->parent && !(of->parent_optional && all))
		return true;
	return add_list(filler, sheet, &subject->from->base, "", !all);
}

static bool is_taken(const struct rk_filled_sheet *sheet, const char *id)
{
	for (size_t i = 0; i < sheet->count; i++) {
		if (strcmp(sheet->rows[i].id, id) == 0)
			return true;
	}
	return false;
}

/* "2016Q3-A1", the next one that no row has; "" when the quarter is not known. */
static const char *next_id(
	struct filler *filler, const struct rk_filled_sheet *sheet, unsigned *number)
{
	struct rk_period period = filler->subject->period;
	const char *id;

	if (!sheet->form->sheet->id_letter || period.fiscal_year == 0)
		return "";
	do {
		id = rk_arena_printf(filler->arena, "%dQ%d-%c%u", period.fiscal_year,
			period.quarter, sheet->form->sheet->id_letter, ++*number);
	} while (id && is_taken(sheet, id));
	return id;
}

/* The cells that are filled in beforehand in a row that makes no record. */
static bool add_blank(struct filler *filler, struct rk_filled_sheet *sheet, unsigned *number)
{
	struct rk_filled_row *row = add_row(filler, sheet);
	const struct rk_form_sheet *form = sheet->form;

	if (!row)
		return false;
	for (size_t i = 0; i < form->sheet->column_count; i++) {
		const struct rk_sheet_column *column = form->columns[i].column;
		const char *text = "";

		if (!(column->flags & RK_GIVEN))
			continue;
		if (column->cell == RK_CELL_ID)
			text = row->id = next_id(filler, sheet, number);
		else if (column->codes == RK_CODES_LG && filler->subject->municipality)
			text = rk_form_code_shown(filler->arena, filler->design, RK_CODES_LG,
				filler->subject->municipality);
		if (!text)
			return false;
		rk_cell_text(&row->cells[i], text);
	}
	return true;
}

static bool fill_rows(struct filler *filler, struct rk_filled_sheet *sheet)
{
	unsigned number = 0;

	if (!add_carried(filler, sheet))
		return false;
	for (size_t i = 0; i < sheet->form->sheet->blank_rows; i++) {
		if (!add_blank(filler, sheet, &number))
			return false;
	}
	return true;
}

/* The forecast is said by the cell below. */
static const char *period_text(struct filler *filler)
{
	struct rk_period period = filler->subject->period;
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	char tag[RK_PERIOD_TEXT];

	period.forecast = false;
	if (period.fiscal_year == 0)
		return "";
	rk_period_print(period, tag);
	if (filler->design->language != RK_JA)
		return rk_arena_str(filler->arena, tag);
	if (rk_period_add_ja(&text, period, true) != RK_OK)
		return NULL;
	return rk_arena_slice(filler->arena, rk_buf_slice(&text));
}

static const char *label_of(struct filler *filler, const ProtobufCEnumDescriptor *type, int value)
{
	char label[RK_LABEL_TEXT];

	return rk_arena_str(
		filler->arena, rk_label_enum_in(filler->design->language, type, value, label));
}

/* What a cell of the cover says beforehand; NULL without memory. */
static const char *cover_text(struct filler *filler, const char *key)
{
	const struct rk_form_subject *subject = filler->subject;
	bool known = subject->period.fiscal_year != 0;

	if (strcmp(key, "@form") == 0)
		return rk_arena_printf(filler->arena, "%s/%d", RK_FORM_NAME, RK_FORM_VERSION);
	if (strcmp(key, "municipality_code") == 0)
		return subject->municipality ? rk_form_code_shown(filler->arena, filler->design,
						       RK_CODES_LG, subject->municipality)
					     : "";
	if (strcmp(key, "period") == 0)
		return period_text(filler);
	if (strcmp(key, "period.variant") == 0)
		return label_of(filler, &renkei__v1__variant__descriptor,
			!known                             ? 0
				: subject->period.forecast ? RENKEI__V1__VARIANT__VARIANT_FORECAST
							   : RENKEI__V1__VARIANT__VARIANT_REGULAR);
	if (strcmp(key, "action") == 0)
		return label_of(
			filler, &renkei__v1__report_action__descriptor, (int)subject->action);
	if (strcmp(key, "change_reason") == 0 && subject->change_reason)
		return subject->change_reason;
	return "";
}

/* A version of this very report has said more than what the form is for. */
static bool is_own_version(const struct rk_form_subject *subject)
{
	return subject->carry == RK_CARRY_ALL && !subject->mark;
}

static bool fill_cover(struct filler *filler, struct rk_filled_sheet *sheet)
{
	const struct rk_form_sheet *form = sheet->form;
	const struct rk_form_subject *subject = filler->subject;
	struct rk_filled_row *row = add_row(filler, sheet);

	for (size_t i = 0; row && i < form->sheet->column_count; i++) {
		const char *key = form->columns[i].column->key;
		const char *text = cover_text(filler, key);

		if (!text)
			return false;
		rk_cell_text(&row->cells[i], text);
		if (strcmp(key, "base_version") == 0 &&
			!rk_cell_integer(filler->arena, subject->base_version, &row->cells[i]))
			return false;
		if (is_own_version(subject) &&
			(strcmp(key, "nil") == 0 || strcmp(key, "comments") == 0) &&
			!rk_cell_fill(filler->arena, filler->design, &form->columns[i],
				&subject->from->base, &row->cells[i]))
			return false;
	}
	return row != NULL;
}

struct rk_filled_sheet *rk_form_prefill(struct rk_arena *arena, const struct rk_form_design *design,
	const struct rk_form_subject *subject)
{
	struct filler filler = {.arena = arena,
		.design = design,
		.subject = subject,
		.sheets = rk_arena_alloc(arena, rk_sheet_count * sizeof *filler.sheets)};

	if (!filler.sheets)
		return NULL;
	for (size_t i = 0; i < rk_sheet_count; i++) {
		filler.sheets[i].form = &design->sheets[i];
		if (!(rk_sheets[i].list ? fill_rows(&filler, &filler.sheets[i])
					: fill_cover(&filler, &filler.sheets[i])))
			return NULL;
	}
	return filler.sheets;
}
