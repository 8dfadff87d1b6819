#include "form/cells.h"

#include "form/several.h"
#include "form/words.h"
#include "words/era.h"
#include "words/partial.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Days from Excel's 0 to 1970-01-01; before March 1900 it counts a day that there never was. */
#define EXCEL_EPOCH_DAYS 25569
#define EXCEL_FIRST_DATE 19000301

static const void *member(const ProtobufCMessage *message, unsigned offset)
{
	return (const char *)message + offset;
}

static size_t count_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	assert(field);
	return *(const size_t *)member(message, field->quantifier_offset);
}

/* The i-th value of a list, each size bytes long. */
static const void *element(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
	size_t i, size_t size)
{
	return *(const char *const *)member(message, field->offset) + i * size;
}

static const ProtobufCMessage *message_at(
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return *(const ProtobufCMessage *const *)member(message, field->offset);
}

static const char *string_at(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	const char *text = *(const char *const *)member(message, field->offset);

	return text ? text : "";
}

/* Said, though it may be 0: only a field of a oneof can tell. */
static bool is_said(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
		*(const uint32_t *)member(message, field->quantifier_offset) == field->id;
}

void rk_cell_text(struct rk_filled *out, const char *text)
{
	*out = (struct rk_filled){
		.kind = text && *text ? RK_FILLED_TEXT : RK_FILLED_NOTHING, .text = text};
}

static bool add_text(struct rk_arena *arena, const struct rk_buf *text, struct rk_filled *out)
{
	const char *kept = rk_arena_slice(arena, rk_buf_slice(text));

	rk_cell_text(out, kept);
	return kept != NULL;
}

bool rk_cell_integer(struct rk_arena *arena, int64_t value, struct rk_filled *out)
{
	*out = (struct rk_filled){.kind = RK_FILLED_NUMBER,
		.number = (double)value,
		.text = rk_arena_printf(arena, "%" PRId64, value)};
	return out->text != NULL;
}

static bool fill_integer(struct rk_arena *arena, const ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, struct rk_filled *out)
{
	int32_t value = *(const int32_t *)member(message, field->offset);
	bool oneof = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;

	return (oneof ? !is_said(message, field) : value == 0) ||
		rk_cell_integer(arena, value, out);
}

/* What 15 digits cannot say stays text: a spreadsheet would round it. */
static bool fill_decimal(struct rk_arena *arena, const ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, struct rk_filled *out)
{
	double value = *(const double *)member(message, field->offset);
	const char *text;

	if (!is_said(message, field))
		return true;
	text = rk_arena_printf(arena, "%.15g", value);
	out->kind = RK_FILLED_NUMBER;
	if (text && strtod(text, NULL) != value) {
		text = rk_arena_printf(arena, "%.17g", value);
		out->kind = RK_FILLED_TEXT;
	}
	out->number = value;
	out->text = text;
	return text != NULL;
}

static bool fill_money(
	struct rk_arena *arena, const ProtobufCMessage *message, struct rk_filled *out)
{
	const Renkei__V1__Money *money = (const void *)message;
	int64_t units = money->minor_units;
	bool hundredths = strcmp(money->currency, "CNY") == 0 && units % 100 != 0;

	if (strcmp(money->currency, "CNY") != 0)
		return rk_cell_integer(arena, units, out);
	out->kind = RK_FILLED_NUMBER;
	out->number = (double)units / 100;
	out->text = hundredths
		? rk_arena_printf(arena, "%" PRId64 ".%02" PRId64, units / 100, units % 100)
		: rk_arena_printf(arena, "%" PRId64, units / 100);
	return out->text != NULL;
}

