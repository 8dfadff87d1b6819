#include "form/value.h"

#include "base/text.h"
#include "form/dates.h"
#include "form/head.h"
#include "form/words.h"
#include "form/workbook_read.h"
#include "wire/pack.h"
#include "words/code.h"
#include "words/era.h"
#include "words/partial.h"
#include "words/period.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 18

void rk_value_plain(struct rk_slice text, char out[RK_VALUE_TEXT])
{
	if (!rk_era_plain(text, out, RK_VALUE_TEXT))
		snprintf(out, RK_VALUE_TEXT, "%.*s",
			(int)rk_text_front(text, RK_VALUE_TEXT - 1).len, (const char *)text.at);
}

static bool skip_word(const char **at, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

static bool skip_one(const char **at, const char *const *words)
{
	for (; *words; words++)
		if (skip_word(at, *words))
			return true;
	return false;
}

/* Digits with or without commas; how many there are.  A comma stands before every third digit, or nowhere. */
static size_t read_whole(const char **at, struct rk_decimal *out)
{
	size_t count = 0, since = 0;
	bool grouped = false;

	for (;; (*at)++) {
		if (**at == ',') {
			if (grouped ? since != 3 : count < 1 || count > 3)
				return 0;
			grouped = true;
			since = 0;
		} else if (**at >= '0' && **at <= '9' && count < DIGITS_MAX) {
			out->digits = out->digits * 10 + (**at - '0');
			count++;
			since++;
		} else {
			return grouped && since != 3 ? 0 : count;
		}
	}
}

static size_t read_fraction(const char **at, struct rk_decimal *out, size_t before)
{
	size_t count = 0;

	for (; **at >= '0' && **at <= '9' && before + count < DIGITS_MAX; (*at)++, count++) {
		out->digits = out->digits * 10 + (**at - '0');
		out->decimals++;
	}
	while (out->decimals && out->digits % 10 == 0) {
		out->digits /= 10;
		out->decimals--;
	}
	return count;
}

bool rk_decimal_read(struct rk_slice text, struct rk_decimal *out)
{
	static const char *const minus[] = {"-", "△", "▲", "−", NULL},
				 *const money[] = {"¥", "￥", "\\", NULL},
				 *const unit[] = {"円", "元", NULL};
	char plain[RK_VALUE_TEXT];
	const char *at = plain;
	bool negative;
	size_t count;

	*out = (struct rk_decimal){0};
	rk_value_plain(text, plain);
	negative = skip_one(&at, minus);
	if (!negative)
		(void)skip_word(&at, "+");
	(void)skip_one(&at, money);
	while (*at == ' ')
		at++;
	count = read_whole(&at, out);
	if (count == 0)
		return false;
	if (skip_word(&at, ".") && read_fraction(&at, out, count) == 0)
		return false;
	(void)skip_one(&at, unit);
	if (negative)
		out->digits = -out->digits;
	return *at == '\0';
}

bool rk_decimal_scale(struct rk_decimal number, unsigned decimals, int64_t *out)
{
	if (number.decimals > decimals)
		return false;
	for (unsigned i = number.decimals; i < decimals; i++)
		if (__builtin_mul_overflow(number.digits, 10, &number.digits))
			return false;
	*out = number.digits;
	return true;
}

double rk_decimal_double(struct rk_decimal number)
{
	/* Digits and power are exact in a double up to 2^53 and 10^22: one division rounds once. */
	return (double)number.digits / pow(10, number.decimals);
}

bool rk_decimal_guess(struct rk_slice text, char out[RK_VALUE_TEXT])
{
	char plain[RK_VALUE_TEXT];
	const char *first, *end;
	struct rk_decimal number;

	rk_value_plain(text, plain);
	first = plain + strcspn(plain, "0123456789");
	end = first + strspn(first, "0123456789,.");
	while (end > first && (end[-1] == ',' || end[-1] == '.'))
		end--;
	if (end == first || strpbrk(end, "0123456789") ||
		!rk_decimal_read(rk_slice_of(first, (size_t)(end - first)), &number))
		return false;
	snprintf(out, RK_VALUE_TEXT, "%.*s", (int)(end - first), first);
	return true;
}

/* "2016-10-12" of 20161012, or of the serial of that day whose format was lost. */
static void guess_date(double number, bool from_1904, char guess[RK_VALUE_TEXT])
{
	char text[RK_READ_NUMBER_TEXT];
	int32_t date = number >= 19000101 && number <= 21991231 ? (int32_t)number : 0;

	if (number != floor(number))
		return;
	if (date && rk_date_is_real(date))
		snprintf(guess, RK_VALUE_TEXT, "%d-%02d-%02d", date / 10000, date / 100 % 100,
			date % 100);
	else if (number >= 1990 && number <= 2100)
		snprintf(guess, RK_VALUE_TEXT, "%.0f年", number);
	else if (number >= 30000 && rk_read_date_text(number, from_1904, RK_SHOWS_DAY, text))
		snprintf(guess, RK_VALUE_TEXT, "%s", text);
}

static bool unpack_date(const struct rk_buf *packed, Renkei__V1__PartialDate *out)
{
	struct rk_arena arena = {0};
	ProtobufCMessage *message;
	bool read = rk_unpack(&arena, &renkei__v1__partial_date__descriptor, rk_buf_slice(packed),
			    &message, NULL) == RK_OK;

	renkei__v1__partial_date__init(out);
	if (read) {
		const Renkei__V1__PartialDate *date = (const void *)message;

		out->year = date->year;
		out->month = date->month;
		out->day = date->day;
		out->precision = date->precision;
	}
	rk_arena_clear(&arena);
	return read;
}

/* "H28.10.12" and "2016.10.12", as tables have them, in a form that words/partial.h reads. */
static void spell_dots(char plain[RK_VALUE_TEXT])
{
	static const char letters[] = "HSRhsr", *const eras[] = {"平成", "昭和", "令和"};
	const char *letter = *plain ? strchr(letters, *plain) : NULL;
	char spelt[RK_VALUE_TEXT], end;
	int year, month, day = 0, read;

	read = sscanf(
		plain + (letter != NULL), "%4d%*1[./-]%2d%*1[./-]%2d%c", &year, &month, &day, &end);
	if ((read != 3 && read != 2) || strpbrk(plain, " +") || (!letter && !strchr(plain, '.')))
		return;
	if (letter)
		snprintf(spelt, sizeof spelt, "%s%d年%d月", eras[(letter - letters) % 3], year,
			month);
	else
		snprintf(spelt, sizeof spelt, "%d年%d月", year, month);
	snprintf(plain, RK_VALUE_TEXT, read == 3 ? "%.200s%d日" : "%.200s", spelt, day);
}

bool rk_value_date(const struct rk_tab_cell *cell, bool from_1904, Renkei__V1__PartialDate *out,
	char guess[RK_VALUE_TEXT])
{
	RK_AUTO(rk_buf_clear) struct rk_buf packed = {0};
	struct rk_decimal number;
	char plain[RK_VALUE_TEXT];

	*guess = '\0';
	rk_value_plain(rk_slice_str(cell->text), plain);
	spell_dots(plain);
	if (cell->kind != RK_TAB_NUMBER && rk_form_date_read(rk_slice_str(plain), &packed) == NULL)
		return unpack_date(&packed, out);
	if (cell->kind == RK_TAB_NUMBER)
		guess_date(cell->number, from_1904, guess);
	else if (rk_decimal_read(rk_slice_str(plain), &number) && number.decimals == 0)
		guess_date((double)number.digits, from_1904, guess);
	return false;
}

bool rk_value_year(struct rk_slice text, int32_t *year)
{
	struct rk_era_year read;

	if (rk_era_parse(text, &read, NULL) != RK_OK || read.month)
		return false;
	*year = read.year;
	return true;
}

/* A name that stands without its code. */
static const char *code_of_name(
	enum rk_codes codes, const char *text, enum rk_language language, const char **shown)
{
	size_t count;
	const struct rk_code_name *names = codes == RK_CODES_LG ? rk_lg_names(&count)
								: rk_gb_names(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i].ja, text) != 0 && strcasecmp(names[i].en, text) != 0 &&
			strcmp(names[i].zh, text) != 0)
			continue;
		*shown = language == RK_JA  ? names[i].ja
			: language == RK_ZH ? names[i].zh
					    : names[i].en;
		return names[i].code;
	}
	return NULL;
}

