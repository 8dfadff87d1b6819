#include "words/calendar.h"

#include <string.h>
#include <strings.h>

#define LONGEST 200
#define US      ((int64_t)1000000)
#define DAY_S   ((int64_t)86400)

/* What is left to read. */
struct text {
	const char *at, *end;
};

static enum rk_status wrong(struct rk_err *err, const struct text *text)
{
	return rk_fail_reason(err, RK_INVALID_ARGUMENT, "CALENDAR_INVALID",
		"'%.*s' is not understood", (int)(text->end - text->at), text->at);
}

static bool ended(const struct text *text)
{
	return text->at == text->end;
}

static bool next_is(const struct text *text, char c)
{
	return !ended(text) && *text->at == c;
}

static bool take(struct text *text, char c)
{
	if (!next_is(text, c))
		return false;
	text->at++;
	return true;
}

static bool take_word(struct text *text, const char *word)
{
	size_t len = strlen(word), left = (size_t)(text->end - text->at);

	if (left < len || strncasecmp(text->at, word, len) != 0)
		return false;
	text->at += len;
	return true;
}

static void skip_blanks(struct text *text)
{
	while (take(text, ' '))
		continue;
}

static bool take_number(struct text *text, int digits, int64_t *number)
{
	const char *begin = text->at;

	*number = 0;
	while (!ended(text) && *text->at >= '0' && *text->at <= '9' && text->at - begin < digits)
		*number = *number * 10 + (*text->at++ - '0');
	return text->at > begin;
}

static void set_bit(uint64_t *bits, int64_t bit)
{
	bits[bit / 64] |= (uint64_t)1 << (bit % 64);
}

static bool has_bit(const uint64_t *bits, int64_t bit)
{
	return bits[bit / 64] >> (bit % 64) & 1;
}

/* What a part of a calendar may be: first to last, of so many digits; of a month's end "/" counts towards it, and there are no ranges. */
struct limits {
	int64_t first, last;
	int digits;
	bool from_end;
};

/* Where the bits of a part begin: years are too large to be their own. */
static int64_t origin(const struct limits *limits)
{
	return limits->first > 31 ? limits->first : 0;
}

static bool take_number_within(
	struct text *text, const struct limits *limits, int64_t least, int64_t *number)
{
	return take_number(text, limits->digits, number) && *number >= least &&
		*number <= limits->last;
}

static bool take_points(struct text *text)
{
	if (text->end - text->at < 2 || text->at[0] != '.' || text->at[1] != '.')
		return false;
	text->at += 2;
	return true;
}

/* "4", "1..7", "0/15", "1..7/2". */
static bool take_range(struct text *text, const struct limits *limits, uint64_t *bits)
{
	int64_t from, to, step = 1;
	bool ranged;

	if (!take_number_within(text, limits, limits->first, &from))
		return false;
	to = from;
	ranged = take_points(text);
	if (ranged && (limits->from_end || !take_number_within(text, limits, from, &to)))
		return false;
	if (take(text, '/')) {
		if (!take_number(text, 4, &step) || step < 1)
			return false;
		if (!ranged)
			to = limits->from_end ? limits->first : limits->last;
	}
	if (limits->from_end)
		for (int64_t i = from; i >= to; i -= step)
			set_bit(bits, i);
	else
		for (int64_t i = from; i <= to; i += step)
			set_bit(bits, i - origin(limits));
	return true;
}

/* A list of ranges; "*" is all. */
static bool take_set(
	struct text *text, int64_t first, int64_t last, int digits, bool from_end, uint64_t *bits)
{
	const struct limits limits = {first, last, digits, from_end};

	if (take(text, '*')) {
		for (int64_t i = first; i <= last; i++)
			set_bit(bits, i - origin(&limits));
		return true;
	}
	do {
		if (!take_range(text, &limits, bits))
			return false;
	} while (take(text, ','));
	return true;
}

