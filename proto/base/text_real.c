/* Numbers with a point.  printf and strtod follow LC_NUMERIC, which the client sets from its user's environment; a file
 * must not depend on who writes it. */
#include "base/text.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static locale_t c_locale(void)
{
	static locale_t made;

	if (!made)
		made = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	return made;
}

bool rk_text_double(struct rk_slice text, double *value)
{
	char copy[64], *end;

	/* strtod would also take blanks, hexadecimal and its own names. */
	if (text.len == 0 || text.len >= sizeof copy || !c_locale())
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (!text.at[i] || !strchr("0123456789+-.eE", text.at[i]))
			return false;
		copy[i] = (char)text.at[i];
	}
	copy[text.len] = '\0';
	*value = strtod_l(copy, &end, c_locale());
	return *end == '\0' && isfinite(*value);
}

static enum rk_status add_number(struct rk_buf *out, double value, bool single)
{
	int first = single ? 6 : 15, last = single ? 9 : 17;
	locale_t locale = c_locale(), before;
	char text[40] = "";

	/* Without a point it would be read as the integer 0, which has no sign. */
	if (value == 0)
		return rk_buf_add_str(out, signbit(value) ? "-0.0" : "0");
	if (!locale)
		return RK_RESOURCE_EXHAUSTED;
	before = uselocale(locale);
	for (int digits = first; digits <= last; digits++) {
		double back;

		(void)snprintf(text, sizeof text, "%.*g", digits, value);
		back = strtod(text, NULL);
		if (single ? (float)back == (float)value : back == value)
			break;
	}
	(void)uselocale(before);
	return rk_buf_add_str(out, text);
}

enum rk_status rk_text_add_double(struct rk_buf *out, double value)
{
	return add_number(out, value, false);
}

enum rk_status rk_text_add_float(struct rk_buf *out, float value)
{
	return add_number(out, (double)value, true);
}