/* The code of the fixed lists with this code or name. */
static const char *fixed_code(enum rk_codes codes, const char *text)
{
	for (int language = 0; language < RK_LANGUAGES; language++) {
		const char *code, *name;

		for (size_t n = 0;
			(code = rk_sheet_code(codes, (enum rk_language)language, n, &name)); n++)
			if (strcasecmp(code, text) == 0 || strcasecmp(name, text) == 0)
				return code;
	}
	return NULL;
}

/* A spreadsheet drops the zero that a code begins with: 011002 is the number 11002. */
static void restore_zero(char out[RK_VALUE_TEXT])
{
	char six[RK_VALUE_TEXT], meant[RK_CODE_TEXT];

	if (strlen(out) != 5)
		return;
	snprintf(six, sizeof six, "0%.250s", out);
	if (rk_lg_code_check(rk_slice_str(six), meant) == RK_CODE_FINE)
		memcpy(out, six, sizeof six);
}

void rk_value_code(enum rk_codes codes, enum rk_language language, const struct rk_tab_cell *cell,
	struct rk_slice text, char out[RK_VALUE_TEXT], char guess[RK_VALUE_TEXT])
{
	char plain[RK_VALUE_TEXT];
	const char *name = NULL, *code;

	*guess = '\0';
	rk_value_plain(text, plain);
	if (codes != RK_CODES_LG && codes != RK_CODES_GB) {
		code = fixed_code(codes, plain);
		snprintf(out, RK_VALUE_TEXT, "%.*s",
			(int)(codes == RK_CODES_UNIT ? strlen(plain) : strcspn(plain, " ")), plain);
		if (code)
			snprintf(out, RK_VALUE_TEXT, "%s", code);
		return;
	}
	snprintf(out, RK_VALUE_TEXT, "%.*s", (int)strcspn(plain, " "), plain);
	/* A name alone, or that of another behind a code that somebody has. */
	code = code_of_name(codes, plain, language, &name);
	if (!code && plain[strlen(out)] &&
		(codes == RK_CODES_LG ? rk_lg_name(rk_slice_str(out))
				      : rk_gb_name(rk_slice_str(out))))
		code = code_of_name(codes, plain + strlen(out) + 1, language, &name);
	if (code && strcmp(code, out) != 0)
		snprintf(guess, RK_VALUE_TEXT, "%s %s", code, name);
	if (codes == RK_CODES_LG && cell && cell->kind == RK_TAB_NUMBER)
		restore_zero(out);
}

