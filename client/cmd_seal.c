/* renkei seal - checked reports into a file that a computer with a line relays. */
#include "command.h"
#include "sealer.h"
#include "submit.h"

#include <string.h>

static int seal_all(struct rk_sealer *sealer, struct rk_submit *submit)
{
	struct rk_run *run = sealer->run;
	struct rk_err err = {0};
	int status;

	if (submit->count > RK_SEAL_MOST)
		return rk_usage(
			run, "usage.seal_large", "count", rk_run_printf(run, "%zu", submit->count));
	/* The request is on disk before its file is: made again, it is the same one. */
	status = rk_submit_prepare(submit);
	if (status != EX_OK)
		return status;
	for (size_t i = 0; i < submit->count; i++)
		if (rk_sealer_add(sealer, submit->items[i].box.request_id, RK_SEAL_REPORT,
			    submit->items[i].report->bytes, &err) != RK_OK)
			return rk_trouble(run, &err);
	status = rk_seal_files(sealer, submit->count == 1 ? submit->items[0].content : NULL);
	return status == EX_OK ? rk_sealer_write(sealer, "seal.done") : status;
}

static int seal_reports(struct rk_run *run)
{
	struct rk_submit submit = {.run = run, .quiet = true};
	struct rk_sealer sealer = {.run = run};
	int status;

	bool files_alone = rk_run_option(run, "attach") && !rk_run_flag(run, "nil") &&
		run->operand_count == 0;

	if (!files_alone && rk_run_flag(run, "nil") == (run->operand_count > 0))
		return rk_usage(run, "usage.seal");
	status = rk_sealer_open(&sealer, "municipality", RK_SEAL_MOST);
	if (status == EX_OK && files_alone) {
		status = rk_seal_files(&sealer, NULL);
		if (status == EX_OK)
			status = rk_sealer_write(&sealer, "seal.done_files");
		rk_sealer_close(&sealer);
		return status;
	}
	if (status == EX_OK)
		status = rk_submit_plan(&submit);
	if (status == EX_OK && submit.count > 0)
		status = seal_all(&sealer, &submit);
	rk_sealer_close(&sealer);
	return status;
}

int rk_cmd_seal(struct rk_run *run)
{
	if (!run->out_path || strcmp(run->out_path, "-") == 0)
		return rk_usage(run, "usage.option_missing", "option", "out");
	return rk_run_flag(run, "release") || rk_run_flag(run, "send-back") ? rk_seal_decision(run)
									    : seal_reports(run);
}
