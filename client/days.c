#include "days.h"

#include "periods.h"
#include "words/era.h"

#include <string.h>
#include <time.h>

#define JAPAN_S 32400

static const char *era(struct rk_run *run, int year, int month, int day)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};

	return rk_era_add_date(&text, year, month, day) == RK_OK
		? rk_run_slice(run, rk_buf_slice(&text))
		: "";
}

const char *rk_day_shown(struct rk_run *run, const char *day)
{
	struct rk_err err;
	int32_t date;

	if (run->language != RK_JA || rk_date_parse(day, &date, &err) != RK_OK)
		return day;
	return era(run, date / 10000, date / 100 % 100, date % 100);
}

const char *rk_day_told(struct rk_run *run, const char *day)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	struct rk_err err;
	int32_t date;

	if (run->language != RK_JA || rk_date_parse(day, &date, &err) != RK_OK ||
		rk_era_add_day_told(&text, date / 10000, date / 100 % 100, date % 100) != RK_OK)
		return day;
	return rk_run_slice(run, rk_buf_slice(&text));
}

const char *rk_moment_told(struct rk_run *run, const Google__Protobuf__Timestamp *at)
{
	const char *plain = rk_moment_japan(run, at);

	/* The day comes first and has ten characters. */
	return run->language == RK_JA && *plain
		? rk_run_printf(run, "%s%s", rk_day_told(run, rk_run_printf(run, "%.10s", plain)),
			  plain + 11)
		: plain;
}

const char *rk_moment_shown(struct rk_run *run, const Google__Protobuf__Timestamp *at)
{
	struct tm parts;
	char clock[16];
	time_t japan = at ? (time_t)at->seconds + JAPAN_S : 0;

	if (!at || !gmtime_r(&japan, &parts) || !strftime(clock, sizeof clock, "%H:%M:%S", &parts))
		return "";
	return rk_tell(run, "moment.japan", "day",
		run->language == RK_JA
			? era(run, parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday)
			: rk_run_printf(run, "%04d-%02d-%02d", parts.tm_year + 1900,
				  parts.tm_mon + 1, parts.tm_mday),
		"clock", clock);
}