static bool take_weekday(struct text *text, int *day)
{
	static const char *const names[][2] = {
		{"Monday",    "Mon"},
                {"Tuesday",   "Tue"},
                {"Wednesday", "Wed"},
                {"Thursday",  "Thu"},
		{"Friday",    "Fri"},
                {"Saturday",  "Sat"},
                {"Sunday",    "Sun"}
        };

	for (*day = 0; *day < 7; ++*day) {
		if (take_word(text, names[*day][0]) || take_word(text, names[*day][1]))
			return true;
	}
	return false;
}

/* No weekday at all is every day. */
static bool take_weekdays(struct text *text, struct rk_calendar *c)
{
	int from, to;

	if (!take_weekday(text, &from)) {
		c->weekdays = 0x7f;
		return true;
	}
	for (;;) {
		to = from;
		if (text->end - text->at >= 2 && text->at[0] == '.' && text->at[1] == '.') {
			text->at += 2;
			if (!take_weekday(text, &to) || to < from)
				return false;
		}
		for (int day = from; day <= to; day++)
			c->weekdays |= (uint8_t)(1 << day);
		if (!take(text, ','))
			break;
		if (!take_weekday(text, &from))
			return false;
	}
	return ended(text) || next_is(text, ' ');
}

static bool take_date(struct text *text, struct rk_calendar *c)
{
	uint64_t months = 0, days = 0;
	const char *begin = text->at;
	bool back;

	memset(c->years, 0, sizeof c->years);
	/* Two parts are month and day, three begin with the year. */
	if (!take_set(text, RK_CALENDAR_FIRST_YEAR, RK_CALENDAR_LAST_YEAR, 4, false, c->years) ||
		!take(text, '-') || !take_set(text, 1, 12, 2, false, &months) ||
		!(next_is(text, '-') || next_is(text, '~'))) {
		text->at = begin;
		memset(c->years, 0xff, sizeof c->years);
		months = 0;
		if (!take_set(text, 1, 12, 2, false, &months))
			return false;
	}
	back = next_is(text, '~');
	if (!take(text, '~') && !take(text, '-'))
		return false;
	if (!take_set(text, 1, 31, 2, back, &days))
		return false;
	c->months = (uint16_t)months;
	c->days = back ? 0 : (uint32_t)days;
	c->days_back = back ? (uint32_t)days : 0;
	return ended(text) || next_is(text, ' ');
}

static bool take_time(struct text *text, struct rk_calendar *c)
{
	uint64_t hours = 0;

	c->minutes = c->seconds = 0;
	if (!take_set(text, 0, 23, 2, false, &hours) || !take(text, ':') ||
		!take_set(text, 0, 59, 2, false, &c->minutes))
		return false;
	c->hours = (uint32_t)hours;
	c->has_time = true;
	if (!take(text, ':'))
		c->seconds = 1;
	else if (!take_set(text, 0, 59, 2, false, &c->seconds))
		return false;
	return ended(text) || next_is(text, ' ');
}

static bool take_zone(struct text *text, struct rk_calendar *c)
{
	static const struct {
		const char *name;
		int32_t offset_s;
	} zones[] = {
		{"Asia/Tokyo",    9 * 3600},
                {"Asia/Shanghai", 8 * 3600},
                {"UTC",           0       }
        };

	for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
		if (!take_word(text, zones[i].name))
			continue;
		c->zone = zones[i].name;
		c->offset_s = zones[i].offset_s;
		return true;
	}
	return false;
}

