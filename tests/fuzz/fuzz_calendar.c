/* Any text as a calendar: what is read comes, later than it was asked for, at a moment that it would give again; and is missed at most once. */
#include "words/calendar.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int64_t deadlines[] = {1468594799000000, 1476543599000000, 1484578799000000};
	const int64_t begin_us = 1467298800000000,
		      now_us = begin_us + (int64_t)400 * 86400 * 1000000;
	struct rk_calendar calendar;
	int64_t at_us = begin_us, next_us, due_us;
	struct rk_err err;

	if (rk_calendar_parse(rk_slice_of(data, size), "Asia/Tokyo", &calendar, &err) != RK_OK)
		return 0;
	assert(calendar.deadline || (calendar.weekdays && calendar.hours));
	for (int i = 0; i < 3 && rk_calendar_next(&calendar, at_us, deadlines, 3, &next_us); i++) {
		assert(next_us > at_us);
		/* From one microsecond before it is the same again. */
		assert(rk_calendar_next(&calendar, next_us - 1, deadlines, 3, &at_us) &&
			at_us == next_us);
	}
	if (rk_calendar_missed(&calendar, begin_us, now_us, deadlines, 3, &due_us)) {
		assert(due_us > begin_us && due_us <= now_us);
		assert(!rk_calendar_next(&calendar, due_us, deadlines, 3, &next_us) ||
			next_us > now_us);
	}
	return 0;
}