static bool fill_date(struct rk_arena *arena, enum rk_language language,
	const Renkei__V1__PartialDate *date, struct rk_filled *out)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	/* "2016" alone may be either kind of year. */
	bool year = date && date->precision == RENKEI__V1__DATE_PRECISION__DATE_PRECISION_YEAR;
	int32_t day;

	if (!date || rk_partial_check(date) != RK_PARTIAL_FINE || !rk_partial_is_known(date))
		return true;
	if (rk_partial_add(&text, date,
		    language == RK_JA ? RK_PARTIAL_ERA
			    : year    ? RK_PARTIAL_WESTERN_JA
				      : RK_PARTIAL_ISO) != RK_OK ||
		!add_text(arena, &text, out))
		return false;
	if (rk_partial_is_day(date, &day) && day >= EXCEL_FIRST_DATE) {
		out->kind = RK_FILLED_DATE;
		out->number = rk_date_to_days(day) + EXCEL_EPOCH_DAYS;
	}
	return true;
}

static bool fill_year(
	struct rk_arena *arena, enum rk_language language, int32_t year, struct rk_filled *out)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};

	if (year == 0)
		return true;
	if (language == RK_JA ? rk_era_add_fiscal_year(&text, year) != RK_OK
			      : rk_buf_addf(&text, "FY%d", year) != RK_OK)
		return false;
	return add_text(arena, &text, out);
}

/* One value that is a code or a text, in the words of the form; NULL without memory. */
static const char *word_of(struct rk_arena *arena, const struct rk_form_design *design,
	const struct rk_form_column *column, const void *at)
{
	char label[RK_LABEL_TEXT];
	const char *text;

	if (column->column->codes == RK_CODES_ENUM)
		return rk_arena_str(arena,
			rk_label_enum_in(design->language, column->field.field->descriptor,
				*(const int *)at, label));
	text = *(const char *const *)at;
	if (!text || !*text || column->column->codes == RK_CODES_NONE)
		return text ? text : "";
	return rk_form_code_shown(arena, design, column->column->codes, text);
}

static enum rk_several several_of(enum rk_cell cell)
{
	return cell == RK_CELL_TEXTS    ? RK_SEVERAL_TEXTS
		: cell == RK_CELL_NAMES ? RK_SEVERAL_NAMES
					: RK_SEVERAL_CODES;
}

static bool fill_list(struct rk_arena *arena, const struct rk_form_design *design,
	const struct rk_form_column *column, const ProtobufCMessage *message, struct rk_filled *out)
{
	const struct rk_sheet_field *field = &column->field;
	const ProtobufCFieldDescriptor *list = field->list ? field->list : field->field;
	RK_AUTO(rk_buf_clear) struct rk_buf cell = {0};
	bool is_enum = list->type == PROTOBUF_C_TYPE_ENUM;

	for (size_t i = 0; i < count_of(message, list); i++) {
		const void *at = element(message, list, i, is_enum ? sizeof(int) : sizeof(void *));

		if (field->list)
			at = member(*(const ProtobufCMessage *const *)at, field->field->offset);
		const char *word = word_of(arena, design, column, at);

		if (!word ||
			rk_several_add(&cell, several_of(column->column->cell),
				rk_slice_str(word)) != RK_OK)
			return false;
	}
	return add_text(arena, &cell, out);
}

/* A line that a column of the activity's row can hold. */
static bool is_plain_line(const Renkei__V1__ParticipantsLine *line)
{
	return line->category == RENKEI__V1__PARTICIPANT_CATEGORY__PARTICIPANT_CATEGORY_UNKNOWN &&
		line->_persons_case && !line->_person_times_case && !line->_person_days_case;
}

static bool people_fit(const Renkei__V1__Activity *activity)
{
	int side = 0; /* the row has Japan before China */

	for (size_t i = 0; i < activity->n_participants; i++) {
		const Renkei__V1__ParticipantsLine *line = activity->participants[i];

		if (!is_plain_line(line) || (int)line->side <= side)
			return false;
		side = (int)line->side;
	}
	return true;
}

