/* An act on a report: which one, what is seen of it, the question, the request. */
#include "act.h"
#include "command.h"
#include "periods.h"

#include <string.h>

static bool same_period(const Renkei__V1__Period *a, const Renkei__V1__Period *b)
{
	return a && b && a->fiscal_year == b->fiscal_year && a->quarter == b->quarter &&
		(a->variant == RENKEI__V1__VARIANT__VARIANT_FORECAST) ==
		(b->variant == RENKEI__V1__VARIANT__VARIANT_FORECAST);
}

static int32_t version_of(const ProtobufCMessage *request)
{
	const ProtobufCFieldDescriptor *at = protobuf_c_message_descriptor_get_field_by_name(
		request->descriptor, "version");
	int32_t version;

	memcpy(&version, (const uint8_t *)(const void *)request + at->offset, sizeof version);
	return version;
}

/* Who gives the command again after a line broke means the request that is out: what it would find now, it may have done itself. */
static const struct rk_outbox_pending *find_waiting(
	struct rk_run *run, const struct rk_act *act, const struct rk_report_key *key)
{
	struct rk_outbox_pending *items;
	size_t count = rk_run_flag(run, "dry-run") ? 0 : rk_outbox_list(run, &items);

	for (size_t i = 0; i < count; i++) {
		const ProtobufCMessage *request = items[i].act == act && items[i].own
			? rk_act_waiting(run, &items[i])
			: NULL;
		const char *code = request ? rk_act_get(request, "municipality_code") : NULL;

		if (code && strcmp(code, key->municipality) == 0 &&
			same_period(rk_act_get(request, "period"), &key->period) &&
			(key->version == 0 || key->version == version_of(request)))
			return &items[i];
	}
	return NULL;
}

static int send_waiting(struct rk_run *run, const struct rk_outbox_pending *item)
{
	Google__Protobuf__Timestamp since = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	since.seconds = item->since;
	rk_talk(run, "act.waits_already", "number", item->name, "time",
		rk_moment_japan(run, &since), "request", item->request_id);
	return rk_act_again(run, item);
}

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
	waiting = find_waiting(run, what->act, &key);
	if (waiting && !says_the_same(run, what, waiting))
		return rk_usage(run, "usage.waits_otherwise", "number", waiting->name, "request",
			waiting->request_id);
	if (waiting)
		return send_waiting(run, waiting);
	if ((what->seen ? rk_report_seen(run, &key, &seen, failure)
			: rk_get_report(run, &key, &seen, failure)) != RK_OK)
		return rk_trouble_before(run, failure);
	if (!seen->summary)
		return rk_answer_bad(run, "summary");
	*about = seen->summary;
	if (!what->asked || what->asked(seen->summary)) {
		if (what->show && what->show(run, &key, seen, failure) != RK_OK)
			return rk_trouble_at(run, failure);
		if (!rk_confirm(run, what->ask, seen->summary))
			return rk_not_confirmed();
	}
	return rk_act_do(run, what->act, seen->summary->receipt_number,
		request_of(run, what, seen->summary), failure);
}

int rk_report_act_tell(
	struct rk_run *run, const ProtobufCMessage *request, const ProtobufCMessage *response)
{
	const Renkei__V1__ReportSummary *summary = rk_act_get(response, "summary");

	(void)request;
	return summary ? rk_print_summary(run, summary) : rk_answer_bad(run, "summary");
}