static bool take_shorthand(struct text *text, struct rk_calendar *c)
{
	static const struct {
		const char *name, *means;
	} words[] = {
		{"minutely",      "*-*-* *:*:00"             },
                {"hourly",        "*-*-* *:00:00"            },
		{"daily",         "*-*-* 00:00:00"           },
                {"weekly",        "Mon *-*-* 00:00:00"       },
		{"monthly",       "*-*-01 00:00:00"          },
                {"quarterly",     "*-01,04,07,10-01 00:00:00"},
		{"semiannually",  "*-01,07-01 00:00:00"      },
                {"semi-annually", "*-01,07-01 00:00:00"      },
		{"biannually",    "*-01,07-01 00:00:00"      },
                {"bi-annually",   "*-01,07-01 00:00:00"      },
		{"anually",       "*-01-01 00:00:00"         },
                {"annually",      "*-01-01 00:00:00"         },
		{"yearly",        "*-01-01 00:00:00"         }
        };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		struct text means = {words[i].means, words[i].means + strlen(words[i].means)},
			    left = *text;

		if (!take_word(&left, words[i].name) || !(ended(&left) || next_is(&left, ' ')))
			continue;
		*text = left;
		if (!take_weekdays(&means, c))
			return false;
		skip_blanks(&means);
		if (!take_date(&means, c))
			return false;
		skip_blanks(&means);
		return take_time(&means, c);
	}
	return false;
}

/* "+ 10 days", or nothing. */
static bool take_days_after(struct text *text, struct rk_calendar *c)
{
	int64_t number, times = 1;

	skip_blanks(text);
	if (!take(text, '+'))
		return true;
	skip_blanks(text);
	if (!take_number(text, 4, &number))
		return false;
	skip_blanks(text);
	if (take_word(text, "weeks") || take_word(text, "week"))
		times = 7;
	else if (!take_word(text, "days") && !take_word(text, "day"))
		return false;
	c->days_after = (int32_t)(number * times);
	return number * times <= 3660;
}

static bool one_moment(const struct rk_calendar *c)
{
	return !(c->hours & (c->hours - 1)) && !(c->minutes & (c->minutes - 1)) &&
		!(c->seconds & (c->seconds - 1));
}

static bool take_deadline(struct text *text, struct rk_calendar *c)
{
	const char *begin = text->at;

	if (!take_word(text, "quarter-deadline"))
		return false;
	c->deadline = true;
	if (!take_days_after(text, c) || !(ended(text) || next_is(text, ' '))) {
		text->at = begin;
		return false;
	}
	skip_blanks(text);
	if (ended(text) || *text->at < '0' || *text->at > '9')
		return true;
	return take_time(text, c) && one_moment(c);
}

static bool is_time(const struct text *text)
{
	for (const char *at = text->at; at < text->end && *at != ' '; at++) {
		if (*at == ':')
			return true;
	}
	return false;
}

static bool take_parts(struct text *text, struct rk_calendar *c)
{
	memset(c->years, 0xff, sizeof c->years);
	c->months = 0x1ffe;
	c->days = 0xfffffffe;
	c->hours = 1;
	c->minutes = c->seconds = 1;
	if (!take_weekdays(text, c))
		return false;
	skip_blanks(text);
	if (!ended(text) && strchr("*0123456789", *text->at) && !is_time(text) &&
		!take_date(text, c))
		return false;
	skip_blanks(text);
	return ended(text) || !is_time(text) || take_time(text, c);
}

enum rk_status rk_calendar_parse(
	struct rk_slice bytes, const char *zone, struct rk_calendar *out, struct rk_err *err)
{
	struct text text = {(const char *)bytes.at, (const char *)bytes.at + bytes.len},
		    name = {zone, zone + strlen(zone)};

	*out = (struct rk_calendar){0};
	if (!take_zone(&name, out) || !ended(&name))
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "CALENDAR_ZONE",
			"'%.40s' is none of the time zones Asia/Tokyo, Asia/Shanghai and UTC",
			zone);
	if (bytes.len == 0 || bytes.len > LONGEST)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "CALENDAR_INVALID",
			"%zu bytes; 1 to %d", bytes.len, LONGEST);
	skip_blanks(&text);
	if (ended(&text))
		return wrong(err, &text);
	if (!take_shorthand(&text, out) && !take_deadline(&text, out)) {
		if (out->deadline || !take_parts(&text, out))
			return wrong(err, &text);
	}
	skip_blanks(&text);
	if (!ended(&text) && !take_zone(&text, out))
		return wrong(err, &text);
	skip_blanks(&text);
	return ended(&text) ? RK_OK : wrong(err, &text);
}

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int64_t year, int month)
{
	static const int days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month] + (month == 2 && is_leap(year));
}