/* The field that one column of the row says for all elements of the list; NULL for a list that has none. */
static const ProtobufCFieldDescriptor *shared_field(const ProtobufCFieldDescriptor *list)
{
	const char *name = strcmp(list->name, "participants") == 0 ? "basis" : "role";

	return protobuf_c_message_descriptor_get_field_by_name(list->descriptor, name);
}

/* All elements have the same value there. */
static bool is_shared(const ProtobufCMessage *record, const ProtobufCFieldDescriptor *list)
{
	const ProtobufCFieldDescriptor *field = shared_field(list);
	int first = 0;

	for (size_t i = 0; i < count_of(record, list); i++) {
		const ProtobufCMessage *at = *(const ProtobufCMessage *const *)element(
			record, list, i, sizeof at);
		int value = *(const int *)member(at, field->offset);

		if (i > 0 && value != first)
			return false;
		first = value;
	}
	return true;
}

bool rk_cell_fits_row(const ProtobufCMessage *record, const char *list)
{
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
		record->descriptor, list);

	if (record->descriptor != &renkei__v1__activity__descriptor)
		return false;
	if (strcmp(list, "participants") == 0)
		return people_fit((const void *)record) && is_shared(record, field);
	return (strcmp(list, "municipalities") == 0 || strcmp(list, "partners") == 0) &&
		is_shared(record, field);
}

static bool fill_people(struct rk_arena *arena, const struct rk_form_column *column,
	const Renkei__V1__Activity *activity, struct rk_filled *out)
{
	for (size_t i = 0; i < activity->n_participants; i++) {
		if ((int)activity->participants[i]->side == column->field.side)
			return rk_cell_integer(arena, activity->participants[i]->persons, out);
	}
	return true;
}

static bool fill_single(struct rk_arena *arena, const struct rk_form_design *design,
	const struct rk_form_column *column, const ProtobufCMessage *message, struct rk_filled *out)
{
	const ProtobufCFieldDescriptor *field = column->field.field;
	const char *word;

	switch (column->column->cell) {
	case RK_CELL_INTEGER:
		return fill_integer(arena, message, field, out);
	case RK_CELL_DECIMAL:
		return fill_decimal(arena, message, field, out);
	case RK_CELL_MONEY:
		return fill_money(arena, message, out);
	case RK_CELL_DATE:
		return fill_date(
			arena, design->language, (const void *)message_at(message, field), out);
	case RK_CELL_YEAR:
		return fill_year(arena, design->language,
			*(const int32_t *)member(message, field->offset), out);
	case RK_CELL_YES_NO:
		rk_cell_text(out,
			*(const protobuf_c_boolean *)member(message, field->offset)
				? column->list->values[0]
				: "");
		return true;
	case RK_CELL_CODE:
		word = word_of(arena, design, column, member(message, field->offset));
		rk_cell_text(out, word);
		return word != NULL;
	default:
		rk_cell_text(out, string_at(message, field));
		return true;
	}
}

bool rk_cell_fill(struct rk_arena *arena, const struct rk_form_design *design,
	const struct rk_form_column *column, const ProtobufCMessage *record, struct rk_filled *out)
{
	const struct rk_sheet_field *field = &column->field;

	*out = (struct rk_filled){0};
	if (field->list && !rk_cell_fits_row(record, field->list->name))
		return true;
	/* The first one speaks for all. */
	if (rk_sheet_is_shared(column->column)) {
		if (count_of(record, field->list) > 0)
			return fill_single(arena, design, column,
				*(const ProtobufCMessage *const *)element(
					record, field->list, 0, sizeof(void *)),
				out);
		return true;
	}
	if (field->side)
		return fill_people(arena, column, (const void *)record, out);
	if (field->list || field->field->label == PROTOBUF_C_LABEL_REPEATED)
		return fill_list(arena, design, column, record, out);
	if (field->outer)
		record = message_at(record, field->outer);
	return !record || fill_single(arena, design, column, record, out);
}
