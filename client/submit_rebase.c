/* What a file does to the report that is there: by --replace and by "report correct" it is based on the latest version, whatever it says. */
#include "command.h"
#include "submit.h"
#include "summary.h"
#include "wire/pack.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

static bool is_command(const struct rk_run *run, const char *name)
{
	return run->command && strcmp(run->command->name, name) == 0;
}

const char *rk_submit_nil(const struct rk_run *run)
{
	return is_command(run, "nil") ? run->operands[0] : rk_run_option(run, "nil");
}

/* What a report says, without what this version of it does to the one before. */
static enum rk_status pack_content(const Renkei__V1__Report *report, struct rk_buf *out)
{
	Renkei__V1__Report content = *report;

	content.action = RENKEI__V1__REPORT_ACTION__REPORT_ACTION_UNSPECIFIED;
	content.base_version = 0;
	content.change_reason = (char *)(uintptr_t)protobuf_c_empty_string;
	return rk_pack(&content.base, out);
}

/* In force, and says what this one says: sent again it would be a version that changes nothing. */
static bool is_same(const Renkei__V1__GetReportResponse *latest, const Renkei__V1__Report *report)
{
	RK_AUTO(rk_buf_clear) struct rk_buf there = {0}, here = {0};

	return pack_content(latest->report, &there) == RK_OK &&
		pack_content(report, &here) == RK_OK &&
		rk_slice_equal(rk_buf_slice(&there), rk_buf_slice(&here)) &&
		latest->summary->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_RETURNED &&
		latest->summary->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_SENT_BACK &&
		latest->summary->state != RENKEI__V1__REPORT_STATE__REPORT_STATE_WITHDRAWN;
}

static enum rk_status write_back(struct rk_run *run, struct rk_form_report *entry,
	const Renkei__V1__Report *report, struct rk_failure *failure)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};

	if (rk_pack(&report->base, &bytes) != RK_OK)
		return rk_fail(&failure->err, RK_RESOURCE_EXHAUSTED, "out of memory");
	entry->bytes = rk_slice_of(rk_run_slice(run, rk_buf_slice(&bytes)), bytes.len);
	return RK_OK;
}

/* *same: nothing is left to send. */
static enum rk_status rebase(struct rk_run *run, struct rk_form_report *entry, bool correct,
	bool *same, struct rk_failure *failure)
{
	Renkei__V1__GetReportResponse *latest = NULL;
	ProtobufCMessage *message = NULL;
	Renkei__V1__Report *report;

	*same = false;
	/* What cannot be read is told by the rules. */
	if (!entry->bytes.at || entry->err.status != RK_OK ||
		rk_unpack(&run->arena, &renkei__v1__report__descriptor, entry->bytes, &message,
			&failure->err) != RK_OK)
		return RK_OK;
	report = (Renkei__V1__Report *)(void *)message;
	if (!report->period || !report->municipality_code[0])
		return RK_OK;
	RK_TRY(rk_submit_latest(run, report, &latest, failure));
	failure->from_server = false; /* what is wrong from here on is found here */
	if (!latest && correct)
		return rk_fail_reason(
			&failure->err, RK_NOT_FOUND, "CORRECTS_NOTHING", "%s", entry->name);
	if (!latest)
		return RK_OK;
	*same = is_same(latest, report);
	if (*same)
		rk_talk(run, "submit.same_content", "file", entry->name, "receipt",
			latest->summary->receipt_number);
	report->base_version = latest->summary->latest_version;
	report->action = RENKEI__V1__REPORT_ACTION__REPORT_ACTION_REPLACE;
	if (correct) {
		report->action = RENKEI__V1__REPORT_ACTION__REPORT_ACTION_CORRECT;
		report->change_reason = rk_run_str(run, rk_run_option(run, "reason"));
	} else if (rk_is_unreleased_correction(latest->summary)) {
		report->action = RENKEI__V1__REPORT_ACTION__REPORT_ACTION_CORRECT;
		report->change_reason = latest->summary->change_reason;
	}
	return write_back(run, entry, report, failure);
}

/* What the file is to be based on, only the server knows: unlike a first submission it does not wait in the outbox. */
static int not_queued(struct rk_run *run, const struct rk_failure *failure)
{
	int status = rk_trouble_at(run, failure);

	if (failure->err.status != RK_NOT_FOUND)
		rk_talk(run, "hint.not_queued");
	return status;
}

int rk_submit_rebase(struct rk_run *run, struct rk_form *form)
{
	bool correct = is_command(run, "report correct");
	size_t kept = 0;

	if (!correct && !rk_run_flag(run, "replace"))
		return EX_OK;
	if (correct && !rk_run_option(run, "reason"))
		return rk_usage(run, "usage.option_missing", "option", "reason");
	for (size_t i = 0; i < form->count; i++) {
		struct rk_failure failure = {.retry_ms = -1};
		bool same;

		if (rebase(run, &form->reports[i], correct, &same, &failure) != RK_OK)
			return not_queued(run, &failure);
		if (!same)
			form->reports[kept++] = form->reports[i];
	}
	form->count = kept;
	return EX_OK;
}
