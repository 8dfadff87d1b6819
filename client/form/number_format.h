/* number_format.h - how a number format shows a number: as one, or as a date, and then how much of it (ECMA-376 18.8.30, 18.8.31). */
#pragma once
#include "base/buf.h"

#include <stdint.h>

enum rk_shows {
	RK_SHOWS_NUMBER, /* a time of day too */
	RK_SHOWS_YEAR,
	RK_SHOWS_MONTH, /* what Excel makes of "2016/10": the 1st of the month, shown without its day */
	RK_SHOWS_DAY,
};

/* Of a format's code: "yyyy\-mm\-dd", "[$-411]ggge\"年\"m\"月\"d\"日\"". */
enum rk_shows rk_number_format_shows(struct rk_slice code);
/* Of a format that is known by its number alone, in a Japanese or Chinese Excel too. */
enum rk_shows rk_number_format_builtin(uint32_t id);
