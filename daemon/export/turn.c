#include "export/turn.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LOOK_NS 200000000L
#define WAIT_MS (INT64_C(30) * 60 * 1000)

/* That this end is dead is noticed within a minute, and not after hours or a long sort: until then nobody else would come up. */
static const char notice_death[] =
	"set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3; set tcp_user_timeout = 60000; set client_connection_check_interval = 5000";

static enum rk_status count_ahead(
	struct rk_plain *plain, const char *number, int64_t *ahead, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	RK_TRY(rk_plain_ask(
		plain, "select renkei_api.export_turns_ahead($1)", 1, &number, &out, err));
	if (!rk_text_i64(rk_buf_slice(&out), 0, INT64_MAX, ahead))
		return rk_fail(err, RK_INTERNAL, "the line of exports has no number");
	return RK_OK;
}

enum rk_status rk_export_turn_take(struct rk_plain *plain,
	enum rk_status (*going)(void *arg, struct rk_err *err), void *arg, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf number = {0};
	int64_t until_ms = rk_clock_ms() + WAIT_MS, ahead, before = INT64_MAX;
	bool told = false;

	RK_TRY(rk_plain_run(plain, notice_death, err));
	RK_TRY(rk_plain_ask(plain, "select renkei_api.take_export_turn()", 0, NULL, &number, err));
	if (!rk_buf_cstr(&number))
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for an export");
	for (;;) {
		RK_TRY(count_ahead(plain, (const char *)number.at, &ahead, err));
		if (ahead == 0)
			return RK_OK;
		/* A line that moves is waited in, however long it is. */
		if (ahead < before)
			until_ms = rk_clock_ms() + WAIT_MS;
		before = ahead;
		if (rk_clock_ms() >= until_ms)
			break;
		if (!told)
			rk_log(RK_LOG_NOTICE, "export_waits", RK_NUMBER("ahead", ahead));
		told = true;
		if (going)
			RK_TRY(going(arg, err));
		nanosleep(&(struct timespec){0, LOOK_NS}, NULL);
	}
	rk_log(RK_LOG_WARNING, "export_passes_by", RK_NUMBER("ahead", ahead),
		RK_NUMBER("waited_ms", WAIT_MS));
	return RK_OK;
}
