#include "words/era.h"

#include "base/text.h"
#include "words/period.h"

#include <string.h>

/* Newest first.  last is the highest year still read: 平成 is read on past its end, since papers of its time looked ahead. */
static const struct era {
	const char *name;
	char letter;
	int32_t base;  /* year n is base + n */
	int32_t begin; /* its first day */
	int32_t last;
} eras[] = {
	{"令和", 'R', 2018, 20190501, 181},
	{"平成", 'H', 1988, 19890108, 40 },
	{"昭和", 'S', 1925, 19261225, 64 },
};

#define ERAS (sizeof eras / sizeof eras[0])

bool rk_era_plain(struct rk_slice text, char *out, size_t size)
{
	size_t at = 0, len = 0;

	if (rk_text_utf8_bad(text) != text.len)
		return false;
	while (at < text.len) {
		size_t from = at;
		uint32_t c = rk_text_next(text, &at);

		if (c == 0)
			return false;
		if (c == 0x3000 || c == '\t' || c == '\n' || c == '\r' || c == 0xa0)
			c = ' ';
		if (c >= 0xff01 && c <= 0xff5e)
			c -= 0xfee0;
		if (c == ' ' && len == 0)
			continue;
		if (len + (c < 0x80 ? 1 : at - from) + 1 > size)
			return false;
		if (c < 0x80) {
			out[len++] = (char)c;
		} else {
			memcpy(out + len, text.at + from, at - from);
			len += at - from;
		}
	}
	while (len > 0 && out[len - 1] == ' ')
		len--;
	if (size == 0)
		return false;
	out[len] = '\0';
	return true;
}

