#include "remote_again.h"

#include "base/clock.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#define DEFAULT_TIMEOUT_MS 30000
#define PAUSE_FIRST_MS     2000
#define PAUSE_MOST_MS      15000
#define READ_ATTEMPTS      4
#define TENTHS             10

int64_t rk_patience_ms(const struct rk_run *run)
{
	return run->timeout_ms ? run->timeout_ms : DEFAULT_TIMEOUT_MS;
}

/* What is too large stays too large; what ran out on this computer does so again. */
static bool is_size(const struct rk_failure *failure)
{
	const char *reason = failure->err.reason;
	size_t len = strlen(reason);

	return !failure->from_server ||
		(len > 10 && strcmp(reason + len - 10, "_TOO_LARGE") == 0) ||
		(len > 9 && strcmp(reason + len - 9, "_TOO_MANY") == 0);
}

bool rk_again_may_pass(const struct rk_failure *failure)
{
	switch (failure->err.status) {
	case RK_UNAVAILABLE:
	case RK_DEADLINE_EXCEEDED:
		return true;
	case RK_RESOURCE_EXHAUSTED:
		return !is_size(failure);
	case RK_ABORTED:
		/* Two transactions met; other reasons want somebody to read first. */
		return strcmp(failure->err.reason, "CONFLICT") == 0;
	default:
		return false;
	}
}

bool rk_again_is_refusal(const struct rk_failure *failure)
{
	switch (failure->err.status) {
	case RK_CANCELLED:
	case RK_UNKNOWN:
	case RK_INTERNAL:
	case RK_DATA_LOSS:
	case RK_UNIMPLEMENTED:
		return false;
	default:
		return failure->from_server && !rk_again_may_pass(failure);
	}
}

bool rk_again_for_write(const struct rk_failure *failure)
{
	return failure->retry_ms != RK_RETRY_NEVER && rk_again_may_pass(failure);
}

bool rk_again_for_read(const struct rk_failure *failure, unsigned attempt)
{
	if (failure->retry_ms == RK_RETRY_NEVER || attempt + 1 >= READ_ATTEMPTS)
		return false;
	return failure->err.status == RK_UNAVAILABLE ||
		(failure->err.status == RK_RESOURCE_EXHAUSTED && failure->retry_ms >= 0 &&
			!is_size(failure));
}

int64_t rk_again_pause_ms(const struct rk_failure *failure, unsigned attempt)
{
	int64_t step = PAUSE_FIRST_MS << (attempt < 4 ? attempt : 4);
	uint32_t random = 0;

	step = step > PAUSE_MOST_MS ? PAUSE_MOST_MS : step;
	/* Without random numbers there is no jitter, and nothing worse. */
	if (getrandom(&random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random)
		random = 0;
	return (failure->retry_ms > 0 ? failure->retry_ms : 0) + random % step;
}

void rk_again_succeeded(struct rk_run *run)
{
	if (run->retry_spent > 0)
		run->retry_spent--;
}

void rk_again_failed(struct rk_run *run, const struct rk_failure *failure)
{
	if (failure->retry_ms == RK_RETRY_NEVER || rk_again_may_pass(failure))
		run->retry_spent += TENTHS;
	if (run->retry_spent > RK_AGAIN_TOKENS * TENTHS)
		run->retry_spent = RK_AGAIN_TOKENS * TENTHS;
}

bool rk_again_wait(
	struct rk_run *run, const struct rk_failure *failure, unsigned attempt, int64_t until)
{
	int64_t wait_ms = rk_again_pause_ms(failure, attempt);
	struct timespec pause = {.tv_sec = wait_ms / 1000, .tv_nsec = (wait_ms % 1000) * 1000000};

	if (run->retry_spent >= RK_AGAIN_TOKENS * TENTHS / 2 || rk_clock_ms() + wait_ms >= until)
		return false;
	rk_talk(run, "submit.again", "seconds", rk_run_printf(run, "%.1f", (double)wait_ms / 1000),
		"why", failure->from_server ? failure->sentence : rk_sentence(run, &failure->err));
	nanosleep(&pause, NULL);
	return true;
}
