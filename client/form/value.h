/* value.h - what people write into the cells of a form, to the values of a report.
 *
 * Full-width digits, "1,200", "△5", 平成28年10月, "訪日研修", "401005 北九州市": all of it is plain here before there are bytes.
 */
#pragma once
#include "base/buf.h"
#include "form/sheets.h"
#include "form/workbook.h"

#include "renkei/v1/period.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

#define RK_VALUE_TEXT 256

/* A decimal number: digits / 10^decimals; no zeroes at its end behind the point. */
struct rk_decimal {
	int64_t digits;
	unsigned decimals;
};

/* rk_decimal_read reads "1200", "1,200", "－１２．５", "△5", "▲5", "¥1,200" and "1,200円"; groups, where there are any, have three digits.  false
 * for anything else, and for more than 18 digits. */
RK_MUST_USE bool rk_decimal_read(struct rk_slice text, struct rk_decimal *out);
/* The number times 10^decimals, when that is whole and fits. */
RK_MUST_USE bool rk_decimal_scale(struct rk_decimal number, unsigned decimals, int64_t *out);
double rk_decimal_double(struct rk_decimal number);
/* What may be meant by a text that is no number: the only number in it ("12" in "約12人"); false when there is none or more than one. */
RK_MUST_USE bool rk_decimal_guess(struct rk_slice text, char out[RK_VALUE_TEXT]);

/* rk_value_date reads a date as a person writes it; *outdated: in a year of 平成 after its end.  Returns NULL, or the code of what is wrong:
 * CELL_EXPECTS_DATE, DATE_OUTSIDE_ERA; guess is then one that may be meant, or "". */
RK_MUST_USE const char *rk_value_date(const struct rk_tab_cell *cell, bool from_1904,
	Renkei__V1__PartialDate *out, bool *outdated, char guess[RK_VALUE_TEXT]);
/* rk_value_year reads a fiscal year: 2016, FY2016, 平成28年度, H28; false when it is none. */
RK_MUST_USE bool rk_value_year(struct rk_slice text, int32_t *year);

/* rk_value_code writes the code in a cell of a list of codes: the word before the first blank, in half width, or the code of a name that stands
 * alone (currencies and countries).  cell is NULL for one of several entries.  guess is what may be meant when it is no code at all ("401005 北九州市"
 * for the name), else "". */
void rk_value_code(enum rk_codes codes, enum rk_language language, const struct rk_tab_cell *cell,
	struct rk_slice text, char out[RK_VALUE_TEXT], char guess[RK_VALUE_TEXT]);
/* The only label that a text which is none of them is a part of, else the nearest one, in a language; "" when none is near. */
const char *rk_value_near(const ProtobufCEnumDescriptor *type, enum rk_language language,
	struct rk_slice text, char out[RK_VALUE_TEXT]);
/* The labels of a list, "対面、オンライン"; cut where they do not fit. */
const char *rk_value_choices(
	const ProtobufCEnumDescriptor *type, enum rk_language language, char out[RK_VALUE_TEXT]);
/* The text in half width where it has a full-width form of ASCII, trimmed; as it is when it does not fit. */
void rk_value_plain(struct rk_slice text, char out[RK_VALUE_TEXT]);