static bool skip(const char **at, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

/* 0 to 9, or 10 for 十; -1 for anything else. */
static int32_t kanji_digit(const char **at)
{
	static const char digits[] = "〇一二三四五六七八九十";

	for (int32_t i = 0; i <= 10; i++) {
		if (strncmp(*at, digits + (size_t)i * 3, 3) == 0) {
			*at += 3;
			return i;
		}
	}
	return -1;
}

/* 二十八 and 二八 and 二〇一六; at most four signs. */
static bool read_kanji(const char **at, int32_t *number)
{
	const char *start = *at;
	int32_t value = 0, tens = -1, signs = 0;

	*number = 0;
	for (;;) {
		int32_t digit = kanji_digit(at);

		if (digit < 0)
			break;
		if (++signs > 4)
			return false;
		if (digit == 10) {
			if (tens >= 0 || value > 9)
				return false;
			tens = value ? value : 1;
			value = 0;
		} else {
			value = value * 10 + digit;
		}
	}
	if (tens >= 0 && value > 9)
		return false;
	*number = tens >= 0 ? tens * 10 + value : value;
	return *at != start;
}

/* 元, ASCII digits (at most four) or kanji. */
static bool read_number(const char **at, int32_t *number)
{
	int32_t digits = 0;

	*number = 0;
	if (skip(at, "元")) {
		*number = 1;
		return true;
	}
	if (**at < '0' || **at > '9')
		return read_kanji(at, number);
	for (; **at >= '0' && **at <= '9'; (*at)++) {
		if (++digits > 4)
			return false;
		*number = *number * 10 + (**at - '0');
	}
	return true;
}

static const struct era *read_era(const char **at, bool *by_letter)
{
	for (size_t i = 0; i < ERAS; i++) {
		char letter = **at;

		*by_letter = false;
		if (skip(at, eras[i].name))
			return &eras[i];
		if (letter != eras[i].letter && letter != eras[i].letter + ('a' - 'A'))
			continue;
		if (((*at)[1] < '0' || (*at)[1] > '9') && strncmp(*at + 1, "元", 3) != 0)
			continue;
		(*at)++;
		*by_letter = true;
		return &eras[i];
	}
	return NULL;
}

const char *rk_era_name(const char *text, size_t *used)
{
	const char *at = text;
	bool by_letter;
	const struct era *era = read_era(&at, &by_letter);

	*used = (size_t)(at - text);
	return era ? era->name : NULL;
}

/* "4月", "4月30日" after 年; whether there are such ones. */
static bool read_month_and_day(const char **at, struct rk_era_year *out)
{
	const char *from = *at;
	bool there;

	if (!read_number(at, &out->month) || !skip(at, "月")) {
		*at = from;
		out->month = 0;
		return true;
	}
	there = out->month >= 1 && out->month <= 12;
	from = *at;
	if (!read_number(at, &out->day) || !skip(at, "日")) {
		*at = from;
		out->day = 0;
		return there;
	}
	return there && out->day >= 1 && out->day <= rk_days_of_month(out->year, out->month);
}

/* A year n of an era that had begun, and for 平成 and 昭和 had not ended long before. */
static bool within(const struct era *era, const struct rk_era_year *year)
{
	int32_t date = rk_date_make(year->year, year->month, year->day);

	if (year->year <= era->base || year->year > era->base + era->last)
		return false;
	if (year->month == 0)
		return true;
	if (year->day == 0)
		return date + 31 >= era->begin && !(era->letter == 'S' && date > 19890100);
	return date >= era->begin && !(era->letter == 'S' && date >= 19890108);
}

bool rk_era_read(const char *plain, struct rk_era_year *out, size_t *used)
{
	const char *at = plain;
	bool by_letter = false, written_fy, there = true;
	int32_t number;
	const struct era *era;

	*out = (struct rk_era_year){0};
	written_fy = skip(&at, "FY") || skip(&at, "fy") || skip(&at, "Fy");
	era = written_fy ? NULL : read_era(&at, &by_letter);
	if (!read_number(&at, &number))
		return false;
	if (!era && (number < 1900 || number > 2199))
		return false;
	out->year = era ? era->base + number : number;
	out->heisei = era && era->letter == 'H';
	if (skip(&at, "年度"))
		out->fiscal = true;
	else if (!written_fy && skip(&at, "年"))
		there = read_month_and_day(&at, out);
	else if (era && !by_letter)
		return false;
	else
		out->fiscal = written_fy || by_letter;
	out->outdated = out->heisei &&
		(number >= 32 || (number == 31 && (out->fiscal || out->month >= 5)));
	*used = (size_t)(at - plain);
	if (!there)
		out->fault = RK_ERA_NUMBERS;
	else if (era && !within(era, out))
		out->fault = RK_ERA_OUTSIDE;
	return out->fault == RK_ERA_FINE;
}

enum rk_status rk_era_parse(struct rk_slice text, struct rk_era_year *out, struct rk_err *err)
{
	struct rk_slice shown = rk_text_front(text, 60);
	char plain[64] = "";
	size_t used;

	if (rk_era_plain(text, plain, sizeof plain) && rk_era_read(plain, out, &used) &&
		plain[used] == '\0')
		return RK_OK;
	return rk_fail_reason(err, RK_INVALID_ARGUMENT, "ERA_INVALID",
		"year \"%.*s\" is not like 平成28年度, H28, 令和元年度, 2016年度 or FY2016",
		(int)shown.len, shown.len ? (const char *)shown.at : "");
}

static enum rk_status add_year(struct rk_buf *out, const struct era *era, int32_t year)
{
	if (!era)
		return rk_buf_addf(out, "%d", year);
	if (year - era->base == 1)
		return rk_buf_addf(out, "%s元", era->name);
	return rk_buf_addf(out, "%s%d", era->name, year - era->base);
}

static const struct era *era_on(int32_t date)
{
	for (size_t i = 0; i < ERAS; i++) {
		if (date >= eras[i].begin)
			return &eras[i];
	}
	return NULL;
}

enum rk_status rk_era_add_fiscal_year(struct rk_buf *out, int32_t fiscal_year)
{
	/* The end of the year decides: FY2019 is 令和元年度 as a whole. */
	RK_TRY(add_year(out, era_on(rk_date_make(fiscal_year, 12, 31)), fiscal_year));
	return rk_buf_add_str(out, "年度");
}

enum rk_status rk_era_add_date(struct rk_buf *out, int32_t year, int32_t month, int32_t day)
{
	int32_t last = rk_date_make(year, month ? month : 12, day ? day : 31);

	RK_TRY(add_year(out, era_on(last), year));
	RK_TRY(rk_buf_add_str(out, "年"));
	if (month)
		RK_TRY(rk_buf_addf(out, "%d月", month));
	if (month && day)
		RK_TRY(rk_buf_addf(out, "%d日", day));
	return RK_OK;
}

enum rk_status rk_era_add_day_told(struct rk_buf *out, int32_t year, int32_t month, int32_t day)
{
	RK_TRY(rk_era_add_date(out, year, month, day));
	return rk_buf_addf(out, "（%04d-%02d-%02d）", year, month, day);
}