/* Characters that two texts have in common at the same distance from their beginning or their end. */
static size_t alike(const char *a, const char *b)
{
	size_t front = 0, back = 0, a_len = strlen(a), b_len = strlen(b);
	size_t shorter = a_len < b_len ? a_len : b_len;

	while (front < shorter && a[front] == b[front])
		front++;
	while (back < shorter - front && a[a_len - 1 - back] == b[b_len - 1 - back])
		back++;
	return front + back;
}

bool rk_value_is_nearer(const char *text, const char *other, size_t *best)
{
	size_t found = alike(text, other);

	/* More than half of both. */
	if (found <= *best || found * 2 <= strlen(text) || found * 2 <= strlen(other))
		return false;
	*best = found;
	return true;
}

const char *rk_value_near(const ProtobufCEnumDescriptor *type, enum rk_language language,
	struct rk_slice text, char out[RK_VALUE_TEXT])
{
	char plain[RK_VALUE_TEXT], label[RK_LABEL_TEXT];
	size_t best = 0;

	*out = '\0';
	rk_value_plain(text, plain);
	for (unsigned i = 0; i < type->n_values; i++) {
		rk_label_enum_in(language, type, type->values[i].value, label);
		if (rk_value_is_nearer(plain, label, &best))
			snprintf(out, RK_VALUE_TEXT, "%s", label);
	}
	return out;
}

const char *rk_value_choices(
	const ProtobufCEnumDescriptor *type, enum rk_language language, char out[RK_VALUE_TEXT])
{
	char label[RK_LABEL_TEXT];
	size_t len = 0;

	*out = '\0';
	for (unsigned i = 0; i < type->n_values; i++) {
		rk_label_enum_in(language, type, type->values[i].value, label);
		if (!*label)
			continue;
		if (len + strlen(label) + strlen("、…") >= RK_VALUE_TEXT) {
			snprintf(out + len, RK_VALUE_TEXT - len, "%s…", len ? "、" : "");
			break;
		}
		len += (size_t)snprintf(
			out + len, RK_VALUE_TEXT - len, "%s%s", len ? "、" : "", label);
	}
	return out;
}
