#include "form/value.h"

#include "base/text.h"
#include "form/dates.h"
#include "form/head.h"
#include "form/near.h"
#include "form/words.h"
#include "form/workbook_read.h"
#include "words/code.h"
#include "words/era.h"
#include "words/period.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX      18
#define NEAR_LABELS_MAX 64

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

/* The day whose format was lost and whose serial is left; "2016年" of 2016. */
static void guess_date(double number, bool from_1904, char guess[RK_VALUE_TEXT])
{
	char text[RK_READ_NUMBER_TEXT];

	if (number != floor(number))
		return;
	if (number >= 1990 && number <= 2100)
		snprintf(guess, RK_VALUE_TEXT, "%.0f年", number);
	else if (number >= 30000 && rk_read_date_text(number, from_1904, RK_SHOWS_DAY, text))
		snprintf(guess, RK_VALUE_TEXT, "%s", text);
}

/* 20161012 in a cell is a number, and a date all the same. */
static bool is_day_number(const char *plain)
{
	return strlen(plain) == 8 && strspn(plain, "0123456789") == 8;
}

const char *rk_value_date(const struct rk_tab_cell *cell, bool from_1904,
	Renkei__V1__PartialDate *out, bool *outdated, char guess[RK_VALUE_TEXT])
{
	RK_AUTO(rk_buf_clear) struct rk_buf meant = {0};
	const char *code = "CELL_EXPECTS_DATE";
	struct rk_decimal number;
	char plain[RK_VALUE_TEXT];

	*guess = '\0';
	*outdated = false;
	rk_value_plain(rk_slice_str(cell->text), plain);
	if (cell->kind != RK_TAB_NUMBER || is_day_number(plain))
		code = rk_form_date_parse(rk_slice_str(plain), out, outdated);
	if (!code)
		return NULL;
	if (strcmp(code, "DATE_OUTSIDE_ERA") == 0) {
		if (rk_form_date_meant(rk_slice_str(plain), &meant) && rk_buf_cstr(&meant))
			snprintf(guess, RK_VALUE_TEXT, "%s", (const char *)meant.at);
		return code;
	}
	if (cell->kind == RK_TAB_NUMBER)
		guess_date(cell->number, from_1904, guess);
	else if (rk_decimal_read(rk_slice_str(plain), &number) && number.decimals == 0)
		guess_date((double)number.digits, from_1904, guess);
	return "CELL_EXPECTS_DATE";
}

bool rk_value_year(struct rk_slice text, int32_t *year)
{
	struct rk_era_year read;

	if (rk_era_parse(text, &read, NULL) != RK_OK || read.month)
		return false;
	*year = read.year;
	return true;
}

static const char *name_in(const struct rk_code_name *name, enum rk_language language)
{
	return language == RK_JA ? name->ja : language == RK_ZH ? name->zh : name->en;
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
		*shown = name_in(&names[i], language);
		return names[i].code;
	}
	return NULL;
}

/* 北九州 means 401005 北九州市; in any language, for a text that is no code. */
static void guess_code(
	enum rk_codes codes, const char *text, enum rk_language language, char guess[RK_VALUE_TEXT])
{
	struct rk_near near = {.text = text};
	const char *meant, *shown, *code;
	size_t count;
	const struct rk_code_name *names = codes == RK_CODES_LG ? rk_lg_names(&count)
								: rk_gb_names(&count);

	if (strcspn(text, "0123456789") < strlen(text))
		return;
	for (int of = 0; of < RK_LANGUAGES && !rk_near_meant(&near); of++)
		for (size_t i = 0; i < count; i++)
			rk_near_compare(&near, name_in(&names[i], (enum rk_language)of));
	meant = rk_near_meant(&near);
	code = meant ? code_of_name(codes, meant, language, &shown) : NULL;
	if (code)
		snprintf(guess, RK_VALUE_TEXT, "%s %s", code, shown);
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
	else if (!code)
		guess_code(codes, plain, language, guess);
	if (codes == RK_CODES_LG && cell && cell->kind == RK_TAB_NUMBER)
		restore_zero(out);
}

const char *rk_value_near(const ProtobufCEnumDescriptor *type, enum rk_language language,
	struct rk_slice text, char out[RK_VALUE_TEXT])
{
	char plain[RK_VALUE_TEXT], labels[NEAR_LABELS_MAX][RK_LABEL_TEXT];
	struct rk_near near = {.text = plain};

	rk_value_plain(text, plain);
	for (unsigned i = 0; i < type->n_values && i < NEAR_LABELS_MAX; i++)
		rk_near_compare(
			&near, rk_label_enum_in(language, type, type->values[i].value, labels[i]));
	snprintf(out, RK_VALUE_TEXT, "%s", rk_near_meant(&near) ? rk_near_meant(&near) : "");
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
