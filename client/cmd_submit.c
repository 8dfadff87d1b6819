/* renkei submit - check, ask, send with a request_id that is on disk before the first byte leaves, keep the receipt. */
#include "base/clock.h"
#include "command.h"
#include "submit.h"
#include "summary.h"

#define DEFAULT_TIMEOUT_MS 120000

int rk_cmd_submit(struct rk_run *run)
{
	struct rk_submit submit = {.run = run};

	if (rk_run_flag(run, "nil") == (run->operand_count > 0))
		return rk_usage(run, "usage.submit");
	run->asks_clock = true;
	int status = rk_submit_plan(&submit);

	if (status != EX_OK || submit.count == 0)
		return status;
	if (!rk_submit_agreed(&submit))
		return rk_not_confirmed();
	status = rk_submit_prepare(&submit);
	if (status != EX_OK)
		return status;
	submit.until = rk_clock_ms() + (run->timeout_ms ? run->timeout_ms : DEFAULT_TIMEOUT_MS);
	rk_submit_send(&submit);
	rk_submit_tell_rules(&submit);
	if (!rk_run_flag(run, "dry-run"))
		rk_submit_keep(&submit);
	return rk_submit_print(&submit);
}
