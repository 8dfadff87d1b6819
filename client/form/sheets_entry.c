/* One value of a form, to its field. */
#include "form/dates.h"
#include "form/sheets_state.h"
#include "words/partial.h"
#include "words/period.h"

#include "renkei/v1/report.pb-c.h"

#include <stdio.h>
#include <string.h>

void rk_sheets_refuse(const struct rk_sheets_entry *entry, const char *code, const char *suggestion,
	const char *choices)
{
	rk_sheets_fault(entry->state, RENKEI__V1__SEVERITY__SEVERITY_ERROR,
		&(struct rk_json_fault){.code = code,
			.path = entry->path,
			.value = entry->text,
			.found = entry->text,
			.suggestion = suggestion,
			.choices = choices});
}

static void *slot(const struct rk_sheets_entry *entry)
{
	void *at = rk_fill_slot(entry->state->arena, entry->message, entry->field);

	entry->state->short_of_memory = entry->state->short_of_memory || !at;
	return at;
}

static void put_text(const struct rk_sheets_entry *entry, const char *text)
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

static void put_number(const struct rk_sheets_entry *entry, int64_t number)
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
static bool decimal(const struct rk_sheets_entry *entry, struct rk_decimal *out)
{
	enum rk_tab_kind kind = entry->cell ? entry->cell->kind : RK_TAB_TEXT;

	return (kind == RK_TAB_NUMBER || kind == RK_TAB_TEXT) &&
		rk_decimal_read(rk_slice_str(entry->text), out);
}

static void refuse_number(const struct rk_sheets_entry *entry, const char *code)
{
	char guess[RK_VALUE_TEXT] = "";
	bool dated = entry->cell && entry->cell->kind == RK_TAB_DATE;

	if (dated)
		snprintf(guess, sizeof guess, "%.15g", entry->cell->number);
	else if (!rk_decimal_guess(rk_slice_str(entry->text), guess) ||
		strcmp(guess, entry->text) == 0)
		*guess = '\0';
	rk_sheets_refuse(entry, code, guess, "");
}

static void read_integer(const struct rk_sheets_entry *entry)
{
	struct rk_decimal read;
	int64_t number;

	if (!decimal(entry, &read) || !rk_decimal_scale(read, 0, &number) || number < INT32_MIN ||
		number > INT32_MAX)
		refuse_number(entry, "CELL_EXPECTS_WHOLE");
	else
		put_number(entry, number);
}

static void read_decimal(const struct rk_sheets_entry *entry)
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

static void read_money(const struct rk_sheets_entry *entry)
{
	struct rk_decimal read;
	int64_t number;

	if (!decimal(entry, &read) ||
		!rk_decimal_scale(read, entry->spot->currency_decimals, &number))
		refuse_number(entry, "CELL_EXPECTS_AMOUNT");
	else
		put_number(entry, number);
}

/* Papers of the time of 平成 looked ahead: what they say is right, and who reads it now is told. */
static void tell_outdated(const struct rk_sheets_entry *entry)
{
	RK_AUTO(rk_buf_clear) struct rk_buf meant = {0};

	if (!rk_form_date_meant(rk_slice_str(entry->text), &meant) || !rk_buf_cstr(&meant)) {
		entry->state->short_of_memory = true;
		return;
	}
	rk_sheets_fault(entry->state, RENKEI__V1__SEVERITY__SEVERITY_INFO,
		&(struct rk_json_fault){.code = "DATE_ERA_OVER",
			.path = entry->path,
			.value = entry->text,
			.found = (const char *)meant.at});
}

static void read_date(const struct rk_sheets_entry *entry)
{
	char guess[RK_VALUE_TEXT];
	bool outdated;
	Renkei__V1__PartialDate read, *date;
	const char *code = rk_value_date(
		entry->cell, entry->state->from_1904, &read, &outdated, guess);

	if (code) {
		rk_sheets_refuse(entry, code, guess, "");
		return;
	}
	if (outdated && rk_partial_check(&read) == RK_PARTIAL_FINE)
		tell_outdated(entry);
	date = (void *)rk_fill_message(entry->state->arena, entry->message, entry->field);
	if (date)
		*date = read;
	else
		entry->state->short_of_memory = true;
}

static void read_year(const struct rk_sheets_entry *entry)
{
	int32_t year;

	if (rk_value_year(rk_slice_str(entry->text), &year))
		put_number(entry, year);
	else
		rk_sheets_refuse(entry, "CELL_EXPECTS_YEAR", "", "");
}

static void read_period(const struct rk_sheets_entry *entry)
{
	struct rk_period period;
	Renkei__V1__Period *message;
	Renkei__V1__Variant variant;

	if (rk_period_parse(rk_head_trim(entry->text), &period, NULL, NULL) != RK_OK) {
		rk_sheets_refuse(entry, "CELL_EXPECTS_PERIOD", "", "");
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

static void read_yes_no(const struct rk_sheets_entry *entry)
{
	char plain[RK_VALUE_TEXT];
	int answer;

	rk_value_plain(rk_slice_str(entry->text), plain);
	answer = entry->cell && entry->cell->kind == RK_TAB_FLAG ? entry->cell->number != 0
								 : rk_sheet_yes_no(plain);
	if (answer < 0)
		rk_sheets_refuse(entry, "CELL_EXPECTS_YES_NO", "", "");
	else
		put_number(entry, answer);
}

static void read_enum(const struct rk_sheets_entry *entry)
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
		rk_sheets_refuse(entry, "CELL_EXPECTS_CHOICE",
			rk_value_near(type, language, rk_slice_str(entry->text), near),
			rk_value_choices(type, language, choices));
}

static void read_code(const struct rk_sheets_entry *entry)
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
		rk_sheets_refuse(entry, "CELL_EXPECTS_CODE", guess, "");
	/* What else is said of the entry names it. */
	put_text(entry, code);
}

static void read_id(const struct rk_sheets_entry *entry)
{
	char plain[RK_VALUE_TEXT];

	rk_value_plain(rk_slice_str(entry->text), plain);
	put_text(entry, plain);
}

void rk_sheets_read_entry(const struct rk_sheets_entry *entry)
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

void rk_sheets_fill_hole(const struct rk_sheets_entry *entry, size_t before)
{
	if (entry->field->label != PROTOBUF_C_LABEL_REPEATED ||
		rk_fill_count(entry->message, entry->field) > before)
		return;
	if (entry->field->type == PROTOBUF_C_TYPE_STRING)
		put_text(entry, "");
	else
		put_number(entry, 0);
}
