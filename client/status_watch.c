#include "base/clock.h"
#include "out.h"
#include "remote.h"
#include "status.h"
#include "wire/pack.h"

#include <time.h>
#include <unistd.h>

/* One stream is so long at most, and then another one goes on; silent for so long it is dead: the server says every 30 s that it lives. */
#define STREAM_MS INT64_C(3600000)
#define SILENT_MS INT64_C(75000)
#define LONGEST_S 30

struct watching {
	struct rk_run *run;
	size_t told;
	int status; /* of printing */
};

/* On a terminal the new picture takes the place of the old one. */
static void clear_screen(const struct rk_run *run)
{
	if (isatty(STDOUT_FILENO) && !run->out_path && rk_out_is_human(run))
		fputs("\033[H\033[2J", stdout);
}

/* Each is printed with memory of its own: the run may last for days. */
static void on_message(void *arg, struct rk_slice message)
{
	struct watching *watching = arg;
	struct rk_run view = *watching->run;
	ProtobufCMessage *unpacked;
	struct rk_err err;

	view.arena = (struct rk_arena){0};
	watching->told++;
	if (watching->status == EX_OK &&
		rk_unpack(&view.arena, &renkei__v1__watch_platform_status_response__descriptor,
			message, &unpacked, &err) == RK_OK) {
		const Renkei__V1__WatchPlatformStatusResponse *answer = (const void *)unpacked;

		if (answer->status) {
			clear_screen(&view);
			watching->status = rk_status_show(&view, answer->status);
			if (fflush(rk_out(&view)) != 0)
				watching->status = EX_IOERR;
		}
	}
	rk_arena_clear(&view.arena);
}

static bool comes_back(enum rk_status status)
{
	return status == RK_OK || status == RK_UNAVAILABLE || status == RK_DEADLINE_EXCEEDED ||
		status == RK_RESOURCE_EXHAUSTED || status == RK_CANCELLED;
}

int rk_status_watch(struct rk_run *run, int32_t first_fiscal_year, int32_t last_fiscal_year)
{
	Renkei__V1__WatchPlatformStatusRequest request =
		RENKEI__V1__WATCH_PLATFORM_STATUS_REQUEST__INIT;
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};
	struct watching watching = {.run = run};
	struct rk_failure failure;
	unsigned wait_s = 1;

	request.first_fiscal_year = first_fiscal_year;
	request.last_fiscal_year = last_fiscal_year;
	if (rk_pack(&request.base, &bytes) != RK_OK)
		return EX_OSERR;
	if (!rk_out(run))
		return EX_CANTCREAT;
	rk_talk(run, "status.watching");
	for (;;) {
		struct rk_slice message = rk_buf_slice(&bytes);
		const struct rk_exchange exchange = {
			.path = "/renkei.v1.StatusService/WatchPlatformStatus",
			.messages = &message,
			.count = 1,
			.timeout_ms = STREAM_MS,
			.stall_ms = SILENT_MS,
			.on_message = on_message,
			.arg = &watching};
		size_t before = watching.told;
		enum rk_status status = rk_remote_exchange(run, &exchange, &failure);

		if (watching.status != EX_OK)
			return watching.status;
		if (!comes_back(status))
			return rk_trouble_at(run, &failure);
		/* One that was told something begins to wait anew. */
		wait_s = watching.told != before ? 1 : wait_s < LONGEST_S ? wait_s * 2 : LONGEST_S;
		if (status == RK_OK || status == RK_DEADLINE_EXCEEDED)
			continue;
		rk_talk(run, "status.lost", "seconds", rk_run_printf(run, "%u", wait_s), "why",
			rk_failure_sentence(run, &failure));
		sleep(wait_s);
	}
}
