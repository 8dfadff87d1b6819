#include "today.h"

#include "base/clock.h"
#include "days.h"
#include "periods.h"
#include "server_info.h"
#include "words/period.h"

#include <stdlib.h>

/* Less is nobody's business: it moves no day but around midnight. */
#define TOLD_S 300

int64_t rk_now(const struct rk_run *run)
{
	return rk_clock_now_us() / 1000000 + run->clock_behind;
}

bool rk_today_is_own(const struct rk_run *run)
{
	return !run->clock_heard && !rk_run_option(run, "today");
}

enum rk_status rk_today(const struct rk_run *run, int32_t *date, struct rk_err *err)
{
	const char *text = rk_run_option(run, "today");

	if (text)
		return rk_date_parse(text, date, err);
	*date = rk_clock_japan_date(rk_now(run) * 1000000);
	return RK_OK;
}

bool rk_today_decides(const struct rk_run *run, int32_t day)
{
	int32_t today = rk_clock_japan_date(rk_now(run) * 1000000);

	return rk_date_is_real(day) && rk_date_is_real(today) &&
		rk_date_to_days(day) >= rk_date_to_days(today) - 1;
}

void rk_clock_heard(struct rk_run *run, const Google__Protobuf__Timestamp *now)
{
	if (!now || run->clock_heard)
		return;
	run->clock_heard = true;
	run->clock_behind = now->seconds - rk_clock_now_us() / 1000000;
}

bool rk_clock_ask(struct rk_run *run)
{
	if (run->asks_clock && !run->clock_heard) {
		run->asks_clock = false;
		(void)rk_server_info_soon(run);
	}
	rk_clock_tell(run);
	return run->clock_heard;
}

void rk_clock_tell(struct rk_run *run)
{
	Google__Protobuf__Timestamp now = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	if (run->clock_told || llabs(run->clock_behind) < TOLD_S)
		return;
	run->clock_told = true;
	now.seconds = rk_now(run);
	rk_talk(run, run->clock_behind > 0 ? "clock.behind" : "clock.ahead", "span",
		rk_span(run, llabs(run->clock_behind)), "time", rk_moment_told(run, &now));
}