/* The first second of a day that fits, at or after from; -1. */
static int64_t second_of_day(const struct rk_calendar *c, int64_t from)
{
	for (int64_t hour = from / 3600; hour < 24; hour++) {
		if (!(c->hours >> hour & 1))
			continue;
		for (int64_t minute = hour == from / 3600 ? from % 3600 / 60 : 0; minute < 60;
			minute++) {
			if (!(c->minutes >> minute & 1))
				continue;
			for (int64_t second = hour * 60 + minute == from / 60 ? from % 60 : 0;
				second < 60; second++) {
				if (c->seconds >> second & 1)
					return hour * 3600 + minute * 60 + second;
			}
		}
	}
	return -1;
}

static bool next_of_days(const struct rk_calendar *c, int64_t after_s, int64_t *next_s)
{
	int64_t from = after_s + 1 + c->offset_s, day = 0;

	for (int64_t year = RK_CALENDAR_FIRST_YEAR; year <= RK_CALENDAR_LAST_YEAR; year++) {
		int64_t length = is_leap(year) ? 366 : 365;

		if (!has_bit(c->years, year - RK_CALENDAR_FIRST_YEAR) ||
			(day + length) * DAY_S <= from) {
			day += length;
			continue;
		}
		for (int month = 1; month <= 12; month++) {
			int last = days_in_month(year, month);

			for (int d = 1; d <= last; d++, day++) {
				int64_t second;

				if (!(c->months >> month & 1) ||
					!(c->days >> d & 1 || c->days_back >> (last + 1 - d) & 1) ||
					!(c->weekdays >> ((day + 3) % 7) & 1) ||
					(day + 1) * DAY_S <= from)
					continue;
				second = second_of_day(
					c, from > day * DAY_S ? from - day * DAY_S : 0);
				if (second < 0)
					continue;
				*next_s = day * DAY_S + second - c->offset_s;
				return true;
			}
		}
	}
	return false;
}

static int64_t floor_second(int64_t us)
{
	return us >= 0 ? us / US : -((-us + US - 1) / US);
}

static int64_t behind_deadline(const struct rk_calendar *c, int64_t deadline_us)
{
	int64_t local_s = floor_second(deadline_us) + c->offset_s;

	if (!c->has_time)
		return deadline_us + c->days_after * DAY_S * US;
	return ((local_s / DAY_S + c->days_after) * DAY_S + second_of_day(c, 0) - c->offset_s) * US;
}

bool rk_calendar_next(const struct rk_calendar *c, int64_t after_us, const int64_t *deadlines,
	size_t count, int64_t *next_us)
{
	int64_t next_s;

	if (!c->deadline) {
		if (after_us < 0)
			after_us = -US;
		if (!next_of_days(c, floor_second(after_us), &next_s))
			return false;
		*next_us = next_s * US;
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		*next_us = behind_deadline(c, deadlines[i]);
		if (*next_us > after_us)
			return true;
	}
	return false;
}

bool rk_calendar_missed(const struct rk_calendar *c, int64_t after_us, int64_t now_us,
	const int64_t *deadlines, size_t count, int64_t *due_us)
{
	int64_t step_us, low_us = after_us, next_us;

	if (!rk_calendar_next(c, after_us, deadlines, count, &next_us) || next_us > now_us)
		return false;
	*due_us = next_us;
	/* From the far end: the last one lies within the shortest span before now that has any. */
	for (step_us = 60 * US; now_us - step_us > after_us; step_us *= 2) {
		if (rk_calendar_next(c, now_us - step_us, deadlines, count, &next_us) &&
			next_us <= now_us) {
			low_us = now_us - step_us;
			break;
		}
	}
	while (rk_calendar_next(c, low_us, deadlines, count, &next_us) && next_us <= now_us)
		*due_us = low_us = next_us;
	return true;
}
