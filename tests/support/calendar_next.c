/* Prints the next three moments of calendars, one a line "CALENDAR": for tests/e2e/test_export_calendar.py, which asks systemd the same.
 *   calendar_next ZONE AFTER_SECONDS < CALENDARS        "1467298800 1467385200 1467471600", or "refused" */
#include "words/calendar.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **args)
{
	char line[512];

	if (count != 3)
		return 64;
	while (fgets(line, sizeof line, stdin)) {
		int64_t at = strtoll(args[2], NULL, 10) * 1000000;
		struct rk_calendar calendar;
		struct rk_err err;

		line[strcspn(line, "\n")] = '\0';
		if (rk_calendar_parse(rk_slice_str(line), args[1], &calendar, &err) != RK_OK) {
			puts("refused");
			continue;
		}
		for (int i = 0; i < 3 && rk_calendar_next(&calendar, at, NULL, 0, &at); i++)
			printf("%s%" PRId64, i ? " " : "", at / 1000000);
		puts("");
	}
	return 0;
}
