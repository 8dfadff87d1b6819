/* One cell of a form, to the value of its field. */
#include "form/several.h"
#include "form/sheets_state.h"
#include "words/period.h"

#include "renkei/v1/report.pb-c.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The value in hand: a whole cell, or one of several entries in it. */
struct entry {
	struct rk_sheets_state *state;
	const struct rk_sheets_spot *spot;
	const struct rk_tab_cell *cell; /* NULL for one of several */
	const char *text;
	const ProtobufCFieldDescriptor *field;
	ProtobufCMessage *message; /* that has the field */
	const char *path;
};

static const char *path_below(struct rk_sheets_state *state, const char *path, const char *name)
{
	return rk_sheets_text(state, "%s%s%s", path, *path ? "." : "", name);
}

static void refuse(
	const struct entry *entry, const char *code, const char *suggestion, const char *choices)
{
	rk_sheets_fault(entry->state, RENKEI__V1__SEVERITY__SEVERITY_ERROR,
		&(struct rk_json_fault){.code = code,
			.path = entry->path,
			.value = entry->text,
			.found = entry->text,
			.suggestion = suggestion,
			.choices = choices});
}

static void *slot(const struct entry *entry)
{
	void *at = rk_fill_slot(entry->state->arena, entry->message, entry->field);

	entry->state->short_of_memory = entry->state->short_of_memory || !at;
	return at;
}

static void put_text(const struct entry *entry, const char *text)
{
	size_t len = strlen(text);
	char **at, *kept;

	entry->state->texts += len;
	if (entry->state->texts > RK_SHEETS_TEXT_MAX) {
		entry->state->too_large = true;
		return;
	}
	kept = rk_arena_str(entry->state->arena, text);
	at = kept ? slot(entry) : NULL;
	if (at)
		*at = kept;
	else
		entry->state->short_of_memory = true;
}

static void put_number(const struct entry *entry, int64_t number)
{
	void *at = slot(entry);
	int32_t narrow = (int32_t)number;

	if (!at)
		return;
	if (entry->field->type == PROTOBUF_C_TYPE_INT64)
		memcpy(at, &number, sizeof number);
	else
		memcpy(at, &narrow, sizeof narrow);
}

/* Of a number, or of the text of one; a date, a flag and the like are none. */
static bool decimal(const struct entry *entry, struct rk_decimal *out)
{
	enum rk_tab_kind kind = entry->cell ? entry->cell->kind : RK_TAB_TEXT;

	return (kind == RK_TAB_NUMBER || kind == RK_TAB_TEXT) &&
		rk_decimal_read(rk_slice_str(entry->text), out);
}

static void refuse_number(const struct entry *entry, const char *code)
{
	char guess[RK_VALUE_TEXT] = "";
	bool dated = entry->cell && entry->cell->kind == RK_TAB_DATE;

	if (dated)
		snprintf(guess, sizeof guess, "%.15g", entry->cell->number);
	else if (!rk_decimal_guess(rk_slice_str(entry->text), guess) ||
		strcmp(guess, entry->text) == 0)
		*guess = '\0';
	refuse(entry, code, guess, "");
}

static void read_integer(const struct entry *entry)
{
	struct rk_decimal read;
	int64_t number;

	if (!decimal(entry, &read) || !rk_decimal_scale(read, 0, &number) || number < INT32_MIN ||
		number > INT32_MAX)
		refuse_number(entry, "CELL_EXPECTS_WHOLE");
	else
		put_number(entry, number);
}

static void read_decimal(const struct entry *entry)
{
	struct rk_decimal read;
	double number = 0, *at;

	if (entry->cell && entry->cell->kind == RK_TAB_NUMBER) {
		number = entry->cell->number;
	} else if (decimal(entry, &read)) {
		number = rk_decimal_double(read);
	} else {
		refuse_number(entry, "CELL_EXPECTS_NUMBER");
		return;
	}
	at = slot(entry);
	if (at)
		memcpy(at, &number, sizeof number);
}

static void read_money(const struct entry *entry)
{
	struct rk_decimal read;
	int64_t number;

	if (!decimal(entry, &read) ||
		!rk_decimal_scale(read, entry->spot->currency_decimals, &number))
		refuse_number(entry, "CELL_EXPECTS_AMOUNT");
	else
		put_number(entry, number);
}

static void read_date(const struct entry *entry)
{
	char guess[RK_VALUE_TEXT];
	Renkei__V1__PartialDate read, *date;

	if (!rk_value_date(entry->cell, entry->state->from_1904, &read, guess)) {
		refuse(entry, "CELL_EXPECTS_DATE", guess, "");
		return;
	}
	date = (void *)rk_fill_message(entry->state->arena, entry->message, entry->field);
	if (date)
		*date = read;
	else
		entry->state->short_of_memory = true;
}

static void read_year(const struct entry *entry)
{
	int32_t year;

	if (rk_value_year(rk_slice_str(entry->text), &year))
		put_number(entry, year);
	else
		refuse(entry, "CELL_EXPECTS_YEAR", "", "");
}

