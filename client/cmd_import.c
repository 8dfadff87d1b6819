/* renkei import - the secretariat enters reports for municipalities: an inbox of files, a verdict each. */
#include "base/clock.h"
#include "command.h"
#include "import.h"
#include "progress.h"
#include "summary.h"
#include "today.h"
#include "words/code.h"

#include <string.h>

/* A stream of many takes longer than one report, and not so much longer. */
#define TIMEOUT_MS      120000
#define TIMEOUT_EACH_MS 1000

static int choose_code(struct rk_import *import)
{
	struct rk_run *run = import->run;
	const char *text = rk_run_option(run, "on-behalf-of");
	char suggestion[RK_CODE_TEXT];

	if (!text)
		return rk_usage(run, "usage.on_behalf_of");
	if (strcmp(text, "auto") == 0)
		return EX_OK;
	if (rk_lg_code_check(rk_slice_str(text), suggestion) != RK_CODE_FINE)
		return rk_usage(run, "usage.no_code", "value", text);
	import->code = text;
	return EX_OK;
}

static void import_on_settled(struct rk_submit *submit)
{
	size_t settled = 0;

	for (size_t i = 0; i < submit->count; i++)
		settled += submit->items[i].settled;
	rk_progress_step(settled);
}

static int send_all(struct rk_import *import)
{
	struct rk_run *run = import->run;
	struct rk_submit *submit = &import->submit;
	bool dry = rk_run_flag(run, "dry-run");
	int status;

	rk_progress_begin(run, dry ? "delegated.asking" : "delegated.sending", submit->count);
	status = rk_submit_prepare(submit);
	if (status == EX_OK) {
		submit->until = rk_clock_ms() +
			(run->timeout_ms ? run->timeout_ms
					 : TIMEOUT_MS + TIMEOUT_EACH_MS * (int64_t)submit->count);
		rk_submit_send(submit);
	}
	rk_progress_end();
	if (status == EX_OK && !dry)
		rk_submit_keep(submit);
	rk_clock_tell(run);
	return status;
}

int rk_cmd_import(struct rk_run *run)
{
	struct rk_import import = {
		.run = run, .submit = {.run = run, .quiet = true, .on_settled = import_on_settled}
        };
	int status = choose_code(&import);

	run->asks_clock = true;
	if (status == EX_OK)
		status = rk_import_plan(&import);
	if (status != EX_OK)
		return status;
	rk_import_tell(&import);
	if (import.submit.count && !rk_import_agreed(&import))
		return rk_not_confirmed();
	if (import.submit.count)
		status = send_all(&import);
	return status == EX_OK ? rk_import_print(&import) : status;
}
