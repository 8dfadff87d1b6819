/* An act on a report: which one, what is seen of it, the question, the request. */
#include "act.h"
#include "command.h"
#include "periods.h"

#include <string.h>

static ProtobufCMessage *request_of(struct rk_run *run, const struct rk_report_act *what,
	const Renkei__V1__ReportSummary *summary)
{
	ProtobufCMessage *request = rk_act_request(run, what->act);
	const char *reason = what->reason ? rk_run_str(run, rk_run_option(run, "reason")) : NULL;

	rk_act_set(request, "municipality_code", &summary->municipality_code,
		sizeof summary->municipality_code);
	rk_act_set(request, "period", &summary->period, sizeof summary->period);
	rk_act_set(request, "version", &summary->version, sizeof summary->version);
	if (what->reason)
		rk_act_set(request, "reason", &reason, sizeof reason);
	if (what->seen)
		rk_act_set(request, "sha256", &summary->sha256, sizeof summary->sha256);
	return request;
}

int rk_trouble_before(struct rk_run *run, const struct rk_failure *failure)
{
	int status = rk_trouble_at(run, failure);

	if (!failure->from_server && status == EX_UNAVAILABLE)
		rk_talk(run, "act.nothing_kept");
	return status;
}

/* Whether it says what is asked for now: nobody's later words are swallowed by the earlier ones. */
static bool says_the_same(
	struct rk_run *run, const struct rk_report_act *what, const struct rk_outbox_pending *item)
{
	const ProtobufCMessage *request = rk_act_waiting(run, item);
	const char *reason = request ? rk_act_get(request, "reason") : NULL;

	return !what->reason || (reason && strcmp(reason, rk_run_option(run, "reason")) == 0);
}

int rk_report_act_run(struct rk_run *run, const struct rk_report_act *what,
	const Renkei__V1__ReportSummary **about, struct rk_failure *failure)
{
	Renkei__V1__GetReportResponse *seen = NULL;
	const struct rk_outbox_pending *waiting;
	struct rk_report_key key;

	*about = NULL;
	*failure = (struct rk_failure){.retry_ms = -1};
	if (what->reason && !rk_run_option(run, "reason"))
		return rk_usage(run, "usage.option_missing", "option", "reason");
	if (rk_report_asked(run, run->operands[0], &key, &failure->err) != RK_OK)
		return rk_trouble_before(run, failure);
	waiting = rk_act_find(run, what->act, key.municipality, &key.period, key.version);
	if (waiting && !says_the_same(run, what, waiting))
		return rk_usage(run, "usage.waits_otherwise", "number", waiting->name, "request",
			waiting->request_id);
	if (waiting)
		return rk_act_send_found(run, waiting);
	if ((what->seen ? rk_report_seen(run, &key, &seen, failure)
			: rk_get_report(run, &key, &seen, failure)) != RK_OK)
		return rk_trouble_before(run, failure);
	if (!seen->summary)
		return rk_answer_bad(run, "summary");
	*about = seen->summary;
	ProtobufCMessage *request = request_of(run, what, seen->summary);
	bool asked = !what->asked || what->asked(seen->summary);

	if (asked && what->show && what->show(run, &key, seen, failure) != RK_OK)
		return rk_trouble_at(run, failure);
	if (!asked && what->other)
		asked = what->other(run, seen, request);
	if (asked && !rk_confirm(run, what->ask, seen->summary))
		return rk_not_confirmed();
	return rk_act_do(run, what->act, seen->summary->receipt_number, request, failure);
}

int rk_report_act_tell(
	struct rk_run *run, const ProtobufCMessage *request, const ProtobufCMessage *response)
{
	const Renkei__V1__ReportSummary *summary = rk_act_get(response, "summary");

	(void)request;
	return summary ? rk_print_summary(run, summary) : rk_answer_bad(run, "summary");
}