static void read_period(const struct entry *entry)
{
	struct rk_period period;
	Renkei__V1__Period *message;
	Renkei__V1__Variant variant;

	if (rk_period_parse(rk_head_trim(entry->text), &period, NULL, NULL) != RK_OK) {
		refuse(entry, "CELL_EXPECTS_PERIOD", "", "");
		return;
	}
	message = (void *)rk_fill_message(entry->state->arena, entry->message, entry->field);
	if (!message) {
		entry->state->short_of_memory = true;
		return;
	}
	/* The row of the variant may stand above. */
	variant = message->variant;
	rk_period_to_message(period, message);
	if (variant)
		message->variant = variant;
}

static void read_yes_no(const struct entry *entry)
{
	char plain[RK_VALUE_TEXT];
	int answer;

	rk_value_plain(rk_slice_str(entry->text), plain);
	answer = entry->cell && entry->cell->kind == RK_TAB_FLAG ? entry->cell->number != 0
								 : rk_sheet_yes_no(plain);
	if (answer < 0)
		refuse(entry, "CELL_EXPECTS_YES_NO", "", "");
	else
		put_number(entry, answer);
}

static void read_enum(const struct entry *entry)
{
	const ProtobufCEnumDescriptor *type = entry->field->descriptor;
	enum rk_language language = entry->spot->head->language;
	char plain[RK_VALUE_TEXT], near[RK_VALUE_TEXT], choices[RK_VALUE_TEXT];
	int value;

	rk_value_plain(rk_slice_str(entry->text), plain);
	value = rk_sheet_enum_called(type, plain);
	/* A label may have full-width signs itself. */
	if (value < 0)
		value = rk_sheet_enum_called(type, entry->text);
	if (value >= 0)
		put_number(entry, value);
	else
		refuse(entry, "CELL_EXPECTS_CHOICE",
			rk_value_near(type, language, rk_slice_str(entry->text), near),
			rk_value_choices(type, language, choices));
}

static void read_code(const struct entry *entry)
{
	enum rk_codes codes = entry->spot->column->of->codes;
	char code[RK_VALUE_TEXT], guess[RK_VALUE_TEXT];

	if (codes == RK_CODES_ENUM) {
		read_enum(entry);
		return;
	}
	rk_value_code(codes, entry->spot->head->language, entry->cell, rk_slice_str(entry->text),
		code, guess);
	if (*guess)
		refuse(entry, "CELL_EXPECTS_CODE", guess, "");
	/* What else is said of the entry names it. */
	put_text(entry, code);
}

static void read_id(const struct entry *entry)
{
	char plain[RK_VALUE_TEXT];

	rk_value_plain(rk_slice_str(entry->text), plain);
	put_text(entry, plain);
}

static void read_entry(const struct entry *entry)
{
	switch (entry->spot->column->of->cell) {
	case RK_CELL_ID:
	case RK_CELL_ROW:
	case RK_CELL_ROWS:
		read_id(entry);
		break;
	case RK_CELL_INTEGER:
		read_integer(entry);
		break;
	case RK_CELL_DECIMAL:
		read_decimal(entry);
		break;
	case RK_CELL_MONEY:
		read_money(entry);
		break;
	case RK_CELL_DATE:
		read_date(entry);
		break;
	case RK_CELL_YEAR:
		read_year(entry);
		break;
	case RK_CELL_PERIOD:
		read_period(entry);
		break;
	case RK_CELL_YES_NO:
		read_yes_no(entry);
		break;
	case RK_CELL_CODE:
	case RK_CELL_CODES:
		read_code(entry);
		break;
	default:
		put_text(entry, entry->text);
		break;
	}
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
static bool find_place(struct entry *entry, const struct rk_sheet_field *field)
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

/* What could not be read stands as the empty element, so that the indices of the others hold. */
static void fill_hole(const struct entry *entry, size_t before)
{
	if (entry->field->label != PROTOBUF_C_LABEL_REPEATED ||
		rk_fill_count(entry->message, entry->field) > before)
		return;
	if (entry->field->type == PROTOBUF_C_TYPE_STRING)
		put_text(entry, "");
	else
		put_number(entry, 0);
}

static void read_several(
	struct entry *entry, const struct rk_sheet_field *field, enum rk_several kind)
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
		read_entry(entry);
		fill_hole(entry, before);
	}
}

/* The n-th element of the list that the row made, as the place of the entry. */
static void take_element(struct entry *entry, const struct rk_sheet_field *field, size_t n)
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

static void read_shared(struct entry *entry, const struct rk_sheet_field *field)
{
	size_t count = rk_fill_count(entry->spot->record, field->list);

	if (count == 0 && find_place(entry, field))
		read_entry(entry);
	for (size_t i = 0; i < count; i++) {
		take_element(entry, field, i);
		read_entry(entry);
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
	struct entry entry = {
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
			refuse(&entry, unreadable(spot->cell), "", "");
		else
			read_entry(&entry);
	}
}
