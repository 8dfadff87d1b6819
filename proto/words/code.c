#include "words/code.h"

#include "base/text.h"
#include "words/era.h"

#include <string.h>

char rk_lg_check_digit(const char five[5])
{
	int sum = 0;

	for (int i = 0; i < 5; i++)
		sum += (6 - i) * (five[i] - '0');
	return (char)('0' + (11 - sum % 11) % 10);
}

static bool digits_only(struct rk_slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	}
	return text.len > 0;
}

/* The text with full-width digits made plain and without blanks around it; false when it is no longer than a code should be
 * and not made of digits. */
static bool plain_digits(struct rk_slice code, char *out, size_t size)
{
	return rk_era_plain(code, out, size) && digits_only(rk_slice_str(out));
}

static int area(const char *code)
{
	return (code[0] - '0') * 10 + (code[1] - '0');
}

static bool lg_is_fine(const char *code)
{
	return area(code) >= 1 && area(code) <= 47 && rk_lg_check_digit(code) == code[5];
}

/* Province codes of GB/T 2260. */
static bool gb_area_exists(const char *code)
{
	static const char areas[] =
		"11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
		"50 51 52 53 54 61 62 63 64 65 71 81 82";

	for (const char *at = areas; *at; at += at[2] ? 3 : 2) {
		if (at[0] == code[0] && at[1] == code[1])
			return true;
	}
	return false;
}

/* One digit wrong, or two neighbours swapped. */
static bool is_near(const char *a, const char *b)
{
	int differ[2], count = 0;

	for (int i = 0; i < 6; i++) {
		if (a[i] == b[i])
			continue;
		if (count == 2)
			return false;
		differ[count++] = i;
	}
	if (count < 2)
		return count == 1;
	return differ[1] == differ[0] + 1 && a[differ[0]] == b[differ[1]] &&
		a[differ[1]] == b[differ[0]];
}

/* A participant whose code is near and alone so; else nothing is said. */
static void suggest_near(
	const struct rk_code_name *names, size_t count, const char *code, char *out)
{
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!is_near(names[i].code, code))
			continue;
		if (found)
			return;
		found = names[i].code;
	}
	if (found)
		memcpy(out, found, RK_CODE_TEXT);
}

enum rk_code_fault rk_lg_code_check(struct rk_slice code, char suggestion[RK_CODE_TEXT])
{
	char plain[RK_CODE_TEXT + 1];
	size_t count;
	const struct rk_code_name *names = rk_lg_names(&count);

	suggestion[0] = '\0';
	if (!plain_digits(code, plain, sizeof plain))
		return RK_CODE_SHAPE;
	if (!rk_slice_equal_str(code, plain)) {
		if (strlen(plain) == 6 && lg_is_fine(plain))
			memcpy(suggestion, plain, RK_CODE_TEXT);
		return RK_CODE_FULL_WIDTH;
	}
	if (code.len == 5 && area(plain) >= 1 && area(plain) <= 47) {
		memcpy(suggestion, plain, 5);
		suggestion[5] = rk_lg_check_digit(plain);
		suggestion[6] = '\0';
		return RK_CODE_FIVE_DIGITS;
	}
	if (code.len != 6)
		return RK_CODE_SHAPE;
	if (lg_is_fine(plain))
		return RK_CODE_FINE;
	suggest_near(names, count, plain, suggestion);
	if (rk_gb_name(code))
		return RK_CODE_OTHER_SYSTEM;
	if (area(plain) < 1 || area(plain) > 47)
		return RK_CODE_AREA;
	if (!suggestion[0]) {
		memcpy(suggestion, plain, RK_CODE_TEXT);
		suggestion[5] = rk_lg_check_digit(plain);
	}
	return RK_CODE_CHECK_DIGIT;
}

enum rk_code_fault rk_gb_code_check(struct rk_slice code, char suggestion[RK_CODE_TEXT])
{
	char plain[RK_CODE_TEXT + 1];
	size_t count;
	const struct rk_code_name *names = rk_gb_names(&count);
	enum rk_gb_level level;

	suggestion[0] = '\0';
	if (!plain_digits(code, plain, sizeof plain) || strlen(plain) != 6)
		return RK_CODE_SHAPE;
	if (!rk_slice_equal_str(code, plain)) {
		if (rk_gb_code_check(rk_slice_str(plain), suggestion) == RK_CODE_FINE)
			memcpy(suggestion, plain, RK_CODE_TEXT);
		return RK_CODE_FULL_WIDTH;
	}
	level = rk_gb_code_level(code);
	if (level != RK_GB_NONE && level != RK_GB_COUNTY)
		return RK_CODE_FINE;
	if (rk_lg_name(code))
		return RK_CODE_OTHER_SYSTEM;
	if (level == RK_GB_COUNTY) {
		memcpy(suggestion, plain, RK_CODE_TEXT);
		suggestion[4] = suggestion[5] = '0';
		return RK_CODE_LEVEL;
	}
	suggest_near(names, count, plain, suggestion);
	return RK_CODE_AREA;
}

bool rk_lg_code_complete(struct rk_slice code, char out[RK_CODE_TEXT])
{
	char plain[RK_CODE_TEXT + 1];
	size_t len;

	if (!plain_digits(code, plain, sizeof plain))
		return false;
	len = strlen(plain);
	if ((len != 5 && len != 6) || area(plain) < 1 || area(plain) > 47)
		return false;
	if (len == 6 && !lg_is_fine(plain))
		return false;
	memcpy(out, plain, 5);
	out[5] = rk_lg_check_digit(plain);
	out[6] = '\0';
	return true;
}

bool rk_lg_code_is_prefecture(struct rk_slice code)
{
	return code.len == 6 && memcmp(code.at + 2, "000", 3) == 0;
}

enum rk_gb_level rk_gb_code_level(struct rk_slice code)
{
	const char *at = (const char *)code.at;

	if (code.len != 6 || !digits_only(code) || !gb_area_exists(at))
		return RK_GB_NONE;
	if (memcmp(at + 4, "00", 2) != 0)
		return RK_GB_COUNTY;
	if (memcmp(at + 2, "00", 2) != 0)
		return RK_GB_CITY;
	if (memcmp(at, "11", 2) == 0 || memcmp(at, "12", 2) == 0 || memcmp(at, "31", 2) == 0 ||
		memcmp(at, "50", 2) == 0)
		return RK_GB_MUNICIPALITY;
	return RK_GB_PROVINCE;
}
