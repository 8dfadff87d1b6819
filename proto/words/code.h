/* code.h - local government codes with check digit, GB/T 2260 codes; never without their system.
 *
 * 310000 is 鳥取県 in one system and 上海市 in the other, so no function here takes "a code": the name says which.
 */
#pragma once
#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

#define RK_CODE_TEXT 7 /* six digits and the NUL */

enum rk_code_fault {
	RK_CODE_FINE,
	RK_CODE_FULL_WIDTH,  /* full-width digits, or blanks around them */
	RK_CODE_SHAPE,       /* not six digits */
	RK_CODE_FIVE_DIGITS, /* a local government code without its check digit */
	RK_CODE_AREA,        /* prefecture outside 01 to 47; no such province */
	RK_CODE_CHECK_DIGIT,
	RK_CODE_LEVEL,        /* GB/T 2260: a district or county, below the cities */
	RK_CODE_OTHER_SYSTEM, /* the code of a participant of the other system */
};

/* Check digit of the first five digits: last digit of 11 - (6 d1 + 5 d2 + 4 d3 + 3 d4 + 2 d5) mod 11, as '0' to '9'. */
char rk_lg_check_digit(const char five[5]);

/* The first fault of a Japanese local government code (全国地方公共団体コード).  suggestion gets a code that would pass and is
 * probably meant, or is empty. */
enum rk_code_fault rk_lg_code_check(struct rk_slice code, char suggestion[RK_CODE_TEXT]);
/* The same for a province or city of GB/T 2260. */
enum rk_code_fault rk_gb_code_check(struct rk_slice code, char suggestion[RK_CODE_TEXT]);

/* rk_lg_code_complete takes a code as other data have it (six digits, five without the check digit, full-width digits) and
 * writes its six digits; false when it can't be one. */
RK_MUST_USE bool rk_lg_code_complete(struct rk_slice code, char out[RK_CODE_TEXT]);
/* Prefecture (000) against city, of a code that is fine. */
bool rk_lg_code_is_prefecture(struct rk_slice code);

enum rk_gb_level {
	RK_GB_NONE,     /* not of this system's shape */
	RK_GB_PROVINCE, /* ends in 0000 */
	RK_GB_MUNICIPALITY, /* 北京, 天津, 上海, 重庆: province level, directly under the central government */
	RK_GB_CITY,   /* ends in 00 */
	RK_GB_COUNTY, /* everything below; takes no part in the programme */
};
enum rk_gb_level rk_gb_code_level(struct rk_slice code);

/* Names of the programme's participants, compiled in for suggestions; the registry is what counts. */
struct rk_code_name {
	const char *code;
	const char *ja;
	const char *en;
	const char *zh;
};
/* NULL when the code is none of them. */
const struct rk_code_name *rk_lg_name(struct rk_slice code);
const struct rk_code_name *rk_gb_name(struct rk_slice code);
/* All of them, in the order of the interim evaluation and of the codes. */
const struct rk_code_name *rk_lg_names(size_t *count);
const struct rk_code_name *rk_gb_names(size_t *count);
